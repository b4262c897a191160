"""What a pattern says of each practitioner, and why somebody is named."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Literal

from tpi_billing.audit.patterns.pattern import Pattern
from tpi_billing.audit.patterns.statistics import Compared
from tpi_billing.audit.patterns.thresholds import Limits

Reason = Literal["limit", "peers", "past"]


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are asked about, both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Case:
    """Claims that are one case, and the number that the pattern gives beside them."""

    key: str
    detail: int
    claims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A practitioner's figure, `numerator / denominator` in the unit of the pattern.

    `peers` and `past` are None where there is too little to compare with; `past_figure` is the
    figure of the period's months, which the past is compared with. Who is named has `reasons`,
    and `claims` are the numbers of those behind it.
    """

    practitioner: str
    numerator: int
    denominator: int
    figure: Fraction | None
    case_count: int
    peers: Compared | None
    past: Compared | None
    past_figure: Fraction | None
    reasons: tuple[Reason, ...]
    claims: tuple[int, ...] = ()
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """A pattern, its thresholds, and where every practitioner stands."""

    pattern: Pattern
    limits: Limits
    standings: tuple[Standing, ...]

    @property
    def named(self) -> tuple[Standing, ...]:
        """Those who are out of the ordinary."""
        return tuple(standing for standing in self.standings if standing.reasons)


def of_practitioner(result: Result, number: str | None) -> Result:
    """Return a result with one practitioner only, who was compared with all; None keeps all."""
    if number is None:
        return result
    kept = tuple(each for each in result.standings if each.practitioner == number)
    return replace(result, standings=kept)
