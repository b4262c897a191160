"""What keeps a month from being closed, line by line: nothing here changes the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tpi_billing.ledger.book_months import last_closed_month
from tpi_billing.ledger.books import BookLine, book_lines, months_moved, odd_claims, outstanding
from tpi_billing.ledger.closings import (
    ClosedLine,
    accepted,
    closed_lines,
    decisions,
    first_payment,
    is_elsewhere,
)
from tpi_billing.ledger.remittances import list_files, payments
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.ledger.waiting import waiting_batches
from tpi_billing.model.claim import BatchState
from tpi_billing.model.money import dollars
from tpi_billing.model.remittance import RemittanceFile
from tpi_billing.remittance.ties import Tie, Ties, TieState
from tpi_billing.remittance.tying import Tied, all_tied

_MOST_CLAIMS = 20
_COUNTS = "The VTC "
"""What the remark on a control count begins with."""
_TIES = {
    "billed": "amount billed",
    "paid": "amount paid",
    "deposit": "deposit with the balance carried on",
    "balance": "balance forward",
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that does not balance, or that nobody knows, and what to do about it.

    `kind` is stable for scripts. `name` is the remittance (`2026-11-12-A9999`) or file (`file-7`)
    whose difference can be accepted, blank where nothing can; `cents` is the money that no line of
    it explains.
    """

    kind: str
    what: str
    cure: str
    name: str = ""
    cents: int = 0


def find_blockers(connection: Connection, data_centre: str, month: str) -> list[Blocker]:
    """List everything that keeps a month (`YYYY-MM`) from being closed, accepted or not."""
    return [
        *_remittances(connection, data_centre, month),
        *_files(connection, data_centre, month),
        *_batches(connection, data_centre, month),
        *_claims(connection, data_centre),
        *_closed(connection, data_centre),
    ]


def still_blocking(
    connection: Connection, data_centre: str, found: list[Blocker]
) -> tuple[list[Blocker], list[Blocker]]:
    """Part blockers into those that stand and those that were accepted as they are now.

    An acceptance is of an amount: when the difference has become another, it stands again.
    """
    known = accepted(connection, data_centre)
    standing = [one for one in found if known.get(one.name) != one.cents or not one.name]
    return standing, [one for one in found if one not in standing]


def _remittances(connection: Connection, data_centre: str, month: str) -> Iterator[Blocker]:
    known = accepted(connection, data_centre)
    here = set(payments(connection, data_centre, month))
    for one in all_tied(connection, data_centre):
        cents = one.ties.difference_cents or 0
        another = known.get(one.name, cents) != cents
        if not another and not _is_of(one, month, here):
            continue
        said = list(_not_tied(one.ties))
        if another:
            before = dollars(known[one.name])
            said.append(f"{before} was accepted, and {dollars(cents)} is unexplained now")
        if not said:
            continue
        missing = one.ties.state is TieState.NO_TOTAL
        yield Blocker(
            "total-missing" if missing else "total-differs",
            f"Remittance {one.name}: {'; '.join(said)}.",
            f"See tpi-billing remittance show {one.name}. Fetch the file again, or accept the "
            f"difference with --accept {one.name} --reason TEXT.",
            one.name,
            cents,
        )


def _is_of(one: Tied, month: str, counted: set[tuple[date, str]]) -> bool:
    paid_in = one.payment_date.strftime("%Y-%m")
    return paid_in == month or (one.payment_date, one.payee_number) in counted


def _not_tied(ties: Ties) -> Iterator[str]:
    if ties.state is TieState.NO_TOTAL:
        yield f"it has no payee total (S21), and its lines come to {dollars(ties.paid_cents)}"
    for tie in ties.differences:
        yield _told(tie)
    for number in ties.without_total:
        yield f"practitioner {number} has lines and no total (S22)"
    if ties.unreadable:
        lines = "1 line has" if ties.unreadable == 1 else f"{ties.unreadable} lines have"
        yield f"{lines} an amount that cannot be read"


def _told(tie: Tie) -> str:
    whose = f" of practitioner {tie.practitioner_number}" if tie.practitioner_number else ""
    record = "S22" if tie.practitioner_number else "S21"
    return (
        f"the {_TIES[tie.name]}{whose} is {dollars(tie.stated_cents)} by {record} and "
        f"{dollars(tie.found_cents)} by what is here ({dollars(tie.difference_cents)})"
    )


