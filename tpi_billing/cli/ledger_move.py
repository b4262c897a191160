"""`ledger move` and `ledger roles`: the ledger on a server, and who may do what there."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings

if TYPE_CHECKING:
    from tpi_billing.ledger.moving import Moved


def move(
    ctx: typer.Context,
    to: Annotated[
        str,
        typer.Option(metavar="URL", help="The address of an empty database.", show_default=False),
    ],
) -> Result:
    """Move the whole ledger to PostgreSQL, or back into a file.

    Every row is copied and verified with the journal before anything is kept. The old ledger stays
    as it is and can only be read from then on. Stopped in the middle, the same command goes on.
    Example: tpi-billing ledger move --to postgresql+psycopg://tpi_owner@db.clinic.example/tpi
    """
    from tpi_billing.ledger.keeping.proof import count_rows
    from tpi_billing.ledger.moving import move as move_ledger

    settings: Settings = ctx.obj
    ledger = settings.ledger
    with ledger.reading() as connection:
        rows = sum(count_rows(connection).values())
    with settings.progress("Moving", rows) as progress:
        done = move_ledger(
            ledger,
            settings.config.database,
            to,
            settings.workspace,
            settings.actor,
            progress.advance,
        )
    return Result(_json(done), lambda screen: _show(screen, done))


def _json(done: "Moved") -> dict[str, Any]:
    return {
        "from": done.source,
        "to": done.target,
        "entries": done.head.entries,
        "sha256": done.head.sha256,
        "rows": None if done.sums is None else dict(done.sums.rows),
        "cents": None if done.sums is None else dict(done.sums.cents),
        "setting": f'database = "{done.target}"',
    }


def _show(screen: Screen, done: "Moved") -> None:
    if done.sums is None:
        screen.line("The move that was interrupted is finished.", style="bold")
    else:
        rows = sum(done.sums.rows.values())
        screen.line(f"Moved {counted(rows, 'row')} to {done.target}.", style="bold")
        screen.line(
            f"Rows, sums of money and the journal's {done.head.entries:,} entries were compared: "
            "all of it arrived."
        )
    screen.line("Now let tpi-billing.toml say:")
    screen.line(f'  database = "{done.target}"')
    if ":***@" in done.target:
        put(screen, "Put the password in place of ***, or better into a password file (~/.pgpass).")
    put(
        screen,
        f"The old ledger, {done.source}, is kept as it was and can only be read. To go back, move "
        "the new one to a new, empty database in the same way.",
    )


def roles(
    ctx: typer.Context,
    clinics: Annotated[
        bool, typer.Option("--data-centres", help="Let staff see their own data centre only.")
    ] = False,
) -> Result:
    """Print the SQL that makes a PostgreSQL ledger's roles and what each may do.

    The owner of the tables runs it with psql, once and again after each upgrade: owner, billing
    staff, auditors. docs/postgresql.md says who gets which.
    Example: tpi-billing ledger roles --data-centres > roles.sql
    """
    from tpi_billing.ledger.roles import script

    _ = ctx
    text = script(by_data_centre=clinics)
    return Result({"sql": text}, lambda screen: screen.line(text))
