"""Remittances laid out by hand, column by column, from the reference and not by our own writer.

A file under `tests/data/remittances` has one record a line:

    RECORD LENGTH | COLUMN TEXT | COLUMN TEXT ...

The text stands from that column on (counted from 1), the rest is blank. `head LETTER | ...` gives
what all following records of that first letter have too. Lines that begin with # are remarks.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "remittances"


def at(column: int, text: str) -> tuple[int, str]:
    """Put a text at a column."""
    return column, text


def laid_out(length: int, *placed: tuple[int, str]) -> str:
    """Lay a record out; no column may be set twice, none may lie behind the end."""
    line = [" "] * length
    taken: set[int] = set()
    for first, text in placed:
        columns = range(first, first + len(text))
        assert taken.isdisjoint(columns), f"{first} {text!r} is set twice"
        assert columns.stop <= length + 1, f"{first} {text!r} lies behind the end"
        taken.update(columns)
        line[first - 1 : columns.stop - 1] = text
    return "".join(line)


def golden(name: str) -> list[str]:
    """Return the records of a golden file."""
    heads: dict[str, list[tuple[int, str]]] = {}
    records = []
    for line in (FOLDER / f"{name}.txt").read_text(encoding="ascii").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        first, *cells = (cell.strip() for cell in line.split("|"))
        placed = [_placed(cell) for cell in cells]
        word, what = first.split()
        if word == "head":
            heads[what] = placed
            continue
        records.append(laid_out(int(what), (1, word), *heads.get(word[0], []), *placed))
    return records


def _placed(cell: str) -> tuple[int, str]:
    column, _, text = cell.partition(" ")
    return int(column), text


def as_file(records: list[str], end: str = "\r\n") -> bytes:
    """Return records as a file."""
    return "".join(record + end for record in records).encode("ascii")


def with_control(*records: str) -> list[str]:
    """Return records with the VTC that counts them, itself too."""
    letters = [record[0] for record in records] + ["V"]
    counts = "".join(f"{letter}{letters.count(letter):07}" for letter in "SCBMXV")
    made = at(9, "2026-11-12 06:00:00")
    return [*records, laid_out(83, at(1, "VTC"), at(4, "T9999"), made, at(28, counts))]
