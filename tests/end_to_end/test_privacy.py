"""Nothing that names a patient leaves the ledger for a screen, a log or --json without --unmask.

The visits carry marks, words that stand nowhere else, in every cell that is about the patient.
Every command is run on them, also where it fails, and every byte of both streams is searched.
"""

import json
import re
from pathlib import Path

import pytest

from .clinic import Clinic, Said, call, health_number, visit, write_csv

PHN = health_number(73_519_246)
WRONG_PHN = PHN[:-1] + str((int(PHN[-1]) + 1) % 10)
SPACED_PHN = f"{PHN[:4]} {PHN[4:7]} {PHN[7:]}"
REGISTRATION = "718293645012"
MARKS = {
    "patient_first_name": "Zebulonia",
    "patient_second_name": "Quixandra",
    "patient_surname": "Vantablackwood",
    "referral_name": "Dr Ompherelli",
    "address_1": "77 Gloamwhistle Row",
    "address_2": "Unit Flibberton",
    "city": "Umbravale",
    "postal_code": "X9Y8Z7",
    "note": "prefers Snickerdoodle the therapy iguana",
}
NUMBERS = (PHN, WRONG_PHN, REGISTRATION, "4455667788")
WORDS = tuple(word for text in MARKS.values() for word in text.split() if len(word) > 5)

VISITS = [
    # Billed: every mark stands in a claim.
    visit(1, **MARKS, phn=PHN),
    # Held, each by a fault of a marked cell.
    visit(2, **MARKS, phn=WRONG_PHN),
    visit(3, **MARKS, phn="12345" + PHN),
    visit(4, **MARKS, phn=f"call {PHN} first"),
    visit(5, **{**MARKS, "patient_surname": "4 Vantablackwood"}, phn=PHN, start_time="10:00"),
    visit(6, **{**MARKS, "note": MARKS["note"] * 200}, phn=PHN),
    visit(7, **MARKS, phn="", insurer="AB", registration_number=REGISTRATION[:-2]),
    visit(8, **MARKS, phn=PHN, insurer="ICBC", icbc_claim_number="4455667788", mva="yes"),
    visit(9, **{**MARKS, "referral_name": "9 Ompherelli"}, phn=PHN),
    visit(10, **MARKS, phn=PHN, diagnosis_1=PHN, practitioner_number=PHN, location_code=PHN),
    visit(11, **MARKS, phn=PHN, birth_date=f"{PHN}", trigger_point_injections=PHN),
    visit(12, **MARKS, phn=PHN, status="no-show"),
    # The same visit a second time, and one that cannot be stored.
    visit(13, **MARKS, phn=PHN, service_date="2026-10-02", start_time="16:00"),
    visit(14, **MARKS, phn=PHN, service_date="soon"),
    visit(15, **MARKS, phn=SPACED_PHN, dependent=PHN, sex=PHN, insurer=PHN, fee_items=PHN),
]
ALL_COMMANDS = [
    "doctor",
    "sessions list",
    "check",
    "batch list",
    "batch show 1",
    "claims list",
    "claims show 1",
    "batch create --month 2026-10 --dry-run",
    "batch create --month 2026-10",
    *(f"sessions show N{1000 + number}" for number in range(1, 16)),
]


def export_of(place: Path) -> Path:
    return write_csv(place / "marked.csv", VISITS)


@pytest.fixture
def marked(clinic: Clinic, tmp_path: Path) -> Clinic:
    """A clinic whose patients are all marked, with one batch."""
    assert clinic.run("sessions", "import", export_of(tmp_path)).code == 1
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] >= 1
    return clinic


def shown(said: Said) -> list[str]:
    """Find the marks that stand in either stream."""
    text = said.all.casefold()
    digits = re.sub(r"(?<=\d)[ -](?=\d)", "", text)
    return [
        *(word for word in WORDS if word.casefold() in text),
        *(number for number in NUMBERS if number in digits),
    ]


def test_the_marks_reach_claims_and_held_sessions(marked: Clinic) -> None:
    billed, held = marked.data("claims", "list")["claims"], marked.data("check")["held"]
    assert billed
    assert held >= 9


@pytest.mark.parametrize("form", [[], ["--json"], ["--debug", "--quiet"]])
def test_no_command_shows_a_mark(marked: Clinic, form: list[str]) -> None:
    for command in ALL_COMMANDS:
        assert shown(marked.run(*command.split(), *form)) == [], command


@pytest.mark.parametrize("form", [[], ["--json"], ["--dry-run"], ["--dry-run", "--json"]])
def test_an_import_shows_no_mark(clinic: Clinic, tmp_path: Path, form: list[str]) -> None:
    export = export_of(tmp_path)
    assert shown(clinic.run("sessions", "import", export, *form)) == []
    assert shown(clinic.run("sessions", "import", export, *form)) == []


def test_writing_files_shows_no_mark(marked: Clinic, tmp_path: Path) -> None:
    export = tmp_path / "marked.csv"
    for words in (
        ["batch", "export", 1, "--out", tmp_path / "out"],
        ["check", "--xlsx", tmp_path / "findings.xlsx"],
        ["sessions", "import", export, "--corrections", tmp_path / "fix.xlsx"],
        ["batch", "void", 1, "--reason", "test"],
    ):
        assert shown(marked.run(*words)) == []
        assert shown(marked.run(*words, "--json")) == []


