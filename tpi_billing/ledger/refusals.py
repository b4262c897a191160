"""What MSP refused, by explanatory codes and month, and what became of it since."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.books import due, paid
from tpi_billing.model.claim import DEBIT, ClaimState
from tpi_billing.model.remittance import Standing

_C, _L = schema.claims.c, schema.remittance_lines.c
_REFUSE = ("C12", "S03")
_WAITING = (ClaimState.BATCHED.value, ClaimState.SENT.value, ClaimState.HELD.value)
_APART = "|"


class Since(StrEnum):
    """What became of a refused claim: paid after all, on its way again, given up, or nothing."""

    PAID = "paid"
    WAITING = "waiting"
    WRITTEN_OFF = "written-off"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused claims of one month with the same explanatory codes and fate, in cents.

    `amount` is what they were billed for, `recovered` what they and their successors were paid.
    """

    month: str
    codes: tuple[str, ...]
    since: Since
    claims: int
    amount: int
    recovered: int


def refused_claims(
    connection: sa.Connection, data_centre: str, first: date | None, last: date | None
) -> list[Refused]:
    """Sum the claims that MSP refused, or whose whole payment it took back, between two days.

    Each counts once, on the day of the first line that refused it; a C12 bears no date and counts
    on the day its claim was sent.
    """
    told, fate = _told(data_centre), _fate(data_centre)
    day = sa.func.substr(told.c.told, 1, 10)
    since = sa.case(
        (fate.c.recovered > 0, Since.PAID.value),
        (fate.c.waiting > 0, Since.WAITING.value),
        (fate.c.given_up > 0, Since.WRITTEN_OFF.value),
        else_=Since.OPEN.value,
    )
    each = (
        sa.select(
            sa.func.substr(told.c.told, 1, 7).label("month"),
            sa.func.substr(told.c.told, 12).label("codes"),
            since.label("since"),
            _C.amount_cents.label("amount"),
            fate.c.recovered,
        )
        .select_from(
            schema.claims.join(told, told.c.claim_id == _C.claim_id).join(
                fate, fate.c.root == _C.claim_id
            )
        )
        .where(*_between(day, first, last))
        .subquery()
    )
    keys = (each.c.month, each.c.codes, each.c.since)
    query = (
        sa.select(*keys, sa.func.count(), sa.func.sum(each.c.amount), sa.func.sum(each.c.recovered))
        .group_by(*keys)
        .order_by(*keys)
    )
    return [
        Refused(month, tuple(codes.split()), Since(fate), count, int(amount), int(recovered))
        for month, codes, fate, count, amount, recovered in connection.execute(query)
    ]


def _told(data_centre: str) -> sa.Subquery:
    """Say of each refused claim on which day and with which codes first: `2026-11-12|AF`."""
    day = sa.func.coalesce(_L.payment_date, _C.sent_on, "")
    refuses = sa.or_(_L.record.in_(_REFUSE), _L.paid_cents <= -due())
    # The least of both together: the earliest day, in whatever order the files came in.
    earliest = sa.func.min(day + _APART + _L.explanatory_codes)
    return (
        sa.select(_L.claim_id, earliest.label("told"))
        .join(schema.claims, _C.claim_id == _L.claim_id)
        .where(
            _L.data_centre == data_centre,
            _L.standing == Standing.APPLIED.value,
            _C.submission_code != DEBIT,
            _C.state.not_in([ClaimState.DEBITED.value, ClaimState.DEBIT_REQUESTED.value]),
            refuses,
        )
        .group_by(_L.claim_id)
        .subquery()
    )


def _fate(data_centre: str) -> sa.Subquery:
    """Follow every claim to its successors: what all of them were paid, and where they stand."""
    told = _told(data_centre)
    chain = (
        sa.select(told.c.claim_id.label("root"), told.c.claim_id.label("claim_id"))
        .select_from(told)
        .cte("chain", recursive=True)
    )
    after = schema.claims.alias("after")
    chain = chain.union_all(
        sa.select(chain.c.root, after.c.claim_id)
        .join(chain, after.c.predecessor == chain.c.claim_id)
        .where(after.c.submission_code != DEBIT)
    )

    def count(*states: str) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((_C.state.in_(states), 1), else_=0))

    return (
        sa.select(
            chain.c.root,
            sa.func.sum(paid()).label("recovered"),
            count(*_WAITING).label("waiting"),
            count(ClaimState.WRITTEN_OFF.value).label("given_up"),
        )
        .join(schema.claims, _C.claim_id == chain.c.claim_id)
        .group_by(chain.c.root)
        .subquery()
    )


def _between(
    day: sa.ColumnElement[str], first: date | None, last: date | None
) -> list[sa.ColumnElement[bool]]:
    limits = []
    if first is not None:
        limits.append(day >= first.isoformat())
    if last is not None:
        limits.append(day <= last.isoformat())
    return limits
