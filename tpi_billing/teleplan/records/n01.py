"""N01, the note that may follow a claim."""

from tpi_billing.teleplan.layout import Form, Layout
from tpi_billing.teleplan.records.forms import (
    INBOUND_SOURCE,
    MSP_NUMBER,
    OWN_NUMBER,
    code,
    data_centre,
    record_code,
    sequence_number,
    text,
)

N01 = Layout(
    "N01",
    426,
    "Note: follows the claim that it belongs to",
    INBOUND_SOURCE,
    (
        record_code("N01"),
        data_centre(),
        sequence_number("", OWN_NUMBER, 1),
        code(
            "payee_number",
            "",
            16,
            20,
            "the same as in the claim before it (refused ZK)",
            form=MSP_NUMBER,
            required=True,
        ),
        code(
            "practitioner_number",
            "",
            21,
            25,
            "the same as in the claim before it (refused ZI)",
            form=MSP_NUMBER,
            required=True,
        ),
        code(
            "note_type",
            "",
            26,
            26,
            "always A (refused W5 otherwise)",
            form=Form("A", "A"),
            default="A",
        ),
        text(
            "note_text",
            "",
            27,
            426,
            "the note, on one line (a blank one is refused W6)",
            required=True,
            cure="Shorten the note to 400 characters, or write one.",
        ),
    ),
)
