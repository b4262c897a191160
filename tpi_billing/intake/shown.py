"""A cell of any file as the text that a spreadsheet would show."""

from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | time | timedelta | None
"""What a reader may find in a cell; a `datetime` is a `date`."""


def shown(cell: Cell) -> str:
    """Return a cell as a spreadsheet shows it in the General format, days and times as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        at = cell.time()
        return cell.date().isoformat() if at == time() else cell.isoformat(sep=" ")
    return str(cell)


def folded(text: str) -> str:
    """Return text as headers and words of a mapping are compared: no case, no blanks."""
    return "".join(text.split()).casefold()
