"""The files that were published, as the ledger has them."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from tpi_billing.ledger import schema

_F, _B = schema.batch_files, schema.batches


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of a batch: its kind, where it was put within the workspace, and its SHA-256."""

    batch_id: int
    batch_state: str
    kind: str
    path: str
    sha256: str


def known_files(
    connection: sa.Connection, data_centre: str, only: int | None = None
) -> Iterator[KnownFile]:
    """Stream every file that was published, of one batch or the newest batch first."""
    query = (
        sa.select(_F.c.batch_id, _B.c.state, _F.c.kind, _F.c.path, _F.c.sha256)
        .join(_B, _B.c.batch_id == _F.c.batch_id)
        .where(_B.c.data_centre == data_centre)
        .order_by(_F.c.batch_id.desc(), _F.c.path)
    )
    if only is not None:
        query = query.where(_F.c.batch_id == only)
    for row in connection.execute(query, execution_options={"yield_per": 1_000}):
        yield KnownFile(*row)
