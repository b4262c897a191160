"""When the exchange fails: what is said, what may have happened, and what is asked again."""

import pytest
from asking import ASKED_ONCE, FILE, QUESTIONS, REPEATED, Client

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, How, StandIn
from tpi_billing.errors import NetworkError
from tpi_billing.teleplan.exchange.failures import (
    NoAnswerError,
    NotReachedError,
    RefusedError,
    SessionLostError,
)
from tpi_billing.teleplan.exchange.service import TeleplanService

NO_ANSWER = (
    How.CLOSE,
    How.HTTP_500,
    How.HTML,
    How.REDIRECT,
    How.ENDLESS,
    How.CUT,
    How.NO_RESULT,
    How.REPLY_LOST,
)
"""Faults after which nobody knows whether MSP did it."""
DONE = {How.CUT, How.NO_RESULT, How.REPLY_LOST, How.SLOW, How.SILENCE}


@pytest.fixture
def hasty(client: Client, request: pytest.FixtureRequest) -> TeleplanService:
    """Make a client that is signed on, and impatient where MSP will be silent or slow."""
    how = request.node.callspec.params.get("how")
    service = client(
        timeout=0.5 if how is How.SILENCE else 30.0,
        longest=1.0 if how is How.SLOW else 60.0,
        most_bytes=1_000_000,
    )
    service.sign_on(USERNAME, PASSWORD)
    return service


@pytest.mark.parametrize("how", [*NO_ANSWER, How.SILENCE, How.SLOW])
def test_a_submission_is_posted_once_whatever_happens(
    msp: StandIn, hasty: TeleplanService, how: How
) -> None:
    """A lost reply leaves open whether MSP has the file: sending it again could bill twice."""
    msp.fail("AputRemit", how, times=9)
    with pytest.raises(NoAnswerError) as told:
        hasty.submit("0001-1.txt", FILE)
    assert "find out before it is sent again" in told.value.troubles[0].hint
    assert msp.count("AputRemit") == 1
    assert len(msp.submitted) == (how in DONE - {How.SILENCE})


