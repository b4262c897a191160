"""S00 to S04: what a remittance says about each claim."""

from tpi_billing.teleplan.layout import Layout
from tpi_billing.teleplan.records.forms import (
    OUTBOUND_SOURCE,
    adjustments,
    code,
    day,
    digits,
    explanatory_codes,
    filler,
    number,
    remittance_head,
    signed,
    text,
)

_RECEIVED = "when MSP received the claim"
_FOLIO = "the clinic's own number of the claim"
_OUTSIDE_NUMBER = "ICBC's or WorkSafeBC's claim number"
_INSURER = "who insures the patient"
_PRACTITIONER = "who did it"

S01 = Layout(
    "S01",
    165,
    "Claim paid as billed",
    OUTBOUND_SOURCE,
    (
        *remittance_head("S01"),
        code("practitioner_number", "", 36, 40, _PRACTITIONER),
        *adjustments(41),
        number("office_folio", "", 104, 110, _FOLIO, required=True),
        signed("paid_amount", 111, 117, "what is paid, in cents", required=True),
        day("received_date", "", 118, 125, _RECEIVED),
        text("paid_rate", "", 126, 127, "rate of payment"),
        text("icbc_wsbc_number", "", 128, 135, _OUTSIDE_NUMBER),
        code("insurer_code", "", 136, 137, _INSURER, default=""),
        filler(138, 165),
    ),
)


def _detailed(record: str, title: str) -> Layout:
    return Layout(
        record,
        267,
        title,
        OUTBOUND_SOURCE,
        (
            *remittance_head(record),
            code("practitioner_number", "", 36, 40, _PRACTITIONER),
            day("received_date", "", 41, 48, _RECEIVED),
            text("initials", "", 49, 50, "the patient's initials"),
            text("surname", "", 51, 68, "the patient's surname"),
            digits("phn", "", 69, 78, "personal health number"),
            digits("dependent", "", 79, 80, "dependent number"),
            day("service_date", "", 81, 88, "the day of the service"),
            digits("service_to_day", "", 89, 90, "last day of several"),
            number("billed_units", "", 91, 93, "services billed"),
            code("billed_clarification_code", "", 94, 95, "community billed", default=""),
            code("billed_fee_item", "", 96, 100, "fee item billed", default=""),
            signed("billed_amount", 101, 107, "what was billed, in cents", required=True),
            number("paid_units", "", 108, 110, "services paid"),
            code("paid_clarification_code", "", 111, 112, "community paid", default=""),
            code("paid_fee_item", "", 113, 117, "fee item paid", default=""),
            signed("paid_amount", 118, 124, "what is paid, in cents", required=True),
            number("office_folio", "", 125, 131, _FOLIO, required=True),
            *explanatory_codes(132),
            *adjustments(146),
            text(
                "file_number",
                "",
                209,
                218,
                "MSP's own number of the claim: P64 of a later debit or resubmission",
            ),
            text("claim_source", "", 219, 219, "how the claim came to MSP"),
            day("previous_paid_date", "", 220, 227, "when it was paid before"),
            code("insurer_code", "", 228, 229, _INSURER, default=""),
            text("icbc_wsbc_number", "", 230, 237, _OUTSIDE_NUMBER),
            filler(238, 267),
        ),
    )


S00 = _detailed("S00", "Claim sent by another data centre or on paper")
S02 = _detailed("S02", "Claim paid with a change or an explanation")
S03 = _detailed("S03", "Claim refused")

S04 = Layout(
    "S04",
    165,
    "Claim held for a later remittance",
    OUTBOUND_SOURCE,
    (
        *remittance_head("S04"),
        code("practitioner_number", "", 36, 40, _PRACTITIONER),
        day("received_date", "", 41, 48, _RECEIVED),
        number("office_folio", "", 49, 55, _FOLIO, required=True),
        *explanatory_codes(56),
        text("icbc_wsbc_number", "", 70, 77, _OUTSIDE_NUMBER),
        code("insurer_code", "", 78, 79, _INSURER, default=""),
        filler(80, 165),
    ),
)

CLAIM_LINES: tuple[Layout, ...] = (S00, S01, S02, S03, S04)
