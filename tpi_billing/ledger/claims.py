"""Claims in the ledger: written with their batch, listed, and found as live claims of a day."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time
from itertools import count, islice
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.book_months import book_month
from tpi_billing.ledger.bulk import insert_rows, update_rows
from tpi_billing.ledger.keyed import belongs
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.claim import Answerable, Claim, ClaimAtMsp, ClaimState
from tpi_billing.model.quickly import quickly_made

_T = schema.claims
_CLAIM_COLUMNS = tuple(field.name for field in fields(Claim))
_VALUES = attrgetter(*_CLAIM_COLUMNS)
_COLUMNS = (*_CLAIM_COLUMNS, "data_centre", "live")
_CHUNK = 500
_AT_ONCE = 2_000

_AT_MSP = tuple(field.name for field in fields(ClaimAtMsp))

_DEAD = frozenset({ClaimState.VOID, ClaimState.CORRECTED, ClaimState.DEBITED})
"""States of a claim that no longer stands in the way of another for the same service."""


@quickly_made
@dataclass(frozen=True, slots=True)
class LiveClaim:
    """What a live claim says that matters to another session of the same day."""

    patient_key: str
    practitioner_number: str
    service_date: str
    fee_item: str
    units: int
    percent: int
    claim_id: int
    batch_id: int
    session_id: str
    session_key: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class ClaimFilter:
    """Which claims to list; what is left out does not narrow. `month` is `YYYY-MM`."""

    batch_id: int | None = None
    state: str | None = None
    month: str | None = None
    practitioner: str | None = None
    session_id: str | None = None
    limit: int | None = None


def live_claims(
    connection: sa.Connection, data_centre: str, patient_keys: Sequence[str]
) -> list[LiveClaim]:
    """Find every live claim of these patients."""
    found: list[LiveClaim] = []
    columns = [_T.c[field.name] for field in fields(LiveClaim)]
    for at in range(0, len(patient_keys), _CHUNK):
        query = sa.select(*columns).where(
            _T.c.data_centre == data_centre,
            _T.c.live == 1,
            _T.c.patient_key.in_(patient_keys[at : at + _CHUNK]),
        )
        found.extend(LiveClaim(*row) for row in connection.execute(query.order_by(_T.c.claim_id)))
    return found


def add_claims(transaction: Transaction, data_centre: str, claims: Iterable[Claim]) -> None:
    """Store new claims, each with its journal entry."""
    coming = iter(claims)
    while some := list(islice(coming, _AT_ONCE)):
        rows = [(*_to_row(claim), data_centre, int(is_live(claim))) for claim in some]
        insert_rows(transaction.connection, _T, _COLUMNS, rows)
        for row in rows:
            values = dict(zip(_COLUMNS, row, strict=True))
            transaction.journal.write("claim.new", f"claim:{values['claim_id']}", values)


def is_live(claim: Claim) -> bool:
    """Tell whether it stands in the way of another claim for the same service."""
    return _is_live(claim.state, is_debit=claim.is_debit)


def _is_live(state: ClaimState, *, is_debit: bool) -> bool:
    return state not in _DEAD and not is_debit


def change_claims(
    transaction: Transaction, action: str, changes: Sequence[tuple[Answerable, Mapping[str, Any]]]
) -> None:
    """Give claims some new values; whether each is live follows from its new state.

    Each claim is given as it was. Every one has the same columns changed.
    """
    rows = []
    for claim, changed in changes:
        state = changed.get("state", claim.state)
        values = {name: _stored(value) for name, value in changed.items()}
        values["live"] = int(_is_live(state, is_debit=claim.is_debit))
        transaction.journal.write(action, f"claim:{claim.claim_id}", values)
        rows.append((*values.values(), claim.claim_id))
    if changes:
        columns = (*changes[0][1], "live")
        update_rows(transaction.connection, _T, columns, "claim_id", rows)


def room_beside_others(
    connection: sa.Connection, data_centre: str, claim_id: int
) -> dict[str, int]:
    """Return what else to change of a claim that is to be live again: a free ordinal, or nothing.

    Another may have been billed for the same service while it was not.
    """
    names = ("patient_key", "practitioner_number", "service_date", "fee_item")
    (claim,) = claims_numbered(connection, data_centre, [claim_id])
    query = sa.select(_T.c.ordinal).where(
        _T.c.data_centre == data_centre,
        *(_T.c[name] == _stored(getattr(claim, name)) for name in names),
        _T.c.live == 1,
        _T.c.claim_id != claim_id,
    )
    taken = set(connection.execute(query).scalars())
    if claim.ordinal not in taken:
        return {}
    return {"ordinal": next(each for each in count(1) if each not in taken)}


def claims_numbered(
    connection: sa.Connection, data_centre: str, claim_ids: Sequence[int]
) -> list[Claim]:
    """Return these claims, by their numbers; those that are not there are left out."""
    found: list[Claim] = []
    for at in range(0, len(claim_ids), _CHUNK):
        query = _keyed(data_centre).where(_T.c.claim_id.in_(claim_ids[at : at + _CHUNK]))
        found.extend(_from_row(row) for row in connection.execute(query))
    return found


def claims_at_msp(
    connection: sa.Connection, data_centre: str, claim_ids: Sequence[int]
) -> dict[int, ClaimAtMsp]:
    """Return, by number, what MSP's answers to these claims turn on."""
    found: dict[int, ClaimAtMsp] = {}
    columns = [_T.c[name] for name in _AT_MSP]
    state = _AT_MSP.index("state")
    for at in range(0, len(claim_ids), _CHUNK):
        query = sa.select(*columns).where(
            belongs(_T, data_centre), _T.c.claim_id.in_(claim_ids[at : at + _CHUNK])
        )
        for row in connection.execute(query.order_by(_T.c.claim_id)):
            values = list(row)
            values[state] = ClaimState(values[state])
            found[row[0]] = ClaimAtMsp(*values)
    return found


