"""MSP's files and lines in the ledger: kept once, found by claim, payment or place."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.bulk import insert_rows, update_rows
from tpi_billing.ledger.journal import canonical_json
from tpi_billing.ledger.keyed import belongs
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction
from tpi_billing.model.remittance import RemittanceFile, RemittanceLine, Standing

_F, _L = schema.remittance_files, schema.remittance_lines
_NAMES = tuple(field.name for field in fields(RemittanceLine))
_COLUMNS = (*_NAMES, "data_centre")
_VALUES = attrgetter(*_NAMES)
_DAY, _CODES, _STANDING = (
    _NAMES.index(name) for name in ("payment_date", "explanatory_codes", "standing")
)
_CHUNK = 500
_AT_ONCE = 2_000


def find_file(connection: sa.Connection, data_centre: str, sha256: str) -> RemittanceFile | None:
    """Return the file of these bytes; None when it was never taken in."""
    query = sa.select(_F).where(_F.c.data_centre == data_centre, _F.c.sha256 == sha256)
    row = connection.execute(query).one_or_none()
    return None if row is None else _file(row)


def list_files(connection: sa.Connection, data_centre: str) -> list[RemittanceFile]:
    """List the files that were taken in, the latest first."""
    query = sa.select(_F).where(_F.c.data_centre == data_centre).order_by(_F.c.file_id.desc())
    return [_file(row) for row in connection.execute(query)]


def start_file(
    transaction: Transaction, data_centre: str, name: str, sha256: str, pickup_id: int | None
) -> int:
    """Record that a file is being taken in; return its number."""
    file_id = next_key(transaction.connection, _F.c.file_id)
    values = {
        "file_id": file_id,
        "data_centre": data_centre,
        "name": name,
        "sha256": sha256,
        "pickup_id": pickup_id,
        "imported_at": transaction.at,
        "imported_by": transaction.actor,
        "lines": 0,
        "fragment": "",
        "remarks": "[]",
    }
    transaction.connection.execute(sa.insert(_F), values)
    transaction.journal.write("remittance-file.new", f"remittance-file:{file_id}", values)
    return file_id


def finish_file(
    transaction: Transaction, file_id: int, lines: int, fragment: str, remarks: Sequence[str]
) -> None:
    """Record what a file came to once all of it was read."""
    values = {"lines": lines, "fragment": fragment, "remarks": canonical_json(list(remarks))}
    transaction.connection.execute(sa.update(_F).where(_F.c.file_id == file_id), values)
    transaction.journal.write("remittance-file.read", f"remittance-file:{file_id}", values)


def known_lines(
    connection: sa.Connection, data_centre: str, digests: Sequence[str]
) -> dict[tuple[str, int], RemittanceLine]:
    """Find lines that are there already, by content hash and ordinal."""
    found: dict[tuple[str, int], RemittanceLine] = {}
    for at in range(0, len(digests), _CHUNK):
        query = _query(data_centre).where(_L.c.content_sha256.in_(digests[at : at + _CHUNK]))
        for row in connection.execute(query):
            line = _line(row)
            found[line.content_sha256, line.ordinal] = line
    return found


def next_line_id(transaction: Transaction) -> int:
    """Return the next free line number."""
    return next_key(transaction.connection, _L.c.line_id)


def add_lines(transaction: Transaction, data_centre: str, lines: Sequence[RemittanceLine]) -> None:
    """Store new lines; the journal keeps all but their text, whose hash it has."""
    rows = [(*_to_row(line), data_centre) for line in lines]
    insert_rows(transaction.connection, _L, _COLUMNS, rows)
    text = _COLUMNS.index("content")
    names = (*_COLUMNS[:text], *_COLUMNS[text + 1 :])
    for row in rows:
        values = dict(zip(names, (*row[:text], *row[text + 1 :]), strict=True))
        # The hash is that of a line without the blanks at its end.
        values["blanks"] = len(row[text]) - len(row[text].rstrip(" "))
        transaction.journal.write("line.new", f"line:{row[0]}", values)


def stand_lines(
    transaction: Transaction,
    changes: Sequence[tuple[int, Standing, str, int | None, str, int]],
) -> None:
    """Say anew where lines stand.

    Each is line number, standing, problem, claim, claim month, and the adjusted cents.
    """
    names = ("standing", "problem", "claim_id", "claim_month", "adjusted_cents")
    rows = []
    for line_id, standing, *rest in changes:
        values = (standing.value, *rest)
        transaction.journal.write(
            "line.changed", f"line:{line_id}", dict(zip(names, values, strict=True))
        )
        rows.append((*values, line_id))
    update_rows(transaction.connection, _L, names, "line_id", rows)


def lines_of_claims(
    connection: sa.Connection, data_centre: str, claim_ids: Sequence[int]
) -> dict[int, list[RemittanceLine]]:
    """Return every line about these claims, by claim, in the order they came in."""
    found: dict[int, list[RemittanceLine]] = {claim_id: [] for claim_id in claim_ids}
    for at in range(0, len(claim_ids), _CHUNK):
        query = _all().where(
            belongs(_L, data_centre), _L.c.claim_id.in_(claim_ids[at : at + _CHUNK])
        )
        for row in connection.execute(query.order_by(_L.c.line_id)):
            found[row.claim_id].append(_line(row))
    return found


def lines_of_file(
    connection: sa.Connection, data_centre: str, file_id: int
) -> Iterator[RemittanceLine]:
    """Stream the lines that a file was the first to bring."""
    yield from _streamed(connection, _query(data_centre).where(_L.c.file_id == file_id))


def lines_of_payment(
    connection: sa.Connection, data_centre: str, payment_date: date, payee_number: str
) -> Iterator[RemittanceLine]:
    """Stream every line of a payee's remittance, in the order they came in."""
    query = _query(data_centre).where(
        _L.c.payment_date == payment_date.isoformat(), _L.c.payee_number == payee_number
    )
    yield from _streamed(connection, query)


