"""Are the tables what the journal says? Its entries are replayed and compared, latest first."""

from collections.abc import Iterator

import sqlalchemy as sa

from tpi_billing.ledger.journal_chain import Chain
from tpi_billing.ledger.replay.whole import Replay, replay_all

__all__ = ["Replay", "differences", "replay_all"]


def differences(connection: sa.Connection) -> Iterator[str]:
    """Replay the whole journal; say in words which table, record and field differs from it."""
    yield from replay_all(connection, Chain(connection)).told.in_words()
