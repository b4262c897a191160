"""S21 to S25: totals, adjustments and messages of a remittance."""

from tpi_billing.teleplan.layout import Layout
from tpi_billing.teleplan.records.forms import (
    OUTBOUND_SOURCE,
    code,
    filler,
    remittance_head,
    signed,
    text,
)

S21 = Layout(
    "S21",
    165,
    "Total of a payee",
    OUTBOUND_SOURCE,
    (
        *remittance_head("S21"),
        text("payee_name", "", 36, 60, "who is paid"),
        signed("billed_amount", 61, 69, "billed, in cents", required=True),
        signed("paid_amount", 70, 78, "paid for claims, in cents", required=True),
        signed("balance_forward", 79, 87, "carried over from before, in cents"),
        signed("deposit", 88, 96, "cheque or deposit, in cents", required=True),
        signed("new_balance", 97, 105, "carried on, in cents"),
        filler(106, 165),
    ),
)

S22 = Layout(
    "S22",
    165,
    "Total of a practitioner",
    OUTBOUND_SOURCE,
    (
        *remittance_head("S22"),
        code("practitioner_number", "", 36, 40, "whose total"),
        text("practitioner_name", "", 41, 65, "the practitioner's name"),
        signed("billed_amount", 66, 74, "billed, in cents", required=True),
        signed("paid_amount", 75, 83, "paid, in cents", required=True),
        filler(84, 165),
    ),
)


def _adjustment(record: str, title: str) -> Layout:
    return Layout(
        record,
        165,
        title,
        OUTBOUND_SOURCE,
        (
            *remittance_head(record),
            code("adjustment_code", "", 36, 37, "why", default=""),
            text("identifier", "", 38, 49, "what the adjustment is about"),
            text("message", "", 50, 69, "MSP's words"),
            text("calculation_method", "", 70, 70, "how it was calculated"),
            text("rural_percent", "", 71, 75, "rural premium, as it stands"),
            text("other_percent", "", 76, 80, "other percentage, as it stands"),
            signed("gross_amount", 81, 89, "what it was calculated on, in cents"),
            signed("rural_amount", 90, 98, "rural part, in cents"),
            signed("other_amount", 99, 107, "other part, in cents"),
            signed("balance_forward", 108, 116, "carried over from before, in cents"),
            signed("adjustment_amount", 117, 125, "added to the payment, in cents", required=True),
            signed("outstanding_amount", 126, 134, "still to come, in cents"),
            filler(135, 165),
        ),
    )


S23 = _adjustment("S23", "Adjustment of a payee")
S24 = _adjustment("S24", "Adjustment of a practitioner")

S25 = Layout(
    "S25",
    165,
    "Message to everybody",
    OUTBOUND_SOURCE,
    (
        *remittance_head("S25"),
        code("practitioner_number", "", 36, 40, "whom it is for", default=""),
        text("message", "", 41, 120, "MSP's words"),
        filler(121, 165),
    ),
)

PAYMENTS: tuple[Layout, ...] = (S21, S22, S23, S24, S25)
