"""Control totals: what a pick-up's VTC says was sent, beside what was read."""

import re
from collections import Counter
from dataclasses import dataclass

from tpi_billing.teleplan.reader import Record, Remark

LETTERS = "SCBMXV"
"""The first letters of record codes that a VTC counts, in its order."""
_GROUP = re.compile(rf" *([{LETTERS}])([0-9]{{7}})")


@dataclass(frozen=True, slots=True)
class Count:
    """How many records begin with a letter: as the VTC states, None where it does not, and read."""

    letter: str
    stated: int | None
    read: int

    @property
    def agrees(self) -> bool:
        """Tell whether both are the same; what is not stated must not have been read."""
        return (self.stated or 0) == self.read


@dataclass(frozen=True, slots=True)
class PickupControl:
    """One pick-up, from its first record to its VTC, or to the end when it has none.

    `line` is the VTC's line, None without one. `rest` is what follows the counts, as it stands.
    `made_at` is the VTC's time as it stands.
    """

    line: int | None
    made_at: str
    counts: tuple[Count, ...]
    rest: str
    remarks: tuple[Remark, ...]


class PickupCounter:
    """Counts the records of pick-ups as they are read; one file may hold several."""

    def __init__(self) -> None:
        self._read: Counter[str] = Counter()

    def add(self, record: Record) -> PickupControl | None:
        """Count a record; return the comparison when it is a pick-up's VTC."""
        if record.is_blank:
            return None
        self._read[record.code[:1]] += 1
        return self._compare(record) if record.code == "VTC" else None

    def finish(self) -> PickupControl | None:
        """Return what was read since the last VTC and has none; None when nothing was."""
        if not self._read:
            return None
        counts = tuple(Count(letter, None, self._read[letter]) for letter in LETTERS)
        self._read.clear()
        message = "The pick-up has no control record (VTC) at its end: a part may be missing."
        return PickupControl(None, "", counts, "", (Remark("missing-control", message),))

    def _compare(self, record: Record) -> PickupControl:
        text = record.text("counts")
        stated, at = _stated(text)
        counts = tuple(Count(each, stated.get(each), self._read[each]) for each in LETTERS)
        self._read.clear()
        remarks = tuple(_remark(count) for count in counts if not count.agrees)
        return PickupControl(record.line, record.text("made_at"), counts, text[at:], remarks)


def counts_everything(record: Record) -> bool:
    """Tell a VTC whose counts are all there from one that may have been cut off within them."""
    return len(_stated(record.text("counts"))[0]) == len(LETTERS)


def _stated(text: str) -> tuple[dict[str, int], int]:
    """Return the counts by letter, and where they end."""
    stated, at = dict[str, int](), 0
    while (group := _GROUP.match(text, at)) and group[1] not in stated:
        stated[group[1]] = int(group[2])
        at = group.end()
    return stated, at


def _remark(count: Count) -> Remark:
    stated = "says nothing of" if count.stated is None else f"counts {count.stated}"
    message = f"The VTC {stated} records {count.letter}, {count.read} were read."
    return Remark("control-count", message)
