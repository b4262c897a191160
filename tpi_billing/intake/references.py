"""Cell references after a column was inserted at the left of a sheet: every column moves one on.

Since the new column is the first, all references into that sheet shift alike, relative ones and
absolute ones; references to other sheets stay.
"""

import re

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.utils import column_index_from_string, get_column_letter

_LAST_COLUMN = 16_384
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?\d+)")
_COLUMN = re.compile(r"(\$?)([A-Za-z]{1,3})")
_SHEET = re.compile(r"((?:'(?:[^']|'')*'|[^'!:\[\]]+)!)?(.+)", re.DOTALL)


def shift_range(text: str) -> str:
    """Shift `A1`, `$A$1:B2`, `A:C`, or several of them with blanks or commas between."""
    return re.sub(r"[^ ,]+", lambda part: _shift_area(part.group()), text)


def shift_formula(formula: str, sheet: str, *, within: bool) -> str:
    """Shift the references of a formula that point into `sheet`.

    `within`: the formula stands in that sheet, so references without a sheet's name mean it. The
    leading `=` may be missing, as in names, validations and conditional formats. What is no
    formula that can be understood stays.
    """
    bare = formula.removeprefix("=")
    lead = "=" if bare != formula else ""
    try:
        items = Tokenizer(f"={bare}").items
    except TokenizerError:
        return formula
    return lead + "".join(_shift_token(item, sheet, within=within) for item in items)


def points_to(reference: str, sheet: str) -> bool:
    """Tell whether a reference such as `'My visits'!A1` names the sheet."""
    match = _SHEET.fullmatch(reference)
    return match is not None and match[1] is not None and _name(match[1]) == sheet.casefold()


def _shift_token(token: Token, sheet: str, *, within: bool) -> str:
    value: str = token.value
    is_reference = token.type == Token.OPERAND and token.subtype == Token.RANGE
    is_open_range = token.type == Token.FUNC and ":" in value
    if not (is_reference or is_open_range):
        return value
    match = _SHEET.fullmatch(value)
    if match is None:
        return value
    prefix, area = match.groups()
    if (_name(prefix) == sheet.casefold()) if prefix else within:
        return (prefix or "") + _shift_area(area)
    return value


def _name(prefix: str) -> str:
    name = prefix.removesuffix("!")
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    return name.casefold()


def _shift_area(area: str) -> str:
    """Shift both ends of an area; what is no cell or column (a name, a row) stays."""
    ends = area.split(":")
    pattern = _CELL
    if len(ends) == 2 and all(_COLUMN.fullmatch(end) for end in ends):
        pattern = _COLUMN
    return ":".join(_shift_end(end, pattern) for end in ends)


def _shift_end(end: str, pattern: re.Pattern[str]) -> str:
    match = pattern.fullmatch(end)
    if match is None:
        return end
    dollar, letters, *row = match.groups()
    index = column_index_from_string(letters.upper())
    if index > _LAST_COLUMN:
        return end
    # A whole row, A1:XFD1, goes on to end with the sheet.
    return dollar + get_column_letter(min(index + 1, _LAST_COLUMN)) + "".join(row)
