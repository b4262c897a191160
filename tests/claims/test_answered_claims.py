"""What MSP's answers bring to the worklist: refused, changed, underpaid, taken back, amiss.

The claims are of 13 October 2026, 77.92 each; their 90 days end on 11 January 2027. An answer of
30 November 2026 allows until 28 February 2027.
"""

from datetime import date
from typing import Any

import pytest
from answered import Answered
from helpers import Clinic, visit
from made_up_claims import made_up_claim
from msp_lines import SECOND, THIRD, before_judging, changed, paid, refused

from tpi_billing.claims.answered_claims import answered_item, codes_of
from tpi_billing.claims.listing import list_claims
from tpi_billing.claims.work_items import Kind, WorkItem
from tpi_billing.ledger.answers import said_of_claims
from tpi_billing.ledger.claims import ClaimFilter
from tpi_billing.model.claim import Claim, ClaimState

from .answers import send, take, waiting

PAYMENT, LATER = date(2026, 11, 30), date(2026, 12, 15)
AS_OF = date(2026, 12, 16)
FROM_SERVICE, FROM_ANSWER = date(2027, 1, 11), date(2027, 2, 28)


def answered(clinic: Clinic, *lines: Any, as_of: date = AS_OF) -> list[WorkItem]:
    """Send one claim, take in what is said of it, and gather what waits."""
    (claim,) = send(clinic, visit("V1"))
    for line in lines:
        take(clinic, line(claim))
    return waiting(clinic, as_of)


def the_only(clinic: Clinic) -> Claim:
    (claim,) = clinic.claims()
    return claim


@pytest.mark.parametrize(
    ("lines", "kinds", "code", "last", "cents"),
    [
        pytest.param([lambda c: paid(c, PAYMENT)], set(), "", None, 0, id="paid"),
        pytest.param(
            [lambda c: changed(c, 7792, PAYMENT, ("BA",))], set(), "", None, 0, id="paid-with-BA"
        ),
        pytest.param(
            [lambda c: refused(c, PAYMENT, ("YY", "VM"))],
            {"refused"},
            "claim-refused",
            FROM_SERVICE,
            7792,
            id="R-until-90-days-after-the-service",
        ),
        pytest.param(
            [lambda c: refused(c, PAYMENT, ("GG",))],
            {"refused"},
            "claim-refused",
            FROM_ANSWER,
            7792,
            id="X-until-90-days-after-the-payment-date",
        ),
        pytest.param(
            [lambda c: refused(c, PAYMENT, ("AF",))],
            {"refused"},
            "claim-refused",
            None,
            7792,
            id="C-without-a-limit",
        ),
        pytest.param(
            [lambda c: refused(c, PAYMENT, ("GG",)), lambda c: refused(c, LATER, ("GG",))],
            {"refused"},
            "claim-refused",
            date(2027, 3, 15),
            7792,
            id="the-latest-refusal-counts",
        ),
        pytest.param(
            [lambda c: changed(c, 3896, PAYMENT, ("KB",))],
            {"underpaid", "changed"},
            "claim-underpaid",
            FROM_ANSWER,
            3896,
            id="half",
        ),
        pytest.param(
            [lambda c: changed(c, 7792, PAYMENT, ("KB",), paid_fee_item="01156")],
            {"changed"},
            "claim-changed",
            FROM_ANSWER,
            0,
            id="another-item-at-the-same-price",
        ),
        pytest.param(
            [lambda c: paid(c, PAYMENT, 9916)],
            {"changed"},
            "claim-overpaid",
            None,
            -2124,
            id="too-much",
        ),
        pytest.param(
            [lambda c: paid(c, PAYMENT), lambda c: changed(c, -7792, LATER, ("FK",))],
            {"refused"},
            "claim-taken-back",
            FROM_SERVICE,
            7792,
            id="taken-back",
        ),
    ],
)
def test_what_waits_for_whom_until_when_for_how_much(
    clinic: Clinic, lines: list[Any], kinds: set[str], code: str, last: date | None, cents: int
) -> None:
    items = answered(clinic, *lines)
    assert len(items) == bool(kinds)
    for item in items:
        assert (item.subject, item.claim_id) == ("claim", the_only(clinic).claim_id)
        assert (set(item.kinds), item.last_day) == (kinds, last)
        assert (item.outstanding_cents, item.amount_cents) == (cents, max(cents, 0))
        assert item.reasons[0].code == code


@pytest.mark.parametrize(
    ("as_of", "kinds", "late"),
    [
        (date(2026, 12, 27), {"refused"}, False),  # 15 days are left
        (date(2026, 12, 28), {"refused", "due-soon"}, False),
        (date(2027, 1, 11), {"refused", "due-soon"}, False),  # the 90th day
        (date(2027, 1, 12), {"refused", "overdue"}, True),  # the 91st
    ],
)
def test_a_refusal_is_due_soon_and_overdue(
    clinic: Clinic, as_of: date, kinds: set[str], late: bool
) -> None:
    (item,) = answered(clinic, lambda c: refused(c, PAYMENT, ("VM",)), as_of=as_of)
    assert set(item.kinds) == kinds
    assert item.reasons[0].cure.startswith("The 90 days are over") is late


