"""The stand-in as a server: loopback, named as what it is, MSP's manners, faults, memory."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import httpx
import pytest
from sending import NOVEMBER_5, READY, Sender, content_of, sent

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, How, StandIn
from tpi_billing.demo.stand_in.__main__ import main
from tpi_billing.errors import ConfigurationError, FileError
from tpi_billing.teleplan.exchange.failures import NoAnswerError, PasswordExpiredError
from tpi_billing.teleplan.exchange.service import TeleplanService

NOT_SIGNED_ON = "User is not logged in or session expired"
SIGN_ON = {"ExternalAction": "AsignOn", "username": USERNAME, "password": PASSWORD}


@pytest.fixture
def msp() -> Iterator[StandIn]:
    with StandIn(today=NOVEMBER_5) as stand_in:
        yield stand_in


def post(msp: StandIn, form: dict[str, str], cookies: str = "", **more: object) -> httpx.Response:
    headers = {"Cookie": cookies.encode("latin-1")} if cookies else {}
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.post(msp.url, data=form, headers=headers, **more)  # type: ignore[arg-type]


def signed_on(msp: StandIn) -> str:
    """Sign on; return the Cookie header that the stand-in demands."""
    response = post(msp, SIGN_ON)
    given = [value for name, value in response.headers.raw if name.lower() == b"set-cookie"]
    return "; ".join(value.partition(b";")[0].decode("latin-1") for value in given)


def test_it_listens_on_this_computer_only(msp: StandIn) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/TeleplanBroker", msp.url)
    assert msp._server is not None
    assert msp._server.server_address[0] == "127.0.0.1"


def test_it_says_everywhere_that_it_is_not_msp(msp: StandIn) -> None:
    page = httpx.get(msp.url.rpartition("/")[0], trust_env=False)
    assert page.status_code == 200
    assert "not MSP" in page.headers["Server"]
    assert "This is not MSP. Nothing here is paid." in page.text
    for form in ({}, SIGN_ON, {"ExternalAction": "AgetLog"}, {**SIGN_ON, "password": "x"}):
        reply = post(msp, form)
        assert "not MSP" in reply.headers["Server"]
        assert "STAND-IN, NOT MSP - NOTHING HERE IS PAID" in reply.text


@pytest.mark.parametrize(
    "form",
    [
        {},
        SIGN_ON,
        {**SIGN_ON, "password": "wrong"},
        {**SIGN_ON, "username": "somebody"},
        {"ExternalAction": "AsignOn"},
        {"ExternalAction": "AgetRemit", "remittance": "true"},
        {"ExternalAction": "WsomePage"},
        {"ExternalAction": "\u00e9\r\n"},
    ],
)
def test_every_reply_is_http_200_and_ends_with_its_result(
    msp: StandIn, form: dict[str, str]
) -> None:
    reply = post(msp, form)
    assert reply.status_code == 200
    last = reply.text.splitlines()[-1]
    assert re.fullmatch(r"#TID=\d{3};Result=(SUCCESS|FAILURE);Filename=;Msgs=[^;]*;", last)
    assert ("Result=SUCCESS" in last) is (form == SIGN_ON)


def test_all_its_cookies_sign_a_request(msp: StandIn) -> None:
    cookies = signed_on(msp)
    assert len(cookies.split("; ")) == 6
    assert "Result=SUCCESS" in post(msp, {"ExternalAction": "AgetLogList"}, cookies).text


@pytest.mark.parametrize("at", range(6))
@pytest.mark.parametrize("alter", ["leave out", "change"])
def test_one_cookie_left_out_or_altered_and_nobody_is_signed_on(
    msp: StandIn, at: int, alter: str
) -> None:
    pairs = signed_on(msp).split("; ")
    if alter == "change":
        pairs[at] += "x"
    else:
        del pairs[at]
    assert NOT_SIGNED_ON in post(msp, {"ExternalAction": "AgetLogList"}, "; ".join(pairs)).text


def test_a_cookie_that_was_renewed_must_be_the_new_one(msp: StandIn) -> None:
    cookies = signed_on(msp)
    assert NOT_SIGNED_ON not in post(msp, {"ExternalAction": "AgetLogList"}, cookies).text
    assert NOT_SIGNED_ON in post(msp, {"ExternalAction": "AgetLogList"}, cookies).text
    renewed = cookies.replace("PD-H-COUNT=0", "PD-H-COUNT=1")
    assert NOT_SIGNED_ON not in post(msp, {"ExternalAction": "AgetLogList"}, renewed).text


def test_after_signing_off_the_cookies_are_worth_nothing(msp: StandIn) -> None:
    cookies = signed_on(msp)
    post(msp, {"ExternalAction": "AsignOff"}, cookies)
    assert msp.sessions == 0
    renewed = cookies.replace("PD-H-COUNT=0", "PD-H-COUNT=1")
    assert NOT_SIGNED_ON in post(msp, {"ExternalAction": "AgetLogList"}, renewed).text


@pytest.mark.parametrize(
    ("files", "data"),
    [
        (None, {"submitFile": "VS1"}),
        ({"submitASCII": ("x.txt", b"VS1")}, {}),
        ({"file": ("x.txt", b"VS1")}, {}),
    ],
)
def test_a_submission_must_be_a_file_of_the_right_field(
    msp: StandIn, files: dict[str, tuple[str, bytes]] | None, data: dict[str, str]
) -> None:
    form = {"ExternalAction": "AputRemit", **data}
    reply = post(msp, form, signed_on(msp), files=files)
    assert "No parser object (contact Teleplan Help Desk)" in reply.text


def test_a_test_file_is_taken_and_does_nothing(msp: StandIn) -> None:
    files = {"submitASCII": ("x.txt", b"anything")}
    reply = post(msp, {"ExternalAction": "AputAscii"}, signed_on(msp), files=files)
    assert "Result=SUCCESS;Filename=x.txt" in reply.text
    assert msp.submitted == []


def test_an_expired_password_lets_nothing_else_be_done(msp: StandIn) -> None:
    msp.today = date(2026, 12, 18)
    with TeleplanService(msp.url, pause=0) as service:
        with pytest.raises(PasswordExpiredError):
            service.sign_on(USERNAME, PASSWORD)
        service.change_password(USERNAME, PASSWORD, "another-1")
        assert service.log().succeeded


@pytest.mark.parametrize(
    "changes",
    [
        {"new.password": ""},
        {"confirm.password": "other"},
        {"password": "wrong"},
        {"username": "somebody"},
        {"new.password": PASSWORD, "confirm.password": PASSWORD},
    ],
)
def test_a_password_is_not_changed_by_a_wrong_form(msp: StandIn, changes: dict[str, str]) -> None:
    form = {
        "ExternalAction": "AchangePW",
        "username": USERNAME,
        "password": PASSWORD,
        "new.password": "another-1",
        "confirm.password": "another-1",
    }
    reply = post(msp, {**form, **changes}, signed_on(msp))
    assert "Result=FAILURE" in reply.text
    assert "Result=SUCCESS" in post(msp, SIGN_ON).text


def test_a_fault_happens_as_often_as_it_was_asked_for(msp: StandIn) -> None:
    msp.fail("AgetLogList", How.HTTP_500, times=2)
    cookies = signed_on(msp)
    seen = [post(msp, {"ExternalAction": "AgetLogList"}, cookies).status_code for _ in range(3)]
    assert seen == [500, 500, 200]
    assert msp.count("AgetLogList") == 3


def test_a_fault_without_an_action_waits_for_any_and_can_be_taken_back(msp: StandIn) -> None:
    msp.fail(how=How.HTML)
    assert "#TID" not in post(msp, SIGN_ON).text
    msp.fail(how=How.HTML)
    msp.heal()
    assert "#TID" in post(msp, SIGN_ON).text


def test_its_day_moves_and_nobody_on_its_page_has_a_name(sender: Sender) -> None:
    sender.send(sent(501))
    (claim,) = sender.msp.claims
    top = sender.msp.url.rpartition("/")[0]
    shown = httpx.get(top, trust_env=False).text
    assert "501" in shown
    assert claim.file_number in shown
    assert claim.record.text("phn") not in shown
    moved = httpx.post(f"{top}/day", data={"day": "2026-12-01"}, trust_env=False)
    assert moved.status_code == 303
    assert sender.msp.today == date(2026, 12, 1)
    httpx.post(f"{top}/day", data={"day": "tomorrow"}, trust_env=False)
    assert sender.msp.today == date(2026, 12, 1)


def test_of_two_files_at_once_with_the_same_numbers_one_is_taken(msp: StandIn) -> None:
    def send(folio: int) -> bool:
        with TeleplanService(msp.url, pause=0) as service:
            service.sign_on(USERNAME, PASSWORD)
            return service.submit("x.txt", content_of([sent(folio)], 1)).succeeded

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(send, range(501, 505)))
    assert sum(taken) == 1
    assert len(msp.submitted) == 1


def test_a_reply_that_got_lost_still_counts_as_fetched(sender: Sender) -> None:
    """MSP cannot know that nobody received it; what was cut off on its way does not count."""
    sender.send(sent(501))
    for how, again in ((How.CUT, 2), (How.REPLY_LOST, 0)):
        sender.msp.fail("AgetRemit", how)
        with pytest.raises(NoAnswerError):
            sender.fetch()
        if how is How.CUT:
            assert len(sender.fetch()) == again
            sender.send(sent(502))
    assert sender.fetch() == []


# Its memory


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    with Sender(memory=memory) as sender:
        sender.send(sent(501), sent(502, {}, correspondence_code="N"))
        sender.service.change_password(USERNAME, PASSWORD, "another-1")
        assert [record.code for record in sender.fetch()] == ["M01", "VTC"]
        before = sender.msp.state
    with StandIn(today=READY, memory=memory) as again:
        assert again.state == before
        assert again.state.expected_number == 5
        with TeleplanService(again.url, pause=0) as service:
            service.sign_on(USERNAME, "another-1")
            assert service.pick_up(remittances=True).content.count(b"S01") == 2
    with StandIn(today=READY, memory=memory) as third:
        assert third.state.fetched == {date(2026, 11, 18)}


@pytest.mark.skipif(os.name != "posix", reason="owner and others are a POSIX matter")
def test_its_memory_is_its_owners_and_holds_no_password(tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    with Sender(memory=memory) as sender:
        sender.send(sent(501))
    assert stat.S_IMODE(memory.stat().st_mode) == 0o600
    text = memory.read_text(encoding="utf-8")
    assert PASSWORD not in text
    assert "Not MSP; nothing here is paid." in text
    assert [path.name for path in tmp_path.iterdir()] == ["memory.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "not JSON", '{"version": 2}', '{"version": 1}'])
def test_a_memory_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    memory = tmp_path / "memory.json"
    memory.write_text(text, encoding="utf-8")
    with pytest.raises(FileError):
        StandIn(memory=memory)
    assert memory.read_text(encoding="utf-8") == text


def test_a_memory_of_another_data_centre_is_refused(tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    with Sender(memory=memory) as sender:
        sender.send(sent(501))
    with pytest.raises(ConfigurationError, match="T9999, not T1111"):
        StandIn(memory=memory, data_centre="T1111")


# By itself


def test_it_runs_by_itself_and_says_how_to_reach_it(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tpi_billing.demo.stand_in", "--as-of", "2026-11-05"]
    command += ["--state", str(tmp_path / "memory.json"), "--fail", "AgetLogList=http-500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as run:
        try:
            assert run.stdout is not None
            told = [run.stdout.readline() for _ in range(8)]
            assert "NOT MSP" in told[0]
            assert "2026-11-05" in told[-1]
            address = told[2].split()[-1]
            with TeleplanService(address, pause=0) as service:
                service.sign_on(USERNAME, PASSWORD)
                assert service.submit("x.txt", content_of([sent(501)], 1)).succeeded
                assert service.log_list().succeeded
        finally:
            run.kill()
    with StandIn(memory=tmp_path / "memory.json") as again:
        assert len(again.claims) == 1


@pytest.mark.parametrize(
    "wrong",
    [["--as-of", "soon"], ["--fail", "AputRemit=loudly"], ["--rules", "harsh"], ["--port", "x"]],
)
def test_wrong_options_are_said(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as told:
        main(wrong)
    assert told.value.code == 2
    assert "error" in capsys.readouterr().err


def test_a_port_that_cannot_be_had_is_said(
    msp: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", "99999"]) == 2
    assert "port" in capsys.readouterr().err
