"""Which answered claims may be followed, taken back or written off; every other state says why."""

from collections.abc import Mapping

from tpi_billing.errors import Trouble
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.remittance.actions.wishes import Wish, trouble

_S = ClaimState
_WAIT = "Wait for MSP's answer, and bring it in: tpi-billing pickup."
_DEBIT = (
    'Ask MSP to take the payment back: tpi-billing claims debit {claim} --reason "..." --note "..."'
)
_NOTHING_DUE = "Nothing more is expected of it."
_TO_FOLLOW: Mapping[ClaimState, str] = {
    _S.BATCHED: "It was not sent: void batch {batch}, correct the visit and bill it again.",
    _S.SENT: _WAIT,
    _S.HELD: _WAIT,
    _S.PAID: _DEBIT,
    _S.CORRECTED: "Another claim stands in its place: tpi-billing claims show {claim}.",
    _S.WRITTEN_OFF: _NOTHING_DUE,
    _S.DEBIT_REQUESTED: _WAIT,
    _S.DEBITED: "MSP took its payment back. To bill the visit anew, import it, put right, under a "
    "session id of its own.",
    _S.VOID: "It never went out: its visit is billed with tpi-billing batch create.",
}
_TO_TAKE_BACK: Mapping[ClaimState, str] = {
    **_TO_FOLLOW,
    _S.REFUSED: "MSP pays nothing for it: there is nothing to take back.",
    _S.DEBIT_REQUESTED: f"It is asked for already. {_WAIT}",
    _S.DEBITED: "MSP has taken its payment back already.",
}
_TO_GIVE_UP: Mapping[ClaimState, str] = {
    **_TO_FOLLOW,
    _S.PAID: "It is paid: there is nothing to write off.",
    _S.DEBITED: _NOTHING_DUE,
}
OPEN = frozenset({_S.REFUSED, _S.PAID_CHANGED})
"""States of a claim that can be corrected, sent again or written off."""
PAID = frozenset({_S.PAID, _S.PAID_CHANGED})
"""States of a claim whose payment can be taken back; it is then where its request puts it."""
STAYS = frozenset({_S.CORRECTED, _S.WRITTEN_OFF})
"""States of a claim that stay when a payment which MSP made for it is taken back."""
REMAINDER = frozenset({_S.PAID, _S.CORRECTED, _S.WRITTEN_OFF, _S.DEBITED})
"""States of a claim of which only a remainder can be written off; they stay too."""


def refuse_state(wish: Wish, claim: Claim | None) -> Trouble | None:
    """Return why a claim cannot be followed by another; None if it can."""
    if claim is not None and claim.is_debit:
        said = f"Claim {wish.claim_id} asks MSP to take a payment back: it has no successor."
        return trouble(wish, said, _ask_again(claim))
    return _refuse(wish, claim, OPEN, _TO_FOLLOW, "corrected or sent again")


def refuse_debit(wish: Wish, claim: Claim | None, left: int) -> Trouble | None:
    """Return why a claim's payment cannot be taken back; None if it can.

    `left` is how much of it stands and is not asked back yet, in cents.
    """
    if claim is not None and claim.is_debit:
        said = f"Claim {wish.claim_id} itself asks MSP to take a payment back."
        return trouble(wish, said, _ask_again(claim))
    if claim is not None and claim.state in STAYS and left <= 0:
        said = f"Nothing of claim {wish.claim_id} is left to be taken back."
        return trouble(wish, said, f"See tpi-billing claims show {wish.claim_id}.", "claim")
    return _refuse(wish, claim, PAID | STAYS, _TO_TAKE_BACK, "taken back")


def refuse_write_off(wish: Wish, claim: Claim | None, owed: int) -> Trouble | None:
    """Return why a claim cannot be written off; None if it can.

    `owed` is what is owed for it by the books, in cents: of a claim that is paid, or that somebody
    has dealt with, MSP may have left or made a remainder.
    """
    if claim is not None and claim.state in REMAINDER and owed:
        return None
    return _refuse(wish, claim, OPEN, _TO_GIVE_UP, "written off")


def _ask_again(claim: Claim) -> str:
    return f"Name the claim that was paid: {claim.predecessor}."


def _refuse(
    wish: Wish,
    claim: Claim | None,
    allowed: frozenset[ClaimState],
    hints: Mapping[ClaimState, str],
    what: str,
) -> Trouble | None:
    if claim is None:
        return trouble(
            wish, f"There is no claim {wish.claim_id}.", "See tpi-billing claims list.", "claim"
        )
    if claim.state in allowed:
        return None
    hint = hints[claim.state].format(claim=claim.claim_id, batch=claim.batch_id)
    said = f"Claim {claim.claim_id} is {claim.state} and cannot be {what}."
    return trouble(wish, said, hint, "claim")
