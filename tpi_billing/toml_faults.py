"""What is wrong with a text that is no TOML, in a clerk's words."""

import re
import tomllib
from typing import Any

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_DAY = re.compile(r"=\s*(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})\b")
_CURLY = frozenset("“”„‘’‚«»")
_MOST_DOTS = 1_000
WRITE_A_DAY = "Write it as 2026-10-31, without quotes."


def parse_toml(text: str) -> dict[str, Any]:
    """Parse a text; raise TOMLDecodeError, also for what makes the parser itself stumble.

    A key of n parts takes it n squared steps.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.count(".") > _MOST_DOTS:
            said = f"A name has far too many parts (at line {number}, column 1)"
            raise tomllib.TOMLDecodeError(said)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        raise tomllib.TOMLDecodeError("A number has far too many digits") from None
    except RecursionError:
        raise tomllib.TOMLDecodeError("Lists or tables are nested too deeply") from None


def plain_fault(text: str, error: tomllib.TOMLDecodeError) -> tuple[str, str, int]:
    """Return what is wrong, what to do, and the row from 1."""
    at = _AT_LINE.search(str(error))
    lines = text.splitlines() or [""]
    row = int(at[1]) if at and at[1] else len(lines)
    line = _without_remark(lines[min(row, len(lines)) - 1])
    if _CURLY.intersection(line) and line.count('"') < 2:
        return "A curly quotation mark stands here.", 'Type the straight one: "', row
    if line.count('"') % 2:
        return "A quotation mark is missing.", 'A text stands between two of them: "Q"', row
    if _DAY.search(line):
        return "This is no day as the file needs it.", WRITE_A_DAY, row
    said = _AT_LINE.sub("", str(error)).lower()
    hint = "Texts stand between quotes, lists between [ and ]."
    return f"This is not valid TOML: {said}.", hint, row


def _without_remark(line: str) -> str:
    """Return a line without the remark behind its last quotation mark."""
    begins = line.find("#", max(line.rfind('"'), line.rfind("'")) + 1)
    return line if begins < 0 else line[:begins]
