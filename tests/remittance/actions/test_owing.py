"""What is owed along a chain of corrected claims, whatever MSP takes back, and in which order.

The visit comes to 77.92. Every figure is worked out by hand: what was billed, less what MSP paid
and did not take back, less what was written off, is owed once, for the last claim of the chain.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from answered import Answered
from helpers import Clinic, visit
from msp_lines import FIRST, changed, held, paid, refused

from tpi_billing.errors import ConflictError
from tpi_billing.ledger.books import book_lines, outstanding
from tpi_billing.ledger.replay import differences
from tpi_billing.model.claim import Claim, ClaimState

WHOLE, PART, REST = 7792, 5000, 2792


def _pays(claim: Claim, day: date, cents: int) -> str:
    as_billed = cents == claim.amount_cents
    return paid(claim, day) if as_billed else changed(claim, cents, day)


_MSP: dict[str, Callable[[Claim, date, int], str]] = {
    "pays": _pays,
    "takes": lambda claim, day, cents: changed(claim, -cents, day, ("DR",)),
    "refuses": lambda claim, day, _: refused(claim, day, ("BT",)),
    "holds": lambda claim, day, _: held(claim, day),
}
_CLERK: dict[str, Callable[[Answered, Claim], object]] = {
    "correct": lambda one, claim: one.correct(claim.claim_id or 0, code="X", note="SEE CHART"),
    "send": lambda one, claim: one.send(claim.batch_id or 0),
    "void": lambda one, claim: one.clinic.void(claim.batch_id or 0),
    "write-off": lambda one, claim: one.write_off(claim.claim_id or 0),
    "debit": lambda one, claim: one.debit(
        claim.claim_id or 0, file_number=f"{claim.office_folio:010}"
    ),
}
"""What MSP says in a remittance of its own, and what people do."""


class Visit:
    """One visit's claims; what happens is written as `pays 1 5000`, one remittance for each."""

    def __init__(self, clinic: Clinic) -> None:
        self.one = Answered(clinic, [visit("V1", 1)])
        self._line = ""
        self._remittances = 0

    def play(self, story: str) -> None:
        """Do what a story says, step by step; after each the books must hold."""
        for step in story.split(";"):
            self.do(*step.split())
            self.insist_books()

    def do(self, what: str, number: str, cents: str = "0") -> None:
        if what in _CLERK:
            _CLERK[what](self.one, self.one.claim(int(number)))
            return
        if what != "repeats":
            day = FIRST + timedelta(days=self._remittances)
            self._remittances += 1
            self._line = _MSP[what](self.one.claim(int(number)), day, int(cents))
        self.one.take(self._line)

    def owed(self) -> dict[int, int]:
        """What is owed for each claim that is not void, in cents."""
        return {
            number: self.one.owed(number)
            for number, claim in self.one.claims().items()
            if claim.state is not ClaimState.VOID
        }

    def state(self, number: int) -> str:
        return self.one.claim(number).state.value

    def insist_books(self) -> None:
        """What the books carry forward is what the claims that were sent have outstanding."""
        clinic = self.one.clinic
        with clinic.ledger.reading() as connection:
            closing = sum(
                line.closing for line in book_lines(connection, clinic.data_centre, "2027-12")
            )
            assert closing == sum(outstanding(connection, clinic.data_centre).values())
            assert list(differences(connection)) == []


@pytest.fixture
def here(clinic: Clinic) -> Visit:
    return Visit(clinic)


TWICE = "pays 1 5000; correct 1; send 2; pays 2 7792; "
PARTS = "pays 1 5000; correct 1; send 2; pays 2 2792; "


