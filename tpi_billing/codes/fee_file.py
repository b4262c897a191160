"""Reading a fee schedule that somebody sent: MSP's fixed-width file, or our own CSV form.

MSP's file (Teleplan information file 3): lines that begin with `REM` or `#` are remarks; of the
others 1-5 are the fee item, 6-12 the amount in cents, 27-76 the title.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tpi_billing.codes.fees import FeeItem, Schedule
from tpi_billing.codes.files import CodeFiles, EditionFile
from tpi_billing.codes.incoming import (
    IncomingText,
    UnknownLine,
    plain,
    plain_title,
    read_incoming,
)
from tpi_billing.codes.text import split_remarks
from tpi_billing.errors import ConfigurationError, FileError, Trouble, UsageError

Form = Literal["msp", "csv"]

_ITEM, _AMOUNT, _TITLE = slice(0, 5), slice(5, 12), slice(26, 76)
_SHORTEST = 12
_FIVE_DIGITS = re.compile(r"[0-9]{5}")
_CENTS = re.compile(r" {0,6}[0-9]{1,7}")
_DIGIT = re.compile(r"[0-9]")
_SPOILED = "Fetch the file from Teleplan again; do not save it from a spreadsheet or editor."


@dataclass(frozen=True, slots=True)
class FeeFile:
    """A fee schedule as it was read: an edition's items by number, valid from `date`.

    `complete`: an item that is not in it does not exist. `unknown` are the records of MSP's file
    that nothing is known about.
    """

    form: Form
    path: Path
    name: str
    sha256: str
    date: datetime.date
    complete: bool
    items: dict[str, FeeItem]
    unknown: tuple[UnknownLine, ...] = ()


class OneEdition(CodeFiles):
    """The file of one edition by itself, wherever it lies."""

    def __init__(self, file: EditionFile) -> None:
        """Take the file, which need not be named after its date."""
        super().__init__(file.path.parent)
        self._file = file

    def editions(self) -> list[EditionFile]:
        """Return the one edition."""
        return [self._file]


def read_fee_file(path: Path, valid_from: datetime.date | None = None) -> FeeFile:
    """Read either form, known by its content; MSP's file is a complete schedule.

    `valid_from` is the edition's first day; without it the CSV form's own `edition` remark says
    so. FileError names every line that is wrong, UsageError a date that is missing.
    """
    incoming = read_incoming(path)
    records = incoming.records()
    if not records:
        raise FileError("there is no fee item in the file", file=str(path))
    first = records[0][1]
    if "," in first[:_SHORTEST] or "fee_item" in first:
        return _read_csv(incoming, valid_from)
    if any(_looks_like_an_item(line) for _, line in records):
        return _read_msp(incoming, records, valid_from)
    raise FileError(
        "this is neither MSP's fee schedule file nor a CSV file with the column fee_item",
        hint="MSP's lines begin with five digits of the fee item and seven of the amount in cents.",
        file=str(path),
        row=records[0][0],
    )


def _looks_like_an_item(line: str) -> bool:
    whole = _FIVE_DIGITS.fullmatch(line[_ITEM]) and line[_AMOUNT][:1].strip()
    return bool(whole or _CENTS.fullmatch(line[_AMOUNT]))


def _read_msp(
    incoming: IncomingText, records: list[tuple[int, str]], valid_from: datetime.date | None
) -> FeeFile:
    items: dict[str, FeeItem] = {}
    row_of: dict[str, int] = {}
    unknown: list[UnknownLine] = []
    troubles: list[Trouble] = []
    edition = valid_from.isoformat() if valid_from else ""
    for row, line in records:
        if _is_unknown(line):
            unknown.append(UnknownLine(row, plain(line)))
            continue
        wrong = list(_line_troubles(line, incoming.path, row))
        code = line[_ITEM]
        if not wrong and code in row_of:
            wrong.append(_twice(incoming.path, row, code, row_of[code]))
        if wrong:
            troubles += wrong
            continue
        row_of[code] = row
        items[code] = FeeItem(
            code=code,
            amount_cents=int(line[_AMOUNT]),
            title=plain_title(line[_TITLE]),
            edition=edition,
        )
    if troubles:
        raise FileError.of(troubles)
    if valid_from is None:
        raise UsageError(
            "MSP's fee schedule file does not say from which day it is valid.",
            hint="Say it: --from 2026-01-31",
        )
    path = incoming.path
    return FeeFile(
        "msp", path, incoming.name, incoming.sha256, valid_from, True, items, tuple(unknown)
    )


def _is_unknown(line: str) -> bool:
    """Tell a record of another kind, which begins with a word or signs, from a spoiled item."""
    start = line[_ITEM]
    return bool(start.strip()) and (start[:2].isalpha() or _DIGIT.search(start) is None)


def _line_troubles(line: str, path: Path, row: int) -> Iterator[Trouble]:
    code, amount = line[_ITEM], line[_AMOUNT]
    if len(line.rstrip()) < _SHORTEST:
        message = f"the line is short: {len(line.rstrip())} characters, an item has {_SHORTEST}"
        yield Trouble(f"{message} or more", _SPOILED, str(path), row=row)
        return
    if not _FIVE_DIGITS.fullmatch(code):
        message = f"1-5 must be a fee item of five digits, not {code!r}"
        yield Trouble(message, _SPOILED, str(path), row=row, column="fee_item", value=code)
    if not _CENTS.fullmatch(amount):
        message = f"6-12 must be an amount in cents, seven digits without a dot, not {amount!r}"
        yield Trouble(message, _SPOILED, str(path), row=row, column="amount", value=amount)


def _twice(path: Path, row: int, code: str, first: int) -> Trouble:
    return Trouble(
        f"{code} stands on line {first} already",
        "keep one of the two lines",
        str(path),
        row=row,
        column="fee_item",
        value=code,
    )


def _read_csv(incoming: IncomingText, valid_from: datetime.date | None) -> FeeFile:
    path = incoming.path
    remarks, _, _ = split_remarks("\n".join(incoming.lines))
    said = _date_said(remarks.get("edition", ""), path)
    # Read as of its own date, if it has one: the reader refuses a file that says another.
    file = OneEdition(EditionFile(said or datetime.date.min, path, "workspace"))
    try:
        schedule = Schedule(file)
        read = schedule.items_on(schedule.editions[0].date)
    except ConfigurationError as error:
        raise FileError.of(error.troubles) from None
    if not read:
        raise FileError("there is no fee item in the file", file=str(path))
    day = valid_from or said
    if day is None:
        raise UsageError(
            "The file does not say from which day it is valid.",
            hint="Say it: --from 2026-01-31, or with a first line such as: # edition: 2026-01-31",
        )
    items = {
        code: item.model_copy(update={"edition": day.isoformat(), "title": plain_title(item.title)})
        for code, item in read.items()
    }
    complete = schedule.editions[0].complete
    return FeeFile("csv", path, incoming.name, incoming.sha256, day, complete, items)


def _date_said(text: str, path: Path) -> datetime.date | None:
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise FileError(
            f"the remark edition must be a date such as 2026-01-31, not {text!r}", file=str(path)
        ) from None
