"""The audit report as one page to look at and as a workbook: the same figures in both."""
