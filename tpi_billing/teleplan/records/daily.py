"""What MSP answers every day: C12 refuses a claim, M01 is a message, VTC ends a pick-up."""

from tpi_billing.teleplan.layout import Form, Layout
from tpi_billing.teleplan.records.forms import (
    OUTBOUND_SOURCE,
    code,
    data_centre,
    explanatory_codes,
    filler,
    number,
    record_code,
    sequence_number,
    text,
)

C12 = Layout(
    "C12",
    70,
    "Claim refused before it is judged, the day after it was sent",
    OUTBOUND_SOURCE,
    (
        record_code("C12"),
        data_centre(),
        sequence_number("", "the refused record's number"),
        code("payee_number", "", 16, 20, "who was to be paid"),
        code("practitioner_number", "", 21, 25, "who did it"),
        *explanatory_codes(26),
        number("office_folio", "", 40, 46, "the clinic's own number of the claim", required=True),
        filler(47, 70),
    ),
)

M01 = Layout(
    "M01",
    None,
    "Message to the data centre",
    OUTBOUND_SOURCE,
    (
        record_code("M01"),
        data_centre(),
        code("payee_number", "", 9, 12, "whom it is for, or zeros", default="0000"),
        text("message", "", 13, None, "MSP's words"),
    ),
)

VTC = Layout(
    "VTC",
    None,
    "Vendor control: the last record of a pick-up",
    OUTBOUND_SOURCE,
    (
        record_code("VTC"),
        data_centre(),
        code(
            "made_at",
            "",
            9,
            27,
            "when the pick-up was made",
            form=Form(
                "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
                "a time, written CCYY-MM-DD HH:MM:SS",
            ),
        ),
        text(
            "counts",
            "",
            28,
            None,
            "for each of the letters S C B M X V, the letter and a count of seven digits of the "
            "records in the pick-up that begin with it, the VTC among them; then totals that are "
            "not known here",
        ),
    ),
)

DAILY: tuple[Layout, ...] = (C12, M01, VTC)
