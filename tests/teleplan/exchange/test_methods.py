"""What each method of the client posts, and what it gives back."""

from datetime import date

import pytest
from asking import BORN, FILE, NEW_PASSWORD, PHN, TODAY, Client
from made_up import adults, content_of, only_file

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, StandIn
from tpi_billing.teleplan.exchange.coverage import coverage_form, read_coverage
from tpi_billing.teleplan.exchange.failures import PasswordExpiredError, RefusedError
from tpi_billing.teleplan.exchange.service import TeleplanService
from tpi_billing.teleplan.reader import read_records

EXPECTED_FIELDS = {
    "AsignOn": {"username", "password"},
    "AchangePW": {"username", "password", "new.password", "confirm.password"},
    "AputRemit": set[str](),
    "AgetRemit": {"remittance"},
    "AgetAscii": {"filechar"},
    "AgetLog": {"LOGNAME", "LOGTYPE", "MODE"},
    "AgetLogList": set[str](),
    "AcheckE45": {
        "PHN",
        "dateOfBirthyyyy",
        "dateOfBirthmm",
        "dateOfBirthdd",
        "dateOfServiceyyyy",
        "dateOfServicemm",
        "dateOfServicedd",
        "PatientVisitCharge",
        "LastEyeExam",
        "PatientRestriction",
    },
    "AsignOff": set[str](),
}
"""By hand from the reference, section 3."""


def test_every_question_posts_the_fields_of_the_reference(msp: StandIn, client: Client) -> None:
    with client() as service:
        service.sign_on(USERNAME, PASSWORD)
        service.submit("0001-1.txt", FILE)
        service.pick_up(remittances=False)
        service.information("3")
        service.log()
        service.log_list()
        service.eligibility(coverage_form(PHN, BORN, TODAY))
        service.change_password(USERNAME, PASSWORD, NEW_PASSWORD)
    posted = {request.action: set(request.fields) for request in msp.requests}
    assert posted == {
        action: {"ExternalAction", *fields} for action, fields in EXPECTED_FIELDS.items()
    }
    assert msp.requests[0].action == "AsignOn"
    assert msp.requests[-1].action == "AsignOff"
    assert not [request for request in msp.requests if request.action.startswith("W")]


def test_a_submission_goes_as_a_file_byte_for_byte(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    reply = signed_on.submit("0001-1.txt", FILE)
    assert reply.succeeded
    assert msp.submitted == [FILE]
    assert msp.requests[-1].files == ("submitFile",)


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        (FILE.replace(b"T9999", b"T1111"), "TETA-020"),
        (content_of(only_file(*adults(1), first_number=103)), "TETA-022"),
        (content_of(only_file(*adults(1), first_number=100)), "TETA-022"),
        (b"", "VENDOR RECORD ERROR"),
    ],
)
def test_a_refused_submission_is_a_reply_with_msps_words(
    msp: StandIn, signed_on: TeleplanService, changed: bytes, word: str
) -> None:
    reply = signed_on.submit("0001-1.txt", changed)
    assert not reply.succeeded
    assert reply.result == "FAILURE"
    assert word in reply.messages
    assert msp.submitted == []


def test_the_number_that_msp_expects_is_learned_from_its_refusal(
    signed_on: TeleplanService,
) -> None:
    wrong = content_of(only_file(*adults(1), first_number=262_113))
    reply = signed_on.submit("0001-1.txt", wrong)
    assert reply.expected_number == 101
    assert reply.last_committed == 100


