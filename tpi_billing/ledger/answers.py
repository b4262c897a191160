"""What MSP has said of claims, and which claims it has yet to answer: what the worklist asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.books import due, paid
from tpi_billing.ledger.chains import WAITING
from tpi_billing.ledger.keyed import belongs
from tpi_billing.ledger.sessions import Scope
from tpi_billing.model.claim import DEBIT, ClaimState
from tpi_billing.model.remittance import Standing

_C, _L, _F = schema.claims, schema.remittance_lines, schema.remittance_files
_P = schema.postings
_CHUNK = 500
_TO_LOOK_AT = (ClaimState.REFUSED.value, ClaimState.PAID_CHANGED.value, ClaimState.HELD.value)
_OUTSTANDING = due() + _C.c.adjusted_cents - paid()
_DONE = (
    ClaimState.PAID.value,
    ClaimState.CORRECTED.value,
    ClaimState.WRITTEN_OFF.value,
    ClaimState.DEBITED.value,
)
_POSTED = (
    sa.select(sa.func.coalesce(sa.func.sum(_P.c.cents), 0))
    .where(_P.c.claim_id == _C.c.claim_id)
    .scalar_subquery()
)
_WITH_POSTINGS = sa.select(_P.c.claim_id).where(_P.c.claim_id.is_not(None))
_REQUEST = schema.claims.alias("request")
_IS_ASKED_BACK = sa.exists().where(
    _REQUEST.c.predecessor == _C.c.claim_id,
    _REQUEST.c.submission_code == DEBIT,
    _REQUEST.c.state.in_([state.value for state in WAITING]),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A line of MSP's about a claim, without its text; the fields are those of a line.

    `taken_in` is the day on which its file came here, `file_name` and `line_number` its place.
    """

    line_id: int
    claim_id: int | None
    record: str
    payment_date: date | None
    taken_in: date
    file_name: str
    line_number: int
    payee_number: str
    practitioner_number: str
    explanatory_codes: tuple[str, ...]
    billed_cents: int | None
    paid_cents: int | None
    stated_adjustments_cents: int
    adjusted_cents: int
    paid_fee_item: str
    paid_units: int | None
    standing: Standing
    problem: str
    month: str

    @property
    def day(self) -> date:
        """The day that counts for it: that of the payment, or on which its file came here."""
        return self.payment_date or self.taken_in


_NAMES = tuple(name for name in Said.__dataclass_fields__ if name not in {"taken_in", "file_name"})


@dataclass(frozen=True, slots=True)
class SentClaims:
    """The claims of a payee that were sent on one day and that MSP has said nothing of.

    `due_cents` adds up what MSP should pay for them, `first_service` is their earliest service.
    """

    sent_on: date
    payee_number: str
    claims: int
    sessions: int
    due_cents: int
    first_service: date


def said_of_claims(
    connection: sa.Connection, data_centre: str, claim_ids: Sequence[int]
) -> dict[int, list[Said]]:
    """Return what MSP said of these claims, by claim, in the order it came in."""
    found: dict[int, list[Said]] = {claim_id: [] for claim_id in claim_ids}
    for at in range(0, len(claim_ids), _CHUNK):
        query = _all().where(
            belongs(_L, data_centre), _L.c.claim_id.in_(claim_ids[at : at + _CHUNK])
        )
        for row in connection.execute(query.order_by(_L.c.line_id)):
            found[row.claim_id].append(_from_row(row))
    return found


def open_said(
    connection: sa.Connection,
    data_centre: str,
    standing: Standing,
    practitioner: str | None = None,
) -> Iterator[Said]:
    """Stream the lines of a standing, such as those that matched no claim."""
    query = _said(data_centre).where(_L.c.standing == standing.value)
    if practitioner is not None:
        query = query.where(_L.c.practitioner_number == practitioner)
    rows = connection.execute(query.order_by(_L.c.line_id), execution_options={"yield_per": 2_000})
    for row in rows:
        yield _from_row(row)


def answered_with(connection: sa.Connection, data_centre: str, code: str) -> set[int]:
    """Return the claims that a line with an explanatory code was ever applied to."""
    query = sa.select(_L.c.claim_id).where(
        _L.c.data_centre == data_centre,
        _L.c.standing == Standing.APPLIED.value,
        _L.c.claim_id.is_not(None),
        (" " + _L.c.explanatory_codes + " ").contains(f" {code} ", autoescape=True),
    )
    return set(connection.execute(query.distinct()).scalars())


