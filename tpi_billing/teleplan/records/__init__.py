"""Every record of Teleplan, one table each, and the ones that are known by name only."""

from tpi_billing.teleplan.layout import Layout
from tpi_billing.teleplan.records.c02 import C02
from tpi_billing.teleplan.records.claim_lines import CLAIM_LINES
from tpi_billing.teleplan.records.daily import C12, DAILY, M01, VTC
from tpi_billing.teleplan.records.n01 import N01
from tpi_billing.teleplan.records.payments import PAYMENTS
from tpi_billing.teleplan.records.vs1 import VS1

INBOUND: tuple[Layout, ...] = (VS1, C02, N01)
"""What a clinic sends to MSP."""
OUTBOUND: tuple[Layout, ...] = (*CLAIM_LINES, *PAYMENTS, *DAILY)
"""What MSP sends to a clinic."""
LAYOUTS: dict[str, Layout] = {layout.code: layout for layout in (*INBOUND, *OUTBOUND)}

KNOWN_BY_NAME: dict[str, str] = {
    "B04": "batch eligibility request",
    "B14": "reply to an eligibility request",
    "X02": "a patient's particulars",
}
"""Records that exist and whose columns are not known here: kept as they are, never written."""

__all__ = [
    "C02",
    "C12",
    "INBOUND",
    "KNOWN_BY_NAME",
    "LAYOUTS",
    "M01",
    "N01",
    "OUTBOUND",
    "VS1",
    "VTC",
]
