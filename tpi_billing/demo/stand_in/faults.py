"""What can be made to go wrong with the stand-in, so many times, for one action or for all."""

from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class How(StrEnum):
    """A way of failing; those before `CUT` happen before anything is done."""

    CLOSE = "close"
    SILENCE = "silence"
    HTTP_500 = "http-500"
    HTML = "html"
    REDIRECT = "redirect"
    ENDLESS = "endless"
    LOST_SESSION = "lost-session"
    FAILURE = "failure"
    CUT = "cut"
    NO_RESULT = "no-result"
    SLOW = "slow"
    REPLY_LOST = "reply-lost"


DONE_FIRST = frozenset({How.CUT, How.NO_RESULT, How.SLOW, How.REPLY_LOST})
"""Ways of failing where what was asked is done, and only the reply suffers."""
ANY_ACTION = "*"


@dataclass(slots=True)
class Fault:
    """A fault that waits; `bytes_sent` is where a reply is cut, `message` what a failure says."""

    action: str
    how: How
    times: int
    bytes_sent: int
    message: str


class Faults:
    """The faults that wait, the oldest first; any thread may ask."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its action."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget every fault."""
        with self._lock:
            self._waiting.clear()

    def take(self, action: str) -> Fault | None:
        """Use up one time of the first fault that waits for an action."""
        with self._lock:
            for fault in self._waiting:
                if fault.action in {action, ANY_ACTION}:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None