def test_a_submission_to_a_lost_session_is_posted_once_and_not_done(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    msp.fail("AputRemit", How.LOST_SESSION, times=9)
    with pytest.raises(SessionLostError):
        signed_on.submit("0001-1.txt", FILE)
    assert msp.count("AputRemit") == 1
    assert msp.submitted == []


def test_a_submission_that_reaches_nobody_is_known_not_to_be_sent(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    with msp.unreachable(), pytest.raises(NotReachedError, match="Nothing was sent"):
        signed_on.submit("0001-1.txt", FILE)
    assert msp.count("AputRemit") == 0
    assert signed_on.submit("0001-1.txt", FILE).succeeded


def test_a_slow_reply_is_waited_for(msp: StandIn, client: Client) -> None:
    service = client()
    service.sign_on(USERNAME, PASSWORD)
    msp.fail("AputRemit", How.SLOW)
    assert service.submit("0001-1.txt", FILE).succeeded
    assert msp.submitted == [FILE]


@pytest.mark.parametrize("action", ASKED_ONCE)
@pytest.mark.parametrize("how", NO_ANSWER)
def test_what_does_something_is_asked_once(
    msp: StandIn, hasty: TeleplanService, action: str, how: How
) -> None:
    msp.fail(action, how)
    with pytest.raises(NoAnswerError):
        QUESTIONS[action](hasty)
    assert msp.count(action) == 1


@pytest.mark.parametrize("action", REPEATED)
@pytest.mark.parametrize("how", [*NO_ANSWER, How.SILENCE])
def test_what_only_reads_is_asked_again(
    msp: StandIn, hasty: TeleplanService, action: str, how: How
) -> None:
    msp.fail(action, how, times=2)
    assert QUESTIONS[action](hasty).succeeded
    assert msp.count(action) == 3


@pytest.mark.parametrize("action", REPEATED)
def test_after_three_tries_it_gives_up(msp: StandIn, hasty: TeleplanService, action: str) -> None:
    msp.fail(action, How.CLOSE, times=99)
    with pytest.raises(NoAnswerError):
        QUESTIONS[action](hasty)
    assert msp.count(action) == 3


@pytest.mark.parametrize("how", [How.CLOSE, How.REPLY_LOST, How.HTML])
def test_signing_on_is_tried_again(msp: StandIn, client: Client, how: How) -> None:
    msp.fail("AsignOn", how, times=2)
    assert client().sign_on(USERNAME, PASSWORD).succeeded
    assert [request.cookies for request in msp.requests] == ["", "", ""]


@pytest.mark.parametrize("action", QUESTIONS)
def test_a_lost_session_is_said_and_nothing_is_asked_again(
    msp: StandIn, signed_on: TeleplanService, action: str
) -> None:
    msp.fail(action, How.LOST_SESSION)
    with pytest.raises(SessionLostError, match="nothing was done"):
        QUESTIONS[action](signed_on)
    assert msp.count(action) == 1


@pytest.mark.parametrize("action", [a for a in QUESTIONS if a not in {"AputRemit", "AcheckE45"}])
def test_a_failure_inside_http_200_is_a_refusal(
    msp: StandIn, signed_on: TeleplanService, action: str
) -> None:
    msp.fail(action, How.FAILURE, message="SYSTEM SERVICE TIMEOUT")
    with pytest.raises(RefusedError, match="SYSTEM SERVICE TIMEOUT"):
        QUESTIONS[action](signed_on)
    assert msp.count(action) == 1


@pytest.mark.parametrize("action", ["AputRemit", "AcheckE45"])
def test_a_failure_inside_http_200_is_a_reply_where_it_proves_something(
    msp: StandIn, signed_on: TeleplanService, action: str
) -> None:
    msp.fail(action, How.FAILURE, message="SYSTEM SERVICE TIMEOUT")
    reply = QUESTIONS[action](signed_on)
    assert not reply.succeeded
    assert reply.messages.startswith("SYSTEM SERVICE TIMEOUT")


@pytest.mark.parametrize("action", QUESTIONS)
def test_a_redirection_is_not_followed(
    msp: StandIn, signed_on: TeleplanService, action: str
) -> None:
    msp.fail(action, How.REDIRECT, times=9)
    with pytest.raises(NoAnswerError, match="302"):
        QUESTIONS[action](signed_on)
    assert {request.action for request in msp.requests} == {"AsignOn", action}


@pytest.mark.parametrize("most", [100_000, 70_000])
def test_a_reply_is_read_up_to_a_bound(msp: StandIn, client: Client, most: int) -> None:
    """The fee schedule has 4,215 lines; so many bytes are enough for it, or not."""
    service = client(most_bytes=most)
    service.sign_on(USERNAME, PASSWORD)
    size = len(service.information("3").raw) if most == 100_000 else 0
    assert size <= most
    msp.fail("AgetRemit", How.ENDLESS)
    with pytest.raises(NoAnswerError, match="longer than any file"):
        service.pick_up(remittances=True)


def test_a_reply_that_hardly_comes_is_given_up(msp: StandIn, client: Client) -> None:
    service = client(longest=1.0)
    service.sign_on(USERNAME, PASSWORD)
    msp.fail("AgetRemit", How.SLOW)
    with pytest.raises(NoAnswerError, match="did not come to its end"):
        service.pick_up(remittances=True)


def test_what_was_cut_off_on_its_way_can_be_fetched_again(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    signed_on.submit("0001-1.txt", FILE)
    msp.fail("AgetRemit", How.CUT, bytes_sent=50)
    with pytest.raises(NoAnswerError) as told:
        signed_on.pick_up(remittances=True)
    assert "Fetch again" in told.value.troubles[0].hint
    assert signed_on.pick_up(remittances=True).content.startswith(b"M01")


def test_a_password_whose_change_was_not_answered_may_be_either(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    msp.fail("AchangePW", How.REPLY_LOST)
    with pytest.raises(NoAnswerError) as told:
        QUESTIONS["AchangePW"](signed_on)
    assert "old password or the new one" in told.value.troubles[0].hint


@pytest.mark.parametrize("how", [How.CLOSE, How.HTTP_500, How.LOST_SESSION, How.FAILURE])
def test_a_failing_sign_off_is_let_go(msp: StandIn, signed_on: TeleplanService, how: How) -> None:
    msp.fail("AsignOff", how)
    signed_on.sign_off()
    assert msp.count("AsignOff") == 1


def test_every_failure_is_one_of_the_network(msp: StandIn, signed_on: TeleplanService) -> None:
    """Exit code 7 (design, section 4)."""
    for error in (NoAnswerError, NotReachedError, RefusedError, SessionLostError):
        assert issubclass(error, NetworkError)
        assert error.exit_code == 7
