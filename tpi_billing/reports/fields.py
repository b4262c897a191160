"""A field: one column of a table that people read, and where its value comes from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Generic, Literal, TypeVar

Value = str | int | Decimal | date | time | None
"""What a cell can hold. Money is a Decimal of dollars."""

Kind = Literal["text", "wrapped", "date", "time", "money", "count", "percent"]
"""`wrapped` is text of several lines; `percent` is a whole number, 50 for half."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    """One column: its name in files for programs, its title and width (characters) for people."""

    name: str
    title: str
    kind: Kind
    width: int
    value: Callable[[Row], Value]
