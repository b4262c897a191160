"""What is measured, one module for each kind of work; each has its `CASES`."""
