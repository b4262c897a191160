"""Talking to MSP's web service: what is asked, what comes back, and what a lost reply means."""
