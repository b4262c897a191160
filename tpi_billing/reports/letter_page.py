"""A letter to print and fax: letterhead, black text, lines to write on, the same bytes each time.

Everything is black on white and nothing smaller than a fax can carry. python-docx makes the
document; the clock times that it and the zip format would write are replaced with the given day.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Inches, Pt

from tpi_billing.config import Clinic
from tpi_billing.model.cell_text import cell_text

_FONT = "Arial"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WIDTH = 7.0
"""Inches between the margins of a Letter page."""
_LABELS = 1.6
"""Inches of the first column of a form."""


class LetterPage:
    """One letter being written, from top to bottom; widths are inches, sizes are points."""

    def __init__(self, clinic: Clinic, title: str, day: date) -> None:
        self._document = Document()
        self._set_up(clinic, title, day)
        self._letterhead(clinic)
        self._footer(clinic)

    def text(self, text: str, *, bold: bool = False, size: float = 10.5, after: float = 6) -> None:
        """Write a paragraph."""
        self._write(self._document.add_paragraph(), text, bold=bold, size=size, after=after)

    def blank(self, *labels: str, before: float = 10) -> None:
        """Write labels on one line, each with a line to write on behind it."""
        paragraph = self._document.add_paragraph()
        spacing = paragraph.paragraph_format
        spacing.space_before, spacing.space_after = Pt(before), Pt(0)
        share = _WIDTH / len(labels)
        for number, label in enumerate(labels, 1):
            end = Inches(share * number - (0.15 if number < len(labels) else 0))
            spacing.tab_stops.add_tab_stop(end, WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
            self._run(paragraph, f"{'  ' if number > 1 else ''}{label} \t", size=10)

    def table(
        self, widths: Sequence[float], heading: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> None:
        """Write a ruled table; its heading is repeated on every page, and no row is broken."""
        table = self._ruled(widths)
        for texts in (heading, *rows):
            row = table.add_row()
            _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
            for cell, text in zip(row.cells, texts, strict=True):
                self._fill(cell, text, bold=texts is heading)
        _mark(table.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
        self._gap()

    def form(self, rows: Sequence[tuple[str, str, float]]) -> None:
        """Write labels with what is known or room to write; each row has a height of its own."""
        table = self._ruled((_LABELS, _WIDTH - _LABELS))
        for label, text, height in rows:
            row = table.add_row()
            _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
            row.height, row.height_rule = Inches(height), WD_ROW_HEIGHT_RULE.AT_LEAST
            self._fill(row.cells[0], label, bold=True)
            self._fill(row.cells[1], text)
        self._gap()

    def to_bytes(self) -> bytes:
        """Return the finished file (DOCX)."""
        drawn, result = BytesIO(), BytesIO()
        self._document.save(drawn)
        with ZipFile(drawn) as parts, ZipFile(result, "w", ZIP_DEFLATED) as finished:
            for name in parts.namelist():
                entry = ZipInfo(name, _EPOCH)
                entry.compress_type = ZIP_DEFLATED
                entry.create_system = 0  # otherwise it names the system it was made on
                finished.writestr(entry, parts.read(name))
        return result.getvalue()

    def _set_up(self, clinic: Clinic, title: str, day: date) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Inches(8.5), Inches(11)
        section.left_margin = section.right_margin = Inches(0.75)
        section.top_margin, section.bottom_margin = Inches(0.6), Inches(0.8)
        section.footer_distance = Inches(0.4)
        normal: Any = self._document.styles["Normal"]
        normal.font.name, normal.font.size = _FONT, Pt(10.5)
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-CA")
        normal.element.get_or_add_rPr().append(language)
        moment = datetime.combine(day, time(), UTC)
        about = self._document.core_properties
        about.author = about.last_modified_by = cell_text(clinic.name)
        about.title, about.comments, about.language = title, "", "en-CA"
        about.created = about.modified = moment

    def _letterhead(self, clinic: Clinic) -> None:
        self.text(clinic.name, bold=True, size=16, after=0)
        phone = f"telephone {clinic.contact_phone}" if clinic.contact_phone else ""
        contact = self._document.add_paragraph()
        line = ", ".join(part for part in (clinic.contact_name, phone) if part)
        self._write(contact, line, size=10, after=10)
        border = OxmlElement("w:pBdr")
        below = OxmlElement("w:bottom")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "4"), ("color", "000000")):
            below.set(qn(f"w:{name}"), value)
        border.append(below)
        # The schema wants borders ahead of spacing.
        contact._p.get_or_add_pPr().insert_element_before(
            border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc"
        )

    def _footer(self, clinic: Clinic) -> None:
        call = f"call {clinic.contact_phone}" if clinic.contact_phone else "tell us"
        paragraph = self._document.sections[0].footer.paragraphs[0]
        self._run(
            paragraph,
            "Confidential: personal health information, for the addressee only. If it has reached "
            f"you by mistake, please {call} and destroy every copy. Page ",
            size=8.5,
        )
        self._field(paragraph, "PAGE")
        self._run(paragraph, " of ", size=8.5)
        self._field(paragraph, "NUMPAGES")

    def _field(self, paragraph: Any, instruction: str) -> None:
        """Add a number that the word processor works out."""
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        run = self._run(paragraph, "1", size=8.5)
        field.append(run._r)
        paragraph._p.append(field)

    def _ruled(self, widths: Sequence[float]) -> Any:
        table = self._document.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Inches(width)
        return table

    def _fill(self, cell: Any, text: str, *, bold: bool = False) -> None:
        for number, line in enumerate(text.split("\n")):
            paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
            self._write(paragraph, line, bold=bold, size=9.5, after=2)

    def _gap(self) -> None:
        self._write(self._document.add_paragraph(), "", size=4, after=0)

    def _write(
        self, paragraph: Any, text: str, *, size: float, after: float, bold: bool = False
    ) -> None:
        paragraph.paragraph_format.space_before = Pt(0)
        paragraph.paragraph_format.space_after = Pt(after)
        self._run(paragraph, text, bold=bold, size=size)

    def _run(self, paragraph: Any, text: str, *, size: float, bold: bool = False) -> Any:
        run = paragraph.add_run(cell_text(text))
        run.font.size, run.bold = Pt(size), bold
        return run


def _mark(properties: Any, name: str) -> None:
    properties.append(OxmlElement(name))
