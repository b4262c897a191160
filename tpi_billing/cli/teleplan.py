"""`teleplan`: MSP's logs and lists, the password, the sequence numbers. And `eligibility`."""

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tpi_billing.cli.result import Result
from tpi_billing.cli.screen import Screen
from tpi_billing.cli.settings import Settings, parse_day
from tpi_billing.cli.submit import TestSite
from tpi_billing.cli.teleplan_session import (
    PASSWORD_VARIABLE,
    credentials,
    keep_password,
    patience,
    service_for,
    signed_on,
)
from tpi_billing.errors import ConfigurationError, ConflictError, FileError, UsageError
from tpi_billing.model.identifiers import is_phn

if TYPE_CHECKING:
    from tpi_billing.ledger.numbers import SequenceNumber

_LISTS = {
    "0": "the list of files",
    "1": "explanatory codes",
    "2": "diagnoses, three characters",
    "3": "fee schedule",
    "A": "adjustment codes",
    "I": "diagnoses",
}


def log(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="A log of the list.")] = "CURRENT",
    names: Annotated[bool, typer.Option("--list", help="Which logs there are.")] = False,
    test_site: TestSite = False,
) -> Result:
    """Show MSP's log of what was sent and fetched.

    Example: tpi-billing teleplan log
    """
    settings: Settings = ctx.obj
    with signed_on(settings, test_site=test_site) as service:
        reply = service.log_list() if names else service.log(name)
    text = reply.content.decode("latin-1")
    lines = [Screen().masked("", line.rstrip()) for line in text.splitlines()]

    def show(screen: Screen) -> None:
        for line in lines:
            screen.line(line)

    return Result({"log": name, "lines": lines}, show)


def lists(
    ctx: typer.Context,
    which: Annotated[
        str, typer.Argument(metavar="[FILE]", help="0, 1, 2, 3, A or I; 0 lists them.")
    ] = "0",
    out: Annotated[Path | None, typer.Option(metavar="OUT", help="Where to keep the file.")] = None,
    test_site: TestSite = False,
) -> Result:
    """Fetch MSP's code lists: 1 explanatory codes, 2 and I diagnoses, 3 fees.

    Example: tpi-billing teleplan lists 3 --out fees.txt, then: tpi-billing fees import fees.txt
    """
    from tpi_billing.reports.publishing import NewFile, publish

    settings: Settings = ctx.obj
    if which not in _LISTS:
        raise UsageError(f"There is no list {which}.", hint="One of " + ", ".join(_LISTS) + ".")
    with signed_on(settings, test_site=test_site) as service:
        reply = service.information(which)
    if not reply.content.strip():
        raise FileError("MSP sent an empty file.", hint="Try again later.")
    if out is not None:
        publish([NewFile(out, "list", reply.content)])
    text = reply.content.decode("latin-1")
    data = {"list": which, "bytes": len(reply.content), "path": None if out is None else str(out)}

    def show(screen: Screen) -> None:
        if out is not None:
            screen.line(f"Wrote {_LISTS[which]} to {out}.")
            return
        for line in text.splitlines()[:20]:
            screen.line(line.rstrip())
        screen.remark("Keep the whole file with --out.")

    return Result(data, show)


def password(
    ctx: typer.Context,
    store: Annotated[
        bool, typer.Option("--store", help="Only keep the present one on this computer.")
    ] = False,
    test_site: TestSite = False,
) -> Result:
    """Change the Teleplan password, or keep the present one in the keyring.

    Passwords are asked for, never given on the command line, and last 42 days.
    Example: tpi-billing teleplan password
    """
    from tpi_billing.claims.kept_files import patiently

    settings: Settings = ctx.obj
    username = settings.config.teleplan.username
    if store:
        if not username:
            raise ConfigurationError(
                "teleplan.username is blank.", hint="Enter it in tpi-billing.toml, [teleplan]."
            )
        keep_password(username, getpass.getpass("Teleplan password: "))
        return Result({"stored": True}, lambda screen: screen.line("Kept in the keyring."))
    username, old = credentials(settings)
    new = getpass.getpass("New Teleplan password: ")
    if new != getpass.getpass("The new one again: "):
        raise UsageError("The two are not the same.", hint="Nothing was changed. Try again.")
    with service_for(settings, test_site=test_site) as service:
        service.change_password(username, old, new)
    kept = _kept(username, new)
    patiently(lambda: _journal_change(settings, username), patience())

    def show(screen: Screen) -> None:
        screen.line("MSP has changed it. It lasts 42 days.")
        if not kept:
            screen.line("This computer's keyring did not take the new one: note it down safely.")
        if not kept or PASSWORD_VARIABLE in os.environ:
            screen.line(f"Set {PASSWORD_VARIABLE} to the new one: it goes before the keyring.")

    return Result({"changed": True, "stored": kept}, show, attention=not kept)


