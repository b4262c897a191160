"""A made-up clinic: seeded visits for the demo, the tests and the benchmarks."""
