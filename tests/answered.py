"""A clinic whose claims MSP has answered: what tests of corrections begin with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from helpers import AS_OF, CLERK, Clinic, visit

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.ledger.postings import postings_of_claim
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.remittance.actions.correcting import Corrector, Made
from tpi_billing.remittance.actions.debiting import Debited, debit_claims
from tpi_billing.remittance.actions.successors import outstanding
from tpi_billing.remittance.actions.wishes import Wish
from tpi_billing.remittance.actions.writing_off import WrittenOff, write_off_claims
from tpi_billing.remittance.importing import Source, import_files

LATER = date(2026, 11, 20)
"""A day after the first remittance, on which people work through it."""


class Answered:
    """A clinic, what MSP answers it, and what its clerk does then."""

    def __init__(self, clinic: Clinic, visits: Sequence[Mapping[str, str]] = ()) -> None:
        self.clinic = clinic
        clinic.ledger.today = AS_OF
        clinic.bring(*(visits or (visit("V1", 1), visit("V2", 2), visit("V3", 3))))
        self.first_batch = self.bill()
        clinic.ledger.today = LATER

    @classmethod
    def resumed(cls, clinic: Clinic) -> "Answered":
        """Go on with a clinic that has billed already."""
        one = cls.__new__(cls)
        one.clinic = clinic
        return one

    def bill(self, month: str = "2026-10") -> int:
        batch = self.clinic.billed(month)
        self.send(batch)
        return batch

    def send(self, batch: int) -> None:
        mark_sent(self.clinic.ledger, CLERK, batch)
        confirm(self.clinic.ledger, CLERK, batch, accepted=True, reason="")

    def take(self, *lines: str) -> None:
        content = "".join(line + "\r\n" for line in lines).encode("ascii")
        import_files(self.clinic.ledger, CLERK, [Source("answer", content=content)])

    def claim(self, claim_id: int) -> Claim:
        return self.claims()[claim_id]

    def claims(self) -> dict[int, Claim]:
        return {claim.claim_id or 0: claim for claim in self.clinic.claims()}

    def of(self, session_id: str, fee_item: str = "") -> Claim:
        """The first claim of a session."""
        claims = self.clinic.claims(session_id=session_id)
        return next(claim for claim in claims if fee_item in {"", claim.fee_item})

    def states(self) -> list[tuple[int, str]]:
        return [(number, claim.state.value) for number, claim in self.claims().items()]

    def owed(self, claim_id: int) -> int:
        with self.clinic.ledger.reading() as connection:
            claim = self.claim(claim_id)
            return outstanding(connection, self.clinic.data_centre, [claim])[claim_id]

    def all_owed(self) -> int:
        """What is owed for every claim that was sent and is not void, in cents."""
        return sum(
            self.owed(number)
            for number, claim in self.claims().items()
            if claim.state not in {ClaimState.VOID, ClaimState.BATCHED}
        )

    def posted(self, claim_id: int) -> list[tuple[str, int]]:
        with self.clinic.ledger.reading() as connection:
            made = postings_of_claim(connection, self.clinic.data_centre, claim_id)
        return [(one.posting.kind.value, one.posting.cents) for one in made]

    def corrector(self, as_of: date = LATER) -> Corrector:
        clinic = self.clinic
        return Corrector(clinic.ledger, clinic.config, clinic.codes, as_of, CLERK)

    def correct(
        self, claim_id: int, as_of: date = LATER, *, dry_run: bool = False, **asked: Any
    ) -> Made:
        return self.corrector(as_of).correct([Wish(claim_id, **asked)], dry_run=dry_run)

    def debit(self, *claim_ids: int, file_number: str = "", **asked: Any) -> Debited:
        clinic = self.clinic
        words = {"reason": "paid by mistake", "note": "PATIENT WAS NOT SEEN THAT DAY", **asked}
        wishes = [Wish(claim_id, **words) for claim_id in claim_ids]
        return debit_claims(
            clinic.ledger, clinic.config, clinic.codes, LATER, CLERK, wishes, file_number
        )

    def write_off(self, *claim_ids: int, reason: str = "too little") -> list[WrittenOff]:
        wishes = [Wish(claim_id, reason=reason) for claim_id in claim_ids]
        return write_off_claims(self.clinic.ledger, CLERK, wishes)
