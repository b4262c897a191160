"""Teleplan in the ledger: rendered files and their numbers, attempts to send, what was fetched."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.sessions import next_key
from tpi_billing.ledger.transaction import Transaction

_FILES, _TRIES, _PICKUPS = schema.submission_files, schema.submissions, schema.pickups


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One Teleplan file of a batch, as it was rendered; `content` is ASCII with CR LF."""

    batch_id: int
    part: int
    first_number: int
    last_number: int
    records: int
    claims: int
    amount_cents: int
    content: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to send a file; `outcome` is blank while nobody knows what became of it.

    `finished_at` is None as long as the sending itself may still go on. `reply` is MSP's, to be
    read with `bytes_of`, or a person's words.
    """

    submission_id: int
    batch_id: int
    part: int
    site: str
    started_at: str
    started_by: str
    finished_at: str | None
    outcome: str
    reply: str


def add_files(transaction: Transaction, files: Sequence[StoredFile]) -> None:
    """Store a batch's rendered files; the journal keeps all but their text."""
    for file in files:
        values = {name: getattr(file, name) for name in StoredFile.__dataclass_fields__}
        transaction.connection.execute(sa.insert(_FILES), values)
        told = {name: value for name, value in values.items() if name != "content"}
        transaction.journal.write("file.rendered", f"batch:{file.batch_id}/part:{file.part}", told)


def files_of(connection: sa.Connection, batch_id: int) -> list[StoredFile]:
    """Return a batch's files in their order."""
    query = sa.select(_FILES).where(_FILES.c.batch_id == batch_id).order_by(_FILES.c.part)
    return [StoredFile(*row) for row in connection.execute(query)]


def start_attempt(transaction: Transaction, batch_id: int, part: int, site: str) -> int:
    """Write down that a file is about to be sent; return the attempt's number."""
    submission_id = next_key(transaction.connection, _TRIES.c.submission_id)
    values = {
        "submission_id": submission_id,
        "batch_id": batch_id,
        "part": part,
        "site": site,
        "started_at": transaction.at,
        "started_by": transaction.actor,
        "finished_at": None,
        "outcome": "",
        "reply": "",
    }
    transaction.connection.execute(sa.insert(_TRIES), values)
    transaction.journal.write("submission.started", f"submission:{submission_id}", values)
    return submission_id


def finish_attempt(transaction: Transaction, submission_id: int, outcome: str, reply: str) -> None:
    """Write down what became of an attempt, with MSP's own words."""
    values = {"finished_at": transaction.at, "outcome": outcome, "reply": reply}
    transaction.connection.execute(
        sa.update(_TRIES).where(_TRIES.c.submission_id == submission_id), values
    )
    transaction.journal.write("submission.finished", f"submission:{submission_id}", values)


def attempts_of(connection: sa.Connection, batch_id: int) -> list[Attempt]:
    """Return every attempt to send a batch's files, oldest first."""
    query = sa.select(_TRIES).where(_TRIES.c.batch_id == batch_id)
    return [Attempt(*row) for row in connection.execute(query.order_by(_TRIES.c.submission_id))]


def find_attempt(connection: sa.Connection, submission_id: int) -> Attempt:
    """Return one attempt, which must be there."""
    query = sa.select(_TRIES).where(_TRIES.c.submission_id == submission_id)
    return Attempt(*connection.execute(query).one())


def sites_of_files_up_to(
    connection: sa.Connection, data_centre: str, last_number: int, outcome: str
) -> list[str]:
    """Return where files that end with a number were sent to with an outcome."""
    batches = schema.batches
    query = (
        sa.select(_TRIES.c.site)
        .join(
            _FILES,
            sa.and_(_FILES.c.batch_id == _TRIES.c.batch_id, _FILES.c.part == _TRIES.c.part),
        )
        .join(batches, batches.c.batch_id == _FILES.c.batch_id)
        .where(
            batches.c.data_centre == data_centre,
            _FILES.c.last_number == last_number,
            _TRIES.c.outcome == outcome,
        )
    )
    return list(connection.execute(query).scalars())


_ENCODED = "base64:"


def text_of(content: bytes) -> str:
    """Return MSP's bytes as text that every database keeps: one character a byte, else base64.

    PostgreSQL refuses the character 0.
    """
    text = content.decode("latin-1")
    if "\0" in text or text.startswith(_ENCODED):
        return _ENCODED + base64.b64encode(content).decode("ascii")
    return text


def bytes_of(text: str) -> bytes:
    """Return the bytes that `text_of` made a text of."""
    if text.startswith(_ENCODED):
        return base64.b64decode(text.removeprefix(_ENCODED))
    return text.encode("latin-1")


def add_pickup(
    transaction: Transaction, data_centre: str, site: str, content: str, sha256: str
) -> tuple[int, bool]:
    """Keep what was fetched, as `text_of` makes it; return its number and whether it is new."""
    there = sa.select(_PICKUPS.c.pickup_id).where(
        _PICKUPS.c.data_centre == data_centre, _PICKUPS.c.sha256 == sha256
    )
    known = transaction.connection.execute(there).scalar()
    if known is not None:
        return known, False
    pickup_id = next_key(transaction.connection, _PICKUPS.c.pickup_id)
    values = {
        "pickup_id": pickup_id,
        "data_centre": data_centre,
        "fetched_at": transaction.at,
        "fetched_by": transaction.actor,
        "site": site,
        "sha256": sha256,
    }
    transaction.connection.execute(sa.insert(_PICKUPS), {**values, "content": content})
    transaction.journal.write("pickup.kept", f"pickup:{pickup_id}", values)
    return pickup_id, True
