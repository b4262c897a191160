"""The stand-in's HTTP: one request to the broker and its answer back, faults in between."""

from datetime import UTC, datetime, time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tpi_billing.demo.stand_in.answer import failure, not_signed_on
from tpi_billing.demo.stand_in.faults import DONE_FIRST, Fault, How
from tpi_billing.demo.stand_in.forms import Form, read_form

if TYPE_CHECKING:
    from tpi_billing.demo.stand_in.server import Served, StandIn

PATH = "/TeleplanBroker"
_MOST_BYTES = 64 * 2**20
_CHUNK = bytes(1 << 16)
_SLOW_SECONDS = 0.02
_OPENS = time(8, tzinfo=UTC)
_ERROR_PAGE = b"<html><body><h1>Service unavailable</h1>STAND-IN, NOT MSP</body></html>"


class Handler(BaseHTTPRequestHandler):
    """Serves one connection of the stand-in that is set by `serving`."""

    protocol_version = "HTTP/1.1"
    timeout = 60
    server_version = "tpi-billing-stand-in (not MSP)"
    sys_version = ""
    stand_in: "StandIn"
    stopping: Event

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
        """Print nothing."""

    def do_GET(self) -> None:
        """Show the page for people."""
        self.stand_in.note("page", self.headers.get("Cookie", ""), Form())
        self._send(200, "text/html; charset=utf-8", self.stand_in.page().encode("utf-8"))

    def do_POST(self) -> None:
        """Answer a form."""
        body = self._posted()
        path = urlsplit(self.path).path
        if body is None:
            self._send(413, "text/plain", b"STAND-IN, NOT MSP: TOO LARGE")
        elif path == "/day":
            self._set_day(body)
        elif path == PATH:
            self._answer(body)
        else:
            self._send(404, "text/plain", b"STAND-IN, NOT MSP: NOT FOUND")

    def _posted(self) -> bytes | None:
        text = self.headers.get("Content-Length", "0")
        length = int(text) if text.isdecimal() else _MOST_BYTES + 1
        if length > _MOST_BYTES:
            self.close_connection = True
            return None
        return self.rfile.read(length)

    def _set_day(self, body: bytes) -> None:
        form = read_form(self.headers.get("Content-Type", ""), body)
        self.stand_in.move_to(form.fields.get("day", ""))
        self._send(303, "text/plain", b"", [("Location", "/")])

    def _answer(self, body: bytes) -> None:
        form = read_form(self.headers.get("Content-Type", ""), body)
        action = form.fields.get("ExternalAction", "")
        cookies = self.headers.get("Cookie", "")
        self.stand_in.note(action, cookies, form)
        fault = self.stand_in.fault_for(action)
        if fault is not None and fault.how not in DONE_FIRST:
            self._fail(fault, cookies)
            return
        with self.stand_in.one_at_a_time:
            served = self.stand_in.serve(action, form, cookies)
            if fault is None:
                self._reply(served.answer.body(served.number), served.headers)
                self.stand_in.delivered(served)
            else:
                self._spoil(fault, served)

    def _fail(self, fault: Fault, cookies: str) -> None:
        """Fail before anything is done."""
        match fault.how:
            case How.SILENCE:
                self.stopping.wait()
                self.close_connection = True
            case How.HTTP_500:
                self._send(500, "text/html", _ERROR_PAGE)
            case How.HTML:
                self._send(200, "text/html", _ERROR_PAGE)
            case How.REDIRECT:
                self._send(302, "text/plain", b"", [("Location", f"{PATH}?moved")])
            case How.ENDLESS:
                self._pour()
            case How.LOST_SESSION:
                self.stand_in.lose_session(cookies)
                self._reply(not_signed_on().body(0), [])
            case How.FAILURE:
                self._reply(failure(fault.message).body(0), [])
            case _:
                self.close_connection = True

    def _spoil(self, fault: Fault, served: "Served") -> None:
        """Spoil the reply to what was done; what was sent whole, or got lost, is delivered."""
        body = served.answer.body(served.number)
        match fault.how:
            case How.CUT:
                self._reply(body, served.headers, most=fault.bytes_sent)
                self.close_connection = True
            case How.NO_RESULT:
                body = served.answer.body(served.number, result_line=False)
                self._reply(body, served.headers)
            case How.SLOW:
                self._reply(body, served.headers, slowly=True)
                self.stand_in.delivered(served)
            case _:
                self.stand_in.lost(served)
                self.close_connection = True

    def _reply(
        self,
        body: bytes,
        headers: list[tuple[str, str]],
        *,
        most: int | None = None,
        slowly: bool = False,
    ) -> None:
        self._head(200, "text/plain; charset=iso-8859-1", len(body), headers)
        if not slowly:
            self.wfile.write(body[:most])
            return
        for at in range(len(body)):
            if self.stopping.wait(_SLOW_SECONDS):
                return
            self.wfile.write(body[at : at + 1])

    def _pour(self) -> None:
        """Send without an end, until nobody listens any more."""
        self.close_connection = True
        self._head(200, "text/plain", None, [])
        while not self.stopping.is_set():
            self.wfile.write(_CHUNK)

    def _send(
        self, status: int, kind: str, body: bytes, headers: list[tuple[str, str]] | None = None
    ) -> None:
        self._head(status, kind, len(body), headers or [])
        self.wfile.write(body)

    def _head(
        self, status: int, kind: str, length: int | None, headers: list[tuple[str, str]]
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Say the stand-in's own day; it knows no time of day."""
        morning = datetime.combine(self.stand_in.today, _OPENS)
        return format_datetime(morning, usegmt=True)
