"""The global options: before or after the command, and what is said of wrong words."""

import json
from pathlib import Path

import pytest

from tpi_billing.cli.words import command_name, global_options_first
from tpi_billing.errors import UsageError

from .conftest import Run


@pytest.fixture(autouse=True)
def _no_settings_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TPI_BILLING_WORKSPACE", raising=False)
    monkeypatch.delenv("TPI_BILLING_ACTOR", raising=False)


@pytest.fixture
def workspace(tmp_path: Path, run: Run) -> Path:
    place = tmp_path / "clinic"
    assert run("init", place).code == 0
    return place


@pytest.mark.parametrize(
    ("given", "ahead", "rest"),
    [
        ("--json check", "--json", "check"),
        ("check --json", "--json", "check"),
        ("check --month 2026-10 --as-of 2026-11-05", "--as-of 2026-11-05", "check --month 2026-10"),
        ("batch --quiet show 1 --unmask", "--quiet --unmask", "batch show 1"),
        ("check --workspace=here", "--workspace=here", "check"),
        ("sessions import -- --json", "", "sessions import -- --json"),
        ("check --actor Robin --debug", "--actor Robin --debug", "check"),
        ("", "", ""),
    ],
)
def test_global_options_are_found_anywhere(given: str, ahead: str, rest: str) -> None:
    assert global_options_first(given.split()) == (ahead.split(), rest.split())


@pytest.mark.parametrize("option", ["--workspace", "--as-of", "--actor"])
@pytest.mark.parametrize("behind", [[], ["--json"], ["--as-of", "2026-11-05"]])
def test_an_option_without_its_value_is_named(option: str, behind: list[str]) -> None:
    with pytest.raises(UsageError, match=f"{option} needs a value"):
        global_options_first(["check", option, *behind])


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("check --month 2026-10", "check"),
        ("batch create", "batch create"),
        ("batch", "batch"),
        ("batch nothing", "batch"),
        ("nothing", ""),
        ("fees price 01157", "fees price"),
    ],
)
def test_the_command_is_named_as_it_was_given(words: str, name: str) -> None:
    assert command_name(words.split()) == name


def test_before_and_after_the_command_is_the_same(run: Run, workspace: Path) -> None:
    options = ["--workspace", workspace, "--as-of", "2026-11-05", "--json"]
    before, after = run(*options, "check"), run("check", *options)
    assert before == after
    assert json.loads(after.out)["status"] == "ok"


def test_the_workspace_may_come_from_the_environment(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TPI_BILLING_WORKSPACE", str(workspace))
    assert run("check").code == 0


def test_without_a_workspace_the_folder_that_one_is_in_counts(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workspace)
    assert run("check").code == 0
    monkeypatch.chdir(workspace / "out")
    said = run("check")
    assert said.code == 3
    assert "tpi-billing init" in said.err


def test_quiet_leaves_out_remarks_and_keeps_what_was_asked_for(run: Run, workspace: Path) -> None:
    loud = run("--workspace", workspace, "batch", "list")
    quiet = run("--workspace", workspace, "batch", "list", "--quiet")
    assert "There is no batch yet" in loud.out
    assert "There is no batch yet" not in quiet.out
    assert "amount" in quiet.out


def test_quiet_does_not_silence_a_failure(run: Run, workspace: Path) -> None:
    said = run("--quiet", "--workspace", workspace, "batch", "show", 9)
    assert said.code == 2
    assert "Error: There is no batch 9." in said.err


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "05/11/2026", "2026-11", ""])
def test_a_day_that_is_none_is_refused(run: Run, workspace: Path, day: str) -> None:
    said = run("--workspace", workspace, f"--as-of={day}", "check")
    assert (said.code, said.out) == (2, "")
    assert f"--as-of takes a day as YYYY-MM-DD, not '{day}'" in said.err


@pytest.mark.parametrize("month", ["2026-13", "2026", "October", "2026-10-05"])
@pytest.mark.parametrize("command", ["check", "batch create", "claims list", "sessions list"])
def test_a_month_that_is_none_is_refused(
    run: Run, workspace: Path, command: str, month: str
) -> None:
    said = run("--workspace", workspace, *command.split(), "--month", month)
    assert (said.code, said.out) == (2, "")
    assert "YYYY-MM" in said.err
    assert "For example 2026-10" in said.err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("sesions", "sessions"),
        ("batch crate", "create"),
        ("chek", "check"),
        ("fees serch", "search"),
        ("sessions imprt", "import"),
    ],
)
def test_a_mistyped_command_is_answered_with_a_near_one(run: Run, words: str, meant: str) -> None:
    said = run(*words.split())
    assert said.code == 2
    assert f"No such command '{words.rpartition(' ')[2]}'" in said.err
    assert f"'{meant}'" in said.err


@pytest.mark.parametrize(
    "words",
    [
        "--nonsense check",
        "check --nonsense",
        "batch create",
        "batch show",
        "batch show one",
        "batch show 0",
        "batch void 1",
        "sessions import",
        "sessions show",
        "fees price",
        "fees price 115",
        "fees price 01157x",
        "fees price 01157 --distance far",
        "fees price 01157 --distance -1",
        "fees price 01157 --on 2026-99-01",
        "fees show 00000",
        "claims list --state lost",
        "claims show 99",
        "sessions show V1",
        "batch export 7",
        "batch list --limit 0",
        "sessions template visits.csv",
    ],
)
def test_wrong_usage_is_exit_2_with_a_message_and_what_to_do(
    run: Run, workspace: Path, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = run("--workspace", workspace, *words.split())
    assert (said.code, said.out) == (2, "")
    error, hint, *_ = said.err.splitlines()
    assert error.startswith("Error: ")
    assert hint.startswith("  -> ")
    answer = json.loads(run("--json", "--workspace", workspace, *words.split()).out)
    assert (answer["status"], answer["exit_code"]) == ("error", 2)
    assert answer["errors"][0]["code"] == "usage"


def test_a_fault_of_the_tool_shows_no_traceback_unless_asked(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("patient 9123456780 Zebulonia")

    monkeypatch.setattr("tpi_billing.ledger.batches.list_batches", broken)
    said = run("--workspace", workspace, "batch", "list")
    assert said.code == 70
    assert "A fault in tpi-billing itself: RuntimeError." in said.err
    assert "Traceback" not in said.err + said.out
    assert "Zebulonia" not in said.err + said.out
    assert "9123456780" not in said.err + said.out
    assert "Traceback" in run("--workspace", workspace, "batch", "list", "--debug").err


def test_stopping_it_is_no_fault(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tpi_billing.ledger.batches.list_batches", stopped)
    said = run("--workspace", workspace, "batch", "list")
    assert said.code == 130
    assert "Stopped." in said.err
    assert "Traceback" not in said.err
