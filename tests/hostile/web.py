"""Replies of a web service that is not MSP's, or has gone out of its mind."""

# ruff: noqa: E501 - a bad input stands on one line, as its reader gets it

import socket
import threading
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress

from .case import Make, Table
from .lists import _address
from .place import Place
from .world import OTHER_PHN, PHN

REPLIES = Table("reply of the web service")
RESULT = b"#TID=001;Result=SUCCESS;Filename=x.txt;Msgs=;\r\n"
SIGNED_ON = (
    b"HTTP/1.1 200 OK\r\nSet-Cookie: S=1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b"
    % (len(RESULT), RESULT)
)
ENVIRONMENT = {
    "TPI_BILLING_TELEPLAN_PASSWORD": "x",
    "TPI_BILLING_TELEPLAN_TIMEOUT": "1",
    "TPI_BILLING_TELEPLAN_PATIENCE": "0",
}
Answer = Callable[[socket.socket], None]


class Service:
    """Lets anybody sign on, and answers everything else so."""

    def __init__(self, answer: Answer, first: Answer | None = None) -> None:
        self._answer, self._first = answer, first
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(200)
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(30)
            asked = connection.recv(65_536)
            while b"ExternalAction" not in asked:
                asked += connection.recv(65_536)
            if (b"AsignOn" in asked and self._first is None) or b"AsignOff" in asked:
                connection.sendall(SIGNED_ON)
            else:
                self._answer(connection)
            connection.shutdown(socket.SHUT_WR)
            time.sleep(0.05)


def says(content: bytes) -> Answer:
    return lambda connection: connection.sendall(content)