def open_lines(
    connection: sa.Connection, data_centre: str, standing: Standing
) -> Iterator[RemittanceLine]:
    """Stream the lines of a standing, such as those that matched no claim."""
    yield from _streamed(connection, _query(data_centre).where(_L.c.standing == standing.value))


def unmatched_lines(
    connection: sa.Connection, data_centre: str, file_numbers: Sequence[str]
) -> list[RemittanceLine]:
    """Return the lines that found no claim and bear one of MSP's own claim numbers."""
    found: list[RemittanceLine] = []
    for at in range(0, len(file_numbers), _CHUNK):
        query = _query(data_centre).where(
            _L.c.file_number != "",
            _L.c.file_number.in_(file_numbers[at : at + _CHUNK]),
            _L.c.standing == Standing.UNMATCHED.value,
        )
        found.extend(_line(row) for row in connection.execute(query.order_by(_L.c.line_id)))
    return found


def waiting_claims(connection: sa.Connection, data_centre: str) -> list[int]:
    """List the claims that have a line which could not move them."""
    query = sa.select(_L.c.claim_id).where(
        _L.c.data_centre == data_centre,
        _L.c.standing == Standing.NOT_APPLIED.value,
        _L.c.claim_id.is_not(None),
    )
    return sorted(connection.execute(query.distinct()).scalars())


def claims_by_file_number(
    connection: sa.Connection, data_centre: str, numbers: Sequence[str]
) -> dict[str, set[int]]:
    """Return, for MSP's own claim numbers, the claims whose matched lines bear them."""
    found: dict[str, set[int]] = {}
    for at in range(0, len(numbers), _CHUNK):
        query = sa.select(_L.c.file_number, _L.c.claim_id).where(
            _L.c.data_centre == data_centre,
            _L.c.file_number != "",
            _L.c.file_number.in_(numbers[at : at + _CHUNK]),
            _L.c.claim_id.is_not(None),
        )
        for number, claim_id in connection.execute(query.distinct()):
            found.setdefault(number, set()).add(claim_id)
    return found


def payments(
    connection: sa.Connection, data_centre: str, month: str | None = None
) -> list[tuple[date, str]]:
    """List every payment date with its payee, the latest first; `month` is that of the books."""
    query = sa.select(_L.c.payment_date, _L.c.payee_number).where(
        _L.c.data_centre == data_centre, _L.c.payment_date.is_not(None)
    )
    if month is not None:
        query = query.where(_L.c.month == month)
    order = (_L.c.payment_date.desc(), _L.c.payee_number)
    rows = connection.execute(query.distinct().order_by(*order))
    return [(date.fromisoformat(day), payee) for day, payee in rows]


def _streamed(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[RemittanceLine]:
    rows = connection.execute(
        query.order_by(_L.c.line_id), execution_options={"yield_per": _AT_ONCE}
    )
    for row in rows:
        yield _line(row)


def _query(data_centre: str) -> sa.Select[Any]:
    return _all().where(_L.c.data_centre == data_centre)


def _all() -> sa.Select[Any]:
    return sa.select(*(_L.c[name] for name in _NAMES))


def _to_row(line: RemittanceLine) -> tuple[Any, ...]:
    row = list(_VALUES(line))
    row[_DAY] = line.payment_date and line.payment_date.isoformat()
    row[_CODES] = " ".join(line.explanatory_codes)
    row[_STANDING] = line.standing.value
    return tuple(row)


def _line(row: sa.Row[Any]) -> RemittanceLine:
    values = list(row)
    values[_DAY] = values[_DAY] and date.fromisoformat(values[_DAY])
    values[_CODES] = tuple(values[_CODES].split())
    values[_STANDING] = Standing(values[_STANDING])
    return RemittanceLine(*values)


def _file(row: sa.Row[Any]) -> RemittanceFile:
    values = dict(row._mapping)
    values.pop("data_centre")
    values["remarks"] = tuple(json.loads(values["remarks"]))
    return RemittanceFile(**values)