def _files(connection: Connection, data_centre: str, month: str) -> Iterator[Blocker]:
    for file in list_files(connection, data_centre):
        said = list(_incomplete(connection, data_centre, file))
        if not said:
            continue
        begins = first_payment(connection, file.file_id) or file.imported_at
        if begins[:7] > month:
            continue
        name = f"file-{file.file_id}"
        yield Blocker(
            "file-incomplete",
            f"{file.name} ({name}): {'; '.join(said)}.",
            f"Fetch the file again and import it, or accept it as it is with --accept {name} "
            "--reason TEXT.",
            name,
        )


def _incomplete(connection: Connection, data_centre: str, file: RemittanceFile) -> Iterator[str]:
    if file.fragment and not is_elsewhere(connection, data_centre, file.file_id, file.fragment):
        yield "its last line was cut off, and has not come whole since"
    for remark in file.remarks:
        if remark.startswith(_COUNTS):
            yield remark[0].lower() + remark[1:].rstrip(".")


def _batches(connection: Connection, data_centre: str, month: str) -> Iterator[Blocker]:
    states = (BatchState.UNKNOWN.value, BatchState.SENT.value)
    for batch in waiting_batches(connection, data_centre, states, Scope()):
        if batch.as_of[:7] > month:
            continue
        number = batch.batch_id
        by_hand = batch.state == BatchState.SENT.value
        yield Blocker(
            "batch-unsettled",
            f"Batch {number}, {dollars(batch.amount_cents)}: nobody knows whether MSP has it.",
            f"Say what MSP answered: tpi-billing batch confirm {number}."
            if by_hand
            else f"Find out: tpi-billing submit {number} --resolve.",
        )


def _claims(connection: Connection, data_centre: str) -> Iterator[Blocker]:
    """Compare the books up to now with what the claims have outstanding."""
    for (payee, practitioner), (books, claims) in untied(connection, data_centre).items():
        yield Blocker(
            "books-differ",
            f"Payee {payee}, practitioner {practitioner or '(none)'}: the books come to "
            f"{dollars(books)} and the claims have {dollars(claims)} outstanding.",
            "Run tpi-billing doctor; if it finds nothing, report this as a fault.",
        )
    for odd in odd_claims(connection, data_centre, _MOST_CLAIMS):
        yield Blocker(
            "claim-differs",
            f"Claim {odd.claim_id}: paid {dollars(odd.paid)} and explained {dollars(odd.adjusted)}"
            f", by its lines {dollars(odd.paid_by_lines)} and {dollars(odd.adjusted_by_lines)}.",
            "Run tpi-billing doctor; if it finds nothing, report this as a fault.",
        )


def untied(connection: Connection, data_centre: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the payees and practitioners whose books are not what their claims have outstanding.

    Each with both sums, in cents, after the last movement there is.
    """
    months = months_moved(connection, data_centre)
    last = max(months, default="")
    books = {
        (line.payee_number, line.practitioner_number): line.closing
        for line in book_lines(connection, data_centre, last)
    }
    claims = outstanding(connection, data_centre)
    both = {key: (books.get(key, 0), claims.get(key, 0)) for key in sorted({*books, *claims})}
    return {key: sums for key, sums in both.items() if sums[0] != sums[1]}


def _closed(connection: Connection, data_centre: str) -> Iterator[Blocker]:
    """Compare the last closed month with what it came to when it was closed."""
    month = last_closed_month(connection, data_centre)
    if month is None:
        return
    *_, last = decisions(connection, data_centre, month)
    before = {_key(line): line for line in closed_lines(connection, last.closing_id)}
    now = {_key(line): line for line in map(ClosedLine.of, _lines(connection, data_centre, month))}
    for key in sorted({*before, *now}):
        if before.get(key) == now.get(key):
            continue
        was, is_now = (lines[key].closing if key in lines else 0 for lines in (before, now))
        payee, practitioner = key
        yield Blocker(
            "closed-month-changed",
            f"Payee {payee}, practitioner {practitioner or '(none)'}: {month} was closed at "
            f"{dollars(was)} and has other figures now; it comes to {dollars(is_now)}.",
            "Run tpi-billing doctor, and put back the last backup copy if it finds a fault.",
        )


def _lines(connection: Connection, data_centre: str, month: str) -> list[BookLine]:
    return book_lines(connection, data_centre, month)


def _key(line: ClosedLine) -> tuple[str, str]:
    return line.payee_number, line.practitioner_number
