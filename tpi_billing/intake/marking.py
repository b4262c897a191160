"""How a row's findings look in a workbook: reasons in words, colours, comments, plain text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.properties import PageSetupProperties

from tpi_billing.intake.cells import shortened
from tpi_billing.intake.rows import Table
from tpi_billing.model.cell_text import cell_text, looks_like_formula
from tpi_billing.model.finding import Finding, Severity

AUTHOR = "tpi-billing"
HEADER_AUTHOR = "tpi-billing: columns"
"""Of comments on headers: the template's own, which explain them, are by `AUTHOR` and stay."""
RED, AMBER = "FFF4B6B0", "FFFFE08A"
WIDTH = 58
BOLD = Font(name="Calibri", size=11, bold=True)
_BELOW = "--- tpi-billing ---"
_LINE_POINTS, _HIGHEST_ROW = 15.0, 409.0
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1}


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark: findings of rows by their numbers, remarks on headers by their indexes."""

    rows: Mapping[int, list[Finding]]
    headers: Mapping[int, list[Finding]]


def marks(findings: Mapping[int, Sequence[Finding]], table: Table) -> Marks:
    """Sort out findings by row; infos are left out, since there is nothing to fix.

    What is said of the header's own row is about the file as a whole: it never becomes a reason
    of that row, whose first cell is the title by which the reader knows the column.
    """
    whole = to_fix(findings.get(table.header_row, ()))
    about = {
        cell.index: [finding for finding in whole if finding.column == cell.text[:60]]
        for cell in table.header_cells
    }
    return Marks(
        {
            row: worst
            for row, found in findings.items()
            if row != table.header_row and (worst := to_fix(found))
        },
        {index: found for index, found in about.items() if found},
    )


def to_fix(findings: Iterable[Finding]) -> list[Finding]:
    """Return errors, then warnings, each in the order given."""
    return sorted((f for f in findings if f.severity in _RANK), key=lambda f: _RANK[f.severity])


def _reason(finding: Finding) -> str:
    return f"{finding.message} {finding.hint}".strip()


def reasons(findings: Sequence[Finding], table: Table, moved: int = 1) -> str:
    """Return what to fix in a row, a line for each finding with the column as it is written.

    `moved` is by how many columns the file's own stand further right in the workbook.
    """
    text = "\n".join(f"{_where(f, table, moved)}: {_reason(f)}" for f in findings)
    return cell_text(text)


def _where(finding: Finding, table: Table, moved: int) -> str:
    severity = finding.severity.value.capitalize()
    header = table.header.get(finding.column)
    if header is None:
        return severity
    at = replace(header, index=header.index + moved)
    return f'{severity} in column {at.letter} "{shortened(at.text)}"'


def height(text: str) -> float:
    """Return a row's height in points; no program works it out for wrapped text by itself."""
    lines = sum(1 + len(line) // (WIDTH - 4) for line in text.split("\n"))
    return min(lines * _LINE_POINTS, _HIGHEST_ROW)


def by_cell(findings: Sequence[Finding], table: Table) -> dict[int, list[Finding]]:
    """Group a row's findings by the index of the cell that they are about."""
    cells: dict[int, list[Finding]] = {}
    for finding in findings:
        header = table.header.get(finding.column)
        if header is not None:
            cells.setdefault(header.index, []).append(finding)
    return cells


def fill(findings: Sequence[Finding]) -> PatternFill:
    """Return red if the first finding is an error, else amber."""
    colour = RED if findings[0].severity is Severity.ERROR else AMBER
    return PatternFill("solid", start_color=colour, end_color=colour)


def comment(findings: Sequence[Finding], old: Comment | None = None) -> Comment:
    """Return a comment with the reasons, below what an `old` one says."""
    text = "\n".join(_reason(finding) for finding in findings)
    if old is not None:
        text = f"{old.text}\n{_BELOW}\n{text}"
    return _sized(Comment(cell_text(text), AUTHOR))


def header_comment(findings: Sequence[Finding], old: Comment | None = None) -> Comment:
    """Return a comment on a header; what its message says of the letter no longer holds."""
    unused = [
        replace(f, message="This column is not used.") if f.code == "unknown-column" else f
        for f in findings
    ]
    made = comment(unused, old)
    made.author = HEADER_AUTHOR
    return made


def comment_before(made: Comment) -> Comment | None:
    """Return what a cell's comment said before reasons were put below it; None if nothing."""
    text, mark, _ = made.text.partition(f"\n{_BELOW}\n")
    return _sized(Comment(text, "")) if mark else None


def _sized(made: Comment) -> Comment:
    made.width, made.height = 320, 60 + 18 * (len(made.text) // 45)
    return made


def lay_out(sheet: Any, header_row: int) -> None:
    """Print a sheet landscape, as wide as the page, with the header on each; freeze the header.

    What the clerk has frozen already stays.
    """
    if sheet.freeze_panes is None:
        sheet.freeze_panes = f"B{header_row + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is None:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties()
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = sheet.print_title_rows or f"{header_row}:{header_row}"


def filter_area(table: Table, last_row: int, moved: int = 1) -> str:
    """Return the cells from the header on, with the column of reasons: `A4:AF157`."""
    last = table.header_cells[-1]
    letter = replace(last, index=last.index + moved).letter
    header_row = table.header_row or 1
    return f"A{header_row}:{letter}{max(last_row, header_row)}"


def set_text(cell: Any, text: str) -> None:
    """Write text that stays text, even where it begins like a formula."""
    cell.value = cell_text(text)
    cell.data_type = "s"
    if looks_like_formula(text):
        cell.quotePrefix = True
