"""Where the client will talk to: https, or this computer, and no detour."""

import pytest
from asking import Client

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, StandIn
from tpi_billing.errors import ConfigurationError
from tpi_billing.teleplan.exchange.service import TEST_SITE, TeleplanService


@pytest.mark.parametrize(
    "url",
    [
        "https://teleplan.hnet.bc.ca/TeleplanBroker",
        TEST_SITE,
        "HTTPS://teleplan.hnet.bc.ca/TeleplanBroker",
        "http://127.0.0.1:8080/TeleplanBroker",
        "http://localhost:8080/TeleplanBroker",
        "http://[::1]:8080/TeleplanBroker",
    ],
)
def test_an_address_is_taken(url: str) -> None:
    with TeleplanService(url):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "http://teleplan.hnet.bc.ca/TeleplanBroker",
        "http://127.0.0.1.example.org/TeleplanBroker",
        "http://localhost.example.org/TeleplanBroker",
        "http://127.0.0.1@example.org/TeleplanBroker",
        "http://127.0.0.1\\@example.org/TeleplanBroker",
        "http://10.0.0.1/TeleplanBroker",
        "ftp://localhost/TeleplanBroker",
        "file:///TeleplanBroker",
        "//localhost/TeleplanBroker",
        "https:///TeleplanBroker",
        "https://",
        "https://example.org:port/",
        "https://[::1/",
        "https://user:pass@example.org/TeleplanBroker",
        "https://example.org/TeleplanBroker?password=x",
        "https://example.org/TeleplanBroker#x",
        "teleplan.hnet.bc.ca",
        "",
    ],
)
def test_an_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(ConfigurationError) as told:
        TeleplanService(url)
    assert "[teleplan]" in told.value.troubles[0].hint


def test_this_computer_is_asked_without_a_proxy(
    msp: StandIn, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(variable, "http://proxy.example.org:3128")
    assert client().sign_on(USERNAME, PASSWORD).succeeded
