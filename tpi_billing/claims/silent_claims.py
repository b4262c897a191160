"""Claims that MSP has not answered: sent, and not in the remittance in which an answer was due."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from tpi_billing.claims.deadlines import Due, answer_due, last_day
from tpi_billing.claims.work_items import Kind, Reason, WorkItem, most_pressing, person, urgency
from tpi_billing.codes import Calendar
from tpi_billing.ledger.answers import SentClaims, numbers_of, sent_and_unanswered
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim
from tpi_billing.model.money import dollars

Payments = Mapping[str, Sequence[date]]
"""The payment dates of the remittances that were taken in, by payee."""
_AT_ONCE = 500


class SilentClaims:
    """Finds the claims without an answer, as of a day."""

    def __init__(
        self, calendar: Calendar, payments: Payments, as_of: date, due_soon_days: int
    ) -> None:
        self.calendar = calendar
        self._payments = payments
        self._as_of = as_of
        self._due_soon_days = due_soon_days

    def items(self, connection: Connection, data_centre: str, scope: Scope) -> Iterator[WorkItem]:
        """Yield an item for each silent claim, and one for each remittance that is not here."""
        absent: dict[date | None, list[tuple[SentClaims, Due]]] = defaultdict(list)
        for sent in sent_and_unanswered(connection, data_centre, scope):
            due = answer_due(self.calendar, sent.sent_on)
            if self.is_silent(due, sent.payee_number):
                numbers = numbers_of(connection, data_centre, sent, scope)
                for at in range(0, len(numbers), _AT_ONCE):
                    some = claims_numbered(connection, data_centre, numbers[at : at + _AT_ONCE])
                    yield from (self.item(claim, due) for claim in some)
            elif self.is_absent(due, sent.payee_number):
                absent[due.close_off].append((sent, due))
        for close_off in sorted(absent, key=lambda day: day or date.max):
            yield self._absent(close_off, absent[close_off])

    def is_silent(self, due: Due, payee_number: str) -> bool:
        """Tell whether a remittance came that should have the claim.

        Where MSP's close-offs are not known, the days have to have passed as well.
        """
        came = self._came(due, payee_number)
        return came and (due.close_off is not None or self._as_of > due.last)

    def is_absent(self, due: Due, payee_number: str) -> bool:
        """Tell whether it is too late for a remittance, and none came that could have the claim."""
        return not self._came(due, payee_number) and self._as_of > due.last

    def is_awaited(self, due: Due, payee_number: str, month: str) -> bool:
        """Tell whether MSP pays a claim by the end of a month (`YYYY-MM`), and no answer is here.

        It is not too late for it: the remittance may be at MSP, waiting to be picked up.
        """
        if due.paid is None or f"{due.paid:%Y-%m}" > month:
            return False
        return not self._came(due, payee_number) and self._as_of <= due.last

    def _came(self, due: Due, payee_number: str) -> bool:
        return any(day >= due.from_day for day in self._payments.get(payee_number, ()))

    def item(self, claim: Claim, due: Due) -> WorkItem:
        """Make the item of a silent claim."""
        last = None if claim.is_debit else last_day(claim.service_date)
        kinds = {Kind.SILENT, *urgency(last, self._as_of, self._due_soon_days)}
        return WorkItem(
            "claim",
            frozenset(kinds),
            most_pressing(kinds),
            (_why_silent(claim, due),),
            claim.service_date,
            last,
            max(claim.due_cents, 0),
            session_id=claim.session_id,
            claim_id=claim.claim_id,
            batch_id=claim.batch_id,
            practitioner_number=claim.practitioner_number,
            patient=person(claim),
            outstanding_cents=claim.due_cents,
        )

    def _absent(self, close_off: date | None, sent: Sequence[tuple[SentClaims, Due]]) -> WorkItem:
        groups = [group for group, _ in sent]
        first = min(group.first_service for group in groups)
        last = last_day(first)
        kinds = {Kind.SILENT, *urgency(last, self._as_of, self._due_soon_days)}
        return WorkItem(
            "remittance",
            frozenset(kinds),
            most_pressing(kinds),
            (_why_absent(close_off, groups, sent[0][1].paid),),
            first,
            last,
            max(sum(group.due_cents for group in groups), 0),
            sessions=sum(group.sessions for group in groups),
        )


def _why_silent(claim: Claim, due: Due) -> Reason:
    when = (
        f"{(claim.sent_on or due.from_day)}; its close-off was {due.close_off}, and a remittance "
        f"of about {due.paid} or later has come without it"
        if due.close_off
        else f"{claim.sent_on}, and remittances have come since then without it"
    )
    return Reason(
        "claim-silent",
        "MSP has not answered the claim",
        f"{claim.fee_item} of {claim.service_date}, {dollars(claim.amount_cents)}, was sent on "
        f"{when}.",
        "Fetch what MSP still has: tpi-billing pickup. If the answer is not in it, ask Teleplan "
        f"support about office folio {claim.office_folio}, sequence number "
        f"{claim.sequence_number}.",
    )


def _why_absent(close_off: date | None, groups: Sequence[SentClaims], paid: date | None) -> Reason:
    claims = sum(group.claims for group in groups)
    payees = ", ".join(sorted({group.payee_number for group in groups}))
    waiting = f"{claims} {'claim' if claims == 1 else 'claims'} of payee {payees} without an answer"
    if close_off is None:
        first, last = min(g.sent_on for g in groups), max(g.sent_on for g in groups)
        sent = f"on {first}" if first == last else f"from {first} to {last}"
        said = f"No remittance has been taken in for what was sent {sent}: {waiting}."
    else:
        said = (
            f"The remittance of the close-off of {close_off} (payment about {paid}) has not been "
            f"picked up: {waiting}."
        )
    return Reason(
        "remittance-missing",
        "The remittance has not been picked up",
        said,
        "Fetch it: tpi-billing pickup. Or take the file in that was fetched by hand: "
        "tpi-billing remittance import FILE",
    )
