"""Which of a corrected session's lines takes a claim's place, and which other claims it touches."""

from collections.abc import Iterable, Iterator, Sequence

from tpi_billing.claims.assessment import Assessed
from tpi_billing.model.claim import Claim, ClaimState
from tpi_billing.pricing.lines import PricedLine

_S = ClaimState
_GONE = frozenset({_S.VOID, _S.CORRECTED})
"""States of a claim that has no line of its session any more: another has taken it over."""
_WITH_MSP = frozenset({_S.BATCHED, _S.SENT, _S.HELD, _S.PAID, _S.PAID_CHANGED, _S.DEBIT_REQUESTED})
"""States of a claim that MSP has, or is about to have, as it stands."""
_SAME = (
    *("patient_key", "practitioner_number", "payee_number", "service_date"),
    *("fee_item", "units", "percent", "ordinal"),
)
"""What must not change of a claim that MSP has."""
_CURES = {
    _S.BATCHED: "void its batch {batch} first",
    _S.SENT: "wait for MSP's answer to it",
    _S.HELD: "wait for MSP's answer to it",
    _S.DEBIT_REQUESTED: "wait until MSP has taken it back",
}


def others_of(claims: Iterable[Claim], old: Claim) -> list[Claim]:
    """Return the other claims of its session that have a line of their own."""
    return [
        claim
        for claim in claims
        if claim.claim_id != old.claim_id
        and claim.session_key == old.session_key
        and claim.state not in _GONE
        and not claim.is_debit
    ]


def is_with_msp(claim: Claim) -> bool:
    """Tell whether MSP has a claim, or is to have it, as it stands."""
    return claim.state in _WITH_MSP and not claim.is_debit


def line_for(old: Claim, assessed: Assessed, others: Sequence[Claim]) -> Claim | str:
    """Return the claim of the line that takes an old one's place, or say why there is none.

    It is the line of the same item; if there is none, the one that no other claim has.
    """
    taken = {(claim.fee_item, claim.ordinal) for claim in others}
    free = [claim for claim in assessed.claims if (claim.fee_item, claim.ordinal) not in taken]
    same = [claim for claim in free if claim.fee_item == old.fee_item]
    rest = [claim for claim in free if claim not in same[:1]]
    if same and not rest:
        return same[0]
    if not same and len(rest) == 1:
        return rest[0]
    if not free:
        return "would bill nothing in its place"
    items = ", ".join(claim.fee_item for claim in free)
    return f"would bill {items} in its place: one claim follows one claim"


def altered(changed: Assessed, others: Iterable[Claim]) -> Iterator[Claim]:
    """Yield the claims that MSP has and that the corrected session would no longer bill so."""
    for claim in others:
        if is_with_msp(claim) and not any(_is_same(claim, new) for new in changed.claims):
            yield claim


def _is_same(claim: Claim, new: Claim) -> bool:
    """Tell whether a claim would be made as it was made, but for its price and what it says."""
    return all(getattr(claim, name) == getattr(new, name) for name in _SAME)


def priced_apart(before: Assessed | None, after: Assessed | None, claim: Claim) -> bool:
    """Tell whether a claim's line comes out differently before and after a change."""
    return _line_of(before, claim) != _line_of(after, claim)


def _line_of(one: Assessed | None, claim: Claim) -> tuple[object, ...] | None:
    if one is None:
        return None
    lines: Iterable[PricedLine] = one.lines
    return next(
        (
            (line.outcome, line.percent, line.item.units)
            for line in lines
            if line.fee_item == claim.fee_item
        ),
        None,
    )


def cure_for(claim: Claim) -> str:
    """Say what must be done about a claim before one beside it can be corrected."""
    said = _CURES.get(
        claim.state,
        'take it back first: tpi-billing claims debit {claim} --reason "..." --note "..."',
    )
    return said.format(batch=claim.batch_id, claim=claim.claim_id)
