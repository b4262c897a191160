"""The fee items that a session asks for."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tpi_billing.checks.context import Visit
from tpi_billing.checks.engine import examine
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.model.finding import Problem
from tpi_billing.model.session import RequestedItem, Session
from tpi_billing.pricing.lines import Outcome, PricedLine

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]
Line = Callable[..., PricedLine]


def test_an_item_of_no_edition_is_unknown(problems: Problems, line: Line) -> None:
    found = problems(
        fee_items=(RequestedItem("01157", 1), RequestedItem("99999", 1)),
        lines=[line("01157"), line("99999", Outcome.NOT_PRICED)],
    )
    (problem,) = found
    assert problem.code == "fee-item-unknown"
    assert problem.message == "99999 is in no edition of the fee schedule."
    assert (problem.column, problem.value) == ("fee_items", "01157; 99999")


def test_every_unknown_item_is_told(ids: Ids, line: Line) -> None:
    lines = [line(code, Outcome.NOT_PRICED) for code in ("99998", "99999")]
    named = tuple(RequestedItem(each.fee_item, 1) for each in lines)
    assert ids(lines=lines, fee_items=named) == ["fee-item-unknown"] * 2


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 30), ["fee-item-not-in-edition"]),
        (date(2026, 10, 1), []),
    ],
)
def test_an_item_is_in_the_edition_of_the_service_date(
    tmp_path: Path,
    clean: Callable[..., Session],
    clinic: Callable[..., Config],
    line: Line,
    day: date,
    expected: list[str],
) -> None:
    """The clinic's own edition of 2026-10-01 brings an item that the one before lacks."""
    folder = tmp_path / "fee_codes" / "schedule"
    folder.mkdir(parents=True)
    (folder / "2026-10-01.csv").write_text("fee_item,amount\n98765,10.00\n", encoding="utf-8")
    book = CodeBook.load(tmp_path)
    outcome = Outcome.NOT_PRICED if expected else Outcome.BILLED
    session = clean(service_date=day, fee_items=(RequestedItem("98765", 1),))
    visit = Visit(session, clinic(), book, date(2026, 11, 5), (line("98765", outcome),))
    assert [problem.code for problem in examine(visit)] == expected


@pytest.mark.parametrize(
    ("item", "born", "expected"),
    [
        # age on 2026-10-13; 15300 is for 50 to 59
        ("15300", date(1976, 10, 14), ["age-band"]),  # 49 for one more day
        ("15300", date(1976, 10, 13), []),  # the 50th birthday
        ("15300", date(1966, 10, 14), []),  # 59 for one more day
        ("15300", date(1966, 10, 13), ["age-band"]),  # the 60th birthday
        # 12100 is for 0 and 1
        ("12100", date(2026, 10, 13), []),
        ("12100", date(2024, 10, 14), []),
        ("12100", date(2024, 10, 13), ["age-band"]),
        # 00100 is for 2 to 49
        ("00100", date(2024, 10, 13), []),
        ("00100", date(1976, 10, 13), ["age-band"]),
        # 18100 is for 80 and over
        ("18100", date(1946, 10, 14), ["age-band"]),
        ("18100", date(1946, 10, 13), []),
        # 00010 is for 19 and over
        ("00010", date(2007, 10, 14), ["age-band"]),
        ("00010", date(2007, 10, 13), []),
        # trigger points are for anyone
        ("01157", date(2020, 1, 1), []),
        # nobody knows the age: only the birth date is told
        ("15300", None, ["birth-date-invalid"]),
        ("15300", date(2027, 1, 1), ["birth-date-invalid"]),
    ],
)
def test_an_item_is_for_the_age_on_the_service_date(
    ids: Ids, item: str, born: date | None, expected: list[str]
) -> None:
    assert ids(named=[item], birth_date=born) == expected


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("15300", "15300 is for ages 50 to 59 and the patient was 36 on 2026-10-13."),
        ("18100", "18100 is for ages 80 and over and the patient was 36 on 2026-10-13."),
    ],
)
def test_the_ages_are_named(problems: Problems, item: str, said: str) -> None:
    (found,) = problems(named=[item], birth_date=date(1990, 5, 1))
    assert found.message == said


@pytest.mark.parametrize(
    ("item", "units", "expected"),
    [
        ("00015", 3, []),
        ("00015", 4, ["units-exceeded"]),
        ("00014", 2, []),
        ("00014", 3, ["units-exceeded"]),
        ("01157", 1, []),
        ("01157", 2, ["units-exceeded"]),
        ("10003", 9, []),  # no limit is known
    ],
)
def test_an_item_is_paid_so_many_times_a_day(
    ids: Ids, line: Line, item: str, units: int, expected: list[str]
) -> None:
    found = ids(
        lines=[line(item, units=units)],
        fee_items=(RequestedItem(item, units),),
        joint_sites=("left shoulder",),
    )
    assert found == expected


