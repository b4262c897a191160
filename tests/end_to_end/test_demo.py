"""The demo shows the whole circle: a stand-in on this computer plays MSP, and nothing leaves it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tpi_billing.demo.stand_in import PASSWORD, StandIn
from tpi_billing.teleplan.exchange.service import TEST_SITE
from tpi_billing.teleplan.reader import read_records

from .clinic import Clinic, Said, call, environment, folder_of

ADDRESS = re.compile(r'^url = "http://127\.0\.0\.1:(\d+)/TeleplanBroker"$', re.MULTILINE)
PASSWORD_VARIABLE = "TPI_BILLING_TELEPLAN_PASSWORD"
DECEMBER_14 = "2026-12-14"
PAID = "2026-12-28"
"""Six working days after the close-off of December 17."""


@pytest.fixture(autouse=True)
def _nobody_asks_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> None:
        raise AssertionError("the demo asked the keyring")

    monkeypatch.setattr("keyring.get_password", asked)
    monkeypatch.setattr("keyring.set_password", asked)
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


@pytest.fixture(scope="module")
def toured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clinic, Said]:
    """The tour, told to a person."""
    place = tmp_path_factory.mktemp("toured") / "demo"
    return Clinic(place), call(["demo", str(place)])


@pytest.fixture
def demo(toured: tuple[Clinic, Said], tmp_path: Path) -> Clinic:
    """A demo's workspace of its own, behind the tour."""
    return toured[0].copy_to(tmp_path / "demo")


def settings_of(clinic: Clinic) -> str:
    return (clinic.workspace / "tpi-billing.toml").read_text(encoding="utf-8")


# The tour


def test_each_batch_is_accepted_and_each_claim_sent(toured: tuple[Clinic, Said]) -> None:
    clinic, said = toured
    assert (said.code, said.err) == (0, "")
    assert clinic.query("SELECT state FROM batches") == [("accepted",)] * 3
    states = {state for (state,) in clinic.query("SELECT DISTINCT state FROM claims")}
    assert states == {"paid", "paid-changed", "refused", "corrected"}
    assert "Batch 1 is accepted" in said.out
    assert "Batch 2 is accepted" in said.out


def test_what_came_back_is_in_the_ledger_and_on_the_screen(toured: tuple[Clinic, Said]) -> None:
    clinic, said = toured
    refusals, remittance, _ = (
        Counter(record.code for record in read_records(content.encode("latin-1")))
        for (content,) in clinic.query("SELECT content FROM pickups ORDER BY pickup_id")
    )
    claims = clinic.query("SELECT count(*) FROM claims WHERE batch_id < 3")[0][0]
    answered = [remittance[code] for code in ("S01", "S02", "S03", "S04")]
    assert all([refusals["C12"], *answered])
    assert refusals["C12"] + sum(answered) == claims
    for counts in (refusals, remittance):
        for code, count in counts.items():
            assert re.search(rf"^ +{count}  {code}  \S", said.out, re.MULTILINE), code


def test_a_refused_claim_is_corrected_and_paid_and_the_month_closed(
    toured: tuple[Clinic, Said],
) -> None:
    """The figures are those of the ledger, and the words of the screen fit in 100 columns."""
    clinic, said = toured
    number, before, state, cents = clinic.query(
        "SELECT claim_id, predecessor, state, paid_cents FROM claims WHERE batch_id = 3"
    )[0]
    assert f"Claim {number}, which stands in the place of {before}: paid, " in said.out
    assert state == "paid"
    assert f"{cents // 100}.{cents % 100:02}" in said.out
    (closing,) = clinic.query("SELECT sum(closing_cents) FROM closing_lines")[0]
    assert re.search(rf"= closing +{closing // 100}\.{closing % 100:02} ", said.out)
    assert re.search(r"difference +0\.00$", said.out, re.MULTILINE)
    assert all(len(line) <= 100 for line in said.out.splitlines() if "$" not in line)


def test_each_step_names_its_command(toured: tuple[Clinic, Said]) -> None:
    commands = re.findall(r"^   \$ tpi-billing (\w+(?: \w+)?)", toured[1].out, re.MULTILINE)
    assert commands == [
        "sessions import",
        "batch create",
        "batch export",
        "sessions import",
        "batch create",
        "batch export",
        "submit 1",
        "submit 2",
        "pickup",
        "pickup",
        "remittance show",
        "worklist",
        "claims correct",
        "submit 3",
        "pickup",
        "close 2026",
        "doctor",
        "demo",
    ]


