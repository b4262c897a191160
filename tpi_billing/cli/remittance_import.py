"""What taking MSP's files in came to, for `remittance import` and `pickup` alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.remittance_account import show_remittances
from tpi_billing.cli.remittance_findings import differences_of, findings_of
from tpi_billing.cli.remittance_json import remittance_json
from tpi_billing.cli.remittance_screen import show_messages
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.cli.settings import Settings
from tpi_billing.model.finding import Finding, Place, Severity
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.remittance.counting import Counts, FileImported, Imported
    from tpi_billing.remittance.importing import Source
    from tpi_billing.remittance.statement import Statement
    from tpi_billing.remittance.tying import Tied

_COUNTS = ("lines", "new", "paid", "changed", "refused", "held", "unmatched", "adjustments")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Files that were taken in, what their lines say, and how their remittances tie.

    `strangers` are the remittances of payees that nobody here bills for.
    """

    imported: "Imported"
    statement: "Statement"
    remittances: "tuple[Tied, ...]"
    strangers: "tuple[Tied, ...]"

    @property
    def needs_a_person(self) -> bool:
        """Tell whether anything in them must be looked at."""
        counts = self.imported.counts
        return bool(
            counts.refused
            or counts.changed
            or counts.unmatched
            or counts.not_applied
            or self.strangers
            or any(file.remarks or file.fragment for file in self.imported.files)
            or any(one.ties.state.value != "balanced" for one in self.remittances)
        )


def take_in(settings: Settings, sources: "Sequence[Source]") -> TakenIn:
    """Import files in one transaction; read back what they say."""
    from itertools import chain

    from tpi_billing.ledger.billers import billers
    from tpi_billing.ledger.remittance_sums import payments_of_files
    from tpi_billing.ledger.remittances import lines_of_file
    from tpi_billing.remittance.importing import import_files
    from tpi_billing.remittance.showing import with_claims
    from tpi_billing.remittance.statement import make_statement
    from tpi_billing.remittance.tying import tied

    ledger = settings.ledger
    with settings.progress("Reading", sum(map(_lines, sources))) as progress:
        imported = import_files(ledger, settings.actor, sources, progress.advance)
    centre = ledger.data_centre
    file_ids = sorted({file.file_id for file in imported.files})
    with ledger.reading() as connection:
        lines = chain.from_iterable(
            lines_of_file(connection, centre, file_id) for file_id in file_ids
        )
        statement = make_statement(with_claims(connection, centre, lines), settings.codes)
        payments = payments_of_files(connection, centre, file_ids)
        found = tuple(tied(connection, centre, payment) for payment in payments)
        payees = {one.payee_number for one in billers(connection, centre)}
    payees |= {one.payee_number or "" for one in settings.config.practitioners}
    payees.add(settings.config.clinic.payee_number)
    strangers = tuple(one for one in found if one.payee_number not in payees)
    return TakenIn(imported, statement, found, strangers)


def _lines(source: "Source") -> int:
    """Count a file's lines; 0 of one that cannot be read, which the import will say."""
    try:
        with source.open() as stream:
            return sum(1 for _ in stream)
    except OSError:
        return 0


def taken_in_json(taken: TakenIn) -> dict[str, Any]:
    """Write it for scripts."""
    counts = taken.imported.counts
    return {
        **{name: getattr(counts, name) for name in _COUNTS},
        "not_applied": counts.not_applied,
        "amount_paid": dollars(counts.paid_cents),
        "amount_unmatched": dollars(counts.unmatched_cents),
        "amount_adjustments": dollars(counts.adjusted_cents),
        "deposit": dollars(counts.deposit_cents),
        "files": [_file_json(file) for file in taken.imported.files],
        "remittances": [remittance_json(one) for one in taken.remittances],
    }


def _file_json(file: "FileImported") -> dict[str, Any]:
    return {
        "file": file.name,
        "file_id": file.file_id,
        "known": file.known,
        "lines": file.lines,
        "new": file.new,
        "cut_off": file.fragment,
        "remarks": list(file.remarks),
    }


