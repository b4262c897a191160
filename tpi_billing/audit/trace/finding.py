"""Which claims are meant: by number, session, patient, or the numbers on MSP's side."""

from dataclasses import dataclass

from tpi_billing.ledger import trace_finding, tracing
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim
from tpi_billing.model.identifiers import is_phn
from tpi_billing.teleplan.numbering import LAST_NUMBER, number_after

_DEPENDENTS = ("00", "66")
"""The patient's own number, and a newborn on its mother's (Teleplan C02 P18)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which claims to trace: exactly one of these is given.

    `patient` is a health number, a chart number, or a patient key of the ledger.
    """

    claim_id: int | None = None
    session_id: str | None = None
    patient: str | None = None
    sequence: int | None = None
    folio: int | None = None


def find_wanted(connection: Connection, data_centre: str, wanted: Wanted) -> list[Claim]:
    """Return the claims that are meant, by number; none when there is no such."""
    return claims_numbered(connection, data_centre, _numbers(connection, data_centre, wanted))


def _numbers(connection: Connection, data_centre: str, wanted: Wanted) -> list[int]:
    if wanted.claim_id is not None:
        return [wanted.claim_id]
    if wanted.folio is not None:
        return trace_finding.claims_by_folio(connection, data_centre, wanted.folio)
    if wanted.sequence is not None:
        return _of_sequence(connection, data_centre, wanted.sequence)
    if wanted.session_id is not None:
        keys = trace_finding.keys_of_session(connection, data_centre, wanted.session_id)
        return trace_finding.claims_of_keys(connection, data_centre, keys)
    return _of_patient(connection, data_centre, wanted.patient or "")


def _of_sequence(connection: Connection, data_centre: str, number: int) -> list[int]:
    """Find the claims of a record's number: of the claim's own record, or of its note."""
    found = trace_finding.claims_by_sequence(connection, data_centre, number)
    before = trace_finding.claims_by_sequence(connection, data_centre, _number_before(number))
    taken = {claim.sequence_cycle for claim in claims_numbered(connection, data_centre, found)}
    noted = [
        claim.claim_id or 0
        for claim in claims_numbered(connection, data_centre, before)
        if claim.sequence_cycle not in taken and has_note(connection, claim)
    ]
    return sorted((*found, *noted))


def has_note(connection: Connection, claim: Claim) -> bool:
    """Tell whether a note went out behind a claim, by the file that it went in."""
    number = claim.sequence_number
    if number is None or claim.batch_id is None:
        return False
    for part in tracing.parts_of_batch(connection, claim.batch_id):
        if part.holds(number):
            content = tracing.content_of_part(connection, claim.batch_id, part.part)
            return f"\nN01{content[3:8]}{number_after(number):07}" in content
    return False


def _number_before(number: int) -> int:
    return number - 1 if number > 1 else LAST_NUMBER


def _of_patient(connection: Connection, data_centre: str, patient: str) -> list[int]:
    keys = patient_keys(connection, data_centre, patient)
    sessions = trace_finding.keys_of_patients(connection, data_centre, keys)
    found = trace_finding.claims_of_keys(connection, data_centre, sessions)
    return sorted({*found, *trace_finding.live_claims_of(connection, data_centre, keys)})


def patient_keys(connection: Connection, data_centre: str, patient: str) -> list[str]:
    """Return what the ledger knows a patient by."""
    plain = patient.replace(" ", "").replace("-", "")
    if is_phn(plain):
        return [f"phn:{plain}/{dependent}" for dependent in _DEPENDENTS]
    if patient.startswith(("phn:", "registration:", "chart:", "row:")):
        return [patient]
    return [f"chart:{patient}", *trace_finding.patients_of_chart(connection, data_centre, patient)]
