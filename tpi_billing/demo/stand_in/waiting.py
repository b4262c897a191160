"""Keeping the stand-in running until somebody stops it."""

from threading import Event

_LOOK_SECONDS = 0.5


def until_stopped() -> None:
    """Wait for Ctrl-C; Windows notices it only between two waits."""
    never = Event()
    try:
        while not never.wait(_LOOK_SECONDS):
            pass
    except KeyboardInterrupt:
        return
