"""Journal entries in words: what was done to which record, with the values anybody may see."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tpi_billing.ledger.journal_reading import LogEntry
from tpi_billing.model.masking import mask_health_numbers_in, mask_name, mask_value
from tpi_billing.model.money import dollars
from tpi_billing.model.session import COLUMN

_PARTS = re.compile(r"/(?=[a-z-]+:)")
_DONE = {
    "import.started": "began to import {file_name}",
    "import.rows": "remembered what became of {rows} rows of {record}",
    "import.finished": "finished {record}: {new} new, {updated} updated, {rejected} rejected",
    "session.new": "brought in {record} of {service_date}",
    "session.changed": "changed {record}",
    "session.billed": "billed {record} in batch {batch_id}",
    "session.released": "set {record} free to be billed again",
    "row.rejected": "rejected {record}",
    "row.resolved": "settled {record}, which was rejected",
    "referral.new": "added {record} to the registry",
    "referral.changed": "changed {record}",
    "referral.updated": "recorded a written report to the referrer on {sent_on} for {record}",
    "referral.closed": "closed {record}",
    "referral.reopened": "opened {record} again",
    "referrals.imported": "imported a list of referrals, {file}",
    "referrals.letters": "made letters to referrers",
    "decision.new": "decided about session {session_key}: {kind} ({record})",
    "decision.replaced": "put {record} out of force by a later one",
    "decision.withdrawn": "took {record} back",
    "batch.new": "made {record} of {month}: {claims} claims, {amount_cents}",
    "batch.session": "noted the findings of {record}",
    "batch.exported": "published the {kind} of {record}",
    "batch.sent": "recorded {record} as sent",
    "batch.unknown": "left open whether MSP has {record}",
    "batch.accepted": "recorded {record} as accepted by MSP",
    "batch.rejected": "recorded {record} as rejected by MSP",
    "batch.prepared": "made {record} ready again",
    "batch.void": "voided {record}",
    "file.rendered": "rendered the Teleplan file {record}: {records} records, {amount_cents}",
    "claim.new": "made {record}: item {fee_item} of {service_date}, {amount_cents}",
    "claim.sent": "recorded {record} as sent",
    "claim.void": "voided {record}",
    "claim.answered": "read MSP's answer to {record}: {state}",
    "claim.corrected": "replaced {record} by a corrected claim",
    "claim.reinstated": "gave {record} its earlier state again: {state}",
    "claim.written-off": "wrote {record} off",
    "claim.debit-requested": "asked MSP to take {record} back",
    "claim.debit-answered": "read MSP's answer to the debit request for {record}: {state}",
    "submission.started": "began to send part {part} of batch {batch_id} ({site})",
    "submission.finished": "learned what became of {record}: {outcome}",
    "pickup.kept": "kept what was fetched from MSP ({record})",
    "remittance-file.new": "took in MSP's file {name}",
    "remittance-file.read": "read {record} to its end: {lines} lines",
    "line.new": "took in {record} of MSP, {record_code}, {standing}",
    "line.changed": "put {record} of MSP anew: {standing}",
    "amendment.new": "asked of claim {claim_id}: {kind} ({record})",
    "amendment.withdrawn": "took {record} back",
    "posting.new": "posted {kind} of {cents} in {month} ({record})",
    "closing.new": "{state} the books of {month} ({record})",
    "closing-line.new": "kept what the month came to for practitioner {practitioner_number}",
    "counter.moved": "moved the {record} to {next_value}",
    "sample.new": "drew {record}: {size} of {population} claims",
    "sample-stratum.new": "kept {record}",
    "sample-claim.new": "drew {record}",
    "verdict.given": "recorded a reviewer's verdict, {record}: {verdict}",
    "verdict.changed": "changed a reviewer's verdict, {record}: {verdict}",
    "corrections.imported": "read a workbook of corrections back",
    "fees.imported": "imported a list of codes ({record})",
    "password.changed": "changed the Teleplan password",
    "eligibility.asked": "asked MSP about a patient's coverage",
    "unmask": "looked at health numbers and names: {command}",
    "patients.written": "wrote patients' data into the file {file}: {command}",
    "audit.verified": "verified the ledger up to entry {entries}",
}
_OPEN_ENDED = frozenset({"reason", "why", "void_reason"})
"""What people wrote themselves: shown, with anything like a health number masked."""
_MEDICAL = frozenset({"referral.new", "referral.changed"})
"""Here the reason is the referral's own, what the patient has, and not why something was done."""
_SHOWN = frozenset(
    {
        "state", "standing", "kind", "outcome", "status", "verdict", "month", "billed_month",
        "claim_month", "sent_on", "closed_on", "notice_sent", "received", "service_date",
        "batch_id", "claim_id", "session_key", "successor_id", "predecessor", "active", "live",
        "fee_item", "units", "percent", "next_value", "submission_code", "practitioner_number",
        "payee_number", "implicit", "implicit_excluded", "resolved",
    }
)  # fmt: skip
"""Columns whose values are never a patient's own."""
_PLAIN = _SHOWN | frozenset(
    {
        "data_centre", "source", "file", "file_name", "sheet", "file_sha256", "content_sha256",
        "sha256", "imported_at", "imported_by", "created_at", "created_by", "published_at",
        "published_by", "started_at", "started_by", "finished_at", "fetched_at", "fetched_by",
        "decided_at", "decided_by", "posted_at", "posted_by", "made_at", "made_by", "drawn_at",
        "drawn_by", "drawn_on", "recorded_at", "recorded_by", "reviewed_by", "reviewed_on", "as_of",
        "start_time", "end_time", "edition", "price_status", "record", "from_state", "site",
        "location_code", "clarification_code", "facility_number", "explanatory_codes",
        "payment_date", "paid_fee_item", "first_day", "last_day", "stratified_by", "seed",
        "command", "list_sha256", "outcome", "code", "severity", "sent_on", "remittance",
        "practitioner_filter", "referral_code", "referral_profession", "profession", "insurer",
    }
)  # fmt: skip
"""Columns whose values scripts are shown as they are; of any other text nothing is."""
_MOST = 8
"""An entry with more values tells all of a record: its sentence says enough."""
_PEOPLE = frozenset({"first_name", "second_name", "surname", "name", "referral_name"})
_CELLS = {"first_name": "patient_first_name", "surname": "patient_surname"}


