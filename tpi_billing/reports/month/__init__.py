"""Reports of the month end: each one table, the same on screen, as CSV, workbook and JSON."""
