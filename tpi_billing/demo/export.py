"""Write made-up visits as a record system's export: title rows, other names, a totals row."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tpi_billing.config import Mapping
from tpi_billing.model.session import COLUMN

_TITLE = "Example Pain Clinic - visits"


def write_export(visits: Sequence[dict[str, str]], mapping: Mapping, out: Path) -> None:
    """Write an XLSX workbook that the mapping can read, for its owner only like a real one."""
    from openpyxl import Workbook

    from tpi_billing.intake.saving import replacing, save_book

    used = {column for visit in visits for column, text in visit.items() if text}
    columns = [column for column in mapping.columns if column in used]
    columns += sorted(used - set(columns))
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(mapping.sheet or "Visits")
    sheet.append([_TITLE])
    sheet.append([])
    sheet.append([mapping.columns.get(column, column) for column in columns])
    for visit in visits:
        sheet.append([_cell(column, visit.get(column, ""), mapping) for column in columns])
    sheet.append([])
    sheet.append(["Total visits", len(visits)])
    with replacing(out) as file:
        save_book(book, file)


def _cell(column: str, text: str, mapping: Mapping) -> str | None:
    if not text:
        return None
    if COLUMN[column].kind == "date" and mapping.dates:
        return date.fromisoformat(text).strftime(mapping.dates[0])
    theirs = (word for word, ours in mapping.values.get(column, {}).items() if ours == text)
    return next(theirs, text)
