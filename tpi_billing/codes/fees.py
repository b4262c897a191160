"""The fee schedule: its editions, and what an item costs on a day."""

import datetime
import re
from bisect import bisect_right
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tpi_billing.codes.files import CodeFiles, EditionFile, Origin
from tpi_billing.codes.rows import Record, read_records
from tpi_billing.codes.text import read_text, split_remarks
from tpi_billing.errors import ConfigurationError

_AMOUNT = re.compile(r"([0-9]{1,5})\.([0-9]{2})")


def _cents(text: object) -> object:
    """Read an amount as the schedule writes it, `62.13`; anything looser is a slip of the hand."""
    if isinstance(text, int):
        return text
    match = _AMOUNT.fullmatch(str(text).strip())
    if match is None:
        raise ValueError
    return int(match[1] + match[2])


class FeeItem(Record):
    """One item of one edition; `amount_cents` is the listed fee of one unit.

    `status` tells who vouches for the amount: `checked` by eye against the page, `extracted` by a
    program only, `clinic` from the clinic's own edition.
    """

    code: str = Field(
        validation_alias="fee_item", pattern=r"^[0-9]{5}$", description="five digits, such as 01157"
    )
    prefix: str = Field("", pattern=r"^[A-Z]{1,2}$", description="one or two capital letters")
    amount_cents: Annotated[int, BeforeValidator(_cents)] = Field(
        validation_alias="amount",
        description="dollars and two decimals without a comma or a sign, such as 62.13",
    )
    title: str = Field("", description="a short text")
    pdf_page: int | None = Field(None, ge=1, description="a page number")
    status: Literal["checked", "extracted", "clinic"] = Field(
        "clinic", description="checked, extracted or clinic"
    )
    edition: str


class Edition(Record):
    """One edition of the fee schedule: in force from `date` until the next."""

    name: str
    date: datetime.date
    source: str
    path: Path
    origin: Origin
    complete: bool


class Schedule:
    """Every edition, each read when it is first asked for.

    An edition that is not complete (a clinic's file of changed prices) takes what it lacks from
    the editions before it, back to a complete one.
    """

    def __init__(self, files: CodeFiles) -> None:
        """Read the names and remarks of the editions, not yet their items."""
        self.editions: tuple[Edition, ...] = tuple(_edition(file) for file in files.editions())
        if not self.editions:
            raise ConfigurationError(
                "there is no edition of the fee schedule", file=str(files.shipped / "schedule")
            )
        self._dates = [edition.date for edition in self.editions]
        self._listed: dict[int, dict[str, FeeItem]] = {}
        self._in_force: dict[int, dict[str, FeeItem]] = {}

    def edition_on(self, day: datetime.date) -> Edition:
        """Return the latest edition of that day or before, else the first there is."""
        return self.editions[self._index(day)]

    def items_on(self, day: datetime.date) -> dict[str, FeeItem]:
        """Return every item in force on the day, by its number."""
        index = self._index(day)
        if index not in self._in_force:
            merged: dict[str, FeeItem] = {}
            for layer in self._layers(index):
                for code, item in self._items(layer).items():
                    merged.setdefault(code, item)
            self._in_force[index] = merged
        return self._in_force[index]

    def known(self) -> frozenset[str]:
        """Return the number of every item of any edition."""
        return frozenset().union(*(self._items(index) for index in range(len(self.editions))))

    def _index(self, day: datetime.date) -> int:
        return max(bisect_right(self._dates, day) - 1, 0)

    def _layers(self, index: int) -> list[int]:
        """Return the editions to look in, in this order, for the one at `index`."""
        layers = []
        for position in range(index, -1, -1):
            layers.append(position)
            if self.editions[position].complete:
                return layers
        shipped = [p for p, edition in enumerate(self.editions) if edition.origin == "shipped"]
        return layers + [p for p in shipped[:1] if p not in layers]

    def _items(self, index: int) -> dict[str, FeeItem]:
        if index not in self._listed:
            edition = self.editions[index]
            self._listed[index] = read_records(
                edition.path,
                FeeItem,
                lambda item: (item.code,),
                fixed={"edition": edition.name},
                hint=_hint,
            )
        return self._listed[index]


def _edition(file: EditionFile) -> Edition:
    remarks, _, _ = split_remarks(read_text(file.path))
    name = file.date.isoformat()
    said = remarks.get("edition", name)
    if said != name:
        raise ConfigurationError(
            f"the file is named {name} but says that it is the edition {said}",
            hint="name the file after the edition's date, or correct the remark",
            file=str(file.path),
        )
    return Edition(
        name=name,
        date=file.date,
        source=remarks.get("source", ""),
        path=file.path,
        origin=file.origin,
        complete=remarks.get("complete", "").lower() == "yes",
    )


def _hint(column: str, text: str) -> str:
    if column == "fee_item" and text.isdecimal() and len(text) < 5:
        return f"a spreadsheet drops leading zeros: write {text:0>5}"
    if column == "fee_item" and re.fullmatch(r"[A-Z]{1,2}[0-9]{5}", text):
        return f"the letter belongs into the column prefix: write {text[-5:]}"
    return ""
