"""The layout of facts in files: folders by month, and what may stand in each column.

`DIR/month=2026-10/claims.parquet`, whole numbers as 64-bit integers and texts as UTF-8, each file
with all columns, by the claims' numbers; `DIR/manifest.json` beside them. The texts are codes:
what would let a name or a health number through is refused.
"""

from collections.abc import Mapping
from typing import get_args

from tpi_billing.codes.rules import Kind
from tpi_billing.ledger.facts import FACT_COLUMNS
from tpi_billing.model.claim import ClaimState
from tpi_billing.model.session import VISITS

VERSION = 1
MANIFEST = "manifest.json"
OTHER_VISIT = "other"
"""Stands for a visit that the record calls something else than the known words."""

_NUMBER = "[0-9A-Z]{5}"
_STATES = [state.value for state in ClaimState if state is not ClaimState.VOID]
FORMS: Mapping[str, str] = {
    "data_centre": _NUMBER,
    "practitioner": _NUMBER,
    "payee": _NUMBER,
    "fee_item": "[0-9]{5}",
    "item_kind": "|".join(get_args(Kind)),
    "state": "|".join(_STATES),
    "submission_code": "[0-9A-Z]",
    "month": "[0-9]{4}-(0[1-9]|1[0-2])",
    "referral_number": f"({_NUMBER})?",
    "diagnosis": "[0-9A-Z]{0,5}",
    "visit": "|".join(["", *VISITS, OTHER_VISIT]),
}
"""The form of each text, which is matched whole."""

FLAGS = frozenset({"counts_daily", "live", "referral_given", "mva", "chart_signed"}) | {
    "block_given",
    "changed_after_billing",
}
"""The numbers that are 0 or 1."""

KEYS = ("claim_id", "session_key", "patient", "batch_id", "predecessor", "note_key")
"""The numbers that stand for somebody or something; health numbers are not taken for them."""

NULLABLE = frozenset(column.name for column in FACT_COLUMNS if column.may_be_null)
INTEGERS = frozenset(column.name for column in FACT_COLUMNS if column.kind == "integer")


def place_of(month: str) -> str:
    """Return where a month's file is within the folder."""
    return f"month={month}/claims.parquet"
