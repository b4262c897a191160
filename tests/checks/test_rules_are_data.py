"""Limits and lists are data: a clinic's own `rules.toml` moves what the checks say."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tpi_billing.checks.history import PractitionerDay
from tpi_billing.codes import CodeBook
from tpi_billing.codes.files import shipped_directory
from tpi_billing.model.finding import Problem

from .past import past

Problems = Callable[..., list[Problem]]
Own = Callable[[str, str], CodeBook]

DAY = date(2026, 10, 13)
TWICE = [past(date(2026, 1, 5), "15320"), past(date(2026, 2, 5), "15320")]


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """Make the code lists of a clinic whose rules say one thing in another way."""

    def build(shipped: str, instead: str) -> CodeBook:
        text = (shipped_directory() / "rules.toml").read_text(encoding="utf-8")
        assert shipped in text
        folder = tmp_path / "fee_codes"
        folder.mkdir()
        changed = text.replace(shipped, instead, 1)
        (folder / "rules.toml").write_text(changed, encoding="utf-8", newline="\n")
        return CodeBook.load(tmp_path)

    return build


@pytest.mark.parametrize(
    ("shipped", "instead", "check_id", "case", "before_and_after"),
    [
        (
            "within_days = 30",
            "within_days = 20",
            "repeat-injection-visit",
            {
                "named": ["15300", "00015"],
                "joint_sites": ("left hip",),
                "before": [past(date(2026, 9, 20), "00015")],
            },
            (1, 0),
        ),
        (
            "interval_months = 6",
            "interval_months = 3",
            "consultation-too-soon",
            {"named": ["15310"], "before": [past(date(2026, 6, 1), "15300")]},
            (1, 0),
        ),
        (
            "counselling_per_calendar_year = 4",
            "counselling_per_calendar_year = 2",
            "counselling-limit",
            {"named": ["15320"], "before": TWICE},
            (0, 1),
        ),
        (
            "up_to = 50",
            "up_to = 60",
            "daily-volume",
            {"named": ["15300"], "day": PractitionerDay(volume_place=55)},
            (1, 0),
        ),
        (
            'kinds = ["visit", "exam", "counselling"]',
            'kinds = ["exam", "counselling"]',
            "visit-with-procedure",
            {"named": ["15300", "01157"]},
            (1, 0),
        ),
        (
            "unless_distinct_diagnosis = true",
            "unless_distinct_diagnosis = false",
            "visit-with-procedure",
            {"named": ["15300", "01157"], "visit_diagnosis": "4019"},
            (0, 1),
        ),
    ],
)
def test_what_a_rule_says_is_what_is_looked_for(
    problems: Problems,
    own: Own,
    shipped: str,
    instead: str,
    check_id: str,
    case: dict[str, Any],
    before_and_after: tuple[int, int],
) -> None:
    found = problems(**case)
    changed = problems(codes=own(shipped, instead), **case)
    count = [sum(p.code == check_id for p in each) for each in (found, changed)]
    assert tuple(count) == before_and_after


def test_an_item_that_forbids_a_referral_says_so(problems: Problems, own: Own) -> None:
    """MSP billing facts, section 3: required, by clinic policy, optional or forbidden."""
    codes = own(
        'units_per_day = 2                       # one a hip\nreferral = "optional"',
        'units_per_day = 2\nreferral = "forbidden"',
    )
    case: dict[str, Any] = {"named": ["00014", "01157"], "joint_sites": ("left hip",)}
    (problem,) = [p for p in problems(codes=codes, **case) if p.code == "referral-number-invalid"]
    assert problem.message == "00014 may not name a referrer, and the session does."
    assert (problem.column, problem.value) == ("referral_number", "34567")
    assert "a session of its own" in problem.hint
