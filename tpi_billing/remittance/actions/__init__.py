"""What people do with answered claims: correct, resubmit, take back, write off."""
