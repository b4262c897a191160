"""A line carries everything, or breaks after exactly so many bytes, for good."""

import socket
import threading

import pytest

from .line import LOOPBACK, Line

WORDS = b"hello MSP"


def _echo(listening: socket.socket) -> None:
    while True:
        try:
            one, _ = listening.accept()
        except OSError:
            return
        with one:
            while data := one.recv(1000):
                one.sendall(data)


def _said_back(line: Line) -> bytes:
    with socket.create_connection((LOOPBACK, line.start())) as ours:
        ours.settimeout(20)
        ours.sendall(WORDS)
        heard = b""
        try:
            while len(heard) < len(WORDS) and (data := ours.recv(1000)):
                heard += data
        except ConnectionError:
            pass
    return heard


@pytest.mark.parametrize(
    ("direction", "after", "heard"),
    [("", -1, WORDS), ("in", 0, b""), ("in", 5, WORDS[:5]), ("out", 1, None), ("out", 9, None)],
)
def test_a_line(direction: str, after: int, heard: bytes | None) -> None:
    with socket.create_server((LOOPBACK, 0)) as listening:
        threading.Thread(target=_echo, args=(listening,), daemon=True).start()
        line = Line(listening.getsockname()[1], direction, after)
        answer = _said_back(line)
    assert line.broken == (after >= 0)
    assert line.passed[direction or "out"] == (after if after >= 0 else len(WORDS))
    assert answer == heard or heard is None
