"""A sample of claims for a review of the charts, and what a reviewer says of one of them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Verdict(StrEnum):
    """What the record says of a claim."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    PARTLY = "partly"
    OTHER_ITEM = "other item"


@dataclass(frozen=True, slots=True)
class SampleScope:
    """Which claims may be drawn: service dates, both included, and perhaps one practitioner."""

    first: date
    last: date
    practitioner: str = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population that is drawn from by itself; a simple sample has one, unnamed.

    `population_cents` is what stands on its claims: paid, or billed while MSP has not answered.
    """

    number: int
    name: str
    population: int
    population_cents: int
    size: int


@dataclass(frozen=True, slots=True)
class SampledClaim:
    """A claim that was drawn as the `position`-th, with its money as on the day of the draw."""

    claim_id: int
    position: int
    stratum: int
    billed_cents: int
    paid_cents: int | None

    @property
    def stake_cents(self) -> int:
        """What stands on it: what MSP paid, or the bill while it has not answered."""
        return self.billed_cents if self.paid_cents is None else self.paid_cents


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as it was drawn; `stratified_by` is blank for a simple one.

    The number and what follows it are known once it is stored. `journal_hash` is that of the
    journal's entry that seals the draw.
    """

    data_centre: str
    scope: SampleScope
    stratified_by: str
    seed: int
    strata: tuple[Stratum, ...]
    claims: tuple[SampledClaim, ...]
    sample_id: int = 0
    drawn_on: date = date.min
    drawn_at: str = ""
    drawn_by: str = ""
    journal_entry: int = 0
    journal_hash: str = ""

    @property
    def population(self) -> int:
        """How many claims it was drawn from."""
        return sum(one.population for one in self.strata)

    @property
    def population_cents(self) -> int:
        """What stands on the claims that it was drawn from, in cents."""
        return sum(one.population_cents for one in self.strata)

    @property
    def digest(self) -> str:
        """The SHA-256 of everything that the draw gave."""
        content = [
            [[s.number, s.name, s.population, s.population_cents, s.size] for s in self.strata],
            [
                [c.claim_id, c.position, c.stratum, c.billed_cents, c.paid_cents]
                for c in self.claims
            ],
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def row_check(self, claim_id: int) -> str:
        """Return the few letters that hold a row of the workbook to its claim.

        They begin with an R, so that no spreadsheet program takes them for a number.
        """
        text = f"{self.journal_hash}:{claim_id}"
        return "R" + hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reviewer found in the record of a claim.

    `right_cents` is what the record supports. `answers` has the elements of the checklist by their
    keys, each `yes`, `no` or `not applicable`; one that was left blank is not there.
    """

    claim_id: int
    verdict: Verdict
    right_cents: int
    reason: str
    reviewed_by: str
    reviewed_on: date
    answers: Mapping[str, str] = field(default_factory=dict)
