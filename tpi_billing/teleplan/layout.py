"""The words that record layouts are written in: kinds of field, forms of value, fields, layouts.

A layout is the only description of its record. The writer, the reader and the documentation are
all made from it, so a column that is put right here is put right everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Literal

Value = str | int | date | time | None
Values = Mapping[str, Value]


class Kind(StrEnum):
    """What a field holds, and so how it is filled and read."""

    TEXT = "text"
    CODE = "code"
    DIGITS = "digits"
    NUMBER = "number"
    MONEY = "cents"
    SIGNED = "signed cents"
    DATE = "date"
    TIME = "time"
    FILLER = "filler"


@dataclass(frozen=True, slots=True)
class Form:
    """What a value looks like: a pattern of it without its filling, and the same in words."""

    pattern: str
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record. `first` and `last` are columns, counted from 1, both included.

    `last` is None where the record may go on. `p` is the specification's own number of the field,
    blank where none is known. A `default` is written when no value is given; a `required` field
    without one is refused. A date of type X is blank when there is none, one of type N zeros.
    """

    name: str
    p: str
    first: int
    last: int | None
    kind: Kind
    meaning: str
    form: Form | None = None
    choices: tuple[tuple[str, str], ...] = ()
    default: Value = None
    required: bool = False
    minimum: int = 0
    type: Literal["X", "N"] = "X"
    cure: str = ""
    source: str = ""

    @property
    def length(self) -> int | None:
        """How many characters the field has; None where the record may go on."""
        return None if self.last is None else self.last - self.first + 1

    @property
    def label(self) -> str:
        """The field's name as people read it: `service date`."""
        return self.name.replace("_", " ")

    @property
    def words(self) -> str:
        """What a value of the field must be, in words."""
        if self.form is not None:
            return self.form.words
        if self.choices:
            return "one of " + ", ".join(code for code, _ in self.choices)
        return _KIND_WORDS[self.kind]

    @property
    def pattern(self) -> str | None:
        """The pattern of a value without its filling; None where the kind alone decides."""
        if self.form is not None:
            return self.form.pattern
        return "|".join(code for code, _ in self.choices) or None


_KIND_WORDS = {
    Kind.TEXT: "text in capitals",
    Kind.CODE: "digits and capitals",
    Kind.DIGITS: "digits",
    Kind.NUMBER: "a whole number",
    Kind.MONEY: "an amount in whole cents, without a dot",
    Kind.SIGNED: "an amount in whole cents, without a dot",
    Kind.DATE: "a date, written CCYYMMDD",
    Kind.TIME: "a time of the 24-hour clock, written HHMM",
    Kind.FILLER: "blanks",
}


@dataclass(frozen=True)
class Layout:
    """One record: its code, its length in characters (None: any), and every column of it.

    Raise ValueError for a table with a gap, an overlap, a name used twice or a wrong sum: such a
    table must not be used at all.
    """

    code: str
    length: int | None
    title: str
    source: str
    fields: tuple[Field, ...]
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Look at every column."""
        column = 1
        for each in self.fields:
            if each.first != column or (each.length is not None and each.length < 1):
                raise ValueError(f"{self.code} {each.name}: column {column} is expected first")
            if each.last is None:
                column = 0
                continue
            column = each.last + 1
        end = None if column == 0 else column - 1
        if end != self.length:
            raise ValueError(f"{self.code}: the fields end at {end}, the record at {self.length}")
        names = {each.name: each for each in self.fields}
        if len(names) != len(self.fields):
            raise ValueError(f"{self.code}: a field name is used twice")
        object.__setattr__(self, "by_name", MappingProxyType(names))

    @cached_property
    def blank_from(self) -> int:
        """The column from which on blanks mean nothing: a mail program may have taken them."""
        column = 1
        for each in self.fields:
            if each.type == "N" or each.name == "record_code":
                column = (each.last or each.first) + 1
        return column