def _kept(username: str, new: str) -> bool:
    """Keep a password that MSP holds already; tell whether the keyring took it."""
    try:
        keep_password(username, new)
    except ConfigurationError:
        return False
    return True


def _journal_change(settings: Settings, username: str) -> None:
    with settings.ledger.changing(settings.actor) as transaction:
        transaction.journal.write("password.changed", "teleplan", {"username": username})


def number(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="show|set")] = "show",
    value: Annotated[int | None, typer.Argument(metavar="[NUMBER]", min=1, max=9_999_999)] = None,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is journaled.")] = "",
) -> Result:
    """Show or set the sequence number that the next file begins with.

    MSP takes only the number after the last one that it has taken, and names it when it refuses a
    file. Example: tpi-billing teleplan number set 262113 --reason "TETA-022 of 5 November"
    """
    settings: Settings = ctx.obj
    if what == "show":
        return _show_number(settings)
    if what != "set" or value is None:
        raise UsageError("Say `show`, or `set` and a number.", hint="E.g. number set 262113")
    return _set_number(settings, value, reason)


def _show_number(settings: Settings) -> Result:
    from tpi_billing.ledger.numbers import SEQUENCE, SequenceNumber, next_place

    ledger = settings.ledger
    with ledger.reading() as connection:
        here = SequenceNumber.at(next_place(connection, ledger.data_centre, SEQUENCE))
    return Result(_number_json(here), lambda screen: screen.line(f"Next: {here.number:07d}"))


def _set_number(settings: Settings, value: int, reason: str) -> Result:
    from tpi_billing.claims.parts import waiting_batches
    from tpi_billing.ledger.numbers import set_sequence

    if not reason.strip():
        raise UsageError("Setting the number needs a reason.", hint="Say why, with --reason.")
    ledger = settings.ledger
    with ledger.changing(settings.actor) as transaction:
        if waiting := waiting_batches(transaction.connection, ledger):
            names = ", ".join(str(batch_id) for batch_id in waiting)
            raise ConflictError(
                f"Batch {names} has its numbers, and MSP does not surely have all of it.",
                hint="Settle it first, or void what MSP does not have: the numbers would no longer "
                "follow MSP's last one.",
            )
        now = set_sequence(transaction, ledger.data_centre, value, reason.strip())
    return Result(_number_json(now), lambda screen: screen.line(f"Next: {now.number:07d}"))


def _number_json(number: "SequenceNumber") -> dict[str, Any]:
    return {"next_number": number.number, "cycle": number.cycle}


def eligibility(
    ctx: typer.Context,
    phn: Annotated[str, typer.Argument(metavar="PHN", help="The health number.")],
    birth_date: Annotated[str, typer.Argument(metavar="BIRTHDATE", help="As 1970-05-31.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The service date.")
    ] = None,
    test_site: TestSite = False,
) -> Result:
    """Ask MSP about one patient's coverage.

    The service is for one patient at a time. Example: tpi-billing eligibility 9151065434 1970-05-31
    """
    from tpi_billing.teleplan.exchange.coverage import coverage_form, read_coverage

    settings: Settings = ctx.obj
    digits = phn.replace(" ", "").replace("-", "")
    if not is_phn(digits):
        raise UsageError("That is not a BC personal health number.", hint="Look for a slip.")
    form = coverage_form(
        digits, parse_day(birth_date, "BIRTHDATE"), parse_day(on, "--on") if on else None
    )
    with signed_on(settings, test_site=test_site) as service:
        reply = service.eligibility(form)
    coverage = read_coverage(reply.content)
    with settings.ledger.changing(settings.actor) as transaction:
        values = {"phn": digits[-4:], "result": reply.result}
        transaction.journal.write("eligibility.asked", "teleplan", values)
    screen = Screen(unmask=settings.unmask)
    shown = [(name.lower(), _masked(screen, name, text)) for name, text in coverage.lines]
    data = {
        "eligible": coverage.eligible,
        "result": reply.result,
        "messages": reply.messages,
        "lines": dict(shown),
    }

    def show(out: Screen) -> None:
        verdict = {True: "Covered.", False: "NOT covered.", None: "MSP gives no answer."}
        out.line(verdict[coverage.eligible])
        if not reply.succeeded:
            out.line(reply.messages)
        out.facts(shown)

    return Result(data, show, attention=coverage.eligible is not True)


_COLUMNS = {"PHN": "phn", "NAME": "patient_surname"}


def _masked(screen: Screen, name: str, text: str) -> str:
    return screen.masked(_COLUMNS.get(name, ""), text)