def folios(
    connection: sa.Connection, data_centre: str, numbers: Sequence[int]
) -> dict[int, tuple[int, int | None]]:
    """Return, by office folio number, each claim's number and sequence number."""
    found: dict[int, tuple[int, int | None]] = {}
    for at in range(0, len(numbers), _CHUNK):
        query = sa.select(_T.c.office_folio, _T.c.claim_id, _T.c.sequence_number).where(
            _T.c.data_centre == data_centre, _T.c.office_folio.in_(numbers[at : at + _CHUNK])
        )
        for folio, claim_id, number in connection.execute(query):
            found[folio] = claim_id, number
    return found


def claims_of_sessions(
    connection: sa.Connection, data_centre: str, session_keys: Sequence[int]
) -> dict[int, list[Claim]]:
    """Return every claim of these sessions, whatever its state, by session key."""
    found: dict[int, list[Claim]] = {key: [] for key in session_keys}
    for at in range(0, len(session_keys), _CHUNK):
        query = _keyed(data_centre).where(_T.c.session_key.in_(session_keys[at : at + _CHUNK]))
        for row in connection.execute(query):
            found[row.session_key].append(_from_row(row))
    return found


def send_claims(transaction: Transaction, batch_id: int, first: int, last: int) -> int:
    """Mark a file's claims as sent; return how many.

    They are those of the batch with a sequence number from `first` to `last`, where the numbers
    may begin again at 1 in between. A claim that is further on in its life stays as it is.
    """
    number = _T.c.sequence_number
    begins_again = sa.or_(number >= first, number <= last)
    within = number.between(first, last) if first <= last else begins_again
    batches = schema.batches.c
    centre = transaction.connection.execute(
        sa.select(batches.data_centre).where(batches.batch_id == batch_id)
    ).scalar_one()
    values = {
        "state": ClaimState.SENT.value,
        "sent_on": transaction.on.isoformat(),
        "billed_month": book_month(transaction.connection, centre, transaction.on),
    }
    return _change_batched(transaction, batch_id, "claim.sent", values, within)


def void_claims(transaction: Transaction, batch_id: int) -> int:
    """Void the claims of a batch that were not sent; return how many."""
    values = {"state": ClaimState.VOID.value, "live": 0}
    return _change_batched(transaction, batch_id, "claim.void", values, sa.true())


def _change_batched(
    transaction: Transaction,
    batch_id: int,
    action: str,
    values: Mapping[str, Any],
    which: sa.ColumnElement[bool],
) -> int:
    here = (_T.c.batch_id == batch_id, _T.c.state == ClaimState.BATCHED.value, which)
    query = sa.select(_T.c.claim_id).where(*here).order_by(_T.c.claim_id)
    ids = transaction.connection.execute(query).scalars().all()
    for claim_id in ids:
        transaction.journal.write(action, f"claim:{claim_id}", values)
    transaction.connection.execute(sa.update(_T).where(*here), dict(values))
    return len(ids)


def find_claims(connection: sa.Connection, data_centre: str, wanted: ClaimFilter) -> list[Claim]:
    """List claims by their numbers."""
    query = _query(data_centre).limit(wanted.limit)
    same = {
        "batch_id": wanted.batch_id,
        "state": wanted.state,
        "practitioner_number": wanted.practitioner,
        "session_id": wanted.session_id,
    }
    for column, value in same.items():
        if value is not None:
            query = query.where(_T.c[column] == value)
    if wanted.month is not None:
        query = query.where(_T.c.service_date.between(f"{wanted.month}-01", f"{wanted.month}-31"))
    found = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    return [_from_row(row) for row in found]


def find_claim(connection: sa.Connection, data_centre: str, claim_id: int) -> Claim | None:
    """Return one claim, None if there is none of that number."""
    row = connection.execute(_keyed(data_centre).where(_T.c.claim_id == claim_id)).one_or_none()
    return None if row is None else _from_row(row)


def _query(data_centre: str) -> sa.Select[Any]:
    return _all().where(_T.c.data_centre == data_centre)


def _keyed(data_centre: str) -> sa.Select[Any]:
    return _all().where(belongs(_T, data_centre))


def _all() -> sa.Select[Any]:
    return sa.select(*(_T.c[name] for name in _CLAIM_COLUMNS)).order_by(_T.c.claim_id)


def _to_row(claim: Claim) -> tuple[Any, ...]:
    return tuple(map(_stored, _VALUES(claim)))


_STORED: dict[type, Callable[[Any], Any]] = {
    bool: int,
    tuple: json.dumps,
    date: date.isoformat,
    time: lambda value: value.isoformat("minutes"),
    ClaimState: lambda value: value.value,
}


def _stored(value: Any) -> Any:
    convert = _STORED.get(type(value))
    return value if convert is None else convert(value)


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("service_date", "birth_date", "referral_date", "sent_on"), date.fromisoformat),
    **dict.fromkeys(("start_time", "end_time"), time.fromisoformat),
    "diagnoses": lambda value: tuple(json.loads(value)),
    "mva": bool,
    "state": ClaimState,
}
_CONVERTED = tuple((_CLAIM_COLUMNS.index(name), convert) for name, convert in _READ.items())


def _from_row(row: sa.Row[Any]) -> Claim:
    values = list(row)
    for place, convert in _CONVERTED:
        if values[place] not in {None, ""}:
            values[place] = convert(values[place])
    return Claim(*values)


def next_claim_id(transaction: Transaction) -> int:
    """Return the next free claim number."""
    return next_key(transaction.connection, _T.c.claim_id)
