"""A list that somebody sent, before it is one of ours: bounded, decoded, in numbered lines."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from tpi_billing.errors import FileError, Trouble
from tpi_billing.model.cell_text import without_formula
from tpi_billing.whole_files import insist_on_file

MOST_BYTES = 20 * 2**20
"""Ten thousand fee items of 76 characters have less than one megabyte."""

_LINE_END = re.compile(r"\r{0,3}\n|\r")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_REPLY = re.compile(r"#TID=.*Result=(\w+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """A line that is neither a remark nor a record that is known; `row` is its line number."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text file's lines without their ends, the first one at row 1, and the bytes' SHA-256."""

    path: Path
    sha256: str
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        """The file's name as it may stand in a remark."""
        return plain(self.path.name)

    def records(self) -> list[tuple[int, str]]:
        """Return the lines that are neither blank nor a remark, each with its row."""
        return [
            (row, line)
            for row, line in enumerate(self.lines, start=1)
            if line.strip() and not line.startswith(("REM", "#"))
        ]


def read_incoming(path: Path) -> IncomingText:
    """Read a text file of any line ends, as UTF-8 or else Windows-1252.

    Raise FileError when it cannot be read, is too large or no text, and for a download whose own
    last line says that Teleplan did not deliver it.
    """
    content = _bytes(path)
    if b"\0" in content or content.startswith(b"PK\x03\x04"):
        raise FileError(
            "this is not a text file",
            hint="A workbook must be saved as CSV UTF-8 first; MSP's file is taken as it came.",
            file=str(path),
        )
    lines = _LINE_END.split(_decoded(content, path).rstrip("\x1a"))
    for row, line in enumerate(lines, start=1):
        reply = _REPLY.match(line)
        if reply and reply[1].upper() != "SUCCESS":
            raise FileError(
                "Teleplan did not deliver this file whole: its last line says so",
                hint="Fetch it again.",
                file=str(path),
                row=row,
            )
    return IncomingText(path, hashlib.sha256(content).hexdigest(), tuple(lines))


def plain(text: str) -> str:
    """Write text on one line, without control characters and doubled blanks."""
    return " ".join(_CONTROL.sub(" ", text).split())


def plain_title(text: str) -> str:
    """Write a title on one line, such that no spreadsheet takes it for a formula."""
    return without_formula(plain(text))


def _bytes(path: Path) -> bytes:
    try:
        insist_on_file(path)
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise FileError(
            f"the file cannot be read: {error.strerror or error}",
            hint="Check the path.",
            file=str(path),
        ) from None
    if size > MOST_BYTES:
        raise FileError(
            f"the file has more than {MOST_BYTES // 2**20} megabytes: no code list is that large",
            file=str(path),
        )
    return content


def _decoded(content: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError.of(
        [
            Trouble(
                "the line has bytes that are neither UTF-8 nor Windows-1252",
                "Fetch the file again, or save it as UTF-8.",
                file=str(path),
                row=row,
            )
            for row, line in enumerate(re.split(rb"\r{0,3}\n|\r", content), start=1)
            if _undecodable(line)
        ]
    )


def _undecodable(line: bytes) -> bool:
    try:
        line.decode("cp1252")
    except UnicodeDecodeError:
        return True
    return False
