"""`fees import`: exit codes, what it keeps, what it writes down, and that it is all or nothing."""

import csv
import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from helpers import CLINIC_TOML, Clinic, clinic_config, visit

from tpi_billing.cli.init import make_workspace
from tpi_billing.codes import CodeBook
from tpi_billing.codes.files import shipped_directory
from tpi_billing.ledger.journal import Journal, verify

from .conftest import Run

FROM = "2026-10-14"
SHIPPED = shipped_directory() / "schedule" / "2024-12-31.csv"
Import = Callable[..., dict[str, Any]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_workspace(tmp_path / "clinic", CLINIC_TOML)


@pytest.fixture
def answer(run: Run, workspace: Path) -> Import:
    """Run `fees import` with --json and return the whole object."""

    def call(*words: object) -> dict[str, Any]:
        said = run("--workspace", workspace, "--actor", "m.jones", "--as-of", "2026-11-05",
                   "--json", "fees", "import", *words)  # fmt: skip
        assert said.err == ""
        found: dict[str, Any] = json.loads(said.out)
        assert found["exit_code"] == said.code
        return found

    return call


def amounts() -> dict[str, int]:
    """Return the shipped edition's amounts in cents."""
    lines = [line for line in SHIPPED.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {row["fee_item"]: int(row["amount"].replace(".", "")) for row in csv.DictReader(lines)}


def msp_file(folder: Path, name: str = "fees.txt", /, *more: str, **changes: int | None) -> Path:
    """Write a whole fee schedule as MSP does; `i01157=8000` is a price, None leaves it out."""
    prices: dict[str, int | None] = {**amounts()}
    prices |= {item[1:]: cents for item, cents in changes.items()}
    lines = [f"{item}{cents:07}" for item, cents in prices.items() if cents is not None]
    path = folder / name
    path.write_text("\r\n".join(["REM MADE UP", *lines, *more, ""]), encoding="cp1252", newline="")
    return path


def own_file(folder: Path, *rows: str, day: str = FROM) -> Path:
    path = folder / "own.csv"
    text = f"# edition: {day}\nfee_item,amount\n" + "".join(f"{row}\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    return path


def imported(workspace: Path) -> list[dict[str, Any]]:
    """Return the journal's entries of imported lists; the journal must be intact."""
    clinic = Clinic(workspace, CodeBook.load(), clinic_config(), create=False)
    try:
        with clinic.ledger.reading() as connection:
            assert verify(connection)[1] == []
        entries = clinic.snapshot()["journal"]
    finally:
        clinic.close()
    return [
        {"actor": actor, "record": record, **json.loads(content)}
        for _, _, actor, action, record, content, *_ in entries
        if action == "fees.imported"
    ]


def kept(workspace: Path) -> dict[str, bytes]:
    """Return every file of the workspace's own code lists."""
    folder = workspace / "fee_codes"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def bring(workspace: Path, *rows: dict[str, str]) -> None:
    clinic = Clinic(workspace, CodeBook.load(), clinic_config(), create=False)
    clinic.bring(*rows)
    clinic.close()


# What an import does


def test_msps_file_becomes_an_edition(answer: Import, workspace: Path, tmp_path: Path) -> None:
    path = msp_file(tmp_path, i01157=8000, i00012=None, i99990=100)
    found = answer(path, "--from", FROM)
    digest = sha256(path.read_bytes()).hexdigest()
    assert (found["exit_code"], found["status"], found["command"]) == (0, "ok", "fees import")
    assert found["data"] == {
        "kind": "fees",
        "form": "msp",
        "edition": FROM,
        "complete": True,
        "sha256": digest,
        "items": 4215,
        "added": 1,
        "dropped": 1,
        "changed": 1,
        "repriced": {"sessions": 0, "before": "0.00", "after": "0.00", "newly_held": 0},
        "path": f"fee_codes/schedule/{FROM}.csv",
        "unchanged": False,
        "dry_run": False,
        "confirmed": [],
        "unknown": [],
    }
    head = (workspace / found["data"]["path"]).read_text("utf-8").splitlines()[:6]
    assert head[0] == f"# source: MSP's fee schedule file fees.txt, SHA-256 {digest}"
    assert head[1:3] == [f"# edition: {FROM}", "# complete: yes"]


def test_the_new_prices_are_in_force_from_their_day(
    answer: Import, run: Run, workspace: Path, tmp_path: Path
) -> None:
    answer(msp_file(tmp_path, i01157=8000), "--from", FROM)
    for day, price in (("2026-10-13", "77.92"), (FROM, "80.00")):
        said = run("--workspace", workspace, "--json", "fees", "show", "01157", "--on", day)
        assert json.loads(said.out)["data"]["amount"] == price


def test_an_import_is_journaled(answer: Import, workspace: Path, tmp_path: Path) -> None:
    path = msp_file(tmp_path, i01157=20000)
    answer(path, "--from", FROM, "--confirm")
    (entry,) = imported(workspace)
    edition = workspace / "fee_codes" / "schedule" / f"{FROM}.csv"
    wanted = {
        "actor": "m.jones",
        "record": f"fees:{FROM}",
        "file": "fees.txt",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "list_sha256": sha256(edition.read_bytes()).hexdigest(),
        "replaced_sha256": None,
        "edition": FROM,
        "items": 4215,
        "added": 0,
        "dropped": 0,
        "changed": 1,
        "unknown": 0,
        "confirmed": ["01157 would cost 200.00 instead of 77.92: more than twice as much"],
    }
    assert {name: entry[name] for name in wanted} == wanted


def test_unbilled_sessions_are_priced_anew(
    answer: Import, run: Run, workspace: Path, tmp_path: Path
) -> None:
    bring(
        workspace,
        visit("V1", 1, service_date="2026-10-13"),
        visit("V2", 2, service_date="2026-10-14"),
        visit("V3", 3, service_date="2026-10-15"),
    )
    found = answer(own_file(tmp_path, "01157,80.00"))
    assert found["data"]["repriced"] == {
        "sessions": 2,
        "before": "155.84",
        "after": "160.00",
        "newly_held": 0,
    }
    said = run("--workspace", workspace, "--as-of", "2026-11-05", "--json",
               "batch", "create", "--month", "2026-10")  # fmt: skip
    assert json.loads(said.out)["data"]["amount"] == "237.92"  # 77.92 + 2 x 80.00


def test_the_screen_says_what_changed(run: Run, workspace: Path, tmp_path: Path) -> None:
    bring(workspace, visit("V1", 1, service_date="2026-10-15"))
    said = run("--workspace", workspace, "--as-of", "2026-11-05", "fees", "import",
               own_file(tmp_path, "01157,80.00"))  # fmt: skip
    assert said.code == 0
    assert f"Imported the edition {FROM}, 1 in all" in said.out
    assert "Unbilled sessions that change in price: 1, from 77.92 to 80.00 together." in said.out


def test_a_record_that_nobody_knows_needs_a_person(answer: Import, tmp_path: Path) -> None:
    path = msp_file(tmp_path, "fees.txt", "TRL0004215")
    found = answer(path, "--from", FROM)
    assert (found["exit_code"], found["status"]) == (1, "attention")
    assert found["data"]["unknown"] == [{"row": 4217, "text": "TRL0004215"}]
    assert answer(path, "--from", FROM)["exit_code"] == 0  # said once


# The same again


def test_the_same_file_twice_changes_nothing(
    answer: Import, workspace: Path, tmp_path: Path
) -> None:
    path = msp_file(tmp_path, i01157=20000)
    answer(path, "--from", FROM, "--confirm")
    before = kept(workspace)
    again = answer(path, "--from", FROM)
    assert (again["exit_code"], again["data"]["unchanged"]) == (0, True)
    assert kept(workspace) == before
    assert len(imported(workspace)) == 1


def test_an_edition_that_nothing_recorded_is_recorded_once(
    answer: Import, workspace: Path, tmp_path: Path
) -> None:
    path = own_file(tmp_path, "01157,80.00")
    schedule = workspace / "fee_codes" / "schedule"
    schedule.mkdir()
    (schedule / f"{FROM}.csv").write_bytes(path.read_bytes())
    for _ in range(2):
        assert answer(path)["data"]["unchanged"] is True
    (entry,) = imported(workspace)
    assert entry["list_sha256"] == sha256(path.read_bytes()).hexdigest()


def test_another_content_for_the_same_day_must_be_confirmed(
    answer: Import, workspace: Path, tmp_path: Path
) -> None:
    answer(own_file(tmp_path, "01157,80.00"))
    first = kept(workspace)[f"schedule/{FROM}.csv"]
    other = own_file(tmp_path, "01157,81.00")
    refused = answer(other)
    assert refused["exit_code"] == 5
    assert "already, with other content" in refused["errors"][0]["message"]
    assert kept(workspace)[f"schedule/{FROM}.csv"] == first
    assert answer(other, "--confirm")["exit_code"] == 0
    item = CodeBook.load(workspace).fee_item("01157", date.fromisoformat(FROM))
    assert item
    assert item.amount_cents == 8100
    assert imported(workspace)[1]["replaced_sha256"] == sha256(first).hexdigest()


# Refusals


REFUSALS: dict[str, tuple[dict[str, int | None], str, list[str]]] = {
    "doubled": ({"i01157": 15585}, FROM, ["01157 would cost 155.85 instead of 77.92"]),
    "halved": ({"i01157": 3895}, FROM, ["01157 would cost 38.95 instead of 77.92"]),
    "hundredfold": ({"i01157": 779200}, FROM, ["a hundredfold, as if its cents"]),
    "hundredth": ({"i01157": 78}, FROM, ["a hundredth, as if its dollars"]),
    "zero": ({"i00012": 0}, FROM, ["00012 would cost 0.00 instead of 6.76"]),
    "ours gone": ({"i01157": None}, FROM, ["01157 Trigger point injections, multiple"]),
    "before the newest": ({}, "2024-12-30", ["before the newest one, 2024-12-31"]),
    "the shipped one's day": ({"i00012": 677}, "2024-12-31", ["already, with other content"]),
    "several": (
        {"i01157": 0, "i01156": None, "i00012": 67600},
        "2024-12-30",
        [
            "00012 would cost 676.00 instead of 6.76",
            "01157 would cost 0.00",
            "01156 Trigger point injection",
            "before the newest one",
        ],
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_nonsense_is_refused_until_it_is_confirmed(
    answer: Import, workspace: Path, tmp_path: Path, case: str
) -> None:
    changes, day, said = REFUSALS[case]
    path = msp_file(tmp_path, "fees.txt", **changes)
    before = kept(workspace)
    for words in ((), ("--dry-run",)):
        refused = answer(path, "--from", day, *words)
        assert (refused["exit_code"], refused["status"]) == (5, "error")
        assert len(refused["errors"]) == len(said)
        for error, part in zip(refused["errors"], said, strict=True):
            assert part in error["message"]
            assert error["code"] == "conflict"
        assert "--confirm" in refused["errors"][-1]["hint"]
    assert (kept(workspace), imported(workspace)) == (before, [])
    confirmed = answer(path, "--from", day, "--confirm")
    assert confirmed["exit_code"] == 0
    assert len(confirmed["data"]["confirmed"]) == len(said)
    assert len(imported(workspace)) == 1


@pytest.mark.parametrize(("gone", "code"), [(50, 0), (51, 5)])
def test_more_than_fifty_items_gone(answer: Import, tmp_path: Path, gone: int, code: int) -> None:
    own = CodeBook.load().rules.items
    strangers = [item for item in amounts() if item not in own][:gone]
    changes: dict[str, int | None] = {f"i{item}": None for item in strangers}
    found = answer(msp_file(tmp_path, "fees.txt", **changes), "--from", FROM)
    assert found["exit_code"] == code
    assert [error["message"][:29] for error in found["errors"]] == (
        ["51 of 4215 fee items are gone"] if code else []
    )


def test_a_schedule_of_dollars_for_cents_lists_every_item(answer: Import, tmp_path: Path) -> None:
    changes: dict[str, int | None] = {
        f"i{item}": cents * 100 for item, cents in amounts().items() if 0 < cents < 100_000
    }
    found = answer(msp_file(tmp_path, "fees.txt", **changes), "--from", FROM)
    *each, last = found["errors"]
    assert len(each) == len(changes)
    assert last["message"] == f"{len(changes)} doubts: hundredfold {len(changes)}"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "from which day"),
        (("--from", "31 Jan"), 2, "--from"),
        (("--kind", "prices"), 2, "--kind"),
        (("--kind", "diagnoses", "--from", FROM), 2, "--from is for fees"),
        (("--kind", "diagnoses"), 4, "no diagnostic code"),
    ],
)
def test_wrong_usage(
    answer: Import, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    found = answer(msp_file(tmp_path), *words)
    assert found["exit_code"] == code
    assert said in found["errors"][0]["message"]


def test_without_a_workspace_nothing_can_be_imported(run: Run, tmp_path: Path) -> None:
    said = run("--workspace", tmp_path, "fees", "import", msp_file(tmp_path), "--from", FROM)
    assert said.code == 3
    assert not (tmp_path / "fee_codes").exists()


# All or nothing


def test_a_broken_file_leaves_nothing(answer: Import, workspace: Path, tmp_path: Path) -> None:
    before = kept(workspace)
    path = msp_file(tmp_path, "fees.txt", "0115X0007999", "011570007999", "99999")
    found = answer(path, "--from", FROM, "--confirm")
    assert found["exit_code"] == 4
    assert [error["row"] for error in found["errors"]] == [4217, 4218, 4219]
    assert (kept(workspace), imported(workspace)) == (before, [])


def test_a_dry_run_leaves_nothing(answer: Import, workspace: Path, tmp_path: Path) -> None:
    bring(workspace, visit("V1", 1, service_date="2026-10-15"))
    before = kept(workspace)
    found = answer(msp_file(tmp_path, i01157=8000), "--from", FROM, "--dry-run")
    assert (found["exit_code"], found["data"]["dry_run"]) == (0, True)
    assert (found["data"]["changed"], found["data"]["repriced"]["sessions"]) == (1, 1)
    assert (kept(workspace), imported(workspace)) == (before, [])


def test_a_file_that_cannot_be_written_is_not_recorded(
    answer: Import, workspace: Path, tmp_path: Path
) -> None:
    (workspace / "fee_codes" / "schedule").write_text("in the way", encoding="utf-8")
    before = kept(workspace)
    assert answer(own_file(tmp_path, "01157,80.00"))["exit_code"] == 4
    assert (kept(workspace), imported(workspace)) == (before, [])


@pytest.mark.parametrize("already", [False, True])
def test_an_edition_that_cannot_be_recorded_is_taken_back(
    answer: Import,
    workspace: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    already: bool,
) -> None:
    if already:
        answer(own_file(tmp_path, "01157,79.00"))
    before, recorded = kept(workspace), imported(workspace)
    flush, published = Journal.flush, workspace / "fee_codes" / "schedule" / f"{FROM}.csv"

    def failing(journal: Journal) -> None:
        if published.exists() and published.read_bytes() != before.get(f"schedule/{FROM}.csv"):
            raise OSError(28, "No space left on device")
        flush(journal)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "flush", failing)
        assert answer(own_file(tmp_path, "01157,80.00"), "--confirm")["exit_code"] == 4
    assert (kept(workspace), imported(workspace)) == (before, recorded)


# Diagnostic codes


def icd9(folder: Path, *, without: str = "") -> Path:
    """Write the shipped codes as MSP's file might, and one more."""
    lines = (shipped_directory() / "diagnoses.csv").read_text("utf-8").splitlines()
    codes = [line.split(",")[0] for line in lines if line[0] != "#"][1:]
    text = "".join(f"{code} MADE UP\r\n" for code in [*codes, "7299"] if code != without)
    path = folder / "icd9.txt"
    path.write_text(text, encoding="cp1252", newline="")
    return path


def test_diagnostic_codes_are_imported(answer: Import, workspace: Path, tmp_path: Path) -> None:
    path = icd9(tmp_path, without="0010")
    found = answer(path, "--kind", "diagnoses")
    data = found["data"]
    assert found["exit_code"] == 0
    assert (data["kind"], data["path"]) == ("diagnoses", "fee_codes/diagnoses.csv")
    assert (data["dropped"], data["unchanged"]) == (1, False)
    book = CodeBook.load(workspace)
    usual = book.diagnosis("7291")
    assert usual
    assert (usual.label, usual.usual) == ("Myalgia and myositis (myofascial pain)", True)
    assert not book.is_listed_diagnosis("0010")
    assert answer(path, "--kind", "diagnoses")["data"]["unchanged"] is True
    assert [entry["record"] for entry in imported(workspace)] == ["diagnoses"]


def test_a_usual_diagnosis_that_is_gone_must_be_confirmed(
    answer: Import, workspace: Path, tmp_path: Path
) -> None:
    path = icd9(tmp_path, without="7291")
    refused = answer(path, "--kind", "diagnoses")
    assert refused["exit_code"] == 5
    assert refused["errors"][0]["message"].startswith("7291 Myalgia")
    assert kept(workspace) == {}
    assert answer(path, "--kind", "diagnoses", "--confirm")["exit_code"] == 0
