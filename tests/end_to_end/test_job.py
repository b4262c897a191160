"""The main job on the sample exports: a month of sessions becomes checked claims and their files.

The figures are those of the samples' own README: it counts the clean October claims of each file
without the same-day twin, whose earlier visit is billed on top.
"""

import csv
import hashlib
import re
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from .clinic import SAMPLES, Clinic, folder_of, visit, write_csv

MONTH = "2026-10"
LATE = {"submission-overdue", "submission-due-soon", "service-date-future"}
"""Faults of visits that lie outside October by their nature."""
LETS_THROUGH = {"trigger-point-within-block", "submission-due-soon"}
"""Findings of the list of expected ones that do not hold a session back."""


@dataclass(frozen=True)
class Sample:
    """A sample export: how it is imported, and what its README says of it."""

    file: str
    options: tuple[str, ...]
    visits: int
    lines: int
    cents: int
    twin: str
    twin_items: dict[str, str]

    @property
    def path(self) -> Path:
        return SAMPLES / self.file

    def expected(self) -> dict[str, set[str]]:
        """Which finding must name each faulty visit; any of the alternatives will do."""
        listed = self.path.with_suffix("").with_suffix(".expected.csv")
        with listed.open(encoding="utf-8", newline="") as file:
            return {
                row["session_id"]: set(row["finding"].split(" or ")) for row in csv.DictReader(file)
            }


# The later twin is listed as V1152 and V2148. The earlier one, found by its patient and day, has
# more than one trigger point site and nothing else: one 01157, 77.92 (schedule of 2024-12-31).
CANONICAL = Sample("october-canonical.csv", (), 155, 132, 8_718_45, "V1152", {"01157": "77.92"})
EMR = Sample(
    "october-emr.xlsx", ("--mapping", "my-emr"), 151, 137, 8_958_76, "V2148", {"01157": "77.92"}
)
SAMPLE = pytest.mark.parametrize("sample", [CANONICAL, EMR], ids=["canonical", "emr"])


def bring_in(clinic: Clinic, sample: Sample, *more: str) -> dict[str, Any]:
    return clinic.json("sessions", "import", sample.path, *sample.options, *more)


def cents(amount: str) -> int:
    assert re.fullmatch(r"\d+\.\d\d", amount)
    return int(Decimal(amount) * 100)


def rows_of(sample: Sample) -> list[dict[str, str]]:
    """The sample's own rows as a spreadsheet shows them, by the file's own column names."""
    if sample.path.suffix == ".csv":
        with sample.path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    sheet = load_workbook(sample.path, read_only=True)["Visits"]
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    header = next(row for row in rows if "Visit #" in row)
    return [dict(zip(header, row, strict=False)) for row in rows[rows.index(header) + 1 :]]


def earlier_twin(sample: Sample) -> dict[str, str]:
    """Find the visit that has the listed twin's patient, day and practitioner."""
    canonical = ("session_id", "phn", "service_date", "practitioner_number")
    emr = ("Visit #", "HIN", "Date of Service", "Provider MSP #")
    rows = rows_of(sample)
    names = canonical if "session_id" in rows[0] else emr
    key = [{name: row[name] for name in names[1:]} for row in rows]
    at = next(n for n, row in enumerate(rows) if row[names[0]] == sample.twin)
    (other,) = [row for n, row in enumerate(rows) if n != at and key[n] == key[at]]
    return other


@SAMPLE
def test_the_twin_that_is_billed_had_more_than_one_trigger_point_and_nothing_else(
    sample: Sample,
) -> None:
    twin = earlier_twin(sample)
    sites = twin.get("trigger_point_sites") or twin["Sites"]
    assert ";" in sites
    for other in ("nerve_block_sites", "joint_sites", "fee_items", "visit"):
        assert not twin.get(other)
    for other in ("Blocks", "Joints", "Codes", "Visit Type"):
        assert not twin.get(other)


