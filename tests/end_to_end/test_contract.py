"""What scripts rely on (design, section 4): the JSON of every command, and the exit codes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import databases
import pytest

from .clinic import SAMPLES, Clinic, call, folder_of, visit, write_csv

ENVELOPE = ["version", "command", "status", "exit_code", "data", "findings", "errors"]
PLACE = {"file", "sheet", "row", "column", "value", "session_id", "claim_id"}
FINDING_KEYS = {"code", "message", "hint", "severity", "explanatory_code", "field"} | PLACE
ERROR_KEYS = {"code", "message", "hint"} | PLACE
MONEY = re.compile(r"\d+\.\d\d")

COMMANDS = {
    "init": ("init", "{new}/workspace"),
    "demo": ("demo", "{new}/demo"),
    "doctor": ("doctor",),
    "sessions import": ("sessions", "import", "{sample}"),
    "sessions template": ("sessions", "template", "{new}/template.xlsx"),
    "sessions list": ("sessions", "list"),
    "sessions show": ("sessions", "show", "V1070"),
    "check": ("check",),
    "batch create": ("batch", "create", "--month", "2026-10"),
    "batch list": ("batch", "list"),
    "batch show": ("batch", "show", "1"),
    "batch export": ("batch", "export", "1", "--out", "{new}/out"),
    "batch void": ("batch", "void", "1", "--reason", "wrong month"),
    "claims list": ("claims", "list"),
    "claims show": ("claims", "show", "1"),
    "fees show": ("fees", "show", "01157"),
    "fees search": ("fees", "search", "block"),
    "fees price": ("fees", "price", "01125", "01157", "--distance", "75"),
}
DATA = {
    "sessions import": {"read", "new", "updated", "unchanged", "skipped", "rejected"},
    "batch create": {"batch_id", "claims", "sessions", "amount", "held"},
    "batch export": {"files"},
    "batch list": {"batches"},
    "claims list": {"claims"},
}
ROWS = {
    ("batch export", "files"): {"path", "kind", "sha256"},
    ("batch list", "batches"): {"batch_id", "state", "month", "claims", "amount"},
    ("claims list", "claims"): {
        "claim_id",
        "session_ids",
        "batch_id",
        "state",
        "practitioner_number",
        "service_date",
        "fee_item",
        "units",
        "amount",
        "office_folio",
        "sequence_number",
        "paid_amount",
        "explanatory_codes",
    },
}
EVERY = pytest.mark.parametrize("name", COMMANDS)


def ask(clinic: Clinic, name: str, new: Path) -> dict[str, Any]:
    """Run a command on a clinic that has a batch; every one of them ends well."""
    sample = str(SAMPLES / "october-canonical.csv")
    words = [word.format(new=new, sample=sample) for word in COMMANDS[name]]
    return clinic.json(*words)


def values(part: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Go through every value of an answer, with its nearest key."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from values(value, name)
    elif isinstance(part, list):
        for value in part:
            yield from values(value, key)
    else:
        yield key, part


@EVERY
def test_every_command_answers_with_the_envelope(billed: Clinic, name: str, tmp_path: Path) -> None:
    answer = ask(billed, name, tmp_path)
    assert list(answer) == ENVELOPE
    assert answer["version"] == 1
    assert answer["command"] == name
    assert answer["status"] == {0: "ok", 1: "attention"}[answer["exit_code"]]
    assert answer["errors"] == []
    assert answer["data"]
    for key, value in values(answer):
        # Amounts are strings of dollars, and nothing is a float.
        assert not isinstance(value, float), key
        if key.endswith(("amount", "price", "total")) and value is not None:
            assert MONEY.fullmatch(value), (key, value)


@pytest.mark.parametrize("name", DATA)
def test_the_data_has_the_keys_of_the_contract(billed: Clinic, name: str, tmp_path: Path) -> None:
    assert set(ask(billed, name, tmp_path)["data"]) >= DATA[name]


@pytest.mark.parametrize(("name", "key"), ROWS)
def test_each_row_has_the_keys_of_the_contract(
    billed: Clinic, name: str, key: str, tmp_path: Path
) -> None:
    rows = ask(billed, name, tmp_path)["data"][key]
    assert rows
    for row in rows:
        assert set(row) >= ROWS[name, key]


def test_a_claim_is_told_in_the_contracts_types(billed: Clinic) -> None:
    for claim in billed.data("claims", "list")["claims"]:
        assert isinstance(claim["claim_id"], int)
        assert isinstance(claim["session_ids"], list)
        assert (claim["batch_id"], claim["state"]) == (1, "batched")
        assert re.fullmatch(r"\d{5}", claim["practitioner_number"])
        assert re.fullmatch(r"2026-10-\d\d", claim["service_date"])
        assert re.fullmatch(r"\d{5}", claim["fee_item"])
        assert isinstance(claim["units"], int)
        assert MONEY.fullmatch(claim["amount"])
        assert isinstance(claim["office_folio"], int)
        assert isinstance(claim["sequence_number"], int)
        assert claim["paid_amount"] is None
        assert claim["explanatory_codes"] == []


def test_the_files_of_an_export_have_the_contracts_kinds(billed: Clinic, tmp_path: Path) -> None:
    files = billed.data("batch", "export", 1, "--out", tmp_path)["files"]
    assert {file["kind"] for file in files} <= {"workbook", "teleplan", "csv", "manifest"}
    assert all(re.fullmatch("[0-9a-f]{64}", file["sha256"]) for file in files)


@pytest.mark.parametrize("name", ["sessions import", "check", "batch create", "sessions show"])
def test_a_finding_has_only_the_keys_of_the_contract(
    imported: Clinic, name: str, tmp_path: Path
) -> None:
    findings = ask(imported, name, tmp_path)["findings"]
    assert findings
    for finding in findings:
        assert set(finding) <= FINDING_KEYS
        assert {"code", "message", "hint", "severity", "file", "row", "session_id"} <= set(finding)
        assert finding["severity"] in {"error", "warning", "info"}
        assert isinstance(finding["row"], int)
        assert finding["hint"]
        assert re.fullmatch("[a-z-]+", finding["code"])


def test_a_finding_names_the_refusal_and_the_field_that_it_prevents(imported: Clinic) -> None:
    findings = imported.json("check")["findings"]
    digit = next(f for f in findings if f["code"] == "phn-check-digit")
    assert digit["explanatory_code"]
    assert re.fullmatch(r"P\d+", digit["field"])
    assert digit["value"] == "******7819"
    assert (digit["file"], digit["row"], digit["column"]) == ("october-canonical.csv", 6, "phn")


def test_import_and_check_tell_the_same_findings(imported: Clinic) -> None:
    sample = SAMPLES / "october-canonical.csv"
    assert (
        imported.json("sessions", "import", sample)["findings"]
        == imported.json("check")["findings"]
    )


def test_lists_come_whole_unless_a_limit_is_given(billed: Clinic) -> None:
    assert len(billed.data("claims", "list")["claims"]) == 133
    assert len(billed.data("claims", "list", "--limit", 5)["claims"]) == 5
    assert len(billed.data("sessions", "list")["sessions"]) == 155
    assert len(billed.data("sessions", "list", "--limit", 5)["sessions"]) == 5
    billed.run("batch", "void", 1, "--reason", "test")
    billed.run("batch", "create", "--month", "2026-10")
    assert len(billed.data("batch", "list")["batches"]) == 2
    assert len(billed.data("batch", "list", "--limit", 1)["batches"]) == 1
    assert len(billed.data("fees", "search", "block", "--limit", 2)["fee_items"]) == 2


def test_claims_are_found_by_each_filter(billed: Clinic) -> None:
    claims = billed.data("claims", "list")["claims"]

    def found(*words: str) -> int:
        return len(billed.data("claims", "list", *words)["claims"])

    numbers = [claim["practitioner_number"] for claim in claims]
    assert found("--practitioner", "99002") == numbers.count("99002") > 0
    assert found("--batch", "1") == found("--month", "2026-10") == 133
    assert found("--month", "2026-09") == 0
    assert billed.json("claims", "list", "--batch", "2")["exit_code"] == 2
    assert found("--state", "batched") == 133
    assert found("--state", "void") == 0
    assert found("--session", "V1001") == sum(c["session_ids"] == ["V1001"] for c in claims) == 1


def failure(clinic: Clinic, *words: object) -> dict[str, Any]:
    answer = clinic.json(*words)
    assert list(answer) == ENVELOPE
    assert answer["status"] == "error"
    assert (answer["data"], answer["findings"]) == ({}, [])
    assert answer["errors"]
    for error in answer["errors"]:
        assert set(error) <= ERROR_KEYS
        assert error["message"]
        assert error["hint"]
    text = clinic.run(*words)
    assert (text.code, text.out) == (answer["exit_code"], "")
    for error in answer["errors"]:
        assert error["message"] in text.err
        assert error["hint"] in text.err
    assert "Traceback" not in text.err
    return answer


def test_exit_0_is_done(clinic: Clinic) -> None:
    answer = clinic.json("check")
    assert (answer["exit_code"], answer["status"], answer["findings"]) == (0, "ok", [])


def test_exit_1_is_done_and_something_needs_a_person(clinic: Clinic, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "one.csv", [visit(1), visit(2, chart_signed="no")])
    answer = clinic.json("sessions", "import", path)
    assert (answer["exit_code"], answer["status"]) == (1, "attention")


def test_a_clean_import_is_exit_0(clinic: Clinic, tmp_path: Path) -> None:
    answer = clinic.json("sessions", "import", write_csv(tmp_path / "one.csv", [visit(1)]))
    assert (answer["exit_code"], answer["status"], answer["findings"]) == (0, "ok", [])


def test_exit_2_is_wrong_usage(clinic: Clinic) -> None:
    assert failure(clinic, "check", "--month", "soon")["exit_code"] == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("", "There is no tpi-billing.toml"),
        ("[clinic", "not valid TOML"),
        ('database = "sqlite:///gone.db"', "The ledger is not there."),
        ("colour = 1", "colour is not a setting."),
    ],
)
def test_exit_3_is_the_configuration(clinic: Clinic, change: str, said: str) -> None:
    settings = clinic.workspace / "tpi-billing.toml"
    text = re.sub(r"(?m)^database = .*\n", "", settings.read_text(encoding="utf-8"))
    settings.unlink()
    if change:
        settings.write_text(f"{change}\n{text}", encoding="utf-8")
    answer = failure(clinic, "check")
    assert answer["exit_code"] == 3
    assert said in answer["errors"][0]["message"]
    assert answer["errors"][0]["code"] == "configuration"


def test_every_mistake_of_the_configuration_is_said_at_once(clinic: Clinic) -> None:
    settings = clinic.workspace / "tpi-billing.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace("payee_number", "payee_nummer").replace("contact_phone", "contact_fone")
    settings.write_text(text, encoding="utf-8")
    errors = failure(clinic, "check")["errors"]
    assert {error["message"].split()[0] for error in errors} == {
        "clinic.payee_nummer",  # and not that payee_number is missing as well
        "clinic.contact_fone",
    }
    by_name = {error["message"].split()[0]: error for error in errors}
    assert "payee_number" in by_name["clinic.payee_nummer"]["hint"]
    lines = text.splitlines()
    assert "payee_nummer" in lines[by_name["clinic.payee_nummer"]["row"] - 1]


def test_exit_4_is_a_file_that_cannot_be_read(clinic: Clinic) -> None:
    answer = failure(clinic, "sessions", "import", clinic.workspace / "nothing.csv")
    assert answer["exit_code"] == 4
    assert answer["errors"][0]["file"].endswith("nothing.csv")


def test_exit_5_is_a_conflict(billed: Clinic) -> None:
    assert failure(billed, "init", billed.workspace)["exit_code"] == 5
    billed.run("batch", "void", 1, "--reason", "test")
    assert failure(billed, "batch", "void", 1, "--reason", "test")["exit_code"] == 5
    assert failure(billed, "batch", "export", 1)["exit_code"] == 5
    assert failure(billed, "demo", billed.workspace)["exit_code"] == 5


def alter(clinic: Clinic, *statements: str) -> None:
    """Change the database behind the ledger's back."""
    databases.alter(clinic.workspace, *statements)


