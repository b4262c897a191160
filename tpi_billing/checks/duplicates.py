"""The same service twice: already billed, or asked for by two sessions of one day."""

from tpi_billing.checks.combinations import sentence, set_aside
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem


def duplicate_claim(visit: Visit) -> list[Problem] | None:
    """Hold a second claim of a patient's day and item, whoever gave the first (refused HX)."""
    return _each(visit, "duplicate-claim")


def same_day_same_item(visit: Visit) -> list[Problem] | None:
    """Hold the later of two sessions of a day with one item, whoever gave it (session records)."""
    return _each(visit, "same-day-same-item")


def _each(visit: Visit, check_id: str) -> list[Problem] | None:
    if not visit.unbilled:
        return None
    day = visit.session.service_date.isoformat()
    return [
        Problem(check_id, sentence(line), "service_date", day)
        for line in set_aside(visit, check_id)
    ]


RULES = (
    Rule("duplicate-claim", duplicate_claim),
    Rule("same-day-same-item", same_day_same_item),
)
