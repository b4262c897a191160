"""Who stands out: each practitioner's figure beside the others', his own past, and fixed limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from tpi_billing.audit.patterns.finding import Reason, Standing
from tpi_billing.audit.patterns.pattern import Form, Pattern
from tpi_billing.audit.patterns.statistics import Compared, chance_of_count, compare
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
    figures = {
        number: judged.figure(own.numerator, own.denominator) for number, own in sums.items()
    }
    large = {number for number, own in sums.items() if own.denominator >= limits.least}
    return [
        judged.standing(
            number,
            sums[number],
            figures[number],
            [each for other in sorted(large - {number}) if (each := figures[other]) is not None],
        )
        for number in sorted(sums)
    ]


class _Judge:
    def __init__(self, pattern: Pattern, limits: Limits, thresholds: Thresholds) -> None:
        self._pattern = pattern
        self._limits = limits
        self._thresholds = thresholds
        self._factor = FACTOR[pattern.form]

    def figure(self, numerator: int, denominator: int) -> Fraction | None:
        """Return the figure in the unit of the pattern; None of nothing."""
        return Fraction(numerator, denominator) * self._factor if denominator else None

    def standing(
        self, number: str, own: Sums, figure: Fraction | None, others: list[Fraction]
    ) -> Standing:
        """Compare one practitioner's figure with the others' and with his own past."""
        peers = None
        if len(others) >= self._thresholds.least_peers:
            peers = self._compared(figure, own.denominator, others)
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
        return self._compared(figure, denominator, before), figure

    def _compared(
        self, figure: Fraction | None, size: int, others: list[Fraction]
    ) -> Compared | None:
        if figure is None or size < self._limits.least:
            return None

        def chance(middle: Fraction) -> float:
            if self._pattern.form == "dollars":
                return 0.01  # nobody counts events here; a cent keeps the scale above nothing
            return float(self._factor) * chance_of_count(middle / self._factor, size)

        return compare(figure, others, spread_percent=self._limits.spread_percent, chance=chance)

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
