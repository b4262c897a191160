"""Every field of a claim, once: the columns of the Claims sheet and of the claims CSV."""

from collections.abc import Callable, Mapping

from tpi_billing.model.claim import Claim
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Field


def claim_fields(practitioners: Mapping[str, str]) -> tuple[Field[Claim], ...]:
    """Return the fields in their order; `practitioners` gives the names by MSP number.

    The names are those of session records (design, section 3) where a session record has them.
    What can change after the batch was made (state, money received) is not among them.
    """
    return (
        Field("claim_id", "Claim", "count", 8, lambda c: c.claim_id),
        Field("office_folio", "Office folio", "count", 9, lambda c: c.office_folio),
        Field("sequence_number", "Sequence number", "count", 10, lambda c: c.sequence_number),
        Field("session_id", "Session", "text", 12, lambda c: c.session_id),
        Field("service_date", "Service date", "date", 11, lambda c: c.service_date),
        Field("start_time", "Start", "time", 7, lambda c: c.start_time),
        Field("end_time", "End", "time", 7, lambda c: c.end_time),
        Field("practitioner_number", "Practitioner", "text", 13, lambda c: c.practitioner_number),
        Field(
            "practitioner_name",
            "Practitioner's name",
            "text",
            19,
            lambda c: practitioners.get(c.practitioner_number, ""),
        ),
        Field("payee_number", "Payee", "text", 9, lambda c: c.payee_number),
        Field("phn", "PHN", "text", 13, lambda c: c.phn),
        Field("dependent", "Dependent", "text", 12, lambda c: c.dependent),
        Field("patient_surname", "Surname", "text", 16, lambda c: c.surname),
        Field("patient_first_name", "First name", "text", 14, lambda c: c.first_name),
        Field("patient_second_name", "Second name", "text", 13, lambda c: c.second_name),
        Field("birth_date", "Birth date", "date", 11, lambda c: c.birth_date),
        Field("sex", "Sex", "text", 7, lambda c: c.sex),
        Field("insurer", "Insurer", "text", 10, lambda c: c.insurer),
        Field("fee_item", "Fee item", "text", 10, lambda c: c.fee_item),
        Field("units", "Units", "count", 8, lambda c: c.units),
        Field(
            "unit_price", "Unit price", "money", 11, lambda c: decimal_dollars(c.unit_price_cents)
        ),
        Field("percent", "Percent", "percent", 10, lambda c: c.percent),
        Field("amount", "Amount", "money", 11, lambda c: decimal_dollars(c.amount_cents)),
        Field("diagnosis_1", "Diagnosis 1", "text", 12, _diagnosis(0)),
        Field("diagnosis_2", "Diagnosis 2", "text", 12, _diagnosis(1)),
        Field("diagnosis_3", "Diagnosis 3", "text", 12, _diagnosis(2)),
        Field("location_code", "Location", "text", 11, lambda c: c.location_code),
        Field("clarification_code", "Clarification", "text", 14, lambda c: c.clarification_code),
        Field("referral_code", "Referral code", "text", 10, lambda c: c.referral_code),
        Field("referral_number", "Referrer's number", "text", 12, lambda c: c.referral_number),
        Field("referral_name", "Referrer", "text", 18, lambda c: c.referral_name),
        Field(
            "referral_profession",
            "Referrer's profession",
            "text",
            17,
            lambda c: c.referral_profession,
        ),
        Field("referral_date", "Referred on", "date", 11, lambda c: c.referral_date),
        Field("submission_code", "Submission code", "text", 13, lambda c: c.submission_code),
        Field("mva", "MVA", "text", 8, lambda c: "yes" if c.mva else "no"),
        Field("icbc_claim_number", "ICBC claim number", "text", 12, lambda c: c.icbc_claim_number),
        Field("facility_number", "Facility", "text", 10, lambda c: c.facility_number),
        Field(
            "registration_number",
            "Registration number",
            "text",
            14,
            lambda c: c.registration_number,
        ),
        Field("address_1", "Address", "text", 22, lambda c: c.address_1),
        Field("address_2", "Address, second line", "text", 14, lambda c: c.address_2),
        Field("city", "City", "text", 13, lambda c: c.city),
        Field("postal_code", "Postal code", "text", 9, lambda c: c.postal_code),
        Field("edition", "Edition", "text", 12, lambda c: c.edition),
        Field("price_status", "Price status", "text", 11, lambda c: c.price_status),
        Field("explanation", "Explanation", "text", 60, lambda c: c.explanation),
        Field("note", "Note to MSP", "text", 50, lambda c: c.note),
    )


def _diagnosis(position: int) -> Callable[[Claim], str]:
    return lambda claim: claim.diagnoses[position] if len(claim.diagnoses) > position else ""
