"""A workbook of the same bytes for the same content.

openpyxl makes everything around the cells (styles, tables, charts, print set-up). The rows are
put into its empty sheets afterwards: that is several times quicker, leaves no patient's data in
temporary files, and no cell can become a formula. Clock times are replaced with the given one.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tpi_billing.intake.saving import save_book
from tpi_billing.model.cell_text import cell_text
from tpi_billing.protection import sealed
from tpi_billing.reports.fields import Value
from tpi_billing.reports.xlsx.cells import cell_xml
from tpi_billing.reports.xlsx.rows import Rows
from tpi_billing.reports.xlsx.styles import FONT, PLAIN, Look, Styles

_EPOCH = (1980, 1, 1, 0, 0, 0)
_DIMENSION = re.compile(rb'<dimension ref="[^"]*" ?/>')
_NO_ROWS = re.compile(rb"<sheetData ?/>|<sheetData></sheetData>")
# What may follow `ignoredErrors` in a sheet (ECMA-376, CT_Worksheet) and is used here.
_AFTER_ERRORS = re.compile(rb"<drawing |<legacyDrawing |<tableParts |</worksheet>")
_HERE = b"\0"  # no XML has it
_LONG = 100_000
"""Rows; wide ones take some kilobytes each, and two gigabytes are the limit."""
_FIRST_FONT = re.compile(rb"(<fonts[^>]*>)<font>.*?</font>")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


class Sheet:
    """One sheet: `ws` is openpyxl's side of it (widths, panes, tables), the cells are ours."""

    def __init__(self, ws: Worksheet, styles: Styles) -> None:
        self.ws = ws
        self._styles = styles
        self._rows = Rows()
        self._letters: dict[int, str] = {}

    def put(self, row: int, column: int, value: Value, look: Look = PLAIN) -> None:
        """Write one cell, once; rows and columns count from 1."""
        letter = self._letters.get(column)
        if letter is None:
            letter = self._letters[column] = get_column_letter(column)
        xml = cell_xml(f"{letter}{row}", value, self._styles.of(look))
        self._rows.put(row, column, xml)

    def height(self, row: int, points: int) -> None:
        """Set the height of a row; the others grow with their text."""
        self._rows.height(row, points)

    def widths(self, *characters: int) -> None:
        """Set the widths of the columns from the first on."""
        for number, width in enumerate(characters, 1):
            self.ws.column_dimensions[get_column_letter(number)].width = width

    @property
    def range(self) -> str:
        """The rectangle that the cells take, such as `A1:F30`."""
        return self._rows.range

    @property
    def is_long(self) -> bool:
        """Whether its XML may be larger than an archive takes without being told before."""
        return self._rows.last_row > _LONG

    def data(self) -> Iterator[bytes]:
        """Yield the `<sheetData>` element in pieces."""
        return self._rows.data()


class Book:
    """A workbook being made; `created` is the moment (UTC) that its properties show."""

    def __init__(self, *, title: str, creator: str, created: datetime) -> None:
        self._workbook = Workbook()
        self._created = created
        self._styles = Styles(self._workbook)
        self._sheets: list[Sheet] = []
        properties = self._workbook.properties
        properties.title = cell_text(title)
        properties.creator = properties.lastModifiedBy = cell_text(creator)
        properties.created = created

    def sheet(self, title: str, colour: str) -> Sheet:
        """Add a sheet with a coloured tab."""
        first = not self._sheets
        ws = self._workbook.worksheets[0] if first else self._workbook.create_sheet()
        ws.title = title
        ws.sheet_properties.tabColor = colour
        sheet = Sheet(ws, self._styles)
        self._sheets.append(sheet)
        return sheet

    def to_bytes(self) -> bytes:
        """Return the finished file, behind a password if one is wanted."""
        shell, result = BytesIO(), BytesIO()
        save_book(self._workbook, shell)
        filled = {sheet.ws.path.lstrip("/"): sheet for sheet in self._sheets}
        with ZipFile(shell) as bare, ZipFile(result, "w", ZIP_DEFLATED) as finished:
            for name in bare.namelist():
                content = bare.read(name)
                entry = ZipInfo(name, _EPOCH)
                entry.compress_type = ZIP_DEFLATED
                entry.create_system = 0  # otherwise it names the system it was made on
                sheet = filled.get(name)
                with finished.open(entry, "w", force_zip64=bool(sheet and sheet.is_long)) as out:
                    if sheet:
                        out.writelines(_filled(content, sheet))
                    elif name == "docProps/core.xml":
                        out.write(_date(content, self._created))
                    elif name == "xl/styles.xml":
                        out.write(_measure(content))
                    else:
                        out.write(content)
        return sealed(result.getvalue())


def _filled(xml: bytes, sheet: Sheet) -> Iterator[bytes]:
    """Put the rows into an empty sheet, and spare people the marks on numbers kept as text."""
    area = sheet.range.encode()
    quiet = b'<ignoredErrors><ignoredError sqref="%b" numberStoredAsText="1"/></ignoredErrors>'
    xml = _once(_AFTER_ERRORS, lambda found: quiet % area + found.group(), xml)
    xml = _once(_DIMENSION, lambda _: b'<dimension ref="%b"/>' % area, xml)
    before, _, behind = _once(_NO_ROWS, lambda _: _HERE, xml).partition(_HERE)
    yield before
    yield from sheet.data()
    yield behind


def _date(xml: bytes, moment: datetime) -> bytes:
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    return _once(_MODIFIED, lambda found: found.group(1) + stamp + found.group(2), xml)


def _measure(xml: bytes) -> bytes:
    """Make our font the workbook's own: column widths are counted in its digits."""
    font = b'<font><name val="%b"/><family val="2"/><sz val="10"/></font>' % FONT.encode()
    return _once(_FIRST_FONT, lambda found: found.group(1) + font, xml)


def _once(pattern: re.Pattern[bytes], put: Callable[[re.Match[bytes]], bytes], xml: bytes) -> bytes:
    """Replace the first match, which must be there: otherwise openpyxl writes differently now."""
    result, count = pattern.subn(put, xml, count=1)
    if not count:
        raise RuntimeError(f"openpyxl wrote no {pattern.pattern!r}")
    return result
