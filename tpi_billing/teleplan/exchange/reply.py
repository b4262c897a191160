"""A reply of the web service: the file in front, the result in its last line.

Every reply comes with HTTP 200, a failure too (Teleplan facts, section 3). Whatever has no result
line at its end is not an answer of MSP and is never taken for one: a log that was cut off may
quote the result lines of other replies.
"""

import re
from dataclasses import dataclass, field

_FILLING = b"\r\n\t \0\x1a"
_RESULT = re.compile(
    rb"#TID=(?P<tid>[^;]{0,99});Result=(?P<result>[^;]{0,99});"
    rb"Filename=(?P<filename>[^;]{0,999});Msgs=(?P<msgs>.*)"
)
_LOST = b"User is not logged in or session expired"
_EXPECTED = re.compile(r"EXPECTED:\s*(\d{1,7})")
_COMMITTED = re.compile(r"LAST COMMITTED:\s*(\d{1,7})")

SUCCESS = "SUCCESS"
EXPIRED_PASSWORD = "EXPIRED.PASSWORD"  # noqa: S105 - a result word of MSP's, not a secret


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `content` is the file, `raw` every byte of the reply.

    Its repr shows none of what may hold names and health numbers.
    """

    tid: str
    result: str
    filename: str = field(repr=False)
    messages: str = field(repr=False)
    content: bytes = field(repr=False)
    raw: bytes = field(repr=False)

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
    """Read a reply; None when its last line is no result line and so it is no answer at all."""
    end = len(raw.rstrip(_FILLING))
    start = max(raw.rfind(b"\n", 0, end), raw.rfind(b"\r", 0, end)) + 1
    found = _RESULT.search(raw, start, end)
    if found is None:
        return None
    parts = {name: value.decode("latin-1").strip() for name, value in found.groupdict().items()}
    messages = parts["msgs"].removesuffix(";").rstrip()
    content = raw[: found.start()]
    return Reply(parts["tid"], parts["result"], parts["filename"], messages, content, raw)


def session_is_lost(raw: bytes) -> bool:
    """Tell whether MSP says, anywhere in the reply, that nobody is signed on."""
    return _LOST in raw
