"""Where a ledger is: entries of the journal that say whether it was moved, and where to.

A ledger that was moved is read and never changed again. One that another is being moved into is
not used before the move is done: the other might still be at work.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from tpi_billing.errors import ConflictError
from tpi_billing.ledger import schema

RECORD = "ledger:place"
MOVED, ARRIVING, ARRIVED = "ledger.moved", "ledger.arriving", "ledger.arrived"

_T = schema.journal


@dataclass(frozen=True, slots=True)
class Place:
    """The last that was said of a ledger's place; `other` is the address of the other ledger.

    Of where a ledger came from only the name is kept, with the hash of the whole address.
    """

    entry: int
    action: str
    other: str
    other_sha256: str
    entries: int
    sha256: str

    def names(self, address: str) -> bool:
        """Tell whether the other ledger is the one of this address."""
        return address == self.other or _hash(address) == self.other_sha256


def arriving_from(address: str) -> dict[str, str]:
    """Return what a ledger says of where it came from: everybody who works in it may read that.

    A path tells whose computer it was, and a login who owns the ledger.
    """
    url = sa.make_url(address)
    if url.get_backend_name() == "sqlite":
        name = PurePosixPath(url.database or "").name
        shown = f"sqlite:///{name}"
    else:
        bare = sa.URL.create(url.drivername, host=url.host, port=url.port, database=url.database)
        shown = bare.render_as_string()
    return {"from": shown, "from_sha256": _hash(address)}


def _hash(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def place_of(connection: sa.Connection) -> Place | None:
    """Return what was last said of the ledger's place; None for one that never moved.

    `entries` and `sha256` are the journal's head when it was copied.
    """
    query = (
        sa.select(_T.c.entry, _T.c.action, _T.c.content)
        .where(_T.c.record == RECORD)
        .order_by(_T.c.entry.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    told = _values(row.content)
    other = str(told.get("to") or told.get("from") or "")
    return Place(
        row.entry,
        row.action,
        other,
        str(told.get("from_sha256", "")),
        int(told.get("entries", 0)),
        str(told.get("sha256", "")),
    )


def _values(content: Any) -> dict[str, Any]:
    """Read an entry's values, none of one that was altered: verifying names that."""
    try:
        values = json.loads(content)
    except (ValueError, TypeError):
        return {}
    return values if isinstance(values, dict) else {}


def refuse_unfinished(place: Place | None) -> None:
    """Raise ConflictError for a ledger that another is still being moved into."""
    if place is not None and place.action == ARRIVING:
        raise ConflictError(
            "A move into this ledger was interrupted; it may not be used as it is.",
            hint=f"Go on working with {place.other}, and run tpi-billing ledger move there again: "
            "it says whether this database must be emptied first.",
        )


def refuse_moved(place: Place | None) -> None:
    """Raise ConflictError for a ledger that was moved: it is kept as it was."""
    if place is not None and place.action == MOVED:
        raise ConflictError(
            f"The ledger was moved to {place.other}; here it can only be read.",
            hint=f'Say database = "{place.other}" in tpi-billing.toml (with the password, if the '
            "address needs one).",
        )
