"""Workbooks behind a password, as Excel does it: AES-256, the agile encryption of ECMA-376.

Whoever runs a command says where its passwords come from, once; whatever writes a workbook passes
its bytes through `sealed`, and whatever reads one opens it with `opened`. A workbook is sealed and
unsealed in memory: it is never on the disk in plain.
"""

import struct
from collections.abc import Iterator
from contextvars import ContextVar
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol
from xml.parsers.expat import ExpatError

from tpi_billing.errors import ConfigurationError, FileError, IntegrityError

OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LARGEST = 64 * 2**20
"""Bytes of a protected workbook; it is decrypted in memory."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ABOUT, _LONGEST_ABOUT = "EncryptionInfo", 2**16
_MOST_TURNS = 1_000_000
"""Of hashing the password; Excel takes 100,000. A file could ask for hours."""
_BLOCK = 2**20
_SMALLEST = 8 * 2**10
"""Bytes of a workbook that is encrypted; the container's limit for small files is half of it."""
_BROKEN = (
    OSError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
    ExpatError,
)
"""What olefile and msoffcrypto raise for a container whose parts contradict each other."""


class Passwords(Protocol):
    """Where passwords come from. `protect`: whether what is written gets one."""

    @property
    def protect(self) -> bool:
        """Tell whether workbooks are written with a password."""

    def to_write(self) -> str:
        """Return the password for what is written; raise when there is none."""

    def to_read(self, path: Path) -> Iterator[str]:
        """Yield the passwords that may open a file, one after the other."""


_SOURCE: ContextVar[Passwords | None] = ContextVar("passwords", default=None)


def take_passwords_from(source: Passwords | None) -> None:
    """Say where the passwords of all workbooks come from until it is said anew."""
    _SOURCE.set(source)


def is_protecting() -> bool:
    """Tell whether workbooks that are written now get a password."""
    source = _SOURCE.get()
    return source is not None and source.protect


def sealed(content: bytes) -> bytes:
    """Return a workbook's bytes behind the password, or as they are when none is wanted.

    Raise IntegrityError when the password does not give back what was encrypted.
    """
    source = _SOURCE.get()
    if source is None or not source.protect:
        return content
    insist_on_cipher()
    from msoffcrypto.format.ooxml import OOXMLFile

    password, result, whole = source.to_write(), BytesIO(), _large_enough(content)
    OOXMLFile(BytesIO(whole)).encrypt(password, result)
    try:
        back = _decrypted(BytesIO(result.getvalue()), [password])
    except _BROKEN:
        back = None
    if back != whole:
        raise IntegrityError(
            "The protected workbook does not give back what was put into it; nothing was written.",
            hint="Try again; if it happens again, write it without --protect and report it.",
        )
    return result.getvalue()


def _large_enough(content: bytes) -> bytes:
    """Lengthen a small archive by its comment: the container keeps small files in another way.

    What is kept in that way does not have the signature that msoffcrypto gives it.
    """
    lacking = max(_SMALLEST - len(content), 0)
    if not lacking:
        return content
    return content[:-2] + lacking.to_bytes(2, "little") + b" " * lacking


def is_protected(file: BinaryIO) -> bool:
    """Tell whether a file of the older Office container is a workbook behind a password.

    It is read from where it stands to its end.
    """
    before = b""
    while block := file.read(_BLOCK):
        if _ENCRYPTED in before + block:
            return True
        before = block[-len(_ENCRYPTED) :]
    return False


def opened(path: Path) -> BinaryIO:
    """Open a workbook, in memory if it is behind a password.

    Raise FileError for one that cannot be decrypted; OSError passes through. What is no protected
    workbook is opened as it is.
    """
    file = path.open("rb")
    try:
        start = file.read(len(OLE_START))
        if start != OLE_START or not is_protected(file):
            file.seek(0)
            return file
        file.seek(0)
        content = _unsealed(file, path)
    except BaseException:
        file.close()
        raise
    file.close()
    return BytesIO(content)


def insist_on_cipher() -> None:
    """Raise ConfigurationError unless the extra `encryption` is installed."""
    if find_spec("msoffcrypto") is None:
        raise ConfigurationError(
            "Workbooks with a password need the extra encryption, which is not installed.",
            hint='Install it: python -m pip install "tpi-billing[encryption]"',
        )


def _unsealed(file: BinaryIO, path: Path) -> bytes:
    source = _SOURCE.get()
    if source is None or find_spec("msoffcrypto") is None:
        raise _refused(
            "The workbook is protected by a password.",
            "Open it in Excel, choose File, Info, Protect Workbook, Encrypt with Password, clear "
            'the password, save, and import again. Or: pip install "tpi-billing[encryption]", '
            "and the password is asked for.",
            path,
        )
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise _refused(
            f"The workbook is protected by a password, and larger than {LARGEST // 2**20} MiB.",
            "Save it without a password, or export one month at a time.",
            path,
        )
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, ParseError

    try:
        found = _decrypted(BytesIO(content), source.to_read(path))
    except (*_BROKEN, DecryptionError, FileFormatError, ParseError):
        raise _refused(
            "The workbook is protected by a password, and damaged or protected in a way that is "
            "not known.",
            "Open it in Excel, save it without a password, and import that.",
            path,
        ) from None
    if found is None:
        raise _refused(
            "The password does not open the workbook.",
            "Type the one that it was saved with; see docs/protection.md for where a password is "
            "looked for.",
            path,
        )
    return found


def _decrypted(file: BinaryIO, passwords: Iterator[str] | list[str]) -> bytes | None:
    """Decrypt with the first password that fits; None when none does. Check that it is whole."""
    from msoffcrypto.exceptions import InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    _insist_on_sane(file)
    locked = OOXMLFile(file)
    if locked.info.get("spinValue", 0) > _MOST_TURNS:
        raise ValueError("it asks for too many turns")
    for password in filter(None, passwords):
        try:
            locked.load_key(password=password, verify_password=True)
        except InvalidKeyError:
            continue
        result = BytesIO()
        try:
            locked.decrypt(result, verify_integrity=locked.type == "agile")
        except InvalidKeyError:
            raise ValueError("its signature is another one") from None
        return result.getvalue()
    return None


def _insist_on_sane(file: BinaryIO) -> None:
    """Raise ValueError for a description of the encryption that no office program writes."""
    import olefile

    with olefile.OleFileIO(file) as container:
        if container.get_size(_ABOUT) > _LONGEST_ABOUT:
            raise ValueError("its description is too long")
        if b"<!" in container.openstream(_ABOUT).read():
            raise ValueError("its description declares a document type")
    file.seek(0)


def _refused(message: str, hint: str, path: Path) -> FileError:
    return FileError(message, hint=hint, file=str(path))
