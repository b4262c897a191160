"""A stand-in of MSP's web service on this computer, for tests and the demo. It is not MSP."""

from tpi_billing.demo.stand_in.faults import How
from tpi_billing.demo.stand_in.rules import ALL_PAID, HABITS, MIXED, Habit
from tpi_billing.demo.stand_in.server import PASSWORD, USERNAME, StandIn
from tpi_billing.demo.stand_in.submission import Limits

__all__ = [
    "ALL_PAID",
    "HABITS",
    "MIXED",
    "PASSWORD",
    "USERNAME",
    "Habit",
    "How",
    "Limits",
    "StandIn",
]
