"""The code lists and rules of `fee_codes/`, looked up by code and, where they change, by date."""

from tpi_billing.codes.adjustments import AdjustmentCode
from tpi_billing.codes.book import CodeBook
from tpi_billing.codes.calendar import Calendar
from tpi_billing.codes.explanatory import ExplanatoryCode
from tpi_billing.codes.fees import Edition, FeeItem
from tpi_billing.codes.lists import (
    Diagnosis,
    GenericReferrer,
    Insurer,
    Profession,
    ServiceLocation,
    SubmissionCode,
)
from tpi_billing.codes.overage import AskedDetail, LateReason, Overage
from tpi_billing.codes.rulebook import Derivation, Rules
from tpi_billing.codes.rules import (
    ConsultationRule,
    Exclusion,
    Group,
    Inclusion,
    ItemRule,
    Limits,
    Repeat,
    Review,
    Tray,
    VolumeStep,
)

__all__ = [
    "AdjustmentCode",
    "AskedDetail",
    "Calendar",
    "CodeBook",
    "ConsultationRule",
    "Derivation",
    "Diagnosis",
    "Edition",
    "Exclusion",
    "ExplanatoryCode",
    "FeeItem",
    "GenericReferrer",
    "Group",
    "Inclusion",
    "Insurer",
    "ItemRule",
    "LateReason",
    "Limits",
    "Overage",
    "Profession",
    "Repeat",
    "Review",
    "Rules",
    "ServiceLocation",
    "SubmissionCode",
    "Tray",
    "VolumeStep",
]