def test_an_early_refusal_counts_from_the_day_its_file_came(clinic: Clinic) -> None:
    """GG allows 90 days after the answer; a C12 has no payment date."""
    (item,) = answered(clinic, lambda c: before_judging(c, ("YY", "GG")))
    with clinic.ledger.reading() as connection:
        claim = the_only(clinic)
        (line,) = said_of_claims(connection, clinic.data_centre, [claim.claim_id or 0])[1]
    assert item.last_day is not None
    assert (item.last_day - line.taken_in).days == 90
    assert item.answered == line.taken_in
    assert "before judging it" in item.reasons[0].message


def test_every_code_is_a_reason_and_the_first_that_decides_leads(clinic: Clinic) -> None:
    (item,) = answered(clinic, lambda c: refused(c, PAYMENT, ("YY", "BA", "VM", "AF")))
    assert [reason.explanatory_code for reason in item.reasons] == ["VM", "BA", "AF"]
    assert item.reasons[0].cure.endswith("tpi-billing claims correct 1")
    assert (item.record, item.answered) == ("S03", PAYMENT)


@pytest.mark.parametrize(
    ("expected", "state", "said"),
    [
        (3896, "paid", "38.96 too much"),  # half was paid before
        (7791, "paid-changed", "0.01 too much"),
        (7792, "paid", ""),
        (7793, "paid", "0.01 is open"),
    ],
)
def test_a_payment_in_full_of_which_something_else_is_due(
    clinic: Clinic, expected: int, state: str, said: str
) -> None:
    claim = made_up_claim(
        claim_id=18, expected_cents=expected, paid_cents=7792, state=ClaimState(state)
    )
    item = answered_item(claim, (), (), clinic.codes, AS_OF, 14, 0)
    assert (item is not None) is bool(said)
    if item is not None:
        assert said in item.reasons[0].message
        assert "claims write-off 18" in item.reasons[0].cure


def test_a_refused_request_to_take_back_is_asked_anew_or_left(clinic: Clinic) -> None:
    claim = made_up_claim(
        claim_id=18,
        predecessor=17,
        submission_code="E",
        expected_cents=-7792,
        state=ClaimState.REFUSED,
        paid_cents=0,
    )
    item = answered_item(claim, (), (), clinic.codes, AS_OF, 14, 0)
    assert item is not None
    assert (item.last_day, item.amount_cents, item.outstanding_cents) == (None, 0, -7792)
    assert "tpi-billing claims debit 17" in item.reasons[0].cure


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([], ()),
        ([lambda c: refused(c, PAYMENT, ("YY", "VM", "AF"))], ("YY", "VM", "AF")),
        ([lambda c: refused(c, PAYMENT, ("VM",)), lambda c: refused(c, LATER, ("AF",))], ("AF",)),
        (  # of one day, the one that the claim stands by
            [lambda c: paid(c, PAYMENT), lambda c: changed(c, -7792, PAYMENT, ("FK",))],
            ("FK",),
        ),
        (  # a line that moved nothing says nothing of where the claim stands
            [lambda c: changed(c, 7792, PAYMENT, ("BA",)), lambda c: refused(c, LATER, ("BV",))],
            ("BA",),
        ),
    ],
)
def test_a_claims_codes_are_those_of_the_line_that_put_it_where_it_is(
    clinic: Clinic, lines: list[Any], codes: tuple[str, ...]
) -> None:
    answered(clinic, *lines)
    claim = the_only(clinic)
    with clinic.ledger.reading() as connection:
        said = said_of_claims(connection, clinic.data_centre, [1])[1]
        listed = list_claims(connection, clinic.data_centre, ClaimFilter())
    assert codes_of(claim, said) == codes
    assert listed == [(claim, codes)]


@pytest.mark.parametrize(
    ("code", "limit", "claims"),
    [("AF", None, [1, 2]), ("AF", 1, [1]), ("VM", None, [3]), ("F*", None, []), ("BV", None, [])],
)
def test_claims_are_found_by_the_code_they_stand_by(
    clinic: Clinic, code: str, limit: int | None, claims: list[int]
) -> None:
    """The third was refused with AF, then with VM."""
    one, two, three = send(clinic)
    take(clinic, *(refused(claim, PAYMENT, ("YY", "AF")) for claim in (one, two, three)))
    take(clinic, refused(three, LATER, ("VM",)))
    with clinic.ledger.reading() as connection:
        found = list_claims(connection, clinic.data_centre, ClaimFilter(limit=limit), code)
    assert [claim.claim_id for claim, _ in found] == claims


