"""Which claims share a file: as many as one transmission may carry, and none without its own.

MSP takes or refuses a file whole. Claims that were made in view of each other are therefore never
in two files: they share a key of `OutgoingClaim.kept_with`, and what the keys mean is the caller's.
The order of the claims is that of the numbers and stays as it is, so that whatever lies between two
claims of one key goes with them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tpi_billing.model.money import dollars
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.records import C02
from tpi_billing.teleplan.refusal import Refusal, refuse

Run = list[OutgoingClaim]
"""Claims in their order that go out in one file."""
_VS1 = 1
"""Every file begins with one such record."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one transmission may carry: records, its VS1 among them, and cents billed.

    None is no limit. MSP has both limits; their figures are not known here, so settings say.
    """

    records: int | None = None
    amount_cents: int | None = None

    def hold(self, records: int, cents: int) -> bool:
        """Tell whether one transmission carries so many records and cents."""
        return (self.records is None or records <= self.records) and (
            self.amount_cents is None or cents <= self.amount_cents
        )


def split(claims: Sequence[OutgoingClaim], limits: Limits) -> Iterator[Run]:
    """Yield the claims of each file in turn: as many runs as the limits allow.

    A run that the limits do not hold by itself has a file of its own: `too_large` refuses it.
    """
    file: Run = []
    records, cents = _VS1, 0
    for run in runs(claims):
        more, amount = records_of(run), cents_of(run)
        if file and not limits.hold(records + more, cents + amount):
            yield file
            file, records, cents = [], _VS1, 0
        file += run
        records += more
        cents += amount
    if file:
        yield file


def runs(claims: Sequence[OutgoingClaim]) -> Iterator[Run]:
    """Yield the shortest stretches of the claims between which no key is shared."""
    last = {key: at for at, out in enumerate(claims) for key in out.kept_with}
    run: Run = []
    until = 0
    for at, out in enumerate(claims):
        until = max(until, at, *(last[key] for key in out.kept_with))
        run.append(out)
        if at == until:
            yield run
            run = []


def records_of(claims: Sequence[OutgoingClaim]) -> int:
    """Count the records of these claims: a note goes with its claim; VS1 is not counted."""
    return sum(2 if out.note else 1 for out in claims)


def cents_of(claims: Sequence[OutgoingClaim]) -> int:
    """Add up what the claims bill."""
    return sum(out.claim.amount_cents for out in claims)


def too_large(claims: Sequence[OutgoingClaim], limits: Limits) -> Iterator[tuple[str, Refusal]]:
    """Yield a refusal, with words that name its claims, for each run that fits no transmission."""
    for run in runs(claims):
        over = [out for out in run if not limits.hold(_VS1, cents_of([out]))]
        if over:
            for out in over:
                yield f"{names([out])}: ", _refuse_amount("is more than one transmission may bill")
        elif not limits.hold(_VS1, cents_of(run)):
            most = dollars(limits.amount_cents or 0)
            problem = f"is {dollars(cents_of(run))} together; one transmission bills {most} at most"
            yield _together(run), _refuse_amount(problem)
        records = _VS1 + records_of(run)
        if not limits.hold(records, 0):
            problem = f"makes {records} records with VS1; one transmission takes {limits.records}"
            cure = "Raise max_records in tpi-billing.toml if MSP allows it."
            yield _together(run), Refusal(C02.code, "", "", problem, cure)


def _refuse_amount(problem: str) -> Refusal:
    cure = "Raise max_dollars in tpi-billing.toml if MSP allows it."
    return refuse(C02.code, C02.by_name["billed_amount"], problem, cure)


def _together(run: Sequence[OutgoingClaim]) -> str:
    days = ", ".join(sorted({out.claim.service_date.isoformat() for out in run}))
    return f"{names(run)} of {days} belong in one file: "


def names(run: Sequence[OutgoingClaim]) -> str:
    """Name claims for a message: `Claim 501`, `Claims 501 and 502`."""
    if len(run) == 1:
        return f"Claim {_name(run[0])}"
    return f"Claims {', '.join(map(_name, run[:-1]))} and {_name(run[-1])}"


def _name(out: OutgoingClaim) -> str:
    claim = out.claim
    return str(claim.claim_id or claim.office_folio or f"of session {claim.session_id}")
