"""The statements of an SQL text, each with the line it begins on, and what they may not say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<remark>--[^\n]*|/\*.*?\*/)|(?P<quoted>'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")"
    r"|(?P<word>[^\W\d]\w*)|(?P<end>;)|(?P<open>/\*|'|\")",
    re.DOTALL,
)
_CHANGING = frozenset(
    {"insert", "update", "delete", "merge", "upsert", "into", "create", "drop", "alter"}
    | {"truncate", "rename", "attach", "detach", "pragma", "vacuum", "reindex", "analyze"}
    | {"grant", "revoke", "copy", "call", "execute", "exec", "prepare", "lock", "load", "install"}
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement without the semicolon behind it; `line` counts from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, what to do, and the line from 1."""

    line: int
    message: str
    hint: str = ""


def split(text: str) -> list[Statement]:
    """Return the statements of a text; what is only remarks is none."""
    found: list[Statement] = []
    start = 0
    for token in [*_TOKEN.finditer(text), None]:
        if token is not None and token.lastgroup != "end":
            continue
        end = len(text) if token is None else token.start()
        if first := _first(text, start, end):
            begins = first.start()
            found.append(Statement(text[begins:end].rstrip(), _line(text, begins)))
        start = end + 1
    return found


def faults(text: str) -> Iterator[Fault]:
    """Yield what a pattern's statements may not say: they only read."""
    for statement in split(text):
        words = [token for token in _TOKEN.finditer(statement.text) if token.lastgroup == "word"]
        first = words[0].group().casefold() if words else ""
        if first not in {"select", "with"} or words[0].start() != 0:
            yield Fault(
                statement.line,
                "A statement does not begin with SELECT or WITH.",
                "A pattern only reads. Remarks begin with two hyphens.",
            )
            continue
        for word in words:
            if word.group().casefold() in _CHANGING:
                line = statement.line + statement.text.count("\n", 0, word.start())
                yield Fault(
                    line,
                    f"{word.group().upper()} is not allowed in a pattern.",
                    "A pattern only reads: SELECT, or WITH and SELECT.",
                )
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "open":
            yield Fault(_line(text, token.start()), "A quotation mark or a remark is not closed.")


def line_of(statement: Statement, word: str) -> int:
    """Return the line on which a word of a statement stands first, else the statement's own."""
    at = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", statement.text, re.IGNORECASE)
    return statement.line + (statement.text.count("\n", 0, at.start()) if word and at else 0)


def _first(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first character of a statement: neither blank nor in a remark."""
    skipping = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)*", re.DOTALL)
    behind = skipping.match(text, start, end)
    position = behind.end() if behind else start
    return re.compile(r".", re.DOTALL).match(text, position, end)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
