"""What an auditor looks for in the chart."""

from collections.abc import Callable
from typing import Any

import pytest

from tpi_billing.model.finding import Problem
from tpi_billing.model.session import Referral

Ids = Callable[..., list[str]]
Problems = Callable[..., list[Problem]]


@pytest.mark.parametrize(
    ("signed", "said"),
    [
        (True, []),
        (False, ["The chart is not yet complete and signed."]),
        (None, ["Whether the chart is complete and signed is blank."]),
    ],
)
def test_the_chart_is_signed(problems: Problems, signed: bool | None, said: list[str]) -> None:
    found = problems(chart_signed=signed)
    assert [problem.message for problem in found] == said
    assert all(problem.code == "chart-not-signed" for problem in found)


SITES = ["sites-not-recorded"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"trigger_point_sites": ("a",), "trigger_point_injections": 4}, []),
        ({"trigger_point_sites": (), "trigger_point_injections": 1}, SITES),
        ({"trigger_point_sites": (), "trigger_point_injections": None}, SITES),  # 01157 is asked
        ({"trigger_point_sites": (), "named": ["01156"]}, SITES),
        ({"trigger_point_sites": (), "named": ["15300"]}, []),
        ({"named": ["01125"]}, SITES),
        ({"named": ["01125"], "nerve_block_sites": ("a", "b")}, []),
        ({"named": ["00015"]}, SITES),
        ({"named": ["00015"], "joint_sites": ("left shoulder",)}, []),
        ({"named": ["00014", "01124"], "trigger_point_sites": ()}, SITES * 2),
        ({"named": ["01156", "00014", "01124"], "trigger_point_sites": ()}, SITES * 3),
    ],
)
def test_the_sites_of_injections_are_recorded(
    ids: Ids, changes: dict[str, Any], expected: list[str]
) -> None:
    assert [code for code in ids(**changes) if code == "sites-not-recorded"] == expected


def test_injections_that_were_counted_zero_have_no_sites(ids: Ids) -> None:
    found = ids(items=["15300"], trigger_point_sites=(), trigger_point_injections=0)
    assert found == []


def test_the_column_without_the_sites_is_named(problems: Problems) -> None:
    found = problems(named=["01156", "00014", "01124"], trigger_point_sites=())
    assert [(p.column, p.message) for p in found if p.code == "sites-not-recorded"] == [
        ("trigger_point_sites", "The sites of the trigger point injections are blank."),
        ("nerve_block_sites", "The sites of the nerve blocks are blank."),
        ("joint_sites", "The sites of the joint injections are blank."),
    ]


AGENT = ["agent-not-recorded"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, AGENT),
        ({"items": ["01125"], "trigger_point_sites": (), "nerve_block_sites": ("a",)}, AGENT),
        ({"items": ["00015"], "trigger_point_sites": (), "joint_sites": ("a",)}, AGENT),
        ({"named": ["01040"], "trigger_point_sites": ()}, AGENT),
        ({"named": ["00424"], "trigger_point_sites": ()}, AGENT),
        ({"named": ["15300"], "trigger_point_sites": ()}, []),  # nothing was injected
    ],
)
def test_the_agent_of_an_injection_is_recorded(
    ids: Ids, changes: dict[str, Any], expected: list[str]
) -> None:
    assert [code for code in ids(agent="", **changes) if code == "agent-not-recorded"] == expected
    assert "agent-not-recorded" not in ids(agent="lidocaine", **changes)


@pytest.mark.parametrize(
    ("number", "name", "length", "expected"),
    [
        ("34567", "Norquay", 400, []),
        ("34567", "Norquay", 401, ["note-too-long"]),
        # 400 - 13 of " REFERRED BY " - 7 of the name = 380
        ("99957", "Norquay", 380, []),
        ("99957", "Norquay", 381, ["note-too-long"]),
        ("99957", "N" * 387, 0, []),
        ("99957", "N" * 388, 0, ["note-too-long"]),
        ("99957", "", 400, ["referral-name-required"]),
        ("99957", "", 401, ["referral-name-required", "note-too-long"]),
    ],
)
def test_a_note_has_400_characters_with_a_generic_referrers_name(
    ids: Ids, number: str, name: str, length: int, expected: list[str]
) -> None:
    assert ids(referral=Referral(number, name, "physician"), note="x" * length) == expected


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("chart_signed", {"chart_signed": None}),
        ("trigger_point_sites", {"trigger_point_sites": ()}),
        ("agent", {"agent": ""}),
    ],
)
def test_a_cell_that_could_not_be_read_is_not_told_twice(
    ids: Ids, column: str, changes: dict[str, Any]
) -> None:
    assert ids(unreadable=[column], **changes) == []
