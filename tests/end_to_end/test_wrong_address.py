"""A `database` by which no ledger can be opened: whatever opens it says where, and what to do."""

from pathlib import Path

import pytest
from privacy.everything import COMMAND_WAYS

from .clinic import Clinic, new_clinic, visit, write_csv

WITHOUT_LEDGER = {
    *("init", "demo", "ledger roles", "sessions template"),
    *("fees show", "fees search", "fees price", "fees import", "fees diff"),
    *("codes explain", "codes search"),
}
"""Commands that need none; those that talk to MSP first say that they do not know it here."""


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = new_clinic(tmp_path / "clinic")
    settings = made.workspace / "tpi-billing.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("database =")]
    wrong = "postgresql+psycopg://owner:secret@localhost:port/tpi"
    settings.write_text("\n".join([f'database = "{wrong}"', *kept, ""]), encoding="utf-8")
    write_csv(tmp_path / "export.csv", [visit(1)])
    write_csv(tmp_path / "referrals.csv", [{"phn": "", "referral_number": "", "referral_date": ""}])
    return made


def test_every_command_that_opens_the_ledger_ends_with_3(clinic: Clinic, tmp_path: Path) -> None:
    for name, (way, *_) in COMMAND_WAYS.items():
        if name in WITHOUT_LEDGER or way.msp:
            continue
        words = way.given(tmp_path, tmp_path)
        more = ("--to", "sqlite:///other.db") if name == "ledger move" else ()
        answer = clinic.json(*words, *more, as_of=way.as_of)
        assert answer["exit_code"] == 3, (name, answer)
        said = answer["data"]["checks"] if name == "doctor" else answer["errors"]
        (told,) = [one for one in said if "The port in `database`" in one["message"]]
        assert "tpi-billing.toml" in told["message"]
        assert "5432" in told["hint"]
        assert "secret" not in str(answer)


def test_a_wrong_address_to_move_to_is_not_the_settings_fault(tmp_path: Path) -> None:
    clinic = new_clinic(tmp_path / "clinic")
    answer = clinic.json("ledger", "move", "--to", "postgresql+psycopg://owner@localhost:port/tpi")
    assert answer["exit_code"] == 3
    (error,) = answer["errors"]
    assert "after --to" in error["message"]
    assert "file" not in error
