"""A report as CSV, by the rule of `claims_csv`, and as a workbook."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from tpi_billing import __version__
from tpi_billing.reports.claims_csv import written
from tpi_billing.reports.fields import Field
from tpi_billing.reports.month.report import Report
from tpi_billing.reports.publishing import NewFile, publish
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import BLUE, LABEL, TOTAL, of_kind
from tpi_billing.reports.xlsx.table import TABLE_TOP, put_heading, put_table


def report_csv(report: Report[Any]) -> bytes:
    """Return the table without its totals: a header of stable names, one row a record."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([field.name for field in report.fields])
    for row in report.rows:
        writer.writerow([written(field.value(row)) for field in report.fields])
    return out.getvalue().encode("utf-8-sig")


def report_workbook(report: Report[Any], clinic: str, as_of: date) -> bytes:
    """Return a workbook of the one table; the same report gives the same bytes."""
    book = new_book(f"{report.title}, {clinic}", as_of)
    add_report(book, report, clinic)
    return book.to_bytes()


def publish_report(
    report: Report[Any], clinic: str, as_of: date, *, as_csv: Path | None, as_xlsx: Path | None
) -> None:
    """Write the files that are asked for, all or none. Errors are those of `publish`."""
    files = []
    if as_csv is not None:
        files.append(NewFile(as_csv, "csv", report_csv(report)))
    if as_xlsx is not None:
        files.append(NewFile(as_xlsx, "workbook", report_workbook(report, clinic, as_of)))
    if files:
        publish(files)


def new_book(title: str, as_of: date) -> Book:
    """Begin a workbook that bears a day instead of the moment it was made."""
    created = datetime.combine(as_of, time(), UTC)
    return Book(title=title, creator=f"tpi-billing {__version__}", created=created)


def add_report(book: Book, report: Report[Any], clinic: str, colour: str = BLUE) -> None:
    """Add a report's sheet: heading, table, totals below it, remarks below them."""
    sheet = book.sheet(report.title, colour)
    put_heading(sheet, report.title, f"{clinic}  ·  {report.line}")
    put_table(sheet, _table_name(report), report.fields, report.rows, nothing=f"{report.nothing}")
    row = TABLE_TOP + len(report.rows) + 2
    if report.rows and report.summed:
        _put_totals(sheet, row, report)
        row += 2
    for remark in report.remarks:
        sheet.put(row, 1, remark, LABEL)
        row += 1
    set_page(sheet, f"{report.title}, {clinic}", orientation="landscape")


def _table_name(report: Report[Any]) -> str:
    """Return a name that no spreadsheet takes for a cell's."""
    return "Table_" + report.name.replace("-", "_")


def _put_totals(sheet: Sheet, row: int, report: Report[Any]) -> None:
    totals = report.totals()
    for column, field in enumerate(report.fields, 1):
        value = totals.get(field.name)
        look = of_kind(_plain(field), TOTAL)
        if column == 1 and value is None:
            sheet.put(row, column, "Total", of_kind("text", TOTAL))
        else:
            sheet.put(row, column, value, replace(look, wrap=False))


def _plain(field: Field[Any]) -> Any:
    return field.kind if field.kind in {"money", "count"} else "text"
