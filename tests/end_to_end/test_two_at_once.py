"""Two people at work in one ledger: one waits or gets a clear exit 5, and nothing is done twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from databases import somebody_at_work

from .clinic import SAMPLES, Clinic, folder_of

DRIVER = Path(__file__).with_name("together.py")
CANONICAL = SAMPLES / "october-canonical.csv"
CREATE = ("batch", "create", "--month", "2026-10")


def at_once(*commands: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """Run commands in processes that start at the same moment; return exit codes and answers."""
    workers = [
        subprocess.Popen(
            [sys.executable, str(DRIVER), *command, "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for command in commands
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    ended = []
    for worker in workers:
        out, err = worker.communicate()
        assert err == ""
        answer = json.loads(out)
        assert answer["exit_code"] == worker.returncode
        if worker.returncode == 5:
            assert answer["errors"][0]["hint"]
        ended.append((worker.returncode, answer))
    return ended


def whole(clinic: Clinic) -> None:
    checks = clinic.data("doctor")["checks"]
    assert [c["message"] for c in checks if c["what"] == "ledger" and not c["ok"]] == []


def test_two_batches_of_one_month_bill_every_claim_once(imported: Clinic) -> None:
    ended = at_once(imported.argv(*CREATE), imported.argv(*CREATE))
    made = [answer for _, answer in ended if answer["data"].get("batch_id") is not None]
    assert [answer["data"]["claims"] for answer in made] == [133]
    for code, answer in ended:
        if answer not in made:
            # It came second: nothing was left for it, or the ledger was not to be had.
            assert code in {1, 5}
            assert answer["data"].get("claims", 0) == 0
    assert [batch["batch_id"] for batch in imported.data("batch", "list")["batches"]] == [1]
    assert imported.query("SELECT count(*), count(DISTINCT office_folio) FROM claims") == [
        (133, 133)
    ]
    whole(imported)


def test_two_practitioners_batches_at_once_share_no_number(imported: Clinic) -> None:
    ended = at_once(
        imported.argv(*CREATE, "--practitioner", "99001"),
        imported.argv(*CREATE, "--practitioner", "99002"),
    )
    assert {code for code, _ in ended} == {1}
    assert sorted(answer["data"]["batch_id"] for _, answer in ended) == [1, 2]
    assert imported.query("SELECT count(*), count(DISTINCT office_folio) FROM claims") == [
        (133, 133)
    ]
    whole(imported)


def test_two_imports_of_one_file_bring_every_visit_once(clinic: Clinic) -> None:
    words = clinic.argv("sessions", "import", CANONICAL)
    counts = [answer["data"] for code, answer in at_once(words, words) if code != 5]
    assert sum(count["new"] for count in counts) == 152
    assert all(count["unchanged"] == 152 for count in counts if not count["new"])
    assert clinic.query("SELECT count(*), count(DISTINCT session_id) FROM sessions") == [(155, 155)]
    whole(clinic)


def test_an_import_and_a_batch_at_once_are_one_before_the_other(imported: Clinic) -> None:
    emr = imported.argv("sessions", "import", SAMPLES / "october-emr.xlsx", "--mapping", "my-emr")
    (code, _), (_, batch) = at_once(emr, imported.argv(*CREATE))
    assert code == 1
    assert batch["data"]["claims"] in {133, 133 + 138}
    imported.run(*CREATE)
    assert imported.query("SELECT count(*) FROM claims") == [(133 + 138,)]
    whole(imported)


def test_two_voids_release_the_sessions_once(billed: Clinic) -> None:
    words = billed.argv("batch", "void", "1", "--reason", "test")
    assert sorted(code for code, _ in at_once(words, words)) == [0, 5]
    assert len(billed.journal("batch.void")) == 1
    assert len(billed.journal("session.released")) == 120


def test_two_exports_leave_one_whole_set_of_files(billed: Clinic, tmp_path: Path) -> None:
    billed.data("batch", "export", 1, "--out", tmp_path / "alone")
    words = billed.argv("batch", "export", "1", "--out", tmp_path / "both")
    assert {code for code, _ in at_once(words, words)} <= {0, 5}
    assert folder_of(tmp_path / "both") == folder_of(tmp_path / "alone")


def test_two_inits_make_one_workspace(tmp_path: Path) -> None:
    place = tmp_path / "clinic"
    ended = at_once(["init", str(place)], ["init", str(place)])
    assert 0 in {code for code, _ in ended}
    assert {code for code, _ in ended} <= {0, 4, 5}
    assert Clinic(place).json("check")["exit_code"] == 0


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tpi_billing.ledger.store._WAIT_SECONDS", 0.1)


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    "words",
    [
        ["sessions", "import", str(CANONICAL)],
        ["sessions", "import", str(CANONICAL), "--dry-run"],
        [*CREATE],
        ["batch", "void", "1", "--reason", "test"],
        ["batch", "export", "1"],
        ["claims", "list", "--unmask"],
    ],
    ids=" ".join,
)
def test_a_ledger_that_is_held_too_long_is_exit_5(billed: Clinic, words: list[str]) -> None:
    before = billed.state()
    with somebody_at_work(billed.workspace):
        said = billed.run(*words)
        answer = billed.json(*words)
    assert (said.code, said.out) == (5, "")
    assert "omebody else is working in the ledger" in said.err
    assert "  -> " in said.err
    assert "Traceback" not in said.err
    assert answer["errors"][0]["code"] == "conflict"
    assert billed.state() == before
    assert billed.run(*words).code in {0, 1}


@pytest.mark.usefixtures("_impatient")
def test_files_that_were_written_are_not_called_unchanged(billed: Clinic, tmp_path: Path) -> None:
    with somebody_at_work(billed.workspace):
        said = billed.run("batch", "export", 1, "--out", tmp_path / "out")
    assert said.code == 5
    assert len(folder_of(tmp_path / "out")) == 4
    assert "Nothing was changed" not in said.err
    assert "The files are written" in said.err
    assert "export" in said.err


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["batch", "list"],
        ["batch", "show", "1"],
        ["claims", "list"],
        ["claims", "show", "1"],
        ["sessions", "list"],
        ["sessions", "show", "V1001"],
        ["doctor"],
        [*CREATE, "--dry-run"],
    ],
    ids=" ".join,
)
def test_looking_needs_no_waiting(billed: Clinic, words: list[str]) -> None:
    alone = billed.run(*words)
    with somebody_at_work(billed.workspace):
        assert billed.run(*words) == alone
