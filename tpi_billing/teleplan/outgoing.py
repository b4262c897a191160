"""A claim on its way out, with what only a Teleplan file asks about it."""

from collections.abc import Hashable
from dataclasses import dataclass

from tpi_billing.model.claim import Claim
from tpi_billing.model.quickly import quickly_made
from tpi_billing.teleplan.folding import fold

OVER_AGE = "A"
"""The submission code of a claim that MSP approved although it is over-age (C02 P34)."""


@quickly_made
@dataclass(frozen=True, slots=True)
class OutgoingClaim:
    """A claim and what the record says beyond it.

    `insurer_code` is P100, blank for a BC patient; the caller looks it up, since the session's
    word for an insurer is another. `original_file_number` is MSP's own number of the claim that is
    taken back or sent again (P64). `approval_reference` belongs to submission code A and goes out
    in front of the note. Claims that share a key of `kept_with` go out in one file.
    """

    claim: Claim
    insurer_code: str = ""
    original_file_number: str = ""
    approval_reference: str = ""
    kept_with: tuple[Hashable, ...] = ()

    @property
    def note(self) -> str:
        """The text of the note record; `""` when none goes out."""
        over_age = self.claim.submission_code == OVER_AGE
        if not (self.claim.note or over_age):
            return ""
        parts = [self.claim.note.strip()]
        if over_age and self.approval_reference.strip():
            parts.insert(0, f"APPROVAL {self.approval_reference.strip()}")
        note = " ".join(part for part in parts if part)
        return note if fold(note) else ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The lines of the address that have something on them, the city last."""
        claim = self.claim
        lines = (claim.address_1, claim.address_2, claim.city)
        return tuple(line for line in lines if line.strip())
