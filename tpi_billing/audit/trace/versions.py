"""What the source said of a session at each time, put together from the journal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tpi_billing.ledger.tracing import Entry, ImportedRow, SessionRow

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A column of a session that one import says otherwise than the one before it."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Said:
    """A row of an import and what it said; `values` is None where no ledger kept it.

    `changes` are the differences from what was said before, by the import or by the first one.
    """

    row: ImportedRow
    values: Values | None
    changes: tuple[Change, ...]


class Versions:
    """Every version of a session that the ledger has kept."""

    def __init__(self, session: SessionRow | None, entries: Sequence[Entry]) -> None:
        self._by_hash: dict[str, Values] = {}
        self._steps: list[tuple[int, Values]] = []
        for entry in entries:
            self._read(entry.entry, json.loads(entry.content))
        if session is not None:
            self._keep(session.content_sha256, session.content)
        self._now = {} if session is None else _loaded(session.content)

    def _read(self, entry: int, told: Mapping[str, Any]) -> None:
        if told.get("pending"):
            waiting = json.loads(told["pending"])
            if "content" in waiting:
                self._keep(waiting["content_sha256"], waiting["content"])
        if "content" in told:
            self._keep(told["content_sha256"], told["content"])
            self._steps.append((entry, _loaded(told["content"])))

    def _keep(self, sha256: str, content: str) -> None:
        self._by_hash.setdefault(sha256, _loaded(content))

    def at(self, entry: int) -> Values:
        """Return what the session said when an entry of the journal was written."""
        before = [values for number, values in self._steps if number < entry]
        return before[-1] if before else self._now

    def said(self, rows: Sequence[ImportedRow]) -> list[Said]:
        """Return what each row of an import said, and what that changed."""
        found: list[Said] = []
        before: Values | None = None
        for row in rows:
            values = self._by_hash.get(row.content_sha256)
            known = before is not None and values is not None
            changes = differences(before or {}, values or {}) if known else ()
            found.append(Said(row, values, changes))
            before = values if values is not None else before
        return found


def differences(before: Values, after: Values) -> tuple[Change, ...]:
    """Return the columns that two versions say otherwise."""
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return tuple(Change(name, before.get(name, ""), after.get(name, "")) for name in names)


def _loaded(content: str) -> Values:
    values: dict[str, str] = json.loads(content)
    return values
