"""Bytes cut into lines at any line end there is, not a byte lost."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from tpi_billing.model.quickly import quickly_made

_END = re.compile(rb"\r\n|\r|\n")
_CHUNK_BYTES = 1 << 16
LONGEST_LINE = 1 << 16
"""A line without an end is cut off here, so that no file can fill the memory."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands: its number from 1, its bytes, and the bytes that end it.

    `end` is empty at the end of the bytes, and where `cut` says that the line goes on.
    """

    number: int
    content: bytes
    end: bytes
    cut: bool = False


def read_lines(source: bytes | BinaryIO) -> Iterator[Line]:
    """Yield the lines of bytes, or of a stream of them; `content + end` of all is all of it."""
    number = 1
    for content, end, cut in _pieces(source):
        yield Line(number, content, end, cut)
        number += 1


def _pieces(source: bytes | BinaryIO) -> Iterator[tuple[bytes, bytes, bool]]:
    rest = b""
    for chunk in _chunks(source):
        rest += chunk
        at = 0
        for found in _END.finditer(rest):
            if found.end() == len(rest) and found[0] == b"\r":
                break  # the line feed that belongs to it may still come
            content = rest[at : found.start()]
            at = found.end()
            if len(content) <= LONGEST_LINE:
                yield content, found[0], False
            else:
                yield from _bounded(content, found[0])
        rest = rest[at:]
        while len(rest) > LONGEST_LINE + 1:  # one more: it may be a carriage return
            yield rest[:LONGEST_LINE], b"", True
            rest = rest[LONGEST_LINE:]
    if rest.endswith(b"\r"):
        yield from _bounded(rest[:-1], b"\r")
    elif rest:
        yield from _bounded(rest, b"")


def _bounded(content: bytes, end: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    while len(content) > LONGEST_LINE:
        yield content[:LONGEST_LINE], b"", True
        content = content[LONGEST_LINE:]
    yield content, end, False


def _chunks(source: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for at in range(0, len(source), _CHUNK_BYTES):
            yield source[at : at + _CHUNK_BYTES]
        return
    while chunk := source.read(_CHUNK_BYTES):
        yield chunk
