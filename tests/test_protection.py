"""Workbooks behind a password: what goes in comes out, and nothing opens without it."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import msoffcrypto
import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tpi_billing import protection
from tpi_billing.cli import workbook_password
from tpi_billing.cli.workbook_password import VARIABLE, WorkbookPasswords
from tpi_billing.errors import ConfigurationError, FileError, UsageError
from tpi_billing.protection import LARGEST, OLE_START, opened, sealed, take_passwords_from

PASSWORD = "seven wet lanterns"


class Given:
    """Passwords that a test gives."""

    def __init__(self, *passwords: str, protect: bool = True) -> None:
        self.protect = protect
        self.passwords = passwords

    def to_write(self) -> str:
        return self.passwords[0]

    def to_read(self, path: Path) -> Iterator[str]:
        yield from self.passwords


@pytest.fixture(autouse=True)
def _password() -> Iterator[None]:
    take_passwords_from(Given(PASSWORD))
    yield
    take_passwords_from(None)


def archive(text: str = "Ünïcode", size: int = 1) -> bytes:
    """Make an archive that counts as a workbook for whoever encrypts it."""
    result = BytesIO()
    kind = "http://schemas.openxmlformats.org/package/2006/content-types"
    with zipfile.ZipFile(result, "w") as made:
        made.writestr(zipfile.ZipInfo("[Content_Types].xml"), f'<Types xmlns="{kind}"/>')
        made.writestr(zipfile.ZipInfo("text"), text * size)
    return result.getvalue()


@pytest.mark.parametrize("size", [1, 400, 401, 880, 881, 4_000, 60_000])
def test_what_goes_in_comes_out(size: int) -> None:
    """Around 4,096 bytes, where the container changes its way, and 8,192, where ours begins."""
    content = archive(size=size)
    locked = sealed(content)
    assert locked.startswith(OLE_START)
    assert content not in locked
    found = msoffcrypto.OfficeFile(BytesIO(locked))
    found.load_key(password=PASSWORD, verify_password=True)
    plain = BytesIO()
    found.decrypt(plain, verify_integrity=True)
    with zipfile.ZipFile(plain) as back, zipfile.ZipFile(BytesIO(content)) as given:
        assert {name: back.read(name) for name in back.namelist()} == {
            name: given.read(name) for name in given.namelist()
        }
        assert back.testzip() is None
    assert plain.getvalue() == content or len(content) < 8_192


def test_it_is_excels_agile_encryption_with_aes_of_256_bits() -> None:
    """ECMA-376, MS-OFFCRYPTO 2.3.4.10: what Excel writes since 2013."""
    with olefile.OleFileIO(BytesIO(LOCKED)) as container:
        about = container.openstream("EncryptionInfo").read()
    assert about[:4] == b"\x04\x00\x04\x00"
    for sign in (b'cipherAlgorithm="AES"', b'keyBits="256"', b'hashAlgorithm="SHA512"'):
        assert sign in about
    assert b'spinCount="100000"' in about


def test_twice_the_same_is_never_the_same() -> None:
    assert sealed(archive()) != sealed(archive())


@pytest.mark.parametrize("source", [None, Given(PASSWORD, protect=False)])
def test_nothing_is_sealed_unless_it_is_wanted(source: Given | None) -> None:
    take_passwords_from(source)
    assert sealed(b"as it is") == b"as it is"


def written(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "book.xlsx"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("passwords", [(PASSWORD,), ("another one", PASSWORD)])
def test_it_opens_with_the_password(tmp_path: Path, passwords: tuple[str, ...]) -> None:
    file = written(tmp_path, LOCKED)
    take_passwords_from(Given(*passwords, protect=False))
    with opened(file) as found:
        assert found.read() == CONTENT


@pytest.mark.parametrize("content", [archive(), b"", b"hello", OLE_START + bytes(600)])
def test_what_is_not_protected_is_opened_as_it_is(tmp_path: Path, content: bytes) -> None:
    with opened(written(tmp_path, content)) as found:
        assert found.read() == content


def refused(file: Path) -> str:
    with pytest.raises(FileError) as raised:
        opened(file)
    (trouble,) = raised.value.troubles
    assert trouble.file == str(file)
    assert trouble.hint
    return trouble.message


@pytest.mark.parametrize("passwords", [(), ("Seven wet lanterns",), ("", "seven wet lantern")])
def test_another_password_opens_nothing(tmp_path: Path, passwords: tuple[str, ...]) -> None:
    file = written(tmp_path, LOCKED)
    take_passwords_from(Given(*passwords))
    assert refused(file) == "The password does not open the workbook."


def test_where_nobody_can_be_asked_it_is_said(tmp_path: Path) -> None:
    file = written(tmp_path, LOCKED)
    take_passwords_from(None)
    assert refused(file) == "The workbook is protected by a password."


def test_a_container_too_large_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, LOCKED + bytes(LARGEST))
    assert "larger than 64 MiB" in refused(file)


def test_one_changed_byte_is_noticed(tmp_path: Path) -> None:
    """Its content has a signature of its own (MS-OFFCRYPTO 2.3.4.14)."""
    locked = bytearray(LOCKED)
    with olefile.OleFileIO(BytesIO(bytes(locked))) as container:
        package = container.openstream("EncryptedPackage").read()
    at = bytes(locked).index(package[1_000:1_100])
    locked[at] ^= 1
    assert "damaged" in refused(written(tmp_path, bytes(locked)))


@settings(max_examples=25)
@given(st.data())
def test_a_damaged_container_is_a_file_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    locked = bytearray(LOCKED)
    if data.draw(st.booleans(), "cut off"):
        del locked[data.draw(st.integers(512, len(locked) - 1), "at") :]
    for at in data.draw(st.lists(st.integers(8, len(locked) - 1), max_size=4), "changed"):
        locked[at] ^= data.draw(st.integers(1, 255), "by")
    file = tmp_path_factory.mktemp("damaged") / "book.xlsx"
    file.write_bytes(locked)
    try:
        with opened(file) as found:
            content = found.read()
    except FileError:
        return
    assert content in (CONTENT, bytes(locked))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'spinCount="100000"', b'spinCount="999999999"'),
        (b'spinCount="100000"', b'spinCount="-1"'),
        (b'spinCount="100000"', b'spinCount="x"'),
        (b"<encryption", b"<!DOCTYPE a><encryption"),
        (b'keyBits="256"', b'keyBits="255"'),
        (b'hashAlgorithm="SHA512"', b'hashAlgorithm="SHA999"'),
    ],
)
def test_a_description_that_nobody_writes_is_refused(
    tmp_path: Path, old: bytes, new: bytes
) -> None:
    """The container has room for it: what it says of the encryption is followed by zeros."""
    with olefile.OleFileIO(BytesIO(LOCKED)) as container:
        about = container.openstream("EncryptionInfo").read()
    changed = about.replace(old, new)
    assert changed != about
    if len(changed) > len(about):  # what is cut off at the end is a damage, too
        changed = changed[: len(about)]
    file = written(tmp_path, LOCKED.replace(about, changed.ljust(len(about))))
    assert "damaged" in refused(file)


# Where the command line takes it from


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer with no password, no keyring and nobody at the keyboard."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("keyring.get_password", lambda *_: None)
    monkeypatch.setattr(workbook_password.sys.stdin, "isatty", lambda: False, raising=False)


@pytest.mark.usefixtures("nobody")
def test_without_any_it_says_how_to_keep_one() -> None:
    with pytest.raises(ConfigurationError) as raised:
        WorkbookPasswords().to_write()
    (trouble,) = raised.value.troubles
    assert VARIABLE in trouble.hint
    assert 'keyring set "tpi-billing workbooks" clinic' in trouble.hint
    assert list(WorkbookPasswords().to_read(Path("a.xlsx"))) == []


@pytest.mark.usefixtures("nobody")
def test_the_variable_goes_before_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keyring.get_password", lambda *words: " of ".join(reversed(words)))
    assert WorkbookPasswords().to_write() == "clinic of tpi-billing workbooks"
    monkeypatch.setenv(VARIABLE, PASSWORD)
    assert WorkbookPasswords().to_write() == PASSWORD
    assert list(WorkbookPasswords().to_read(Path("a.xlsx"))) == [PASSWORD]


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(
    ("length", "taken"), [(0, False), (7, False), (8, True), (255, True), (256, False)]
)
def test_it_has_8_to_255_characters(
    monkeypatch: pytest.MonkeyPatch, length: int, taken: bool
) -> None:
    """Excel takes no more than 255."""
    monkeypatch.setenv(VARIABLE, "p" * length)
    if taken:
        assert WorkbookPasswords().to_write() == "p" * length
    else:
        with pytest.raises(ConfigurationError):
            WorkbookPasswords().to_write()


@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize(
    ("typed", "error"), [((PASSWORD, PASSWORD), None), ((PASSWORD, "another"), UsageError)]
)
def test_it_is_typed_twice(
    monkeypatch: pytest.MonkeyPatch, typed: tuple[str, str], error: type[Exception] | None
) -> None:
    answers = iter(typed)
    monkeypatch.setattr(workbook_password.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    passwords = WorkbookPasswords()
    if error is None:
        assert passwords.to_write() == passwords.to_write() == PASSWORD  # asked once
    else:
        with pytest.raises(error):
            passwords.to_write()


@pytest.mark.usefixtures("nobody")
def test_what_is_kept_does_not_open_then_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "an old password")
    monkeypatch.setattr(workbook_password.sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda said: f"{said}{PASSWORD}")
    asked = WorkbookPasswords().to_read(Path("folder/a.xlsx"))
    assert list(asked) == ["an old password", f"Password of a.xlsx: {PASSWORD}"]


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protection, "find_spec", lambda _: None)
    with pytest.raises(ConfigurationError, match="extra encryption"):
        sealed(archive())


def _locked() -> bytes:
    take_passwords_from(Given(PASSWORD))
    try:
        return sealed(CONTENT)
    finally:
        take_passwords_from(None)


CONTENT = archive(size=900)
LOCKED = _locked()
