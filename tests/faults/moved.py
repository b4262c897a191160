"""What must hold of a ledger that is moved: one of the two at most takes work, and it is whole."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import databases
import sqlalchemy as sa
from end_to_end.clinic import Clinic

from tpi_billing.errors import BillingError
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.place import ARRIVED, MOVED, place_of
from tpi_billing.ledger.store import Ledger, engine_of

from . import looking

_FILE = "ledger.db"


def new_place(folder: Path, kind: str) -> Clinic:
    """Make a folder whose ledger is still to come, in a file or in a new database of a server."""
    folder.mkdir()
    if kind == "to a server":
        databases.database_of(folder)
    elif databases.SERVER:
        (folder / databases.MARK).write_text(databases.FILE, encoding="utf-8")
    return Clinic(folder)


def address(new: Clinic) -> str:
    """Return where the ledger is moved to, as somebody says it who is elsewhere."""
    found = databases.database_of(new.workspace)
    return f"sqlite:///{new.workspace / _FILE}" if found == databases.FILE else found


def facts(new: Clinic) -> dict[str, Any]:
    """Return what the new ledger knows; nothing as long as nobody can work there."""
    if not _takes_work(new):
        return {}
    with _read(new) as connection:
        return {f"new {name}": rows for name, rows in looking.facts_in(connection).items()}


def insist_on_one(old: Clinic, new: Clinic) -> None:
    """Raise AssertionError when both take work, or none without the new one being complete."""
    works = _takes_work(old), _takes_work(new)
    assert works != (True, True), "both ledgers take work"
    with _read(old) as connection:
        place = place_of(connection)
        known = looking.facts_in(connection)
    if place is None or place.action != MOVED:
        assert works == (True, False), "the old ledger takes no work, and was not moved"
        return
    assert _exists(new), "moved to where nothing is"
    with _read(new) as connection:
        looking.insist_on_whole(connection)
        apart = looking.apart(known, looking.facts_in(connection))
        there = place_of(connection)
    assert apart == [], f"not all of it arrived: {apart}"
    assert works[1] == (there is not None and there.action == ARRIVED), "it arrived, or not?"


def _takes_work(clinic: Clinic) -> bool:
    if not _exists(clinic):
        return False
    workspace = clinic.workspace
    try:
        ledger = open_ledger(databases.database_of(workspace), workspace, "T9999")
        with closing(ledger), ledger.changing("clerk", keep=False):
            return True
    except BillingError:
        return False


def _exists(clinic: Clinic) -> bool:
    """Tell whether there are tables; to open a ledger without any would make them."""
    engine, file = engine_of(databases.database_of(clinic.workspace), clinic.workspace)
    if file is not None and not file.exists():
        return False
    with closing(Ledger(engine, "T9999")), engine.connect() as connection:
        return bool(sa.inspect(connection).get_table_names())


@contextmanager
def _read(clinic: Clinic) -> Iterator[sa.Connection]:
    """Read a ledger that may not be used yet."""
    engine, _ = engine_of(databases.database_of(clinic.workspace), clinic.workspace)
    ledger = Ledger(engine, "T9999")
    with closing(ledger), ledger.reading() as connection:
        yield connection
