"""What was fetched from MSP: kept word for word, and counted by kind of record."""

import hashlib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tpi_billing.claims.kept_files import (
    PATIENCE,
    drop,
    keep,
    patiently,
    pickup_file,
    waiting_pickups,
)
from tpi_billing.claims.parts import is_test_site
from tpi_billing.errors import BillingError, ConflictError, FileError
from tpi_billing.ledger import Ledger
from tpi_billing.ledger.exchange import add_pickup, text_of
from tpi_billing.teleplan.control import PickupControl, PickupCounter
from tpi_billing.teleplan.reader import read_records
from tpi_billing.teleplan.records import LAYOUTS


@dataclass(frozen=True, slots=True)
class Kept:
    """A pickup: its number, None when there was nothing; records by code; what is odd in it."""

    pickup_id: int | None
    new: bool
    records: dict[str, int]
    remarks: list[str]

    @property
    def table(self) -> list[tuple[str, int, str]]:
        """The records with their meaning."""
        return [
            (code, count, LAYOUTS[code].title if code in LAYOUTS else "not known; kept as it is")
            for code, count in sorted(self.records.items())
        ]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where what is fetched is kept: the ledger, by whom, and before it a folder of the workspace.

    `patience` is for how many seconds the ledger is tried again.
    """

    ledger: Ledger
    actor: str
    folder: Path
    patience: float = PATIENCE


def keep_pickup(shelf: Shelf, site: str, content: bytes) -> Kept:
    """Keep what MSP sent, once, and say what it holds: on the disk, then in the ledger, then read.

    MSP may give it only once: ConflictError names the file it is kept in when the ledger is not to
    be had.
    """
    if not content.strip():
        return Kept(None, False, {}, [])
    path = pickup_file(shelf.folder, content, test_site=is_test_site(site))
    with suppress(FileError):  # the ledger may still take it
        keep(path, content)
    try:
        pickup_id, new = patiently(lambda: _stored(shelf, site, content), shelf.patience)
    except BillingError as error:
        raise ConflictError(
            f"What MSP sent is kept in a file, and the ledger could not take it: {error}",
            hint="Run tpi-billing pickup again: it begins with that file.",
            file=str(path),
        ) from error
    drop(path)
    return _read(pickup_id, new, content)


def keep_waiting(shelf: Shelf, site: str, test_site: str) -> list[Kept]:
    """Keep what was fetched earlier and did not get into the ledger."""
    return [
        keep_pickup(shelf, test_site if tested else site, content)
        for content, _, tested in waiting_pickups(shelf.folder)
    ]


def _stored(shelf: Shelf, site: str, content: bytes) -> tuple[int, bool]:
    digest = hashlib.sha256(content).hexdigest()
    with shelf.ledger.changing(shelf.actor) as transaction:
        data_centre = shelf.ledger.data_centre
        return add_pickup(transaction, data_centre, site, text_of(content), digest)


def _read(pickup_id: int, new: bool, content: bytes) -> Kept:
    counts: Counter[str] = Counter()
    remarks: list[str] = []
    counter = PickupCounter()
    for record in read_records(content):
        counts[record.code] += 1
        remarks += [f"Line {record.line}: {remark.message}" for remark in record.remarks]
        remarks += _said(counter.add(record))
    remarks += _said(counter.finish())
    return Kept(pickup_id, new, dict(counts), remarks)


def _said(control: PickupControl | None) -> list[str]:
    return [] if control is None else [remark.message for remark in control.remarks]
