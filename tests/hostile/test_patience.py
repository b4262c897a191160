"""A host that never falls silent and never ends is left after a while."""

import socket
import time
from collections.abc import Callable

import pytest

from tpi_billing.teleplan.exchange.failures import NoAnswerError
from tpi_billing.teleplan.exchange.transport import Wire

from .web import Service


def going_on(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def dripping_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        connection.sendall(b"y")
        time.sleep(0.01)


def dripping_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1\r\ny\r\n")
        time.sleep(0.01)


@pytest.mark.parametrize("host", [going_on, dripping_headers, dripping_body])
def test_what_does_not_end_is_no_answer(host: Callable[[socket.socket], None]) -> None:
    service = Service(host, host)
    address = f"http://127.0.0.1:{service.port}/TeleplanBroker"
    wire = Wire(address, timeout=30.0, longest=0.5, most_bytes=2**20)
    with pytest.raises(NoAnswerError) as told:
        wire.post({"ExternalAction": "AgetLog"}, None, "Find out.")
    wire.close()
    assert told.value.troubles[0].hint == "Find out."
