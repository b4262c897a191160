"""`pickup` imports what it fetches, and what was left from before; never the test site's."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers import CLINIC_TOML, Clinic, visit
from remittances_by_hand import as_file, golden

from tpi_billing.claims.pickups import Shelf, keep_pickup
from tpi_billing.demo.stand_in import PASSWORD, USERNAME, StandIn
from tpi_billing.teleplan.exchange.service import TEST_SITE

from .conftest import Run

SENT, LATER = date(2026, 11, 2), date(2026, 11, 20)
CLERK = "m.jones"


@pytest.fixture
def msp(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in that pays everything, and a workspace that names it."""
    monkeypatch.setenv("TPI_BILLING_TELEPLAN_PASSWORD", PASSWORD)
    with StandIn(today=SENT) as made:
        settings = f'\n[teleplan]\nurl = "{made.url}"\nusername = "{USERNAME}"\n'
        _configure(clinic, settings)
        yield made


def _configure(clinic: Clinic, settings: str) -> None:

    path = clinic.folder / "tpi-billing.toml"
    path.write_text(CLINIC_TOML + settings, encoding="utf-8")


@pytest.fixture
def ask(clinic: Clinic, msp: StandIn, run: Run) -> Any:
    def call(*words: object) -> tuple[int, Any]:
        given = ("--workspace", clinic.folder, "--as-of", msp.today.isoformat(), "--json")
        said = run(*given, *words)
        return said.code, json.loads(said.out)["data"]

    return call


@pytest.fixture
def answered(ask: Any, clinic: Clinic, msp: StandIn) -> Clinic:
    """A clinic whose two claims of 77.92 were sent; MSP has paid them."""
    clinic.bring(visit("V1", 1), visit("V2", 2))
    assert ask("submit", clinic.billed())[0] == 0
    msp.today = LATER
    return clinic


def test_what_is_fetched_is_imported(ask: Any, answered: Clinic) -> None:
    code, data = ask("pickup")
    assert (code, data["pickup_id"]) == (0, 1)
    (taken,) = data["imported"]
    assert (taken["paid"], taken["amount_paid"], taken["deposit"]) == (2, "155.84", "155.84")
    (row,) = taken["remittances"]
    assert (row["state"], row["difference"]) == ("balanced", "0.00")
    assert {claim.state.value for claim in answered.claims()} == {"paid"}
    listed = ask("remittance", "list")[1]
    assert [file["pickup_id"] for file in listed["files"]] == [1]


def test_nothing_new_imports_nothing(ask: Any, answered: Clinic) -> None:
    ask("pickup")
    code, data = ask("pickup")
    assert (code, data["pickup_id"], data["imported"]) == (0, None, [])


def keep(clinic: Clinic, site: str, content: bytes) -> None:
    keep_pickup(Shelf(clinic.ledger, CLERK, clinic.folder / "exchange"), site, content)


def test_what_was_fetched_before_and_never_imported(
    ask: Any, answered: Clinic, msp: StandIn
) -> None:
    keep(answered, msp.url, as_file(golden("every-record")))
    _, data = ask("pickup")
    assert data["imported"][0]["lines"] == 21
    assert len(data["imported"]) == 2
    assert ask("pickup")[1]["imported"] == []


def test_what_a_person_imported_is_not_imported_again(
    ask: Any, answered: Clinic, msp: StandIn, tmp_path: Path
) -> None:
    content = as_file(golden("every-record"))
    keep(answered, msp.url, content)
    path = tmp_path / "remit.txt"
    path.write_bytes(content)
    ask("remittance", "import", path)
    assert len(ask("pickup")[1]["imported"]) == 1  # only what is fetched now


def test_the_test_sites_answers_are_never_imported(ask: Any, answered: Clinic) -> None:
    keep(answered, TEST_SITE, as_file(golden("every-record")))
    _, data = ask("pickup")
    assert [taken["paid"] for taken in data["imported"]] == [2]
    assert len(ask("remittance", "list")[1]["files"]) == 1


def test_what_holds_no_record_of_msps_stands_in_nobodys_way(
    ask: Any, answered: Clinic, msp: StandIn
) -> None:
    keep(answered, msp.url, b"NO DATA\r\n")
    code, data = ask("pickup")
    assert (code, len(data["imported"]), data["not_imported"]) == (0, 1, [])


def test_what_is_of_another_clinic_is_told_of(ask: Any, answered: Clinic, msp: StandIn) -> None:
    foreign = [record[:3] + "T8888" + record[8:] for record in golden("every-record")]
    keep(answered, msp.url, as_file(foreign))
    code, data = ask("pickup")
    assert (code, len(data["imported"])) == (1, 1)
    (refused,) = data["not_imported"]
    assert refused["pickup_id"] == 1
    assert "T8888" in refused["message"]


def test_the_screen_says_the_same_summary(answered: Clinic, run: Run) -> None:
    out = run("--workspace", answered.folder, "--as-of", LATER, "pickup").out
    assert "Kept as pickup 1." in out
    assert "claims paid as billed" in out
    assert "2026-11-13-A9999" in out
    assert all(len(line) <= 80 for line in out.splitlines())
