"""Who stands out: each practitioner's figure beside the others', his own past, and fixed limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tpi_billing.audit.patterns.finding import Reason, Standing
from tpi_billing.audit.patterns.pattern import Form, Pattern
from tpi_billing.audit.patterns.statistics import Compared, Crowd, chance_of_count
from tpi_billing.audit.patterns.thresholds import Limits, Thresholds

FACTOR: dict[Form, Fraction] = {
    "count": Fraction(1),
    "percent": Fraction(100),
    "dollars": Fraction(1, 100),
}
"""What numerator by denominator is multiplied by to be in the unit of the pattern."""


@dataclass(slots=True)
class Sums:
    """Numerators and denominators: of the period, of its months, and of the months before."""

    numerator: int = 0
    denominator: int = 0
    case_count: int = 0
    months: dict[str, tuple[int, int]] = field(default_factory=dict)
    past: dict[str, tuple[int, int]] = field(default_factory=dict)


def judge(
    pattern: Pattern, limits: Limits, thresholds: Thresholds, sums: Mapping[str, Sums]
) -> list[Standing]:
    """Return where every practitioner stands, by number; the claims are not looked up yet.

    A figure over fewer than `least` is neither compared nor compared with.
    """
    judged = _Judge(pattern, limits, thresholds)
    large = {number for number, own in sums.items() if own.denominator >= limits.least}
    crowd = Crowd(
        figure for number in large if (figure := judged.figure_of(sums[number])) is not None
    )
    return [judged.standing(number, sums[number], crowd) for number in sorted(sums)]


class _Judge:
    def __init__(self, pattern: Pattern, limits: Limits, thresholds: Thresholds) -> None:
        self._pattern = pattern
        self._limits = limits
        self._thresholds = thresholds
        self._factor = FACTOR[pattern.form]

    def figure(self, numerator: int, denominator: int) -> Fraction | None:
        """Return the figure in the unit of the pattern; None of nothing."""
        return Fraction(numerator, denominator) * self._factor if denominator else None

    def figure_of(self, own: Sums) -> Fraction | None:
        """Return the figure of the period in the unit of the pattern; None of nothing."""
        return self.figure(own.numerator, own.denominator)

    def standing(self, number: str, own: Sums, crowd: Crowd) -> Standing:
        """Compare one practitioner's figure with the others' and with his own past.

        His figure is one of the crowd's if it is over enough.
        """
        figure, peers = self.figure_of(own), None
        among = figure is not None and own.denominator >= self._limits.least
        if len(crowd) - among >= self._thresholds.least_peers:
            peers = self._compared(figure, own.denominator, crowd, among=among)
        past, past_figure = self._own_past(own)
        reasons: list[Reason] = []
        if self._reaches_limit(own, figure):
            reasons.append("limit")
        reasons += ["peers"] if self._stands_out(peers, figure, own) else []
        reasons += ["past"] if self._stands_out(past, past_figure, own) else []
        return Standing(
            practitioner=number,
            numerator=own.numerator,
            denominator=own.denominator,
            figure=figure,
            case_count=own.case_count,
            peers=peers,
            past=past,
            past_figure=past_figure,
            reasons=tuple(reasons),
        )

    def _own_past(self, own: Sums) -> tuple[Compared | None, Fraction | None]:
        """Compare the months of the period, added up, with each month before."""
        before = [
            each
            for numerator, denominator in own.past.values()
            if denominator >= self._limits.least
            and (each := self.figure(numerator, denominator)) is not None
        ]
        denominator = sum(each for _, each in own.months.values())
        if len(before) < self._thresholds.least_past_months or not denominator:
            return None, None
        figure = self.figure(sum(each for each, _ in own.months.values()), denominator)
        return self._compared(figure, denominator, Crowd(before)), figure

    def _compared(
        self, figure: Fraction | None, size: int, crowd: Crowd, *, among: bool = False
    ) -> Compared | None:
        if figure is None or size < self._limits.least:
            return None

        def chance(middle: Fraction) -> float:
            if self._pattern.form == "dollars":
                return 0.01  # nobody counts events here; a cent keeps the scale above nothing
            return float(self._factor) * chance_of_count(middle / self._factor, size)

        spread_percent = self._limits.spread_percent
        return crowd.compare(figure, leave_out=among, spread_percent=spread_percent, chance=chance)

    def _stands_out(self, compared: Compared | None, figure: Fraction | None, own: Sums) -> bool:
        if compared is None or figure is None:
            return False
        if self._pattern.kind == "cases" and own.case_count < self._limits.least_cases:
            return False
        away, far = figure - compared.middle, compared.deviations
        if self._limits.both_directions:
            away, far = abs(away), abs(far)
        return far >= self._thresholds.outlier and away >= self._limits.least_difference

    def _reaches_limit(self, own: Sums, figure: Fraction | None) -> bool:
        """Tell whether the fixed limit is reached; cases are facts, a figure needs its size."""
        if self._limits.limit is None or figure is None or figure < self._limits.limit:
            return False
        if self._pattern.kind == "cases":
            return own.case_count >= self._limits.least_cases
        return own.denominator >= self._limits.least
