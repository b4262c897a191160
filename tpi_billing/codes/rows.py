"""Reading a CSV code list into records, with everything that is wrong with it said at once."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from tpi_billing.codes.text import read_text, split_remarks
from tpi_billing.errors import ConfigurationError, Trouble


class Record(BaseModel):
    """A row of a code list. A field's description completes the sentence `must be ...`."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True
    )


_MOST_COLUMNS = 200
R = TypeVar("R", bound=Record)
Hint = Callable[[str, str], str]
"""From a column's name and its cell's text, what to do about it; blank when nothing is known."""


class Columns(NamedTuple):
    """How a record's fields are called as columns."""

    known: dict[str, str]  # column -> what its cells must be
    required: frozenset[str]


def read_records(
    path: Path,
    model: type[R],
    keys: Callable[[R], Iterable[str]],
    *,
    fixed: Mapping[str, object] | None = None,
    hint: Hint = lambda _column, _text: "",
) -> dict[str, R]:
    """Read a CSV file as records of `model`, each under every key that `keys` gives for it.

    A blank cell takes the field's default; `fixed` gives fields that are no column. Raises
    ConfigurationError with every trouble of the file, each with its line and column; two lines
    with one key are such a trouble.
    """
    columns = _columns(model, set(fixed or ()))
    records: dict[str, R] = {}
    line_of: dict[str, int] = {}
    troubles: list[Trouble] = []
    validate = TypeAdapter(
        model
    ).validator.validate_python  # model_validate takes half as long again
    for line, cells in _lines(path, columns, troubles):
        try:
            record = validate({**cells, **fixed} if fixed else cells)
        except ValidationError as error:
            for item in error.errors(include_url=False, include_context=False):
                column = str(item["loc"][0])
                text = cells.get(column, "")
                troubles.append(
                    Trouble(
                        _message(column, columns.known[column], text),
                        hint=hint(column, text),
                        file=str(path),
                        row=line,
                        column=column,
                        value=text,
                    )
                )
            continue
        for key in keys(record):
            if records.setdefault(key, record) is record:
                line_of[key] = line
            else:
                troubles.append(_duplicate(path, line, key, line_of[key]))
    if troubles:
        raise ConfigurationError.of(troubles)
    return records


def _columns(model: type[Record], fixed: set[str]) -> Columns:
    known: dict[str, str] = {}
    required: set[str] = set()
    for name, field in model.model_fields.items():
        if name in fixed:
            continue
        column = field.validation_alias if isinstance(field.validation_alias, str) else name
        known[column] = field.description or "filled in correctly"
        if field.is_required():
            required.add(column)
    return Columns(known, frozenset(required))


def _lines(
    path: Path, columns: Columns, troubles: list[Trouble]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's line number and its filled cells by column."""
    _, body, taken = split_remarks(read_text(path))
    reader = csv.reader(io.StringIO(body, newline=""), strict=True)
    header: list[str] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        troubles += _header_troubles(path, taken + 1, header, columns)
        if troubles:
            return
        width = len(header)
        for row in reader:
            if len(row) == width:
                cells = {name: cell for name, cell in zip(header, row, strict=False) if cell}
                if cells:
                    yield taken + reader.line_num, cells
            elif any(row):
                troubles.append(
                    Trouble(
                        f"the line has {len(row)} cells, the header {width}",
                        hint="a cell with a comma in it needs quotes around it",
                        file=str(path),
                        row=taken + reader.line_num,
                    )
                )
    except csv.Error as error:
        troubles.append(
            Trouble(f"the line is not CSV: {error}", file=str(path), row=taken + reader.line_num)
        )


def _header_troubles(path: Path, line: int, header: list[str], columns: Columns) -> list[Trouble]:
    if len(header) > _MOST_COLUMNS:
        return [Trouble(f"the header has {len(header):,} columns", file=str(path), row=line)]
    found: list[tuple[str, str, str]] = []  # column, message, hint
    for column in header:
        if column not in columns.known:
            close = get_close_matches(column, columns.known, n=1)
            hint = f"did you mean {close[0]}?" if close else "columns: " + ", ".join(columns.known)
            found.append((column, f"unknown column {column!r}", hint))
        elif header.count(column) > 1:
            found.append((column, f"the column {column} stands twice", "keep one of them"))
    found += [
        (column, f"the column {column} is missing", f"the header is {','.join(columns.known)}")
        for column in columns.known
        if column in columns.required and column not in header
    ]
    return [
        Trouble(message, hint=hint, file=str(path), row=line, column=column)
        for column, message, hint in dict.fromkeys(found)
    ]


def _message(column: str, must: str, text: str) -> str:
    return f"{column} must be {must}" + (f", not {text!r}" if text else "")


def _duplicate(path: Path, line: int, key: str, first: int) -> Trouble:
    return Trouble(
        f"{key} stands on line {first} already",
        hint="keep one of the two lines",
        file=str(path),
        row=line,
        value=key,
    )
