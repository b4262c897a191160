"""Text as spreadsheets can hold it, and the texts that a spreadsheet would take for a formula."""

import re

LONGEST = 32_767
"""The number of characters that a cell of a spreadsheet can hold."""

_CUT = " … (cut here)"
_FORMULA_SIGNS = frozenset("=+-@＝＋－＠")
_LINE_ENDS = re.compile(r"\r\n?")
# What XML 1.0 cannot carry: control characters, halves of surrogate pairs, two non-characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cell_text(text: str) -> str:
    """Return `text` with everything that a cell cannot hold replaced where it can be seen.

    Line ends become one newline. A control character becomes its picture (BEL is `␇`), anything
    else that XML forbids `�`. What goes beyond the longest cell is cut and says so.
    """
    if text.isprintable() and len(text) <= LONGEST:
        return text
    clean = _FORBIDDEN.sub(_picture, _LINE_ENDS.sub("\n", text))
    return clean if len(clean) <= LONGEST else clean[: LONGEST - len(_CUT)] + _CUT


def without_formula(text: str) -> str:
    """Return `text` without the signs, blanks and line ends that make a formula of it."""
    while looks_like_formula(text):
        text = text[1:].lstrip()
    return text


def looks_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet could run `text`: `=1+1`, `-1`, `@SUM(A1)`, full-width twins.

    A tab or a line end in front counts too, and so do the signs after blanks, which some programs
    skip.
    """
    return text[:1] in {"\t", "\r", "\n"} or text.lstrip()[:1] in _FORMULA_SIGNS


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"
