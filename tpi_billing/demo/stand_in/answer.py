"""A reply of the stand-in: the file in front, MSP's result in the last line."""

from collections.abc import Callable
from dataclasses import dataclass

SUCCESS, FAILURE = "SUCCESS", "FAILURE"
EXPIRED_PASSWORD = "EXPIRED.PASSWORD"  # noqa: S105 - a result word, not a secret
NAME = "STAND-IN, NOT MSP - NOTHING HERE IS PAID"
NOT_SIGNED_ON = "User is not logged in or session expired"
LINE_END = "\r\n"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `delivered` is called once all of it has gone out."""

    content: bytes = b""
    result: str = SUCCESS
    message: str = ""
    filename: str = ""
    delivered: Callable[[], None] | None = None

    def body(self, number: int, *, result_line: bool = True) -> bytes:
        """Return the reply's bytes; `number` is that of the transaction."""
        if not result_line:
            return self.content
        told = f"{self.message} ({NAME})" if self.message else NAME
        line = f"#TID={number:03};Result={self.result};Filename={self.filename};Msgs={told};"
        return self.content + (line + LINE_END).encode("ascii", "replace")


def failure(message: str) -> Answer:
    """Return the answer that something was not done."""
    return Answer(result=FAILURE, message=message)


def not_signed_on() -> Answer:
    """Return the answer to somebody who is not signed on."""
    return Answer((NOT_SIGNED_ON + LINE_END).encode("ascii"), FAILURE, NOT_SIGNED_ON)


def lines(texts: list[str]) -> bytes:
    """Return lines as a file; what is not Latin-1 becomes a question mark."""
    return "".join(text + LINE_END for text in texts).encode("latin-1", "replace")
