"""When it was: the service date, the 90 days to submit, the times of the visit."""

from datetime import timedelta

from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.claim import DAYS_TO_SUBMIT
from tpi_billing.model.finding import Problem


def service_date_future(visit: Visit) -> Problem | None:
    """Hold a service that is not yet given; its own day is the earliest (refused BU)."""
    day = visit.session.service_date
    if day <= visit.as_of:
        return None
    message = f"The service date {day} is after {visit.as_of}."
    return Problem("service-date-future", message, "service_date", day.isoformat())


def submission_overdue(visit: Visit) -> Problem | None:
    """Hold a service more than 90 days old: the 90th may still be sent (refused BV).

    A claim that MSP approved as over-age may be sent later (MSP billing facts, section 4).
    """
    if visit.approval:
        return None
    day = visit.session.service_date
    passed = (visit.as_of - day).days
    if passed <= DAYS_TO_SUBMIT:
        return None
    last = day + timedelta(days=DAYS_TO_SUBMIT)
    message = (
        f"The service on {day} could be submitted until {last}; on {visit.as_of} it is "
        f"{passed} days old."
    )
    return Problem("submission-overdue", message, "service_date", day.isoformat())


def submission_due_soon(visit: Visit) -> Problem | None:
    """Remind a clerk so many days before the last one as the clinic's policy says.

    An approved over-age claim has no such last day.
    """
    if visit.approval:
        return None
    day = visit.session.service_date
    left = DAYS_TO_SUBMIT - (visit.as_of - day).days
    if not 0 <= left <= visit.config.policy.due_soon_days:
        return None
    last = day + timedelta(days=DAYS_TO_SUBMIT)
    days = "1 day is left" if left == 1 else f"{left} days are left"
    message = f"The service on {day} can be submitted until {last}: {days}."
    if left == 0:
        message = f"{last} is the last day to submit the service on {day}."
    return Problem("submission-due-soon", message, "service_date", day.isoformat())


def time_required(visit: Visit) -> Problem | None:
    """Counselling and other timed items say when they began and ended (Teleplan C02 P48-P50)."""
    session = visit.session
    if session.start_time is not None and session.end_time is not None:
        return None
    missing = [
        (column, words)
        for column, value, words in (
            ("start_time", session.start_time is not None, "start time"),
            ("end_time", session.end_time is not None, "end time"),
        )
        if visit.is_blank(column, value)
    ]
    timed = next((item.fee_item for item, rule in visit.rules if rule.time_required), "")
    if not missing or not timed:
        return None
    words = " and the ".join(words for _, words in missing)
    verb = "are" if len(missing) > 1 else "is"
    message = f"{timed} needs a start and an end time and the {words} {verb} blank."
    return Problem("time-required", message, missing[0][0])


def times_inverted(visit: Visit) -> Problem | None:
    """Hold a visit that ends before it begins (Teleplan C02 P48-P50)."""
    start, end = visit.session.start_time, visit.session.end_time
    if start is None or end is None or start <= end:
        return None
    message = f"The visit begins at {start:%H:%M} and ends at {end:%H:%M}."
    return Problem("times-inverted", message, "end_time", f"{end:%H:%M}")


def counselling_too_short(visit: Visit) -> Problem | None:
    """Counselling takes its minutes, 20 as a rule (MSP billing facts, section 2.3; refused CA)."""
    minutes = visit.session.minutes()
    if minutes is None or minutes < 0:
        return None
    for item, rule in visit.rules:
        if rule.minimum_minutes is not None and minutes < rule.minimum_minutes:
            took = "1 minute" if minutes == 1 else f"{minutes} minutes"
            message = (
                f"{item.fee_item} takes {rule.minimum_minutes} minutes; the visit took {took}."
            )
            value = f"{visit.session.end_time:%H:%M}"
            return Problem("counselling-too-short", message, "end_time", value)
    return None


RULES = (
    Rule("service-date-future", service_date_future),
    Rule("submission-overdue", submission_overdue),
    Rule("submission-due-soon", submission_due_soon),
    Rule("time-required", time_required),
    Rule("times-inverted", times_inverted),
    Rule("counselling-too-short", counselling_too_short),
)
