"""Cookies: all of them go back as they came, on every request, and none is kept."""

from pathlib import Path

import pytest
from asking import QUESTIONS, Client

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, How, StandIn
from tpi_billing.teleplan.exchange.failures import SessionLostError
from tpi_billing.teleplan.exchange.service import TeleplanService


def cookies_of(header: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in header.split("; "))


def test_every_cookie_goes_back_unaltered_on_every_request(msp: StandIn, client: Client) -> None:
    """The stand-in answers nobody who alters or leaves out one, of any path, odd or empty."""
    with client() as service:
        service.sign_on(USERNAME, PASSWORD)
        for ask in QUESTIONS.values():
            assert ask(service).succeeded
    later = [cookies_of(request.cookies) for request in msp.requests[1:]]
    assert len(later) == len(QUESTIONS) + 1
    for sent in later:
        assert sent.keys() == {
            "JSESSIONID",
            "AMWEBJCT!%2Fteleplan!JSESSIONID",
            "PD-S-SESSION-ID",
            "Route.1",
            "mark",
            "PD-H-COUNT",
        }
        assert sent["JSESSIONID"].endswith(":-1")
        assert sent["AMWEBJCT!%2Fteleplan!JSESSIONID"].endswith(":a=b==")
        assert sent["PD-S-SESSION-ID"].startswith('"2_')
        assert sent["PD-S-SESSION-ID"].endswith('/+{x}=="')
        assert sent["Route.1"] == ""
        assert sent["mark"] == "\xa77"
    assert [sent["PD-H-COUNT"] for sent in later] == [str(at) for at in range(len(later))]


def test_signing_on_sends_no_cookie_and_none_is_left_after_signing_off(
    msp: StandIn, client: Client
) -> None:
    service = client()
    for _ in range(2):
        service.sign_on(USERNAME, PASSWORD)
        service.log()
        service.sign_off()
    assert msp.sessions == 0
    assert [bool(request.cookies) for request in msp.requests] == [False, True, True] * 2
    with pytest.raises(SessionLostError):
        service.log()
    assert msp.requests[-1].cookies == ""


def test_a_lost_session_leaves_no_cookie(msp: StandIn, signed_on: TeleplanService) -> None:
    msp.fail("AgetLog", How.LOST_SESSION)
    with pytest.raises(SessionLostError):
        signed_on.log()
    with pytest.raises(SessionLostError):
        signed_on.log()
    assert msp.requests[-1].cookies == ""
    signed_on.sign_off()
    assert msp.count("AsignOff") == 0


def test_a_failed_sign_off_leaves_no_cookie(msp: StandIn, signed_on: TeleplanService) -> None:
    msp.fail("AsignOff", How.HTTP_500)
    signed_on.sign_off()
    with pytest.raises(SessionLostError):
        signed_on.log()
    assert msp.requests[-1].cookies == ""


def test_signing_off_happens_whatever_happened_before(msp: StandIn, client: Client) -> None:
    def mistake() -> None:
        with client() as service:
            service.sign_on(USERNAME, PASSWORD)
            raise RuntimeError("the clerk's mistake")

    with pytest.raises(RuntimeError, match="the clerk's mistake"):
        mistake()
    assert msp.count("AsignOff") == 1
    assert msp.sessions == 0


def test_no_cookie_is_written_anywhere(
    msp: StandIn, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR", "APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with client() as service:
        service.sign_on(USERNAME, PASSWORD)
        service.log()
    assert msp.count("AgetLog") == 1
    assert list(tmp_path.rglob("*")) == []