def claims_to_look_at(connection: sa.Connection, data_centre: str, scope: Scope) -> list[int]:
    """List the claims that MSP refused, changed, holds, or paid at another amount than is due.

    Those that were corrected, written off or taken back are among them when money of theirs moved
    afterwards; one whose payment is asked back waits for that.
    """
    query = sa.select(_C.c.claim_id).where(
        _C.c.data_centre == data_centre,
        sa.or_(
            _C.c.state.in_(_TO_LOOK_AT),
            sa.and_(
                _C.c.state.in_(_DONE),
                # Of very many paid claims only these have to be looked up among the postings.
                sa.or_(_OUTSTANDING != 0, _C.c.claim_id.in_(_WITH_POSTINGS)),
                _OUTSTANDING + _POSTED != 0,
                sa.or_(_C.c.state != ClaimState.DEBITED.value, ~_IS_ASKED_BACK),
            ),
        ),
        *_in_scope(scope),
    )
    return list(connection.execute(query.order_by(_C.c.claim_id)).scalars())


def sent_and_unanswered(
    connection: sa.Connection, data_centre: str, scope: Scope
) -> list[SentClaims]:
    """Sum up the claims that are sent and not answered, by the day they were sent and payee."""
    keys = (_C.c.sent_on, _C.c.payee_number)
    query = (
        sa.select(
            *keys,
            sa.func.count(),
            sa.func.count(_C.c.session_key.distinct()),
            sa.func.sum(due()),
            sa.func.min(_C.c.service_date),
        )
        .where(*_unanswered(data_centre), *_in_scope(scope))
        .group_by(*keys)
        .order_by(*keys)
    )
    return [
        SentClaims(
            date.fromisoformat(sent_on),
            payee,
            claims,
            sessions,
            int(cents),
            date.fromisoformat(first),
        )
        for sent_on, payee, claims, sessions, cents, first in connection.execute(query)
    ]


def numbers_of(
    connection: sa.Connection, data_centre: str, sent: SentClaims, scope: Scope
) -> list[int]:
    """List the claims that were summed up."""
    query = sa.select(_C.c.claim_id).where(
        *_unanswered(data_centre),
        _C.c.sent_on == sent.sent_on.isoformat(),
        _C.c.payee_number == sent.payee_number,
        *_in_scope(scope),
    )
    return list(connection.execute(query.order_by(_C.c.claim_id)).scalars())


def successors_of(connection: sa.Connection, data_centre: str, claim_id: int) -> list[int]:
    """List the claims that were made in the place of one, void ones too."""
    query = sa.select(_C.c.claim_id).where(
        _C.c.data_centre == data_centre, _C.c.predecessor == claim_id
    )
    return list(connection.execute(query.order_by(_C.c.claim_id)).scalars())


def _unanswered(data_centre: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _C.c.data_centre == data_centre,
        _C.c.state == ClaimState.SENT.value,
        _C.c.sent_on.is_not(None),
    )


def _in_scope(scope: Scope) -> Iterator[sa.ColumnElement[bool]]:
    if scope.month is not None:
        yield _C.c.service_date.between(f"{scope.month}-01", f"{scope.month}-31")
    if scope.practitioner is not None:
        yield _C.c.practitioner_number == scope.practitioner


def _said(data_centre: str) -> sa.Select[Any]:
    return _all().where(_L.c.data_centre == data_centre)


def _all() -> sa.Select[Any]:
    columns = (*(_L.c[name] for name in _NAMES), _F.c.name.label("file_name"), _F.c.imported_at)
    return sa.select(*columns).join(_F, _F.c.file_id == _L.c.file_id)


def _from_row(row: sa.Row[Any]) -> Said:
    values = dict(row._mapping)
    values["payment_date"] = values["payment_date"] and date.fromisoformat(values["payment_date"])
    values["explanatory_codes"] = tuple(values["explanatory_codes"].split())
    values["standing"] = Standing(values["standing"])
    values["taken_in"] = datetime.fromisoformat(values.pop("imported_at")).astimezone().date()
    return Said(**values)