@SAMPLE
def test_every_faulty_visit_is_named_and_no_clean_one_is_held(
    clinic: Clinic, sample: Sample
) -> None:
    answer = bring_in(clinic, sample)
    expected = sample.expected()
    found: dict[str, set[str]] = {}
    held = set()
    for finding in answer["findings"]:
        found.setdefault(finding.get("session_id", ""), set()).add(finding["code"])
        if finding["severity"] == "error":
            held.add(finding["session_id"])
    unnamed = {visit for visit, codes in expected.items() if not codes & found.get(visit, set())}
    assert unnamed == set()
    assert held == {visit for visit, codes in expected.items() if not codes & LETS_THROUGH}


@SAMPLE
def test_a_finding_says_where_in_the_file_it_is(clinic: Clinic, sample: Sample) -> None:
    answer = bring_in(clinic, sample)
    number_of = "session_id" if sample is CANONICAL else "Visit #"
    if sample is CANONICAL:
        with sample.path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file))
    else:
        table = [list(row) for row in load_workbook(sample.path)["Visits"].values]
    column = next(row.index(number_of) for row in table if number_of in row)
    for finding in answer["findings"]:
        assert finding["file"] == sample.file
        if finding.get("session_id"):
            assert table[finding["row"] - 1][column] == finding["session_id"]
        if sample is EMR:
            assert finding["sheet"] == "Visits"


@SAMPLE
def test_every_row_is_counted_once(clinic: Clinic, sample: Sample) -> None:
    data = bring_in(clinic, sample)["data"]
    rows = rows_of(sample)
    status = "status" if sample is CANONICAL else "Visit Status"
    done = sum(row[status].lower() in {"completed", "arrived"} for row in rows)
    assert data["read"] == sample.visits
    assert data["new"] == done
    assert data["skipped"] == sample.visits - done
    assert (data["updated"], data["unchanged"], data["rejected"]) == (0, 0, 0)


@SAMPLE
def test_the_october_batch_comes_to_the_samples_figures(clinic: Clinic, sample: Sample) -> None:
    bring_in(clinic, sample)
    answer = clinic.json("batch", "create", "--month", MONTH)
    claims = clinic.data("claims", "list")["claims"]
    twin = earlier_twin(sample)
    name = twin.get("session_id") or twin["Visit #"]
    on_top = [claim for claim in claims if claim["session_ids"] == [name]]
    assert {claim["fee_item"]: claim["amount"] for claim in on_top} == sample.twin_items
    rest = [claim for claim in claims if claim not in on_top]
    assert len(rest) == sample.lines
    assert sum(cents(claim["amount"]) for claim in rest) == sample.cents
    data = answer["data"]
    assert data["batch_id"] == 1
    assert data["claims"] == len(claims)
    assert data["sessions"] == len({claim["session_ids"][0] for claim in claims})
    assert cents(data["amount"]) == sum(cents(claim["amount"]) for claim in claims)
    assert all(claim["service_date"].startswith(MONTH) for claim in claims)
    assert answer["exit_code"] == 1


@SAMPLE
def test_exactly_the_faulty_october_visits_are_held(clinic: Clinic, sample: Sample) -> None:
    bring_in(clinic, sample)
    answer = clinic.json("batch", "create", "--month", MONTH)
    faulty = {
        visit
        for visit, codes in sample.expected().items()
        if not codes & LATE and not codes & LETS_THROUGH
    }
    held = {f["session_id"] for f in answer["findings"] if f["severity"] == "error"}
    assert held == faulty
    assert answer["data"]["held"] == len(faulty)
    assert set(clinic.data("batch", "show", 1)["held_sessions"]) == faulty


@SAMPLE
def test_visits_with_a_trigger_point_within_the_block_bill_the_block_alone(
    clinic: Clinic, sample: Sample
) -> None:
    bring_in(clinic, sample)
    clinic.run("batch", "create", "--month", MONTH)
    within = [v for v, codes in sample.expected().items() if "trigger-point-within-block" in codes]
    assert within
    for name in within:
        items = {c["fee_item"] for c in clinic.data("claims", "list", "--session", name)["claims"]}
        assert items & {"01124", "01125"}
        assert not items & {"01156", "01157"}


