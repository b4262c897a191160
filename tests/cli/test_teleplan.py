"""`teleplan`, `pickup` and `eligibility` against the stand-in, with a keyring of the test's own."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import keyring
import pytest
from helpers import CLINIC_TOML, Clinic, made_up_phn, visit
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError, PasswordSetError

from tpi_billing.cli.teleplan_session import KEYRING_SERVICE
from tpi_billing.demo.stand_in import PASSWORD, USERNAME, How, StandIn

from .conftest import Run

TODAY = date(2026, 11, 5)
NEW = "Another-2"


class Memory(KeyringBackend):
    """A keyring that forgets everything at the end of a test; `full` takes nothing."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.full = False

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.full:
            raise PasswordSetError("no room")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError(service)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    before = keyring.get_keyring()
    made = Memory()
    keyring.set_keyring(made)
    made.set_password(KEYRING_SERVICE, USERNAME, PASSWORD)
    monkeypatch.delenv("TPI_BILLING_TELEPLAN_PASSWORD", raising=False)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def msp(clinic: Clinic, ring: Memory) -> Iterator[StandIn]:
    with StandIn(today=TODAY) as made:
        settings = f'\n[teleplan]\nurl = "{made.url}"\nusername = "{USERNAME}"\n'
        path = clinic.folder / "tpi-billing.toml"
        path.write_text(CLINIC_TOML + settings, encoding="utf-8")
        yield made


@pytest.fixture
def ask(run: Run, clinic: Clinic, msp: StandIn) -> Any:
    def call(*words: object) -> tuple[int, dict[str, Any]]:
        said = run("--workspace", clinic.folder, "--as-of", TODAY, "--json", *words)
        answer = json.loads(said.out)
        assert answer["exit_code"] == said.code
        assert msp.sessions == 0
        return said.code, answer

    return call


def typed(monkeypatch: pytest.MonkeyPatch, *passwords: str) -> None:
    waiting = iter(passwords)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(waiting))


# The password


