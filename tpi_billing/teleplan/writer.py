"""The strict writer: values of a record to its text, or every reason why they must not go out.

A record is formatted at once and checked at once, by one format and one pattern made from its
layout; only a record that fails is looked at field by field. Nothing is ever cut to fit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from tpi_billing.model.quickly import quickly_made
from tpi_billing.teleplan.columns import Column, column_of
from tpi_billing.teleplan.folding import Change, fold, is_altered, is_plain
from tpi_billing.teleplan.layout import Field, Kind, Layout, Value, Values
from tpi_billing.teleplan.misfit import misfit
from tpi_billing.teleplan.records import LAYOUTS
from tpi_billing.teleplan.refusal import RecordRefusedError, Refusal


@quickly_made
@dataclass(frozen=True, slots=True)
class Rendered:
    """A record's text without its line end, blank when a field of it is refused.

    `values` are the values as they stand in the record: capitals, zeros in front.
    """

    text: str
    values: Values
    changes: tuple[Change, ...] = ()
    refusals: tuple[Refusal, ...] = ()


class RecordWriter:
    """Writes the records of one layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._columns: tuple[Column, ...] = tuple(map(column_of, layout.fields))
        names = [field.name for field in layout.fields]
        self._defaults: dict[str, Value] = {each.name: _default(each) for each in layout.fields}
        self._pick = itemgetter(*names)
        self._converted = [
            (at, each.convert) for at, each in enumerate(self._columns) if each.convert
        ]
        self._types = [each.type for each in self._columns]
        self._format = "".join(each.format for each in self._columns)
        self._pattern = re.compile("".join(each.pattern for each in self._columns))
        self._texts = [each for each in layout.fields if each.kind is Kind.TEXT]
        self._digits = [
            (each.name, each.length or 0) for each in layout.fields if each.kind is Kind.DIGITS
        ]

    def render(self, given: Values) -> Rendered:
        """Return the record of the values given by field name; the others take their defaults.

        Raise ValueError for a name that the record does not have.
        """
        values, changes = self._prepared(given)
        text = self._written(values)
        if text is not None:
            return Rendered(text, values, changes)
        return Rendered("", values, changes, self._refusals(values))

    def write(self, given: Values) -> str:
        """Return the record's text; raise RecordRefusedError with every field that is refused."""
        values, _ = self._prepared(given)
        text = self._written(values)
        if text is None:
            raise RecordRefusedError([("", refusal) for refusal in self._refusals(values)])
        return text

    def _refusals(self, values: Values) -> tuple[Refusal, ...]:
        return tuple(
            misfit(self.layout.code, column.field, values[column.field.name])
            for column in self._columns
            if not column.fits(values[column.field.name])
        )

    def _prepared(self, given: Values) -> tuple[dict[str, Value], tuple[Change, ...]]:
        values = {**self._defaults, **given}
        if len(values) != len(self._columns):
            unknown = ", ".join(sorted(given.keys() - self._defaults.keys()))
            raise ValueError(f"{self.layout.code} has no field {unknown}")
        for name, width in self._digits:
            value = values[name]
            if type(value) is str and 0 < len(value) < width:
                values[name] = value.zfill(width)
        return values, self._fold(values)

    def _fold(self, values: dict[str, Value]) -> tuple[Change, ...]:
        changes = []
        for field in self._texts:
            before = values[field.name]
            if type(before) is not str or not before or is_plain(before):
                continue
            after = values[field.name] = fold(before)
            if is_altered(before, after):
                change = Change(self.layout.code, field.name, field.p, before, after)
                changes.append(change)
        return tuple(changes)

    def _written(self, values: Mapping[str, Value]) -> str | None:
        row: list[object] = list(self._pick(values))
        for at, convert in self._converted:
            row[at] = convert(row[at])
        if list(map(type, row)) != self._types:
            return None
        checked = self._format % tuple(row)
        if self._pattern.fullmatch(checked) is None:
            return None
        return checked.replace("\n", "")


@cache
def writer_of(record: str) -> RecordWriter:
    """Return the writer of a record by its code, such as `C02`."""
    return RecordWriter(LAYOUTS[record])


def _default(field: Field) -> Value:
    if field.default is not None or field.required:
        return field.default
    if field.kind is Kind.DIGITS:
        return "0" * (field.length or 0)
    if field.kind in {Kind.NUMBER, Kind.MONEY, Kind.SIGNED}:
        return 0
    return "" if field.kind in {Kind.TEXT, Kind.CODE, Kind.FILLER} else None
