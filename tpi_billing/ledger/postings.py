"""Postings: movements of the books that neither a claim's bill nor a line of MSP's makes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.book_months import book_month
from tpi_billing.ledger.keyed import belongs
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction

_T = schema.postings
_CHUNK = 500


class PostingKind(StrEnum):
    """Why the books move: a debt passed on, taken back or given up; a difference accepted.

    `MOVED` is what an answer to one claim does to what is owed for another of the same service.
    """

    REPLACED = "replaced"
    REINSTATED = "reinstated"
    MOVED = "moved"
    WRITTEN_OFF = "written-off"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement to be posted, in signed cents of what is owed to the clinic.

    A write-off is negative. `claim_id` is None for a difference, `remittance` blank for a claim's.
    """

    kind: PostingKind
    payee_number: str
    practitioner_number: str
    cents: int
    reason: str
    claim_id: int | None = None
    remittance: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A posting as it stands in the books of `month` (`YYYY-MM`), with who posted it and when."""

    posting_id: int
    month: str
    posting: Posting
    posted_at: str
    posted_by: str


def post(transaction: Transaction, data_centre: str, posting: Posting) -> int:
    """Post a movement in the month in which today counts; return its number."""
    posting_id = next_key(transaction.connection, _T.c.posting_id)
    values = {
        "posting_id": posting_id,
        "data_centre": data_centre,
        "month": book_month(transaction.connection, data_centre, transaction.on),
        "kind": posting.kind.value,
        "payee_number": posting.payee_number,
        "practitioner_number": posting.practitioner_number,
        "claim_id": posting.claim_id,
        "remittance": posting.remittance,
        "cents": posting.cents,
        "reason": posting.reason,
        "posted_at": transaction.at,
        "posted_by": transaction.actor,
    }
    transaction.connection.execute(sa.insert(_T), values)
    transaction.journal.write("posting.new", f"posting:{posting_id}", values)
    return posting_id


def sums_of_month(
    connection: sa.Connection, data_centre: str, month: str
) -> dict[tuple[str, str, PostingKind], int]:
    """Sum a month's postings, in cents, by payee, practitioner and kind."""
    keys = (_T.c.payee_number, _T.c.practitioner_number, _T.c.kind)
    query = (
        sa.select(*keys, sa.func.sum(_T.c.cents))
        .where(_T.c.data_centre == data_centre, _T.c.month == month)
        .group_by(*keys)
    )
    return {
        (payee, practitioner, PostingKind(kind)): int(cents)
        for payee, practitioner, kind, cents in connection.execute(query)
    }


def sums_of_claims(
    connection: sa.Connection, data_centre: str, claim_ids: Sequence[int]
) -> dict[int, int]:
    """Sum the postings of these claims, in cents; a claim without one has 0."""
    sums = _by_claim(connection, data_centre, claim_ids, sa.func.sum(_T.c.cents))
    return dict.fromkeys(claim_ids, 0) | {claim_id: cents for claim_id, (cents,) in sums}


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """What people gave up of a claim, and what they let it have beyond its due; both positive."""

    given_up_cents: int = 0
    accepted_cents: int = 0

    @property
    def cents(self) -> int:
        """What both together do to what is owed, in signed cents."""
        return self.accepted_cents - self.given_up_cents


def written_off(
    connection: sa.Connection, data_centre: str, claim_ids: Sequence[int]
) -> dict[int, WrittenOff]:
    """Return what was written off of these claims; a claim without it has nothing."""
    given_up = sa.func.sum(sa.case((_T.c.cents < 0, -_T.c.cents), else_=0))
    accepted = sa.func.sum(sa.case((_T.c.cents > 0, _T.c.cents), else_=0))
    off = _T.c.kind == PostingKind.WRITTEN_OFF.value
    sums = _by_claim(connection, data_centre, claim_ids, given_up, accepted, where=off)
    return dict.fromkeys(claim_ids, WrittenOff()) | {
        claim_id: WrittenOff(*cents) for claim_id, cents in sums
    }


def _by_claim(
    connection: sa.Connection,
    data_centre: str,
    claim_ids: Sequence[int],
    *sums: sa.ColumnElement[int],
    where: sa.ColumnElement[bool] | None = None,
) -> Iterator[tuple[int, list[int]]]:
    """Yield sums over the postings of each of these claims that has any."""
    for at in range(0, len(claim_ids), _CHUNK):
        query = sa.select(_T.c.claim_id, *sums).where(
            belongs(_T, data_centre), _T.c.claim_id.in_(claim_ids[at : at + _CHUNK])
        )
        if where is not None:
            query = query.where(where)
        for claim_id, *cents in connection.execute(query.group_by(_T.c.claim_id)):
            yield claim_id, [int(each) for each in cents]


def postings_of_claim(connection: sa.Connection, data_centre: str, claim_id: int) -> list[Posted]:
    """List the postings of one claim, in the order they were made."""
    return list(_listed(connection, data_centre, _T.c.claim_id == claim_id))


def postings_of_month(
    connection: sa.Connection, data_centre: str, month: str, kind: PostingKind | None = None
) -> Iterator[Posted]:
    """Stream a month's postings, of one kind only if that is given, in the order they were made."""
    here = _T.c.month == month
    yield from _listed(
        connection, data_centre, here if kind is None else here & (_T.c.kind == kind.value)
    )


def _listed(
    connection: sa.Connection, data_centre: str, which: sa.ColumnElement[bool]
) -> Iterator[Posted]:
    query = sa.select(_T).where(_T.c.data_centre == data_centre, which).order_by(_T.c.posting_id)
    for row in connection.execute(query, execution_options={"yield_per": 2_000}):
        yield _posted(row)


def _posted(row: sa.Row[Any]) -> Posted:
    posting = Posting(
        PostingKind(row.kind),
        row.payee_number,
        row.practitioner_number,
        row.cents,
        row.reason,
        row.claim_id,
        row.remittance,
    )
    return Posted(row.posting_id, row.month, posting, row.posted_at, row.posted_by)
