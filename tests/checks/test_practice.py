"""Who did it, where, and who is paid."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tpi_billing.model.finding import Problem
from tpi_billing.model.session import Referral

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]

OLD_REFERRAL = Referral("34567", "Norquay", "physician", date(2021, 1, 4))


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("99001", []),
        ("88888", ["practitioner-unknown"]),
        ("", []),  # told where the cell is read
    ],
)
def test_the_practitioner_is_one_of_the_clinics(ids: Ids, number: str, expected: list[str]) -> None:
    assert ids(practitioner_number=number) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 4), ["practitioner-not-active"]),
        (date(2026, 10, 5), []),  # active_from
        (date(2026, 10, 20), []),  # active_to
        (date(2026, 10, 21), ["practitioner-not-active"]),
    ],
)
def test_the_practitioner_is_active_from_the_first_to_the_last_day(
    ids: Ids, day: date, expected: list[str]
) -> None:
    assert ids(practitioner_number="99002", service_date=day) == expected


@pytest.mark.parametrize(
    ("practitioner", "payee", "expected"),
    [
        ("99001", "", []),
        ("99001", "A9999", []),  # the clinic's
        ("99001", "B1111", ["payee-mismatch"]),
        ("99002", "", []),
        ("99002", "B1111", []),  # his own
        ("99002", "A9999", ["payee-mismatch"]),
        ("88888", "C2222", ["practitioner-unknown"]),  # nobody's payee is known
    ],
)
def test_the_payee_is_the_practitioners_or_the_clinics(
    ids: Ids, practitioner: str, payee: str, expected: list[str]
) -> None:
    assert ids(practitioner_number=practitioner, payee_number=payee) == expected


@pytest.mark.parametrize(
    ("practitioner", "named", "expected"),
    [
        ("99002", ["01157"], []),
        ("99002", ["00762"], ["fee-item-not-allowed"]),
        ("99002", ["01157", "00762", "00019"], ["fee-item-not-allowed"] * 2),
        ("99001", ["00762"], []),  # without a list every item is allowed
    ],
)
def test_a_practitioner_bills_the_items_of_his_list(
    problems: Problems, practitioner: str, named: list[str], expected: list[str]
) -> None:
    found = problems(practitioner_number=practitioner, named=named)
    assert [p.code for p in found if p.code == "fee-item-not-allowed"] == expected


def test_an_item_that_is_not_allowed_points_at_the_cell_that_asks_for_it(
    problems: Problems,
) -> None:
    named = problems(practitioner_number="99002", named=["01157", "00762"])[0]
    assert (named.column, named.value) == ("fee_items", "01157; 00762")
    derived = next(
        p
        for p in problems(
            practitioner_number="99002", items=["00015"], joint_sites=("left shoulder",)
        )
        if p.code == "fee-item-not-allowed"
    )
    assert (derived.column, derived.value) == ("joint_sites", "left shoulder")


@pytest.mark.parametrize(
    ("location", "day", "as_of", "expected"),
    [
        ("Q", date(2026, 10, 13), date(2026, 11, 5), []),
        ("", date(2026, 10, 13), date(2026, 11, 5), []),  # the clinic's Q
        ("A", date(2026, 10, 13), date(2026, 11, 5), ["location-invalid"]),
        ("X", date(2026, 10, 13), date(2026, 11, 5), ["location-invalid"]),
        ("A", date(2021, 9, 30), date(2021, 10, 1), []),  # A was still in use
        ("A", date(2021, 10, 1), date(2021, 10, 1), ["location-invalid"]),
        ("Q", date(2021, 10, 1), date(2021, 10, 1), []),
        ("Q", date(2021, 9, 30), date(2021, 10, 1), ["location-invalid"]),
        ("", date(2021, 9, 30), date(2021, 10, 1), ["location-invalid"]),
    ],
)
def test_the_location_is_one_of_the_list_on_the_service_date(
    ids: Ids, location: str, day: date, as_of: date, expected: list[str]
) -> None:
    found = ids(location_code=location, service_date=day, as_of=as_of, referral=OLD_REFERRAL)
    assert found == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"insurer": "ICBC", "icbc_claim_number": ""}, ["mva-incomplete"]),
        ({"insurer": "ICBC", "icbc_claim_number": "AB123456"}, []),
        ({"insurer": "MSP", "icbc_claim_number": ""}, []),
    ],
)
def test_an_accident_has_an_icbc_number(
    ids: Ids, changes: dict[str, Any], expected: list[str]
) -> None:
    assert ids(**changes) == expected


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("practitioner_number", {"practitioner_number": "9 9001"}),
        ("payee_number", {"payee_number": "9.1"}),
        ("location_code", {"location_code": "#"}),
        ("icbc_claim_number", {"insurer": "ICBC"}),
    ],
)
def test_a_cell_that_could_not_be_read_is_not_told_twice(
    ids: Ids, column: str, changes: dict[str, Any]
) -> None:
    assert ids(unreadable=[column], **changes) == []
