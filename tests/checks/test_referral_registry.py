"""What the registry of referrals says: another referrer, and the six-monthly written update."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from tpi_billing.model.finding import Problem
from tpi_billing.model.session import Referral

from .past import past, registered

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]

DAY = date(2026, 10, 13)
NONE = Referral()
DUE = ["referral-update-due"]


@pytest.mark.parametrize(
    ("registry", "number", "expected"),
    [
        ([], "34567", []),  # a patient without any in the registry
        (["34567"], "34567", []),
        (["35546"], "34567", ["referral-unknown"]),
        (["35546", "34567"], "34567", []),
        (["35546", "36000"], "34567", ["referral-unknown"]),
    ],
)
def test_the_session_agrees_with_the_registry_or_says_so(
    ids: Ids, registry: Sequence[str], number: str, expected: list[str]
) -> None:
    """Design, section 5: only when the registry holds a referral that disagrees."""
    found = ids(referrals=[registered(one) for one in registry], referral=Referral(number))
    assert found == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"closed_on": date(2026, 9, 30)},  # closed
        {"received": date(2026, 10, 14)},  # recorded for a later day
        {"received": date(2010, 1, 1)},  # a referral does not expire
    ],
)
def test_a_referral_of_the_number_agrees_whatever_its_dates(
    ids: Ids, changes: dict[str, Any]
) -> None:
    assert ids(referrals=[registered(**changes)]) == []


def test_a_session_that_names_no_referrer_disagrees_with_nobody(ids: Ids) -> None:
    found = ids(items=["00015"], joint_sites=("left hip",), referral=NONE)
    assert found == ids(
        items=["00015"], joint_sites=("left hip",), referral=NONE, referrals=[registered("35546")]
    )


def test_who_is_in_the_registry_is_named(problems: Problems) -> None:
    (problem,) = problems(referrals=[registered("36000"), registered("35546")])
    assert problem.message == (
        "The registry has referrals of this patient from 35546 and 36000, and none from 34567."
    )
    assert (problem.column, problem.value) == ("referral_number", "34567")


@pytest.mark.parametrize(
    ("first", "day", "expected"),
    [
        (date(2026, 4, 12), DAY, DUE),
        (date(2026, 4, 13), DAY, []),  # six months to the day are not yet due
        (date(2026, 10, 13), DAY, []),
        (date(2025, 8, 31), date(2026, 2, 28), []),
        (date(2025, 8, 31), date(2026, 3, 1), DUE),
        (date(2027, 8, 31), date(2028, 2, 29), []),
        (date(2027, 8, 31), date(2028, 3, 1), DUE),
    ],
)
def test_an_update_is_due_six_months_after_the_first_visit_under_the_referral(
    ids: Ids, first: date, day: date, expected: list[str]
) -> None:
    """Preamble D.2.6."""
    referral = Referral("34567", "Norquay", "physician", date(2025, 1, 1))
    found = ids(before=[past(first, "01157")], service_date=day, as_of=day, referral=referral)
    assert found == expected


@pytest.mark.parametrize(
    ("updates", "expected"),
    [
        ([], DUE),
        ([date(2026, 4, 12)], DUE),
        ([date(2026, 4, 13)], []),
        ([date(2026, 2, 1), date(2026, 9, 1)], []),  # the last one counts
        ([date(2026, 10, 13)], []),  # on the day itself
        ([date(2026, 10, 14)], DUE),  # after it
        ([date(2025, 1, 1)], DUE),  # before the first visit
    ],
)
def test_a_recorded_update_begins_another_six_months(
    ids: Ids, updates: Sequence[date], expected: list[str]
) -> None:
    before = [past(date(2025, 11, 3), "01157")]
    referrals = [registered(updates=tuple(updates))]
    assert ids(before=before, referrals=referrals) == expected


@pytest.mark.parametrize("received", [date(2016, 1, 1), date(2026, 4, 12), None])
def test_the_date_of_the_referral_does_not_count(ids: Ids, received: date | None) -> None:
    assert ids(referral=Referral("34567", "Norquay", "physician", received)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, DUE),
        ({"billed": True}, DUE),
        ({"practitioner_number": "99002"}, DUE),  # care of the clinic
        ({"referral_number": "35546"}, []),  # under another referrer
        ({"referral_number": ""}, []),
    ],
)
def test_which_visits_are_under_the_referral(
    ids: Ids, changes: dict[str, Any], expected: list[str]
) -> None:
    assert ids(before=[past(date(2026, 1, 5), "01125", **changes)]) == expected


def test_an_update_to_another_referrer_is_none(ids: Ids) -> None:
    referrals = [registered(), registered("35546", updates=(date(2026, 9, 1),))]
    assert ids(before=[past(date(2026, 1, 5), "01125")], referrals=referrals) == DUE


def test_a_visit_without_a_referral_owes_no_update(ids: Ids) -> None:
    before = [past(date(2026, 1, 5), "15300", referral_number="")]
    assert ids(items=["15300"], before=before, referral=NONE) == []


@pytest.mark.parametrize(
    ("updates", "said"),
    [
        (
            (),
            (
                "Care on the referral of 34567 began on 2026-01-05, no update is recorded: one was "
                "due by 2026-07-05."
            ),
        ),
        (
            (date(2026, 2, 2),),
            (
                "The last written update to the referrer 34567 is of 2026-02-02: one was due by "
                "2026-08-02."
            ),
        ),
    ],
)
def test_what_is_said_of_an_update(
    problems: Problems, updates: tuple[date, ...], said: str
) -> None:
    before = [past(date(2026, 1, 5), "01125")]
    (problem,) = problems(before=before, referrals=[registered(updates=updates)])
    assert problem.message == said
