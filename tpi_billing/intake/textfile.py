"""A text file: how its characters are coded, and its lines from the top as often as needed."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from tpi_billing.errors import FileError
from tpi_billing.intake import limits

_SAVE_AS = "In the spreadsheet choose Save as, type CSV UTF-8, and import that file."
_UTF8_PAIR = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
"""What a letter beyond ASCII looks like in UTF-8; as Windows-1252 it would be nonsense."""


class TextFile:
    """An open text file; `lines` starts again at the top at each call."""

    def __init__(self, path: Path) -> None:
        """Find the coding and open the file; raise FileError if there is no single coding."""
        self.path = path
        with path.open("rb") as file:
            self.encoding = _encoding(file, path)
        self._file: TextIO = path.open(encoding=self.encoding, newline="")

    def lines(self) -> Iterator[str]:
        """Go through the lines with their ends; only one such iterator may be in use."""
        self._file.seek(0)
        read, number = self._file.readline, 0
        while line := read(limits.ROW_BYTES):
            number += 1
            if len(line) == limits.ROW_BYTES:
                raise _refused(self.path, "The line does not end.", "Export it again.", number)
            yield line

    def close(self) -> None:
        """Let go of the file, so that it can be deleted or moved."""
        self._file.close()


def _encoding(file: BinaryIO, path: Path) -> str:
    start = file.read(4)
    file.seek(0)
    if start in {codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE}:
        raise _refused(path, "The file is coded as UTF-32.", _SAVE_AS)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _check_utf16(file, path)
        return "utf-16"
    marked = start.startswith(codecs.BOM_UTF8)
    other = _first_lines(file, path)
    if "invalid" not in other:
        return "utf-8-sig"
    if marked or "utf-8" in other:
        raise _mixed(path, other["invalid"], None if marked else other["utf-8"])
    if "undefined" in other:
        raise _refused(
            path,
            "The line has bytes that are neither UTF-8 nor Windows-1252.",
            _SAVE_AS,
            other["undefined"],
        )
    return "cp1252"


def _first_lines(file: BinaryIO, path: Path) -> dict[str, int]:
    """Tell in which line first stands: UTF-8, what is not UTF-8, what is not Windows-1252."""
    found: dict[str, int] = {}
    for number, line in _pieces(file, path):
        if b"\0" in line:
            raise _refused(
                path,
                "The line has zero bytes, so this is not a text file that can be read.",
                f"{_SAVE_AS} A workbook is imported as .xlsx.",
                number,
            )
        if not line.isascii():
            _examine(line, number, found)
    return found


def _pieces(file: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their numbers; where carriage returns alone end them, several as one."""
    number, rest = 1, b""
    while piece := file.readline(limits.ROW_BYTES):
        piece = rest + piece
        end = len(piece) if piece.endswith(b"\n") else piece.rfind(b"\r") + 1
        if end:
            yield number, piece[:end]
            number += piece.endswith(b"\n")
        rest = piece[end:]
        if len(rest) >= limits.ROW_BYTES:
            raise _refused(path, "The line does not end.", "Export it again.", number)
    if rest:
        yield number, rest


def _examine(line: bytes, number: int, found: dict[str, int]) -> None:
    if _UTF8_PAIR.search(line):
        found.setdefault("utf-8", number)
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        found.setdefault("invalid", number)
        try:
            line.decode("cp1252")
        except UnicodeDecodeError:
            found.setdefault("undefined", number)


def _mixed(path: Path, line: int, utf8_line: int | None) -> FileError:
    where = f"line {utf8_line} is UTF-8" if utf8_line else "the file begins as UTF-8"
    return _refused(
        path,
        f"The file mixes two codings of letters: {where}, line {line} is not.",
        "Two exports may have been joined: import each one by itself, or open the file in a "
        "spreadsheet, correct the garbled letters and save it as CSV UTF-8.",
        line,
    )


def _check_utf16(file: BinaryIO, path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-16")()
    try:
        while chunk := file.read(2**20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _refused(path, "The file begins as UTF-16 and is not.", _SAVE_AS) from None


def _refused(path: Path, message: str, hint: str, line: int | None = None) -> FileError:
    return FileError(message, hint=hint, file=str(path), row=line)
