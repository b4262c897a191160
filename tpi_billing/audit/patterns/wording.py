"""Figures and reasons in words, the same on the screen, in JSON and in the workbook."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tpi_billing.audit.patterns.finding import Result, Standing
from tpi_billing.audit.patterns.pattern import Pattern
from tpi_billing.audit.patterns.statistics import Compared

_PLACES = {"count": Decimal("0.1"), "percent": Decimal("0.1"), "dollars": Decimal("0.01")}


def decimal_figure(pattern: Pattern, figure: Fraction) -> Decimal:
    """Round a figure as it is shown: dollars to the cent, others to one place, half up."""
    exact = Decimal(figure.numerator) / Decimal(figure.denominator)
    return exact.quantize(_PLACES[pattern.form], rounding=ROUND_HALF_UP)


def figure_text(pattern: Pattern, figure: Fraction | None) -> str:
    """Write a figure with its unit: `25.5 services a day`, `35.0% of claims`; `-` for none."""
    if figure is None:
        return "-"
    between = "" if pattern.unit.startswith("%") else " "
    return f"{decimal_figure(pattern, figure)}{between}{pattern.unit}"


def one_place(value: float | None) -> str:
    """Write a number of deviations; `-` when there is none to tell."""
    return "-" if value is None else f"{value:z.1f}"


def reason_texts(result: Result, standing: Standing, profile: float) -> Iterator[str]:
    """Yield a sentence for each reason that somebody is named for.

    `profile` is the number of standard deviations from which on MSP's profile draws a letter.
    """
    for reason in standing.reasons:
        if reason == "limit":
            yield _limit_text(result, standing)
        elif reason == "peers" and standing.peers is not None:
            yield _peers_text(result.pattern, standing.peers, profile)
        elif reason == "past" and standing.past is not None:
            yield _past_text(result.pattern, standing, standing.past)


def _limit_text(result: Result, standing: Standing) -> str:
    limit = result.limits.limit
    if result.pattern.kind == "measure":
        return f"It reaches the fixed limit of {figure_text(result.pattern, limit)}."
    share = f" and {figure_text(result.pattern, limit)}" if limit else ""
    cases = _counted(standing.case_count, "case")
    from_on = _counted(result.limits.least_cases, "case")
    return f"{cases}; somebody is named from {from_on}{share} on."


def _peers_text(pattern: Pattern, peers: Compared, profile: float) -> str:
    text = (
        f"The middle of {_counted(peers.others, 'other')} is"
        f" {figure_text(pattern, peers.middle)}: {_away(peers.deviations)}."
    )
    if peers.profile is None:
        return text
    text += f" A profile by MSP would show {one_place(peers.profile)} standard deviations"
    return text + (", enough for a letter." if abs(peers.profile) >= profile else ".")


def _past_text(pattern: Pattern, standing: Standing, past: Compared) -> str:
    return (
        f"By the month it is {figure_text(pattern, standing.past_figure)}; the middle of"
        f" {_counted(past.others, 'month')} before was {figure_text(pattern, past.middle)}:"
        f" {_away(past.deviations)}."
    )


def _away(deviations: float) -> str:
    side = "above" if deviations >= 0 else "below"
    return f"{one_place(abs(deviations))} robust deviations {side}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
