"""The sheets of the batch workbook, one module each."""
