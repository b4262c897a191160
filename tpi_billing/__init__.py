"""Checked MSP claims from a clinic's trigger point injection sessions."""

__version__ = "0.1.0"
