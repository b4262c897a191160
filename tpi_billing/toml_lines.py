"""Finds the line of a TOML text that a setting stands on, so that a mistake can be pointed at."""

import re
from collections.abc import Sequence

Place = tuple[str | int, ...]
"""Keys and, in a list of sections, positions from 0, such as `("practitioners", 1, "name")`."""

_HEADER = re.compile(r"\s*(\[\[?)(?P<name>[^\[\]]+)\]")
_QUOTED = r"\"[^\"]*\"|'[^']*'"
_PART = re.compile(rf"{_QUOTED}|[\w\-]+")
_KEY = re.compile(rf"\s*(?P<name>(?:{_QUOTED}|[\w\-]+)(?:\s*\.\s*(?:{_QUOTED}|[\w\-]+))*)\s*=")


class TomlLines:
    """The lines of a TOML text's sections and keys."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Place, int] = {}
        lists: dict[Place, int] = {}
        section: Place = ()
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                section = tuple(_parts(header["name"]))
                if header[1] == "[[":
                    lists[section] = lists.get(section, -1) + 1
                section = _counted(section, lists)
                self._lines.setdefault(section, number)
            elif key := _KEY.match(line):
                self._lines.setdefault((*section, *_parts(key["name"])), number)

    def line(self, place: Sequence[str | int]) -> int | None:
        """Return the line from 1; of what the place is in when it is not there; None of neither."""
        for length in range(len(place), 0, -1):
            if number := self._lines.get(tuple(place[:length])):
                return number
        return None

    def next_after(self, line: int) -> int | None:
        """Return the line of the section or key behind the one on this line; None of the last."""
        return min((number for number in self._lines.values() if number > line), default=None)


def _parts(name: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(name)]


def _counted(section: Place, lists: dict[Place, int]) -> Place:
    """Put the positions of lists of sections into a section's path."""
    path: Place = ()
    names: Place = ()
    for part in section:
        path, names = (*path, part), (*names, part)
        if names in lists:
            path = (*path, lists[names])
    return path
