"""What must hold between the fields of a claim before it may be written.

One rule, one small function: it yields a refusal for each field that the cure is about. What a
single field must look like is in its layout.
"""

from collections.abc import Callable, Iterator

from tpi_billing.model.identifiers import begins_with_letter, is_phn
from tpi_billing.teleplan.folding import initial, letters
from tpi_billing.teleplan.outgoing import OVER_AGE, OutgoingClaim
from tpi_billing.teleplan.records import C02
from tpi_billing.teleplan.refusal import Refusal, refuse

NEEDS_NOTE = frozenset("CXE")
"""Submission codes that are refused YA without a note (C02 P34)."""
NEEDS_FILE_NUMBER = frozenset("E")
"""Submission codes that name the claim that they are about (C02 P64)."""
_FIRST_TIME = frozenset("0D")
_DIAGNOSES = 3


def contradictions(out: OutgoingClaim) -> Iterator[Refusal]:
    """Yield every refusal of a claim that no single field shows."""
    for rule in _RULES:
        yield from rule(out)


def name_verify(out: OutgoingClaim) -> str:
    """Return the name as MSP verifies it (C02 P16): `J D` and `OF` for John Dean O'Farrow.

    First initial, second initial or blank, first two letters of the surname; letters only, accents
    folded. `0000` for another insurer's patient, `""` when a name has no letter to begin with.
    """
    if out.insurer_code:
        return "0000"
    claim = out.claim
    first, surname = initial(claim.first_name), letters(claim.surname)[:2]
    if not (first and surname):
        return ""
    return f"{first}{initial(claim.second_name) or ' '}{surname}"


def _names(out: OutgoingClaim) -> Iterator[Refusal]:
    if out.insurer_code:
        return
    for words, name in (("first name", out.claim.first_name), ("surname", out.claim.surname)):
        if not name.strip():
            yield _no("name_verify", f"has no {words}")
        elif not (begins_with_letter(name.strip()) and letters(name)):
            yield _no("name_verify", f"has a {words} that does not begin with a letter", name)


def _bc_patient(out: OutgoingClaim) -> Iterator[Refusal]:
    """Know a BC patient by health number and birth date (C02 P14, P52)."""
    if out.insurer_code:
        return
    if not is_phn(out.claim.phn):
        yield _no("phn", "is not a BC personal health number", out.claim.phn)
    if out.claim.birth_date is None:
        yield _no("birth_date", "is missing", cure="Enter the birth date from the patient's card.")


def _other_patient(out: OutgoingClaim) -> Iterator[Refusal]:
    """Know another insurer's patient by the card's particulars (C02 P102-P114)."""
    if not out.insurer_code:
        return
    claim = out.claim
    for field, given in (
        ("oin_registration", claim.registration_number.strip("0 ")),
        ("oin_birth_date", claim.birth_date),
        ("oin_first_name", claim.first_name.strip()),
        ("oin_surname", claim.surname.strip()),
        ("oin_sex", claim.sex),
        ("oin_address_1", out.addresses),
    ):
        if not given:
            cure = "Copy it from the patient's out-of-province card."
            yield _no(field, "is missing for another insurer's patient", cure=cure)


def _referral(out: OutgoingClaim) -> Iterator[Refusal]:
    """Want a code and a number of a referral, or neither (C02 P41, P42)."""
    claim = out.claim
    named = claim.referral_number.strip("0 ")
    if claim.referral_code != "0" and not named:
        cure = "Enter the referrer's MSP number, or no referral at all."
        yield _no("referral_number_1", "is missing beside a referral code", cure=cure)
    elif claim.referral_code == "0" and named:
        cure = "Say B for referred by, or T for referred to."
        yield _no("referral_code_1", "is 0 beside a referrer's number", cure=cure)


def _diagnoses(out: OutgoingClaim) -> Iterator[Refusal]:
    given = len(out.claim.diagnoses)
    if given > _DIAGNOSES:
        cure = "Keep the three that matter."
        yield _no("diagnosis_3", f"is the last place and {given} diagnoses are given", cure=cure)


def _times(out: OutgoingClaim) -> Iterator[Refusal]:
    start, end = out.claim.start_time, out.claim.end_time
    if start is not None and end is not None and end < start:
        cure = "Correct start_time or end_time."
        yield _no("finish_time", "is before the start time", f"{end:%H:%M}", cure=cure)


def _accident(out: OutgoingClaim) -> Iterator[Refusal]:
    """Want the accident mark beside an ICBC number (C02 P60, P62)."""
    if out.claim.icbc_claim_number.strip("0 ") and not out.claim.mva:
        cure = "Say ICBC as the insurer, or remove the ICBC claim number."
        yield _no("mva", "is N beside an ICBC claim number", cure=cure)


def _submission_code(out: OutgoingClaim) -> Iterator[Refusal]:
    """Want what MSP judges each submission code by (C02 P34)."""
    code, filed = out.claim.submission_code, out.original_file_number.strip("0 ")
    if code in NEEDS_NOTE and not out.note:
        yield _no("submission_code", f"{code} needs a note", cure="Say in the note why.")
    if code in NEEDS_FILE_NUMBER and not filed:
        cure = "Give MSP's number of the claim, from its remittance."
        yield _no("original_file_number", f"is missing with submission code {code}", cure=cure)
    if code in _FIRST_TIME and filed:
        cure = "Leave it out, or use the submission code of a resubmission."
        yield _no("original_file_number", f"is given with submission code {code}", cure=cure)
    if code == OVER_AGE and not out.approval_reference.strip():
        cure = "Give the reference of MSP's approval."
        yield _no("submission_code", "A needs MSP's approval", cure=cure)


def _no(field: str, problem: str, value: str = "", cure: str = "") -> Refusal:
    return refuse("C02", C02.by_name[field], problem, cure, value or None)


_RULES: tuple[Callable[[OutgoingClaim], Iterator[Refusal]], ...] = (
    _names,
    _bc_patient,
    _other_patient,
    _referral,
    _diagnoses,
    _times,
    _accident,
    _submission_code,
)
