"""The stand-in of MSP in a process of its own, behind a line that breaks after so many bytes."""

import json
import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from tpi_billing.demo.stand_in import StandIn

LOOPBACK = "127.0.0.1"
PORT = 8
"""The port in MSP's address, the same in every trial: the tool compares it with a batch's own."""

_connect = socket.create_connection


def lead_to(port: int) -> None:
    """Let this process and its children reach a port wherever they ask for MSP's."""

    def leading(address: tuple[str, int], *more: Any, **options: Any) -> socket.socket:
        host, wanted = address
        return _connect((host, port if wanted == PORT else wanted), *more, **options)

    socket.create_connection = leading


def address(url: str) -> str:
    """Return a stand-in's address as the configuration names it, and lead there."""
    parts = urlsplit(url)
    lead_to(parts.port or 0)
    return f"http://{LOOPBACK}:{PORT}{parts.path}"


@dataclass
class Line:
    """Carries connections to a port, and counts; breaks for good once a direction has had enough.

    The byte after the last that may pass, `after`, is not passed on. Negative: it never breaks.
    """

    target: int
    direction: str = ""
    after: int = -1
    passed: dict[str, int] = field(default_factory=lambda: {"out": 0, "in": 0})
    broken: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> int:
        """Listen; return the port."""
        listening = socket.create_server((LOOPBACK, 0))
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()
        port: int = listening.getsockname()[1]
        return port

    def _accept(self, listening: socket.socket) -> None:
        while True:
            client, _ = listening.accept()
            if self.broken:
                client.close()
                continue
            server = socket.create_connection((LOOPBACK, self.target))
            for way, source, sink in (("out", client, server), ("in", server, client)):
                threading.Thread(target=self._carry, args=(way, source, sink), daemon=True).start()

    def _carry(self, way: str, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(1 << 16):
                with self._lock:
                    room = self.after - self.passed[way]
                    if way == self.direction and self.after >= 0 and len(data) >= room:
                        data, self.broken = data[:room], True
                    self.passed[way] += len(data)
                sink.sendall(data)
                if self.broken:
                    break
        except OSError:
            pass
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Msp:
    """The stand-in and a line to it, in a process that ends with the block.

    It remembers in a file; `passed` are the bytes that went out to it and came in, afterwards.
    """

    def __init__(self, memory: Path, today: date, direction: str = "", after: int = -1) -> None:
        self._memory, self._today = memory, today
        self._direction, self._after = direction, after
        self.passed = {"out": 0, "in": 0}
        self.broken = False

    def __enter__(self) -> Self:
        here, self._end = os.pipe()
        self._said, there = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._end)
                self._serve(here, there)
            finally:
                os._exit(0)
        os.close(here)
        os.close(there)
        self.url = os.read(self._said, 1000).decode()
        return self

    def _serve(self, wait: int, tell: int) -> None:
        with StandIn(today=self._today, memory=self._memory) as msp:
            parts = urlsplit(msp.url)
            line = Line(parts.port or 0, self._direction, self._after)
            os.write(tell, f"http://{LOOPBACK}:{line.start()}{parts.path}".encode())
            os.read(wait, 1)
        os.write(tell, json.dumps({"passed": line.passed, "broken": line.broken}).encode())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._end)
        told = json.loads(os.read(self._said, 1000))
        self.passed, self.broken = told["passed"], told["broken"]
        os.close(self._said)
        os.waitpid(self._pid, 0)
