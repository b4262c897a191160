"""Files in: CSV, XLSX and JSON Lines become rows of canonical text, and rows become Sessions."""
