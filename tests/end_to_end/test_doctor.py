"""`doctor`: every thing to fix is named once, with what to do."""

import re
from typing import Any

import pytest
from databases import SERVER

from .clinic import Clinic


def checks(clinic: Clinic, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = clinic.json("doctor", **more)["data"]["checks"]
    return found


def to_fix(clinic: Clinic, **more: Any) -> list[str]:
    return [check["message"] for check in checks(clinic, **more) if not check["ok"]]


def configure(clinic: Clinic, pattern: str, text: str) -> None:
    """Change the first line of the configuration that the pattern finds."""
    path = clinic.workspace / "tpi-billing.toml"
    before = path.read_text(encoding="utf-8")
    after, count = re.subn(pattern, text, before, count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(after, encoding="utf-8")


@pytest.mark.parametrize(
    ("key", "own", "said"),
    [
        ("data_centre", "T1234", "data centre T9999"),
        ("payee_number", "A1234", "payee A9999"),
        ("number", "12345", "practitioner 99001"),
        ("name", "Hillside Pain Clinic", "the clinic's name, Example Pain Clinic,"),
        ("contact_phone", "250-555-0123", "phone 604-555-0100"),
    ],
)
def test_a_value_of_the_example_is_to_be_replaced(
    clinic: Clinic, key: str, own: str, said: str
) -> None:
    assert f"{said} is the example's" in to_fix(clinic)
    configure(clinic, rf'^{key} = "[^"]*"', f'{key} = "{own}"')
    assert f"{said} is the example's" not in to_fix(clinic)


def test_a_location_code_must_be_valid_today(clinic: Clinic) -> None:
    configure(clinic, '^location_code = "Q"', 'location_code = "A"')
    assert "the location code A is not valid on 2026-11-05" in to_fix(clinic)


def test_trouble_of_the_configuration_is_told_once(clinic: Clinic) -> None:
    configure(clinic, "^half_cent = .*", 'half_cent = "sometimes"')
    said = [check for check in checks(clinic) if "half_cent" in str(check)]
    assert [check["what"] for check in said] == ["configuration"]


@pytest.mark.parametrize(("day", "old"), [("2026-03-31", False), ("2026-04-01", True)])
def test_a_fee_schedule_older_than_15_months_is_to_be_replaced(
    clinic: Clinic, day: str, *, old: bool
) -> None:
    """The newest that is shipped is of 2024-12-31."""
    said = "the fee schedule of 2024-12-31 is more than 15 months old"
    assert (said in to_fix(clinic, as_of=day)) == old


def test_work_under_another_data_centre_is_told(billed: Clinic) -> None:
    configure(billed, '^data_centre = "[^"]*"', 'data_centre = "T1234"')
    (told,) = [check for check in checks(billed) if "not T1234" in check["message"]]
    said = r"\d+ sessions and \d+ live claims are of data centre T9999, not T1234"
    assert re.fullmatch(said, told["message"])
    assert told["ok"] == bool(SERVER), "clinics may share a server's ledger"


def test_files_of_a_void_batch_must_go(billed: Clinic) -> None:
    files = billed.data("batch", "export", 1)["files"]
    billed.run("batch", "void", 1, "--reason", "test")
    said = f"{len(files)} files of batch 1, which is void, still in place"
    assert said in to_fix(billed)


def test_rejected_rows_are_counted(billed: Clinic) -> None:
    path = billed.workspace / "more.jsonl"
    path.write_text(
        '{"session_id": "X1", "status": "completed", "service_date": "soon", '
        '"practitioner_number": "99001", "phn": "9"}\n',
        encoding="utf-8",
    )
    billed.run("sessions", "import", path)
    assert any(", 1 rejected row in the worklist" in check["message"] for check in checks(billed))
