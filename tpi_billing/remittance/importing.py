"""Take MSP's files in: every line kept once, matched to its claim, all or nothing.

The same file again, files that overlap, and one that was cut off and fetched again change nothing
that is known already.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tpi_billing.errors import ConflictError, FileError, Trouble
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import remittances as stored
from tpi_billing.ledger.book_months import book_month
from tpi_billing.ledger.claims import claims_at_msp
from tpi_billing.model.altered import altered
from tpi_billing.model.claim import ClaimAtMsp
from tpi_billing.model.remittance import RemittanceLine, Standing
from tpi_billing.remittance.counting import FileImported, Imported
from tpi_billing.remittance.matching import match
from tpi_billing.remittance.reading import FileReading, ReadLine
from tpi_billing.remittance.standing import Standings
from tpi_billing.whole_files import insist_on_file

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take in: its name, and its path or, of a pick-up, its bytes and number."""

    name: str
    path: Path | None = None
    content: bytes = b""
    pickup_id: int | None = None

    def open(self) -> AbstractContextManager[BinaryIO]:
        """Open it for reading; raise OSError also for what is no file."""
        if self.path is None:
            return nullcontext(BytesIO(self.content))
        insist_on_file(self.path)
        return self.path.open("rb")


def import_files(
    ledger: Ledger,
    actor: str,
    sources: Sequence[Source],
    advance: Callable[[int], None] = lambda _lines: None,
    *,
    dry_run: bool = False,
) -> Imported:
    """Take files in, in one transaction.

    Raise FileError for every file that cannot be read, ConflictError for one of another clinic.
    """
    digests = _digests(sources)
    imported = Imported()
    with ledger.changing(actor, keep=not dry_run) as transaction:
        _settle_waiting(transaction, ledger)
        for source, digest in zip(sources, digests, strict=True):
            _Import(transaction, ledger, source, digest, imported, advance).run()
    return imported


def settle_waiting(ledger: Ledger, actor: str) -> int:
    """Apply the lines that came before their batch was recorded as sent; return of how many claims.

    MSP's files may well be taken in first, when a batch was uploaded by hand.
    """
    with ledger.reading() as connection:
        if not stored.waiting_claims(connection, ledger.data_centre):
            return 0
    with ledger.changing(actor) as transaction:
        return _settle_waiting(transaction, ledger)


def _settle_waiting(transaction: Transaction, ledger: Ledger) -> int:
    waiting = stored.waiting_claims(transaction.connection, ledger.data_centre)
    for at in range(0, len(waiting), _AT_ONCE):
        Standings(transaction, ledger).settle(waiting[at : at + _AT_ONCE])
    still = stored.waiting_claims(transaction.connection, ledger.data_centre)
    return len(waiting) - len(still)


def _digests(sources: Sequence[Source]) -> list[str]:
    digests, troubles = [], []
    for source in sources:
        try:
            with source.open() as stream:
                digests.append(_digest(stream))
        except OSError as error:
            what = f"The file cannot be read: {error.strerror or error}."
            troubles.append(Trouble(what, "Check its name and that you may read it.", source.name))
    if troubles:
        raise FileError.of(troubles)
    return digests


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(1 << 16):
        digest.update(piece)
    return digest.hexdigest()