def in_words(entry: LogEntry, *, unmask: bool) -> str:
    """Say what an entry tells, as half a sentence whose subject is the actor."""
    values = _Values(entry, unmask=unmask)
    sentence = _DONE.get(entry.action)
    if sentence is None:
        sentence = f"{entry.action.replace('.', ' ')}: {{record}}"
    said = sentence.format_map(values)
    more = "; ".join(_details(entry, said, unmask=unmask))
    return f"{said} ({more})" if more else said


def shown_values(entry: LogEntry, *, unmask: bool) -> Any:
    """Return an entry's values for scripts, health numbers and names masked."""
    if unmask:
        return entry.values
    values = masked(entry.values)
    if entry.action in _MEDICAL and isinstance(values, dict) and values.get("reason"):
        values["reason"] = "***"
    return values


def masked(value: Any, name: str = "") -> Any:
    """Mask a value by the column it is of; JSON within a text is looked into."""
    if isinstance(value, Mapping):
        return {key: masked(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one, name) for one in value]
    if not isinstance(value, str) or (name in _PLAIN and name not in COLUMN):
        return value
    if name not in COLUMN and value[:1] in {"{", "["}:
        try:
            inner = json.loads(value)
        except ValueError:
            return "***"
        return json.dumps(masked(inner, name), ensure_ascii=False)
    return _masked_text(name, value)


def _masked_text(name: str, value: str) -> str:
    # In an export whose cells have shifted, any column of a session may hold a health number.
    if name in _PEOPLE:
        return mask_name(value)
    if name == "patient_key":
        kind, colon, rest = value.rpartition(":")
        return f"{kind}{colon}{mask_value('phn', rest)}"
    if name in _OPEN_ENDED:
        return mask_health_numbers_in(value)
    column = _CELLS.get(name, name)
    if column in COLUMN:
        return mask_value(column, value)
    return "***" if value else value


def record_in_words(record: str) -> str:
    """Name a record as people do: `batch:1/part:2` is `batch 1, part 2`."""
    return ", ".join(part.replace(":", " ", 1) for part in _PARTS.split(record))


class _Values(dict[str, str]):
    """The words of a sentence; what an entry does not have is left blank."""

    def __init__(self, entry: LogEntry, *, unmask: bool) -> None:
        super().__init__()
        self._values = shown_values(entry, unmask=unmask) or {}
        self["record"] = mask_health_numbers_in(record_in_words(entry.record))

    def __missing__(self, name: str) -> str:
        return _said(name, self._values.get("record" if name == "record_code" else name, ""))


def _details(entry: LogEntry, said: str, *, unmask: bool) -> Iterator[str]:
    values = shown_values(entry, unmask=unmask) or {}
    for name, value in values.items():
        told = name in _OPEN_ENDED or (
            len(values) <= _MOST and (name in _SHOWN or name.endswith("_cents"))
        )
        if told and value not in {None, ""} and (text := _said(name, value)) not in said:
            yield f"{name.removesuffix('_cents').replace('_', ' ')} {text}"


def _said(name: str, value: Any) -> str:
    if isinstance(value, int) and (name == "cents" or name.endswith("_cents")):
        return f"${dollars(value)}"
    if isinstance(value, list | dict):
        return f"{len(value)} things"
    return str(value)