def test_a_changed_billed_visit_shows_no_mark(marked: Clinic, tmp_path: Path) -> None:
    changed = [{**row, "patient_first_name": "Zebulonia Xenobia"} for row in VISITS]
    path = write_csv(tmp_path / "changed.csv", changed)
    for form in ([], ["--json"]):
        said = marked.run("sessions", "import", path, *form)
        assert shown(said) == []
        assert "xenobia" not in said.all.casefold()


@pytest.mark.parametrize(
    "content",
    [
        "Zebulonia,Vantablackwood\n" + PHN + ",1\n",
        f"session_id,status,service_date\n{PHN},Zebulonia,Vantablackwood\n",
        f'session_id,status,service_date,practitioner_number\n"{PHN} Zebulonia\n',
        f'{{"session_id": "{PHN}", "patient_surname": "Vantablackwood"\n',
        f'{{"session_id": "1", "patient_surname": ["Vantablackwood", ["{PHN}"]]}}\n',
    ],
    ids=["no header", "missing column", "open quotation", "broken json", "odd json"],
)
def test_a_file_that_cannot_be_read_shows_no_mark(
    clinic: Clinic, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "marked.txt"
    path.write_text(content, encoding="utf-8")
    for form in ([], ["--json"]):
        said = clinic.run("sessions", "import", path, *form)
        assert said.code == 4
        assert shown(said) == []


def test_a_fault_of_the_tool_shows_no_mark(marked: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(" ".join([*MARKS.values(), *NUMBERS]))

    monkeypatch.setattr("tpi_billing.ledger.sessions.count_open", broken)
    for form in ([], ["--json"]):
        said = marked.run("check", *form)
        assert said.code == 70
        assert shown(said) == []


def test_a_database_that_refuses_a_row_shows_no_mark(
    marked: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unique index that strikes names the whole row in the driver's own message."""
    monkeypatch.setattr("tpi_billing.claims.batches.next_claim_id", lambda _transaction: 1)
    marked.run("sessions", "import", write_csv(marked.workspace / "m.csv", [visit(20, **MARKS)]))
    before = marked.state()
    for form in ([], ["--json"]):
        said = marked.run("batch", "create", "--month", "2026-10", *form)
        assert said.code > 1
        assert shown(said) == []
        assert "Traceback" not in said.all
    assert marked.state() == before


def test_masks_keep_what_is_needed_to_find_the_patient(marked: Clinic) -> None:
    said = marked.run("claims", "show", 1)
    assert f"******{PHN[-4:]}" in said.out
    assert "Z." in said.out
    assert "V." in said.out


UNMASKED = ["claims show 1", "sessions show N1001", "sessions show N1002"]


@pytest.mark.parametrize("command", UNMASKED)
@pytest.mark.parametrize("form", [[], ["--json"]])
def test_with_unmask_everything_shows(marked: Clinic, command: str, form: list[str]) -> None:
    said = marked.run(*command.split(), "--unmask", *form)
    for word in ("Zebulonia", "Vantablackwood", "Ompherelli", "Snickerdoodle"):
        assert word in said.out
    assert (PHN in said.out) or (WRONG_PHN in said.out)


def test_with_unmask_a_finding_shows_its_value(marked: Clinic) -> None:
    findings = marked.json("check", "--unmask")["findings"]
    values = {f["session_id"]: f.get("value") for f in findings if f["code"] == "phn-check-digit"}
    assert values["N1002"] == WRONG_PHN
    assert WRONG_PHN in marked.run("check", "--unmask").out


@pytest.mark.parametrize("command", [*UNMASKED, "check", "batch show 1", "claims list"])
def test_unmask_is_journaled_with_who_and_which_command(marked: Clinic, command: str) -> None:
    assert marked.journal("unmask") == []
    marked.run(*command.split())
    assert marked.journal("unmask") == []
    marked.run(*command.split(), "--unmask")
    (entry,) = marked.journal("unmask")
    words = command.split()
    name = words[0] if words[0] == "check" else " ".join(words[:2])
    assert entry[0] == "clerk"
    assert json.loads(entry[2])["command"] == name
    assert marked.json("doctor")["exit_code"] == 1


def test_unmask_is_journaled_before_anything_is_shown(
    marked: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("tpi_billing.ledger.claims.find_claim", broken)
    assert marked.run("claims", "show", 1, "--unmask").code == 70
    assert len(marked.journal("unmask")) == 1


def test_a_usage_error_shows_no_mark(clinic: Clinic) -> None:
    """A health number typed where a session's id belongs is not repeated."""
    for words in (["sessions", "show", PHN], ["sessions", "show", SPACED_PHN]):
        for form in ([], ["--json"]):
            said = clinic.run(*words, *form)
            assert said.code == 2
            assert shown(said) == []


def test_a_files_name_shows_no_health_number_in_an_error(clinic: Clinic, tmp_path: Path) -> None:
    file = tmp_path / f"{PHN}.csv"
    for content in (None, "nothing that is known\n"):
        if content is not None:
            file.write_text(content)
        for form in ([], ["--json"]):
            said = clinic.run("sessions", "import", file, *form)
            assert said.code == 4
            assert PHN not in said.all


def test_the_demo_shows_no_health_number(tmp_path: Path) -> None:
    place = tmp_path / "demo"
    said = call(["demo", str(place)])
    numbers = {row[0] for row in Clinic(place).query("SELECT DISTINCT phn FROM claims")}
    assert len(numbers) > 10
    assert not [number for number in numbers if number and number in said.all]
