"""Take back a decision: it stays in the ledger, no longer in force."""

import sqlalchemy as sa

from tpi_billing.ledger import schema
from tpi_billing.ledger.transaction import Transaction

_T = schema.decisions


def withdraw_decision(transaction: Transaction, decision_id: int, reason: str) -> None:
    """Put a decision out of force, with a journal entry of who took it back and why."""
    transaction.connection.execute(
        sa.update(_T).where(_T.c.decision_id == decision_id), {"active": 0}
    )
    transaction.journal.write(
        "decision.withdrawn", f"decision:{decision_id}", {"active": 0, "reason": reason}
    )
