"""Sterile trays: paid beside the procedures of a list only, and easily forgotten there."""

from tpi_billing.checks.cells import asking_cell
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.codes import Tray
from tpi_billing.model.finding import Problem


def tray_not_payable(visit: Visit) -> list[Problem] | None:
    """One tray a day, beside a procedure of its list, where the clinic bears its cost.

    Payment Schedule p.65 and the lists after it (MSP billing facts, section 2.2).
    """
    if "tray" not in visit.kinds:
        return None
    asked = {item.fee_item for item in visit.items}
    trays = [tray for item in sorted(asked) if (tray := visit.codes.rules.tray_of(item))]
    reasons = [reason for tray in trays if (reason := _why_not(visit, tray, asked))]
    if len(trays) > 1:
        names = " and ".join(tray.item for tray in trays)
        reasons.append(f"{names} are asked for and a day has one tray.")
    cell = asking_cell(visit.session, "fee_items")
    return [Problem("tray-not-payable", reason, "fee_items", cell) for reason in reasons]


def _why_not(visit: Visit, tray: Tray, asked: set[str]) -> str:
    if tray.beside.isdisjoint(asked):
        return f"The {tray.size} tray {tray.item} is not paid beside any other item asked for."
    if (location := _location(visit)) in tray.not_at_locations:
        return f"The {tray.size} tray {tray.item} is not paid at the location {location}."
    return ""


def tray_unbilled(visit: Visit) -> Problem | None:
    """Remind of the tray that a block, or another procedure of its list, may have.

    Payment Schedule p.65 and p.72: told because the money is easily left behind.
    """
    if "tray" in visit.kinds:
        return None
    for tray in visit.codes.rules.trays:
        if tray.size != "minor" or _location(visit) in tray.not_at_locations:
            continue
        for line in visit.lines:
            if line.billed and line.fee_item in tray.beside:
                message = f"{line.fee_item} may have the minor tray {tray.item} beside it."
                cell = asking_cell(visit.session, "fee_items")
                return Problem("tray-unbilled", message, "fee_items", cell)
    return None


def _location(visit: Visit) -> str:
    return visit.session.location_code or visit.config.clinic.location_code


RULES = (
    Rule("tray-not-payable", tray_not_payable),
    Rule("tray-unbilled", tray_unbilled),
)
