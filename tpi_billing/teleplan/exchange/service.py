"""The client of MSP's web service: one form post for each thing it can be asked.

Every cookie received is sent back unaltered on every later request and forgotten at sign off.
Only what is harmless to repeat is repeated: a submission whose reply is lost never is.
"""

import contextlib
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from tpi_billing.errors import ConfigurationError
from tpi_billing.teleplan.exchange.failures import (
    NoAnswerError,
    NotReachedError,
    PasswordExpiredError,
    RefusedError,
    SessionLostError,
)
from tpi_billing.teleplan.exchange.reply import (
    EXPIRED_PASSWORD,
    Reply,
    read_reply,
    session_is_lost,
)

if TYPE_CHECKING:
    import httpx

TEST_SITE = "https://tlpt2.moh.hnet.bc.ca/TeleplanBroker"
"""MSP's test site: the same credentials, and claims there are never paid."""

_TRIES = 3
_MOST_BYTES = 256 * 2**20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class TeleplanService:
    """A conversation with MSP: sign on, ask, sign off. Use it in a `with` block."""

    def __init__(self, url: str, *, timeout: float = 60.0) -> None:
        """Take the service's address and how many seconds a reply may take."""
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ConfigurationError(
                "The Teleplan address must begin with https://.",
                hint="Correct `url` in the [teleplan] section of tpi-billing.toml.",
            )
        import httpx

        self._url = url
        self._cookies: dict[str, str] = {}
        self._signed_on = False
        self._http: httpx.Client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=20.0), follow_redirects=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.sign_off()
        self._http.close()

    def sign_on(self, username: str, password: str) -> Reply:
        """Sign on, which must come first; raise PasswordExpiredError when it is too old."""
        form = {"username": username, "password": password}
        reply = self._asked("AsignOn", form, harmless=True, accept=(EXPIRED_PASSWORD,))
        if reply.result == EXPIRED_PASSWORD:
            raise PasswordExpiredError(
                "The Teleplan password has expired; one lasts 42 days.",
                hint="Change it with: tpi-billing teleplan password",
            )
        self._signed_on = True
        return reply

    def change_password(self, username: str, old: str, new: str) -> Reply:
        """Change the password; MSP takes it also when the old one has expired."""
        form = {
            "username": username,
            "password": old,
            "new.password": new,
            "confirm.password": new,
        }
        return self._asked("AchangePW", form)

    def submit(self, name: str, content: bytes) -> Reply:
        """Send a file of claims, once. NoAnswerError leaves open whether MSP has it.

        A refusal of MSP's is a reply like any other here: it is the proof of what happened.
        """
        return self._ask("AputRemit", {}, file=("submitFile", name, content))

    def pick_up(self, *, remittances: bool) -> Reply:
        """Fetch refusals and messages, with the remittances when asked for."""
        return self._asked("AgetRemit", {"remittance": "true" if remittances else "false"})

    def log(self, name: str = "CURRENT") -> Reply:
        """Fetch a log of what was sent and fetched."""
        form = {"LOGNAME": name, "LOGTYPE": "L", "MODE": "DOWNLOAD"}
        return self._asked("AgetLog", form, harmless=True)

    def log_list(self) -> Reply:
        """Fetch the list of logs."""
        return self._asked("AgetLogList", {}, harmless=True)

    def information(self, which: str) -> Reply:
        """Fetch an information file: 1 explanatory codes, 2 and I diagnoses, 3 fees, ..."""
        return self._asked("AgetAscii", {"filechar": which}, harmless=True)

    def eligibility(self, form: Mapping[str, str]) -> Reply:
        """Ask about one patient's coverage; a patient who is not known is a reply too."""
        return self._ask("AcheckE45", form)

    def sign_off(self) -> None:
        """Sign off and forget the cookies; a failure here changes nothing and is let go."""
        if self._signed_on:
            with contextlib.suppress(NotReachedError, NoAnswerError, SessionLostError):
                self._ask("AsignOff", {})
        self._signed_on = False
        self._cookies.clear()

    def _asked(
        self,
        action: str,
        form: Mapping[str, str],
        *,
        harmless: bool = False,
        accept: tuple[str, ...] = (),
    ) -> Reply:
        """Ask, and raise RefusedError unless MSP did it or said one of the words in `accept`."""
        tries = _TRIES if harmless else 1
        while True:
            tries -= 1
            try:
                reply = self._ask(action, form)
            except (NotReachedError, NoAnswerError):
                if tries > 0:
                    continue
                raise
            if reply.succeeded or reply.result in accept:
                return reply
            raise RefusedError(
                f"Teleplan refused: {reply.messages or reply.result}.",
                hint="See tpi-billing teleplan log, or call the Teleplan help desk.",
            )

    def _ask(
        self,
        action: str,
        form: Mapping[str, str],
        file: tuple[str, str, bytes] | None = None,
    ) -> Reply:
        raw = self._post({"ExternalAction": action, **form}, file)
        if session_is_lost(raw):
            self._signed_on = False
            raise SessionLostError(
                "Teleplan says that the session is over; nothing was done.",
                hint="Run the command again.",
            )
        reply = read_reply(raw)
        if reply is None:
            raise NoAnswerError(
                "What came back is no answer of Teleplan's.",
                hint="Try again later; something between here and MSP may have answered instead.",
            )
        return reply

    def _post(self, form: Mapping[str, str], file: tuple[str, str, bytes] | None) -> bytes:
        import httpx

        headers = {}
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self._cookies.items()
            )
        files = None
        if file is not None:
            field, name, content = file
            files = {field: (name, content, "application/octet-stream")}
        request = self._http.build_request(
            "POST", self._url, data=dict(form), files=files, headers=headers
        )
        try:
            response = self._http.send(request, stream=True)
            try:
                self._keep_cookies(response)
                return _body(response)
            finally:
                response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotReachedError(
                f"Teleplan cannot be reached: {type(error).__name__}. Nothing was sent.",
                hint="Check the connection and try again.",
            ) from error
        except httpx.HTTPError as error:
            raise NoAnswerError(
                f"Teleplan did not answer: {type(error).__name__}.",
                hint="Try again later.",
            ) from error

    def _keep_cookies(self, response: "httpx.Response") -> None:
        """Keep each cookie as it came: which path or domain it names does not matter here."""
        for header in response.headers.get_list("set-cookie"):
            name, equals, value = header.partition(";")[0].strip().partition("=")
            if equals:
                self._cookies[name] = value
        self._http.cookies.clear()


def _body(response: "httpx.Response") -> bytes:
    """Read a reply whole; one that goes on and on is not read to its end."""
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > _MOST_BYTES:
            raise NoAnswerError(
                "The reply of Teleplan is longer than any of its files.",
                hint="Call the Teleplan help desk.",
            )
        parts.append(part)
    return b"".join(parts)
