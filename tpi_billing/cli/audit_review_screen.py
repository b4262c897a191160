"""What a review came to, on the screen and for scripts."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tpi_billing.audit.sampling.estimates import CONFIDENCE, FEW_CLAIMS, FEW_OVERPAID
from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.audit.sampling.results import Found, Results, StratumResult

_ASSUMED = (
    "Intervals are exact binomial ones; that of the money takes the amounts to be of one order. "
    "What was paid too little is not set against what was paid too much."
)
_TENTH = Decimal("0.1")


def results_json(found: "Results", masker: Screen, by_practitioner: bool) -> dict[str, Any]:
    """Write the results for scripts: shares in percent, amounts in dollars, both as text."""
    stratified = bool(found.sample.stratified_by)
    return {
        "reviewed": found.reviewed,
        "population": found.population,
        "population_amount": dollars(found.population_cents),
        "not_covered": found.uncovered,
        "confidence": CONFIDENCE,
        "wrong": _found_json(found.wrong),
        "verdicts": {kind.value: _found_json(one) for kind, one in found.kinds.items()},
        "missing": {title: _found_json(one) for title, one in found.elements.items()},
        "strata": [
            {
                "stratum": _name(masker, one, by_practitioner),
                "population": one.stratum.population,
                "drawn": one.stratum.size,
                "reviewed": one.reviewed,
                "wrong": None if one.wrong is None else _found_json(one.wrong),
                "overpaid": dollars(one.overpaid_cents),
            }
            for one in found.strata
            if stratified
        ],
        "reviewed_amount": dollars(found.reviewed_cents),
        "overpaid": dollars(found.overpaid_cents),
        "underpaid": dollars(found.underpaid_cents),
        "estimated_overpaid": dollars(found.estimate.cents),
        "estimated_overpaid_low": dollars(found.estimate.low_cents),
        "estimated_overpaid_high": dollars(found.estimate.high_cents),
        "too_few": found.estimate.few,
    }


def show_results(screen: Screen, found: "Results", by_practitioner: bool) -> None:
    """Write the results with what they assume."""
    sample = found.sample
    screen.heading(f"Sample {sample.sample_id}, {found.reviewed} of {len(sample.claims)} reviewed")
    screen.table(
        ("", "claims", "share", f"{CONFIDENCE}% interval"),
        [
            _row("wrong", found.wrong),
            *(_row(f"  {kind.value}", one) for kind, one in found.kinds.items() if one.count),
        ],
        right=("claims", "share", f"{CONFIDENCE}% interval"),
    )
    missing = sorted(found.elements.items(), key=lambda item: -item[1].count)
    if any(one.count for _, one in missing):
        screen.heading("What the records lack")
        screen.table(
            ("", "claims", "share", f"{CONFIDENCE}% interval"),
            [_row(title, one) for title, one in missing if one.count],
            right=("claims", "share", f"{CONFIDENCE}% interval"),
        )
    if sample.stratified_by:
        _show_strata(screen, found, by_practitioner)
    screen.heading("Money")
    estimate = found.estimate
    bounds = f"{dollars(estimate.low_cents)} to {dollars(estimate.high_cents)}"
    screen.facts(
        [
            ("reviewed", dollars(found.reviewed_cents)),
            ("overpaid in the sample", dollars(found.overpaid_cents)),
            ("underpaid in the sample", dollars(found.underpaid_cents)),
            (
                "overpaid in all, estimated",
                f"{dollars(estimate.cents)}, {CONFIDENCE}% interval {bounds}",
            ),
            ("of", f"{dollars(found.population_cents)} on {counted(found.population, 'claim')}"),
        ]
    )
    screen.line()
    for line in _cautions(found):
        put(screen, line)
    screen.remark(_ASSUMED)
    if found.wrong.count:
        screen.remark("What to do about each: tpi-billing worklist --kind review")


def _show_strata(screen: Screen, found: "Results", by_practitioner: bool) -> None:
    screen.heading("By stratum")
    interval = f"{CONFIDENCE}% interval"
    screen.table(
        ("stratum", "all", "reviewed", "wrong", "share", interval, "overpaid"),
        (
            (
                _name(screen, one, by_practitioner),
                str(one.stratum.population),
                f"{one.reviewed} of {one.stratum.size}",
                *_cells(one.wrong),
                dollars(one.overpaid_cents),
            )
            for one in found.strata
        ),
        right=("all", "reviewed", "wrong", "share", interval, "overpaid"),
    )


def _cautions(found: "Results") -> Iterator[str]:
    """Say what the estimates assume, and where they are weak."""
    left = len(found.sample.claims) - found.reviewed
    if left:
        yield (
            f"{counted(left, 'claim')} of the sample have no verdict yet: the estimates take them "
            "to be like the others, which they need not be."
        )
    if found.uncovered:
        yield (
            f"{counted(found.uncovered, 'claim')} are in strata from which none was reviewed; "
            "nothing is said about them."
        )
    if found.estimate.few:
        yield (
            f"Small numbers: with fewer than {FEW_CLAIMS} reviewed or {FEW_OVERPAID} overpaid "
            "claims the money in all is little more than a guess. Do not pay or claim by it."
        )


def _name(screen: Screen, one: "StratumResult", by_practitioner: bool) -> str:
    name = one.stratum.name
    return screen.masked("practitioner_number", name) if by_practitioner else name


def _row(title: str, one: "Found") -> tuple[str, str, str, str]:
    count, share, interval = _cells(one)
    return title, count, share, interval


def _cells(one: "Found | None") -> tuple[str, str, str]:
    if one is None:
        return "", "", ""
    told = _found_json(one)
    return str(one.count), f"{told['share']}%", f"{told['low']}% to {told['high']}%"


def _found_json(one: "Found") -> dict[str, Any]:
    """Give a share in percent with one decimal, its bounds rounded outward."""
    return {
        "count": one.count,
        "share": _percent(one.rate.share, ROUND_HALF_UP),
        "low": _percent(one.rate.low, ROUND_FLOOR),
        "high": _percent(one.rate.high, ROUND_CEILING),
    }


def _percent(share: Fraction | float, rounding: str) -> str:
    exact = Fraction(share) * 100
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    return str(value.quantize(_TENTH, rounding=rounding))
