"""How `audit patterns` shows what it found, to people and to scripts."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tpi_billing.cli.paragraph import put
from tpi_billing.cli.screen import Screen, counted

if TYPE_CHECKING:
    from tpi_billing.audit.patterns.finding import Case, Period, Result, Standing
    from tpi_billing.audit.patterns.pattern import Pattern
    from tpi_billing.audit.patterns.statistics import Compared
    from tpi_billing.audit.patterns.thresholds import Thresholds

Show = Callable[[Screen], None]
_CLAIMS_SHOWN = 8


def show_list(patterns: "Sequence[Pattern]") -> Show:
    """Return how to show which patterns there are."""

    def show(screen: Screen) -> None:
        screen.table(
            ("pattern", "kind", "what it is about", "from"),
            (
                (each.id, each.kind, each.title, "shipped" if each.shipped else "workspace")
                for each in patterns
            ),
            wrap=("what it is about",),
        )
        screen.remark("One pattern's SQL, with what it looks for and why: --show ID.")

    return show


def show_results(
    results: "Sequence[Result]", thresholds: "Thresholds", period: "Period", xlsx: Path | None
) -> Show:
    """Return how to show who is named, and every figure when there is one pattern only."""

    def show(screen: Screen) -> None:
        found = [result for result in results if result.named]
        many = counted(len(results), "pattern")
        screen.line(f"{many} looked at, {period.first} to {period.last}.")
        if len(results) == 1:
            _figures(screen, results[0])
        if not found:
            screen.line("Nobody stands out.")
        for result in found:
            screen.heading(f"{result.pattern.title} ({result.pattern.id})")
            for standing in result.named:
                _named(screen, result, standing, thresholds)
        if found:
            screen.line()
            screen.remark(
                "A figure is no proof: look at the records of the claims. Every claim: --json, or "
                "--xlsx OUT.xlsx; every figure of one pattern: --only ID."
            )
        if xlsx is not None:
            screen.line(f"Wrote {xlsx}.")

    return show


def _figures(screen: Screen, result: "Result") -> None:
    from tpi_billing.audit.patterns.wording import decimal_figure, one_place

    pattern = result.pattern

    def middle(compared: "Compared | None") -> str:
        return "-" if compared is None else str(decimal_figure(pattern, compared.middle))

    screen.heading(f"{pattern.title}: {pattern.unit}")
    screen.table(
        ("practitioner", "of", "figure", "others", "robust", "profile", "past", "from past"),
        (
            (
                screen.masked("practitioner_number", each.practitioner),
                str(each.denominator),
                "-" if each.figure is None else str(decimal_figure(pattern, each.figure)),
                middle(each.peers),
                one_place(None if each.peers is None else each.peers.deviations),
                one_place(None if each.peers is None else each.peers.profile),
                middle(each.past),
                one_place(None if each.past is None else each.past.deviations),
            )
            for each in result.standings
        ),
        right=("of", "figure", "others", "robust", "profile", "past", "from past"),
    )
    screen.remark(
        "others, past: the middle of the others, and of the own months before. robust, from past: "
        "robust deviations from it. profile: standard deviations in a profile by MSP."
    )


def _named(
    screen: Screen, result: "Result", standing: "Standing", thresholds: "Thresholds"
) -> None:
    from tpi_billing.audit.patterns.wording import figure_text, reason_texts

    number = screen.masked("practitioner_number", standing.practitioner)
    screen.line(f"  {number}: {figure_text(result.pattern, standing.figure)}", style="bold")
    for text in reason_texts(result, standing, thresholds.profile):
        put(screen, text, "    ")
    claims = standing.claims
    some = ", ".join(map(str, claims[:_CLAIMS_SHOWN]))
    more = len(claims) - _CLAIMS_SHOWN
    behind = f" and {more} more" if more > 0 else ""
    put(screen, f"{counted(len(claims), 'claim')}: {some}{behind}", "    ", "      ")


def result_json(result: "Result", thresholds: "Thresholds") -> dict[str, Any]:
    """Return where every practitioner stands, with every claim behind those who are named."""
    return {
        "practitioners": [
            {
                "practitioner_number": standing.practitioner,
                **_standing_json(result, standing, thresholds),
            }
            for standing in result.standings
        ]
    }


def _standing_json(
    result: "Result", standing: "Standing", thresholds: "Thresholds"
) -> dict[str, Any]:
    from tpi_billing.audit.patterns.wording import decimal_figure, reason_texts

    pattern = result.pattern
    figure, past = standing.figure, standing.past_figure
    return {
        "figure": None if figure is None else str(decimal_figure(pattern, figure)),
        "numerator": standing.numerator,
        "denominator": standing.denominator,
        "cases": standing.case_count if pattern.kind == "cases" else None,
        "peers": _compared_json(pattern, standing.peers),
        "past": _compared_json(pattern, standing.past),
        "past_figure": None if past is None else str(decimal_figure(pattern, past)),
        "reasons": list(standing.reasons),
        "messages": list(reason_texts(result, standing, thresholds.profile)),
        "claims": list(standing.claims),
        "case_list": [_case_json(case) for case in standing.cases],
    }


def _compared_json(pattern: "Pattern", compared: "Compared | None") -> dict[str, Any] | None:
    from tpi_billing.audit.patterns.wording import decimal_figure

    if compared is None:
        return None
    return {
        "others": compared.others,
        "middle": str(decimal_figure(pattern, compared.middle)),
        "robust_deviations": round(compared.deviations, 2),
        "standard_deviations": None if compared.profile is None else round(compared.profile, 2),
    }


def _case_json(case: "Case") -> dict[str, Any]:
    return {"case": case.key, "detail": case.detail, "claims": list(case.claims)}
