"""Claims as Teleplan takes them: what goes out with each, and what the writer would refuse."""

from collections.abc import Iterable, Iterator

from tpi_billing.codes import CodeBook
from tpi_billing.model.claim import Claim
from tpi_billing.model.finding import Problem, Severity
from tpi_billing.teleplan.claim_records import check_claim
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.refusal import Refusal

SESSION_COLUMNS = {
    "name_verify": "patient_surname",
    "phn": "phn",
    "dependent": "dependent",
    "units": "fee_items",
    "fee_item": "fee_items",
    "service_date": "service_date",
    "diagnosis_1": "diagnosis_1",
    "diagnosis_2": "diagnosis_2",
    "diagnosis_3": "diagnosis_3",
    "service_location": "location_code",
    "referral_number_1": "referral_number",
    "start_time": "start_time",
    "finish_time": "end_time",
    "birth_date": "birth_date",
    "icbc_claim_number": "icbc_claim_number",
    "oin_registration": "registration_number",
    "oin_birth_date": "birth_date",
    "oin_first_name": "patient_first_name",
    "oin_second_initial": "patient_second_name",
    "oin_surname": "patient_surname",
    "oin_sex": "sex",
    "oin_address_1": "address_1",
    "oin_address_2": "address_2",
    "oin_address_3": "city",
    "oin_postal_code": "postal_code",
    "note_text": "note",
    "payee_number": "payee_number",
    "practitioner_number": "practitioner_number",
}
"""Which session column a field of the record comes from."""


def outgoing(claim: Claim, codes: CodeBook) -> OutgoingClaim:
    """Return a claim with what the record says beyond it (Teleplan C02 P64, P100)."""
    insurer = codes.insurer(claim.insurer)
    reciprocal = insurer is not None and insurer.kind == "reciprocal"
    return OutgoingClaim(
        claim,
        insurer_code=insurer.teleplan_code if insurer is not None and reciprocal else "",
        original_file_number=claim.original_file_number,
        approval_reference=claim.approval_reference,
    )


def unwritable_parts(claims: Iterable[Claim], codes: CodeBook, data_centre: str) -> list[Problem]:
    """Name every field of the claims that the strict writer would refuse, each once.

    One bad name holds its session back and never blocks a month (design, section 5).
    """
    refusals: dict[tuple[str, str], Refusal] = {}
    for claim in claims:
        for refusal in check_claim(outgoing(claim, codes), data_centre).refusals:
            refusals.setdefault((refusal.record, refusal.field), refusal)
    return list(_problems(refusals.values()))


def _problems(refusals: Iterable[Refusal]) -> Iterator[Problem]:
    for refusal in refusals:
        yield Problem(
            "invalid-value",
            f"The Teleplan record cannot be written: {refusal.message}",
            SESSION_COLUMNS.get(refusal.field, ""),
            refusal.value,
            refusal.cure,
            Severity.ERROR,
        )