@pytest.mark.parametrize(
    ("story", "owed"),
    [
        # MSP takes 80.00 where 77.92 was asked for: 2.08 too much, and owed once.
        ("pays 1 7792; debit 1; send 2; pays 2 -8000", {1: 208, 2: 0}),
        # Both parts go back, the first with 10.00 too much: the clinic has less than nothing.
        (PARTS + "debit 1; send 3; pays 3 -6000", {1: 0, 2: 6000, 3: 0}),
        # 50.00 too much was accepted; then MSP takes the second payment, and 27.92 is open.
        (TWICE + "write-off 2; takes 2 7792", {1: 0, 2: REST}),
        (TWICE + "write-off 2; takes 2 7792; correct 2; send 3", {1: 0, 2: 0, 3: REST}),
        (TWICE + "write-off 2; takes 2 7792; correct 2; send 3; pays 3 2792", {1: 0, 2: 0, 3: 0}),
        # It was accepted, and MSP takes just that back: paid is what is due.
        (TWICE + "write-off 2; takes 1 5000", {1: 0, 2: 0}),
        # 50.00 too much is asked back: the clinic owes it once, with the request.
        (TWICE + "debit 1; send 3", {1: 0, 2: 0, 3: -PART}),
        (TWICE + "debit 1; send 3; pays 3 -5000", {1: 0, 2: 0, 3: 0}),
        (TWICE + "debit 1; send 3; refuses 3", {1: 0, 2: -PART, 3: 0}),
        # MSP takes 30.00 of 50.00, and the other 20.00 is asked for again.
        (PARTS + "debit 1; send 3; pays 3 -3000", {1: 0, 2: 3000, 3: -2000}),
        (PARTS + "debit 1; send 3; pays 3 -3000; debit 1; send 4", {1: 0, 2: 3000, 3: 0, 4: -2000}),
        (
            PARTS + "debit 1; send 3; pays 3 -3000; debit 1; send 4; pays 4 -2000",
            {1: 0, 2: PART, 3: 0, 4: 0},
        ),
        (
            PARTS + "debit 1; send 3; pays 3 -3000; debit 1; send 4; refuses 4",
            {1: 0, 2: 3000, 3: -2000, 4: 0},
        ),
        # A claim that went back in part as asked: MSP may take more of it, nothing is expected.
        ("pays 1 5000; debit 1; send 2; pays 2 -3000; takes 1 1000", {1: 0, 2: -1000}),
    ],
)
def test_another_amount_than_was_asked_for_or_is_due(
    here: Visit, story: str, owed: dict[int, int]
) -> None:
    here.play(story)
    assert here.owed() == owed


def test_a_request_that_is_refused_does_not_undo_one_that_was_granted(here: Visit) -> None:
    """An old request is granted by a file that comes late; MSP refuses the second one then."""
    here.play("pays 1 7792; debit 1; send 2")
    asked = here.one.claim(2)
    here.one.take(refused(asked, FIRST + timedelta(days=20), ("D2",)))
    here.play("debit 1; send 3")
    here.one.take(changed(asked, -WHOLE, FIRST + timedelta(days=10), ("D3",)))
    assert here.state(1) == "debited"
    here.play("refuses 3")
    assert here.state(1) == "debited"
    assert here.owed() == {1: 0, 2: 0, 3: 0}


