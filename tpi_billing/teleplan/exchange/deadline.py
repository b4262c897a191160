"""Ends an exchange that goes on for too long, whatever it is that does not end.

A host that sends a byte now and then, or one "continue" after another, is never silent for long;
before its headers are whole nobody but the library sees any of it.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Deadline:
    """Lets a connection last for so many seconds; to be used in a `with` statement.

    `watch` is what httpx tells of its connections (the extension `trace`). Once it is `over`, the
    connection is shut, which httpx takes for a broken one.
    """

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._stream: Any = None
        self.over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def watch(self, event: str, told: Mapping[str, Any]) -> None:
        """Take note of a connection that was made, in the clear or within TLS."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = told["return_value"]
            if self.over:
                self._end()

    def _end(self) -> None:
        self.over = True
        found = self._stream and self._stream.get_extra_info("socket")
        if isinstance(found, socket.socket):
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
