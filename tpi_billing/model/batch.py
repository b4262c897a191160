"""A batch and all that its files show: claims, held sessions, and where everything came from."""

from dataclasses import dataclass
from datetime import date

from tpi_billing.model.claim import BatchState, Claim
from tpi_billing.model.finding import Finding, Place


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that sessions were imported from; `sha256` is of its bytes."""

    name: str
    sha256: str
    sheet: str
    source: str
    imported_at: str
    imported_by: str


@dataclass(frozen=True, slots=True)
class HeldSession:
    """A session that stayed behind, with all its findings; names are whole, not masked."""

    session_id: str
    source: str
    service_date: date
    practitioner_number: str
    patient_id: str
    phn: str
    first_name: str
    surname: str
    last_day: date
    place: Place
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """A numbered batch as it was when it was made: exporting it later gives the same bytes.

    `month` is `YYYY-MM`. `practitioner_names` pairs MSP numbers with names,
    `item_titles` fee items with our titles. The journal entry is
    the one that recorded the batch; its hash is printed into every file of the batch.
    """

    batch_id: int
    state: BatchState
    data_centre: str
    month: str
    practitioner_filter: str
    as_of: date
    created_at: str
    created_by: str
    clinic_name: str
    contact_name: str
    contact_phone: str
    payee_number: str
    practitioner_names: tuple[tuple[str, str], ...]
    item_titles: tuple[tuple[str, str], ...]
    editions: tuple[str, ...]
    tool_version: str
    claims: int
    sessions: int
    held: int
    amount_cents: int
    journal_entry: int
    journal_hash: str


@dataclass(frozen=True, slots=True)
class BatchContents:
    """Everything that a batch's files are made from.

    `notices` are the warnings and infos of the sessions that were billed. `teleplan_files` are
    the texts of the files for MSP as they were rendered with the batch.
    """

    batch: Batch
    claims: tuple[Claim, ...]
    held: tuple[HeldSession, ...]
    notices: tuple[Finding, ...]
    sources: tuple[SourceFile, ...]
    teleplan_files: tuple[str, ...] = ()