@pytest.mark.parametrize(
    ("story", "owed"),
    [
        # The second claim asks for the 27.92 that MSP did not pay.
        ("pays 1 5000; correct 1; send 2", {1: 0, 2: REST}),
        # Taken back before the second is sent: it waits with the first one until then.
        ("pays 1 5000; correct 1; takes 1 5000", {1: PART, 2: REST}),
        ("pays 1 5000; correct 1; takes 1 5000; send 2", {1: 0, 2: WHOLE}),
        ("pays 1 5000; correct 1; takes 1 5000; send 2; pays 2 7792", {1: 0, 2: 0}),
        ("pays 1 5000; correct 1; takes 1 5000; send 2; pays 2 2792", {1: 0, 2: PART}),
        ("pays 1 5000; correct 1; takes 1 5000; void 2", {1: WHOLE}),
        # After it is sent, held, paid, paid in part, refused.
        ("pays 1 5000; correct 1; send 2; takes 1 5000", {1: 0, 2: WHOLE}),
        ("pays 1 5000; correct 1; send 2; holds 2; takes 1 5000", {1: 0, 2: WHOLE}),
        ("pays 1 5000; correct 1; send 2; pays 2 2792; takes 1 5000", {1: 0, 2: PART}),
        ("pays 1 5000; correct 1; send 2; pays 2 1000; takes 1 5000", {1: 0, 2: WHOLE - 1000}),
        ("pays 1 5000; correct 1; send 2; refuses 2; takes 1 5000", {1: 0, 2: WHOLE}),
        ("pays 1 5000; correct 1; send 2; takes 1 5000; refuses 2", {1: 0, 2: WHOLE}),
        # A part of it only, to the cent; and the same remittance twice.
        ("pays 1 5000; correct 1; send 2; pays 2 2792; takes 1 1", {1: 0, 2: 1}),
        ("pays 1 5000; correct 1; send 2; takes 1 5000; repeats 1", {1: 0, 2: WHOLE}),
        # Both are taken back.
        (
            "pays 1 5000; correct 1; send 2; pays 2 2792; takes 2 2792; takes 1 5000",
            {1: 0, 2: WHOLE},
        ),
        # A third claim: made after, before, and voided again.
        (
            "pays 1 5000; correct 1; send 2; refuses 2; takes 1 5000; correct 2; send 3",
            {1: 0, 2: 0, 3: WHOLE},
        ),
        (
            "pays 1 5000; correct 1; send 2; refuses 2; correct 2; send 3; takes 1 5000",
            {1: 0, 2: 0, 3: WHOLE},
        ),
        (
            "pays 1 5000; correct 1; send 2; pays 2 1000; correct 2; send 3; takes 2 1000",
            {1: 0, 2: 0, 3: WHOLE - PART},
        ),
        (
            "pays 1 5000; correct 1; send 2; refuses 2; takes 1 5000; correct 2; void 3",
            {1: 0, 2: WHOLE},
        ),
        (
            "pays 1 5000; correct 1; send 2; refuses 2; correct 2; takes 1 5000; void 3",
            {1: 0, 2: WHOLE},
        ),
        (
            "pays 1 5000; correct 1; send 2; refuses 2; correct 2; void 3; takes 1 5000",
            {1: 0, 2: WHOLE},
        ),
        # MSP pays the second claim whole, and the first payment goes back.
        ("pays 1 5000; correct 1; send 2; pays 2 7792", {1: 0, 2: -PART}),
        ("pays 1 5000; correct 1; send 2; pays 2 7792; takes 1 5000", {1: 0, 2: 0}),
    ],
)
def test_the_last_claim_alone_is_owed_what_msp_took_back(
    here: Visit, story: str, owed: dict[int, int]
) -> None:
    here.play(story)
    assert here.owed() == owed


def test_what_is_corrected_after_money_was_taken_back_is_expected_whole(here: Visit) -> None:
    here.play("pays 1 5000; correct 1; send 2; refuses 2; takes 1 5000; correct 2")
    assert here.one.claim(3).due_cents == WHOLE
    here.play("send 3; pays 3 7792")
    assert (here.owed(), here.state(3)) == ({1: 0, 2: 0, 3: 0}, "paid")


@pytest.mark.parametrize(
    ("story", "number", "given_up", "state"),
    [
        # Of a written-off claim: 27.92 at first, then the 50.00 that MSP took back.
        ("pays 1 5000; write-off 1; takes 1 5000", 1, PART, "written-off"),
        ("pays 1 5000; write-off 1; takes 1 1", 1, 1, "written-off"),
        # Of a corrected one whose successor was written off, or is not sent yet.
        (
            "pays 1 5000; correct 1; send 2; refuses 2; write-off 2; takes 1 5000",
            1,
            PART,
            "corrected",
        ),
        ("pays 1 5000; correct 1; takes 1 5000", 1, PART, "corrected"),
        # Of a paid one: what MSP took back of the claim before it, or paid too much.
        ("pays 1 5000; correct 1; send 2; pays 2 2792; takes 1 5000", 2, PART, "paid"),
        ("pays 1 5000; correct 1; send 2; pays 2 7792", 2, -PART, "paid"),
        # Of one that is open as ever.
        ("pays 1 5000; correct 1; send 2; refuses 2; takes 1 5000", 2, WHOLE, "written-off"),
    ],
)
def test_what_is_owed_again_is_written_off(
    here: Visit, story: str, number: int, given_up: int, state: str
) -> None:
    here.play(story)
    (done,) = here.one.write_off(number)
    here.insist_books()
    assert (done.cents, here.owed()[number], here.state(number)) == (given_up, 0, state)
    assert here.one.posted(number)[-1] == ("written-off", -given_up)
    with pytest.raises(ConflictError, match=f"Claim {number} is {state} and cannot be written off"):
        here.one.write_off(number)


