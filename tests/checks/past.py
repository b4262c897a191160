"""Made-up earlier and later visits of the patient, and referrals of the registry."""

from datetime import date, time
from typing import Any

from tpi_billing.checks.history import PastVisit
from tpi_billing.model.referral import RegisteredReferral


def past(day: date, *fee_items: str, **changes: Any) -> PastVisit:
    """Build another completed visit of the clean session's patient, to the same practitioner."""
    values: dict[str, Any] = {
        "session_key": 1,
        "session_id": "V0",
        "practitioner_number": "99001",
        "specialty": "family",
        "day": day,
        "start": time(9, 0),
        "fee_items": fee_items,
        "diagnoses": ("7291",),
        "visit_diagnosis": "",
        "referral_number": "34567",
        "billed": False,
    }
    given = values | changes
    return PastVisit(**({"asked": given["fee_items"]} | given))


def registered(number: str = "34567", **changes: Any) -> RegisteredReferral:
    """Build the registry's record of the clean session's referral."""
    values: dict[str, Any] = {
        "referral_id": 1,
        "number": number,
        "name": "Norquay",
        "profession": "physician",
        "received": date(2026, 9, 1),
    }
    return RegisteredReferral(**(values | changes))