def findings_of_import(taken: TakenIn) -> list[Finding]:
    """Return what needs a person: lines, totals, and what is odd about the files."""
    names = {file.file_id: file.name for file in taken.imported.files}
    odd = [
        Finding(
            "file-cut-off" if file.fragment else "file-remark",
            Severity.WARNING,
            remark,
            "Fetch the file again, and import it." if file.fragment else "",
            Place(file=file.name),
        )
        for file in taken.imported.files
        for remark in file.remarks
    ]
    strangers = [
        Finding("remittance-payee", Severity.WARNING, _stranger(one), _WHOSE)
        for one in taken.strangers
    ]
    ties = differences_of(taken.remittances)
    return [*strangers, *findings_of(taken.statement, names), *ties, *odd]


def _stranger(one: "Tied") -> str:
    return f"Remittance {one.name} is of payee {one.payee_number}, for whom nobody here bills."


_WHOSE = (
    "Is it another clinic's file? Its money is not this clinic's: ask MSP, or correct payee_number "
    "in tpi-billing.toml."
)


def show_taken_in(screen: Screen, taken: TakenIn) -> None:
    """Write what files hold, how it ties, and what to do next."""
    for file in taken.imported.files:
        _show_file(screen, file)
    for one in taken.strangers:
        put(screen, _stranger(one))
        put(screen, f"-> {_WHOSE}", "  ", "     ")
    _show_counts(screen, taken.imported.counts)
    _show_reasons(screen, taken.statement)
    show_messages(screen, taken.statement)
    if taken.remittances:
        screen.line()
        show_remittances(screen, taken.remittances)
    _show_next(screen, taken)


def _show_file(screen: Screen, file: "FileImported") -> None:
    new = "nothing in it is new" if not file.new else f"{file.new} of them new"
    put(screen, f"File {file.file_id}, {file.name}: {counted(file.lines, 'line')}, {new}.")
    for remark in file.remarks:
        put(screen, remark, "  ", "    ")


def _show_counts(screen: Screen, counts: "Counts") -> None:
    rows = [
        ("claims paid as billed", counts.paid, None),
        ("claims paid otherwise, or taken back", counts.changed, None),
        ("claims refused", counts.refused, None),
        ("claims held", counts.held, None),
        ("paid for these claims", None, counts.paid_cents),
        ("lines that match no claim", counts.unmatched, counts.unmatched_cents),
        ("lines not applied, contained above", counts.not_applied, None),
        ("adjustments", counts.adjustments, counts.adjusted_cents),
        ("deposit", None, counts.deposit_cents),
    ]
    told = [
        (what, "" if many is None else str(many), "" if cents is None else dollars(cents))
        for what, many, cents in rows
        if many or (many is None and cents)
    ]
    if told:
        screen.table(("what MSP says", "lines", "amount"), told, right=("lines", "amount"))


def _show_reasons(screen: Screen, statement: "Statement") -> None:
    """Write why claims were refused or changed: the code that decides, how often, how much."""
    from tpi_billing.remittance.statement import Kind

    found: dict[str, list[Any]] = {}
    for kind in (Kind.REFUSED, Kind.CHANGED, Kind.TAKEN_BACK):
        for item in statement.items[kind]:
            code = item.codes[0] if item.codes else None
            name = code.code if code else "none"
            meaning = code.meaning if code else "MSP gives no code."
            row = found.setdefault(name, [0, 0, meaning])
            row[0] += 1
            row[1] += item.billed_cents - item.paid_cents
    if not found:
        return
    screen.heading("Why, above all")
    screen.table(
        ("code", "lines", "lacking", "meaning"),
        (
            (code, str(many), dollars(cents), meaning)
            for code, (many, cents, meaning) in sorted(found.items(), key=lambda one: -one[1][1])
        ),
        right=("lines", "lacking"),
        wrap=("meaning",),
    )


def _show_next(screen: Screen, taken: TakenIn) -> None:
    screen.line()
    odd = [one for one in taken.remittances if one.ties.state.value != "balanced"]
    if odd:
        many = counted(len(odd), "remittance")
        verb = "does" if len(odd) == 1 else "do"
        screen.line(f"{many} {verb} not tie to MSP's totals.")
    for one in taken.remittances:
        screen.remark(f"See it all: tpi-billing remittance show {one.name}")
    if not taken.remittances:
        for file in taken.imported.files:
            screen.remark(f"See it all: tpi-billing remittance show {file.file_id}")
    counts = taken.imported.counts
    if counts.refused or counts.changed:
        screen.remark("What to do next: tpi-billing worklist")