def test_what_was_written_off_is_not_expected_again(here: Visit) -> None:
    """50.00 are given up; MSP takes the other 27.92 back too, and these alone are billed again."""
    here.play(
        "pays 1 5000; correct 1; send 2; pays 2 2792; takes 1 5000; write-off 2; takes 2 2792"
    )
    assert (here.owed(), here.state(2)) == ({1: 0, 2: REST}, "refused")
    here.play("correct 2; send 3")
    assert here.one.claim(3).due_cents == REST
    assert here.owed() == {1: 0, 2: 0, 3: REST}


def test_a_remainder_written_off_before_the_successor_is_sent_stays_given_up(here: Visit) -> None:
    here.play("pays 1 5000; correct 1; takes 1 5000; write-off 1; send 2")
    assert here.owed() == {1: 0, 2: REST}


def test_a_corrected_claim_is_not_written_off_while_another_stands_for_it(here: Visit) -> None:
    here.play("pays 1 5000; correct 1; send 2; takes 1 5000")
    with pytest.raises(ConflictError, match="Claim 1 is corrected and cannot be written off"):
        here.one.write_off(1)


# Debits along a chain.


def test_every_payment_of_a_chain_is_taken_back_by_a_request_of_its_own(here: Visit) -> None:
    here.play("pays 1 5000; correct 1; send 2; pays 2 2792")
    done = here.one.debit(1, 2)
    requests = [request for _, request in done.requests]
    assert [(one.predecessor, one.amount_cents, one.due_cents) for one in requests] == [
        (1, PART, -PART),
        (2, REST, -REST),
    ]
    # Each names MSP's own number of its claim; the lines had the office folios as that.
    numbers = [f"{here.one.claim(number).office_folio:010}" for number in (1, 2)]
    assert [one.original_file_number for one in requests] == numbers
    assert (here.state(1), here.state(2)) == ("corrected", "debit-requested")
    here.play("send 3; pays 3 -5000; pays 4 -2792")
    assert (here.state(1), here.state(2)) == ("corrected", "debited")
    assert here.owed() == {1: 0, 2: 0, 3: 0, 4: 0}


@pytest.mark.parametrize(
    ("story", "owed"),
    [
        # MSP paid 50.00 and then the whole: the 50.00 too much are given back.
        ("pays 2 7792; debit 1; send 3; pays 3 -5000", {1: 0, 2: 0, 3: 0}),
        # Only the first part is given back, the second claim stands: 50.00 are owed for it.
        ("pays 2 2792; debit 1; send 3; pays 3 -5000", {1: 0, 2: PART, 3: 0}),
        # Asked, and not answered; refused; void.
        ("pays 2 2792; debit 1; send 3", {1: 0, 2: 0, 3: -PART}),
        ("pays 2 2792; debit 1; send 3; refuses 3", {1: 0, 2: 0, 3: 0}),
        ("pays 2 2792; debit 1; void 3", {1: 0, 2: 0}),
        # The last one first, then the one before it: nothing of the visit is expected any more.
        ("pays 2 2792; debit 2; send 3; pays 3 -2792", {1: 0, 2: 0, 3: 0}),
        (
            "pays 2 2792; debit 2; send 3; pays 3 -2792; debit 1; send 4; pays 4 -5000",
            {1: 0, 2: 0, 3: 0, 4: 0},
        ),
        (
            "pays 2 2792; debit 1; send 3; pays 3 -5000; debit 2; send 4; pays 4 -2792",
            {1: 0, 2: 0, 3: 0, 4: 0},
        ),
        # MSP takes the last payment back as asked, and the first of its own accord.
        ("pays 2 2792; debit 2; send 3; pays 3 -2792; takes 1 5000", {1: 0, 2: 0, 3: 0}),
        ("pays 2 2792; debit 2; send 3; takes 1 5000; pays 3 -2792", {1: 0, 2: 0, 3: 0}),
        # Of its own accord and as asked, both: 50.00 of the clinic's own are gone.
        ("pays 2 2792; debit 1; send 3; takes 1 5000; pays 3 -5000", {1: 0, 2: 2 * PART, 3: 0}),
        ("pays 2 2792; debit 1; send 3; takes 1 5000; refuses 3", {1: 0, 2: PART, 3: 0}),
        # The successor was refused, or is written off.
        ("refuses 2; debit 1; send 3; pays 3 -5000", {1: 0, 2: WHOLE, 3: 0}),
        ("refuses 2; write-off 2; debit 1; send 3; pays 3 -5000", {1: 0, 2: 0, 3: 0}),
        # It is sent again after the payment went back, and before that.
        ("refuses 2; debit 1; send 3; pays 3 -5000; correct 2", {1: 0, 2: 0, 3: 0, 4: WHOLE}),
        (
            "refuses 2; debit 1; correct 2; send 4; send 3; pays 3 -5000",
            {1: 0, 2: 0, 3: 0, 4: WHOLE},
        ),
    ],
)
def test_a_part_that_was_paid_for_a_corrected_claim_is_taken_back(
    here: Visit, story: str, owed: dict[int, int]
) -> None:
    here.play(f"pays 1 5000; correct 1; send 2; {story}")
    assert here.owed() == owed


