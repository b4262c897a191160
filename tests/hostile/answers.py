"""Files that say they are MSP's answers."""

from collections.abc import Callable, Sequence

from .case import Make, Table, later
from .place import Place

ANSWERS = Table("MSP's answer in a file")


def answer(content: bytes) -> Make:
    """Import these bytes."""
    return lambda place: ["remittance", "import", place.write("answer.txt", content)]


def changed(change: Callable[[bytes], bytes]) -> Make:
    """Import the clinic's own answer, changed."""

    def make(place: Place) -> Sequence[object]:
        good = (place.data / "remit.txt").read_bytes()
        return ["remittance", "import", place.write("answer.txt", change(good))]

    return make


def at(start: int, new: bytes) -> Make:
    """Overwrite columns of every line, counted from 1."""

    def change(good: bytes) -> bytes:
        lines = good.split(b"\r\n")
        return b"\r\n".join(
            line[: start - 1] + new + line[start - 1 + len(new) :] if line else line
            for line in lines
        )

    return changed(change)


ANSWERS.add("empty", answer(b""), 0, 1, 4, 5)
ANSWERS.add("only blanks", answer(b" \r\n" * 9_999), 0, 1, 4, 5)
ANSWERS.add("zero bytes", answer(bytes(99_999)), 4)
ANSWERS.add("a web page", answer(b"<html><body>Session expired</body></html>\r\n"), 4)
ANSWERS.add("a workbook", answer(b"PK\x03\x04" + bytes(9_999)), 4)
ANSWERS.add(
    "random bytes",
    later(lambda: answer(bytes((n * 7_919 + n * n) % 251 for n in range(60_000)))),
    4,
)
ANSWERS.add(
    "a line of ten megabytes", later(lambda: answer(b"S01" + b"9" * 10 * 2**20)), 0, 1, 4, 5
)
ANSWERS.add("twenty thousand short lines", later(lambda: answer(b"S01\r\n" * 20_000)), 0, 1, 4, 5)
ANSWERS.add("records that nobody knows", later(lambda: answer(b"ZZZ\x1b[2J\r\n" * 2_000)), 4)
ANSWERS.add("only carriage returns", later(lambda: answer(b"\r" * 2**20)), 0, 1, 4, 5)
ANSWERS.add("UTF-16", changed(lambda good: good.decode("ascii").encode("utf-16")), 0, 1, 4, 5)
ANSWERS.add("EBCDIC", changed(lambda good: good.decode("ascii").encode("cp037")), 4)
ANSWERS.add("cut off in the last line", changed(lambda good: good[:-40]), 0, 1)
ANSWERS.add("every line twice", changed(lambda good: good.replace(b"\r\n", b"\r\n") * 2), 0, 1)
ANSWERS.add("without line ends", changed(lambda good: good.replace(b"\r\n", b"")), 0, 1, 4, 5)
ANSWERS.add("in small letters", changed(lambda good: good.lower()), 0, 1, 4, 5)
ANSWERS.add(
    "every digit a nine",
    later(lambda: changed(lambda good: bytes(57 if 48 <= b <= 57 else b for b in good))),
    0,
    1,
    4,
)
ANSWERS.add(
    "every digit a letter",
    later(lambda: changed(lambda good: bytes(88 if 48 <= b <= 57 else b for b in good))),
    0,
    1,
    4,
    5,
)
ANSWERS.add("every letter a command", changed(lambda good: good.replace(b"A", b"\x1b")), 0, 1, 4, 5)
ANSWERS.add(
    "every letter beyond ASCII", changed(lambda good: good.replace(b"A", b"\xc4")), 0, 1, 4, 5
)
for start in (4, 9, 16, 24, 31, 38, 45, 60, 75, 90, 110, 130):
    for name, new in (
        ("commands", b"\x1b[2J\x07"),
        ("nines", b"99999999"),
        ("formulas", b"=1+1 -@\t"),
        ("signs", b"+}{-\x00\x00}{"),
    ):
        ANSWERS.add(f"{name} at column {start}", at(start, new), 0, 1, 4, 5)
for what in ("0000000", "9999999", "-000001", "00000{}", "       "):
    for column in (38, 45, 52, 59, 66):
        ANSWERS.add(
            f"the amount {what!r} at column {column}", at(column, what.encode()), 0, 1, 4, 5
        )
for day in (b"00000000", b"99999999", b"20269999", b"00010101", b"99991231"):
    ANSWERS.add(
        f"the payment date {day.decode()}",
        changed(lambda good, day=day: good.replace(b"20261112", day)),
        0,
        1,
        4,
        5,
    )
