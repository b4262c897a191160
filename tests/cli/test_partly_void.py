"""A batch of which MSP took one file and the other was voided: what it says of itself since.

Five visits of 77.92 in three files: VS1 and two claims each.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import visit

from .conftest import Run


@pytest.fixture
def office(tmp_path: Path, run: Run) -> Run:
    """A workspace with batch 1 exported and uploaded by hand."""
    assert run("init", tmp_path).code == 0
    settings = tmp_path / "tpi-billing.toml"
    text = settings.read_text(encoding="utf-8")
    assert "max_records = 9000 " in text
    settings.write_text(text.replace("max_records = 9000 ", "max_records = 3 "), encoding="utf-8")
    rows = tmp_path / "october.jsonl"
    rows.write_text(
        "".join(json.dumps(visit(f"V{n}", n)) + "\n" for n in range(1, 6)), encoding="utf-8"
    )

    def call(*words: object) -> Any:
        return run("--workspace", tmp_path, "--as-of", "2026-11-05", *words)

    assert call("sessions", "import", rows).code == 0
    assert call("batch", "create", "--month", "2026-10").code == 0
    assert call("batch", "export", "1", "--out", tmp_path / "first").code == 0
    assert call("batch", "sent", "1").code == 0
    return call


def void_but(office: Run, *taken: int) -> None:
    """Let MSP take some of the three files and refuse the others, and void what it refused."""
    for part in (1, 2, 3):
        more = () if part in taken else ("--rejected",)
        said = office("batch", "confirm", "1", "--part", part, "--reason", "the page", *more)
        assert said.code == 0, said.err
    assert office("batch", "void", "1", "--reason", "refused").code == 0


def data(office: Run, *words: object) -> Any:
    said = office("--json", *words)
    assert said.code in {0, 1}, said.err
    return json.loads(said.out)["data"]


KEYS = ("claims", "sessions", "amount", "void_claims")


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ((1, 2), (4, 4, "311.68", 1)),
        ((2, 3), (3, 3, "233.76", 2)),
        ((3,), (1, 1, "77.92", 4)),
        ((), (0, 0, "0.00", 5)),
    ],
)
def test_scripts_are_told_what_stands(
    office: Run, taken: tuple[int, ...], expected: tuple[object, ...]
) -> None:
    before = data(office, "batch", "list")["batches"][0]
    assert tuple(before[key] for key in KEYS) == (5, 5, "389.60", 0)
    void_but(office, *taken)
    listed = data(office, "batch", "list")["batches"][0]
    shown = data(office, "batch", "show", "1")
    assert tuple(listed[key] for key in KEYS) == expected
    assert {key: shown[key] for key in listed} == listed
    assert len(shown["claim_lines"]) == 5


def test_each_batch_of_a_list_has_its_own_totals(office: Run) -> None:
    void_but(office, 1)
    assert office("batch", "create", "--month", "2026-10").code == 0
    rows = data(office, "batch", "list")["batches"]
    assert [(row["batch_id"], row["claims"], row["void_claims"]) for row in rows] == [
        (2, 3, 0),
        (1, 2, 3),
    ]
    assert [row["batch_id"] for row in data(office, "batch", "list", "--limit", 1)["batches"]] == [
        2
    ]


def test_a_screen_says_the_void_ones_beside(office: Run) -> None:
    assert "void" not in office("batch", "list").out
    assert "void" not in office("batch", "show", "1").out
    void_but(office, 2, 3)
    header, _, row = office("batch", "list").out.splitlines()[:3]
    assert header.split()[3:6] == ["claims", "amount", "void"]
    assert row.split()[3:8] == ["3", "233.76", "2", "of", "5"]
    shown = office("batch", "show", "1").out
    assert "3 from 3 sessions (of 5 claims, 2 void)" in shown
    (item,) = (line.split() for line in shown.splitlines() if line.startswith("99001"))
    assert item == ["99001", "01157", "3", "3", "233.76"]


def test_its_files_are_the_same_as_before(office: Run, tmp_path: Path) -> None:
    """They say what the batch was when it was made."""
    void_but(office, 1)
    assert office("batch", "export", "1", "--out", tmp_path / "again").code == 0
    first = {path.name: path.read_bytes() for path in (tmp_path / "first").iterdir()}
    again = {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()}
    assert len(first) == 6
    assert again == first