@pytest.mark.parametrize(
    ("story", "number"),
    [
        ("pays 2 2792; debit 1", 1),
        ("pays 2 2792; debit 1; send 3", 1),
        ("pays 2 2792; debit 1; send 3; pays 3 -5000", 1),
        ("pays 2 2792; takes 1 5000", 1),
        ("pays 2 2792; debit 1; send 3; takes 1 5000", 1),
        ("pays 2 2792; debit 2", 2),
        ("pays 2 2792; debit 2; send 3; pays 3 -2792", 2),
        ("refuses 2; write-off 2", 2),
    ],
)
def test_nothing_is_taken_back_twice(here: Visit, story: str, number: int) -> None:
    here.play(f"pays 1 5000; correct 1; send 2; {story}")
    with pytest.raises(ConflictError, match=r"left to be taken back|cannot be taken back"):
        here.one.debit(number, file_number="1000000009")


@pytest.mark.parametrize("story", ["debit 1; void 3", "debit 1; send 3; refuses 3"])
def test_what_was_not_taken_back_can_be_asked_for_again(here: Visit, story: str) -> None:
    here.play(f"pays 1 5000; correct 1; send 2; pays 2 2792; {story}")
    ((_, request),) = here.one.debit(1).requests
    assert request.amount_cents == PART


def test_what_a_written_off_claim_was_paid_can_be_taken_back(here: Visit) -> None:
    here.play("pays 1 5000; write-off 1; debit 1; send 2; pays 2 -5000")
    assert (here.owed(), here.state(1)) == ({1: 0, 2: 0}, "written-off")


def test_the_other_payments_of_a_service_are_told(here: Visit) -> None:
    here.play("pays 1 5000; correct 1; send 2; pays 2 2792")
    assert here.one.debit(2).also_paid == ((1, PART),)
    assert here.one.debit(1).also_paid == ()


def test_an_earlier_refusal_that_comes_late_leaves_all_as_if_it_had_come_first(
    here: Visit,
) -> None:
    """A request was granted by the files so far; an older file says that it was refused."""
    here.play("pays 1 5000; debit 1; send 2")
    request = here.one.claim(2)
    here.one.take(changed(request, -PART, FIRST + timedelta(days=20), ("D3",)))
    assert (here.owed(), here.state(1)) == ({1: 0, 2: 0}, "debited")
    here.one.take(refused(request, FIRST + timedelta(days=10), ("D2",)))
    here.insist_books()
    assert (here.owed(), here.state(1)) == ({1: REST, 2: 0}, "paid-changed")


def test_msp_takes_back_twice_what_it_was_asked_for_once(here: Visit) -> None:
    here.play("pays 1 7792; debit 1; send 2; takes 1 7792; pays 2 -7792")
    assert (here.owed(), here.state(1)) == ({1: WHOLE, 2: 0}, "debited")
    (done,) = here.one.write_off(1)
    assert (done.cents, here.state(1)) == (WHOLE, "debited")
