"""The tolerant reader: every line of what MSP sends, read as far as it can be, none lost.

What cannot be read is kept as it stands and remarked on; it never stops the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import BinaryIO

from tpi_billing.model.quickly import quickly_made
from tpi_billing.teleplan.layout import Layout, Value
from tpi_billing.teleplan.lines import Line, read_lines
from tpi_billing.teleplan.parsing import UnreadableError, slices_of
from tpi_billing.teleplan.plain_lines import plain_lines
from tpi_billing.teleplan.records import KNOWN_BY_NAME, LAYOUTS

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_END_OF_FILE = "\x1a"
_EXPLANATORY_CODES = tuple(f"explanatory_code_{at}" for at in range(1, 8))
_ADJUSTMENTS = tuple((f"adjustment_code_{at}", f"adjustment_amount_{at}") for at in range(1, 8))
_LINE_ENDS = {b"\r\n": "CR LF", b"\n": "LF", b"\r": "CR"}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd about a line: a stable code, a sentence, and the field if it is one's.

    `message` never holds what the line says, which may be a name or a health number.
    """

    code: str
    message: str
    field: str = ""


@quickly_made
@dataclass(frozen=True, slots=True)
class Record:
    """One line as it was read. `verbatim` are its bytes, line end and all; `line` counts from 1.

    `values` are by field name, empty when the layout is not known. An amount is in cents. A date
    is None when it is zeros or blanks; a value that cannot be read is None and remarked on.
    """

    line: int
    verbatim: bytes
    code: str
    values: Mapping[str, Value]
    remarks: tuple[Remark, ...] = ()

    @property
    def content(self) -> str:
        """The line's text without its line end, any byte as its Latin-1 character."""
        return self.verbatim.rstrip(b"\r\n").decode("latin-1")

    @property
    def is_blank(self) -> bool:
        """Tell whether the line has nothing on it but blanks, zero bytes and file ends."""
        return not self.values and not self.content.strip(" \0\x1a")

    def text(self, name: str) -> str:
        """Return a field of text, a code or digits; `""` when there is none."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """Return a number or an amount of cents; None when there is none."""
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def day(self, name: str) -> date | None:
        """Return a date; None when there is none."""
        value = self.values.get(name)
        return value if isinstance(value, date) else None

    def clock(self, name: str) -> time | None:
        """Return a time of day; None when there is none."""
        value = self.values.get(name)
        return value if isinstance(value, time) else None

    @property
    def explanatory_codes(self) -> tuple[str, ...]:
        """The explanatory codes that are given, in their order."""
        values = self.values
        given = [value for name in _EXPLANATORY_CODES if (value := values.get(name))]
        return tuple([code for each in given if isinstance(each, str) and (code := each.strip())])

    @property
    def adjustments(self) -> tuple[tuple[str, int | None], ...]:
        """The adjustments that are given: code and cents, None where they cannot be read."""
        values = self.values
        return tuple(
            [
                (self.text(code), self.number(amount))
                for code, amount in _ADJUSTMENTS
                if values.get(code) or values.get(amount)
            ]
        )


def read_records(source: bytes | BinaryIO) -> Iterator[Record]:
    """Yield every line of some bytes, or of a stream of them, as a record.

    The `verbatim` of all records, one after another, is all of it. Nothing is raised for anything
    that the bytes say.
    """
    expected_end = b"\r\n"
    for line in read_lines(source):
        if line.end == expected_end:
            yield _read(line, [])
            continue
        if not line.end:
            remark = _no_end(line)
        else:
            expected_end = line.end
            remark = Remark("line-end", f"From here on lines end with {_LINE_ENDS[line.end]}.")
        yield _read(line, [remark])


def _no_end(line: Line) -> Remark:
    if line.cut:
        return Remark("endless-line", "The line is too long to be one and was cut into parts.")
    return Remark("no-line-end", "The last line has no end: the file may have been cut off.")


def _read(line: Line, remarks: list[Remark]) -> Record:
    content = line.content
    if line.number == 1 and content.startswith(_BYTE_ORDER_MARK):
        content = content.removeprefix(_BYTE_ORDER_MARK)
        remarks.append(Remark("byte-order-mark", "The file begins with a byte order mark."))
    text = content.decode("latin-1")
    if (code := text[:3]) in LAYOUTS and (plain := plain_lines(code).read(text)) is not None:
        return Record(line.number, line.content + line.end, code, plain, tuple(remarks))
    remarks.extend(_oddities(text))
    # A zero byte is a blank in every field, and PostgreSQL keeps none in a text.
    text = text.rstrip(_END_OF_FILE).replace("\0", " ")
    code = text[:3].upper()
    layout = LAYOUTS.get(code)
    values: dict[str, Value] = {}
    if layout is None:
        remarks.extend(_unknown(code, text))
    else:
        if code != text[:3]:
            remarks.append(Remark("lower-case", "The record code is in small letters."))
        remarks.extend(_length(layout, len(text)))
        values = _values(layout, text, remarks)
    return Record(line.number, line.content + line.end, code, values, tuple(remarks))


def _oddities(text: str) -> Iterator[Remark]:
    if text.isascii() and text.isprintable():
        return
    if text.endswith(_END_OF_FILE):
        yield Remark("end-of-file-mark", "The line ends with the old mark of a file's end, 1A.")
    if "\0" in text:
        yield Remark("nul", "The line has zero bytes in it.")
    if not text.isascii():
        yield Remark("non-ascii", "The line has bytes in it that are not ASCII.")
    if any(char < " " for char in text.rstrip(_END_OF_FILE) if char != "\0"):
        yield Remark("control-character", "The line has a control character in it.")


def _unknown(code: str, text: str) -> Iterator[Remark]:
    if not text.strip(" \0"):
        yield Remark("blank-line", "The line is blank.")
    elif code in KNOWN_BY_NAME:
        what = KNOWN_BY_NAME[code]
        yield Remark("unread-record", f"{code} ({what}) is kept as it is: its columns are unknown.")
    else:
        yield Remark("unknown-record", "The record type is not known.")


def _length(layout: Layout, length: int) -> Iterator[Remark]:
    expected = layout.length
    if expected is not None and length > expected:
        message = f"The line has {length} characters, {layout.code} has {expected}."
        yield Remark("long-line", message)
    elif length + 1 < layout.blank_from:
        known = expected or f"at least {layout.blank_from - 1}"
        yield Remark("short-line", f"The line has {length} characters, {layout.code} has {known}.")
    elif expected is not None and length < expected:
        message = f"The line has {length} of {expected} characters; only blanks can be missing."
        yield Remark("trailing-blanks", message)


def _values(layout: Layout, text: str, remarks: list[Remark]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for each in slices_of(layout.code):
        name = each.field.name
        try:
            values[name] = each.parse(text[each.start : each.stop])
        except UnreadableError as error:
            values[name] = None
            message = f"{layout.code} {each.field.label} {error}."
            remarks.append(Remark(error.code, message, name))
    return values
