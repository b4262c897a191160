"""`audit verify` and `audit log`: prove that nothing was altered, and read who did what."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.audit_verified import show_verified, verified_data
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings, parse_day
from tpi_billing.cli.streamed import Streamed
from tpi_billing.errors import IntegrityError, UsageError

if TYPE_CHECKING:
    from tpi_billing.ledger.journal_reading import LogEntry


def verify(
    ctx: typer.Context,
    since_checkpoint: Annotated[
        bool,
        typer.Option("--since-checkpoint", help="Only what came after the last full run."),
    ] = False,
    head: Annotated[
        str | None,
        typer.Option(metavar="SHA256", help="A journal hash that an export printed."),
    ] = None,
    entry: Annotated[
        int | None, typer.Option(metavar="NUMBER", min=1, help="That hash's entry number.")
    ] = None,
) -> Result:
    """Prove that the journal is whole and that the ledger is what it says.

    Every entry is hashed anew and compared with today's tables, and every published file with its
    hash. Any difference is named with table, record and field, exit code 6. After a full run
    a checkpoint is written, from which --since-checkpoint goes on.
    Example: tpi-billing audit verify --head 5f0c11d2a97e40b3
    """
    from tpi_billing.audit.verifying import Earlier
    from tpi_billing.audit.verifying import verify as verify_all
    from tpi_billing.ledger.journal import count_entries

    settings: Settings = ctx.obj
    earlier = Earlier.read(entry, head)
    with settings.ledger.reading() as connection:
        entries = count_entries(connection)
    with settings.progress("Verifying", None if since_checkpoint else entries) as progress:
        done = verify_all(
            settings.ledger,
            settings.workspace,
            settings.actor,
            since_checkpoint=since_checkpoint,
            earlier=earlier,
            advance=progress.advance,
        )

    def show(screen: Screen) -> None:
        show_verified(screen, done, earlier)

    code = 0 if done.intact else IntegrityError.exit_code
    return Result(verified_data(done), show, exit_code=code)


def log(
    ctx: typer.Context,
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Who did it.")] = None,
    what: Annotated[
        str | None,
        typer.Option(metavar="ACTION", help="What was done: claim.sent, or all of claim."),
    ] = None,
    record: Annotated[
        str | None, typer.Option(metavar="RECORD", help="About one record: claim:17.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="From that day on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Up to the end of that day.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only the latest ones.")
    ] = None,
) -> Result:
    """Tell who did what and when, the latest first.

    With --json every value of each entry is given. Health numbers and names are masked.
    Example: tpi-billing audit log --record claim:17 --since 2026-11-01
    """
    from tpi_billing.ledger.journal_reading import LogFilter

    settings: Settings = ctx.obj
    first = None if since is None else parse_day(since, "--since")
    last = None if until is None else parse_day(until, "--until")
    if first is not None and last is not None and last < first:
        raise UsageError("--until is before --since.", hint="Give the earlier day to --since.")
    wanted = LogFilter(
        who,
        what,
        record,
        None if first is None else _instant(first),
        None if last is None else _instant(last + timedelta(days=1)),
        limit,
    )
    unmask = settings.unmask
    ledger = settings.ledger  # now: what is wrong with it must be said before anything is written

    def entries() -> "Iterator[LogEntry]":
        from tpi_billing.ledger.journal_reading import log_entries

        with ledger.reading() as connection:
            yield from log_entries(connection, wanted)

    def show(screen: Screen) -> None:
        from tpi_billing.audit.wording import in_words

        said = False
        for one in entries():
            said = True
            when = _local(one.at)
            words = in_words(one, unmask=unmask)
            screen.line(f"{one.entry}  {when}  {one.actor} {words}")
        if not said:
            screen.line("No entry is like that.")

    data = {"entries": Streamed(lambda: (_entry_json(one, unmask=unmask) for one in entries()))}
    return Result(data, show)


def _entry_json(one: "LogEntry", *, unmask: bool) -> dict[str, Any]:
    from tpi_billing.audit.wording import in_words, shown_values

    return {
        "entry": one.entry,
        "at": one.at,
        "actor": one.actor,
        "action": one.action,
        "record": one.record,
        "words": in_words(one, unmask=unmask),
        "values": shown_values(one, unmask=unmask),
        "sha256": one.sha256,
    }


def _instant(day: date) -> str:
    """Return when a day begins at this computer, as the journal writes it."""
    begins = datetime(day.year, day.month, day.day).astimezone(UTC)
    return begins.strftime("%Y-%m-%dT%H:%M:%SZ")


def _local(at: str) -> str:
    """Return an instant as this computer's time; one that is none as it stands."""
    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return at