def test_units_of_the_sites_can_be_lowered_by_naming_the_items(
    problems: Problems, line: Line
) -> None:
    sites = ("left shoulder", "right shoulder", "left knee", "right knee")
    (found,) = problems(lines=[line("00015", units=4)], joint_sites=sites)
    assert found.message == "4 units of 00015 are asked for and a day allows 3."
    assert (found.column, found.value) == ("joint_sites", "; ".join(sites))
    assert found.hint == "Name every item in fee_items, 00015x3."


def test_a_session_that_asks_for_no_item_is_not_billable(problems: Problems) -> None:
    (found,) = problems(items=[], trigger_point_sites=())
    assert (found.code, found.column) == ("nothing-billable", "fee_items")


@pytest.mark.parametrize(
    "column", ["fee_items", "trigger_point_sites", "trigger_point_injections", "joint_sites"]
)
def test_what_could_not_be_read_may_have_been_billable(ids: Ids, column: str) -> None:
    assert ids(items=[], trigger_point_sites=(), unreadable=[column]) == []


@pytest.mark.parametrize(
    ("practitioner", "visit", "item", "expected"),
    [
        ("99001", "visit", "15300", []),
        ("99001", "limited-consultation", "", ["nothing-billable"]),  # family has none
        ("99003", "counselling", "01714", []),
        ("99004", "visit", "", ["nothing-billable"]),
        ("99004", "consultation", "", ["nothing-billable"]),
    ],
)
@pytest.mark.parametrize("treated", [True, False])
def test_a_visit_word_without_an_item_is_not_billable(
    ids: Ids, practitioner: str, visit: str, item: str, treated: bool, expected: list[str]
) -> None:
    """Also beside a treatment: the visit would be left behind unseen."""
    found = ids(
        practitioner_number=practitioner,
        visit=visit,
        visit_diagnosis="7242",
        items=[*(["01157"] if treated else []), *([item] if item else [])],
        trigger_point_sites=("left trapezius", "right trapezius") if treated else (),
    )
    assert found == expected


def test_the_cure_of_a_visit_word_names_the_override(problems: Problems) -> None:
    (found,) = problems(practitioner_number="99004", visit="visit")
    assert found.message == "There is no fee item for this kind of visit by the specialty other."
    assert (found.column, found.value) == ("visit", "visit")
    assert found.hint.startswith("Name the item in fee_items")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"named": ["01157"]}, []),  # the override says it all
        ({"items": [], "practitioner_number": "88888"}, ["practitioner-unknown"]),
        ({"items": [], "birth_date": None}, ["birth-date-invalid"]),
    ],
)
def test_a_visit_whose_item_cannot_be_known_yet_is_not_called_unbillable(
    ids: Ids, changes: dict[str, Any], expected: list[str]
) -> None:
    found = ids(visit="limited-consultation", trigger_point_sites=(), **changes)
    assert [code for code in found if code != "sites-not-recorded"] == expected


@pytest.mark.parametrize(
    ("expected_cents", "expected"),
    [(None, []), (7792, []), (7791, ["amount-differs"]), (7793, ["amount-differs"])],
)
def test_the_record_systems_amount_is_compared(
    ids: Ids, expected_cents: int | None, expected: list[str]
) -> None:
    assert ids(billed_cents=expected_cents) == expected


def test_both_amounts_are_named(problems: Problems) -> None:
    (found,) = problems(billed_cents=6213)
    assert found.message == "The record system expects 62.13 and the claims come to 77.92."
    assert (found.column, found.value) == ("billed_amount", "62.13")


def test_only_billed_lines_count_to_the_amount(ids: Ids, line: Line) -> None:
    included = line("01157", Outcome.INCLUDED, finding="trigger-point-within-block")
    found = ids(
        lines=[line("01125", amount_cents=9916), included],
        nerve_block_sites=("a", "b"),
        billed_cents=9916,
    )
    assert "amount-differs" not in found


def test_an_amount_that_cannot_be_known_is_not_compared(ids: Ids, line: Line) -> None:
    unknown = line("99999", Outcome.NOT_PRICED)
    named = (RequestedItem("01157", 1), RequestedItem("99999", 1))
    assert ids(lines=[line("01157"), unknown], fee_items=named, billed_cents=1) == [
        "fee-item-unknown"
    ]
    assert ids(items=[], trigger_point_sites=(), billed_cents=1) == ["nothing-billable"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("checked", []), ("clinic", []), ("extracted", ["amount-unverified"])],
)
def test_a_price_read_by_a_program_only_is_pointed_at(
    ids: Ids, line: Line, status: str, expected: list[str]
) -> None:
    lines = [line("00762", price_status=status)]
    assert ids(lines=lines, fee_items=(RequestedItem("00762", 1),))[:1] == (
        expected or ["tray-unbilled"]
    )


def test_a_line_that_is_not_billed_has_no_price_to_verify(ids: Ids, line: Line) -> None:
    repeated = line(
        "00762", Outcome.REPEATED, price_status="extracted", finding="same-day-same-item"
    )
    assert ids(lines=[repeated], fee_items=(RequestedItem("00762", 1),)) == ["same-day-same-item"]
