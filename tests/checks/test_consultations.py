"""Full consultations: six months after the last service, and the notice of a re-referral.

Preamble D.2.2 to D.2.4; Payment Schedule p.111 for family physicians; refused GC.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tpi_billing.model.finding import Problem
from tpi_billing.model.session import Referral

from .past import past, registered

Problems = Callable[..., list[Problem]]

DAY = date(2026, 10, 13)
SOON = ["consultation-too-soon"]
SPECIALIST = {"practitioner_number": "99002"}
REHABILITATION = {"practitioner_number": "99003"}


def of(found: list[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.code in SOON]


def codes(found: list[Problem]) -> list[str]:
    return [problem.code for problem in of(found)]


def seen(day: date, *items: str, **changes: Any) -> Any:
    """Build an earlier visit to the anesthesiologist."""
    return past(day, *items, **{**SPECIALIST, "specialty": "anesthesiology", **changes})


@pytest.mark.parametrize(
    ("last", "day", "expected"),
    [
        (date(2026, 4, 12), DAY, []),
        (date(2026, 4, 13), DAY, []),  # six months to the day
        (date(2026, 4, 14), DAY, SOON),
        (date(2026, 10, 12), DAY, SOON),
        (date(2026, 10, 13), DAY, []),  # treated on the consultation's own day
        (date(2020, 1, 1), DAY, []),
        # a month that is too short ends the six months on its last day
        (date(2025, 8, 31), date(2026, 2, 27), SOON),
        (date(2025, 8, 31), date(2026, 2, 28), []),
        (date(2027, 8, 31), date(2028, 2, 28), SOON),
        (date(2027, 8, 31), date(2028, 2, 29), []),
    ],
)
def test_six_months_must_have_passed_since_the_last_service(
    problems: Problems, last: date, day: date, expected: list[str]
) -> None:
    found = problems(
        named=["01016"], before=[seen(last, "01157")], service_date=day, as_of=day, **SPECIALIST
    )
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        (["01016"], SOON),
        (["01157"], SOON),  # any service at all
        (["01107"], SOON),
        (["00015"], SOON),
        ([], SOON),  # seen, with nothing to bill
    ],
)
def test_any_service_counts(problems: Problems, items: list[str], expected: list[str]) -> None:
    before = [seen(date(2026, 7, 1), *items)]
    assert codes(problems(named=["01016"], before=before, **SPECIALIST)) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("01016", SOON),
        ("01015", SOON),
        ("01155", SOON),  # by telehealth
        ("01116", []),  # limited consultations are what may be billed before
        ("01115", []),
        ("01107", []),
    ],
)
def test_which_items_are_full_consultations(
    problems: Problems, item: str, expected: list[str]
) -> None:
    before = [seen(date(2026, 7, 1), "01016")]
    assert codes(problems(named=[item], before=before, **SPECIALIST)) == expected


@pytest.mark.parametrize(
    ("item", "limited"),
    [("01016", "01116"), ("01015", "01115"), ("01155", "01115")],
)
def test_the_cure_names_the_limited_consultation(
    problems: Problems, item: str, limited: str
) -> None:
    before = [seen(date(2026, 7, 1), "01016")]
    (problem,) = of(problems(named=[item], before=before, **SPECIALIST))
    assert f"Bill the limited consultation {limited} or a visit instead." in problem.hint


@pytest.mark.parametrize(
    ("now", "earlier", "expected"),
    [
        ({"diagnoses": ("7291",)}, {"diagnoses": ("7291",)}, SOON),
        ({"diagnoses": ("7242",)}, {"diagnoses": ("7291",)}, []),  # new and unrelated
        # every diagnosis of an earlier visit was attended to
        ({"diagnoses": ("7242",)}, {"diagnoses": ("7291", "7242")}, SOON),
        ({"diagnoses": ("7242",)}, {"diagnoses": ("7291",), "visit_diagnosis": "7242"}, SOON),
        # a consultation is about its own diagnosis, else about the session's first
        ({"diagnoses": ("7291",), "visit_diagnosis": "7242"}, {"diagnoses": ("7291",)}, []),
        ({"diagnoses": ("7242",), "visit_diagnosis": "7291"}, {"diagnoses": ("7291",)}, SOON),
        ({"diagnoses": ("7242", "7291")}, {"diagnoses": ("7291",)}, []),
    ],
)
def test_a_new_diagnosis_may_be_consulted_on_at_any_time(
    problems: Problems, now: dict[str, Any], earlier: dict[str, Any], expected: list[str]
) -> None:
    before = [seen(date(2026, 7, 1), "01157", **earlier)]
    assert codes(problems(named=["01016"], before=before, **SPECIALIST, **now)) == expected


@pytest.mark.parametrize(("last", "expected"), [(date(2026, 4, 13), []), (date(2026, 4, 14), SOON)])
def test_a_known_diagnosis_waits_for_six_months_without_any_service(
    problems: Problems, last: date, expected: list[str]
) -> None:
    """The diagnosis was seen years ago, the last service was for another one."""
    before = [
        seen(date(2024, 1, 15), "01016"),
        seen(last, "01157", diagnoses=("7242",)),
    ]
    assert codes(problems(named=["01016"], before=before, **SPECIALIST)) == expected


@pytest.mark.parametrize(
    ("item", "now", "earlier", "expected"),
    [
        # specialists: the same practitioner
        ("01016", "99002", ("99002", "anesthesiology"), SOON),
        ("01016", "99002", ("99008", "anesthesiology"), []),
        ("01016", "99002", ("99001", "family"), []),
        ("01710", "99003", ("99003", "physical-medicine"), SOON),
        ("01710", "99003", ("99002", "anesthesiology"), []),
        # family physicians: any of the clinic
        ("15310", "99001", ("99001", "family"), SOON),
        ("15310", "99001", ("99009", "family"), SOON),
        ("15310", "99001", ("99002", "anesthesiology"), []),
        ("13536", "99001", ("99009", "family"), SOON),  # by telehealth
    ],
)
def test_whose_services_count(
    problems: Problems, item: str, now: str, earlier: tuple[str, str], expected: list[str]
) -> None:
    number, specialty = earlier
    before = [past(date(2026, 7, 1), "01157", practitioner_number=number, specialty=specialty)]
    found = problems(named=[item], before=before, practitioner_number=now)
    assert codes(found) == expected


@pytest.mark.parametrize(("last", "expected"), [(date(2026, 4, 13), []), (date(2026, 4, 14), SOON)])
def test_a_family_consultation_looks_at_no_diagnosis(
    problems: Problems, last: date, expected: list[str]
) -> None:
    before = [past(last, "15300", diagnoses=("4019",), practitioner_number="99009")]
    assert codes(problems(named=["15310"], before=before)) == expected


def test_what_is_said_of_a_specialist(problems: Problems) -> None:
    before = [seen(date(2026, 7, 1), "01157")]
    (problem,) = of(problems(named=["01016"], before=before, **SPECIALIST))
    assert problem.message == (
        "01016 comes less than 6 months after the practitioner saw the patient on 2026-07-01: it "
        "can be billed from 2027-01-01."
    )
    assert (problem.column, problem.value) == ("fee_items", "01016")
    assert problem.hint.endswith("needs its own diagnosis: visit_diagnosis.")


def test_what_is_said_of_a_family_physician(problems: Problems) -> None:
    before = [past(date(2026, 7, 1), "15300", practitioner_number="99009")]
    (problem,) = of(problems(named=["15310"], before=before))
    assert "after practitioner 99009 saw the patient on 2026-07-01" in problem.message
    assert problem.hint == "Bill a visit instead."  # a new diagnosis would not help


def test_what_comes_later_does_not_count(problems: Problems) -> None:
    after = [seen(date(2026, 10, 20), "01157")]
    assert codes(problems(named=["01016"], after=after, **SPECIALIST)) == []


# --- implicit re-referral (Preamble D.2.3) --------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),  # asked for explicitly
        ({"implicit": True}, SOON),  # no notice recorded
        ({"implicit": True, "notice_sent": date(2026, 9, 12)}, []),  # 31 days before
        ({"implicit": True, "notice_sent": date(2026, 9, 13)}, []),  # 30 days before
        ({"implicit": True, "notice_sent": date(2026, 9, 14)}, SOON),  # 29 days before
        ({"implicit": True, "notice_sent": date(2026, 10, 20)}, SOON),
        ({"implicit": True, "implicit_excluded": True, "notice_sent": date(2026, 9, 1)}, SOON),
        ({"implicit_excluded": True}, []),  # its one consultation
    ],
)
@pytest.mark.parametrize(
    ("item", "practitioner"), [("01016", "99002"), ("01710", "99003"), ("15310", "99001")]
)
def test_an_implicit_re_referral_needs_thirty_days_notice(
    problems: Problems,
    item: str,
    practitioner: str,
    changes: dict[str, Any],
    expected: list[str],
) -> None:
    found = problems(
        named=[item], practitioner_number=practitioner, referrals=[registered(**changes)]
    )
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ({}, SOON),
        ({"fee_items": ("01157",)}, []),  # treated on it, not consulted
        ({"fee_items": ("01116",)}, []),
        ({"practitioner_number": "99003"}, []),  # somebody else's consultation
        ({"referral_number": "35546"}, []),  # on another referral
        ({"day": date(2025, 12, 1)}, []),  # on an older letter
    ],
)
def test_a_referral_for_one_consultation_only_is_not_used_again(
    problems: Problems, earlier: dict[str, Any], expected: list[str]
) -> None:
    only_one = registered(received=date(2026, 1, 5), implicit_excluded=True)
    values = {"day": date(2026, 2, 3), "fee_items": ("01016",), **earlier}
    visit = seen(values.pop("day"), *values.pop("fee_items"), **values)
    found = problems(
        named=["01016"],
        before=[visit],
        referrals=[only_one],
        referral=Referral("34567", "Norquay", "physician", date(2026, 1, 5)),
        **SPECIALIST,
    )
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [("01016", SOON), ("01116", []), ("01157", []), ("01107", [])],
)
def test_the_notice_concerns_full_consultations(
    problems: Problems, item: str, expected: list[str]
) -> None:
    found = problems(named=[item], referrals=[registered(implicit=True)], **SPECIALIST)
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, SOON),
        ({"number": "35546"}, []),  # another referrer's
        ({"received": date(2026, 10, 13)}, SOON),  # on the day itself
        ({"received": date(2026, 10, 14)}, []),  # not yet there
        ({"closed_on": date(2026, 10, 13)}, SOON),
        ({"closed_on": date(2026, 10, 12)}, []),
        ({"received": date(2026, 8, 31)}, []),  # the session's own letter, of 1 September, is newer
    ],
)
def test_on_which_referral_a_consultation_rests(
    problems: Problems, changes: dict[str, Any], expected: list[str]
) -> None:
    found = problems(
        named=["01016"], referrals=[registered(**{"implicit": True, **changes})], **SPECIALIST
    )
    assert codes(found) == expected


def test_the_latest_referral_of_the_number_counts(problems: Problems) -> None:
    old = registered(implicit=True, referral_id=1)
    new = registered(received=date(2026, 10, 1), referral_id=2)
    assert codes(problems(named=["01016"], referrals=[old, new], **SPECIALIST)) == []
    assert codes(problems(named=["01016"], referrals=[new, old], **SPECIALIST)) == []


@pytest.mark.parametrize(
    ("changes", "said", "cure"),
    [
        (
            {"implicit": True},
            "01016 rests on an implicit re-referral and no notice to the referrer is recorded.",
            "Record the notice",
        ),
        (
            {"implicit": True, "notice_sent": date(2026, 9, 14)},
            (
                "01016 rests on an implicit re-referral and the referrer had notice of it on "
                "2026-09-14: the earliest day is 2026-10-14, 30 days later."
            ),
            "Record the notice",
        ),
        (
            {"implicit": True, "implicit_excluded": True},
            (
                "01016 rests on the referral of 2026-09-01 again, and its referrer excluded an "
                "implicit re-referral."
            ),
            "new referral",
        ),
    ],
)
def test_what_is_said_of_a_re_referral(
    problems: Problems, changes: dict[str, Any], said: str, cure: str
) -> None:
    (problem,) = of(problems(named=["01016"], referrals=[registered(**changes)], **SPECIALIST))
    assert problem.message == said
    assert cure in problem.hint


def test_too_soon_and_without_notice_are_two_things(problems: Problems) -> None:
    found = problems(
        named=["01016"],
        before=[seen(date(2026, 7, 1), "01157")],
        referrals=[registered(implicit=True)],
        **SPECIALIST,
    )
    assert codes(found) == SOON * 2
