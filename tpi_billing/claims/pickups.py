"""What was fetched from MSP: kept word for word, and counted by kind of record."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from tpi_billing.ledger import Ledger
from tpi_billing.ledger.exchange import add_pickup
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


def keep_pickup(ledger: Ledger, actor: str, site: str, content: bytes) -> Kept:
    """Keep what MSP sent, once, and say what it holds. Latin-1 keeps every byte."""
    if not content.strip():
        return Kept(None, False, {}, [])
    counts: Counter[str] = Counter()
    remarks: list[str] = []
    counter = PickupCounter()
    for record in read_records(content):
        counts[record.code] += 1
        remarks += [f"Line {record.line}: {remark.message}" for remark in record.remarks]
        remarks += _said(counter.add(record))
    remarks += _said(counter.finish())
    digest = hashlib.sha256(content).hexdigest()
    with ledger.changing(actor) as transaction:
        text = content.decode("latin-1")
        pickup_id, new = add_pickup(transaction, ledger.data_centre, site, text, digest)
    return Kept(pickup_id, new, dict(counts), remarks)


def _said(control: PickupControl | None) -> list[str]:
    return [] if control is None else [remark.message for remark in control.remarks]
