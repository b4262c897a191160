"""Whatever people do and MSP says, in any order: a service is owed once, and no cent is lost."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from answered import Answered
from helpers import Clinic, visit
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from msp_lines import FIRST, SECOND, THIRD, changed, paid, refused

from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConflictError
from tpi_billing.ledger.books import book_lines, outstanding
from tpi_billing.ledger.replay import differences
from tpi_billing.model.claim import Claim, ClaimState

AMOUNT = 7792
_DAYS = (FIRST, SECOND, THIRD)


def _correct(one: Answered, claim: Claim) -> None:
    one.correct(claim.claim_id or 0, code="R", changed={"diagnosis_1": "7230"})


def _appeal(one: Answered, claim: Claim) -> None:
    one.correct(claim.claim_id or 0, code="X", note="SEE CHART")


def _void(one: Answered, claim: Claim) -> None:
    one.clinic.void(claim.batch_id or 0)


def _send(one: Answered, claim: Claim) -> None:
    one.send(claim.batch_id or 0)


def _write_off(one: Answered, claim: Claim) -> None:
    one.write_off(claim.claim_id or 0)


def _debit(one: Answered, claim: Claim) -> None:
    one.debit(claim.claim_id or 0, file_number="1000000001")


def _answer(line: Callable[..., str]) -> Callable[[Answered, Claim], None]:
    def take(one: Answered, claim: Claim) -> None:
        one.take(line(one, claim))

    return take


def _day(one: Answered) -> Any:
    """The next payment date, so that lines come one after the other."""
    with one.clinic.ledger.reading() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM remittance_lines")
        return _DAYS[min(rows.scalar_one(), len(_DAYS) - 1)]


def _part(one: Answered, claim: Claim) -> str:
    """Pay a part of what is due; of a request to take back, take half."""
    cents = claim.due_cents // 2 if claim.is_debit else 1000
    return changed(claim, cents, _day(one))


def _back(one: Answered, claim: Claim, parts: int) -> str:
    """Take back what MSP has paid, or a part of it."""
    return changed(claim, -((claim.paid_cents or 0) // parts), _day(one), ("DR",))


def _in_full(claim: Claim, day: Any) -> str:
    """Pay what is due; of a request to take back, take it."""
    if claim.is_debit:
        return changed(claim, claim.due_cents, day, ("D3",))
    return paid(claim, day, claim.due_cents)


ACTS: dict[str, Callable[[Answered, Claim], None]] = {
    "correct": _correct,
    "appeal": _appeal,
    "void": _void,
    "send": _send,
    "write off": _write_off,
    "debit": _debit,
    "paid": _answer(lambda one, claim: _in_full(claim, _day(one))),
    "paid in part": _answer(_part),
    "refused": _answer(lambda one, claim: refused(claim, _day(one), ("AB",))),
    "taken back": _answer(lambda one, claim: _back(one, claim, 1)),
    "taken back in part": _answer(lambda one, claim: _back(one, claim, 3)),
}


_S = ClaimState
_WAITING = frozenset({_S.BATCHED, _S.SENT, _S.HELD})
LIKELY: dict[ClaimState, tuple[str, ...]] = {
    _S.BATCHED: ("send", "send", "void"),
    _S.SENT: ("paid", "paid in part", "refused"),
    _S.REFUSED: ("correct", "appeal", "write off"),
    _S.PAID_CHANGED: ("appeal", "debit", "write off", "taken back"),
    _S.PAID: ("debit", "taken back", "write off"),
    _S.CORRECTED: ("taken back", "taken back in part", "debit", "write off"),
    _S.WRITTEN_OFF: ("taken back", "taken back in part", "debit", "write off"),
}
"""What is tried of a claim most of the time; now and then anything is."""


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_service_has_one_live_claim_and_is_owed_once(
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    book: CodeBook,
    empty_ledger: Path,
) -> None:
    clinic = Clinic.from_empty(empty_ledger, tmp_path_factory.mktemp("clinic"), book)
    try:
        one = Answered(clinic, [visit("V1", 1), visit("V2", 2)])
        for _ in range(12):
            claims = [claim for claim in one.claims().values() if claim.state in LIKELY]
            if not claims:
                break
            claim = data.draw(st.sampled_from(claims[-5:]), "claim")
            likely = st.sampled_from(LIKELY[claim.state])
            act = data.draw(likely | likely | st.sampled_from(sorted(ACTS)), "act")
            with suppress(ConflictError):
                ACTS[act](one, claim)
                event(f"done: {act}")
            insist_sound(one)
        with clinic.ledger.reading() as connection:
            assert list(differences(connection)) == []
    finally:
        clinic.close()


def insist_sound(one: Answered) -> None:
    """One live claim for each visit, chains that owe it once, and books that tie to the claims."""
    for session_id in ("V1", "V2"):
        family = [claim for claim in one.claims().values() if claim.session_id == session_id]
        standing = [claim for claim in family if claim.state is not ClaimState.VOID]
        ours = [claim for claim in standing if not claim.is_debit]
        requests = [claim for claim in standing if claim.is_debit]
        live = [claim for claim in ours if claim.state not in {_S.CORRECTED, _S.DEBITED}]
        debited = [claim for claim in ours if claim.state is _S.DEBITED]
        assert len(live) + len(debited) == 1
        assert all(_owed(one, claim) == 0 for claim in requests if claim.state is _S.REFUSED)
        kept = sum(claim.paid_cents or 0 for claim in standing)
        given_up = -sum(_written_off(one, claim) for claim in ours)
        insist_owed_once(one, ours, requests, kept + given_up)
    insist_tied(one)


def insist_owed_once(one: Answered, ours: list[Claim], requests: list[Claim], settled: int) -> None:
    """The last claim is owed what is not settled, and those before it nothing.

    Until the last one is sent, and once it was given up, what MSP moves stays with its claim.
    """
    *before, last = ours
    whole = sum(_owed(one, claim) for claim in ours)
    if last.state in {_S.BATCHED, _S.WRITTEN_OFF}:
        assert requests or whole == AMOUNT - settled
        return
    asked = [claim for claim in requests if claim.predecessor == last.claim_id]
    if last.state is _S.DEBITED and any(claim.state in _WAITING for claim in asked):
        return
    assert all(_owed(one, claim) == 0 for claim in before)
    assert whole == (max(0, -settled) if last.state is _S.DEBITED else AMOUNT - settled)


def _owed(one: Answered, claim: Claim) -> int:
    return one.owed(claim.claim_id or 0)


def _written_off(one: Answered, claim: Claim) -> int:
    posted = one.posted(claim.claim_id or 0)
    return sum(cents for kind, cents in posted if kind == "written-off")


def insist_tied(one: Answered) -> None:
    """What the books carry forward is what the claims that were sent still have outstanding."""
    centre = one.clinic.data_centre
    with one.clinic.ledger.reading() as connection:
        closing = sum(line.closing for line in book_lines(connection, centre, "2027-12"))
        assert closing == sum(outstanding(connection, centre).values())
