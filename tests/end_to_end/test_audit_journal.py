"""`audit verify --since-checkpoint`, `--head`, and `audit log`."""

import json
from typing import Any

import databases
import pytest

from .clinic import Clinic, visit, write_csv


def alter(clinic: Clinic, statement: str) -> None:
    databases.alter(clinic.workspace, statement)


def quick(clinic: Clinic) -> dict[str, Any]:
    data: dict[str, Any] = clinic.json("audit", "verify", "--since-checkpoint")["data"]
    return data


@pytest.fixture
def checked(billed: Clinic) -> Clinic:
    """A billed month that was verified, and some work since then."""
    assert billed.data("audit", "verify")["checkpoint"] is True
    file = write_csv(billed.workspace / "more.csv", [visit(41), visit(42)])
    assert billed.run("sessions", "import", file).code in {0, 1}
    assert billed.run("batch", "sent", 1).code == 0
    assert billed.run("batch", "confirm", 1, "--reason", "TID 005").code == 0
    return billed


# The quick form


def test_without_a_checkpoint_all_of_it_is_verified(billed: Clinic) -> None:
    data = quick(billed)
    assert (data["intact"], data["whole"], data["since"]) == (True, True, None)


def test_only_what_came_since_is_hashed(checked: Clinic) -> None:
    (entry,) = checked.query("SELECT max(entry) FROM journal WHERE action = 'audit.verified'")[0]
    data = quick(checked)
    assert (data["intact"], data["whole"]) == (True, False)
    assert data["since"]["entry"] == entry - 1
    assert data["hashed"] >= data["entries"] - entry
    assert data["not_proved"]
    assert "Not proved" in checked.run("audit", "verify", "--since-checkpoint").out


def test_a_quick_run_writes_no_checkpoint(checked: Clinic) -> None:
    before = checked.state()
    assert quick(checked)["checkpoint"] is False
    assert checked.state() == before


def test_verifying_again_at_once_writes_no_second_checkpoint(billed: Clinic) -> None:
    assert billed.data("audit", "verify")["checkpoint"] is True
    before = billed.state()
    assert billed.data("audit", "verify")["checkpoint"] is False
    assert billed.state() == before


def test_what_was_altered_is_not_a_checkpoint(billed: Clinic) -> None:
    alter(billed, "UPDATE claims SET units = units + 1 WHERE claim_id = 1")
    before = billed.state()
    assert billed.json("audit", "verify")["data"]["checkpoint"] is False
    assert billed.state() == before


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        # A record that the work since has touched, in a value that it did not touch.
        ("UPDATE claims SET units = units + 1 WHERE claim_id = 1", "claims"),
        ("UPDATE sessions SET content = '{}' WHERE session_id = 'N1041'", "sessions"),
        ("UPDATE batches SET as_of = '2026-01-01'", "batches"),
        # One of which nothing was said since: its number is known.
        ("DELETE FROM import_rows WHERE import_id = 1 AND row_number = 2", "import_rows"),
        (
            "INSERT INTO counters (data_centre, name, next_value) VALUES ('T9999', 'more', 5)",
            "counters",
        ),
    ],
)
def test_it_finds_what_was_altered_in_what_is_new(
    checked: Clinic, statement: str, table: str
) -> None:
    alter(checked, statement)
    data = quick(checked)
    assert data["intact"] is False
    assert table in {one["table"] for one in data["differences"]}


def test_what_nothing_has_touched_is_found_by_the_whole_only(checked: Clinic) -> None:
    statement = "UPDATE import_rows SET outcome = 'updated' WHERE import_id = 1 AND row_number = 2"
    alter(checked, statement)
    assert quick(checked)["intact"] is True
    assert checked.json("audit", "verify")["exit_code"] == 6


def test_a_read_only_run_writes_none(billed: Clinic) -> None:
    before = billed.state()
    data = billed.json("--read-only", "audit", "verify")["data"]
    assert (data["intact"], data["checkpoint"]) == (True, False)
    assert billed.state() == before


# A head that was printed


def test_the_head_in_a_manifest_is_found_unchanged(billed: Clinic) -> None:
    files = billed.data("batch", "export", 1)["files"]
    (path,) = [one["path"] for one in files if one["kind"] == "manifest"]
    with (billed.workspace / path).open(encoding="utf-8") as file:
        head = json.load(file)["journal"]
    for words in (
        ("--head", head["hash"], "--entry", head["entry"]),
        ("--head", head["hash"][:16] + "..."),  # as the screen has it
        ("--entry", head["entry"]),
    ):
        data = billed.data("audit", "verify", *words)
        assert data["earlier_head"] == {"entry": head["entry"], "sha256": head["hash"]}


