"""A made-up clinic as rows of `claim_facts`: careful practitioners, a busy one, and misuse.

Every practitioner has habits; misuse is a habit that went wrong. The same seed gives the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from tpi_billing.ledger.facts import FACT_NAMES

_DAY_ZERO = date(1970, 1, 1)
_PRICES = {"01156": 6213, "01157": 7792, "01125": 9916, "00100": 3861, "00110": 9595}
_KINDS = {
    "01156": "trigger-point",
    "01157": "trigger-point",
    "01125": "block",
    "00100": "visit",
    "00110": "consultation",
}
_OPENS, _SLOT = 8 * 60, 12
_DIAGNOSES = ("7291", "7291", "7291", "7242", "7231")


@dataclass(frozen=True, slots=True)
class Habits:
    """How a practitioner works: days a week, new patients a month, and how often what happens.

    The others are shares of visits, `again` of patients who come back after three months;
    `early` is the share of intervals that are shorter than ten days.
    """

    days_a_week: int = 3
    new_patients: int = 24
    multiple: float = 0.8
    blocks: float = 0.05
    visits: float = 0.04
    accidents: float = 0.04
    early: float = 0.03
    again: float = 0.05
    consulted_again: float = 0.0
    same_time: float = 0.005
    twice: float = 0.001
    unreferred: float = 0.002
    unsigned: float = 0.01
    copied: float = 0.0
    changed: float = 0.02
    extra: float = 0.0


BUSY: Mapping[str, Any] = {"days_a_week": 5, "new_patients": 56}
"""What sets a busy practitioner apart: more days, fuller days, and nothing else."""

MISUSE: dict[str, Mapping[str, Any]] = {
    "visits-with-procedures": {"visits": 0.35},
    "blocks-with-trigger-points": {"blocks": 0.35},
    "short-intervals": {"early": 0.5},
    "repeat-consultations": {"again": 0.5, "consulted_again": 0.9},
    "overlapping-times": {"same_time": 0.15},
    "same-day-duplicates": {"twice": 0.05},
    "no-referral": {"unreferred": 0.08},
    "unsigned-record": {"unsigned": 0.2},
    "note-copies": {"copied": 0.3},
    "changed-after-billing": {"changed": 0.25},
    "mva-use": {"accidents": 0.4},
}
"""Kinds of misuse by the pattern that looks for it, and the habits that make it."""


def habits(random: Random, **changes: Any) -> Habits:
    """Make a careful practitioner's habits, each a little different, with some changed."""
    usual = Habits()
    own = replace(
        usual,
        days_a_week=random.choice((2, 3, 3, 4)),
        multiple=random.uniform(0.72, 0.88),
        blocks=random.uniform(0.02, 0.08),
        visits=random.uniform(0.02, 0.07),
        accidents=random.uniform(0.01, 0.07),
        early=random.uniform(0.01, 0.05),
        unsigned=random.uniform(0.0, 0.02),
        changed=random.uniform(0.0, 0.03),
    )
    own = replace(own, new_patients=8 * own.days_a_week + random.randrange(-2, 6))
    return replace(own, **changes)


