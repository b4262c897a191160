"""A batch as it was made: what its files are written from, and which of them were published."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from tpi_billing.claims.deadlines import last_day
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger import batches as stored
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.exchange import files_of as teleplan_files
from tpi_billing.ledger.rendered import insist_rendered
from tpi_billing.ledger.store import Connection
from tpi_billing.model.batch import Batch, BatchContents, HeldSession, SourceFile
from tpi_billing.model.claim import BatchState
from tpi_billing.model.finding import Finding, Place, Severity


def contents_to_export(ledger: Ledger, batch_id: int) -> BatchContents:
    """Return a batch's contents for its files; raise ConflictError for a void one.

    Raise IntegrityError when its Teleplan file is no longer what was rendered.
    """
    with ledger.reading() as connection:
        insist_rendered(connection, batch_id)
        contents = read_contents(connection, ledger, batch_id)
    if contents.batch.state is BatchState.VOID:
        raise ConflictError(
            f"Batch {batch_id} is void; its files must not be made again.",
            hint="Make a new batch with tpi-billing batch create.",
        )
    return contents


def record_files(
    ledger: Ledger, actor: str, batch_id: int, files: Sequence[tuple[str, str, str]]
) -> None:
    """Write into the journal which files were published: path, kind, SHA-256."""
    with ledger.changing(actor) as transaction:
        stored.add_files(transaction, batch_id, files)


def found_batch(connection: Connection, ledger: Ledger, batch_id: int) -> stored.BatchRow:
    """Return a batch's row; raise UsageError when there is none."""
    rows = stored.list_batches(connection, ledger.data_centre, only=batch_id)
    if not rows:
        raise UsageError(f"There is no batch {batch_id}.", hint="See tpi-billing batch list.")
    return rows[0]


def read_contents(connection: Connection, ledger: Ledger, batch_id: int) -> BatchContents:
    """Return everything that the batch's files are made from, as it was when it was made."""
    row = found_batch(connection, ledger, batch_id)
    held: list[HeldSession] = []
    notices: list[Finding] = []
    texts: dict[str, str] = {}
    for one in stored.sessions_of(connection, batch_id):
        if one.held:
            held.append(_held(one, texts))
        else:
            notices.extend(_findings(one.findings, texts))
    return BatchContents(
        batch=_batch(row, ledger.data_centre),
        claims=tuple(find_claims(connection, ledger.data_centre, ClaimFilter(batch_id=batch_id))),
        held=tuple(held),
        notices=tuple(notices),
        sources=tuple(SourceFile(*source) for source in row.facts["sources"]),
        teleplan_files=tuple(file.content for file in teleplan_files(connection, batch_id)),
    )


def _batch(row: stored.BatchRow, data_centre: str) -> Batch:
    facts = row.facts
    return Batch(
        batch_id=row.batch_id,
        state=BatchState(row.state),
        data_centre=data_centre,
        month=row.month,
        practitioner_filter=row.practitioner_filter,
        as_of=date.fromisoformat(row.as_of),
        created_at=row.created_at,
        created_by=row.created_by,
        clinic_name=facts["clinic_name"],
        contact_name=facts["contact_name"],
        contact_phone=facts["contact_phone"],
        payee_number=facts["payee_number"],
        practitioner_names=tuple((number, name) for number, name in facts["practitioner_names"]),
        item_titles=tuple((item, title) for item, title in facts["item_titles"]),
        editions=tuple(facts["editions"]),
        tool_version=facts["tool_version"],
        claims=row.claims,
        sessions=row.sessions,
        held=row.held,
        amount_cents=row.amount_cents,
        journal_entry=row.journal_entry,
        journal_hash=row.journal_hash,
    )


def _held(one: stored.BatchSession, texts: dict[str, str]) -> HeldSession:
    facts = one.facts
    day = date.fromisoformat(facts["service_date"])
    return HeldSession(
        session_id=facts["session_id"],
        source=facts["source"],
        service_date=day,
        practitioner_number=facts["practitioner_number"],
        patient_id=facts["patient_id"],
        phn=facts["phn"],
        first_name=facts["first_name"],
        surname=facts["surname"],
        last_day=last_day(day),
        place=Place(**facts["place"]),
        findings=tuple(_findings(one.findings, texts)),
    )


def _findings(kept: Iterable[dict[str, Any]], texts: dict[str, str]) -> Iterator[Finding]:
    """Read findings; `texts` are those that were met, for most say the same as thousands more."""
    for values in kept:
        parts = {name: _met(value, texts) for name, value in values.items()}
        parts["severity"] = Severity(parts["severity"])
        parts["place"] = Place(**parts["place"])
        yield Finding(**parts)


def _met(value: Any, texts: dict[str, str]) -> Any:
    return texts.setdefault(value, value) if isinstance(value, str) else value
