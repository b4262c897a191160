"""`fees diff`: what two editions differ in, and what the clinic's last months show of it."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers import CLINIC_TOML, Clinic, clinic_config, visit

from tpi_billing.cli.init import make_workspace
from tpi_billing.codes import CodeBook

from .conftest import Run

FEBRUARY, NOVEMBER = "2026-02-01", "2026-11-01"
Diff = Callable[..., dict[str, Any]]


def write_edition(workspace: Path, day: str, *rows: str) -> None:
    schedule = workspace / "fee_codes" / "schedule"
    schedule.mkdir(parents=True, exist_ok=True)
    text = "fee_item,amount,title\n" + "".join(f"{row}\n" for row in rows)
    (schedule / f"{day}.csv").write_text(text, encoding="utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Make a clinic with an edition of February, 01157 at 77.92, and a newer one of November."""
    made = make_workspace(tmp_path / "clinic", CLINIC_TOML)
    write_edition(made, FEBRUARY, "01124,70.00,", "99991,5.00,Made up")
    write_edition(
        made,
        NOVEMBER,
        "01124,70.00,",
        "01157,81.01,",
        "00015,20.00,",
        "00012,6.00,",
        "14029,3.00,",
        "99990,1.00,Another",
    )
    return made


@pytest.fixture
def diff(run: Run, workspace: Path) -> Diff:
    """Run `fees diff` with --json and return its data."""

    def call(*words: object, as_of: str = "2026-11-05", folder: Path = workspace) -> dict[str, Any]:
        said = run("--workspace", folder, "--as-of", as_of, "--json", "fees", "diff", *words)
        found: dict[str, Any] = json.loads(said.out)
        assert (said.code, said.err) == (0, ""), said
        data: dict[str, Any] = found["data"]
        return data

    return call


@pytest.fixture
def billed(workspace: Path) -> None:
    """Bill three patients in October, and one on 5 August and one on 6 August."""
    clinic = Clinic(workspace, CodeBook.load(), clinic_config(), create=False)
    apart = {"nerve_block_sites": "left ankle; right ankle", "block_distance_cm": "75"}
    clinic.bring(
        visit("V1", 1, service_date="2026-10-13"),
        visit("V2", 2, service_date="2026-10-14", **apart),
        visit("V3", 3, trigger_point_sites="", joint_sites="left knee; right knee; left wrist"),
    )
    clinic.billed()
    early = {"referral_date": "2026-07-01"}
    clinic.bring(
        visit("V4", 4, service_date="2026-08-05", **early),
        visit("V5", 5, service_date="2026-08-06", **early),
        as_of=date(2026, 8, 20),
    )
    assert clinic.bill("2026-08", as_of=date(2026, 8, 20))[0] is not None
    clinic.close()


