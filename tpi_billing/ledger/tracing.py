"""What a claim's trace is read from: every table that says something of one claim, by an index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.numbers import lies_within

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of an import that had a session; `content_sha256` is blank in older ledgers."""

    import_id: int
    source: str
    file_name: str
    file_sha256: str
    sheet: str
    imported_at: str
    imported_by: str
    row_number: int
    outcome: str
    content_sha256: str


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as it stands; `content` and `pending` are JSON as in the schema."""

    session_key: int
    source: str
    session_id: str
    patient_key: str
    content: str
    content_sha256: str
    conflict: str
    pending: str
    import_id: int
    row_number: int
    batch_id: int | None


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a person decided about a session; one taken back is no longer `active`."""

    decision_id: int
    kind: str
    fee_item: str
    reference: str
    reason: str
    decided_at: str
    decided_by: str
    active: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    """A published file of a batch, as it was last written."""

    path: str
    kind: str
    sha256: str
    published_at: str
    published_by: str


@dataclass(frozen=True, slots=True)
class KeptFindings:
    """What a batch kept of a session: whether it was held, its findings as JSON."""

    batch_id: int
    held: bool
    findings: str


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file of MSP's that was taken in."""

    file_id: int
    name: str
    sha256: str
    imported_at: str
    imported_by: str


@dataclass(frozen=True, slots=True)
class MonthDecision:
    """A month was closed or reopened (`state`)."""

    month: str
    state: str
    decided_at: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class Review:
    """A claim was drawn for a look at its chart; the verdict is blank while there is none."""

    sample_id: int
    position: int
    drawn_at: str
    drawn_by: str
    verdict: str
    right_cents: int | None
    reason: str
    reviewed_by: str
    reviewed_on: str
    recorded_at: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal; `content` is JSON."""

    entry: int
    at: str
    actor: str
    action: str
    record: str
    content: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FilePart:
    """A Teleplan file of a batch, without its text."""

    part: int
    first_number: int
    last_number: int
    records: int
    claims: int
    amount_cents: int
    sha256: str

    def holds(self, number: int) -> bool:
        """Tell whether a record of that number is in it; numbers may begin again at 1."""
        first, last = self.first_number, self.last_number
        return lies_within(number, first, last)


def find_session(connection: sa.Connection, session_key: int) -> SessionRow | None:
    """Return a session's row."""
    table = schema.sessions
    columns = [table.c[name] for name in SessionRow.__dataclass_fields__]
    query = sa.select(*columns).where(table.c.session_key == session_key)
    row = connection.execute(query).one_or_none()
    return None if row is None else SessionRow(*row)


def imports_of(connection: sa.Connection, session_key: int) -> list[ImportedRow]:
    """Return every row of an import that had a session, oldest first."""
    rows, files = schema.import_rows, schema.imports
    query = (
        sa.select(
            *(files.c[name] for name in _OF_IMPORT),
            rows.c.row_number,
            rows.c.outcome,
            rows.c.content_sha256,
        )
        .join(files, files.c.import_id == rows.c.import_id)
        .where(rows.c.session_key == session_key)
        .order_by(rows.c.import_id, rows.c.row_number)
    )
    return [ImportedRow(**row._mapping) for row in connection.execute(query)]


_OF_IMPORT = tuple(ImportedRow.__dataclass_fields__)[:7]


