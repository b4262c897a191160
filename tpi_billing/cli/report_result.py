"""A report on the screen, for scripts, and written into the files that were asked for."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings

if TYPE_CHECKING:
    from tpi_billing.reports.fields import Field, Value
    from tpi_billing.reports.month.report import Report

_PEOPLE = frozenset({"practitioner_number", "payee_number"})


def report_result(
    settings: Settings,
    report: "Report[Any]",
    csv: Path | None,
    xlsx: Path | None,
    *,
    attention: bool = False,
) -> Result:
    """Write the files, and return what is shown; names and numbers are whole in the files only."""
    if csv is not None or xlsx is not None:
        from tpi_billing.reports.month.files import publish_report

        clinic = settings.config.clinic.name
        publish_report(report, clinic, settings.as_of, as_csv=csv, as_xlsx=xlsx)
    masker = Screen(unmask=settings.unmask)
    data = {
        "report": report.name,
        "rows": [dict(_values(report, row, masker)) for row in report.rows],
        "totals": {name: _plain(value) for name, value in report.totals().items()},
        "remarks": list(report.remarks),
        "csv": None if csv is None else str(csv),
        "xlsx": None if xlsx is None else str(xlsx),
    }

    def show(screen: Screen) -> None:
        _show(screen, report)
        for path in (csv, xlsx):
            if path is not None:
                screen.line(f"Wrote {path}.")

    return Result(data, show, attention=attention)


def _values(
    report: "Report[Any]", row: Any, masker: Screen
) -> Iterator[tuple[str, str | int | None]]:
    for field in report.fields:
        value = _plain(field.value(row))
        yield field.name, _masked(masker, field, value) if isinstance(value, str) else value


def _plain(value: "Value") -> str | int | None:
    match value:
        case Decimal():
            return f"{value:.2f}"
        case None | int() | str():
            return value
        case _:
            return value.isoformat()


def _show(screen: Screen, report: "Report[Any]") -> None:
    screen.line(f"{report.title}: {report.line}", style="bold")
    if not report.rows:
        screen.line(report.nothing)
    else:
        fields = [(report.field(name), title) for name, title in report.screen]
        rows = [
            [_text(screen, field, field.value(row)) for field, _ in fields] for row in report.rows
        ]
        totals = report.totals()
        if len(rows) > 1 and totals:
            last = [_text(screen, field, totals.get(field.name)) for field, _ in fields]
            rows.append([last[0] or "all", *last[1:]])
        screen.table(
            [title for _, title in fields],
            rows,
            right=[title for field, title in fields if field.kind in {"money", "count"}],
            wrap=[title for field, title in fields if field.name in report.broken],
        )
    for remark in report.remarks:
        screen.remark(remark)


def _masked(screen: Screen, field: "Field[Any]", text: str) -> str:
    """Mask free text, which may name a patient, and the numbers of people."""
    free = field.kind == "wrapped" or field.name in _PEOPLE
    return screen.masked(field.name, text) if free else text


def _text(screen: Screen, field: "Field[Any]", value: "Value") -> str:
    plain = _plain(value)
    return "" if plain is None else _masked(screen, field, str(plain))
