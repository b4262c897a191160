"""What a claim has come to by MSP's lines: every step of its life, in any order of their coming."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from made_up_claims import made_up_claim
from msp_lines import FIRST, SECOND, THIRD, before_judging, changed, held, paid, read, refused

from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.model.remittance import RemittanceLine, Standing
from tpi_billing.remittance.answering import Answer, answer, outcome_of

CLAIM = made_up_claim(state=ClaimState.SENT, sequence_number=11)
"""01157 for 77.92, sent."""

Line = Callable[[Claim], str]


def _answered(claim: Claim, texts: Sequence[str], **how: Any) -> Answer:
    lines = [replace(line, line_id=at) for at, line in enumerate(read(*texts), start=1)]
    return answer(claim, lines, **how)


@pytest.mark.parametrize(
    ("lines", "state", "cents"),
    [
        pytest.param([], "sent", None, id="no-answer"),
        pytest.param([paid(CLAIM)], "paid", 7792, id="S01"),
        pytest.param([paid(CLAIM, cents=7791)], "paid-changed", 7791, id="S01-a-cent-less"),
        pytest.param(
            [
                paid(
                    CLAIM,
                    cents=3896,
                    adjustment_code_1="32",
                    adjustment_amount_1=-3896,
                )
            ],
            "paid",
            3896,
            id="S01-less-its-own-discount",
        ),
        pytest.param([changed(CLAIM, 7792, codes=("BA",))], "paid", 7792, id="S02-in-full"),
        pytest.param([changed(CLAIM, 3896)], "paid-changed", 3896, id="S02-half"),
        pytest.param(
            [changed(CLAIM, 7792, paid_fee_item="01156")], "paid-changed", 7792, id="S02-item"
        ),
        pytest.param([changed(CLAIM, 7792, paid_units=2)], "paid-changed", 7792, id="S02-units"),
        pytest.param([changed(CLAIM, 0)], "paid-changed", 0, id="S02-nothing"),
        pytest.param([refused(CLAIM)], "refused", 0, id="S03"),
        pytest.param([before_judging(CLAIM)], "refused", 0, id="C12"),
        pytest.param([held(CLAIM)], "held", None, id="S04"),
        pytest.param([held(CLAIM), held(CLAIM, SECOND)], "held", None, id="held-twice"),
        pytest.param([held(CLAIM), paid(CLAIM, SECOND)], "paid", 7792, id="held-then-paid"),
        pytest.param([held(CLAIM), refused(CLAIM, SECOND)], "refused", 0, id="held-then-refused"),
        pytest.param([before_judging(CLAIM), refused(CLAIM)], "refused", 0, id="refused-twice"),
        pytest.param(
            [paid(CLAIM), changed(CLAIM, -7792, SECOND)], "refused", 0, id="paid-then-taken-back"
        ),
        pytest.param(
            [paid(CLAIM), changed(CLAIM, -1579, SECOND)],
            "paid-changed",
            6213,
            id="a-part-taken-back",
        ),
        pytest.param(
            [
                paid(CLAIM),
                changed(CLAIM, -7792, SECOND),
                changed(CLAIM, 6213, SECOND, paid_fee_item="01156"),
            ],
            "paid-changed",
            6213,
            id="taken-back-and-paid-anew-on-one-day",
        ),
        pytest.param(
            [paid(CLAIM), changed(CLAIM, -7792)], "refused", 0, id="paid-and-taken-back-on-one-day"
        ),
        pytest.param(
            [paid(CLAIM), changed(CLAIM, -7792, SECOND), paid(CLAIM, THIRD)],
            "paid",
            7792,
            id="paid-taken-back-paid",
        ),
    ],
)
def test_what_a_claim_has_come_to(lines: list[str], state: str, cents: int | None) -> None:
    for order in permutations(lines):
        found = _answered(CLAIM, order)
        assert (found.state, found.paid_cents) == (state, cents)
        assert {verdict.standing for verdict in found.verdicts} <= {Standing.APPLIED}


@pytest.mark.parametrize(
    ("lines", "state", "cents", "problem"),
    [
        pytest.param(
            [paid(CLAIM), paid(CLAIM, SECOND)],
            "paid",
            7792,
            "a claim that is paid cannot be paid",
            id="paid-twice",
        ),
        pytest.param(
            [refused(CLAIM), paid(CLAIM, SECOND)],
            "refused",
            0,
            "a claim that is refused cannot be paid",
            id="paid-after-a-refusal",
        ),
        pytest.param(
            [before_judging(CLAIM), paid(CLAIM)],
            "refused",
            0,
            "a claim that is refused cannot be paid",
            id="paid-after-a-pre-edit-refusal",
        ),
        pytest.param(
            [paid(CLAIM), held(CLAIM, SECOND)],
            "paid",
            7792,
            "a claim that is paid cannot be held",
            id="held-after-it-was-paid",
        ),
        pytest.param(
            [paid(CLAIM), refused(CLAIM, SECOND)],
            "paid",
            7792,
            "a claim that is paid cannot be refused",
            id="refused-after-it-was-paid",
        ),
        pytest.param(
            [paid(CLAIM), changed(CLAIM, -7793, SECOND)],
            "paid",
            7792,
            "it takes back more than was paid for the claim",
            id="a-cent-more-taken-back-than-paid",
        ),
        pytest.param(
            [changed(CLAIM, -7792)],
            "sent",
            None,
            "it takes back more than was paid for the claim",
            id="taken-back-without-a-payment",
        ),
    ],
)
def test_an_impossible_step_is_told_and_not_taken(
    lines: list[str], state: str, cents: int | None, problem: str
) -> None:
    for order in permutations(lines):
        found = _answered(CLAIM, order)
        assert (found.state, found.paid_cents) == (state, cents)
        assert [verdict.problem for verdict in found.verdicts if verdict.problem] == [problem]


def test_a_discount_within_the_line_counts_where_it_explains_the_amount() -> None:
    discount: dict[str, Any] = {"adjustment_code_1": "32", "adjustment_amount_1": -3896}
    assert _answered(CLAIM, [paid(CLAIM, cents=3896, **discount)]).adjusted_cents == -3896
    assert _answered(CLAIM, [paid(CLAIM, cents=7792, **discount)]).adjusted_cents == 0
    assert _answered(CLAIM, [changed(CLAIM, 3896, **discount)]).adjusted_cents == -3896


SUCCESSOR = made_up_claim(
    state=ClaimState.SENT,
    sequence_number=12,
    submission_code="X",
    expected_cents=3896,
    predecessor=7,
)
"""77.92 judged again, of which 38.96 was paid before."""


@pytest.mark.parametrize(
    ("cents", "state"),
    [(3896, "paid"), (7792, "paid"), (3895, "paid-changed"), (3897, "paid-changed")],
)
def test_what_was_paid_before_is_not_expected_again(cents: int, state: str) -> None:
    assert _answered(SUCCESSOR, [changed(SUCCESSOR, cents)]).state == state


DEBIT = made_up_claim(
    state=ClaimState.SENT,
    sequence_number=13,
    submission_code="E",
    expected_cents=-7792,
    predecessor=7,
)
"""Asks MSP to take 77.92 back."""


@pytest.mark.parametrize(
    ("line", "state", "cents"),
    [
        (changed(DEBIT, -7792, codes=("D3",)), "paid", -7792),
        (changed(DEBIT, -7791, codes=("D3",)), "paid-changed", -7791),
        (refused(DEBIT, codes=("D2",)), "refused", 0),
        (before_judging(DEBIT), "refused", 0),
        (held(DEBIT), "held", None),
    ],
)
def test_what_a_request_to_take_back_has_come_to(line: str, state: str, cents: int | None) -> None:
    found = _answered(DEBIT, [line])
    assert (found.state, found.paid_cents) == (state, cents)


def test_a_request_to_take_back_is_never_paid() -> None:
    assert [one.standing for one in _answered(DEBIT, [paid(DEBIT)]).verdicts] == ["not-applied"]


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        ("batched", "MSP answers a claim that is not recorded as sent here"),
        ("void", "MSP answers a claim that was voided here: it may be billed twice"),
    ],
)
def test_an_answer_to_a_claim_that_was_not_sent(state: str, problem: str) -> None:
    claim = replace(CLAIM, state=ClaimState(state))
    found = _answered(claim, [paid(CLAIM)])
    assert (found.state, found.paid_cents) == (state, None)
    assert [one.problem for one in found.verdicts] == [problem]


def _after(state: str, seen: Sequence[str], later: Sequence[str]) -> Answer:
    """Let a person act on what was seen, and MSP speak again."""
    lines = [replace(line, line_id=at) for at, line in enumerate(read(*seen, *later), start=1)]
    applied = [replace(line, standing=Standing.APPLIED) for line in lines[: len(seen)]]
    claim = replace(CLAIM, state=ClaimState(state))
    return answer(claim, [*applied, *lines[len(seen) :]])


@pytest.mark.parametrize(
    ("state", "seen", "later", "after", "cents", "standing"),
    [
        # MSP pays a claim after its successor was made: somebody must look.
        ("corrected", [refused(CLAIM)], [paid(CLAIM, SECOND)], "corrected", 0, "not-applied"),
        ("corrected", [before_judging(CLAIM)], [refused(CLAIM)], "corrected", 0, "applied"),
        # Judged again, MSP takes the first payment back.
        (
            "corrected",
            [changed(CLAIM, 3896)],
            [changed(CLAIM, -3896, SECOND)],
            "corrected",
            0,
            "applied",
        ),
        ("written-off", [refused(CLAIM)], [paid(CLAIM, SECOND)], "written-off", 0, "not-applied"),
        (
            "debit-requested",
            [paid(CLAIM)],
            [changed(CLAIM, -7792, SECOND)],
            "debited",
            0,
            "applied",
        ),
        (
            "debit-requested",
            [paid(CLAIM)],
            [changed(CLAIM, -7793, SECOND)],
            "debit-requested",
            7792,
            "not-applied",
        ),
    ],
)
def test_what_comes_after_a_person_has_acted(
    state: str, seen: list[str], later: list[str], after: str, cents: int, standing: str
) -> None:
    found = _after(state, seen, later)
    assert (found.state, found.paid_cents) == (after, cents)
    assert found.verdicts[-1].standing == standing


def test_what_a_closed_month_has_counted_is_not_judged_again() -> None:
    """A refusal that was fetched too late does not undo a payment that is in the closed books."""
    early, late = read(refused(CLAIM, FIRST), paid(CLAIM, SECOND))
    counted = replace(late, line_id=1, standing=Standing.APPLIED, claim_month="2026-11")
    lines = [counted, replace(early, line_id=2)]
    assert answer(CLAIM, lines, "2026-10").state == "refused"
    assert answer(CLAIM, lines, "2026-11").state == "paid"


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (paid(CLAIM), "paid"),
        (changed(CLAIM, 7792), "paid"),
        (changed(CLAIM, 3896), "paid-changed"),
        (changed(CLAIM, -7792), "paid-changed"),
        (refused(CLAIM), "refused"),
        (before_judging(CLAIM), "refused"),
        (held(CLAIM), "held"),
    ],
)
def test_what_a_line_says_by_itself(line: str, outcome: str) -> None:
    (read_line,) = read(line)
    assert outcome_of(CLAIM, read_line) == outcome


def _line_of(text: str) -> RemittanceLine:
    return read(text)[0]


def test_a_line_is_the_same_without_the_blanks_at_its_end() -> None:
    whole = _line_of(paid(CLAIM))
    assert _line_of(paid(CLAIM).rstrip()).content_sha256 == whole.content_sha256