@pytest.mark.parametrize(
    "statements",
    [
        (
            "DROP TRIGGER journal_refuses_update",
            "UPDATE journal SET actor = 'nobody' WHERE entry = 5",
        ),
        (
            "DROP TRIGGER journal_refuses_delete",
            "DELETE FROM journal WHERE entry = 5",
        ),
        (
            "DROP TRIGGER journal_refuses_delete",
            "DELETE FROM journal WHERE entry = (SELECT max(entry) FROM journal)",
        ),
        ("UPDATE journal_head SET entries = entries - 1",),
    ],
    ids=["altered", "taken out", "end cut off", "head moved"],
)
def test_exit_6_is_a_journal_that_does_not_verify(
    imported: Clinic, statements: tuple[str, ...]
) -> None:
    assert imported.json("doctor")["exit_code"] == 1
    alter(imported, *statements)
    answer = imported.json("doctor")
    assert (answer["exit_code"], answer["status"]) == (6, "error")
    assert any("journal" in c["message"] for c in answer["data"]["checks"] if not c["ok"])


@pytest.mark.parametrize("change", ["UPDATE", "DELETE"])
def test_the_database_itself_refuses_to_change_the_journal(imported: Clinic, change: str) -> None:
    statement = {
        "UPDATE": "UPDATE journal SET actor = 'nobody'",
        "DELETE": "DELETE FROM journal WHERE entry = 1",
    }[change]
    with (
        pytest.raises(Exception, match="append-only"),
        databases.behind(imported.workspace, awake=True) as other,
    ):
        other.execute(statement)


