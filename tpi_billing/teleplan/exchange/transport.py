"""One form post to MSP at a time: cookies go back as they came, replies are bounded.

Each post has a connection of its own: one that MSP has closed in the meantime would look like a
lost reply, and a lost reply to a submission leaves it in doubt.
"""

import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

from tpi_billing import __version__
from tpi_billing.errors import ConfigurationError
from tpi_billing.teleplan.exchange.deadline import Deadline
from tpi_billing.teleplan.exchange.failures import NoAnswerError, NotReachedError

if TYPE_CHECKING:
    import httpx

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that need no https: what is sent to them does not leave this computer."""

_CONNECT_SECONDS = 20.0
_OK = 200
_ENDLESS = "The reply did not come to its end."
File = tuple[str, str, bytes]
"""A file of a form: the field's name, the file's name, its bytes."""


class Wire:
    """Posts forms to one address and holds the cookies of the session, in memory only."""

    def __init__(self, url: str, *, timeout: float, longest: float, most_bytes: int) -> None:
        """Take the address and the bounds of a reply: seconds of silence, seconds, bytes.

        Raise ConfigurationError for an address that is not https, unless it is this computer.
        """
        import httpx

        self._url = _checked(url)
        self._longest = longest
        self._most_bytes = most_bytes
        self._cookies: dict[bytes, bytes] = {}
        self._http: httpx.Client = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"User-Agent": f"tpi-billing/{__version__}", "Accept-Encoding": "identity"},
            cookies=_no_jar(),
            verify=self._url.scheme == "https" or _trusting_nobody(),
            follow_redirects=False,
            trust_env=self._url.host not in LOOPBACK,
        )

    def close(self) -> None:
        """Forget the cookies and let go of the connections."""
        self.forget_cookies()
        self._http.close()

    def forget_cookies(self) -> None:
        """Forget every cookie."""
        self._cookies.clear()

    def post(self, form: Mapping[str, str], file: File | None, if_lost: str) -> bytes:
        """Post a form, as multipart when it has a file, once, and return the reply's bytes.

        Raise NotReachedError when nothing was sent; NoAnswerError, with `if_lost` as its hint,
        when something was and no whole reply with HTTP 200 came.
        """
        import httpx

        end = Deadline(self._longest)
        request = self._request(form, file, end)
        try:
            with end:
                response = self._http.send(request, stream=True)
                try:
                    body = self._body(response, end, if_lost)
                finally:
                    response.close()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            why = str(error) or type(error).__name__
            raise NotReachedError(
                f"Teleplan cannot be reached: {why}. Nothing was sent.",
                hint="Check the connection and try again.",
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:  # the latter: where it would send us
            raise NoAnswerError(_ENDLESS if end.over else _words(error), hint=if_lost) from None
        self._keep_cookies(response)
        return body

    def _request(
        self, form: Mapping[str, str], file: File | None, end: Deadline
    ) -> "httpx.Request":
        headers: list[tuple[bytes, bytes]] = []
        if self._cookies:
            pairs = (name + b"=" + value for name, value in self._cookies.items())
            headers.append((b"Cookie", b"; ".join(pairs)))
        files = None
        if file is not None:
            field, name, content = file
            files = {field: (name, content, "application/octet-stream")}
        return self._http.build_request(
            "POST",
            self._url,
            data=dict(form),
            files=files,
            headers=headers,
            extensions={"trace": end.watch},
        )

    def _body(self, response: "httpx.Response", end: Deadline, if_lost: str) -> bytes:
        """Read a reply whole, unless it is none of MSP's or goes on and on."""
        if response.status_code != _OK:
            message = f"What came back is no answer of Teleplan's: HTTP {response.status_code}."
            raise NoAnswerError(message, hint=if_lost)
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self._most_bytes:
                raise NoAnswerError("The reply is longer than any file of MSP's.", hint=if_lost)
            if end.over:
                raise NoAnswerError(_ENDLESS, hint=if_lost)
            parts.append(part)
        return b"".join(parts)

    def _keep_cookies(self, response: "httpx.Response") -> None:
        """Keep each cookie byte for byte; the path or domain it names does not matter here."""
        for header, value in response.headers.raw:
            if header.lower() == b"set-cookie":
                name, equals, text = value.partition(b";")[0].partition(b"=")
                if equals:
                    self._cookies[name.strip()] = text.strip()


def _checked(url: str) -> "httpx.URL":
    import httpx

    hint = "Correct `url` in the [teleplan] section of tpi-billing.toml."
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise ConfigurationError("The Teleplan address is none.", hint=hint) from None
    if not parts.host or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.host in LOOPBACK)
    ):
        raise ConfigurationError("The Teleplan address must begin with https://.", hint=hint)
    if parts.userinfo or parts.query or parts.fragment:
        message = "The Teleplan address must have no user, password or question in it."
        raise ConfigurationError(message, hint=hint)
    return parts


def _trusting_nobody() -> ssl.SSLContext:
    """Return what an address without https needs; it spares reading all certificates."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _no_jar() -> CookieJar:
    """Return a jar that takes no cookie: its rules of paths and domains are not MSP's."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


def _words(error: "httpx.HTTPError | httpx.InvalidURL") -> str:
    """Say what happened; the library's own words may quote what was sent."""
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return "Teleplan did not answer in time."
    if isinstance(error, httpx.NetworkError | httpx.ProtocolError):
        return "The connection to Teleplan broke before its answer was whole."
    return f"Teleplan's answer cannot be read: {type(error).__name__}."
