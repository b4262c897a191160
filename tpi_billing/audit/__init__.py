"""Looking at what was done: is the ledger what was written, who did what, what stands out."""
