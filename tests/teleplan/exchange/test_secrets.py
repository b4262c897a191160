"""Passwords and health numbers stand in no error, no log and no repr."""

import logging
import traceback
from datetime import date

import pytest
from asking import BORN, FILE, NEW_PASSWORD, PHN, QUESTIONS, Client

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, How, StandIn
from tpi_billing.errors import NetworkError
from tpi_billing.teleplan.exchange.coverage import coverage_form, read_coverage
from tpi_billing.teleplan.exchange.failures import RefusedError
from tpi_billing.teleplan.exchange.service import TeleplanService

SECRETS = (PASSWORD, NEW_PASSWORD, PHN, "19750302", "JSESSIONID", "OKANESE", "MADE UP")


def assert_no_secret(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text.upper() or secret in text] == []


def everything_said(error: BaseException) -> str:
    """Return an error as a traceback shows it, with its causes, and its troubles."""
    troubles = repr(getattr(error, "troubles", ()))
    return "".join(traceback.format_exception(error)) + repr(error) + troubles


@pytest.mark.parametrize("action", ["AsignOn", *QUESTIONS])
@pytest.mark.parametrize("how", [How.CLOSE, How.HTML, How.CUT, How.LOST_SESSION])
def test_no_error_names_a_secret(msp: StandIn, client: Client, action: str, how: How) -> None:
    questions = {**QUESTIONS, "AsignOn": lambda service: service.sign_on(USERNAME, PASSWORD)}
    service = client()
    service.sign_on(USERNAME, PASSWORD)
    msp.fail(action, how, times=3)
    with pytest.raises(NetworkError) as told:
        questions[action](service)
    assert_no_secret(everything_said(told.value))


@pytest.mark.parametrize(
    "message",
    [f"USER {USERNAME} WITH {PASSWORD} NOT VALID", f"{NEW_PASSWORD} TOO SHORT", f"PHN {PHN} BAD"],
)
def test_a_secret_that_msp_repeats_is_not_told(
    msp: StandIn, signed_on: TeleplanService, message: str
) -> None:
    msp.fail("AchangePW", How.FAILURE, message=message)
    with pytest.raises(
        RefusedError, match=r"Teleplan refused: .*(NOT VALID|TOO SHORT|BAD)"
    ) as told:
        signed_on.change_password(USERNAME, PASSWORD, NEW_PASSWORD)
    assert PASSWORD not in everything_said(told.value)
    assert NEW_PASSWORD not in everything_said(told.value)
    assert PHN not in everything_said(told.value)


@pytest.mark.parametrize(
    ("new", "before", "part"),
    [("wet-lantern-7", "X" * 490 + " ", "wet-lan"), ("8712345678901234", "BAD: ", "1234")],
)
def test_no_end_of_a_password_is_told_where_it_is_cut_or_all_digits(
    msp: StandIn, signed_on: TeleplanService, new: str, before: str, part: str
) -> None:
    msp.fail("AchangePW", How.FAILURE, message=before + new)
    with pytest.raises(RefusedError) as told:
        signed_on.change_password(USERNAME, PASSWORD, new)
    assert part not in told.value.troubles[0].message


def test_no_log_names_a_secret(
    client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The HTTP library logs every request at INFO."""
    caplog.set_level(logging.INFO)
    with client() as service:
        service.sign_on(USERNAME, PASSWORD)
        for ask in QUESTIONS.values():
            ask(service)
    assert "HTTP Request: POST" in caplog.text
    assert_no_secret(caplog.text)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_no_repr_names_a_secret(signed_on: TeleplanService) -> None:
    reply = signed_on.eligibility(coverage_form(PHN, BORN, date(2026, 11, 5)))
    assert PHN.encode("ascii") in reply.content
    for thing in (signed_on, reply, read_coverage(reply.content), signed_on.submit("x", FILE)):
        assert_no_secret(repr(thing))
        assert_no_secret(str(thing))


def test_a_reply_still_shows_its_result(signed_on: TeleplanService) -> None:
    assert "SUCCESS" in repr(signed_on.log())
