"""The ledger: sessions, batches, claims and the journal, in SQLite or PostgreSQL."""

from tpi_billing.ledger.store import Ledger, open_ledger
from tpi_billing.ledger.transaction import Transaction

__all__ = ["Ledger", "Transaction", "open_ledger"]
