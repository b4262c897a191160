"""Chains of claims: the same service billed again, each claim in the place of the one before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.keyed import belongs
from tpi_billing.model.claim import Claim, ClaimState

_T = schema.claims
_CHUNK = 500
WAITING = frozenset({ClaimState.BATCHED, ClaimState.SENT, ClaimState.HELD})
"""States of a claim, or of a request, that MSP has not answered yet."""
GRANTED = frozenset({ClaimState.PAID, ClaimState.PAID_CHANGED})
"""States of a request by which MSP took a payment back, all of it or another amount."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A service's claims, the first one first; `requests` ask MSP to take payments of them back.

    Void claims and void requests are left out.
    """

    claims: tuple[Claim, ...]
    requests: tuple[Claim, ...] = ()

    @property
    def last(self) -> Claim:
        """The claim that stands in the place of all others."""
        return self.claims[-1]

    @property
    def numbers(self) -> list[int]:
        """The numbers of its claims and requests."""
        return [claim.claim_id or 0 for claim in (*self.claims, *self.requests)]

    def asks_back(self, claim: Claim) -> bool:
        """Tell whether a payment of a claim is asked back, and MSP has not answered yet."""
        return any(request.state in WAITING for request in self.requests_for(claim))

    def requests_for(self, claim: Claim) -> list[Claim]:
        """Return the requests to take a claim's own payment back, the first one first."""
        return [request for request in self.requests if request.predecessor == claim.claim_id]


def chains_of(connection: sa.Connection, data_centre: str, claim_ids: Iterable[int]) -> list[Chain]:
    """Return the chains that these claims, or the requests among them, belong to, each once."""
    known = _with_those_before(connection, data_centre, claim_ids)
    new = list(known)
    while new:
        after = _numbers_after(connection, data_centre, new)
        found = claims_numbered(connection, data_centre, [one for one in after if one not in known])
        new = [claim.claim_id or 0 for claim in found]
        known.update((claim.claim_id or 0, claim) for claim in found)
    standing = [known[number] for number in sorted(known)]
    standing = [claim for claim in standing if claim.state is not ClaimState.VOID]
    next_of = {claim.predecessor: claim for claim in standing if not claim.is_debit}
    asking: dict[int | None, list[Claim]] = defaultdict(list)
    for claim in standing:
        if claim.is_debit:
            asking[claim.predecessor].append(claim)
    firsts = [claim for claim in standing if claim.predecessor is None]
    return [_chain(first, next_of, asking) for first in firsts]


def numbers_in_batch(connection: sa.Connection, batch_id: int) -> list[int]:
    """List the claims of a batch that were made because of another one."""
    query = sa.select(_T.c.claim_id).where(_T.c.batch_id == batch_id, _T.c.predecessor.is_not(None))
    return list(connection.execute(query.order_by(_T.c.claim_id)).scalars())


def _with_those_before(
    connection: sa.Connection, data_centre: str, claim_ids: Iterable[int]
) -> dict[int, Claim]:
    known: dict[int, Claim] = {}
    wanted = sorted(set(claim_ids))
    while wanted:
        found = claims_numbered(connection, data_centre, wanted)
        known.update((claim.claim_id or 0, claim) for claim in found)
        before = {claim.predecessor for claim in found if claim.predecessor is not None}
        wanted = sorted(before - known.keys())
    return known


def _numbers_after(
    connection: sa.Connection, data_centre: str, claim_ids: Sequence[int]
) -> list[int]:
    found: list[int] = []
    for at in range(0, len(claim_ids), _CHUNK):
        query = sa.select(_T.c.claim_id).where(
            belongs(_T, data_centre),
            _T.c.predecessor.in_(claim_ids[at : at + _CHUNK]),
        )
        found += connection.execute(query.order_by(_T.c.claim_id)).scalars()
    return found


def _chain(
    first: Claim,
    next_of: Mapping[int | None, Claim],
    asking: Mapping[int | None, Sequence[Claim]],
) -> Chain:
    claims = [first]
    while (after := next_of.get(claims[-1].claim_id)) is not None:
        claims.append(after)
    requests = [one for claim in claims for one in asking.get(claim.claim_id, ())]
    return Chain(tuple(claims), tuple(requests))
