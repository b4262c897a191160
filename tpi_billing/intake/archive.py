"""Is a file a workbook that is safe to unpack? Asked before anything of it is unpacked.

A workbook is a zip of XML parts. Sizes and ratios are compared with `limits` first, then every
part is run through the XML parser once: a part that is cut off or damaged is found here and not
half-way through the rows, and a document type declaration, the door of every entity attack, is
refused before a declaration in it is read.
"""

import re
import zlib
from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from tpi_billing.errors import FileError
from tpi_billing.intake import limits
from tpi_billing.intake.xml_scan import DocumentTypeError, TooMuchError, XmlScan

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BLOCK = 2**20
_DAMAGED_HINT = "Export it again, or open it in Excel, save it under another name and import that."
_XML = (".xml", ".rels")
_PICTURES = "/media/"
_TEXTS = "xl/sharedstrings"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_TYPES = "[Content_Types].xml"
_TYPE = re.compile(rb"<[^<>]*/xl/worksheets/[^<>]*>", re.IGNORECASE)
_METHODS = frozenset({ZIP_STORED, ZIP_DEFLATED})
BROKEN_ZIP = (BadZipFile, LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def check_workbook(file: BinaryIO, path: Path) -> None:
    """Raise FileError unless the file is a whole workbook within the limits, without traps."""
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
            _check_kind({part.filename for part in parts}, path)
            _check_sizes(parts, path)
            for part in parts:
                _check_part(archive, part, path)
            _check_types(archive, path)
    except BROKEN_ZIP:
        raise damaged(path) from None


def damaged(path: Path, row: int | None = None, sheet: str = "") -> FileError:
    """Return the error for a workbook that is cut off or otherwise not whole."""
    return FileError(
        "The workbook is damaged: it was cut off, or not copied whole.",
        hint=_DAMAGED_HINT,
        file=str(path),
        sheet=sheet,
        row=row,
    )


def refuse_ole(path: Path) -> NoReturn:
    """Raise the FileError for a workbook of the older Office format, `.xls`."""
    raise FileError(
        "The file is an Excel workbook of the old kind (.xls), which is not read.",
        hint="Open it in Excel and save it as Excel Workbook (.xlsx), or export CSV.",
        file=str(path),
    )


def _check_kind(names: set[str], path: Path) -> None:
    if "xl/workbook.bin" in names:
        what = "The file is a binary Excel workbook (.xlsb), which is not read."
    elif "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return
    elif "META-INF/manifest.xml" in names:
        what = "The file is an OpenDocument file, not an Excel workbook."
    else:
        what = "The file is a zip archive, not an Excel workbook."
    raise FileError(what, hint="Save it as Excel Workbook (.xlsx), or export CSV.", file=str(path))


def _check_sizes(parts: list[ZipInfo], path: Path) -> None:
    if len(parts) > limits.PARTS:
        raise _too_large(path, f"has {len(parts):,} parts")
    total = sum(part.file_size for part in parts)
    if total > limits.UNZIPPED_BYTES:
        raise _too_large(path, f"would take {total // 2**20:,} MiB unpacked")
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > limits.RATIO_FROM_BYTES and ratio > limits.RATIO:
            raise _too_large(path, f"has a part that grows {ratio:,.0f} times when unpacked")
        most = _most_bytes(part.filename.lower())
        if part.file_size > most:
            raise _too_large(path, f"has a part of more than {most // 2**20} MiB that is no sheet")
        if part.compress_type not in _METHODS:
            raise _too_large(path, "is compressed in a way")
        if part.flag_bits & 1:
            raise FileError(
                "The zip archive is protected by a password.",
                hint="Save the workbook without a password.",
                file=str(path),
            )


def _check_types(archive: ZipFile, path: Path) -> None:
    """Refuse another part in a sheet's place: it may be larger, and would be read whole."""
    for named in _TYPE.findall(archive.read(_TYPES)):
        if b"sheet+xml" not in named and b"PartName" in named:
            raise damaged(path)


def _most_bytes(name: str) -> int:
    """Return how large a part may be, by what openpyxl does with it."""
    if not name.endswith(_XML) or _SHEET.fullmatch(name):
        return limits.UNZIPPED_BYTES
    return limits.TEXTS_BYTES if name.startswith(_TEXTS) else limits.PART_BYTES


def _too_large(path: Path, what: str) -> FileError:
    return FileError(
        f"The workbook {what}, which no export does.",
        hint="Delete blank formatted rows and columns, or export one month at a time.",
        file=str(path),
    )


def _check_part(archive: ZipFile, part: ZipInfo, path: Path) -> None:
    name = part.filename.lower()
    if part.is_dir() or _PICTURES in name:
        return
    with archive.open(part) as content:
        block = content.read(_BLOCK)
        must_be_xml = name.endswith(_XML)
        if not must_be_xml and b"<" not in block[:64]:
            return
        most = limits.TEXT_ELEMENTS if name.startswith(_TEXTS) else limits.ELEMENTS
        scan = XmlScan(is_sheet=bool(_SHEET.fullmatch(name)), most_elements=most)
        try:
            while block:
                scan.feed(block)
                block = content.read(_BLOCK)
            scan.feed(b"")
        except DocumentTypeError:
            raise FileError(
                "The workbook declares a document type, which no spreadsheet program writes.",
                hint="Do not open it. Ask where the file came from.",
                file=str(path),
            ) from None
        except TooMuchError as what:
            raise _too_large(path, f"has {what}") from None
        except (expat.ExpatError, LookupError):  # the latter for a coding that there is not
            # Old drawings (.vml) need not be well-formed, and are not read.
            if must_be_xml:
                raise damaged(path) from None
