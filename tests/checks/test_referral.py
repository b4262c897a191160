"""Who sent the patient, where it is needed and wherever it is given."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tpi_billing.model.finding import Problem, Severity
from tpi_billing.model.session import Referral

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]

GOOD = Referral("34567", "Norquay", "physician", date(2026, 9, 1))
NONE = Referral()
OPTIONAL = '[policy]\nreferral_for_treatment = "optional"\n'


def given(**changes: Any) -> Referral:
    return replace(GOOD, **changes)


@pytest.mark.parametrize(
    ("items", "policy", "expected"),
    [
        (["01157"], "", ["referral-missing"]),
        (["01157"], OPTIONAL, []),
        (["01016"], "", ["referral-missing"]),  # a consultation always needs one
        (["01016"], OPTIONAL, ["referral-missing"]),
        (["00100"], "", []),  # an office visit never does
        (["00015"], "", []),
        (["00100", "01157"], "", ["referral-missing"]),
        (["00100", "01157"], OPTIONAL, []),
    ],
)
def test_consultations_need_a_referral_and_treatment_by_policy(
    ids: Ids, items: list[str], policy: str, expected: list[str]
) -> None:
    found = ids(items=items, referral=NONE, config=policy, joint_sites=("left shoulder",))
    assert [code for code in found if code.startswith("referral")] == expected


@pytest.mark.parametrize("number", ["", "0", "00000", "0000000000", " 0 "])
def test_zeros_are_no_referral(ids: Ids, number: str) -> None:
    assert ids(referral=Referral(number)) == ["referral-missing"]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("01157", "01157 needs a referral by the clinic's policy and none is recorded."),
        ("01016", "01016 needs a referral and none is recorded."),
    ],
)
def test_a_missing_referral_says_whose_rule_it_is(problems: Problems, item: str, said: str) -> None:
    found = [p for p in problems(items=[item], referral=NONE) if p.code == "referral-missing"]
    assert [p.message for p in found] == [said]


@pytest.mark.parametrize(
    "referral",
    [
        Referral(name="Norquay"),
        Referral(profession="physician"),
        Referral(received=date(2026, 9, 1)),
        Referral(number="00000", name="Norquay"),
    ],
)
def test_a_referral_without_its_number_lacks_only_that(
    problems: Problems, referral: Referral
) -> None:
    (found,) = problems(referral=referral)
    assert (found.code, found.column) == ("referral-missing", "referral_number")
    assert "Only the number is lacking" in found.hint


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("34567", []),
        ("0456A", []),
        ("3456", ["referral-number-invalid"]),
        ("345678", ["referral-number-invalid"]),
        ("12A", ["referral-number-invalid"]),
        ("34-67", ["referral-number-invalid"]),
    ],
)
@pytest.mark.parametrize("item", ["01157", "00100"])  # needed or not, a claim would name it
def test_a_referrers_number_is_five_digits_or_capitals(
    ids: Ids, item: str, number: str, expected: list[str]
) -> None:
    found = ids(items=[item], referral=given(number=number))
    assert [code for code in found if code.startswith("referral")] == expected


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        ("99957", "", ["referral-name-required"]),
        ("99957", "Norquay", []),
        ("99998", "", ["referral-name-required"]),
        ("34567", "", []),  # somebody's own number says enough
    ],
)
def test_a_generic_number_needs_the_referrers_name(
    ids: Ids, number: str, name: str, expected: list[str]
) -> None:
    assert ids(referral=given(number=number, name=name)) == expected


@pytest.mark.parametrize(("number", "expected"), [("99001", ["referral-self"]), ("99002", [])])
def test_nobody_refers_to_himself(ids: Ids, number: str, expected: list[str]) -> None:
    assert ids(practitioner_number="99001", referral=given(number=number)) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, []),
        (date(2026, 10, 12), []),
        (date(2026, 10, 13), []),  # the day of service
        (date(2026, 10, 14), ["referral-after-service"]),
        (date(2016, 10, 13), []),  # a referral does not expire
    ],
)
def test_a_referral_is_not_dated_after_the_service(
    ids: Ids, day: date | None, expected: list[str]
) -> None:
    assert ids(referral=given(received=day)) == expected


REFUSED = ["referral-profession"]


@pytest.mark.parametrize(
    ("profession", "practitioner", "expected"),
    [
        ("", "99001", []),
        ("physician", "99001", []),
        ("Nurse Practitioner", "99001", []),
        ("NP", "99001", []),
        ("physiotherapist", "99001", REFUSED),
        ("naturopath", "99003", REFUSED),
        ("RMT", "99001", REFUSED),
        ("acupuncturist", "99004", REFUSED),
        ("chiropractor", "99001", REFUSED),
        ("chiropractor", "99003", REFUSED),
        ("midwife", "99001", REFUSED),
        ("registered nurse", "99001", REFUSED),
    ],
)
def test_who_may_refer_here(
    problems: Problems, profession: str, practitioner: str, expected: list[str]
) -> None:
    found = problems(practitioner_number=practitioner, referral=given(profession=profession))
    assert [problem.code for problem in found] == expected
    assert all(problem.severity is None for problem in found)


@pytest.mark.parametrize(
    ("profession", "practitioner"), [("astrologer", "99001"), ("chiropractor", "99004")]
)
def test_what_nobody_here_can_decide_is_only_asked(
    problems: Problems, profession: str, practitioner: str
) -> None:
    """An unknown word, and a field that a practitioner of specialty `other` may well have."""
    (found,) = problems(practitioner_number=practitioner, referral=given(profession=profession))
    assert (found.code, found.severity) == ("referral-profession", Severity.WARNING)
    assert found.value == profession
    assert profession == "chiropractor" or profession not in found.message


@pytest.mark.parametrize(
    ("number", "profession", "expected"),
    [
        ("99991", "", REFUSED),  # stands for a chiropractor
        ("99992", "", REFUSED),  # optometrist
        ("99994", "", REFUSED),  # dentist
        ("99991", "physician", REFUSED),  # MSP sees the number
        ("99994", "dentist", REFUSED),
        ("99957", "", []),
        ("99993", "physician", []),
        ("99996", "", []),
        ("99997", "", []),
        ("99998", "", []),
    ],
)
def test_a_generic_number_stands_for_a_profession(
    ids: Ids, number: str, profession: str, expected: list[str]
) -> None:
    assert ids(referral=given(number=number, profession=profession)) == expected


def test_what_stands_beside_a_missing_number_is_looked_at_at_once(ids: Ids) -> None:
    referral = given(number="", profession="physiotherapist", received=date(2026, 10, 14))
    assert ids(referral=referral) == [
        "referral-missing",
        "referral-after-service",
        "referral-profession",
    ]


def test_without_need_and_number_nothing_is_looked_at(ids: Ids) -> None:
    referral = given(number="", profession="physiotherapist", received=date(2026, 10, 14))
    assert ids(referral=referral, config=OPTIONAL) == []


@pytest.mark.parametrize(
    ("column", "referral"),
    [
        ("referral_number", NONE),
        ("referral_number", given(number="3.4E+04")),
        ("referral_name", given(number="99957", name="")),
    ],
)
def test_a_cell_that_could_not_be_read_is_not_told_twice(
    ids: Ids, column: str, referral: Referral
) -> None:
    assert ids(unreadable=[column], referral=referral) == []