def test_everywhere_it_says_that_this_is_not_msp(toured: tuple[Clinic, Said]) -> None:
    clinic, said = toured
    assert "MSP is played by a STAND-IN on this computer" in said.out.splitlines()[1]
    steps = [line for line in said.out.splitlines() if re.match(r"\d+\. ", line)]
    assert sum("STAND-IN" in step for step in steps) == 5
    head = settings_of(clinic).splitlines()[:3]
    assert "STAND-IN" in head[0]
    assert "not MSP" in head[1]
    assert "STAND-IN on this computer, never MSP" in settings_of(clinic)
    assert "FIX  configuration: claims are sent to a stand-in" in clinic.run("doctor").out


def test_no_address_of_msps_is_in_the_configuration(toured: tuple[Clinic, Said]) -> None:
    clinic, _ = toured
    assert ADDRESS.search(settings_of(clinic))
    assert "hnet" not in settings_of(clinic)
    assert PASSWORD not in [*os.environ.values()]


def test_the_test_site_of_msp_is_out_of_its_reach(
    demo: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    assert TEST_SITE.startswith("https://")
    said = demo.run("pickup", "--test-site")
    assert said.code == 5
    assert "stand-in" in said.err
    assert "Nothing was sent" in said.err


def test_behind_the_demo_nobody_listens(demo: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    monkeypatch.setattr("tpi_billing.teleplan.exchange.service._TRIES", 1)
    said = demo.run("pickup")
    assert said.code == 7
    assert "Nothing was sent" in said.err


def test_for_scripts(tmp_path: Path) -> None:
    said = call(["--json", "demo", str(tmp_path / "demo")])
    data = json.loads(said.out)["data"]
    assert [batch["state"] for batch in data["batches"]] == ["accepted", "accepted"]
    exchange = data["exchange"]
    assert exchange["with"] == "a stand-in on this computer, not MSP"
    # A Thursday; the close-off is November 18, and six working days later it is the 26th.
    days = [pickup["day"] for pickup in exchange["pickups"]]
    assert days == ["2026-11-06", "2026-11-26", "2026-12-11"]
    assert data["closed"] == "2026-11"
    assert "left_out" not in exchange


def test_a_second_demo_in_the_same_folder_changes_nothing(demo: Clinic) -> None:
    before = folder_of(demo.workspace)
    said = call(["demo", str(demo.workspace)])
    assert said.code == 5
    assert f"tpi-billing demo {demo.workspace} --serve" in said.err
    assert folder_of(demo.workspace) == before


# Where it cannot be tried


@pytest.fixture
def _blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: StandIn) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(StandIn, "start", start)


@pytest.mark.usefixtures("_blocked")
def test_without_a_port_the_rest_of_the_month_is_shown(tmp_path: Path) -> None:
    place = tmp_path / "demo"
    said = call(["demo", str(place)])
    assert (said.code, said.err) == (1, "")
    assert "LEFT OUT: sending the batches" in said.out
    assert "Permission denied." in said.out
    assert "Nothing was sent anywhere." in said.out
    assert "doctor" in said.out
    clinic = Clinic(place)
    assert ADDRESS.search(settings_of(clinic))
    assert clinic.query("SELECT DISTINCT state FROM batches") == [("prepared",)]


@pytest.mark.usefixtures("_blocked")
def test_a_stand_in_that_was_left_out_is_not_waited_for(tmp_path: Path) -> None:
    said = call(["demo", str(tmp_path / "demo"), "--serve"])
    assert said.code == 1
    assert "LEFT OUT" in said.out
    assert "IS RUNNING" not in said.out


def test_a_stand_in_that_nobody_reaches_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tpi_billing.teleplan.exchange.service._TRIES", 1)
    start = StandIn.start

    def refuse_all(stand_in: StandIn) -> None:
        start(stand_in)
        stand_in.stop()

    monkeypatch.setattr(StandIn, "start", refuse_all)
    said = call(["demo", str(tmp_path / "demo")])
    assert said.code == 1
    assert "LEFT OUT" in said.out
    assert "cannot be reached" in said.out
    assert Clinic(tmp_path / "demo").query("SELECT DISTINCT state FROM batches") == [("prepared",)]


# --serve


def serving(demo: Clinic, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], None]) -> Said:
    """Serve a demo's workspace for as long as `meanwhile` takes."""
    monkeypatch.setattr("tpi_billing.demo.stand_in.waiting.until_stopped", meanwhile)
    return call(["demo", str(demo.workspace), "--serve"])


