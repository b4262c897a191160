"""Findings in order, in memory while they are few and in a temporary file when they are many.

A year of a province's sessions can have a million of them. The file has no name on systems that
allow it, can be read by its owner only, and is gone when the findings are.
"""

import pickle
from collections.abc import Callable, Collection, Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import attrgetter, itemgetter
from tempfile import TemporaryFile
from typing import Any
from weakref import finalize

from tpi_billing.model.finding import Finding

IN_MEMORY = 20_000
"""So many findings take some 15 MiB."""
_AT_ONCE = 500

_Keyed = tuple[Any, int, Finding]
"""What a finding is sorted by, its number among all, and itself."""


class FoundFindings:
    """Gathers findings, to give them out by `key`; equal ones stay in the order they came in."""

    def __init__(self, key: Callable[[Finding], Any], in_memory: int = IN_MEMORY) -> None:
        self._key = key
        self._most = in_memory
        self._waiting: list[_Keyed] = []
        self._runs: list[_Run] = []
        self._count = 0

    def add(self, findings: Sequence[Finding]) -> None:
        """Take some findings."""
        for finding in findings:
            self._waiting.append((self._key(finding), self._count, finding))
            self._count += 1
        if len(self._waiting) > self._most:
            self._runs.append(_Run(self._sorted()))
            self._waiting = []

    def in_order(self) -> Collection[Finding]:
        """Return all that was taken, sorted; it can be gone through as often as one likes."""
        waiting = self._sorted()
        if not self._runs:
            return tuple(finding for _, _, finding in waiting)
        return _Merged([*self._runs, waiting], self._count)

    def _sorted(self) -> list[_Keyed]:
        return sorted(self._waiting, key=itemgetter(0, 1))


class _Merged(Collection[Finding]):
    """Sorted runs of findings as one."""

    def __init__(self, runs: "Sequence[_Run | list[_Keyed]]", count: int) -> None:
        self._runs = runs
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Finding]:
        return (finding for _, _, finding in merge(*self._runs, key=itemgetter(0, 1)))

    def __contains__(self, wanted: object) -> bool:
        return any(finding == wanted for finding in self)


_PARTS = attrgetter(*Finding.__slots__)


class _Run:
    """One sorted run in a file of its own, read some findings at a time."""

    def __init__(self, keyed: Sequence[_Keyed]) -> None:
        self._file = TemporaryFile(prefix="tpi-billing-")  # noqa: SIM115 - closed with the run
        finalize(self, self._file.close)
        self._places: list[int] = []
        remaining = iter(keyed)
        while some := list(islice(remaining, _AT_ONCE)):
            self._places.append(self._file.tell())
            # Plain tuples: a cure that many findings have is then written once.
            rows = [(key, number, _PARTS(finding)) for key, number, finding in some]
            pickle.dump(rows, self._file, pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[_Keyed]:
        for place in self._places:
            self._file.seek(place)
            # Nobody else can write this file.
            for key, number, parts in pickle.load(self._file):  # noqa: S301
                yield key, number, Finding(*parts)
