"""Sets a table in a given width: numbers stay whole, text of any length is broken into lines.

Plain strings, because a group of clinics lists a hundred thousand claims.
"""

from collections.abc import Collection, Iterator, Sequence

_WIDE_GAP, _NARROW_GAP = 3, 2


def set_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    right: Collection[str] = (),
    wrap: Collection[str] = (),
) -> Iterator[str]:
    """Yield the header, a rule and the rows as lines of at most `width`, if that can be.

    Columns in `right` hold numbers. Only those in `wrap` are broken, the widest first, and none
    below the width of its name.
    """
    widths = [max([len(name), *(len(row[at]) for row in rows)]) for at, name in enumerate(columns)]
    gap = _WIDE_GAP if _total(widths, _WIDE_GAP) <= width else _NARROW_GAP
    breakable = [at for at, name in enumerate(columns) if name in wrap]
    _narrow(widths, columns, breakable, _total(widths, gap) - width)
    aligned = [str.rjust if name in right else str.ljust for name in columns]
    between = " " * gap

    def line(cells: Sequence[str]) -> str:
        placed = (put(cell, wide) for put, cell, wide in zip(aligned, cells, widths, strict=True))
        return between.join(placed).rstrip()

    yield line(columns)
    yield "─" * _total(widths, gap)
    for row in rows:
        if all(len(row[at]) <= widths[at] for at in breakable):
            yield line(row)
            continue
        parts = [
            broken(cell, widths[at]) if at in breakable else [cell] for at, cell in enumerate(row)
        ]
        for number in range(max(map(len, parts))):
            yield line([part[number] if number < len(part) else "" for part in parts])


def broken(text: str, width: int) -> list[str]:
    """Break a text between words into lines of at most `width`; longer words are cut."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
            continue
        if lines[-1]:
            lines.append("")
        lines[-1:] = [word[at : at + width] for at in range(0, len(word), width)]
    return lines


def _total(widths: Sequence[int], gap: int) -> int:
    return sum(widths) + gap * (len(widths) - 1)


def _narrow(
    widths: list[int], columns: Sequence[str], breakable: Sequence[int], excess: int
) -> None:
    """Take `excess` from the breakable columns, always from the one that is widest by then."""
    for _ in range(excess):
        wide = [at for at in breakable if widths[at] > max(len(columns[at]), 1)]
        if not wide:
            return
        widths[max(wide, key=lambda at: widths[at])] -= 1
