"""One cell as XML. There is no way to write a formula here, whatever the value says.

Text goes in as inline strings, which a spreadsheet never evaluates; text that looks like a formula
takes a style with the quote prefix besides, so that editing the cell does not turn it into one.
"""

import re
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from xml.sax.saxutils import escape

from tpi_billing.model.cell_text import cell_text, looks_like_formula
from tpi_billing.reports.fields import Value
from tpi_billing.reports.xlsx.styles import Style

_DAY_ZERO = date(1899, 12, 30)
# Spreadsheets believe in a 29 February 1900: day numbers agree with the calendar only after it.
_FIRST_DAY = date(1900, 3, 1)
_SECONDS_A_DAY = 86_400
# `_x0041_` in a cell means `A` to a spreadsheet; the underscore must be written as one itself.
_ESCAPE_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def cell_xml(reference: str, value: Value, style: Style) -> str:
    """Return the `<c>` element of a cell such as `B7`; a blank one only carries its style."""
    match value:
        case None | "":
            return f'<c r="{reference}" s="{style.plain}"/>'
        case str():
            return _text_xml(reference, value, style)
        case int():
            number = str(value)
        case Decimal():
            number = f"{value:f}"
        case time():
            number = repr((value.hour * 60 + value.minute) * 60 / _SECONDS_A_DAY)
        case date() if value >= _FIRST_DAY:
            number = str((value - _DAY_ZERO).days)
        case date():
            return _text_xml(reference, value.isoformat(), style)
    return f'<c r="{reference}" s="{style.plain}"><v>{number}</v></c>'


def _text_xml(reference: str, value: str, style: Style) -> str:
    quoted, written = _written(value)
    return f'<c r="{reference}" s="{style.quoted if quoted else style.plain}" {written}'


@lru_cache(maxsize=5_000)
def _written(value: str) -> tuple[bool, str]:
    """Tell whether a text looks like a formula, and write it; most stand in many rows."""
    text = cell_text(value)
    written = escape(_ESCAPE_LOOKALIKE.sub("_x005F_", text))
    return (
        looks_like_formula(text),
        f't="inlineStr"><is><t xml:space="preserve">{written}</t></is></c>',
    )
