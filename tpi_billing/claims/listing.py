"""Claims with the explanatory codes that MSP last answered them with."""

from dataclasses import replace

from tpi_billing.claims.answered_claims import codes_of
from tpi_billing.ledger.answers import answered_with, said_of_claims
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim

_AT_ONCE = 2_000


def list_claims(
    connection: Connection, data_centre: str, wanted: ClaimFilter, code: str | None = None
) -> list[tuple[Claim, tuple[str, ...]]]:
    """List claims by their numbers, each with the codes of the line that put it where it is.

    With a code, only those that were put there with it; a limit counts those.
    """
    if code is None:
        return _with_codes(connection, data_centre, find_claims(connection, data_centre, wanted))
    once = answered_with(connection, data_centre, code)
    every = find_claims(connection, data_centre, replace(wanted, limit=None))
    some = [claim for claim in every if claim.claim_id in once]
    found = [one for one in _with_codes(connection, data_centre, some) if code in one[1]]
    return found[: wanted.limit]


def _with_codes(
    connection: Connection, data_centre: str, claims: list[Claim]
) -> list[tuple[Claim, tuple[str, ...]]]:
    found: list[tuple[Claim, tuple[str, ...]]] = []
    for at in range(0, len(claims), _AT_ONCE):
        some = claims[at : at + _AT_ONCE]
        said = said_of_claims(connection, data_centre, [claim.claim_id or 0 for claim in some])
        found += [(claim, codes_of(claim, said[claim.claim_id or 0])) for claim in some]
    return found
