"""New values for a session's columns as somebody types them, read as an import reads cells."""

from collections.abc import Iterable
from difflib import get_close_matches

from tpi_billing.config import Mapping as ColumnMapping
from tpi_billing.errors import Trouble, UsageError
from tpi_billing.intake.header import header_key
from tpi_billing.intake.normalising import normalisers
from tpi_billing.intake.remarks import Remarks
from tpi_billing.model.session import COLUMN
from tpi_billing.remittance.actions.sessions import FIXED


def read_settings(settings: Iterable[str]) -> dict[str, str]:
    """Read `column=value` words; a blank value blanks the cell.

    Raise UsageError with everything that is no such word, or names no column that can change.
    """
    names = {header_key(name): name for name in COLUMN}
    readers = normalisers(ColumnMapping(), Remarks())
    found: dict[str, str] = {}
    troubles: list[Trouble] = []
    for setting in settings:
        given, equals, text = setting.partition("=")
        column = names.get(header_key(given))
        if not equals:
            said = "--set takes a column and its new value with = between them."
            troubles.append(Trouble(said, "For example --set phn=9123456780."))
        elif column is None:
            troubles.append(_unknown(given, names))
        elif column in FIXED:
            hint = "The record system knows the visit by it."
            troubles.append(Trouble(f"{column} cannot be changed.", hint, column=column))
        elif column in found:
            hint = "Give it one new value."
            troubles.append(Trouble(f"{column} is set twice.", hint, column=column))
        else:
            found[column] = readers[column](text.strip()) if text.strip() else ""
    if troubles:
        raise UsageError.of(troubles)
    return found


def _unknown(given: str, names: dict[str, str]) -> Trouble:
    near = get_close_matches(header_key(given), names, n=1)
    closest = f"Did you mean {names[near[0]]}? " if near else ""
    hint = f"{closest}See the columns with: tpi-billing claims correct ID"
    return Trouble("There is no such column of a session.", hint, value=given[:40])