def test_several_files_of_one_import_are_counted_together(clinic: Clinic, tmp_path: Path) -> None:
    first = write_csv(tmp_path / "first.csv", [visit(1), visit(2, chart_signed="no")])
    again = write_csv(tmp_path / "again.csv", [visit(2, chart_signed="no"), visit(3, phn="")])
    answer = clinic.json("sessions", "import", again, first)
    counts = answer["data"]
    assert (counts["read"], counts["new"], counts["unchanged"]) == (4, 3, 1)
    places = [(f["file"], f["row"]) for f in answer["findings"] if f["severity"] == "error"]
    assert ("again.csv", 3) in places
    assert places == sorted(places)
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] == 1


def test_both_exports_live_in_one_ledger(clinic: Clinic) -> None:
    for sample in (CANONICAL, EMR):
        bring_in(clinic, sample)
    data = clinic.data("batch", "create", "--month", MONTH)
    assert data["claims"] == 132 + 1 + 137 + 1
    assert cents(data["amount"]) == 8_718_45 + 77_92 + 8_958_76 + 77_92


@SAMPLE
def test_a_second_import_changes_nothing(clinic: Clinic, sample: Sample) -> None:
    first = bring_in(clinic, sample)
    before = clinic.query("SELECT * FROM sessions ORDER BY session_key")
    again = bring_in(clinic, sample)
    assert clinic.query("SELECT * FROM sessions ORDER BY session_key") == before
    assert again["findings"] == first["findings"]
    counts = again["data"]
    assert (counts["new"], counts["updated"], counts["rejected"]) == (0, 0, 0)
    assert counts["unchanged"] == first["data"]["new"]
    assert counts["skipped"] == first["data"]["skipped"]


def test_an_import_after_billing_changes_nothing(billed: Clinic) -> None:
    before = billed.query("SELECT * FROM sessions ORDER BY session_key")
    answer = bring_in(billed, CANONICAL)
    assert billed.query("SELECT * FROM sessions ORDER BY session_key") == before
    assert answer["data"]["unchanged"] == 152
    # The later twin is a duplicate of its twin's claim by now; no other visit is.
    doubled = [f["session_id"] for f in answer["findings"] if f["code"] == "duplicate-claim"]
    assert doubled == [CANONICAL.twin]


def test_a_dry_run_says_the_same_and_changes_nothing(clinic: Clinic) -> None:
    empty = clinic.state()
    dry = bring_in(clinic, CANONICAL, "--dry-run")
    assert clinic.state() == empty
    real = bring_in(clinic, CANONICAL)
    assert dry["findings"] == real["findings"]
    assert {**dry["data"], "dry_run": False} == real["data"]

    imported = clinic.state()
    plan = clinic.json("batch", "create", "--month", MONTH, "--dry-run")
    assert clinic.state() == imported
    made = clinic.json("batch", "create", "--month", MONTH)
    assert plan["data"] == {**made["data"], "batch_id": None, "dry_run": True}
    assert plan["findings"] == made["findings"]


def test_a_second_batch_has_nothing_new(billed: Clinic) -> None:
    before = billed.state()
    answer = billed.json("batch", "create", "--month", MONTH)
    assert answer["data"]["batch_id"] is None
    assert (answer["data"]["claims"], answer["data"]["amount"]) == (0, "0.00")
    assert answer["data"]["held"] == 28
    assert (answer["exit_code"], answer["status"]) == (1, "attention")
    assert billed.state() == before


def test_nothing_to_bill_and_nothing_held_is_exit_0(imported: Clinic) -> None:
    answer = imported.json("batch", "create", "--month", "2026-01")
    assert answer["data"]["batch_id"] is None
    assert answer["data"]["held"] == 0
    assert (answer["exit_code"], answer["status"]) == (0, "ok")


