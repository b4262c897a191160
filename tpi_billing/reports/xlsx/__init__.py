"""Workbooks: openpyxl dresses them, and the cells are written here, as text or as values only."""
