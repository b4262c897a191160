"""What is wrong with a text that is no TOML, in a clerk's words."""

import re
import tomllib

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_DAY = re.compile(r"=\s*(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})\b")
_REMARK = re.compile(r"#[^\"']*$")
_CURLY = frozenset("“”„‘’‚«»")
WRITE_A_DAY = "Write it as 2026-10-31, without quotes."


def plain_fault(text: str, error: tomllib.TOMLDecodeError) -> tuple[str, str, int]:
    """Return what is wrong, what to do, and the row from 1."""
    at = _AT_LINE.search(str(error))
    lines = text.splitlines() or [""]
    row = int(at[1]) if at and at[1] else len(lines)
    line = _REMARK.sub("", lines[min(row, len(lines)) - 1])
    if _CURLY.intersection(line) and line.count('"') < 2:
        return "A curly quotation mark stands here.", 'Type the straight one: "', row
    if line.count('"') % 2:
        return "A quotation mark is missing.", 'A text stands between two of them: "Q"', row
    if _DAY.search(line):
        return "This is no day as the file needs it.", WRITE_A_DAY, row
    said = _AT_LINE.sub("", str(error)).lower()
    hint = "Texts stand between quotes, lists between [ and ]."
    return f"This is not valid TOML: {said}.", hint, row
