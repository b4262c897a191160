"""What somebody asks of an answered claim, and what became of it: a successor, or why none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tpi_billing.claims.assessment import Assessed
from tpi_billing.errors import Trouble
from tpi_billing.ledger.amendments import AmendmentKind
from tpi_billing.model.claim import Claim
from tpi_billing.model.finding import Finding, Place

NO_PLACE = Place()


@dataclass(frozen=True, slots=True)
class Wish:
    """A claim that is to have a successor.

    `changed` are the session's columns with their new canonical text, `""` for a cell that is to be
    blank. A blank `code` is found by MSP's explanatory codes. The `note` goes out with this claim
    only. `reference` is that of MSP's approval. `place` is where a workbook asks for it.
    """

    claim_id: int
    kind: AmendmentKind = AmendmentKind.CORRECT
    changed: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    note: str = ""
    reference: str = ""
    reason: str = ""
    place: Place = NO_PLACE


@dataclass(frozen=True, slots=True)
class Said:
    """MSP's last word about a claim: its codes without mere introductions, and its day.

    The day is that of the payment; of a refusal before judgement, the day its file was taken in.
    Codes are empty and the day None when no line tells.
    """

    codes: tuple[str, ...] = ()
    day: date | None = None
    file_number: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A successor's submission code, and the last day for it; None without a limit."""

    code: str
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Successor:
    """A claim to be made in another's place; `new` has its numbers once it is stored.

    `changed` is what the amendment says of the session, `assessed` the session as it is billed.
    """

    wish: Wish
    old: Claim
    new: Claim
    changed: Mapping[str, str]
    reason: str
    assessed: Assessed


@dataclass(frozen=True, slots=True)
class Left:
    """A wish that is not granted: troubles, or the findings that hold the corrected session."""

    wish: Wish
    troubles: tuple[Trouble, ...] = ()
    findings: tuple[Finding, ...] = ()
    session_id: str = ""


def trouble(wish: Wish, message: str, hint: str, column: str = "") -> Trouble:
    """Say what is wrong with a wish, at the place of the workbook that asks for it."""
    place = wish.place
    if place.row is None:
        return Trouble(message, hint)
    return Trouble(message, hint, place.file, place.sheet, place.row, column)