def find_import(connection: sa.Connection, import_id: int, row_number: int) -> ImportedRow | None:
    """Return an import as if it had a row: for ledgers that kept no history of rows."""
    files = schema.imports
    query = sa.select(*(files.c[name] for name in _OF_IMPORT)).where(files.c.import_id == import_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return ImportedRow(**row._mapping, row_number=row_number, outcome="", content_sha256="")


def decisions_of_session(connection: sa.Connection, session_key: int) -> list[DecisionRow]:
    """Return every decision about a session, in force or not."""
    table = schema.decisions
    columns = [table.c[name] for name in DecisionRow.__dataclass_fields__]
    query = sa.select(*columns).where(table.c.session_key == session_key)
    rows = connection.execute(query.order_by(table.c.decision_id))
    return [DecisionRow(**{**row._mapping, "active": bool(row.active)}) for row in rows]


def files_of_batch(connection: sa.Connection, batch_id: int) -> list[FileRow]:
    """Return a batch's published files."""
    table = schema.batch_files
    columns = [table.c[name] for name in FileRow.__dataclass_fields__]
    query = sa.select(*columns).where(table.c.batch_id == batch_id)
    return [FileRow(*row) for row in connection.execute(query.order_by(table.c.path))]


def parts_of_batch(connection: sa.Connection, batch_id: int) -> list[FilePart]:
    """Return a batch's Teleplan files without their text."""
    table = schema.submission_files
    columns = [table.c[name] for name in FilePart.__dataclass_fields__]
    query = sa.select(*columns).where(table.c.batch_id == batch_id)
    return [FilePart(*row) for row in connection.execute(query.order_by(table.c.part))]


def content_of_part(connection: sa.Connection, batch_id: int, part: int) -> str:
    """Return the text of a Teleplan file."""
    table = schema.submission_files
    query = sa.select(table.c.content).where(table.c.batch_id == batch_id, table.c.part == part)
    return str(connection.execute(query).scalar_one())


def batches_up_to(connection: sa.Connection, data_centre: str, batch_id: int) -> list[int]:
    """Return the numbers of the batches up to one, itself too."""
    table = schema.batches
    query = sa.select(table.c.batch_id).where(
        table.c.data_centre == data_centre, table.c.batch_id <= batch_id
    )
    return list(connection.execute(query.order_by(table.c.batch_id)).scalars())


def findings_at(connection: sa.Connection, places: Iterable[tuple[int, int]]) -> list[KeptFindings]:
    """Return what batches kept at places, each a batch and a position."""
    table = schema.batch_sessions
    found = []
    for batch_id, position in places:
        query = sa.select(table.c.held, table.c.findings).where(
            table.c.batch_id == batch_id, table.c.position == position
        )
        for held, findings in connection.execute(query):
            found.append(KeptFindings(batch_id, bool(held), findings))
    return found


def answer_files(connection: sa.Connection, file_ids: Sequence[int]) -> dict[int, AnswerFile]:
    """Return MSP's files by their numbers."""
    table = schema.remittance_files
    columns = [table.c[name] for name in AnswerFile.__dataclass_fields__]
    query = sa.select(*columns).where(table.c.file_id.in_(file_ids))
    return {row.file_id: AnswerFile(*row) for row in connection.execute(query)}


def closings_of(
    connection: sa.Connection, data_centre: str, months: Sequence[str]
) -> list[MonthDecision]:
    """Return every closing and reopening of these months, in their order."""
    table = schema.closings
    columns = [table.c[name] for name in MonthDecision.__dataclass_fields__]
    query = sa.select(*columns).where(table.c.data_centre == data_centre, table.c.month.in_(months))
    return [MonthDecision(*row) for row in connection.execute(query.order_by(table.c.closing_id))]


def reviews_of(connection: sa.Connection, claim_id: int) -> list[Review]:
    """Return the samples that a claim was drawn in, with the reviewer's verdict."""
    drawn, samples, verdicts = schema.sample_claims, schema.samples, schema.verdicts
    said = sa.and_(verdicts.c.sample_id == drawn.c.sample_id, verdicts.c.claim_id == claim_id)
    told = [verdicts.c[name] for name in tuple(Review.__dataclass_fields__)[4:]]
    query = (
        sa.select(
            drawn.c.sample_id, drawn.c.position, samples.c.drawn_at, samples.c.drawn_by, *told
        )
        .join(samples, samples.c.sample_id == drawn.c.sample_id)
        .outerjoin(verdicts, said)
        .where(drawn.c.claim_id == claim_id)
        .order_by(drawn.c.sample_id)
    )
    return [Review(*_without_nulls(row)) for row in connection.execute(query)]


def _without_nulls(row: sa.Row[Any]) -> list[Any]:
    """Blank the words of a verdict that is not given; its amount stays None."""
    amount = tuple(Review.__dataclass_fields__).index("right_cents")
    return ["" if value is None and at != amount else value for at, value in enumerate(row)]


def entries_about(
    connection: sa.Connection, records: Sequence[str], action: str | None = None
) -> list[Entry]:
    """Return the journal's entries about these records, of one action only if that is given."""
    table = schema.journal
    columns = [table.c[name] for name in Entry.__dataclass_fields__]
    found: list[Entry] = []
    for at in range(0, len(records), _CHUNK):
        query = sa.select(*columns).where(table.c.record.in_(records[at : at + _CHUNK]))
        if action is not None:
            query = query.where(table.c.action == action)
        found += (Entry(*row) for row in connection.execute(query))
    return sorted(found, key=lambda entry: entry.entry)
