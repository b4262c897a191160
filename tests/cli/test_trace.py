"""`claims trace`: which claims, in which form, and the page that it writes."""

import json
import re
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from helpers import CLINIC_TOML, Clinic, made_up_phn, visit

from tpi_billing.codes import CodeBook

from .conftest import Run, Said


@pytest.fixture
def office(tmp_path: Path, book: CodeBook, run: Run) -> Run:
    """A workspace with five claims, two of them of patient 1."""
    (tmp_path / "tpi-billing.toml").write_text(CLINIC_TOML, encoding="utf-8")
    clinic = Clinic(tmp_path, book)
    visits = [visit(f"V{at}", at) for at in range(1, 5)]
    clinic.bring(*visits, visit("V5", 1, service_date="2026-10-27"))
    clinic.billed()
    clinic.close()
    return lambda *words: run(
        "--workspace", tmp_path, "--as-of", "2026-11-20", "--actor", "d.reid", *words
    )


def data(said: Said) -> dict[str, Any]:
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)["data"]
    return found


def test_one_claim_is_shown_whole(office: Run) -> None:
    said = office("claims", "trace", 2)
    assert said.code == 0
    headings = [
        "Claim 2: batched",
        *("What happened", "Where it came from", "What the session said", "Checks and findings"),
        *("Decisions", "Price", "Batch", "Teleplan", "MSP's answers", "Money", "Corrections"),
        *("Referral", "Review of the chart", "Journal"),
    ]
    at = [re.search(f"^{heading}$", said.out, re.MULTILINE) for heading in headings]
    places = [found.start() for found in at if found is not None]
    assert len(places) == len(headings)
    assert places == sorted(places)


def test_a_few_claims_are_shown_one_after_the_other(office: Run) -> None:
    said = office("claims", "trace", "--patient", made_up_phn(1))
    assert re.findall(r"^Claim (\d+): ", said.out, re.MULTILINE) == ["1", "5"]


@pytest.fixture
def many(office: Run, tmp_path: Path, book: CodeBook) -> Run:
    """The same with two more of patient 1: four claims are more than a few."""
    clinic = Clinic(tmp_path, book, create=False)
    clinic.bring(
        visit("V6", 1, service_date="2026-10-20"), visit("V7", 1, service_date="2026-10-28")
    )
    clinic.billed()
    clinic.close()
    return office


@pytest.mark.parametrize(("options", "shown"), [((), []), (("--all",), ["1", "5", "6", "7"])])
def test_of_many_claims_a_list_comes_first(
    many: Run, options: tuple[str, ...], shown: list[str]
) -> None:
    words = ("claims", "trace", "--patient", "C00001", *options)
    said = many(*words)
    assert re.findall(r"^Claim (\d+): ", said.out, re.MULTILINE) == shown
    assert ("4 claims. One of them: tpi-billing claims trace ID" in said.out) is not shown
    told = data(many(*words, "--json"))
    assert [one["claim_id"] for one in told["claims"]] == [1, 5, 6, 7]
    assert [str(one["claim_id"]) for one in told["traces"]] == shown


def test_a_page_has_every_claim_whatever_the_screen_shows(many: Run, tmp_path: Path) -> None:
    page = tmp_path / "new" / "trace.html"
    told = data(many("claims", "trace", "--patient", "C00001", "--page", page, "--json"))
    text = page.read_text(encoding="utf-8")
    assert re.findall(r'<h2 id="c(\d+)">', text) == ["1", "5", "6", "7"]
    assert told["page"]["path"] == str(page)
    assert made_up_phn(1) not in text
    assert "d.reid" in text


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_the_page_is_its_owners_only(office: Run, tmp_path: Path) -> None:
    page = tmp_path / "trace.html"
    assert office("claims", "trace", 1, "--page", page).out.endswith(f"Wrote {page}.\n")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_a_page_that_cannot_be_written_leaves_nothing_behind(office: Run, tmp_path: Path) -> None:
    (tmp_path / "taken.html").mkdir()
    before = sorted(tmp_path.iterdir())
    said = office("claims", "trace", 1, "--page", tmp_path / "taken.html")
    assert said.code == 4
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        (),
        (1, "--folio", 1),
        ("--session", "V1", "--patient", "C00001"),
        (1, "--page", "trace.pdf"),
        ("--sequence", 0),
        (99,),
        ("--session", "V99"),
        ("--sequence", 99),
        ("--folio", 99),
        ("--patient", "C99"),
    ],
)
def test_what_names_no_claim_is_said(office: Run, words: tuple[object, ...]) -> None:
    said = office("claims", "trace", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: ")


def test_a_patient_who_is_not_there_is_not_named(office: Run) -> None:
    said = office("claims", "trace", "--patient", made_up_phn(9))
    assert made_up_phn(9) not in said.err


def test_looking_unmasked_is_journaled(office: Run, tmp_path: Path) -> None:
    page = tmp_path / "trace.html"
    said = office("claims", "trace", 1, "--unmask", "--page", page)
    assert made_up_phn(1) in said.out
    assert made_up_phn(1) in page.read_text(encoding="utf-8")
    assert "Patients are shown whole." in page.read_text(encoding="utf-8")
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as connection:
        last = connection.execute("SELECT actor, action, content FROM journal ORDER BY entry DESC")
        actor, action, content = last.fetchone()
    assert (actor, action) == ("d.reid", "unmask")
    assert json.loads(content)["command"] == "claims trace"


@pytest.mark.parametrize("command", [("claims", "trace", 1), ("claims", "trace", 1, "--json")])
def test_it_changes_nothing(office: Run, command: tuple[object, ...]) -> None:
    first, again = office(*command), office(*command)
    assert first == again
