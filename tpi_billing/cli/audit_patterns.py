"""`audit patterns`: who stands out before MSP's profile shows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.audit_patterns_screen import result_json, show_list, show_results
from tpi_billing.cli.result import Result
from tpi_billing.cli.settings import Settings, parse_day, parse_month
from tpi_billing.errors import UsageError

if TYPE_CHECKING:
    from tpi_billing.audit.facts.source import FactSource
    from tpi_billing.audit.patterns.finding import Period
    from tpi_billing.audit.patterns.pattern import Pattern


def patterns(
    ctx: typer.Context,
    first: Annotated[
        str | None, typer.Option("--from", metavar="YYYY-MM-DD", help="First day of service.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="YYYY-MM-DD", help="Last day of service.")
    ] = None,
    month: Annotated[
        str | None, typer.Option(metavar="YYYY-MM", help="One month of service.")
    ] = None,
    practitioner: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Tell of one practitioner only.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="One pattern only; may be given several times."),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the patterns.")] = False,
    show: Annotated[
        str | None, typer.Option(metavar="ID", help="Print a pattern's SQL with its header.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="OUT.xlsx", help="Write everything as a workbook.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(metavar="NAME", help="What runs them: ledger, duckdb or spark."),
    ] = "ledger",
    facts: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Facts in files, for duckdb or spark."),
    ] = None,
    master: Annotated[
        str | None, typer.Option(metavar="URL", help="The Spark cluster: spark://host:7077.")
    ] = None,
) -> Result:
    """Look for patterns that MSP would ask about.

    Each practitioner is compared with the clinic's others, with his own past and with fixed limits,
    over the twelve months up to today unless days are given. Own patterns, as files of SQL, and own
    thresholds are read from the folder patterns of the workspace. What audit facts wrote is looked
    at with --engine duckdb --facts DIR.
    Example: tpi-billing audit patterns --from 2026-01-01 --to 2026-06-30 --xlsx patterns.xlsx
    """
    from tpi_billing.audit.facts.engines import check_engine
    from tpi_billing.audit.patterns.collection import FOLDER, all_patterns, chosen

    settings: Settings = ctx.obj
    check_engine(engine, facts, master)
    period = _period(settings.as_of, first, last, month)
    folder = settings.workspace / FOLDER
    known = all_patterns(folder)
    if show is not None:
        (one,) = chosen(known, [show])
        data = {"id": one.id, "file": Path(one.file).name, "sql": one.text}
        return Result(data, lambda screen: screen.line(one.text.rstrip()))
    wanted = chosen(known, only or ())
    if list_:
        return Result({"patterns": [_pattern_json(each) for each in wanted]}, show_list(wanted))
    with _source(settings, engine, facts, master) as source:
        return _run(settings, source, wanted, period, practitioner, xlsx)


@contextmanager
def _source(
    settings: Settings, engine: str, facts: str | None, master: str | None
) -> "Iterator[FactSource]":
    """Give the ledger's facts, or those of a folder by an engine of its own."""
    if facts is None:
        from tpi_billing.audit.patterns.collection import item_words
        from tpi_billing.ledger.facts import ledger_facts

        with ledger_facts(settings.ledger, item_words(settings.codes)) as found:
            yield found
        return
    from tpi_billing.audit.facts.engines import facts_in_files

    with facts_in_files(engine, facts, master, settings.workspace) as read:
        yield read


def _run(
    settings: Settings,
    facts: "FactSource",
    wanted: "list[Pattern]",
    period: "Period",
    practitioner: str | None,
    xlsx: Path | None,
) -> Result:
    from tpi_billing.audit.patterns.collection import FOLDER
    from tpi_billing.audit.patterns.finding import of_practitioner
    from tpi_billing.audit.patterns.running import run
    from tpi_billing.audit.patterns.thresholds import Thresholds

    thresholds = Thresholds.load(settings.workspace / FOLDER)
    with settings.progress("Looking", len(wanted)) as progress:
        results = []
        for result in run(facts, wanted, thresholds, period):
            results.append(of_practitioner(result, practitioner))
            progress.advance(1)
    if xlsx is not None:
        from tpi_billing.reports.patterns_workbook import patterns_workbook

        title = settings.config.clinic.name
        patterns_workbook(results, thresholds, period, xlsx, title=title, as_of=settings.as_of)
    named = sum(len(result.named) for result in results)
    data: dict[str, Any] = {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "named": named,
        "patterns": [
            {**_pattern_json(result.pattern), **result_json(result, thresholds)}
            for result in results
        ],
        "xlsx": None if xlsx is None else str(xlsx),
    }
    shown = show_results(results, thresholds, period, xlsx)
    return Result(data, shown, attention=bool(named))


def _pattern_json(pattern: "Pattern") -> dict[str, Any]:
    return {
        "id": pattern.id,
        "title": pattern.title,
        "kind": pattern.kind,
        "unit": pattern.unit,
        "shipped": pattern.shipped,
        "looks_for": pattern.looks_for,
        "why": pattern.why,
    }


def _period(as_of: date, first: str | None, last: str | None, month: str | None) -> "Period":
    """Return the days asked about: a month, from and to, or the twelve months up to today."""
    from tpi_billing.audit.patterns.finding import Period

    if month is not None:
        if first is not None or last is not None:
            raise UsageError(
                "--month does not go with --from or --to.", hint="Give the month, or the days."
            )
        begins = date.fromisoformat(f"{parse_month(month)}-01")
        return Period(begins, date.fromordinal(_next_month(begins).toordinal() - 1))
    ends = as_of if last is None else parse_day(last, "--to")
    begins = _year_before(ends) if first is None else parse_day(first, "--from")
    if begins > ends:
        raise UsageError(
            f"The first day, {begins}, lies behind the last, {ends}.", hint="Turn them round."
        )
    return Period(begins, ends)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _year_before(day: date) -> date:
    """Return the first day of the twelve months that end with the day's own."""
    return _next_month(date(day.year - 1, day.month, 1))
