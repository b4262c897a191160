"""A stand-in of MSP, a client of it, and a wall around this computer."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests import `asking`

from asking import TODAY, Client

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, StandIn
from tpi_billing.teleplan.exchange.service import TeleplanService


@pytest.fixture(autouse=True)
def only_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test look for another computer."""
    find = socket.getaddrinfo

    def find_here(host: Any, *rest: Any, **more: Any) -> Any:
        assert host in {"127.0.0.1", "localhost", "::1"}, f"a test asks for {host}"
        return find(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", find_here)


@pytest.fixture
def msp() -> Iterator[StandIn]:
    with StandIn(today=TODAY, last_committed=100) as stand_in:
        yield stand_in


@pytest.fixture
def client(msp: StandIn) -> Iterator[Client]:
    """Make clients of the stand-in that do not wait between tries."""
    made: list[TeleplanService] = []

    def make(**more: Any) -> TeleplanService:
        service = TeleplanService(msp.url, **{"timeout": 5.0, "pause": 0.0, **more})
        made.append(service)
        return service

    yield make
    msp.heal()
    for service in made:
        service.__exit__(None, None, None)


@pytest.fixture
def signed_on(client: Client) -> TeleplanService:
    service = client()
    service.sign_on(USERNAME, PASSWORD)
    return service
