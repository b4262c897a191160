"""JSON Lines: one object a line, its keys are the headers; streamed."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any, NoReturn

from tpi_billing.errors import FileError, Trouble
from tpi_billing.intake import limits
from tpi_billing.intake.grid import Record
from tpi_billing.intake.shown import Cell
from tpi_billing.intake.textfile import TextFile


class _BadLineError(ValueError):
    """What is wrong with a line, ready to be shown."""


class JsonLinesGrid:
    """A text file with an object a line; its header, the union of the keys, is row 0.

    Numbers keep the characters that the file has. A list becomes text with semicolons.
    """

    sheet = ""
    delimiter = ""

    def __init__(self, file: TextFile) -> None:
        """Read every line once; raise FileError naming the bad ones, up to 20."""
        self._file = file
        self._columns: dict[str, int] = {}
        self._count = 0
        self._examine()

    def top(self) -> list[Record]:
        """Return the header: every key of the file, in the order in which they appear."""
        return [(0, list(self._columns)[: limits.WIDEST])]

    def below(self, header_row: int) -> Iterator[Record]:
        """Stream the objects; a blank line is a blank row."""
        width = len(self._columns)
        for number, line in enumerate(self._file.lines(), start=header_row + 1):
            cells: list[Cell] = [None] * width
            if text := line.strip():
                for key, value in _object(text).items():
                    cells[self._columns[key]] = value
            yield number, cells

    def check(self, header_row: int) -> int:
        """Return the number of objects; the lines were looked through when it was opened."""
        return self._count - header_row

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _examine(self) -> None:
        troubles: list[Trouble] = []
        for number, line in enumerate(self._file.lines(), start=1):
            if not (text := line.strip()):
                continue
            try:
                for key in _object(text):
                    self._columns.setdefault(key, len(self._columns))
                self._count += 1
            except _BadLineError as reason:
                troubles.append(self._trouble(str(reason), number))
            if len(troubles) == limits.NAMED_ROWS or len(self._columns) > limits.COLUMNS:
                break
        if troubles:
            raise FileError.of(troubles)

    def _trouble(self, message: str, line: int) -> Trouble:
        hint = "Write one JSON object a line; export the file again if it was cut off."
        return Trouble(message, hint, str(self._file.path), row=line)


def _object(text: str) -> dict[str, str]:
    """Read one line; raise _BadLineError for anything but an object of plain values."""
    try:
        found = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=str,
            parse_int=str,
            parse_constant=_no_number,
        )
        if not isinstance(found, dict):
            raise _BadLineError("The line is not a JSON object.")
        plain = {key: _text(value) for key, value in found.items()}
        "".join(chain(plain, plain.values())).encode()
    except RecursionError:
        raise _BadLineError("The line is nested too deeply.") from None
    except UnicodeEncodeError:
        raise _BadLineError("The line holds half of a character.") from None
    except json.JSONDecodeError as error:
        raise _BadLineError(
            f"The line is not valid JSON at its character {error.colno}: {error.msg}."
        ) from None
    return plain


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, times in counts.items() if times > 1)
        raise _BadLineError(f'The line has the key "{twice[:60]}" twice.')
    return found


def _no_number(name: str) -> NoReturn:
    raise _BadLineError(f"{name} is not a value.")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str | bool | None) for part in value):
        return "; ".join(_text(part) for part in value)
    raise _BadLineError("A value is an object or a list of lists; it must be text or a number.")
