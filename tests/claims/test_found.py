"""Findings in order, whether they are few or many: the same ones, as often as one asks."""

from random import Random

import pytest

from tpi_billing.claims.found import FoundFindings
from tpi_billing.model.finding import Finding, Place, Severity


def finding(row: int | None, said: str) -> Finding:
    return Finding("phn-missing", Severity.ERROR, said, "Enter it.", Place("a.csv", "", row))


def by_row(one: Finding) -> int:
    return one.place.row or 0


@pytest.mark.parametrize("in_memory", [0, 1, 7, 1_999, 2_000, 5_000])
def test_many_come_back_in_order(in_memory: int) -> None:
    random = Random(4)
    made = [finding(random.randrange(300), f"number {number}") for number in range(2_000)]
    found = FoundFindings(by_row, in_memory)
    for at in range(0, len(made), 3):
        found.add(made[at : at + 3])
    wanted = sorted(made, key=by_row)
    everything = found.in_order()
    assert len(everything) == 2_000
    assert list(everything) == wanted
    assert list(zip(everything, everything, strict=True)) == list(zip(wanted, wanted, strict=True))
    assert made[1_000] in everything
    assert finding(1, "never said") not in everything


@pytest.mark.parametrize("in_memory", [0, 10])
def test_equal_places_keep_the_order_of_the_findings(in_memory: int) -> None:
    found = FoundFindings(by_row, in_memory)
    found.add([finding(2, "c"), finding(None, "a")])
    found.add([finding(2, "d"), finding(0, "b")])
    assert [one.message for one in found.in_order()] == ["a", "b", "c", "d"]


def test_none_are_none() -> None:
    assert not FoundFindings(by_row).in_order()
