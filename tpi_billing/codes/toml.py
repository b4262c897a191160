"""Reading a TOML data file into a model, each trouble with the line that it is on."""

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from tpi_billing.codes.text import read_text
from tpi_billing.errors import ConfigurationError, Trouble
from tpi_billing.toml_faults import parse_toml
from tpi_billing.toml_lines import Place, TomlLines

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


class TomlTable(BaseModel):
    """A table of a data file: keys that it does not know are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


T = TypeVar("T", bound=TomlTable)


class TomlFile:
    """One TOML file: parsed, searched for lines, and collecting what is wrong with it."""

    def __init__(self, path: Path) -> None:
        """Read the file; ConfigurationError with the line when it is not TOML."""
        self.path = path
        text = read_text(path)
        try:
            self._data = parse_toml(text)
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            raise ConfigurationError(
                "the file is not TOML: " + _AT_LINE.sub("", str(error)).lower(),
                file=str(path),
                row=int(at[1]) if at else text.count("\n") + 1,
            ) from error
        self._lines = text.splitlines()
        self._places = TomlLines(text)
        self._troubles: list[Trouble] = []

    def parse(self, model: type[T]) -> T:
        """Return the file as `model`; ConfigurationError with every trouble of it."""
        try:
            return model.model_validate(self._data)
        except ValidationError as error:
            known = _keys(model)
            for item in error.errors(include_url=False):
                place = tuple(part for part in item["loc"] if part != "[key]")
                message, hint = _sentence(item, _last_key(place), known)
                self.add(place, message, hint=hint, value=item["input"])
            self.raise_troubles()
            raise

    def add(self, place: Place, message: str, *, hint: str = "", value: object = "") -> None:
        """Note a trouble; `value` narrows a list of several lines down to the line it is on."""
        text = str(value) if isinstance(value, str | int) else ""
        self._troubles.append(
            Trouble(
                message,
                hint=hint,
                file=str(self.path),
                row=self._line(place, text),
                column=_last_key(place),
                value=text,
            )
        )

    def raise_troubles(self) -> None:
        """Raise ConfigurationError with every trouble noted, if any."""
        if self._troubles:
            raise ConfigurationError.of(sorted(self._troubles, key=lambda each: each.row or 0))

    def _line(self, place: Place, value: str) -> int:
        """Return the line of the place, of what it is in when it is not there, else 1."""
        start = self._places.line(place)
        if start is None:
            return 1
        end = self._places.next_after(start)
        wanted = f'"{value}"'
        for number, line in enumerate(self._lines[start - 1 : end and end - 1], start):
            if value and wanted in line:
                return number
        return start


def _last_key(place: Place) -> str:
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _keys(model: type[BaseModel]) -> set[str]:
    """Return the keys of a table and of every table under it."""
    keys: set[str] = set()
    for name, field in model.model_fields.items():
        keys.add(name)
        pending: list[object] = [field.annotation]
        while pending:
            annotation = pending.pop()
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                keys |= _keys(annotation)
            pending += getattr(annotation, "__args__", ())
    return keys


def _sentence(item: ErrorDetails, key: str, known: set[str]) -> tuple[str, str]:
    """Return what is wrong and what to do, from one of pydantic's errors."""
    if item["type"] == "extra_forbidden":
        close = get_close_matches(key, known, n=1)
        return f"unknown key {key}", f"did you mean {close[0]}?" if close else "remove it"
    if item["type"] == "missing":
        return f"the key {key} is missing", "add it"
    if item["type"] == "literal_error":
        expected = str(item["ctx"]["expected"]).replace("'", "")
        return f"{item['input']!r} is not known here", f"known are {expected}"
    message = item["msg"].replace("Value error, ", "").replace("Input should be", "must be")
    return f"{key}: {message}", ""
