"""Code lists that were imported into a workspace, as the journal has them."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.transaction import Transaction

_ACTION = "fees.imported"
_T = schema.journal


def record_list(
    transaction: Transaction, data_centre: str, record: str, values: Mapping[str, Any]
) -> None:
    """Write into the journal that a list was imported; its `list_sha256` tells which one."""
    transaction.journal.write(_ACTION, record, {**values, "data_centre": data_centre})
    # Now, not at the end: a ledger that refuses the entry must do so before the list is in force.
    transaction.journal.flush()


def is_recorded(connection: sa.Connection, data_centre: str, record: str, sha256: str) -> bool:
    """Tell whether the last import of that record is of the list with this SHA-256."""
    query = (
        sa.select(_T.c.content)
        .where(_T.c.record == record, _T.c.action == _ACTION)
        .order_by(_T.c.entry.desc())
    )
    for content in connection.execute(query).scalars():
        values = json.loads(content)
        if values["data_centre"] == data_centre:
            return bool(values["list_sha256"] == sha256)
    return False