def clinic_facts(
    random: Random, practitioners: Mapping[str, Habits], first: date, months: int
) -> Iterator[tuple[Any, ...]]:
    """Yield the claims of a clinic's months, in the order of `FACT_COLUMNS`.

    Practitioners are numbers with their habits; none shares a patient with another.
    """
    last = first + timedelta(days=round(months * 30.44) - 1)
    claim = session = 0
    for number, own in practitioners.items():
        days = _working_days(own, first, last)
        first_claims: dict[int, int] = {}
        copied_note = 0
        for day, patients in _calendar(random, own, days, months):
            minute = _OPENS
            for patient, consulted in patients:
                session += 1
                start = minute - _SLOT if random.random() < own.same_time else minute
                minute = max(minute, start + _SLOT)
                visit = _visit(random, own)
                visit |= {"session_key": session, "practitioner": number, "start_minute": start}
                visit |= {"end_minute": start + _SLOT, **_day(day)}
                for item in _items(random, own, consulted=consulted):
                    claim += 1
                    visit["patient"] = first_claims.setdefault(patient, claim)
                    visit["diagnosis"] = _DIAGNOSES[patient % len(_DIAGNOSES)]
                    if visit["note_key"] == -1:
                        copied_note = visit["note_key"] = copied_note or claim
                    elif visit["note_length"] and visit["note_key"] == 0:
                        visit["note_key"] = claim
                    priced = {"fee_item": item, "amount_cents": _PRICES[item]}
                    priced |= {"item_kind": _KINDS[item], "counts_daily": int(item == "00100")}
                    row = {**_SAME, **visit, **priced, "claim_id": claim}
                    yield tuple(row[name] for name in FACT_NAMES)


_SAME: dict[str, Any] = {
    "data_centre": "T9999", "payee": "A9999", "units": 1, "percent": 100, "paid_cents": None,
    "state": "sent", "live": 1, "submission_code": "0", "batch_id": 1, "predecessor": None,
    "answered_day": None, "visit": "", "block_given": 0, "sites": 4,
}  # fmt: skip


def _working_days(own: Habits, first: date, last: date) -> list[date]:
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < own.days_a_week]


def _calendar(
    random: Random, own: Habits, days: Sequence[date], months: int
) -> Iterator[tuple[date, list[tuple[int, bool]]]]:
    """Yield each working day with its patients, and whether each is consulted that day."""
    booked: dict[date, list[tuple[int, bool]]] = {day: [] for day in days}
    for patient in range(own.new_patients * months):
        start = random.randrange(-4, len(days))
        for place, consulted in _series(random, own, max(start, 0), days):
            booked[days[place]].append((patient, consulted and start >= 0))
    yield from booked.items()


def _series(
    random: Random, own: Habits, start: int, days: Sequence[date]
) -> Iterator[tuple[int, bool]]:
    """Yield the places among the working days at which a patient comes, consulted or not."""
    place, consulted = start, True
    for _ in range(2 if random.random() < own.again else 1):
        for _ in range(random.randrange(3, 7)):
            if place >= len(days):
                return
            yield place, consulted
            consulted = False
            wait = 6 if random.random() < own.early else random.randrange(13, 18)
            place = _next_place(days, place, wait)
        consulted = random.random() < own.consulted_again
        if place < len(days):
            place = _next_place(days, place, random.randrange(30, 60))


def _next_place(days: Sequence[date], place: int, wait: int) -> int:
    wanted = days[place] + timedelta(days=wait)
    while place < len(days) and days[place] < wanted:
        place += 1
    return place


def _items(random: Random, own: Habits, *, consulted: bool) -> Iterator[str]:
    points = "01157" if random.random() < own.multiple else "01156"
    yield points
    if random.random() < own.twice:
        yield points
    if random.random() < own.blocks:
        yield "01125"
    if consulted:
        yield "00110"
    elif random.random() < own.visits:
        yield "00100"


def _visit(random: Random, own: Habits) -> dict[str, Any]:
    """Return what the record says of a visit; `note_key` -1 stands for the copied note."""
    copied, noted = random.random() < own.copied, random.random() < 0.3
    referred = random.random() >= own.unreferred
    return {
        "mva": int(random.random() < own.accidents),
        "referral_given": int(referred),
        "referral_number": "35546" if referred else "00000",
        "chart_signed": int(random.random() >= own.unsigned),
        "changed_after_billing": int(random.random() < own.changed),
        "note_key": -1 if copied else 0,
        "note_length": 60 if copied or noted else 0,
    }


def _day(day: date) -> dict[str, Any]:
    number = (day - _DAY_ZERO).days
    return {"service_day": number, "month": day.isoformat()[:7], "sent_day": number + 20}
