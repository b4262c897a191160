"""The address of a ledger's database: what is taken, and what is said of what is not."""

import sys
from pathlib import Path

import pytest

from tpi_billing.errors import ConfigurationError
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.address import parse

SERVER = "postgresql+psycopg://owner:secret@"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///ledger.db",
        "sqlite:////data/ledger.db",
        "sqlite+pysqlite:///ledger.db",
        "postgresql://owner@host/tpi",
        f"{SERVER}host/tpi",
        f"{SERVER}host:1/tpi",
        f"{SERVER}host:65535/tpi",
        f"{SERVER}[::1]:5432/tpi",
        f"{SERVER}host/tpi?connect_timeout=3&sslmode=verify-full",
    ],
)
def test_an_address_that_can_be(tmp_path: Path, url: str) -> None:
    assert parse(url, tmp_path).render_as_string(hide_password=False) == url


@pytest.mark.parametrize(
    ("url", "said", "cure"),
    [
        ("", "not an address", "sqlite:///ledger.db"),
        ("ledger.db", "not an address", "sqlite:///ledger.db"),
        ("mysql://owner:secret@host/tpi", "not an address", "sqlite:///ledger.db"),
        (f"{SERVER}host:port/tpi", "not a number", "5432"),
        (f"{SERVER}proxy:8080:5432/tpi", "not a number", "5432"),
        (f"{SERVER}[::1/tpi", "not a number", "5432"),
        ("postgresql+psycopg://owner:one@sec/ret@host/tpi", "has an @ in it", "%40"),
        ("postgresql+psycopg://owner:one@sec?ret@host/tpi", "has an @ in it", "%40"),
        (f"{SERVER}host:0/tpi", "1 to 65535", "5432"),
        (f"{SERVER}host:65536/tpi", "1 to 65535", "5432"),
        ("postgresql+nodriver://owner:secret@host/tpi", "driver", "postgresql+psycopg://"),
        ("postgresql+psycopg_async://owner:secret@host/tpi", "driver", "postgresql+psycopg://"),
        ("sqlite+aiosqlite:///ledger.db", "driver", "sqlite:///"),
        ("sqlite://host/ledger.db", "names a computer", "three slashes"),
        ("sqlite:///ledger.db?timeout=soon", "after a ?", "Leave out"),
        ("postgresql+psycopg://owner:one@secret@host/tpi", "has an @", "%40"),
    ],
)
def test_an_address_that_cannot_be_says_where_and_what_to_do(
    tmp_path: Path, url: str, said: str, cure: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse(url, tmp_path)
    (trouble,) = caught.value.troubles
    assert trouble.file == str(tmp_path / "tpi-billing.toml")
    assert "`database`" in trouble.message
    assert said in trouble.message
    assert cure in trouble.hint
    assert "secret" not in f"{trouble}"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("autocommit=1", "no setting autocommit"),
        ("sslmode=prefer&row_factory=dict", "no setting row_factory"),
        ("port=soon", "do not go together"),
        ("host=one:1&host=two:soon", "do not go together"),
        ("sslmode=perhaps", "as it is named"),
        ("connect_timeout=soon", "as it is named"),
        ("service=none", "as it is named"),
    ],
)
def test_settings_that_cannot_be_are_named(tmp_path: Path, settings: str, said: str) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(ConfigurationError) as caught:
        open_ledger(f"{SERVER}127.0.0.1:1/tpi?{settings}", tmp_path, "T9999")
    (trouble,) = caught.value.troubles
    assert said in trouble.message
    assert "?" in trouble.hint or "libpq" in trouble.hint
    assert "secret" not in f"{trouble}"


def test_a_server_without_its_driver_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setitem(sys.modules, "psycopg.pq", None)
    with pytest.raises(ConfigurationError) as caught:
        open_ledger(f"{SERVER}127.0.0.1:1/tpi", tmp_path, "T9999")
    assert "tpi-billing[postgresql]" in caught.value.troubles[0].hint
