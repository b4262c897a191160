"""Find the entry that an earlier export or manifest named as the journal's head."""

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import Head

_T = schema.journal


def find_head(connection: sa.Connection, entry: int | None, sha256: str) -> Head | None:
    """Return the entry of that number and hash, of which the beginning is enough; None: not there.

    Either may be left out, as `None` and `""`. Only a chain that is verified down to the entry
    proves that it is what it was.
    """
    query = sa.select(_T.c.entry, _T.c.sha256)
    if entry is not None:
        query = query.where(_T.c.entry == entry)
    if sha256:
        query = query.where(_T.c.sha256.startswith(sha256, autoescape=True))
    row = connection.execute(query.order_by(_T.c.entry).limit(1)).one_or_none()
    return None if row is None else Head(row.entry, row.sha256)
