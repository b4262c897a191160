"""Backup copies of the ledger, putting one back, and the whole ledger as plain files."""
