"""Joint injections that are given again soon: what a visit beside them is worth."""

from tpi_billing.checks.beside import SEEN, Pair, pairs
from tpi_billing.checks.cells import item_problem
from tpi_billing.checks.context import Visit
from tpi_billing.checks.history import PastVisit
from tpi_billing.checks.rule import Rule
from tpi_billing.codes import Repeat
from tpi_billing.model.finding import Problem


def repeat_injection_visit(visit: Visit) -> Problem | None:
    """Hold a visit beside a joint injection that was given within 30 days for the same problem.

    Payment Schedule p.53-54, notes (i)-(v) to 00014 and 00015: the first injection is paid beside
    a visit or a consultation. Of a later one within 30 days, the 30th included, the injection alone
    is paid, so a consultation is held as a visit is; when the visit was about an unrelated problem
    it is paid in full and the injection at half, which pricing sees to. After 30 days both are
    paid. An injection by anyone of the clinic counts, billed or not.
    """
    for pair in pairs(visit):
        if not pair.unrelated and (found := _repeated(visit, pair)) is not None:
            return found
    return None


def _repeated(visit: Visit, pair: Pair) -> Problem | None:
    rules = visit.codes.rules
    seen = next((item for item in pair.seen.items if rules.item(item).kind in SEEN), "")
    if not seen:
        return None
    for injection in pair.treated.items:
        repeat = rules.repeat_of(injection)
        last = None if repeat is None else _last_given(visit, repeat)
        if repeat is None or last is None:
            continue
        days = (visit.session.service_date - last.day).days
        ago = "the day before" if days == 1 else f"{days} days before"
        message = (
            f"{pair.seen.named(seen)} is billed beside {pair.treated.named(injection)}, last given "
            f"on {last.day}, {ago}: within {repeat.within_days} days the injection alone is paid."
        )
        if pair.seen.of_session:
            return item_problem("repeat-injection-visit", visit, injection, message, _TOO_LATE)
        return item_problem("repeat-injection-visit", visit, seen, message)
    return None


_TOO_LATE = (
    "The visit is billed already: withdraw its claim, or do not bill the injection. If they were "
    "for unrelated problems, correct diagnosis_1."
)


def _last_given(visit: Visit, repeat: Repeat) -> PastVisit | None:
    """Return the latest earlier day's injection of the rule that is still near enough."""
    day = visit.session.service_date
    for past in visit.history.before(visit.position):
        if (day - past.day).days > repeat.within_days:
            return None
        if past.day < day and not repeat.items.isdisjoint(past.fee_items):
            return past
    return None


RULES = (Rule("repeat-injection-visit", repeat_injection_visit),)
