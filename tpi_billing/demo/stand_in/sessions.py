"""Who is signed on: several cookies, oddly named, all of them demanded as they were set."""

import secrets
from dataclasses import dataclass, field

_KEY = "JSESSIONID"
_COUNTER = "PD-H-COUNT"


@dataclass(slots=True)
class Session:
    """One user's session; `expired` lets only the password be changed."""

    username: str
    expired: bool
    cookies: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    unseen: str | None = None
    """The value before, while nobody knows whether the client has the one after it."""


class Sessions:
    """The open sessions, known by their cookies."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}

    def open(self, username: str, *, expired: bool) -> tuple[Session, list[str]]:
        """Open a session; return it with the values of its Set-Cookie headers.

        A browser would not send all of them back to this address: one is for secure connections
        only, one for another path. MSP wants every one.
        """
        token = secrets.token_hex(8)
        session = Session(username, expired)
        given = (
            (_KEY, f"0000{token}:-1", "; Path=/TeleplanBroker; HttpOnly"),
            ("AMWEBJCT!%2Fteleplan!JSESSIONID", f"0001{token}:a=b==", "; Path=/"),
            ("PD-S-SESSION-ID", f'"2_{token}/+{{x}}=="', "; Path=/; Secure"),
            ("Route.1", "", "; Path=/elsewhere; Max-Age=600"),
            ("mark", "\xa77", ""),
            (_COUNTER, "0", "; Path=/"),
        )
        session.cookies = {name: value for name, value, _ in given}
        self._open[session.cookies[_KEY]] = session
        return session, [f"{name}={value}{attributes}" for name, value, attributes in given]

    def find(self, header: str) -> Session | None:
        """Return the session of a Cookie header that has every cookie unaltered, else None."""
        pairs = (pair.partition("=") for pair in header.split("; ") if pair)
        sent = {name: value for name, _, value in pairs}
        session = self._open.get(sent.get(_KEY, ""))
        if session is None:
            return None
        if session.unseen is not None and sent.get(_COUNTER) == session.unseen:
            sent[_COUNTER] = session.cookies[_COUNTER]
        return session if session.cookies == sent else None

    def renew(self, session: Session) -> str:
        """Give one cookie a new value; return the value of its Set-Cookie header.

        The value before holds, too, until the reply that brings the new one has gone out.
        """
        if session.unseen is None:
            session.unseen = session.cookies[_COUNTER]
        session.requests += 1
        session.cookies[_COUNTER] = str(session.requests)
        return f"{_COUNTER}={session.requests}; Path=/"

    def close(self, session: Session) -> None:
        """End a session."""
        self._open.pop(session.cookies[_KEY], None)

    @property
    def count(self) -> int:
        """How many sessions are open."""
        return len(self._open)
