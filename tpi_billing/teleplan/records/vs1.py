"""VS1, the first record of every file that a clinic sends."""

from tpi_billing.teleplan.layout import Layout
from tpi_billing.teleplan.records.forms import (
    CENTRE,
    INBOUND_SOURCE,
    OWN_NUMBER,
    code,
    data_centre,
    day,
    filler,
    record_code,
    sequence_number,
    text,
)

_SETTINGS = "Correct it in tpi-billing.toml."

VS1 = Layout(
    "VS1",
    200,
    "Vendor submission control: the first record of a file",
    INBOUND_SOURCE,
    (
        record_code("VS1"),
        data_centre(),
        sequence_number("P03", OWN_NUMBER, 1),
        code(
            "vendor_data_centre",
            "P04",
            16,
            20,
            "V and four characters for a registered vendor, else the data centre's own number",
            form=CENTRE,
            required=True,
            cure=_SETTINGS,
        ),
        text("software_name", "", 21, 45, "what wrote the file"),
        text("software_version", "", 46, 55, "its version"),
        day("installed_on", "", 56, 63, "when the software was installed"),
        text("vendor_company", "", 64, 103, "who made the software", cure=_SETTINGS),
        text("vendor_phone", "", 104, 118, "telephone of the contact", cure=_SETTINGS),
        text("vendor_contact", "", 119, 143, "whom to ask", cure=_SETTINGS),
        filler(144, 200),
    ),
)
