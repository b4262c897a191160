"""Work that was done and perhaps never exported: one module for each way of noticing it."""
