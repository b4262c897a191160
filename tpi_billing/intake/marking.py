"""How a row's findings look in a workbook: reasons in words, colours, comments, plain text."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from tpi_billing.intake.rows import Table
from tpi_billing.model.finding import Finding, Severity

AUTHOR = "tpi-billing"
RED, AMBER = "FFF4B6B0", "FFFFE08A"
WIDTH = 58
BOLD = Font(name="Calibri", size=11, bold=True)
_BELOW = "--- tpi-billing ---"
_LINE_POINTS, _HIGHEST_ROW = 15.0, 409.0
_LONGEST_CELL = 32_767
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1}


def to_fix(findings: Iterable[Finding]) -> list[Finding]:
    """Return errors, then warnings, each in the order given."""
    return sorted((f for f in findings if f.severity in _RANK), key=lambda f: _RANK[f.severity])


def _reason(finding: Finding) -> str:
    return f"{finding.message} {finding.hint}".strip()


def reasons(findings: Sequence[Finding]) -> str:
    """Return what to fix in a row, a line for each finding."""
    text = "\n".join(f"{f.severity.value.capitalize()}: {_reason(f)}" for f in findings)
    return text[:_LONGEST_CELL]


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
    return _sized(Comment(text, AUTHOR))


def comment_before(made: Comment) -> Comment | None:
    """Return what a cell's comment said before reasons were put below it; None if nothing."""
    text, mark, _ = made.text.partition(f"\n{_BELOW}\n")
    return _sized(Comment(text, "")) if mark else None


def _sized(made: Comment) -> Comment:
    made.width, made.height = 320, 60 + 18 * (len(made.text) // 45)
    return made


def set_text(cell: Any, text: str) -> None:
    """Write text that stays text, even where it begins like a formula."""
    cell.value = _printable(text)[:_LONGEST_CELL]
    cell.data_type = "s"
    if text[:1] in {"=", "+", "-", "@"}:
        cell.quotePrefix = True


def _printable(text: str) -> str:
    """Return text that XML can hold; a control character becomes a mark that can be seen."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" or ord(c) > 0x9F else "\ufffd" for c in text)
