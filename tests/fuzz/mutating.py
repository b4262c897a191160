"""Changes inputs at random: bytes, numbers, lines, and words that readers trip over."""

import random
import re
from collections.abc import Callable, Sequence

WORDS = (
    *(b'"', b"'", b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"\x00", b"\x1a", b"\x1b[2J", b"\\"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xa0"),
    *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1", b"0", b"1e-999", b"0x10", b"1_000"),
    *(b"9" * 400, b"9" * 5_000, b"-0.00", b"1.5", b"\xef\xbc\x91\xef\xbc\x92", b"\xd9\xa3"),
    *(b"0000-00-00", b"9999-12-31", b"10000-01-01", b"2026-02-30", b"24:00", b"25:61", b"46326"),
    *(b"=1+1", b"@SUM(A1)", b"{}", b"[]", b"[" * 200, b'{"a":' * 200, b"null", b"true", b"#REF!"),
    *(b"../../x", b"/etc/passwd", b"C:\\x", b"CON", b"%s%n", b"{0}", b"$(x)", b"x" * 300),
    *(b"<c>", b"</c>", b"<v>", b"</v>", b"<row>", b"</row>", b'r="XFD1048576"', b't="s"', b't="d"'),
    *(b't="e"', b't="b"', b's="99"', b'r="A0"', b"<f>1+1</f>", b"<!DOCTYPE a>", b"&amp;", b"&#0;"),
    *(b"<mergeCells><mergeCell ref='A1:B9'/></mergeCells>", b"<autoFilter ref='A1:Z9'/>"),
    *(b"Result=SUCCESS;", b"#TID=", b"Content-Length: 1", b"Transfer-Encoding: chunked"),
    *(b"Content-Encoding: gzip", b"Set-Cookie: a=b", b"SELECT", b"WITH", b"--", b"/*", b"*/"),
)
_NUMBER = re.compile(rb"\d+")


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """Return one of the inputs with one to eight changes."""
    content = chance.choice(seeds)
    for _ in range(chance.randint(1, 8)):
        content = chance.choice(_CHANGES)(content, seeds, chance)
    return content


def _span(content: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(content))
    return start, min(len(content), start + chance.choice((0, 1, 2, 4, 9, 25, 120)))


def _flip(content: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    if not content:
        return content
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _insert(content: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + chance.choice(WORDS) + content[chance.choice((start, end)) :]


def _delete(content: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[end:]


def _repeat(content: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = _span(content, chance)
    return content[:start] + content[start:end] * chance.randint(2, 40) + content[end:]


def _number(content: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    found = list(_NUMBER.finditer(content))
    if not found:
        return content
    one = chance.choice(found)
    new = (b"0", b"-1", b"1", b"255", b"65536", b"4294967295", b"1e400", b"9" * 20, b"", b"99")
    return content[: one.start()] + chance.choice(new) + content[one.end() :]


def _line(content: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[to:to] = [lines[at]] * chance.randint(0, 3)
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _splice(content: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    return content[: _span(content, chance)[0]] + other[_span(other, chance)[0] :]


def _cut(content: bytes, _seeds: Sequence[bytes], chance: random.Random) -> bytes:
    return content[: chance.randint(0, len(content))]


Change = Callable[[bytes, Sequence[bytes], random.Random], bytes]
_CHANGES: tuple[Change, ...] = (
    *(_flip, _insert, _insert, _insert, _delete, _repeat, _number, _number, _line, _splice, _cut),
)
