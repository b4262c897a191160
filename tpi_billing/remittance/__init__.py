"""MSP's answers, matched to claims: what is paid, what is refused, and what to do about it."""
