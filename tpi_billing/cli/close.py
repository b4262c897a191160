"""`close`: the month end. Nothing is closed that does not balance."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings, parse_month
from tpi_billing.errors import UsageError
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.ledger import Transaction
    from tpi_billing.ledger.books import BookLine, Unclaimed
    from tpi_billing.ledger.receivables import OpenWork
    from tpi_billing.remittance.blockers import Blocker
    from tpi_billing.remittance.closing import MonthEnd


_COLUMNS = ("payee", "pract.", "opening", "billed", "adjusted", "paid", "written off", "closing")


def close(
    ctx: typer.Context,
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month of the books.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what it comes to, and close nothing.")
    ] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="Accept a remittance's or file's difference; may be repeated."
        ),
    ] = None,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Open the last closed month again.")
    ] = False,
    reason: Annotated[
        str,
        typer.Option(
            metavar="TEXT", help="Why; with --accept, --reopen, --no-backup. It is journaled."
        ),
    ] = "",
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Make no backup first; needs --reason.")
    ] = False,
) -> Result:
    """Close a month of the books, which must balance to the cent.

    Opening + billed + adjustments - paid - written off = closing, for each payee and practitioner.
    A closed month cannot change: what comes later counts in the next. A backup is made first; when
    it cannot be, nothing is closed. Example: tpi-billing close
    2026-10 --dry-run
    """
    from tpi_billing.remittance.closing import Closer

    settings: Settings = ctx.obj
    wanted = parse_month(month, "close")
    closer = Closer(settings.ledger, settings.codes.calendar, settings.as_of, settings.actor)
    if reopen:
        if dry_run or accept or no_backup:
            raise UsageError("--reopen goes with --reason only.", hint="Leave the others out.")
        if not reason.strip():
            raise UsageError("--reopen needs a reason.", hint="Add --reason TEXT; it is journaled.")
        closer.reopen(wanted, reason)
        data: dict[str, Any] = {"month": wanted, "state": "reopened", "reason": reason}
        return Result(data, lambda screen: screen.line(f"{wanted} is open again."))
    if reason and not accept and not no_backup:
        raise UsageError(
            "--reason goes with --accept, --reopen or --no-backup.", hint="Leave it out."
        )
    if no_backup and not reason.strip():
        raise UsageError("--no-backup needs a reason.", hint="Add --reason TEXT; it is journaled.")
    safely = _Backup(settings, wanted, reason if no_backup else "")
    if dry_run:
        found = closer.look(wanted, accept or (), reason)
    else:
        found = closer.close(wanted, accept or (), reason, before=safely)
    return Result(
        {**_json(found, closed=not dry_run), "backup": safely.path},
        lambda screen: _show(screen, found, closed=not dry_run, backup=safely.path),
        attention=bool(found.blockers) or found.open_ends,
    )


class _Backup:
    """Makes a backup before a month is closed, or writes down why there is none."""

    def __init__(self, settings: Settings, month: str, without: str) -> None:
        self.path: str | None = None
        self._settings = settings
        self._before = f"close {month}"
        self._without = without

    def __call__(self, transaction: "Transaction") -> None:
        from tpi_billing.ledger.keeping.backup import FOLDER
        from tpi_billing.ledger.keeping.journaled import back_up_in, leave_out

        if self._without:
            leave_out(transaction, self._before, self._without)
            return
        folder = self._settings.workspace / FOLDER
        reason = f"before {self._before}"
        made = back_up_in(transaction, self._settings.ledger, folder, reason)
        self.path = None if made is None else str(made.path)


def _json(found: "MonthEnd", *, closed: bool) -> dict[str, Any]:
    return {
        "month": found.month,
        "state": "closed" if closed else "open",
        "books": [book_json(line) for line in found.lines],
        "totals": _totals_json(found.lines),
        "blockers": [_blocker_json(one) for one in found.blockers],
        "accepted": [_blocker_json(one) for one in found.accepted],
        "unclaimed": [
            {"standing": one.standing.value, "lines": one.lines, "amount": dollars(one.cents)}
            for one in found.unclaimed
        ],
        "to_deal_with": _work_json(found.to_deal_with),
        "silent": _work_json(found.silent),
        "awaited": _work_json(found.awaited),
    }


def book_json(line: "BookLine") -> dict[str, Any]:
    """Return a line of the books for scripts."""
    names = {"payee_number": line.payee_number, "practitioner_number": line.practitioner_number}
    return {**names, **{name: dollars(cents) for name, cents in _figures(line)}}


def _figures(line: "BookLine") -> Iterator[tuple[str, int]]:
    yield "opening", line.opening
    yield "billed", line.moved.billed
    yield "adjustments", line.moved.adjustments
    yield "paid", line.moved.paid
    yield "written_off", line.moved.written_off
    yield "closing", line.closing


def _totals(lines: Sequence["BookLine"]) -> dict[str, int]:
    names = ("opening", "billed", "adjustments", "paid", "written_off", "closing")
    return {name: sum(dict(_figures(line))[name] for line in lines) for name in names}


def _totals_json(lines: Sequence["BookLine"]) -> dict[str, str]:
    return {name: dollars(cents) for name, cents in _totals(lines).items()}


def _work_json(work: "OpenWork") -> dict[str, Any]:
    return {"claims": work.claims, "amount": dollars(work.cents)}


def _blocker_json(one: "Blocker") -> dict[str, Any]:
    return {
        "kind": one.kind,
        "message": one.what,
        "hint": one.cure,
        "name": one.name or None,
        "difference": dollars(one.cents),
    }


def _show(screen: Screen, found: "MonthEnd", *, closed: bool, backup: str | None = None) -> None:
    _show_books(screen, found.lines)
    for one in found.accepted:
        screen.line()
        put(screen, f"Accepted: {one.what}")
    if found.blockers:
        screen.heading(f"What keeps {found.month} from being closed")
        for one in found.blockers:
            put(screen, f"- {one.what}", "  ", "    ")
            put(screen, f"-> {one.cure}", "    ", "       ")
    if found.open_ends or found.awaited.claims:
        screen.heading("Still open; it does not keep the month from being closed")
        for said in _open_ends(found):
            put(screen, f"- {said}", "  ", "    ")
    screen.line()
    if closed:
        if backup:
            screen.remark(f"Backed up before: {backup}")
        screen.line(f"{found.month} is closed.", style="bold")
    elif found.blockers:
        screen.line(f"{found.month} cannot be closed yet. Nothing was changed.", style="bold")
    else:
        screen.line(f"{found.month} balances and can be closed. Nothing was changed.", style="bold")


def _show_books(screen: Screen, lines: Sequence["BookLine"]) -> None:
    if not lines:
        screen.line("Nothing has moved the books up to this month.")
        return
    rows = [
        (
            screen.masked("payee_number", line.payee_number),
            screen.masked("practitioner_number", line.practitioner_number),
            *(dollars(cents) for _, cents in _figures(line)),
        )
        for line in lines
    ]
    if len(lines) > 1:
        rows.append(("all", "all", *(_totals_json(lines).values())))
    # One payee needs no column, and larger sums have its room.
    first = 0 if len({line.payee_number for line in lines}) > 1 else 1
    columns = _COLUMNS[first:]
    screen.table(columns, [row[first:] for row in rows], right=_COLUMNS[2:])


def _open_ends(found: "MonthEnd") -> Iterator[str]:
    for one in found.unclaimed:
        yield _unclaimed(one)
    if found.to_deal_with.claims:
        yield (
            f"{counted(found.to_deal_with.claims, 'claim')} refused or paid otherwise than due, "
            f"{dollars(found.to_deal_with.cents)} outstanding: see tpi-billing worklist."
        )
    if found.silent.claims:
        yield (
            f"{counted(found.silent.claims, 'claim')} sent and not answered when MSP should have, "
            f"{dollars(found.silent.cents)}."
        )
    if found.awaited.claims:
        yield (
            f"{counted(found.awaited.claims, 'claim')} of {dollars(found.awaited.cents)}, which "
            f"MSP pays in {found.month} by its calendar, and no remittance of it is here. Fetch "
            "it with tpi-billing pickup; once the month is closed it counts in the next one."
        )


def _unclaimed(one: "Unclaimed") -> str:
    lines = counted(one.lines, "line")
    if one.standing == "unmatched":
        return f"{lines} of MSP's that match no claim here, {dollars(one.cents)}."
    return f"{lines} of MSP's that could not be applied to their claim, {dollars(one.cents)}."
