"""Everything that the ledger has of one claim, gathered by index and not yet put into words."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tpi_billing.audit.trace.versions import Said, Values, Versions
from tpi_billing.ledger import tracing
from tpi_billing.ledger.amendments import Amendment, amendments_of_claim
from tpi_billing.ledger.answers import successors_of
from tpi_billing.ledger.batches import BatchRow, list_batches
from tpi_billing.ledger.claims import claims_numbered, claims_of_sessions
from tpi_billing.ledger.exchange import Attempt, attempts_of
from tpi_billing.ledger.journal import Head, read_head
from tpi_billing.ledger.postings import Posted, postings_of_claim, sums_of_claims
from tpi_billing.ledger.referrals import referrals_of
from tpi_billing.ledger.remittances import lines_of_claims
from tpi_billing.ledger.store import Connection
from tpi_billing.ledger.trace_finding import keys_of_patients
from tpi_billing.model.claim import Claim
from tpi_billing.model.referral import RegisteredReferral
from tpi_billing.model.remittance import RemittanceLine


@dataclass(frozen=True, slots=True)
class SentFile:
    """The Teleplan file that a claim's record stands in, and which of how many it is."""

    part: tracing.FilePart
    of: int
    content: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the ledger has of a claim.

    `values` is what the session said when the claim was made, `said` what each import said of it.
    `chain` are the claims in whose place one another stand, this one among them, with what is
    `posted` of each in cents. `others` are the other claims of the patient's day. `findings` are
    those that batches up to the claim's own kept of the session.
    """

    claim: Claim
    session: tracing.SessionRow | None
    values: Values
    said: tuple[Said, ...]
    decisions: tuple[tracing.DecisionRow, ...]
    findings: tuple[tracing.KeptFindings, ...]
    batch: BatchRow
    files: tuple[tracing.FileRow, ...]
    sent: SentFile | None
    attempts: tuple[Attempt, ...]
    lines: tuple[RemittanceLine, ...]
    answer_files: dict[int, tracing.AnswerFile]
    postings: tuple[Posted, ...]
    closings: tuple[tracing.MonthDecision, ...]
    chain: tuple[Claim, ...]
    posted: dict[int, int]
    amendments: tuple[Amendment, ...]
    others: tuple[Claim, ...]
    referrals: tuple[RegisteredReferral, ...]
    reviews: tuple[tracing.Review, ...]
    entries: tuple[tracing.Entry, ...]
    head: Head

    @property
    def number(self) -> int:
        """The claim's number."""
        return self.claim.claim_id or 0

    def months(self) -> list[str]:
        """Return the months of the books in which something of the claim counts."""
        return _months(self.claim, self.lines, self.postings)

    def entry_of(self, record: str, action: str) -> int:
        """Return the last entry of an action about a record; 0 when the journal has none here."""
        return max((one.entry for one in self.about(record) if one.action == action), default=0)

    def about(self, record: str) -> Iterator[tracing.Entry]:
        """Yield the journal's entries about a record."""
        return (entry for entry in self.entries if entry.record == record)


