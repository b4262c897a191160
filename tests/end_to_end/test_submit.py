"""A batch on its way to MSP: whatever goes wrong, MSP gets it once, and nobody is misled."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from databases import database_of

from tpi_billing import clock
from tpi_billing.demo.stand_in import HABITS, PASSWORD, How
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.health import examine

from .clinic import Clinic, environment
from .sending import ENVIRONMENT, TODAY, VISITS, Office, copied, office, prepare
from .test_two_at_once import at_once

LONG = bool(os.environ.get("TPI_LONG"))
DRIVER = Path(__file__).with_name("kill_sending.py")


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def _prepared(fresh: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    clinic = fresh.copy_to(tmp_path_factory.mktemp("prepared") / "clinic")
    prepare(clinic)
    return clinic


@pytest.fixture
def prepared(_prepared: Clinic, tmp_path: Path) -> Clinic:
    return copied(_prepared, tmp_path / "clinic")


@pytest.fixture
def here(prepared: Clinic) -> Iterator[Office]:
    with office(prepared) as made:
        yield made


def test_a_batch_goes_once(here: Office) -> None:
    data = here.clinic.data("submit", 1)
    assert (data["state"], data["files"][0]["result"]) == ("accepted", "SUCCESS")
    assert here.claim_states == {"sent"}
    assert here.clinic.run("submit", 1).code == 5
    assert here.msp.count("AputRemit") == len(here.msp.submitted) == 1
    assert here.msp.sessions == 0
    (kept,) = here.clinic.query("SELECT content FROM submission_files")
    assert here.msp.submitted == [kept[0].encode("ascii")]


@pytest.mark.parametrize(
    ("how", "state", "msp_has_it"),
    [
        (How.CLOSE, "unknown", False),
        (How.HTTP_500, "unknown", False),
        (How.HTML, "unknown", False),
        (How.REDIRECT, "unknown", False),
        (How.SILENCE, "unknown", False),
        (How.NO_RESULT, "unknown", True),
        (How.REPLY_LOST, "unknown", True),
        (How.FAILURE, "rejected", False),
        (How.LOST_SESSION, "prepared", False),
    ],
)
def test_what_goes_wrong_on_the_way(
    here: Office, monkeypatch: pytest.MonkeyPatch, how: How, state: str, msp_has_it: bool
) -> None:
    monkeypatch.setenv("TPI_BILLING_TELEPLAN_TIMEOUT", "1")
    here.msp.fail("AputRemit", how, message="ACCESS DENIED")
    answer = here.clinic.json("submit", 1)
    assert answer["exit_code"] == 7
    assert here.state == state
    assert here.msp.count("AputRemit") == 1
    assert len(here.msp.submitted) == msp_has_it
    assert here.claim_states == {"batched"}
    if state == "unknown":
        assert answer["errors"][0]["hint"].endswith("tpi-billing submit 1 --resolve")
        assert here.clinic.run("submit", 1).code == 5
        assert here.clinic.run("batch", "void", 1, "--reason", "x").code == 5
        assert here.msp.count("AputRemit") == 1
        settle(here)
    elif state == "prepared":
        assert here.clinic.run("submit", 1).code == 0
    else:
        assert here.clinic.run("submit", 1).code == 5
        assert here.clinic.run("batch", "void", 1, "--reason", "refused").code == 0
        return
    assert (here.state, here.claim_states) == ("accepted", {"sent"})
    assert len(here.msp.submitted) == 1


def settle(here: Office) -> None:
    """Find out as a clerk does: by the log, else by looking at it; then send what was not."""
    said = here.clinic.json("submit", 1, "--resolve")
    if here.msp.submitted:
        assert (said["exit_code"], said["data"].get("outcome")) == (0, "accepted"), said
        return
    if said["exit_code"] == 5:  # the log's line is not provably later than the sending
        assert "does not settle" in said["errors"][0]["message"]
        words = ("--not-sent", "--reason", "the log does not have it")
        said = here.clinic.json("submit", 1, "--resolve", *words)
    assert (said["data"].get("outcome"), here.state) == ("not-sent", "prepared"), said
    assert here.clinic.data("submit", 1)["state"] == "accepted"


REPLY = len("#TID=003;Result=SUCCESS;Filename=0001-1.txt;Msgs=3 CLAIMS TAKEN;\r\n")


@pytest.mark.parametrize("at", range(REPLY) if LONG else (0, 1, 9, 23, REPLY - 3, REPLY - 1))
def test_a_reply_that_is_cut_is_none(here: Office, at: int) -> None:
    here.msp.fail("AputRemit", How.CUT, bytes_sent=at)
    assert here.clinic.run("submit", 1).code == 7
    assert here.state == "unknown"
    settle(here)
    assert (here.state, here.msp.count("AputRemit")) == ("accepted", 1)


def test_msp_that_is_not_there_was_sent_nothing(here: Office) -> None:
    here.msp.fail("AputRemit", How.CLOSE)
    here.msp.heal()
    with here.msp.unreachable():
        assert here.clinic.run("submit", 1).code == 7
    assert (here.state, here.msp.count("AputRemit")) == ("prepared", 0)


def test_an_expired_password_sends_nothing(here: Office) -> None:
    here.msp.today = TODAY + timedelta(days=43)
    answer = here.clinic.json("submit", 1)
    assert answer["exit_code"] == 7
    assert "teleplan password" in answer["errors"][0]["hint"]
    assert (here.state, here.msp.count("AputRemit")) == ("prepared", 0)


def test_a_refusal_for_the_number_tells_the_way(prepared: Clinic) -> None:
    """MSP is at 500, the batch begins with 1: far behind, so MSP may have had such numbers."""
    with office(prepared, last_committed=500) as here:
        answer = here.clinic.json("submit", 1)
        assert (answer["exit_code"], here.state) == (7, "unknown")
        assert "Do not void" in answer["errors"][0]["hint"]
        assert here.clinic.run("batch", "void", 1, "--reason", "x").code == 5
        words = ("--not-sent", "--reason", "numbers of the program before")
        assert here.clinic.data("submit", 1, "--resolve", *words)["state"] == "prepared"
        here.clinic.data("batch", "void", 1, "--reason", "other numbers")
        here.clinic.data("teleplan", "number", "set", 501, "--reason", "TETA-022")
        here.clinic.data("batch", "create", "--month", "2026-10")
        assert here.clinic.data("submit", 2)["state"] == "accepted"
        assert here.msp.state.last_committed == 500 + 1 + VISITS


def test_a_refusal_that_shows_msp_behind_names_void_and_number(prepared: Clinic) -> None:
    prepared.data("batch", "void", 1, "--reason", "x")
    prepared.data("teleplan", "number", "set", 900, "--reason", "x")
    prepared.data("batch", "create", "--month", "2026-10")
    with office(prepared, last_committed=500) as here:
        answer = here.clinic.json("submit", 2)
        assert answer["exit_code"] == 7
        hint = answer["errors"][0]["hint"]
        assert "batch void 2" in hint
        assert "number set 501" in hint


def test_ctrl_c_says_that_the_batch_is_unknown(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tpi_billing.teleplan.exchange.service.TeleplanService.submit", stopped)
    answer = here.clinic.json("submit", 1)
    assert (answer["exit_code"], here.state) == (7, "unknown")
    assert "nobody knows" in answer["errors"][0]["message"]


def test_two_people_submit_at_once_and_msp_gets_it_once(here: Office) -> None:
    words = here.clinic.argv("submit", "1")
    assert sorted(code for code, _ in at_once(words, words)) == [0, 5]
    assert (here.state, here.msp.count("AputRemit")) == ("accepted", 1)


def test_two_batches_made_at_once_share_no_sequence_number(imported: Clinic) -> None:
    create = ("batch", "create", "--month", "2026-10", "--practitioner")
    at_once(imported.argv(*create, "99001"), imported.argv(*create, "99002"))
    numbers = imported.query(
        "SELECT count(*), count(DISTINCT sequence_cycle * 10000000 + sequence_number) FROM claims"
    )
    assert numbers == [(133, 133)]
    (first, last), (other, end) = imported.query(
        "SELECT first_number, last_number FROM submission_files ORDER BY first_number"
    )
    assert (first, other) == (1, last + 1)
    assert end == imported.query("SELECT next_value - 1 FROM counters WHERE name LIKE 'seq%'")[0][0]


# Killed at every step


def killed_at(here: Office, deadly: int, *words: object) -> int:
    """Run a command in a process that dies at a step; 0 for none. Return its exit code."""
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(deadly), *here.clinic.argv(*words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=environment(
            TPI_ROOT=str(here.clinic.workspace),
            TPI_STEPS=str(here.clinic.workspace.parent / "steps"),
            **ENVIRONMENT,
        ),
    )
    assert "Traceback" not in done.stderr
    return done.returncode


def points(steps: int) -> Iterable[int]:
    return range(1, steps + 1) if LONG else sorted({*range(2, steps, max(steps // 9, 1)), steps})


def walk(start: Clinic, folder: Path, words: tuple[object, ...], lost: bool) -> None:
    """Kill a command at its steps, each in an office of its own, and look at what is left."""

    def one(deadly: int) -> int:
        place = folder / f"step-{deadly}" / "clinic"
        place.parent.mkdir()
        with office(copied(start, place)) as here:
            if lost:
                here.msp.fail("AputRemit", How.REPLY_LOST)
                assert killed_at(here, 0, "submit", "1") == 7
            code = killed_at(here, deadly, *words)
            assert code == (0 if deadly == 0 else -signal.SIGKILL), (deadly, code)
            look(here, deadly)
        return int((place.parent / "steps").read_text(encoding="utf-8")) if deadly == 0 else 0

    steps = one(0)
    assert steps > 20
    for deadly in points(steps):
        one(deadly)


def look(here: Office, deadly: int) -> None:
    """Nothing lost, nothing doubled, and in doubt only what is said to be."""
    with (
        closing(
            open_ledger(database_of(here.clinic.workspace), here.clinic.workspace, "T9999")
        ) as ledger,
        ledger.reading() as connection,
    ):
        assert examine(connection).faults == (), deadly
    msp_has_it = bool(here.msp.submitted)
    assert here.state in ({"unknown", "accepted"} if msp_has_it else {"unknown", "prepared"}), (
        deadly
    )
    assert here.claim_states == ({"sent"} if here.state == "accepted" else {"batched"}), deadly
    if here.state == "unknown":
        settle(here)
    elif here.state == "prepared":
        here.clinic.data("submit", 1)
    assert (here.state, here.claim_states) == ("accepted", {"sent"}), deadly
    assert len(here.msp.submitted) == 1, deadly
    assert here.clinic.query("SELECT count(*) FROM claims") == [(VISITS,)]


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("words", "lost"),
    [(("submit", "1"), False), (("submit", "1", "--resolve"), True)],
    ids=["submit", "resolve"],
)
def test_killed_at_any_step_msp_has_it_once_and_the_ledger_knows_or_says_so(
    prepared: Clinic,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[object, ...],
    lost: bool,
) -> None:
    # What is settled afterwards is settled the day after.
    tomorrow = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011
    monkeypatch.setattr(clock, "now", lambda: f"{tomorrow}T23:00:00Z")
    walk(prepared, tmp_path, words, lost)


# The whole circle


def test_the_whole_circle(prepared: Clinic, tmp_path: Path) -> None:
    with office(prepared, habits=HABITS["paid"]) as here:
        run = here.clinic
        assert run.data("submit", 1)["state"] == "accepted"
        log = "\n".join(run.data("teleplan", "log")["lines"])
        assert f"CLAIMS {VISITS}" in log
        here.msp.today = date(2026, 12, 1)
        fetched = run.data("pickup")
        assert (fetched["pickup_id"], fetched["new"]) == (1, True)
        assert fetched["records"]["S01"] == VISITS
        assert run.data("pickup")["pickup_id"] is None
        phn = run.query("SELECT phn FROM claims LIMIT 1")[0][0]
        answer = run.data("eligibility", phn, "1970-02-03")
        assert answer["eligible"] is True
        assert phn not in str(answer)
        fees = tmp_path / "fees.txt"
        assert run.data("teleplan", "lists", "3", "--out", fees)["bytes"] > 1_000
        imported = run.json("fees", "import", fees, "--from", "2026-12-01")
        assert imported["exit_code"] in {0, 1}, imported
        assert run.data("fees", "show", "01157")["fee_item"] == "01157"
        assert here.msp.sessions == 0
        checks = run.data("doctor")["checks"]
        assert next(one for one in checks if one["what"] == "ledger")["ok"]
        assert PASSWORD not in (run.workspace / "tpi-billing.toml").read_text(encoding="utf-8")
