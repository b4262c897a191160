"""What stands out: patterns in plain SQL over `claim_facts`, and whom their figures set apart."""
