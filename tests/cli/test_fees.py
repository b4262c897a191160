"""Fee items looked up and tried: which edition, which item was meant, what a day allows."""

import json

import pytest

from .conftest import Run

DAY = ("--on", "2026-10-01")


@pytest.mark.parametrize(
    ("items", "total", "refused"),
    [
        (["00015x3"], None, {}),  # one a site, three at most
        (["00015x4"], "0.00", {"00015": 3}),
        (["00015x2", "00015x2"], "0.00", {"00015": 3}),  # also when said twice
        (["01156"], None, {}),
        (["01156x2"], "0.00", {"01156": 1}),
        (["01156x3", "01125"], "99.16", {"01156": 1}),  # the others are priced without it
    ],
)
def test_more_than_a_day_allows_is_refused(
    run: Run, items: list[str], total: str | None, refused: dict[str, int]
) -> None:
    said = run("fees", "price", *items, *DAY, "--json")
    answer = json.loads(said.out)
    over = [line for line in answer["data"]["lines"] if line["finding"] == "units-exceeded"]
    assert {line["fee_item"] for line in over} == set(refused)
    assert said.code == (1 if refused else 0)
    for line in over:
        assert line["amount"] == "0.00"
        assert line["explanation"] == f"refused: at most {refused[line['fee_item']]} a day"
    if total is not None:
        assert answer["data"]["total"] == total


def test_a_refused_item_is_said_on_the_screen(run: Run) -> None:
    said = run("fees", "price", "00015x5", *DAY)
    assert said.code == 1
    assert "refused: at most 3 a day" in " ".join(said.out.split())


def test_a_number_without_its_zeros_names_the_item_and_the_edition(run: Run) -> None:
    said = run("fees", "show", "1157", *DAY)
    assert said.code == 2
    assert "2024-12-31" in said.err
    assert "Did you mean 01157?" in said.err


@pytest.mark.parametrize("item", ["99999", "9151065434", "Okanese"])
def test_an_item_that_resembles_none_is_looked_for_by_word(run: Run, item: str) -> None:
    said = run("fees", "show", item, *DAY)
    assert said.code == 2
    assert "Did you mean" not in said.err
    assert "fees search" in said.err
    assert len(item) == 5 or item not in said.err
