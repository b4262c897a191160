"""The ledger: sessions, batches, claims and the journal, in SQLite or PostgreSQL."""

from tpi_billing.ledger.store import Ledger, Transaction, open_ledger

__all__ = ["Ledger", "Transaction", "open_ledger"]