def page(body: bytes, head: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    block = b"100000\r\n" + b"x" * 2**20 + b"\r\n"
    while True:
        connection.sendall(block)


def headers_without_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X: y\r\n" * 1_000)


def packed(kind: bytes, megabytes: int) -> Answer:
    def answer(connection: socket.socket) -> None:
        squeeze = zlib.compressobj(9, zlib.DEFLATED, 31 if kind == b"gzip" else 15)
        body = b"".join(squeeze.compress(bytes(2**20)) for _ in range(megabytes)) + squeeze.flush()
        connection.sendall(page(body, b"Content-Encoding: " + kind + b"\r\n"))

    return answer


def dripping(connection: socket.socket) -> None:
    for byte in page(RESULT)[:60]:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def asked(answer: Answer, *words: object, first: bool = False) -> Make:
    """Ask a service that answers so."""

    def make(place: Place) -> Sequence[object]:
        service = Service(answer, answer if first else None)
        _address(place, f"http://127.0.0.1:{service.port}/TeleplanBroker")
        return words or ("teleplan", "log")

    return make


def add(
    name: str,
    answer: Answer | bytes,
    *codes: int,
    words: Sequence[Sequence[object]] = (("teleplan", "log"), ("pickup",)),
    **more: object,
) -> None:
    given = says(answer) if isinstance(answer, bytes) else answer
    for one in words:
        REPLIES.add(
            f"{' '.join(map(str, one[:2]))}: {name}",
            asked(given, *one),
            *codes,
            environment=ENVIRONMENT,
            writes=("clinic/out/",),
            **more,
        )  # type: ignore[arg-type]
    REPLIES.add(
        f"signing on: {name}",
        asked(given, first=True),
        *{*codes, 7},
        environment=ENVIRONMENT,
        **more,
    )  # type: ignore[arg-type]


add("nothing at all", b"", 7)
add("a web page", page(b"<html><body>Please sign on</body></html>"), 7)
add("a web page that quotes a result", page(RESULT + b"<html>" * 9), 7)
add("a text without a result", page(b"S01" + b" " * 999), 7)
add("half of a result", page(RESULT[:20]), 7)
add("a result of no kind", page(b"#TID=;Result=;Filename=;Msgs=;"), 7)
add(
    "a result with commands",
    page(b"#TID=1;Result=\x1b[2J;Filename=../../x;Msgs=\x1b]0;owned\x07\x9b;"),
    7,
)
add(
    "a message with health numbers",
    page(
        f"#TID=1;Result=FAILURE;Filename=;Msgs=NO {PHN} OR {OTHER_PHN[:4]} {OTHER_PHN[4:7]} {OTHER_PHN[7:]};".encode()
    ),
    7,
)
add("a message of a megabyte", page(b"#TID=1;Result=FAILURE;Filename=;Msgs=" + b"x" * 2**20), 7)
add("no HTTP", b"SSH-2.0-OpenSSH_9.0\r\n", 7)
add("HTTP 0.9", RESULT, 7)
add("HTTP 2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 7)
add("the status 999", b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n", 7)
add("the status minus one", b"HTTP/1.1 -1 What\r\n\r\n", 7)
add(
    "a fault of the server",
    b"HTTP/1.1 500 No\r\nContent-Length: %d\r\n\r\n%b" % (len(RESULT), RESULT),
    7,
)
for status in (301, 302, 303, 307, 308):
    add(
        f"a redirect {status} to another host",
        b"HTTP/1.1 %d Moved\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"
        % status,
        7,
        words=(("teleplan", "log"),),
    )
for target in (
    b"http://127.0.0.1:1/x",
    b"file:///etc/passwd",
    b"gopher://x/",
    b"//elsewhere.example",
    b"http://[::1",
    b"\x1b[2J",
    b"http://" + b"a" * 60_000,
):
    add(
        f"a redirect to {target[:22].decode('latin-1')!r}",
        b"HTTP/1.1 302 Moved\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n",
        7,
        words=(("teleplan", "log"),),
    )
add("longer than it says", page(RESULT).replace(b"Length: ", b"Length: 1"), 7)
add("shorter than it says", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + RESULT, 7)
add("a length below nothing", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + RESULT, 7)
add(
    "a length of twenty digits",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n" + RESULT,
    7,
)
add("two lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + RESULT, 7)
add(
    "a length and chunks",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    7,
)
add("chunks that are none", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n", 7)
add(
    "a chunk of all addresses",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx\r\n",
    7,
)
add("a body without an end", without_end, 7)
add("headers without an end", headers_without_end, 7)
add("byte by byte", dripping, 7, words=(("teleplan", "log"),))
add(
    "a header of ten megabytes",
    b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10 * 2**20 + b"\r\n\r\n" + RESULT,
    7,
)
add(
    "a hundred thousand headers",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n" + RESULT,
    7,
)
add("headers with commands", page(b"x", b"X-\x1b[2J: \x07\r\n"), 7)
add("zero bytes in headers", page(b"x", b"X: a\0b\r\n"), 7)
add("a gzip that is none", page(b"not packed", b"Content-Encoding: gzip\r\n"), 7)
add("a gzip of a gigabyte", packed(b"gzip", 1_024), 7)
add("a deflate of a gigabyte", packed(b"deflate", 1_024), 7, words=(("teleplan", "log"),))
add(
    "packed in a way that nobody knows",
    page(RESULT, b"Content-Encoding: x-klingon\r\n"),
    0,
    1,
    7,
    keeps=False,
)
for cookie in (
    b"S=1; Domain=elsewhere.example",
    b"S=1; Path=/other; Secure",
    b"=x",
    b"S",
    b"S=\x1b[2J",
    b"S=" + b"x" * 50_000,
    b"S=1\r\n Set-Cookie: T=2",
    b"__Host-S=1",
):
    REPLIES.add(
        f"a cookie {cookie[:30].decode('latin-1')!r}",
        asked(says(page(RESULT, b"Set-Cookie: " + cookie + b"\r\n")), first=True),
        *(0, 1, 7),
        keeps=True,
        environment=ENVIRONMENT,
    )
for what, body in {
    "commands": b"\x1b[2J\x9b31m\x07\r\n" * 99,
    "health numbers": f"{PHN} {OTHER_PHN[:4]} {OTHER_PHN[4:7]} {OTHER_PHN[7:]}\r\n".encode() * 9,
    "zero bytes": bytes(9_999),
    "another coding": "\u202eé".encode("utf-16"),
    "a long line": b"x" * 200_000,
    "formulas": b"=1+1\r\n@SUM(A1)\r\n",
}.items():
    for words in (
        ("teleplan", "log"),
        ("teleplan", "lists", "1"),
        ("pickup",),
        ("eligibility", PHN, "1970-02-03"),
    ):
        REPLIES.add(
            f"{' '.join(words[:2])[:11]}: a file of {what}",
            asked(says(page(body + b"\r\n" + RESULT)), *words),
            0,
            1,
            2,
            4,
            7,
            keeps=False,
            environment=ENVIRONMENT,
            writes=("clinic/out/", "clinic/fee_codes/"),
        )
for message in (
    "EXPECTED: 9999999",
    "EXPECTED: 0000000, LAST COMMITTED: 9999999",
    "EXPECTED: -1",
    "EXPECTED: \x1b[2J",
    "EXPECTED: " + "9" * 9_999,
):
    for result in ("FAILURE", "SUCCESS"):
        REPLIES.add(
            f"submit: {result} and {message[:30]!r}",
            asked(
                says(page(f"#TID=1;Result={result};Filename=x;Msgs={message};".encode())),
                "submit",
                "2",
            ),
            0,
            1,
            5,
            7,
            keeps=False,
            environment=ENVIRONMENT,
            writes=("clinic/out/",),
        )
REPLIES.add(
    "submit: nothing at all",
    asked(says(b""), "submit", "2"),
    7,
    keeps=False,
    environment=ENVIRONMENT,
    writes=("clinic/out/",),
)
REPLIES.add(
    "submit: a web page",
    asked(says(page(b"<html>")), "submit", "2"),
    7,
    keeps=False,
    environment=ENVIRONMENT,
    writes=("clinic/out/",),
)
