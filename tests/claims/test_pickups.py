"""What was fetched is kept, byte for byte, before anybody looks into it: MSP may give it once."""

from pathlib import Path
from typing import Any

import pytest
from databases import make_impatient, somebody_at_work
from helpers import CLERK, Clinic
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.claims.pickups import Shelf, keep_pickup, keep_waiting
from tpi_billing.errors import ConflictError
from tpi_billing.ledger.exchange import bytes_of, text_of

from .teleplan import MSP, TEST_SITE

S01 = b"S01T9999" + b" " * 157 + b"\r\n"


@pytest.fixture
def shelf(clinic: Clinic) -> Shelf:
    return Shelf(clinic.ledger, CLERK, clinic.folder / "out", patience=0)


def kept(clinic: Clinic) -> list[tuple[str, bytes]]:
    with clinic.ledger.reading() as connection:
        rows = connection.exec_driver_sql("SELECT site, content FROM pickups ORDER BY pickup_id")
        return [(site, bytes_of(text)) for site, text in rows]


@given(st.binary())
def test_any_bytes_become_a_text_without_the_character_0_and_come_back(content: bytes) -> None:
    assert "\0" not in text_of(content)
    assert bytes_of(text_of(content)) == content


@pytest.mark.parametrize("content", [S01, S01 + b"\0\0\x1a", b"base64:AAAA", b"\xff\xfe\n"])
def test_every_byte_is_kept(clinic: Clinic, shelf: Shelf, content: bytes) -> None:
    done = keep_pickup(shelf, MSP, content)
    assert (done.pickup_id, done.new) == (1, True)
    assert kept(clinic) == [(MSP, content)]
    assert list(shelf.folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\r\n", b"  \n"])
def test_nothing_new_is_not_kept(clinic: Clinic, shelf: Shelf, content: bytes) -> None:
    assert keep_pickup(shelf, MSP, content).pickup_id is None
    assert kept(clinic) == []


def test_the_same_is_kept_once(clinic: Clinic, shelf: Shelf) -> None:
    keep_pickup(shelf, MSP, S01)
    again = keep_pickup(shelf, MSP, S01)
    assert (again.pickup_id, again.new) == (1, False)
    assert len(kept(clinic)) == 1


@pytest.mark.parametrize("site", [MSP, TEST_SITE])
def test_a_busy_ledger_gets_it_from_the_disk_later(
    clinic: Clinic, shelf: Shelf, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_impatient(clinic.ledger.engine, monkeypatch)
    with (
        somebody_at_work(clinic.folder),
        pytest.raises(ConflictError, match="kept in a file") as caught,
    ):
        keep_pickup(shelf, site, S01)
    file = Path(caught.value.troubles[0].file)
    assert file.read_bytes() == S01
    assert [one.pickup_id for one in keep_waiting(shelf, MSP, TEST_SITE)] == [1]
    assert kept(clinic) == [(site, S01)]
    assert list(shelf.folder.iterdir()) == []


def test_it_is_kept_although_it_cannot_be_read(
    clinic: Clinic, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Any) -> Any:
        raise ValueError("a fault of the reader")

    monkeypatch.setattr("tpi_billing.claims.pickups.read_records", broken)
    with pytest.raises(ValueError, match="fault"):
        keep_pickup(shelf, MSP, S01)
    assert kept(clinic) == [(MSP, S01)]


@pytest.mark.skipif(not hasattr(__import__("os"), "geteuid"), reason="no modes of that kind")
def test_the_file_is_its_owners_only(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tpi_billing.claims.pickups.drop", lambda _path: None)
    keep_pickup(shelf, MSP, S01)
    (file,) = shelf.folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0
