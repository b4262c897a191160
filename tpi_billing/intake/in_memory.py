"""Saves openpyxl's workbooks without its temporary files, where patients would stand in plain."""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


def draw_in_memory(sheet: Any) -> None:
    """Prepare a sheet of a write-only workbook, after its widths are set and before its rows."""
    sheet._writer = WorksheetWriter(sheet, out=BytesIO())
    sheet._writer.write_top()


def bytes_of(book: Any) -> bytes:
    """Save a workbook; the sheets of a write-only one were prepared."""
    result = BytesIO()
    _Writer(book, ZipFile(result, "w", ZIP_DEFLATED, allowZip64=True)).save()
    return result.getvalue()


class _Writer(ExcelWriter):
    """openpyxl's own, but for where a sheet is drawn up."""

    _archive: ZipFile

    def write_worksheet(self, ws: Any) -> None:
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        if self.workbook.write_only:
            if not ws.closed:
                ws.close()
            writer = ws._writer
        else:
            writer = WorksheetWriter(ws, out=BytesIO())
            writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        self.manifest.append(ws)
