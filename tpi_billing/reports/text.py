"""Text as spreadsheets can hold it, and the texts that a spreadsheet would take for a formula."""

from tpi_billing.model.cell_text import LONGEST, cell_text, looks_like_formula

__all__ = ["LONGEST", "cell_text", "looks_like_formula"]