def test_a_newcomer_sends_more_visits(demo: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command that `--serve` prints works as it is printed."""
    done: list[str] = []

    def in_a_second_terminal() -> None:
        monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
        monkeypatch.chdir(demo.workspace)
        for words in commands(printed()):
            if words[2] == "pickup":
                go_to(words[1])
            said = call(words)
            answered = {0, 1} if words[2] == "pickup" else {0}  # 1 when MSP refuses a visit
            assert (said.code in answered, said.err) == (True, ""), words
            done.append(" ".join(words))

    def printed() -> str:
        sys.stdout.seek(0)
        return sys.stdout.read()

    def go_to(day: str) -> None:
        port = ADDRESS.search(settings_of(demo))
        assert port is not None
        page = f"http://127.0.0.1:{port[1]}"
        with urlopen(f"{page}/day", f"day={day}".encode()) as answer:
            assert b"This is not MSP. Nothing here is paid." in answer.read()

    said = serving(demo, monkeypatch, in_a_second_terminal)
    assert (said.code, said.err) == (0, "")
    assert done == [
        f"--as-of {DECEMBER_14} sessions import exports/november.xlsx --mapping day-sheet",
        f"--as-of {DECEMBER_14} batch create --month 2026-11",
        f"--as-of {DECEMBER_14} submit 4",
        f"--as-of {PAID} pickup",
    ]
    assert demo.query("SELECT state FROM batches WHERE batch_id = 4") == [("accepted",)]
    content = demo.query("SELECT content FROM pickups WHERE pickup_id = 4")[0][0]
    assert "S01" in {record.code for record in read_records(content.encode("latin-1"))}


def commands(shown: str) -> Iterator[list[str]]:
    for line in shown.splitlines():
        program, dollar, rest = line.partition("$ tpi-billing ")
        if dollar and not program.strip():
            yield rest.split()


def test_it_is_loud_about_what_it_is(demo: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    said = serving(demo, monkeypatch, lambda: None)
    assert "THE STAND-IN IS RUNNING on this computer. It is NOT MSP" in said.out
    assert "The stand-in has stopped." in said.out


def test_a_port_that_is_taken(demo: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    port = ADDRESS.search(settings_of(demo))
    assert port is not None
    with StandIn(port=int(port[1])):
        said = serving(demo, monkeypatch, lambda: pytest.fail("it runs"))
    assert said.code == 5
    assert f"127.0.0.1:{port[1]}" in said.err
    assert "Is it running already" in said.err


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (ADDRESS, 'url = "https://teleplan.hnet.bc.ca/TeleplanBroker"'),
        (ADDRESS, 'url = "http://127.0.0.1:abc/TeleplanBroker"'),
        (re.compile('^username = "stand-in"$', re.MULTILINE), 'username = "TTUV9999"'),
    ],
)
def test_a_workspace_that_is_no_demos_is_not_served(
    demo: Clinic, monkeypatch: pytest.MonkeyPatch, was: re.Pattern[str], now: str
) -> None:
    changed = was.sub(now, settings_of(demo))
    (demo.workspace / "tpi-billing.toml").write_text(changed, encoding="utf-8")
    said = serving(demo, monkeypatch, lambda: pytest.fail("it runs"))
    assert said.code in {3, 5}
    assert "Error: " in said.err


def test_scripts_do_not_serve(tmp_path: Path) -> None:
    said = call(["--json", "demo", str(tmp_path / "demo"), "--serve"])
    assert said.code == 2
    assert not (tmp_path / "demo").exists()


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing on Windows")
def test_the_tour_and_then_the_stand_in_until_ctrl_c(tmp_path: Path) -> None:
    options: dict[str, Any] = {"encoding": "utf-8", "env": environment(PYTHONUNBUFFERED="1")}
    with subprocess.Popen(
        [sys.executable, "-m", "tpi_billing", "demo", str(tmp_path / "demo"), "--serve"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        shown: list[str] = []
        for line in process.stdout:
            shown.append(line)
            if "Ctrl-C stops" in line:
                break
        process.send_signal(signal.SIGINT)
        rest, wrong = process.stdout.read(), process.stderr.read()
    assert (process.returncode, wrong) == (0, "")
    assert "MSP is played by a STAND-IN" in shown[1]
    assert "The stand-in has stopped." in rest