def gather(connection: Connection, data_centre: str, claim: Claim) -> Gathered:
    """Gather what the ledger has of a claim."""
    number, key, batch_id = claim.claim_id or 0, claim.session_key, claim.batch_id or 0
    session = tracing.find_session(connection, key)
    (batch,) = list_batches(connection, data_centre, only=batch_id)
    chain = chain_of(connection, data_centre, claim)
    amendments = [
        one
        for each in chain
        for one in amendments_of_claim(connection, data_centre, each.claim_id or 0)
    ]
    lines = lines_of_claims(connection, data_centre, [number])[number]
    postings = postings_of_claim(connection, data_centre, number)
    decisions = tracing.decisions_of_session(connection, key)
    attempts = attempts_of(connection, batch_id)
    files = tracing.files_of_batch(connection, batch_id)
    parts = tracing.parts_of_batch(connection, batch_id)
    sent = _sent(connection, claim, parts)
    reviews = tracing.reviews_of(connection, number)
    rows = tracing.imports_of(connection, key)
    if not rows and session is not None:
        only = tracing.find_import(connection, session.import_id, session.row_number)
        rows = [] if only is None else [only]
    imports = {row.import_id for row in rows}
    batches = tracing.batches_up_to(connection, data_centre, batch_id)
    referrals = referrals_of(connection, data_centre, [claim.patient_key])
    records = [
        f"claim:{number}",
        f"session:{key}",
        f"batch:{batch_id}",
        *(f"batch:{one}/session:{key}" for one in batches),
        *(f"batch:{batch_id}/file:{one.path}" for one in files),
        *(f"batch:{batch_id}/part:{one.part}" for one in parts),
        *(f"submission:{one.submission_id}" for one in attempts),
        *(f"line:{one.line_id}" for one in lines),
        *(f"remittance-file:{one}" for one in sorted({one.file_id for one in lines})),
        *(f"amendment:{one.amendment_id}" for one in amendments),
        *(f"posting:{one.posting_id}" for one in postings),
        *(f"decision:{one.decision_id}" for one in decisions),
        *(f"referral:{one.referral_id}" for one in referrals.get(claim.patient_key, ())),
        *(f"sample:{one.sample_id}/claim:{number}" for one in reviews),
        *(f"sample:{one.sample_id}/verdict:{number}" for one in reviews),
    ]
    entries = tracing.entries_about(connection, records)
    versions = Versions(session, [one for one in entries if one.record == f"session:{key}"])
    months = _months(claim, lines, postings)
    return Gathered(
        claim=claim,
        session=session,
        values=versions.at(batch.journal_entry),
        said=tuple(versions.said(rows)),
        decisions=tuple(decisions),
        findings=tuple(tracing.findings_at(connection, _places(entries, key))),
        batch=batch,
        files=tuple(files),
        sent=sent,
        attempts=tuple(one for one in attempts if sent is None or one.part == sent.part.part),
        lines=tuple(lines),
        answer_files=tracing.answer_files(connection, sorted({one.file_id for one in lines})),
        postings=tuple(postings),
        closings=tuple(tracing.closings_of(connection, data_centre, months)),
        chain=tuple(chain),
        posted=sums_of_claims(connection, data_centre, [each.claim_id or 0 for each in chain]),
        amendments=tuple(amendments),
        others=tuple(_others(connection, data_centre, session, chain)),
        referrals=referrals.get(claim.patient_key, ()),
        reviews=tuple(reviews),
        entries=tuple(sorted([*entries, *_of_imports(connection, sorted(imports))], key=_order)),
        head=read_head(connection),
    )


def chain_of(connection: Connection, data_centre: str, claim: Claim) -> list[Claim]:
    """Return the claims in whose place one another stand, by number: before it, it, and after."""
    first = claim
    seen = {claim.claim_id}
    while first.predecessor is not None and first.predecessor not in seen:
        before = claims_numbered(connection, data_centre, [first.predecessor])
        if not before:
            break
        (first,) = before
        seen.add(first.claim_id)
    found = {first.claim_id or 0: first}
    waiting = [first.claim_id or 0]
    while waiting:
        after = successors_of(connection, data_centre, waiting.pop())
        new = [number for number in after if number not in found]
        found |= {one.claim_id or 0: one for one in claims_numbered(connection, data_centre, new)}
        waiting += new
    return [found[number] for number in sorted(found)]


def _sent(
    connection: Connection, claim: Claim, parts: Sequence[tracing.FilePart]
) -> SentFile | None:
    number = claim.sequence_number
    for part in parts:
        if number is not None and part.holds(number):
            content = tracing.content_of_part(connection, claim.batch_id or 0, part.part)
            return SentFile(part, len(parts), content)
    return None


def _others(
    connection: Connection,
    data_centre: str,
    session: tracing.SessionRow | None,
    chain: Sequence[Claim],
) -> list[Claim]:
    """Return the other claims of a patient's day, by any number he went under in the chain."""
    first = chain[0]
    patients = {one.patient_key for one in chain}
    patients |= set() if session is None else {session.patient_key}
    day = first.service_date.isoformat()
    keys = keys_of_patients(connection, data_centre, sorted(patients), day)
    found = claims_of_sessions(connection, data_centre, sorted({*keys, first.session_key}))
    same = {one.claim_id for one in chain}
    every = [one for some in found.values() for one in some if one.claim_id not in same]
    return sorted(every, key=lambda one: one.claim_id or 0)


def _places(entries: Iterable[tracing.Entry], session_key: int) -> Iterator[tuple[int, int]]:
    """Yield where batches kept what they found in a session, as their journal entries say."""
    for entry in entries:
        if entry.action == "batch.session" and entry.record.endswith(f"/session:{session_key}"):
            told = json.loads(entry.content)
            yield told["batch_id"], told["position"]


def _of_imports(connection: Connection, import_ids: Sequence[int]) -> list[tracing.Entry]:
    """Return the entries that began these imports; those of their rows are about many sessions."""
    records = [f"import:{one}" for one in import_ids]
    return tracing.entries_about(connection, records, "import.started")


def _order(entry: tracing.Entry) -> int:
    return entry.entry


def _months(claim: Claim, lines: Iterable[RemittanceLine], postings: Iterable[Posted]) -> list[str]:
    months = {claim.billed_month, *(one.month for one in postings)}
    for line in lines:
        months |= {line.month, line.claim_month}
    return sorted(months - {""})
