"""A claim as Teleplan's records: a C02, and an N01 when it has a note."""

from dataclasses import dataclass

from tpi_billing.model.quickly import quickly_made
from tpi_billing.teleplan.claim_rules import contradictions, name_verify
from tpi_billing.teleplan.folding import Change, fold, initial
from tpi_billing.teleplan.layout import Value, Values
from tpi_billing.teleplan.numbering import number_after
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.records import C02
from tpi_billing.teleplan.refusal import Refusal
from tpi_billing.teleplan.writer import Rendered, writer_of

_NOTE_FOLLOWS = "N"
_DIAGNOSES = ("diagnosis_1", "diagnosis_2", "diagnosis_3")
_ADDRESSES = ("oin_address_1", "oin_address_2", "oin_address_3")


@quickly_made
@dataclass(frozen=True, slots=True)
class ClaimRecords:
    """The records of one claim in their order, and what is to be said of them.

    A record's text is blank when a field of it is refused; nothing of the claim may go out when
    `refusals` has anything in it. `changes` are accents and line ends that were replaced.
    """

    records: tuple[Rendered, ...]
    refusals: tuple[Refusal, ...]
    changes: tuple[Change, ...]


def claim_record(out: OutgoingClaim, data_centre: str, number: int) -> dict[str, Value]:
    """Return the C02 values of a claim by field name; `number` is its sequence number.

    Fields that are left out take the default of the layout.
    """
    claim = out.claim
    return {
        "data_centre": data_centre,
        "sequence_number": number,
        "payee_number": claim.payee_number,
        "practitioner_number": claim.practitioner_number,
        "name_verify": name_verify(out),
        "dependent": claim.dependent,
        "units": claim.units,
        "clarification_code": claim.clarification_code,
        "fee_item": claim.fee_item,
        "billed_amount": claim.amount_cents,
        "service_date": claim.service_date,
        "submission_code": claim.submission_code,
        "service_location": claim.location_code,
        "referral_code_1": claim.referral_code,
        "referral_number_1": claim.referral_number.strip() or _none("referral_number_1"),
        "start_time": claim.start_time,
        "finish_time": claim.end_time,
        "office_folio": claim.office_folio,
        "correspondence_code": _NOTE_FOLLOWS if out.note else _none("correspondence_code"),
        "mva": "Y" if claim.mva else "N",
        "icbc_claim_number": claim.icbc_claim_number.strip().upper() or _none("icbc_claim_number"),
        "original_file_number": out.original_file_number.strip() or _none("original_file_number"),
        "facility_number": claim.facility_number.strip() or _none("facility_number"),
        **dict(zip(_DIAGNOSES, claim.diagnoses, strict=False)),
        **(_other_patient(out) if out.insurer_code else _bc_patient(out)),
    }


def note_record(out: OutgoingClaim, data_centre: str, number: int) -> Values:
    """Return the N01 values of a claim's note; `number` is the note's own sequence number."""
    return {
        "data_centre": data_centre,
        "sequence_number": number,
        "payee_number": out.claim.payee_number,
        "practitioner_number": out.claim.practitioner_number,
        "note_text": out.note,
    }


def render_claim(out: OutgoingClaim, data_centre: str, number: int) -> ClaimRecords:
    """Write the records of a claim; its note takes the number after `number`."""
    return _rendered(out, data_centre, number, claim_record(out, data_centre, number))


def check_claim(out: OutgoingClaim, data_centre: str) -> ClaimRecords:
    """Write the records of a claim that has no numbers yet, to see whether it could go out."""
    values = claim_record(out, data_centre, 1)
    if out.claim.office_folio is None:
        values["office_folio"] = 1
    return _rendered(out, data_centre, 1, values)


def _rendered(out: OutgoingClaim, data_centre: str, number: int, values: Values) -> ClaimRecords:
    records = [writer_of("C02").render(values)]
    if out.note:
        note = note_record(out, data_centre, number_after(number))
        records.append(writer_of("N01").render(note))
    told = {
        (refusal.record, refusal.field): refusal for each in records for refusal in each.refusals
    }
    told |= {(refusal.record, refusal.field): refusal for refusal in contradictions(out)}
    changes = [*_name_change(out), *(change for each in records for change in each.changes)]
    return ClaimRecords(tuple(records), tuple(told.values()), tuple(changes))


def _bc_patient(out: OutgoingClaim) -> dict[str, Value]:
    return {"phn": out.claim.phn, "birth_date": out.claim.birth_date}


def _other_patient(out: OutgoingClaim) -> dict[str, Value]:
    claim = out.claim
    return {
        "insurer_code": out.insurer_code,
        "oin_registration": claim.registration_number.strip() or _none("oin_registration"),
        "oin_birth_date": claim.birth_date,
        "oin_first_name": claim.first_name,
        "oin_second_initial": initial(claim.second_name),
        "oin_surname": claim.surname,
        "oin_sex": claim.sex,
        "oin_postal_code": fold(claim.postal_code).replace(" ", ""),
        **dict(zip(_ADDRESSES, out.addresses, strict=False)),
    }


def _name_change(out: OutgoingClaim) -> list[Change]:
    """Tell of letters that stand for a name and are not as the patient writes them."""
    claim = out.claim
    if out.insurer_code:
        name, before, after = "oin_second_initial", claim.second_name, initial(claim.second_name)
    else:
        names = (claim.first_name, claim.second_name, claim.surname)
        name, before, after = "name_verify", " ".join(filter(None, names)), name_verify(out)
    if before.isascii() or not after:
        return []
    return [Change(C02.code, name, C02.by_name[name].p, before, after)]


def _none(field: str) -> Value:
    return C02.by_name[field].default