def test_the_quick_form_walks_back_to_the_head(checked: Clinic) -> None:
    data = checked.data("audit", "verify", "--since-checkpoint", "--entry", 2)
    assert data["earlier_head"]["entry"] == 2
    assert data["hashed"] >= data["entries"] - 2


@pytest.mark.parametrize(
    "words",
    [("--head", "0" * 64), ("--entry", 99_999_999), ("--head", "0" * 64, "--entry", 1)],
)
def test_a_head_that_is_not_there_is_an_integrity_error(
    billed: Clinic, words: tuple[object, ...]
) -> None:
    answer = billed.json("audit", "verify", *words)
    assert answer["exit_code"] == 6
    assert "is not in the chain" in answer["data"]["differences"][0]["message"]


@pytest.mark.parametrize("text", ["", "xyz", "abc1234", "g" * 64])
def test_what_is_no_hash_is_wrong_usage(billed: Clinic, text: str) -> None:
    assert billed.json("audit", "verify", "--head", text)["exit_code"] == 2


# The log


def entries(clinic: Clinic, *words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = clinic.data("audit", "log", *words)["entries"]
    return found


def test_the_log_has_every_entry_the_latest_first(billed: Clinic) -> None:
    numbers = [one["entry"] for one in entries(billed)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == billed.query("SELECT entries FROM journal_head")[0][0]


@pytest.mark.parametrize(
    ("words", "condition"),
    [
        (("--what", "claim.new"), "action = 'claim.new'"),
        (("--what", "claim"), "action LIKE 'claim.%'"),
        (("--what", "import"), "action LIKE 'import.%'"),
        (("--record", "batch:1"), "record = 'batch:1' OR record LIKE 'batch:1/%'"),
        (("--record", "claim:1"), "record = 'claim:1'"),
        (("--who", "CLERK"), "actor = 'clerk'"),
        (("--who", "nobody"), "1 = 0"),
        (("--since", "2000-01-01"), "1 = 1"),
        (("--until", "2000-01-01"), "1 = 0"),
        (
            ("--since", "2000-01-01", "--until", "2100-01-01", "--what", "batch.new"),
            "action = 'batch.new'",
        ),
    ],
)
def test_the_log_is_narrowed(billed: Clinic, words: tuple[str, ...], condition: str) -> None:
    wanted = billed.query(f"SELECT entry FROM journal WHERE {condition} ORDER BY entry DESC")
    assert [(one["entry"],) for one in entries(billed, *words)] == wanted


def test_a_limit_keeps_the_latest(billed: Clinic) -> None:
    assert entries(billed, "--limit", 3) == entries(billed)[:3]


def test_entries_are_told_in_words(billed: Clinic) -> None:
    said = billed.run("audit", "log", "--record", "claim:1").out
    assert "clerk made claim 1: item 01157 of 2026-10-" in said
    assert "$77.92" in said
    billed.run("batch", "void", 1, "--reason", "wrong month")
    said = billed.run("audit", "log", "--what", "batch.void").out
    assert "clerk voided batch 1 (void reason wrong month)" in said
    assert billed.run("audit", "log", "--who", "nobody").out == "No entry is like that.\n"


def test_no_patient_is_in_the_log(billed: Clinic) -> None:
    """Each name, number and birth date of a claim is masked, on the screen and in JSON."""
    columns = ("phn", "surname", "first_name", "birth_date")
    secret = {
        value
        for row in billed.query(f"SELECT {', '.join(columns)} FROM claims")
        for value in row
        if value and len(value) > 3
    }
    assert len(secret) > 20
    said = billed.run("audit", "log").out + billed.run("audit", "log", "--json").out
    assert [value for value in secret if f'"{value}' in said or f" {value} " in said] == []
    assert not any(value in said for value in secret if value.isdigit())


def test_unmasked_it_is_whole(billed: Clinic) -> None:
    ((phn,),) = billed.query("SELECT phn FROM claims WHERE claim_id = 1")
    words = ("--unmask", "audit", "log", "--record", "claim:1", "--json")
    assert phn in billed.run(*words).out


@pytest.mark.parametrize(
    "words",
    [
        ("--since", "soon"),
        ("--until", "2026-13-01"),
        ("--since", "2026-02-01", "--until", "2026-01-01"),
    ],
)
def test_a_day_that_is_none_is_wrong_usage(billed: Clinic, words: tuple[str, ...]) -> None:
    assert billed.json("audit", "log", *words)["exit_code"] == 2