def test_one_practitioner_at_a_time_comes_to_the_same_month(imported: Clinic) -> None:
    parts = [
        imported.data("batch", "create", "--month", MONTH, "--practitioner", number)
        for number in ("99001", "99002")
    ]
    assert [part["batch_id"] for part in parts] == [1, 2]
    assert sum(part["claims"] for part in parts) == 133
    assert sum(cents(part["amount"]) for part in parts) == 8_796_37


def test_a_voided_batch_can_be_billed_again_under_new_numbers(billed: Clinic) -> None:
    first = billed.data("claims", "list", "--batch", "1")["claims"]
    void = billed.json("batch", "void", 1, "--reason", "wrong month")
    assert void["exit_code"] == 0
    assert void["data"].items() >= {"batch_id": 1, "claims": 133, "sessions": 120}.items()
    assert {c["state"] for c in billed.data("claims", "list", "--batch", "1")["claims"]} == {"void"}

    again = billed.data("batch", "create", "--month", MONTH)
    assert (again["batch_id"], again["claims"], again["amount"]) == (2, 133, "8796.37")
    second = billed.data("claims", "list", "--batch", "2")["claims"]
    assert not {c["office_folio"] for c in first} & {c["office_folio"] for c in second}
    what = ("session_ids", "fee_item", "units", "amount")
    assert [[c[name] for name in what] for c in first] == [[c[n] for n in what] for c in second]

    listed = {batch["batch_id"]: batch for batch in billed.data("batch", "list")["batches"]}
    assert (listed[1]["state"], listed[2]["state"]) == ("void", "prepared")
    assert listed[1]["void_reason"] == "wrong month"


def test_a_void_batch_is_neither_voided_again_nor_exported(billed: Clinic, tmp_path: Path) -> None:
    billed.run("batch", "void", 1, "--reason", "wrong month")
    before = billed.state()
    assert billed.json("batch", "void", 1, "--reason", "again")["exit_code"] == 5
    assert billed.json("batch", "export", 1, "--out", tmp_path / "out")["exit_code"] == 5
    assert billed.state() == before
    assert not (tmp_path / "out").exists()


