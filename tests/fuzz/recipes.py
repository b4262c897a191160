"""A workbook as a text: its parts one below the other, so that a seed can be read and changed.

A line `== xl/worksheets/sheet1.xml` begins a part, and what stands below it is the part. Parts of
an ordinary workbook that the text leaves out are those of `USUAL`.
"""

import io
import re
from zipfile import ZIP_DEFLATED, ZipFile

_PART = re.compile(rb"^== ([^\r\n\0]{1,80})\r?$", re.MULTILINE)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_LINKS = f'<Relationships xmlns="{_PACKAGE}/relationships">'

USUAL = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETS}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETS}.styles+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_SHEETS}.sharedStrings+xml"/>'
    "</Types>",
    "_rels/.rels": f'{_LINKS}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><workbookPr/><sheets>'
    '<sheet name="Visits" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_LINKS}<Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
    f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/styles" '
    f'Target="styles.xml"/><Relationship Id="rId3" Type="{_OFFICE}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/>'
    '<xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>',
    "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>completed</t></si>'
    "<si><r><t>left </t></r><r><t>trapezius</t></r></si></sst>",
}


def sheet(rows: str, more: str = "") -> str:
    """Write a worksheet around the XML of its rows; `more` stands behind them."""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{more}</worksheet>'


def row_of(number: int, *cells: str) -> str:
    """Write a row of texts."""
    written = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{number}">{written}</row>'


def zipped(parts: dict[str, bytes], method: int = ZIP_DEFLATED) -> bytes:
    """Return parts as the bytes of a workbook; the usual ones are filled in."""
    whole = {name: text.encode() for name, text in USUAL.items()} | parts
    out = io.BytesIO()
    with ZipFile(out, "w", method) as archive:
        for name, content in whole.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook_of(recipe: bytes) -> bytes:
    """Return the workbook that a text tells of; what stands above the first part is the sheet's."""
    parts: dict[str, bytes] = {}
    name, start = "xl/worksheets/sheet1.xml", 0
    for found in _PART.finditer(recipe):
        if above := recipe[start : found.start()]:
            parts.setdefault(name, above)
        name, start = found[1].decode("latin-1"), found.end()
    if below := recipe[start:]:
        parts.setdefault(name, below.strip())
    return zipped(parts)