def test_exit_6_is_a_published_file_that_was_altered(billed: Clinic) -> None:
    files = billed.data("batch", "export", 1)["files"]
    assert billed.json("doctor")["exit_code"] == 1
    csv = Path(next(file["path"] for file in files if file["kind"] == "csv"))
    csv.write_bytes(csv.read_bytes() + b"\n")
    assert billed.json("doctor")["exit_code"] == 6
    billed.data("batch", "export", 1)
    assert billed.json("doctor")["exit_code"] == 1


def test_doctor_names_an_altered_file_of_a_void_batch_for_deletion(billed: Clinic) -> None:
    files = billed.data("batch", "export", 1)["files"]
    Path(files[0]["path"]).write_bytes(b"")
    billed.run("batch", "void", 1, "--reason", "test")
    (wrong,) = [
        c
        for c in billed.json("doctor")["data"]["checks"]
        if c["what"] == "published files" and not c["ok"]
    ]
    assert "delete" in wrong["hint"]


def test_doctor_names_what_a_killed_export_left(billed: Clinic, tmp_path: Path) -> None:
    billed.data("batch", "export", 1, "--out", tmp_path / "out")
    left = [
        tmp_path / "out" / ".batch-0001-2026-10.xlsx.x7k2.tmp",
        billed.workspace / "out" / ".manifest.json.q1w2.tmp",
    ]
    for path in left:
        path.write_bytes(b"half")
    answer = billed.json("doctor")
    found = [c["message"] for c in answer["data"]["checks"] if c["what"] == "leftovers"]
    assert all(any(path.name in message for message in found) for path in left)
    assert answer["exit_code"] == 1


