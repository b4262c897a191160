"""The stand-in as tests and the demo use it: a server on this computer, in a thread."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from threading import Event, RLock, Thread
from types import TracebackType
from typing import Any, Self

from tpi_billing import clock
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.demo.stand_in.account import Account
from tpi_billing.demo.stand_in.answer import Answer
from tpi_billing.demo.stand_in.broker import Broker
from tpi_billing.demo.stand_in.faults import ANY_ACTION, Fault, Faults, How
from tpi_billing.demo.stand_in.forms import Form
from tpi_billing.demo.stand_in.handler import PATH, Handler
from tpi_billing.demo.stand_in.page import page
from tpi_billing.demo.stand_in.rules import ALL_PAID, Charges, Habits
from tpi_billing.demo.stand_in.sessions import Session
from tpi_billing.demo.stand_in.state import JudgedClaim, State
from tpi_billing.demo.stand_in.store import load, save
from tpi_billing.demo.stand_in.submission import Limits
from tpi_billing.errors import ConfigurationError

LOOPBACK = "127.0.0.1"
USERNAME, PASSWORD = "stand-in", "stand-in-1"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that came: what was asked, with which Cookie header, fields and files."""

    action: str
    cookies: str
    fields: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """An answer with its number, the headers that go with it, and whose session it was."""

    answer: Answer
    number: int
    headers: list[tuple[str, str]]
    session: Session | None


class _Server(ThreadingHTTPServer):
    allow_reuse_address = os.name == "posix"  # on Windows it would share a port that is taken
    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        """Take the address without asking the network for this computer's name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client go that did not wait for its answer."""


class StandIn:
    """A stand-in of MSP's web service. Use it in a `with` block; it is not MSP.

    `today` is its clock, this computer's day unless it is set. `submitted` are the files that it
    has taken, `requests` everything that was asked of it. `one_at_a_time` is held from a request
    until its answer has gone out and is remembered.
    """

    def __init__(
        self,
        *,
        data_centre: str = "T9999",
        username: str = USERNAME,
        password: str = PASSWORD,
        today: date | None = None,
        last_committed: int = 0,
        habits: Habits = ALL_PAID,
        charges: Charges = (),
        seed: int = 7,
        limits: Limits | None = None,
        memory: Path | None = None,
        port: int = 0,
    ) -> None:
        """Take a clinic's account, how to judge, and a file to remember everything in.

        With a file that is there already, account, numbers and charges are those of the file. Raise
        FileError for one that cannot be read, ConfigurationError for another data centre's.
        """
        self._today = today
        self._memory = memory
        self._port = port
        self.one_at_a_time = RLock()
        self._faults = Faults()
        self._transactions = 0
        self._server: _Server | None = None
        self._stopping = Event()
        self.requests: list[Request] = []
        if memory is not None and memory.exists():
            state = load(memory)
            if state.data_centre != data_centre:
                raise ConfigurationError(
                    f"This memory is of data centre {state.data_centre}, not {data_centre}.",
                    hint="Name another file.",
                    file=str(memory),
                )
        else:
            account = Account.new(username, password, self.today)
            state = State(data_centre, account, last_committed, charges=list(charges))
        self.broker = Broker(
            state, CodeFiles(shipped_directory()), habits, seed, limits or Limits()
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on this computer only; raise OSError when the port is taken."""
        self._stopping = Event()
        handler = type("_Serving", (Handler,), {"stand_in": self, "stopping": self._stopping})
        self._server = _Server((LOOPBACK, self._port), handler)
        self._port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        """Stop listening; requests that hang are let go. What is remembered stays."""
        if self._server is not None:
            self._stopping.set()
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            with self.one_at_a_time:
                pass  # whoever is still being served is waited for

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        """Refuse every connection for the length of a `with` block; the address stays the same."""
        self.stop()
        with socket.socket() as taken:
            if hasattr(socket, "SO_REUSEADDR"):
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind((LOOPBACK, self._port))  # taken and not listened on, so nobody else does
            yield
        self.start()

    @property
    def url(self) -> str:
        """The address to configure."""
        return f"{self.page_url}{PATH}"

    @property
    def page_url(self) -> str:
        """The address of the page for people."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def state(self) -> State:
        """Everything that it remembers."""
        return self.broker.state

    @property
    def submitted(self) -> list[bytes]:
        """The files that it has taken, in their order, byte for byte."""
        return [file.content.encode("latin-1") for file in self.state.files]

    @property
    def claims(self) -> list[JudgedClaim]:
        """The claims that it has taken, each with its ruling."""
        return self.state.claims

    @property
    def sessions(self) -> int:
        """How many users are signed on."""
        return self.broker.sessions.count

    @property
    def today(self) -> date:
        """The stand-in's day."""
        return self._today or clock.today()

    @today.setter
    def today(self, day: date) -> None:
        self._today = day

    def remittance_day(self, day: date) -> date:
        """Return from when the payment for claims received on a day can be fetched."""
        cycle = self.broker.cycle
        return cycle.ready_on(cycle.close_off(day))

    def count(self, action: str) -> int:
        """Return how often something was asked."""
        return sum(request.action == action for request in self.requests)

    def fail(
        self,
        action: str = ANY_ACTION,
        how: How = How.CLOSE,
        times: int = 1,
        *,
        bytes_sent: int = 20,
        message: str = "SYSTEM SERVICE TIMEOUT",
    ) -> None:
        """Let the next requests of an action fail, of every action without one."""
        self._faults.add(Fault(action, How(how), times, bytes_sent, message))

    def heal(self) -> None:
        """Forget every fault that still waits."""
        self._faults.clear()

    def page(self) -> str:
        """Return the page for people."""
        with self.one_at_a_time:
            return page(self.state, self.broker.cycle, self.today)

    def move_to(self, text: str) -> None:
        """Set the clock from what somebody typed; no day leaves it alone."""
        try:
            self._today = date.fromisoformat(text)
        except ValueError:
            return

    def note(self, action: str, cookies: str, form: Form) -> None:
        """Note a request."""
        with self.one_at_a_time:
            self.requests.append(Request(action, cookies, tuple(form.fields), tuple(form.files)))

    def fault_for(self, action: str) -> Fault | None:
        """Use up the fault that waits for an action."""
        return self._faults.take(action)

    def serve(self, action: str, form: Form, cookies: str) -> Served:
        """Do what is asked."""
        with self.one_at_a_time:
            self._transactions += 1
            session = None
            if action == "AsignOn":
                answer, given = self.broker.sign_on(form, self.today)
            else:
                session = self.broker.sessions.find(cookies)
                answer = self.broker.ask(action, form, session, self.today)
                given = [self.broker.sessions.renew(session)] if session is not None else []
            self._save()
            headers = [("Set-Cookie", value) for value in given]
            return Served(answer, self._transactions % 1000, headers, session)

    def delivered(self, served: Served) -> None:
        """Mark what an answer brought as fetched, and its cookies as known."""
        with self.one_at_a_time:
            if served.session is not None:
                served.session.unseen = None
            if served.answer.delivered is not None:
                served.answer.delivered()
                self._save()

    def lost(self, served: Served) -> None:
        """Mark what an answer brought as fetched although nobody got it."""
        self.delivered(replace(served, session=None))

    def lose_session(self, cookies: str) -> None:
        """Forget the session of a Cookie header."""
        with self.one_at_a_time:
            session = self.broker.sessions.find(cookies)
            if session is not None:
                self.broker.sessions.close(session)

    def _save(self) -> None:
        if self._memory is not None:
            save(self.state, self._memory)
