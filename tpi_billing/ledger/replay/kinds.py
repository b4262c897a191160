"""Which journal entries tell of which table, how they name its records, and what they leave out.

Every table of the ledger is here, or in `imported` (the rows of imports, of which the journal has
hashes) or in `health_shape` (the journal's own). A test holds that none is forgotten.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.exchange import bytes_of, text_of
from tpi_billing.model.remittance import line_hash

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """A text of which the journal has only the hash, in another column."""

    column: str
    hashed_in: str
    holds: Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Kind:
    """A table, and the entries that tell of its records.

    `opening` are the actions that make a record and tell all of it. A record is known by a number
    behind the word, unless `number_of` reads two numbers, the first of what it belongs to, or
    `key_of` a key with a text in it, from the record's name and the entry's content. `leaves_out`
    are columns of no entry, `beside` words of entries that are no columns though they are called
    like one, `blanks_of` a text whose hash does not tell the blanks at its end, `entry_in` the
    column with the entry that made the record, `older_lack` columns that a later version filled.
    """

    word: str
    table: sa.Table
    opening: frozenset[str]
    number_of: Callable[[str, str], tuple[int, int]] | None = None
    key_of: Callable[[str, Mapping[str, Any]], Key] | None = None
    name: str = ""
    leaves_out: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    proof: Proof | None = None
    blanks_of: str = ""
    entry_in: str = ""
    older_lack: frozenset[str] = field(default=frozenset())

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns that entries tell, in the order of canonical JSON."""
        skipped = {*self.leaves_out, self.entry_in}
        names = (column.name for column in self.table.columns)
        return tuple(sorted(name for name in names if name not in skipped))

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the primary key's columns."""
        return tuple(column.name for column in self.table.primary_key)

    def record(self, key: Key) -> str:
        """Name a record by its key."""
        return self.name.format(*key)


BLANKS = "blanks"
"""A word of entries: how many blanks a text ends with, which its hash does not tell."""


def _numbered(word: str, table: sa.Table, opening: str, **more: Any) -> Kind:
    return Kind(word, table, frozenset({opening}), name=f"{word}:{{}}", **more)


def _two_numbers(record: str, _content: str) -> tuple[int, int]:
    """Read `batch:1/part:2`."""
    outer, _, inner = record.partition("/")
    return int(outer.partition(":")[2]), int(inner.partition(":")[2])


def _place_in_batch(record: str, content: str) -> tuple[int, int]:
    """Read the batch from `batch:1/session:7`, and the place from the content.

    A quotation mark within a text is written with a backslash, so the word is found only as a key.
    """
    at = content.rindex('"position":') + len('"position":')
    return int(record[6 : record.index("/")]), int(content[at : content.index(",", at)])


def _batch_and_path(record: str, _values: Mapping[str, Any]) -> Key:
    batch, _, path = record.partition("/file:")
    return int(batch.partition(":")[2]), path


def _counter(record: str, _values: Mapping[str, Any]) -> Key:
    data_centre, _, name = record.partition(":")[2].partition("/")
    return data_centre, name


def _keyed(*columns: str) -> Callable[[str, Mapping[str, Any]], Key]:
    return lambda _record, values: tuple(values[column] for column in columns)


def _sha256_of_text(text: Any, sha256: Any) -> bool:
    return isinstance(text, str) and hashlib.sha256(text.encode()).hexdigest() == sha256


def _sha256_of_bytes(text: Any, sha256: Any) -> bool:
    if not isinstance(text, str):
        return False
    try:
        content = bytes_of(text)
    except ValueError:  # never written by the tool
        return False
    return text_of(content) == text and hashlib.sha256(content).hexdigest() == sha256


def _hash_of_line(text: Any, sha256: Any) -> bool:
    return isinstance(text, str) and line_hash(text) == sha256


_CONTENT = frozenset({"content"})

KINDS: tuple[Kind, ...] = (
    _numbered("import", schema.imports, "started"),
    _numbered("session", schema.sessions, "new"),
    _numbered("claim", schema.claims, "new", older_lack=frozenset({"sent_on", "billed_month"})),
    _numbered("batch", schema.batches, "new", entry_in="journal_entry"),
    _numbered("referral", schema.referrals, "new"),
    # Why one was taken back is another reason than the one it was made for.
    _numbered("decision", schema.decisions, "new", beside=frozenset({"reason"})),
    _numbered("amendment", schema.amendments, "new"),
    _numbered("posting", schema.postings, "new"),
    _numbered("closing", schema.closings, "new"),
    _numbered("submission", schema.submissions, "started"),
    _numbered(
        "pickup",
        schema.pickups,
        "kept",
        leaves_out=_CONTENT,
        proof=Proof("content", "sha256", _sha256_of_bytes),
    ),
    _numbered("remittance-file", schema.remittance_files, "new"),
    _numbered(
        "line",
        schema.remittance_lines,
        "new",
        leaves_out=_CONTENT,
        proof=Proof("content", "content_sha256", _hash_of_line),
        blanks_of="content",
    ),
    Kind(
        "file",
        schema.submission_files,
        frozenset({"rendered"}),
        _two_numbers,
        name="batch:{}/part:{}",
        leaves_out=_CONTENT,
        proof=Proof("content", "sha256", _sha256_of_text),
    ),
    Kind(
        "row",
        schema.rejected_rows,
        frozenset({"rejected"}),
        _two_numbers,
        name="import:{}/row:{}",
    ),
    Kind(
        "batch.session",
        schema.batch_sessions,
        frozenset({"session"}),
        _place_in_batch,
        name="batch:{}/position:{}",
    ),
    _numbered("sample", schema.samples, "new"),
    Kind(
        "sample-stratum",
        schema.sample_strata,
        frozenset({"new"}),
        _two_numbers,
        name="sample:{}/stratum:{}",
    ),
    Kind(
        "sample-claim",
        schema.sample_claims,
        frozenset({"new"}),
        _two_numbers,
        name="sample:{}/claim:{}",
    ),
    Kind(
        "verdict",
        schema.verdicts,
        frozenset({"given"}),
        _two_numbers,
        name="sample:{}/verdict:{}",
    ),
    Kind(
        "batch.exported",
        schema.batch_files,
        frozenset({"exported"}),
        key_of=_batch_and_path,
        name="batch:{}/file:{}",
    ),
    Kind(
        "referral.updated",
        schema.referral_updates,
        frozenset({"updated"}),
        key_of=_keyed("referral_id", "sent_on"),
        name="referral:{}/update:{}",
    ),
    Kind(
        "closing-line",
        schema.closing_lines,
        frozenset({"new"}),
        key_of=_keyed("closing_id", "payee_number", "practitioner_number"),
        name="closing-line:{}/{}/{}",
    ),
    Kind(
        "counter",
        schema.counters,
        frozenset({"moved"}),
        key_of=_counter,
        name="counter:{}/{}",
    ),
)

_BY_WORD = {kind.word: kind for kind in KINDS}
_NO_COLUMNS = frozenset({"import.rows", "import.finished", "referral.closed", "referral.reopened"})
"""Entries called like those of a table that tell what other entries tell as well."""


def kind_of(action: str) -> Kind | None:
    """Return what an action tells of; None when it is of no table."""
    if action in _NO_COLUMNS:
        return None
    return _BY_WORD.get(action) or _BY_WORD.get(action.partition(".")[0])
