"""How often trigger points are injected: the usual series, and when somebody reassesses."""

from datetime import date
from functools import lru_cache

from tpi_billing.checks.beside import SEEN
from tpi_billing.checks.cells import item_problem
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.codes import Rules
from tpi_billing.model.finding import Problem

_TREATMENT = frozenset({"trigger-point"})


def series_frequency(visit: Visit) -> list[Problem] | None:
    """Question trigger point treatments that come closer, or go on longer, than a usual series.

    MSP billing facts, section 1: some five sessions about two weeks apart. How close is too close
    (`series_min_days`: that many days apart is not) and how many may follow each other without a
    reassessment (`series_length`) are the clinic's own policy. A reassessment is a visit,
    examination, counselling or consultation on the day of a treatment, which is then the first of
    its series, or between two. The record's own `series_number` is none. Treatments by anyone of
    the clinic count, those of one day as one.
    """
    if visit.kinds.isdisjoint(_TREATMENT):
        return None
    item = next(item.fee_item for item, rule in visit.rules if rule.kind in _TREATMENT)
    days = _days_since_reassessment(visit)
    found = [_too_close(visit), _too_long(visit, days)]
    return [item_problem("series-frequency", visit, item, said) for said in found if said]


def _too_close(visit: Visit) -> str:
    day, least = visit.session.service_date, visit.config.policy.series_min_days
    treatments = _items_of(visit.codes.rules, _TREATMENT)
    for past in visit.history.before(visit.position):
        apart = (day - past.day).days
        if apart >= least:
            return ""
        if apart > 0 and not treatments.isdisjoint(past.asked):
            days = "day" if apart == 1 else "days"
            return (
                f"Trigger points were injected on {past.day} already, {apart} {days} before; the "
                f"clinic leaves {least} days between two treatments."
            )
    return ""


def _too_long(visit: Visit, days: set[date]) -> str:
    most = visit.config.policy.series_length
    if len(days) <= most:
        return ""
    return (
        f"This is treatment {len(days)} since {min(days)} and nobody reassessed the patient in "
        f"between; the clinic's series has {most}."
    )


def _days_since_reassessment(visit: Visit) -> set[date]:
    """Return the days of treatment up to this one, from the latest reassessment on."""
    today = visit.session.service_date
    treatments = _items_of(visit.codes.rules, _TREATMENT)
    assessments = _items_of(visit.codes.rules, SEEN)
    days = {today}
    seen_today = not visit.kinds.isdisjoint(SEEN) or any(
        not assessments.isdisjoint(other.asked) for other in visit.history.same_day(visit.position)
    )
    reassessed = today if seen_today else date.min
    for past in visit.history.before(visit.position):
        if past.day < reassessed:
            break
        if not treatments.isdisjoint(past.asked):
            days.add(past.day)
        if not assessments.isdisjoint(past.asked):
            reassessed = past.day
    return days


@lru_cache(maxsize=8)
def _items_of(rules: Rules, kinds: frozenset[str]) -> frozenset[str]:
    """List the items of some kinds, once for all visits."""
    return frozenset(code for code, rule in rules.items.items() if rule.kind in kinds)


RULES = (Rule("series-frequency", series_frequency),)
