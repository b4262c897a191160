"""Writes a workbook so that its target is the old file or the whole new one, never half."""

import errno
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from tpi_billing.drafts import discard, force_out, new_draft, take_place
from tpi_billing.errors import FileError, UsageError
from tpi_billing.protection import is_protecting, opened, sealed

_ABOUT = "docProps/core.xml"
_LONGEST_ABOUT = 2**16
_TIME = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*<")


def require_xlsx(out: Path) -> None:
    """Raise UsageError unless a spreadsheet program will know the file by its name."""
    if out.suffix.lower() != ".xlsx":
        raise UsageError(
            "The workbook's name must end with .xlsx.",
            hint=f"For example: {out.with_suffix('.xlsx').name or 'out.xlsx'}",
            file=str(out),
        )


@contextmanager
def replacing(out: Path, *, only_new: bool = False) -> Iterator[BinaryIO]:
    """Give a file beside `out`, readable by its owner only, that takes its place at the end.

    After any error nothing has changed; the system's own become a FileError that says what to do.
    With `only_new` a workbook that is there already stays, and is refused with a FileError unless
    it is the very one that would be written: somebody may have worked in it.
    """
    draft: Path | None = None
    try:
        draft = new_draft(out)
        with draft.open("w+b") as file, _told_as_the_systems():
            yield file
            force_out(file)
        if only_new and out.exists():
            _require_same(draft, out)
            return
        take_place(draft, out)
    except OSError as error:
        raise _in_words(error, out) from error
    finally:
        if draft is not None:
            discard(draft)


def save_book(book: Any, file: BinaryIO) -> None:
    """Save a workbook of openpyxl; raise OSError when there is no room for it."""
    with _told_as_the_systems():
        book.save(file)


@contextmanager
def _told_as_the_systems() -> Iterator[None]:
    """Raise OSError where openpyxl has no room.

    It draws each sheet up in a temporary file, row by row, and its own words for a full disk are
    no OSError.
    """
    from lxml.etree import SerialisationError  # type: ignore[import-untyped]

    try:
        yield
    except SerialisationError as error:
        number = getattr(errno, str(error).removeprefix("IO_"), errno.ENOSPC)
        raise OSError(number, os.strerror(number)) from error


def save_sealed(book: Any, file: BinaryIO) -> None:
    """Save a workbook of openpyxl behind the password, if one is wanted, and never in plain.

    Errors are those of `save_book` and of `sealed`.
    """
    if not is_protecting():
        save_book(book, file)
        return
    # openpyxl draws sheets up in temporary files, which would hold the patients in plain.
    from tpi_billing.intake.in_memory import bytes_of

    file.write(sealed(bytes_of(book)))


def keep_off_the_disk(sheet: Any) -> None:
    """Draw a sheet that is only written up in memory when its workbook gets a password."""
    if is_protecting():
        from tpi_billing.intake.in_memory import draw_in_memory

        draw_in_memory(sheet)


def _require_same(draft: Path, out: Path) -> None:
    if not _is_same(draft, out):
        raise FileError(
            "There is another file of this name already; it was not overwritten.",
            hint="Choose another name or delete it.",
            file=str(out),
        )


def _is_same(draft: Path, out: Path) -> bool:
    """Compare two workbooks part by part, but for the time of their making.

    One behind a password is another than the same in plain.
    """
    try:
        with opened(draft) as new, opened(out) as old, ZipFile(new) as one, ZipFile(old) as other:
            if is_protecting() != isinstance(old, BytesIO):
                return False
            return _parts(one) == _parts(other) and _about(one) == _about(other)
    except (BadZipFile, KeyError, EOFError, zlib.error, NotImplementedError, RuntimeError):
        return False


def _parts(book: ZipFile) -> list[tuple[str, int, int]]:
    return [
        (part.filename, part.file_size, part.CRC)
        for part in book.infolist()
        if part.filename != _ABOUT
    ]


def _about(book: ZipFile) -> bytes:
    with book.open(_ABOUT) as part:
        return _TIME.sub(b"", part.read(_LONGEST_ABOUT))


def _in_words(error: OSError, out: Path) -> FileError:
    if error.errno == errno.ENOENT:
        message, hint = f"There is no folder {out.parent}.", "Make it, or choose another folder."
    elif error.errno in {errno.ENOSPC, errno.EDQUOT}:
        message, hint = "The disk is full.", "Free some space, or choose another disk."
    elif error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR}:
        message = "The file may not be written."
        hint = "Close it if it is open in another program, or choose another folder."
    else:
        message, hint = f"The file cannot be written: {error.strerror}.", "Choose another folder."
    return FileError(f"{message} Nothing was changed.", hint=hint, file=str(out))
