"""Walk the journal's chain from its head back to its first entry, and find where it is broken.

The walk goes backwards since the last entry about a value is the one that the tables must agree
with: what comes later is met first, and nothing has to be remembered but what was met.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring

import sqlalchemy as sa

from tpi_billing.ledger.bulk import raw_rows

NO_ENTRY = "0" * 64
AT_ONCE = 4_000
"""So many entries are in memory."""

Entry = tuple[int, str, str, str, str, str, str, str]
"""Number, time, actor, action, record, content, the hash of the entry before, its own hash."""

_COLUMNS = "entry, at, actor, action, record, content, previous_sha256, sha256"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the journal is not what was written."""

    entry: int
    message: str


@dataclass
class Chain:
    """The entries above `down_to`, which need not be read; what was found on the way."""

    connection: sa.Connection
    down_to: int = 0
    entries: int = 0
    hashed: int = 0
    sha256: str = NO_ENTRY
    breaks: list[Break] = field(default_factory=list)

    def pages(self) -> Iterator[Sequence[Entry]]:
        """Yield the entries, the latest first, each hashed and compared with its neighbours.

        `down_to` may be raised or lowered on the way. At the end the entry at `down_to` was
        compared with its successor as well; with 0 the first entry was.
        """
        later: Entry | None = None
        while page := self._before(later):
            if later is None:
                self.entries, self.sha256 = page[0][0], page[0][7]
            hash_all(page, self.breaks)
            self.hashed += len(page)
            self._follow(page, later)
            later = page[-1]
            yield page
        self._end(later)

    def _before(self, later: Entry | None) -> list[Entry]:
        above = f"entry > {self.down_to}"
        below = "" if later is None else f" AND entry < {later[0]}"
        where = f"{above}{below}" if self.down_to else f"1 = 1{below}"
        return raw_rows(
            self.connection,
            f"SELECT {_COLUMNS} FROM journal WHERE {where} ORDER BY entry DESC LIMIT {AT_ONCE}",
        )

    def _follow(self, page: Sequence[Entry], later: Entry | None) -> None:
        for entry in page:
            if later is not None and (later[6] != entry[7] or later[0] != entry[0] + 1):
                self._broken(later, entry[0], entry[7])
            later = entry

    def _end(self, first: Entry | None) -> None:
        if first is None or first[0] <= self.down_to:
            return
        if not self.down_to:
            self._broken(first, 0, NO_ENTRY)
            return
        query = f"SELECT entry, sha256 FROM journal WHERE entry = {self.down_to}"
        for number, digest in raw_rows(self.connection, query):
            self._broken(first, number, digest)
            return
        self.breaks.append(Break(first[0], f"entry {self.down_to} is missing"))

    def _broken(self, later: Entry, number: int, digest: str) -> None:
        if later[0] != number + 1:
            self.breaks.append(Break(later[0], f"entry {number + 1} is missing"))
        if later[6] != digest:
            self.breaks.append(Break(later[0], "does not follow the entry before it"))


def hash_all(page: Sequence[Entry], breaks: list[Break]) -> None:
    """Hash entries anew, and say which are not what they were."""
    sha256 = hashlib.sha256
    known: dict[tuple[str, str, str], str] = {}
    for number, at, actor, action, record, content, previous, digest in page:
        try:
            who = at, actor, action
            said = known.get(who)
            if said is None:
                said = known[who] = said_by(*who)
            text = text_of(number, said, record, content, previous)
        except TypeError:  # it is no text any more
            text = ""
        if sha256(text.encode()).hexdigest() != digest:
            breaks.append(Break(number, f"was altered after it was written ({record})"))


def text_of(entry: int, said: str, record: str, content: str, previous: str) -> str:
    """Write the parts that an entry's hash covers, set apart so that none can run into another.

    `said` is what `said_by` makes of when, who and what, the same for many entries. The hash of
    the entry before is always compared with that entry's own: it has no quotation marks in it.
    """
    quoted = encode_basestring
    return f'[{entry}, {said}, {quoted(record)}, {quoted(content)}, "{previous}"]'


def said_by(at: str, actor: str, action: str) -> str:
    """Write when, who and what for `text_of`."""
    return f"{encode_basestring(at)}, {encode_basestring(actor)}, {encode_basestring(action)}"