def test_what_may_be_billed_twice_comes_before_everything(clinic: Clinic) -> None:
    clinic.bring(visit("W1", 9))
    void = clinic.billed()
    clinic.void(void)
    (gone,) = clinic.claims(batch_id=void)
    (claim,) = send(clinic, visit("V1", 1))[:1]
    take(clinic, paid(gone, PAYMENT), refused(claim, PAYMENT, ("VM",)))
    first, second, *_ = waiting(clinic, date(2027, 1, 12))
    assert (first.kind, first.claim_id, first.amount_cents) == (Kind.ANSWERED_VOID, 1, 7792)
    assert "may be billed twice" in first.reasons[0].message
    assert second.kind is Kind.OVERDUE


@pytest.fixture
def in_parts(clinic: Clinic) -> Answered:
    """50.00 of 77.92 are paid; the rest is asked for anew, by claim 2, which is not sent yet."""
    one = Answered(clinic, [visit("V1", 1)])
    one.take(changed(one.of("V1"), 5000, codes=("BT",)))
    one.correct(1, code="X", note="ALL FOUR SITES ARE CHARTED")
    return one


def of_claim(one: Answered, claim_id: int) -> WorkItem | None:
    items = [item for item in waiting(one.clinic, AS_OF) if item.claim_id == claim_id]
    assert len(items) <= 1
    return items[0] if items else None


@pytest.mark.parametrize("first", ["paid", "taken back"])
def test_money_taken_back_from_a_corrected_claim_waits_with_the_one_in_its_place(
    in_parts: Answered, first: str
) -> None:
    """The 27.92 that were asked for anew are paid; the 50.00 are taken back before or after."""
    one = in_parts
    one.send(2)
    lines = [changed(one.claim(2), 2792, SECOND), changed(one.of("V1"), -5000, THIRD)]
    for line in lines if first == "paid" else reversed(lines):
        one.take(line)
    item = of_claim(one, 2)
    assert item is not None
    assert (item.outstanding_cents, item.kinds) == (5000, {Kind.UNDERPAID})
    assert "moved money of a claim of the same service" in item.reasons[0].message
    assert "50.00 is open" in item.reasons[0].message
    assert "claims write-off 2" in item.reasons[0].cure
    assert of_claim(one, 1) is None
    one.write_off(2)
    assert of_claim(one, 2) is None


def test_of_a_refused_claim_all_is_open_that_was_taken_back_before_it(in_parts: Answered) -> None:
    one = in_parts
    one.send(2)
    one.take(refused(one.claim(2), SECOND), changed(one.of("V1"), -5000, THIRD))
    item = of_claim(one, 2)
    assert item is not None
    assert (item.outstanding_cents, Kind.REFUSED in item.kinds) == (7792, True)
    assert of_claim(one, 1) is None


def test_money_taken_back_before_the_other_claim_is_sent_waits_with_the_first(
    in_parts: Answered,
) -> None:
    one = in_parts
    one.take(changed(one.of("V1"), -5000, SECOND))
    item = of_claim(one, 1)
    assert item is not None
    assert (item.outstanding_cents, item.last_day) == (5000, None)
    assert item.kinds == {Kind.UNDERPAID}
    assert "was corrected" in item.reasons[0].message
    assert "is not sent yet" in item.reasons[0].cure
    one.send(2)
    assert of_claim(one, 1) is None


def test_what_is_paid_too_much_in_parts_goes_back_by_the_part_before(in_parts: Answered) -> None:
    one = in_parts
    one.send(2)
    one.take(paid(one.claim(2), SECOND))
    item = of_claim(one, 2)
    assert item is not None
    assert (item.outstanding_cents, item.kinds) == (-5000, {Kind.CHANGED})
    assert "claims debit 1 " in item.reasons[0].cure


def test_money_that_msp_takes_back_from_a_written_off_claim_waits_for_a_person(
    clinic: Clinic,
) -> None:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(changed(one.of("V1"), 5000))
    one.write_off(1)
    assert waiting(clinic, AS_OF) == []
    one.take(changed(one.of("V1"), -5000, SECOND))
    assert (one.claim(1).state, one.owed(1)) == (ClaimState.WRITTEN_OFF, 5000)
    (item,) = waiting(clinic, AS_OF)
    assert (item.claim_id, item.outstanding_cents) == (1, 5000)
    assert "was written off" in item.reasons[0].message
    assert "claims write-off 1" in item.reasons[0].cure
    one.write_off(1)
    assert waiting(clinic, AS_OF) == []


def test_a_payment_that_was_taken_back_twice_waits_once_the_request_is_answered(
    clinic: Clinic,
) -> None:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(changed(one.of("V1"), 7792))
    one.debit(1)
    one.send(2)
    one.take(changed(one.of("V1"), -7792, SECOND, ("DR",)))
    assert of_claim(one, 1) is None
    one.take(changed(one.claim(2), -7792, THIRD, ("D3",)))
    item = of_claim(one, 1)
    assert item is not None
    assert (item.outstanding_cents, item.last_day) == (7792, None)
    assert "was taken back as it was asked to be" in item.reasons[0].message
