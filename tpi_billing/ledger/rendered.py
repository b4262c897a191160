"""Is a batch's Teleplan file still what was rendered? To be asked before it is used."""

import hashlib
import json

import sqlalchemy as sa

from tpi_billing.errors import IntegrityError
from tpi_billing.ledger import schema

_FILES, _J = schema.submission_files, schema.journal


def insist_rendered(connection: sa.Connection, batch_id: int) -> None:
    """Raise IntegrityError unless a batch's stored files are those that the journal tells of."""
    entries = sa.select(_J.c.record, _J.c.content).where(
        _J.c.action == "file.rendered", _J.c.record.startswith(f"batch:{batch_id}/part:")
    )
    told = {
        int(record.rpartition(":")[2]): json.loads(content)["sha256"]
        for record, content in connection.execute(entries)
    }
    files = sa.select(_FILES.c.part, _FILES.c.content).where(_FILES.c.batch_id == batch_id)
    found = {
        part: hashlib.sha256(content.encode()).hexdigest()
        for part, content in connection.execute(files)
    }
    if found != told:
        raise IntegrityError(
            f"The Teleplan file of batch {batch_id} was altered in the ledger.",
            hint="Submit nothing of it. See tpi-billing doctor, and restore the last backup copy.",
        )
