"""What a change of the ledger is made through."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tpi_billing.ledger.journal import Journal


@dataclass
class Transaction:
    """A transaction that changes the ledger: its connection, its journal, and who it is by.

    `at` is the instant, `on` the day that counts as today.
    """

    connection: sa.Connection
    journal: Journal
    actor: str
    at: str
    on: date
