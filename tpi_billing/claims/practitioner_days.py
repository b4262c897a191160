"""What a practitioner's whole day says about each of its visits: overlaps, daily volume."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import time

from tpi_billing.checks.history import PractitionerDay
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.intake.parsing import end_time, parse_stored
from tpi_billing.ledger.sessions import Scope, StoredSession, practitioner_days
from tpi_billing.ledger.store import Connection
from tpi_billing.model.session import Session
from tpi_billing.pricing.derive import requested_items

_NOT_COUNTED = frozenset({"ICBC", "WSBC"})
"""Motor vehicle and WorkSafeBC services stand outside the daily volume (facts, section 2.3)."""
_KEPT = 4
"""So many visits at the same time are known by their ids: where a whole day has one time, each of
its visits overlaps with all the others."""


def remarkable_days(
    connection: Connection, config: Config, codes: CodeBook, scope: Scope
) -> Mapping[int, PractitionerDay]:
    """Return what is to be said of visits, by session key; most visits are not in it.

    Memory holds one practitioner's day, and the remarkable visits.
    """
    found: dict[int, PractitionerDay] = {}
    for day in practitioner_days(connection, config.clinic.data_centre, scope):
        overlaps = _overlaps(day)
        places = _places(day, config, codes)
        for key in {*overlaps, *places}:
            others = overlaps.get(key, _NOBODY)
            more = others.count - len(others.kept)
            found[key] = PractitionerDay(tuple(others.kept), more, places.get(key))
    return found


class _Others:
    """The visits at the time of one: how many, and the ids of the first of them."""

    __slots__ = ("count", "kept")

    def __init__(self) -> None:
        self.count = 0
        self.kept: list[str] = []

    def add(self, session_id: str) -> None:
        """Count one more."""
        self.count += 1
        if self.count <= _KEPT:
            self.kept.append(session_id)


_NOBODY = _Others()


def _overlaps(day: Sequence[StoredSession]) -> dict[int, _Others]:
    timed = sorted(_timed(day), key=lambda one: one[:2])
    found: dict[int, _Others] = defaultdict(_Others)
    running: list[tuple[str, str, StoredSession]] = []
    for start, end, visit in timed:
        running = [one for one in running if one[1] > start]
        for _, _, other in running:
            found[visit.session_key].add(other.session_id)
            found[other.session_key].add(visit.session_id)
        running.append((start, end, visit))
    return found


def _timed(day: Sequence[StoredSession]) -> Iterator[tuple[str, str, StoredSession]]:
    for visit in day:
        if not visit.start_time:
            continue
        ended = end_time(visit.content)
        if ended is not None and (end := ended.isoformat("minutes")) > visit.start_time:
            yield visit.start_time, end, visit


def _places(day: Sequence[StoredSession], config: Config, codes: CodeBook) -> dict[int, int]:
    """Return the places of the visits that count, beyond those paid in full."""
    if config.policy.daily_volume == "exempt":
        return {}
    full = codes.rules.limits.daily_volume[0].up_to
    if full is None or len(day) <= full:
        return {}
    practitioner = config.practitioner(day[0].practitioner_number)
    specialty = "other" if practitioner is None else practitioner.specialty
    counted = [visit for visit in day if _counts(visit, specialty, codes)]
    counted.sort(key=_in_order)
    return {visit.session_key: at for at, visit in enumerate(counted, start=1) if at > full}


def _in_order(visit: StoredSession) -> tuple[str, int, str, str]:
    start = visit.start_time or time.max.strftime("%H:%M")
    return start, len(visit.session_id), visit.session_id, visit.source


def _counts(visit: StoredSession, specialty: str, codes: CodeBook) -> bool:
    # Most visits were treatments and nothing else: what counts of those is known without them.
    asked = json.loads(visit.content)
    if not (asked.get("visit") or asked.get("fee_items") or _treatments_count(codes)):
        return False
    session, _ = parse_stored(visit.content)
    if session is None or session.insurer in _NOT_COUNTED:
        return False
    return any(codes.rules.item(code).daily_volume for code in _asked(session, specialty, codes))


def _treatments_count(codes: CodeBook) -> bool:
    """Tell whether anything that follows from injections and blocks counts at all."""
    derive = codes.rules.derivation
    treatments = {
        *(derive.trigger_point(count) for count in (1, 2)),
        *(derive.block(count) for count in (1, 2)),
        *(derive.joint(is_hip) for is_hip in (True, False)),
    }
    return any(codes.rules.item(code).daily_volume for code in treatments)


def _asked(session: Session, specialty: str, codes: CodeBook) -> list[str]:
    return [item.fee_item for item in requested_items(session, specialty, codes)]