def rows(data: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    return {row["fee_item"]: row for row in data[name]}


# What differs


def test_the_newest_edition_against_the_one_before(diff: Diff) -> None:
    data = diff()
    assert (data["old"], data["new"]) == (FEBRUARY, NOVEMBER)
    assert data["added"] == [{"fee_item": "99990", "title": "Another", "amount": "1.00"}]
    assert data["dropped"] == []  # 99991 stays: the newer one is short, and falls back
    changed = rows(data, "changed")
    wanted = ("old", "new", "difference", "percent")
    assert {item: tuple(row[name] for name in wanted) for item, row in changed.items()} == {
        "00012": ("6.76", "6.00", "-0.76", "-11.2"),
        "00015": ("19.27", "20.00", "0.73", "3.8"),
        "01157": ("77.92", "81.01", "3.09", "4.0"),
        "14029": ("0.00", "3.00", "3.00", None),
    }


@pytest.mark.parametrize(
    ("words", "old", "new", "changed"),
    [
        (("2024-12-31", FEBRUARY), "2024-12-31", FEBRUARY, {"01124"}),
        (("2024-12-31",), "2024-12-31", NOVEMBER, {"00012", "00015", "01124", "01157", "14029"}),
        ((NOVEMBER, FEBRUARY), NOVEMBER, FEBRUARY, {"00012", "00015", "01157", "14029"}),
        ((NOVEMBER,), NOVEMBER, NOVEMBER, set()),
    ],
)
def test_named_editions(
    diff: Diff, words: tuple[str, ...], old: str, new: str, changed: set[str]
) -> None:
    data = diff(*words)
    assert (data["old"], data["new"], set(rows(data, "changed"))) == (old, new, changed)


def test_only_items_that_have_a_rule(diff: Diff) -> None:
    data = diff("--only-ours")
    assert (data["added"], data["dropped"]) == ([], [])
    assert list(rows(data, "changed")) == ["00015", "01157"]


@pytest.mark.parametrize("words", [("2026-02-02",), ("2024-12-31", "2026-02-02"), ("newest",)])
def test_an_edition_that_is_not_there(run: Run, workspace: Path, words: tuple[str, ...]) -> None:
    said = run("--workspace", workspace, "fees", "diff", *words)
    assert said.code == 2
    assert "Error" in said.err


def test_one_edition_cannot_be_compared(run: Run, tmp_path: Path) -> None:
    said = run("--workspace", tmp_path, "fees", "diff")
    assert said.code == 2
    assert "only one edition, 2024-12-31" in said.err


# The effect on the last months


@pytest.mark.usefixtures("billed")
def test_what_the_last_three_months_would_have_come_to(diff: Diff) -> None:
    data = diff()
    wanted = ("claims", "units", "billed", "would_be", "effect")
    changed = rows(data, "changed")
    assert {item: tuple(row[name] for name in wanted) for item, row in changed.items()} == {
        "00012": (0, 0, "0.00", "0.00", "0.00"),
        # 3 units of 19.27
        "00015": (1, 3, "57.81", "60.00", "2.19"),
        # 77.92 twice and half of it beside the block; half of 81.01 is 40.505
        "01157": (3, 3, "194.80", "202.53", "7.73"),
        "14029": (0, 0, "0.00", "0.00", "0.00"),
    }
    assert data["effect"] == {
        "months": 3,
        "from": "2026-08-06",
        "to": "2026-11-05",
        "claims": 4,
        "units": 6,
        "billed": "252.61",
        "would_be": "262.53",
        "effect": "9.92",
        "already_new": 0,
        "dropped_claims": 0,
        "dropped_billed": "0.00",
    }


@pytest.mark.usefixtures("billed")
@pytest.mark.parametrize(
    ("as_of", "months", "claims"),
    [
        ("2026-11-04", 3, 4),  # from 5 August on: both early ones
        ("2026-11-05", 3, 3),
        ("2026-11-06", 3, 2),
        ("2026-11-05", 4, 4),
        ("2026-11-05", 1, 2),
        ("2026-10-13", 1, 1),
        ("2026-10-12", 1, 0),
    ],
)
def test_the_months_end_with_today(diff: Diff, as_of: str, months: int, claims: int) -> None:
    changed = rows(diff("--months", months, as_of=as_of), "changed")
    assert changed["01157"]["claims"] == claims


@pytest.mark.usefixtures("billed")
def test_claims_of_a_dropped_item_stand_apart(diff: Diff, workspace: Path) -> None:
    path = workspace / "fee_codes" / "schedule" / "2026-11-02.csv"
    path.write_text("# complete: yes\nfee_item,amount\n01157,81.01\n", encoding="utf-8")
    data = diff()
    assert rows(data, "dropped")["00015"]["billed"] == "57.81"
    assert (data["effect"]["dropped_claims"], data["effect"]["dropped_billed"]) == (2, "156.97")
    assert data["effect"]["effect"] == "0.00"


@pytest.mark.usefixtures("billed")
def test_the_screen_fits_eighty_columns(run: Run, workspace: Path) -> None:
    said = run("--workspace", workspace, "--as-of", "2026-11-05", "fees", "diff")
    assert said.code == 0
    assert max(map(len, said.out.splitlines())) <= 80
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert "Claims for services from 2026-08-06 to 2026-11-05" in lines
    assert "01157 3 3 194.80 202.53 +7.73" in lines
    assert "all 4 6 252.61 262.53 +9.92" in lines


# Without a ledger


def test_editions_can_be_compared_without_a_workspace(diff: Diff, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    write_edition(folder, FEBRUARY, "01157,80.00,")
    data = diff(folder=folder)
    assert data["effect"] is None
    assert data["changed"] == [
        {
            "fee_item": "01157",
            "title": "Trigger point injections, multiple (or tendon sheath, ligament)",
            "old": "77.92",
            "new": "80.00",
            "difference": "2.08",
            "percent": "2.7",
        }
    ]


@pytest.mark.sqlite("about the file")
def test_editions_can_be_compared_when_the_ledger_is_away(diff: Diff, workspace: Path) -> None:
    (workspace / "ledger.db").unlink()
    data = diff()
    assert (data["effect"], data["no_effect_because"]) == (None, "The ledger is not there.")
    assert "claims" not in data["changed"][0]