@pytest.mark.parametrize(("many", "told"), [(5, 5), (6, 1)])
def test_doctor_counts_what_killed_runs_left_where_it_is_much(
    billed: Clinic, many: int, told: int
) -> None:
    for at in range(many):
        (billed.workspace / f".claims.csv.{at}.tmp").write_bytes(b"half")
    checks = billed.json("doctor")["data"]["checks"]
    here = str(billed.workspace)
    found = [c for c in checks if c["what"] == "leftovers" and here in c["message"]]
    assert len(found) == told
    assert ".claims.csv.0.tmp" in found[0]["message"]
    assert ("6 files" in found[0]["message"]) == (many > 5)


def test_json_is_alone_on_standard_output_of_a_process(clinic: Clinic, tmp_path: Path) -> None:
    emr = SAMPLES / "october-emr.xlsx"
    fix = tmp_path / "fix.xlsx"
    said = clinic.process(
        "--json", "sessions", "import", emr, "--mapping", "my-emr", "--corrections", fix
    )
    assert (said.code, said.err) == (1, "")
    assert list(json.loads(said.out)) == ENVELOPE
    said = clinic.process("--json", "batch", "show", 7)
    assert (said.code, said.err) == (2, "")
    assert list(json.loads(said.out)) == ENVELOPE


def test_the_demo_does_the_whole_month(tmp_path: Path) -> None:
    place = tmp_path / "demo"
    said = call(["--json", "demo", str(place)])
    assert (said.code, said.err) == (0, "")
    data = json.loads(said.out)["data"]
    demo = Clinic(place)
    batches = {batch["batch_id"]: batch for batch in demo.data("batch", "list")["batches"]}
    # The month, what was corrected before it was sent, and what was corrected after MSP's answer.
    assert set(batches) == {1, 2, 3}
    assert [told["batch_id"] for told in data["batches"]] == [1, 2]
    for told in data["batches"]:
        listed = batches[told["batch_id"]]
        assert (listed["claims"], listed["amount"]) == (told["claims"], told["amount"])
    published = [name for name in folder_of(place / "out") if name.endswith(".xlsx")]
    assert len(published) == 2
    assert (place / "october-to-fix.xlsx").is_file()


def test_the_demo_takes_a_new_name_when_its_folder_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tpi-billing-demo").mkdir()
    said = call(["demo", "--json"])
    assert said.code == 0
    assert json.loads(said.out)["data"]["workspace"] == "tpi-billing-demo-2"
    assert not list((tmp_path / "tpi-billing-demo").iterdir())


def test_fees_price_as_a_clerk_tries_it() -> None:
    words = ["fees", "price", "01125", "01157", "--on", "2026-10-01", "--json"]
    near = json.loads(call([*words, "--distance", "60"]).out)
    far = json.loads(call([*words, "--distance", "60.5"]).out)
    # 60 cm is within the block: 99.16 alone; farther, the smaller of the two is halved: 38.96.
    assert (near["exit_code"], near["data"]["total"]) == (1, "99.16")
    assert (far["exit_code"], far["data"]["total"]) == (0, "138.12")
    assert [line["amount"] for line in far["data"]["lines"]] == ["99.16", "38.96"]
