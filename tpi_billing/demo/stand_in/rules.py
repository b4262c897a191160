"""How the stand-in judges claims that nothing is wrong with: made-up habits, as data.

Each habit takes so many claims of a thousand. Which ones follows from the claim's office folio
and a seed, so that a run can be repeated.
"""

import hashlib
from dataclasses import dataclass

from tpi_billing.demo.stand_in.state import Charge, Outcome


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit: the record and codes that answer, and what is paid.

    `percent` of the billed amount is paid; with `paid_fee_item` that item's price instead.
    `fee_items` are those that it is about, empty for all. With `recovered_after` the claim is paid
    as billed, and taken back so many remittances later; the codes say why.
    """

    outcome: Outcome
    codes: tuple[str, ...]
    per_mille: int
    percent: int = 0
    paid_fee_item: str = ""
    fee_items: frozenset[str] = frozenset()
    recovered_after: int = 0


Habits = tuple[Habit, ...]
Charges = tuple[Charge, ...]

ALL_PAID: Habits = ()
"""Pays every claim as it is billed."""

MIXED: Habits = (
    Habit(Outcome.PRE_EDIT, ("YY", "AQ"), 15),
    Habit(Outcome.PRE_EDIT, ("YY", "VM"), 15),
    Habit(Outcome.REFUSED, ("AF",), 15),
    Habit(Outcome.REFUSED, ("FV",), 10),
    Habit(Outcome.CHANGED, ("QM",), 20, percent=50),
    Habit(Outcome.CHANGED, ("K3",), 40, paid_fee_item="01156", fee_items=frozenset({"01157"})),
    Habit(Outcome.CHANGED, ("BA",), 25, percent=100),
    Habit(Outcome.HELD, ("BH",), 30),
)
"""A little of everything that can happen, so that a month has something to work on."""

HARD: Habits = (
    Habit(Outcome.PRE_EDIT, ("YY", "AQ"), 50),
    Habit(Outcome.PRE_EDIT, ("YY", "VM"), 50),
    Habit(Outcome.REFUSED, ("AF",), 50),
    Habit(Outcome.REFUSED, ("FV",), 50),
    Habit(Outcome.CHANGED, ("QM",), 50, percent=50),
    Habit(Outcome.CHANGED, ("FZ",), 50, percent=60),
    Habit(Outcome.CHANGED, ("BA",), 50, percent=100),
    Habit(Outcome.HELD, ("BH",), 70),
    Habit(Outcome.PAID, ("DR", "AF"), 40, recovered_after=1),
    Habit(Outcome.PAID, ("DR", "FK"), 40, recovered_after=2),
)
"""Every second claim meets with something: refused, cut, held, or paid and taken back later."""

HARD_CHARGES: Charges = (
    Charge(2, "S23", "06", "AUDIT RECOVERY", -150_000),
    Charge(4, "S24", "06", "AUDIT RECOVERY", -4_321),
    Charge(4, "S23", "04", "INTEREST", -37),
)
"""An audit's recovery, large enough for a small clinic to owe money, then a small one."""

HABITS: dict[str, Habits] = {"paid": ALL_PAID, "mixed": MIXED, "hard": HARD}
CHARGES: dict[str, Charges] = {"hard": HARD_CHARGES}
"""The adjustments that go with habits of the same name."""


def habit_for(habits: Habits, fee_item: str, office_folio: int, seed: int) -> Habit | None:
    """Return the habit that takes a claim; None when it is paid as billed."""
    digest = hashlib.sha256(f"{seed}/{office_folio}".encode("ascii")).digest()
    drawn = int.from_bytes(digest[:8], "big") % 1000
    for habit in habits:
        if habit.fee_items and fee_item not in habit.fee_items:
            continue
        if drawn < habit.per_mille:
            return habit
        drawn -= habit.per_mille
    return None
