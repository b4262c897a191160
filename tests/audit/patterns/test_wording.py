"""Figures and reasons in words."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tpi_billing.audit.patterns.finding import Reason, Result, Standing
from tpi_billing.audit.patterns.statistics import Compared
from tpi_billing.audit.patterns.thresholds import Thresholds
from tpi_billing.audit.patterns.wording import figure_text, one_place, reason_texts

from .asking import SHIPPED

PEERS = Compared(others=6, middle=Fraction(5), scale=2.0, deviations=10.25, profile=3.0)
PAST = Compared(others=1, middle=Fraction(4), scale=2.0, deviations=-4.0, profile=None)


@pytest.mark.parametrize(
    ("pattern", "figure", "text"),
    [
        ("services-per-day", Fraction(51, 2), "25.5 services a day"),
        ("services-per-day", Fraction(1, 3), "0.3 services a day"),
        ("services-per-day", Fraction(5, 100), "0.1 services a day"),  # half up
        ("mva-use", Fraction(35), "35.0% of claims"),
        ("cost-per-patient", Fraction(2005, 1000), "2.01 dollars a patient"),
        ("no-referral", Fraction(2), "2.0% of claims"),
        ("no-referral", None, "-"),
    ],
)
def test_a_figure_has_its_unit(pattern: str, figure: Fraction | None, text: str) -> None:
    assert figure_text(SHIPPED[pattern], figure) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1.25, "1.2"), (-0.04, "0.0"), (-0.06, "-0.1"), (0.0, "0.0"), (None, "-")]
)
def test_deviations_have_one_place(value: float | None, text: str) -> None:
    assert one_place(value) == text


def told(pattern: str, *reasons: Reason, peers: Compared = PEERS) -> list[str]:
    one = SHIPPED[pattern]
    standing = Standing(
        practitioner="99001",
        numerator=30,
        denominator=100,
        figure=Fraction(30),
        case_count=12,
        peers=peers,
        past=PAST,
        past_figure=Fraction(3),
        reasons=reasons,
    )
    result = Result(one, Thresholds.load().of(one), (standing,))
    return list(reason_texts(result, standing, 3.0))


def test_the_others_are_told_with_the_profile() -> None:
    start = "The middle of 6 others is 5.0% of claims: 10.2 robust deviations above."
    profile = " A profile by MSP would show"
    assert told("mva-use", "peers") == [
        f"{start}{profile} 3.0 standard deviations, enough for a letter."
    ]
    below = replace(PEERS, profile=2.9)
    assert told("mva-use", "peers", peers=below) == [f"{start}{profile} 2.9 standard deviations."]
    assert told("mva-use", "peers", peers=replace(PEERS, profile=None)) == [start]


def test_the_own_past_is_told_by_the_month() -> None:
    assert told("mva-use", "past") == [
        (
            "By the month it is 3.0% of claims; the middle of 1 month before was 4.0% of claims:"
            " 4.0 robust deviations below."
        )
    ]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("services-per-day", "It reaches the fixed limit of 80.0 services a day."),
        ("no-referral", "12 cases; somebody is named from 3 cases and 2.0% of claims on."),
        ("many-visits", "12 cases; somebody is named from 1 case on."),
    ],
)
def test_a_limit_is_told(pattern: str, text: str) -> None:
    assert told(pattern, "limit") == [text]


def test_every_reason_has_its_sentence() -> None:
    assert len(told("mva-use", "peers", "past")) == 2
    assert told("mva-use") == []
