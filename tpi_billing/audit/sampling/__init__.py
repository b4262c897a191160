"""A random sample of the claims, for somebody to compare with the charts before MSP does."""
