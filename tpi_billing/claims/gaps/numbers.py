"""Session ids that are missing in a running sequence."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tpi_billing.claims.gaps.gap import Gap, GapKind, Period
from tpi_billing.ledger.counts import NumberedSession

_NUMBERED = re.compile(r"(.*?)(\d{1,12})", re.DOTALL | re.ASCII)
_LEAST_IDS = 20
_DENSE = (4, 5)
_LEAST_JUMP = 10

Known = Callable[[str, Sequence[str]], Collection[str]]
"""Given a source and ids, returns those that the ledger has, of whatever day."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an id stands in its sequence: its digits as written, and its day."""

    digits: str
    day: date


def missing_numbers(
    sessions: Iterable[NumberedSession], period: Period, known: Known
) -> Iterator[Gap]:
    """Find the numbers that are missing between ids of the month.

    `sessions` are those of any status of the month, the one before and the one after: an id that
    is known is not missing. An id is its longest beginning and the digits at its end. Only dense
    sequences say anything: at least 20 ids of the month, a jump over more than a fifth of them (10
    at least) begins another sequence, and of each four numbers in five must be known.
    """
    groups: dict[tuple[str, str], dict[int, _Place]] = {}
    for one in sessions:
        if match := _NUMBERED.fullmatch(one.session_id):
            prefix, digits = match.groups()
            place = _Place(digits, one.day)
            groups.setdefault((one.source, prefix), {}).setdefault(int(digits), place)
    for (source, prefix), places in sorted(groups.items()):
        ours = sum(period.has(place.day) for place in places.values())
        if ours < _LEAST_IDS:
            continue
        for sequence in _sequences(sorted(places), max(ours // 5, _LEAST_JUMP)):
            if _is_dense(sequence):
                yield from _holes(source, prefix, sequence, places, period, known)


def _sequences(numbers: Sequence[int], largest_jump: int) -> Iterator[list[int]]:
    sequence: list[int] = []
    for number in numbers:
        if sequence and number - sequence[-1] - 1 > largest_jump:
            yield sequence
            sequence = []
        sequence.append(number)
    if sequence:
        yield sequence


def _is_dense(sequence: Sequence[int]) -> bool:
    span = sequence[-1] - sequence[0] + 1
    part, whole = _DENSE
    return len(sequence) >= _LEAST_IDS and len(sequence) * whole >= span * part


def _holes(
    source: str,
    prefix: str,
    sequence: Sequence[int],
    places: Mapping[int, _Place],
    period: Period,
    known: Known,
) -> Iterator[Gap]:
    """Yield a gap for each run of missing numbers with an id of the month beside it."""
    for before, after in pairwise(sequence):
        beside = places[before], places[after]
        if after - before < 2 or not any(period.has(place.day) for place in beside):
            continue
        width = len(beside[0].digits)
        ids = {f"{prefix}{at:0{width}}": at for at in range(before + 1, after)}
        missing = sorted(set(ids.values()) - {ids[one] for one in known(source, list(ids))})
        for run in _sequences(missing, 0):
            first, last = (f"{prefix}{at:0{width}}" for at in (run[0], run[-1]))
            around = tuple(f"{prefix}{place.digits}" for place in beside)
            yield _gap(source, (first, last), len(run), around, beside)


def _gap(
    source: str,
    ids: tuple[str, str],
    count: int,
    around: tuple[str, ...],
    beside: tuple[_Place, _Place],
) -> Gap:
    days = sorted(place.day for place in beside)
    what = f"{ids[0]} is" if count == 1 else f"{ids[0]} to {ids[1]} ({count} ids) are"
    return Gap(
        GapKind.NUMBER,
        f"{what} missing in a running sequence: {around[0]} of {beside[0].day} and {around[1]} of "
        f"{beside[1].day} are there, and no cancelled session has the number.",
        "Look it up in the record system and export it, cancelled or not; or its row was rejected.",
        days[0],
        days[1],
        count,
        source=source,
        session_id=ids[0],
        last_session_id=ids[1],
    )