def test_the_present_password_is_kept_in_the_keyring(
    ask: Any, ring: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.kept.clear()
    code, answer = ask("teleplan", "log")
    assert (code, "password --store" in answer["errors"][0]["hint"]) == (3, True)
    typed(monkeypatch, PASSWORD)
    assert ask("teleplan", "password", "--store")[0] == 0
    assert ask("teleplan", "log")[0] == 0


@pytest.mark.parametrize("expired", [False, True])
def test_a_changed_password_is_kept(
    ask: Any, ring: Memory, msp: StandIn, monkeypatch: pytest.MonkeyPatch, expired: bool
) -> None:
    if expired:
        msp.today = TODAY + timedelta(days=43)
        code, answer = ask("teleplan", "log")
        assert (code, "teleplan password" in answer["errors"][0]["hint"]) == (7, True)
    typed(monkeypatch, NEW, NEW)
    code, answer = ask("teleplan", "password")
    assert (code, answer["data"]) == (0, {"changed": True, "stored": True})
    assert ring.kept == {(KEYRING_SERVICE, USERNAME): NEW}
    assert ask("teleplan", "log")[0] == 0


def test_a_slip_changes_nothing(
    ask: Any, ring: Memory, msp: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, NEW, "Anotehr-2")
    assert ask("teleplan", "password")[0] == 2
    assert msp.count("AchangePW") == 0
    assert ring.kept == {(KEYRING_SERVICE, USERNAME): PASSWORD}


def test_a_keyring_that_does_not_take_it_is_told(
    ask: Any, ring: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.full = True
    typed(monkeypatch, NEW, NEW)
    code, answer = ask("teleplan", "password")
    assert (code, answer["data"]) == (1, {"changed": True, "stored": False})


def test_the_environment_goes_before_the_keyring(
    ask: Any, ring: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.kept[KEYRING_SERVICE, USERNAME] = "old"
    assert ask("teleplan", "log")[0] == 7
    monkeypatch.setenv("TPI_BILLING_TELEPLAN_PASSWORD", PASSWORD)
    assert ask("teleplan", "log")[0] == 0


@pytest.mark.parametrize("seconds", ["soon", "-1", "901", "nan"])
def test_a_time_out_that_is_none_is_said(
    ask: Any, monkeypatch: pytest.MonkeyPatch, seconds: str
) -> None:
    monkeypatch.setenv("TPI_BILLING_TELEPLAN_TIMEOUT", seconds)
    assert ask("teleplan", "log")[0] == 3


def test_no_secret_is_written_anywhere(
    ask: Any, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, NEW, NEW)
    ask("teleplan", "password")
    clinic.ledger.close()
    for file in filter(Path.is_file, clinic.folder.rglob("*")):
        assert NEW.encode() not in file.read_bytes(), file
        assert PASSWORD.encode() not in file.read_bytes(), file


# The numbers


@pytest.mark.parametrize(
    ("words", "code", "number"),
    [
        (("show",), 0, 1),
        (("set", "262113", "--reason", "TETA-022"), 0, 262_113),
        (("set", "262113"), 2, 1),
        (("set", "262113", "--reason", " "), 2, 1),
        (("set",), 2, 1),
        (("set", "0", "--reason", "x"), 2, 1),
        (("set", "10000000", "--reason", "x"), 2, 1),
        (("forget",), 2, 1),
    ],
)
def test_the_number_is_set_with_a_reason(
    ask: Any, words: tuple[str, ...], code: int, number: int
) -> None:
    assert ask("teleplan", "number", *words)[0] == code
    assert ask("teleplan", "number")[1]["data"]["next_number"] == number


def test_the_number_stays_while_a_batch_waits(ask: Any, clinic: Clinic) -> None:
    clinic.bring(visit())
    batch = clinic.billed()
    words = ("teleplan", "number", "set", "501", "--reason", "x")
    assert ask(*words)[0] == 5
    ask("batch", "sent", batch)
    assert ask(*words)[0] == 5
    ask("batch", "confirm", batch, "--reason", "the page")
    assert ask(*words)[0] == 0


# What is fetched and asked


def test_a_list_is_written_to_a_file(ask: Any, clinic: Clinic) -> None:
    out = clinic.folder / "fees.txt"
    assert ask("teleplan", "lists", "3", "--out", out)[0] == 0
    assert out.read_bytes().startswith(b"REM")
    assert ask("teleplan", "lists", "9")[0] == 2


def test_logs(ask: Any) -> None:
    assert "AsignOn SUCCESS" in "\n".join(ask("teleplan", "log")[1]["data"]["lines"])
    assert ask("teleplan", "log", "--list")[1]["data"]["lines"][0] == "CURRENT"


def test_coverage_is_shown_masked(ask: Any) -> None:
    phn = made_up_phn(5)
    code, answer = ask("eligibility", phn, "1975-03-02")
    assert (code, answer["data"]["eligible"]) == (0, True)
    assert phn not in json.dumps(answer)
    assert ask("eligibility", "9000000000", "1975-03-02")[0] == 2
    assert ask("eligibility", phn, "2 March 1975")[0] == 2


def test_an_empty_pickup_keeps_nothing(ask: Any) -> None:
    assert ask("pickup")[1]["data"]["pickup_id"] is None


@pytest.mark.parametrize("how", [How.REPLY_LOST, How.NO_RESULT, How.HTTP_500])
def test_a_lost_pickup_is_asked_for_once(ask: Any, msp: StandIn, how: How) -> None:
    msp.fail("AgetRemit", how)
    code, answer = ask("pickup")
    assert (code, msp.count("AgetRemit")) == (7, 1)
    assert answer["errors"][0]["hint"]


def test_the_test_site_is_another_place(
    ask: Any, clinic: Clinic, msp: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn(today=TODAY) as test_site:
        monkeypatch.setattr("tpi_billing.teleplan.exchange.service.TEST_SITE", test_site.url)
        clinic.bring(visit())
        batch = clinic.billed()
        code, answer = ask("submit", batch, "--test-site")
        assert (code, answer["data"]["state"]) == (0, "prepared")
        test_site.fail("AputRemit", How.REPLY_LOST)
        assert ask("submit", batch, "--test-site")[0] == 7  # it has the number already, or not
        assert ask("submit", batch, "--resolve")[0] == 5
        code, answer = ask("submit", batch, "--resolve", "--test-site")
        assert (code, answer["data"]["state"]) == (0, "prepared")
        assert (len(test_site.submitted), msp.requests) == (1, [])
    code, answer = ask("submit", batch)
    assert (code, answer["data"]["state"]) == (0, "accepted")
    assert len(msp.submitted) == 1
