"""How much counselling MSP pays a patient in a year."""

from tpi_billing.checks.cells import item_problem
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem


def counselling_limit(visit: Visit) -> list[Problem] | None:
    """Hold individual counselling beyond the fourth of a patient's calendar year (refused KF).

    Preamble D.3.3; Payment Schedule p.114-115, notes (i): in the office, out of it and by
    telehealth together, whoever of the clinic gave it, in order of day, start and id. The same item
    asked for twice on one day is one.
    """
    rules = visit.codes.rules
    mine = [line for line in visit.lines if line.billed and _limited(visit, line.fee_item)]
    if not mine:
        return None
    day = visit.session.service_date
    given = {
        (past.day, item)
        for past in visit.history.before(visit.position)
        if past.day.year == day.year
        for item in past.fee_items
        if _limited(visit, item)
    }
    given -= {(day, line.fee_item) for line in mine if not line.item.second_service}
    most = rules.limits.counselling_per_calendar_year
    problems = []
    for place, line in enumerate(mine, start=len(given) + 1):
        if place > most:
            message = (
                f"{line.fee_item} is counselling visit {place} of the patient in {day.year} and "
                f"MSP pays {most} a calendar year, in the office and by telehealth together."
            )
            problems.append(item_problem("counselling-limit", visit, line.fee_item, message))
    return problems


def _limited(visit: Visit, fee_item: str) -> bool:
    return visit.codes.rules.item(fee_item).counselling_limit


RULES = (Rule("counselling-limit", counselling_limit),)
