"""Files for people: the batch workbook, the claims as CSV, the manifest, the findings workbook."""
