"""Speed and memory, apart from the tests: `python -m benchmarks`."""
