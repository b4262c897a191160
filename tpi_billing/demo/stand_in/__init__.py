"""A stand-in of MSP's web service on this computer, for tests and the demo. It is not MSP."""

from tpi_billing.demo.stand_in.faults import How
from tpi_billing.demo.stand_in.rules import (
    ALL_PAID,
    CHARGES,
    HABITS,
    HARD,
    HARD_CHARGES,
    MIXED,
    Habit,
)
from tpi_billing.demo.stand_in.server import PASSWORD, USERNAME, StandIn
from tpi_billing.demo.stand_in.state import Charge
from tpi_billing.demo.stand_in.submission import Limits

__all__ = [
    "ALL_PAID",
    "CHARGES",
    "HABITS",
    "HARD",
    "HARD_CHARGES",
    "MIXED",
    "PASSWORD",
    "USERNAME",
    "Charge",
    "Habit",
    "How",
    "Limits",
    "StandIn",
]
