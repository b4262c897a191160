"""A reply of the web service: the file in front, the result in its last line.

Every reply comes with HTTP 200, a failure too (Teleplan facts, section 3). Whatever has no result
line is not an answer of MSP and is never taken for one.
"""

import re
from dataclasses import dataclass

_RESULT = re.compile(
    rb"#TID=(?P<tid>[^;]*);Result=(?P<result>[^;]*);Filename=(?P<filename>[^;]*);Msgs=(?P<msgs>.*?);?\s*\Z",
    re.DOTALL,
)
_LOST = b"User is not logged in or session expired"
_EXPECTED = re.compile(r"EXPECTED:\s*(\d{1,7})")
_COMMITTED = re.compile(r"LAST COMMITTED:\s*(\d{1,7})")

SUCCESS = "SUCCESS"
EXPIRED_PASSWORD = "EXPIRED.PASSWORD"  # noqa: S105 - a result word of MSP's, not a secret


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `content` is the file, `raw` every byte of the reply."""

    tid: str
    result: str
    filename: str
    messages: str
    content: bytes
    raw: bytes

    @property
    def succeeded(self) -> bool:
        """Tell whether MSP did what was asked."""
        return self.result == SUCCESS

    @property
    def expected_number(self) -> int | None:
        """Return the sequence number that MSP expects next, when it says so (TETA-022)."""
        found = _EXPECTED.search(self.messages)
        return int(found[1]) if found else None

    @property
    def last_committed(self) -> int | None:
        """Return the last sequence number that MSP has taken, when it says so."""
        found = _COMMITTED.search(self.messages)
        return int(found[1]) if found else None


def read_reply(raw: bytes) -> Reply | None:
    """Read a reply; None when it has no result line and so is no answer at all."""
    at = raw.rfind(b"#TID=")
    found = _RESULT.match(raw, at) if at >= 0 else None
    if found is None:
        return None
    parts = {name: value.decode("latin-1").strip() for name, value in found.groupdict().items()}
    return Reply(parts["tid"], parts["result"], parts["filename"], parts["msgs"], raw[:at], raw)


def session_is_lost(raw: bytes) -> bool:
    """Tell whether MSP says, anywhere in the reply, that nobody is signed on."""
    return _LOST in raw