class _Import:
    """Takes one file in."""

    def __init__(
        self,
        transaction: Transaction,
        ledger: Ledger,
        source: Source,
        digest: str,
        imported: Imported,
        advance: Callable[[int], None],
    ) -> None:
        self._transaction = transaction
        self._connection = transaction.connection
        self._ledger = ledger
        self._source = source
        self._digest = digest
        self._imported = imported
        self._advance = advance
        self._standings = Standings(transaction, ledger)
        self._months: dict[object, str] = {}
        self._new = 0
        self._of_others: set[str] = set()
        self._ours = 0

    def run(self) -> None:
        """Read all of the file and store what is new of it."""
        source = self._source
        centre = self._ledger.data_centre
        known = stored.find_file(self._connection, centre, self._digest)
        file_id = (
            known.file_id
            if known is not None
            else stored.start_file(
                self._transaction, centre, source.name, self._digest, source.pickup_id
            )
        )
        reading = FileReading(source.name)
        with source.open() as stream:
            lines = reading.lines(stream)
            while chunk := list(islice(lines, _AT_ONCE)):
                self._take(chunk, file_id)
                self._advance(len(chunk))
        self._insist_ours()
        if known is None:
            stored.finish_file(
                self._transaction,
                file_id,
                reading.lines_read,
                reading.fragment,
                reading.remarks,
            )
        self._imported.files.append(
            FileImported(
                source.name,
                file_id,
                known is not None,
                reading.lines_read,
                self._new,
                bool(reading.fragment),
                tuple(reading.remarks),
            )
        )

    def _insist_ours(self) -> None:
        if self._of_others and not self._ours:
            others = ", ".join(sorted(self._of_others)[:3])
            raise ConflictError(
                f"The file is for data centre {others}, not for {self._ledger.data_centre}.",
                hint="Nothing was taken in. Check which clinic's file it is, and the workspace.",
                file=self._source.name,
            )

    def _take(self, chunk: Sequence[ReadLine], file_id: int) -> None:
        """Store the new lines of a chunk, settle their claims, and count every line."""
        for one in chunk:
            if one.data_centre == self._ledger.data_centre:
                self._ours += 1
            elif one.data_centre:
                self._of_others.add(one.data_centre)
        known = stored.known_lines(
            self._connection,
            self._ledger.data_centre,
            sorted({one.line.content_sha256 for one in chunk}),
        )
        fresh = [one for one in chunk if _key(one.line) not in known]
        placed, claims = self._store(fresh, file_id)
        here = {**known, **{_key(line): line for line in placed}}
        lines = [here[_key(one.line)] for one in chunk]
        missing = {line.claim_id for line in lines if line.claim_id} - claims.keys()
        claims |= claims_at_msp(
            self._connection, self._ledger.data_centre, sorted(each or 0 for each in missing)
        )
        for line, one in zip(lines, chunk, strict=True):
            self._imported.counts.add(line, claims.get(line.claim_id or 0), one.deposit_cents)

    def _store(
        self, fresh: Sequence[ReadLine], file_id: int
    ) -> tuple[list[RemittanceLine], dict[int, ClaimAtMsp]]:
        if not fresh:
            return [], {}
        first = stored.next_line_id(self._transaction)
        lines = list(self._matched(fresh, file_id, first))
        found = {line.claim_id for line in lines if line.claim_id is not None}
        placed, claims = self._standings.settle(found, lines)
        stored.add_lines(self._transaction, self._ledger.data_centre, placed)
        self._new += len(placed)
        self._imported.counts.new += len(placed)
        open_ones = {Standing.UNMATCHED, Standing.NOT_APPLIED}
        self._imported.attention += [line.line_id for line in placed if line.standing in open_ones]
        self._match_late(placed)
        return placed, claims

    def _matched(
        self, fresh: Sequence[ReadLine], file_id: int, first: int
    ) -> Iterator[RemittanceLine]:
        answers = [one for one in fresh if one.line.answers_a_claim]
        matches = iter(match(self._connection, self._ledger.data_centre, answers))
        for line_id, one in enumerate(fresh, start=first):
            numbered = {"line_id": line_id, "file_id": file_id, "month": self._month(one.line)}
            if not one.line.answers_a_claim:
                yield altered(one.line, **numbered)
                continue
            found = next(matches)
            standing = Standing.UNMATCHED if found.claim_id is None else Standing.NOT_APPLIED
            about = {"standing": standing, "problem": found.problem, "claim_id": found.claim_id}
            yield altered(one.line, **numbered, **about)

    def _match_late(self, placed: Sequence[RemittanceLine]) -> None:
        """Find the claims of earlier lines by MSP's own numbers, which only now are known."""
        numbers = sorted(
            {line.file_number for line in placed if line.file_number and line.claim_id is not None}
        )
        centre = self._ledger.data_centre
        waiting = stored.unmatched_lines(self._connection, centre, numbers)
        if not waiting:
            return
        again = [ReadLine(line, _centre_of(line), 0) for line in waiting]
        matches = match(self._connection, centre, again)
        found = [
            (line.line_id, Standing.NOT_APPLIED, "", one.claim_id, "", 0)
            for line, one in zip(waiting, matches, strict=True)
            if one.claim_id is not None
        ]
        stored.stand_lines(self._transaction, found)
        self._standings.settle({claim_id for *_, claim_id, _, _ in found if claim_id is not None})

    def _month(self, line: RemittanceLine) -> str:
        """Return the month of the books in which a line's money counts."""
        if line.paid_cents is None:
            return ""
        day = line.payment_date or self._transaction.on
        if day not in self._months:
            self._months[day] = book_month(self._connection, self._ledger.data_centre, day)
        return self._months[day]


def _key(line: RemittanceLine) -> tuple[str, int]:
    return line.content_sha256, line.ordinal


def _centre_of(line: RemittanceLine) -> str:
    return line.content[3:8].strip()
