"""Sterile trays, paid beside the procedures of their lists."""

from collections.abc import Callable

import pytest

from tpi_billing.model.finding import Problem
from tpi_billing.model.session import RequestedItem
from tpi_billing.pricing.lines import Outcome, PricedLine

Problems = Callable[..., list[Problem]]
TRAYS = ("tray-not-payable", "tray-unbilled")


def tray_ids(found: list[Problem]) -> list[str]:
    return [problem.code for problem in found if problem.code in TRAYS]


@pytest.mark.parametrize(
    ("items", "location", "expected"),
    [
        (["01125", "00080"], "Q", []),
        (["01124", "00080"], "Q", []),
        (["01042", "00080"], "Q", []),
        (["01157", "00080"], "Q", ["tray-not-payable"]),
        (["00015", "00080"], "Q", ["tray-not-payable"]),
        (["00080"], "Q", ["tray-not-payable"]),
        (["01125", "00090"], "Q", ["tray-not-payable"]),  # a block's tray is the minor one
        (["01135", "00090"], "Q", []),  # an epidural's the major one
        (["01135", "00080"], "Q", ["tray-not-payable"]),
        (["01157", "00044"], "Q", ["tray-not-payable"]),
        (["01157", "01125", "00080"], "Q", []),
        (["01125", "00080"], "P", ["tray-not-payable"]),  # the hospital bears the cost
        (["01125", "01135", "00080", "00090"], "Q", ["tray-not-payable"]),  # one a day
        (["01157", "00080", "00090"], "Q", ["tray-not-payable"] * 3),
    ],
)
def test_a_tray_is_paid_beside_a_procedure_of_its_list(
    problems: Problems, items: list[str], location: str, expected: list[str]
) -> None:
    assert tray_ids(problems(named=items, location_code=location)) == expected


@pytest.mark.parametrize(
    ("items", "location", "expected"),
    [
        (["01125"], "Q", ["tray-unbilled"]),
        (["01124", "01157"], "Q", ["tray-unbilled"]),
        (["01042"], "Q", ["tray-unbilled"]),
        (["01125"], "", ["tray-unbilled"]),  # the clinic's own location
        (["01125"], "P", []),
        (["01157"], "Q", []),
        (["00015"], "Q", []),
        (["01135"], "Q", []),  # not of the minor tray's list
    ],
)
def test_a_forgotten_minor_tray_is_pointed_at(
    problems: Problems, items: list[str], location: str, expected: list[str]
) -> None:
    assert tray_ids(problems(named=items, location_code=location)) == expected


def test_a_block_that_is_not_billed_has_no_tray(
    problems: Problems, line: Callable[..., PricedLine]
) -> None:
    lines = [line("01125", Outcome.ALREADY_BILLED, finding="duplicate-claim")]
    found = problems(lines=lines, fee_items=(RequestedItem("01125", 1),))
    assert tray_ids(found) == []


@pytest.mark.parametrize(
    ("items", "said"),
    [
        (
            ["01157", "00080"],
            "The minor tray 00080 is not paid beside any other item asked for.",
        ),
        (
            ["01125", "01135", "00080", "00090"],
            "00080 and 00090 are asked for and a day has one tray.",
        ),
        (["01125"], "01125 may have the minor tray 00080 beside it."),
    ],
)
def test_what_is_said_of_a_tray(problems: Problems, items: list[str], said: str) -> None:
    (found,) = (problem for problem in problems(named=items) if problem.code in TRAYS)
    assert found.message == said
    assert (found.column, found.value) == ("fee_items", "; ".join(items))