def test_a_pickup_without_remittances_leaves_them_for_later(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    signed_on.submit("0001-1.txt", FILE)
    msp.today = date(2026, 12, 1)
    codes = [r.code for r in read_records(signed_on.pick_up(remittances=False).content)]
    assert codes == ["M01", "VTC"]
    codes = [r.code for r in read_records(signed_on.pick_up(remittances=True).content)]
    assert codes == ["S01", "S22", "S21", "S25", "VTC"]


def test_nothing_new_is_a_success_without_content(signed_on: TeleplanService) -> None:
    reply = signed_on.pick_up(remittances=True)
    assert reply.succeeded
    assert reply.content == b""


def test_the_log_tells_the_last_number_that_was_taken(signed_on: TeleplanService) -> None:
    signed_on.submit("0001-1.txt", FILE)
    assert b"LAST COMMITTED:0000102" in signed_on.log().content
    assert b"CURRENT" in signed_on.log_list().content


def test_a_list_that_msp_does_not_have_is_refused(signed_on: TeleplanService) -> None:
    with pytest.raises(RefusedError, match="NO SUCH FILE"):
        signed_on.information("Q")


def test_a_wrong_password_is_refused_at_once_and_tried_once(msp: StandIn, client: Client) -> None:
    service = client()
    with pytest.raises(RefusedError, match="NOT VALID") as refused:
        service.sign_on(USERNAME, "wrong")
    assert "password" in refused.value.troubles[0].hint
    assert msp.count("AsignOn") == 1
    service.sign_off()
    assert msp.count("AsignOff") == 0


@pytest.mark.parametrize(("days", "expired"), [(42, False), (43, True)])
def test_a_password_lasts_42_days(
    msp: StandIn, client: Client, days: int, *, expired: bool
) -> None:
    msp.today = date.fromordinal(TODAY.toordinal() + days)
    service = client()
    if not expired:
        assert service.sign_on(USERNAME, PASSWORD).succeeded
        return
    with pytest.raises(PasswordExpiredError) as told:
        service.sign_on(USERNAME, PASSWORD)
    assert "tpi-billing teleplan password" in told.value.troubles[0].hint
    assert msp.count("AsignOn") == 1
    service.sign_off()
    assert msp.sessions == 0


def test_an_expired_password_can_be_changed(msp: StandIn, client: Client) -> None:
    msp.today = date(2027, 1, 4)
    service = client()
    assert service.change_password(USERNAME, PASSWORD, NEW_PASSWORD).succeeded
    service.sign_off()
    assert client().sign_on(USERNAME, NEW_PASSWORD).succeeded
    with pytest.raises(RefusedError):
        client().sign_on(USERNAME, PASSWORD)


def test_a_password_is_changed_in_the_session_that_there_is(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    signed_on.change_password(USERNAME, PASSWORD, NEW_PASSWORD)
    assert msp.count("AsignOn") == 1


def test_the_wrong_old_password_changes_nothing(msp: StandIn, client: Client) -> None:
    with pytest.raises(RefusedError):
        client().change_password(USERNAME, "wrong", NEW_PASSWORD)
    assert msp.count("AchangePW") == 0
    assert client().sign_on(USERNAME, PASSWORD).succeeded


def test_an_unknown_patient_is_a_reply_and_no_failure(
    msp: StandIn, signed_on: TeleplanService
) -> None:
    msp.broker.strangers.add(PHN)
    reply = signed_on.eligibility(coverage_form(PHN, BORN, None))
    assert not reply.succeeded
    assert "HNHR512E" in reply.messages
    assert read_coverage(reply.content).eligible is None


@pytest.mark.parametrize("own_lines", [False, True])
@pytest.mark.parametrize(
    ("on", "eligible"), [(date(2026, 10, 31), True), (date(2026, 11, 1), False)]
)
def test_coverage_is_read_however_the_labels_stand(
    msp: StandIn, signed_on: TeleplanService, on: date, *, eligible: bool, own_lines: bool
) -> None:
    msp.broker.labels_on_own_lines = own_lines
    msp.broker.coverage_ends[PHN] = date(2026, 10, 31)
    coverage = read_coverage(signed_on.eligibility(coverage_form(PHN, BORN, on)).content)
    assert coverage.eligible is eligible
    said = dict(coverage.lines)
    assert said["PHN"] == PHN
    assert said["BIRTHDATE"] == "19750302"
    assert said["DOS"] == f"{on:%Y%m%d}"
    assert said["COVERAGE_END_DT"] == "20261031"
    assert said["PATIENT_RESTRICTION"] == "NO RESTRICTION"
    assert "DATE_OF_LAST_EYE_EXAM" not in said
