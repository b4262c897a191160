"""As `kill_at.py`, with steps on the line too: before a request, at its reply, after its last byte.

A request that has been given to the system counts as sent: the next step is when its reply begins.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import kill_at

from tpi_billing.cli.main import run


def watch_the_line() -> None:
    """Put a step before each request, after its reply's head and after its last byte."""
    send, read = httpx.Client.send, httpx.Response.iter_bytes

    def sending(self: httpx.Client, request: httpx.Request, **options: Any) -> httpx.Response:
        kill_at.step()
        response = send(self, request, **options)
        kill_at.step()
        return response

    def reading(self: httpx.Response, *options: Any) -> Iterator[bytes]:
        yield from read(self, *options)
        kill_at.step()

    httpx.Client.send = sending  # type: ignore[method-assign,assignment]
    httpx.Response.iter_bytes = reading  # type: ignore[method-assign]


if __name__ == "__main__":
    kill_at.watch()
    watch_the_line()
    code = run(sys.argv[2:])
    if kill_at.DEADLY == 0:
        Path(os.environ["TPI_STEPS"]).write_text(str(kill_at.steps), encoding="utf-8")
    sys.exit(code)
