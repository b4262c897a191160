"""Reading a data file's text and its remark lines."""

from pathlib import Path

from tpi_billing.errors import ConfigurationError
from tpi_billing.whole_files import read_whole

_MOST_BYTES = 20 * 2**20


def read_text(path: Path) -> str:
    """Return the file's text; ConfigurationError when it is missing, unreadable or not UTF-8."""
    try:
        content = read_whole(path, _MOST_BYTES)
    except OSError as error:
        raise ConfigurationError(
            f"the file cannot be read: {error.strerror or error}", file=str(path)
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            "the text is not UTF-8",
            hint="save it again as UTF-8 (in a spreadsheet: CSV UTF-8)",
            file=str(path),
            row=content.count(b"\n", 0, error.start) + 1,
        ) from error


def split_remarks(text: str) -> tuple[dict[str, str], str, int]:
    """Take the leading `# key: value` lines off a text.

    Returns the remarks by lower-case key (the first of equal ones), the rest of the text, and how
    many lines were taken.
    """
    remarks: dict[str, str] = {}
    start = taken = 0
    while text.startswith("#", start):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end + 1
        key, _, value = text[start:end].lstrip("#").partition(":")
        remarks.setdefault(key.strip().lower(), value.strip())
        start, taken = end, taken + 1
    return remarks, text[start:], taken
