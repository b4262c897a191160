"""How a session's values read in the record system, for the `column` and `value` of a problem."""

from tpi_billing.checks.context import Visit
from tpi_billing.model.finding import Problem, Severity
from tpi_billing.model.session import Session

_ASKED_IN = {
    "trigger-point": "trigger_point_sites",
    "block": "nerve_block_sites",
    "joint": "joint_sites",
}


def item_problem(
    check_id: str,
    visit: Visit,
    fee_item: str,
    message: str,
    hint: str = "",
    severity: Severity | None = None,
) -> Problem:
    """Point a problem with an item at the column that asks for it: `fee_items` if it is named."""
    column = "fee_items"
    if not visit.session.fee_items:
        column = _ASKED_IN.get(visit.codes.rules.item(fee_item).kind, "visit")
    return Problem(check_id, message, column, asking_cell(visit.session, column), hint, severity)


def asking_cell(session: Session, column: str) -> str:
    """Return what stands in one of the columns that ask for fee items."""
    if column == "fee_items":
        return "; ".join(
            item.fee_item if item.units == 1 else f"{item.fee_item}x{item.units}"
            for item in session.fee_items
        )
    if column == "visit":
        return session.visit
    sites: tuple[str, ...] = getattr(session, column)
    return "; ".join(sites)


def shown(code: str, width: int, otherwise: str) -> str:
    """Return a code for a message if it looks like one and is no longer, else other words.

    A longer text, or one of letters only, may be a health number or a name that slipped into the
    wrong column.
    """
    code_like = len(code) == 1 or any(character.isdigit() for character in code)
    return code if len(code) <= width and code_like and code.isprintable() else otherwise