def test_the_export_has_every_file_and_says_their_hashes(billed: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "out"
    files = billed.data("batch", "export", 1, "--out", out)["files"]
    assert [file["kind"] for file in files] == ["workbook", "csv", "teleplan", "manifest"]
    assert {Path(file["path"]).name for file in files} == set(folder_of(out))
    for file in files:
        content = (out / Path(file["path"]).name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


def test_the_csv_holds_every_claim_to_the_cent(billed: Clinic, tmp_path: Path) -> None:
    files = billed.data("batch", "export", 1, "--out", tmp_path)["files"]
    name = next(file["path"] for file in files if file["kind"] == "csv")
    with (tmp_path / Path(name).name).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    claims = billed.data("claims", "list", "--batch", "1")["claims"]
    assert len(rows) == len(claims) == 133
    money = next(name for name in rows[0] if "amount" in name.lower())
    assert [row[money] for row in rows] == [claim["amount"] for claim in claims]


def test_the_workbook_totals_the_batch(billed: Clinic, tmp_path: Path) -> None:
    files = billed.data("batch", "export", 1, "--out", tmp_path)["files"]
    name = next(file["path"] for file in files if file["kind"] == "workbook")
    book = load_workbook(tmp_path / Path(name).name)
    numbers = [
        cell
        for row in book.worksheets[0].values
        for cell in row
        if isinstance(cell, int | float) and not isinstance(cell, bool)
    ]
    assert any(round(number * 100) == 8_796_37 for number in numbers)
    assert 133 in numbers


def test_an_export_twice_gives_the_same_bytes(billed: Clinic, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    billed.data("batch", "export", 1, "--out", first)
    billed.data("batch", "export", 1, "--out", second)
    assert folder_of(first) == folder_of(second)
    billed.data("batch", "export", 1, "--out", first)
    assert folder_of(first) == folder_of(second)


def test_an_export_on_another_day_from_another_process_gives_the_same_bytes(
    billed: Clinic, tmp_path: Path
) -> None:
    billed.data("batch", "export", 1, "--out", tmp_path / "first")
    words = ["--as-of", "2027-01-31", "--unmask", "batch", "export", 1]
    said = billed.process(*words, "--out", tmp_path / "second", cwd=tmp_path)
    assert (said.code, said.err) == (0, "")
    assert folder_of(tmp_path / "first") == folder_of(tmp_path / "second")


def cured(sample: Sample, place: Path) -> Path:
    """Write the canonical sample with some held visits put right and one made worse."""
    with sample.path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["session_id"] == "V1092":
            row["chart_signed"] = "yes"
        if row["session_id"] == "V1007":
            row["location_code"] = "Q"
        if row["session_id"] == "V1145":
            row["diagnosis_1"] = "00000X"
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return place


def test_an_export_after_held_sessions_changed_gives_the_same_bytes(
    billed: Clinic, tmp_path: Path
) -> None:
    billed.data("batch", "export", 1, "--out", tmp_path / "first")
    changed = billed.data("sessions", "import", cured(CANONICAL, tmp_path / "cured.csv"))
    assert changed["updated"] == 3
    billed.data("batch", "export", 1, "--out", tmp_path / "second")
    second = billed.data("batch", "create", "--month", MONTH)
    assert second["batch_id"] == 2
    billed.data("batch", "export", 1, "--out", tmp_path / "third")
    assert folder_of(tmp_path / "first") == folder_of(tmp_path / "second")
    assert folder_of(tmp_path / "first") == folder_of(tmp_path / "third")


def test_an_export_after_the_configuration_changed_gives_the_same_bytes(
    billed: Clinic, tmp_path: Path
) -> None:
    billed.data("batch", "export", 1, "--out", tmp_path / "first")
    settings = billed.workspace / "tpi-billing.toml"
    text = settings.read_text(encoding="utf-8")
    other = text.replace("Example Pain Clinic", "Another Name").replace("Avery", "Somebody")
    assert other != text
    settings.write_text(other, encoding="utf-8")
    billed.data("batch", "export", 1, "--out", tmp_path / "second")
    assert folder_of(tmp_path / "first") == folder_of(tmp_path / "second")


def test_a_visit_changed_after_billing_is_reported_and_not_changed(
    billed: Clinic, tmp_path: Path
) -> None:
    kept = "SELECT content, status, batch_id, conflict, row_number FROM sessions ORDER BY 1"
    before = billed.query(kept)
    claims = billed.data("claims", "list")
    text = CANONICAL.path.read_text(encoding="utf-8-sig")
    changed = tmp_path / "changed.csv"
    line = next(line for line in text.splitlines() if line.startswith("V1001,"))
    changed.write_text(text.replace(line, line.replace(",7294,", ",7291,")), encoding="utf-8")
    answer = billed.json("sessions", "import", changed)
    (finding,) = [f for f in answer["findings"] if f.get("session_id") == "V1001"]
    assert (finding["code"], finding["row"]) == ("duplicate-claim", 2)
    assert "batch 1" in finding["message"]
    assert answer["exit_code"] == 1
    assert billed.query(kept) == before
    assert billed.data("claims", "list") == claims


CURES = {
    "V2064": ("Signed", "yes"),
    "V2130": ("Loc", "Q"),
    "V2033": ("Dx", "729.1"),
}


def test_the_corrections_workbook_is_corrected_imported_and_billed(
    clinic: Clinic, tmp_path: Path
) -> None:
    fix = tmp_path / "fix.xlsx"
    first = bring_in(clinic, EMR, "--corrections", str(fix))
    assert first["data"]["corrections"] == str(fix)
    assert clinic.data("batch", "create", "--month", MONTH)["batch_id"] == 1

    book = load_workbook(fix)
    sheet = book["Visits"]
    header = next(row for row in sheet.iter_rows() if any(c.value == "Visit #" for c in row))
    column = {cell.value: cell.column for cell in header}
    marked = 0
    for row in sheet.iter_rows(min_row=header[0].row + 1):
        cure = CURES.get(str(row[column["Visit #"] - 1].value))
        if cure is not None:
            cell = sheet.cell(row[0].row, column[cure[0]])
            assert row[0].value
            assert cell.comment is not None
            assert cell.fill.fill_type == "solid"
            cell.value = cure[1]
            marked += 1
    assert marked == len(CURES)
    book.save(fix)

    again = clinic.data("sessions", "import", fix, "--mapping", "my-emr")
    assert again["updated"] == len(CURES)
    assert (again["new"], again["rejected"]) == (0, 0)
    assert again["unchanged"] == first["data"]["new"] - len(CURES)
    second = clinic.data("batch", "create", "--month", MONTH)
    assert (second["batch_id"], second["sessions"]) == (2, len(CURES))
    claims = clinic.data("claims", "list", "--batch", "2")["claims"]
    assert {claim["session_ids"][0] for claim in claims} == set(CURES)


def test_the_corrections_of_a_csv_are_a_workbook_that_imports_again(
    clinic: Clinic, tmp_path: Path
) -> None:
    fix = tmp_path / "fix.xlsx"
    first = bring_in(clinic, CANONICAL, "--corrections", str(fix))
    again = clinic.json("sessions", "import", fix)
    assert again["data"]["unchanged"] == first["data"]["new"]
    assert (again["data"]["new"], again["data"]["updated"], again["data"]["rejected"]) == (0, 0, 0)
    assert {f["session_id"] for f in again["findings"] if f["severity"] == "error"} == {
        f["session_id"] for f in first["findings"] if f["severity"] == "error"
    }


def test_check_says_before_the_batch_what_the_batch_says(imported: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    checked = imported.json("check", "--month", MONTH, "--xlsx", out)
    made = imported.json("batch", "create", "--month", MONTH)
    assert checked["data"]["clean"] == made["data"]["sessions"]
    assert checked["data"]["held"] == made["data"]["held"]
    assert checked["data"]["amount"] == made["data"]["amount"]

    def known(findings: list[dict[str, Any]]) -> list[str]:
        return sorted(str(sorted(finding.items())) for finding in findings)

    assert known(checked["findings"]) == known(made["findings"])
    assert load_workbook(out).worksheets
    assert imported.json("check", "--month", MONTH)["data"]["clean"] == 0


def test_a_copied_workspace_works_where_it_is(billed: Clinic, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.move(billed.workspace, moved)
    assert Clinic(moved).data("batch", "show", 1)["claims"] == 133


def test_the_installed_module_does_the_job_in_processes_of_its_own(
    clinic: Clinic, tmp_path: Path
) -> None:
    said = clinic.process("sessions", "import", CANONICAL.path)
    assert (said.code, said.err) == (1, "")
    said = clinic.process("batch", "create", "--month", MONTH)
    assert (said.code, said.err) == (1, "")
    assert "8796.37" in said.out
    said = clinic.process("batch", "export", 1, "--out", tmp_path / "out")
    assert (said.code, said.err) == (0, "")
    assert len(folder_of(tmp_path / "out")) == 4


def test_doctor_finds_a_month_whole(
    billed: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # what others leave there is theirs
    billed.data("batch", "export", 1)
    answer = billed.json("doctor")
    looked_at = [check for check in answer["data"]["checks"] if check["what"] != "disk"]
    wrong = [check["message"] for check in looked_at if not check["ok"]]
    own = [message for message in wrong if not message.endswith("is the example's")]
    assert own == ["the fee schedule of 2024-12-31 is more than 15 months old"]
