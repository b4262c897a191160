"""What the audit report shows of a period, gathered from the ledger as plain figures."""
