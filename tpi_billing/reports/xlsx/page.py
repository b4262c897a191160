"""How a sheet looks on paper: Letter, footer, repeated heading rows."""

from typing import Literal

from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties

from tpi_billing.model.cell_text import cell_text
from tpi_billing.reports.xlsx.book import Sheet

CONFIDENTIAL = "Confidential - contains patient information"
_LETTER = 1


def set_page(
    sheet: Sheet,
    caption: str,
    *,
    orientation: Literal["portrait", "landscape"],
    pages_wide: int = 1,
    pages_tall: int = 0,
    notice: str = CONFIDENTIAL,
) -> None:
    """Set paper, margins and footer; `pages_tall` 0 takes as many pages as the rows need."""
    ws = sheet.ws
    ws.page_setup.orientation = orientation
    ws.page_setup.paperSize = _LETTER
    ws.page_setup.fitToWidth = pages_wide
    ws.page_setup.fitToHeight = pages_tall
    ws.page_setup.pageOrder = "overThenDown"
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = ws.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.5, 0.7
    margins.header = margins.footer = 0.3
    footer = HeaderFooterItem()
    footer.left.text = notice
    footer.center.text = cell_text(caption).replace("&", "&&")
    footer.right.text = "&A, page &P of &N"
    for part in (footer.left, footer.center, footer.right):
        part.size = 8
    ws.HeaderFooter.oddFooter = footer
