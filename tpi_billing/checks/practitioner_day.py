"""What the practitioner's whole day says of a visit: others at the same time, and too many."""

from tpi_billing.checks.cells import item_problem
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.codes import VolumeStep
from tpi_billing.model.finding import Problem

_NAMED = 3


def sessions_overlap(visit: Visit) -> Problem | None:
    """Point at visits of one practitioner at the same time (MSP billing facts, section 6).

    A visit that begins when another ends does not overlap; one without both times is not looked
    at.
    """
    others = sorted(visit.day.overlapping, key=lambda one: (len(one), one))
    start = visit.session.start_time
    if not others or start is None:
        return None
    count = len(others) + visit.day.more_overlapping
    named = others[:_NAMED] if count > _NAMED + 1 else others
    listed = ", ".join(named)
    if len(named) < count:
        listed += f" and {count - len(named)} more"
    message = f"The practitioner has another visit at the same time: {listed}."
    return Problem("sessions-overlap", message, "start_time", f"{start:%H:%M}")


def daily_volume(visit: Visit) -> Problem | None:
    """Tell that MSP pays less for a visit, since the practitioner had so many that day.

    Payment Schedule p.109: office visits, examinations and counselling of one practitioner and day
    are paid in full up to 50, at half from 51 to 65, and not at all from 66. MSP counts them as it
    receives them; here they are counted by time, then id. Accidents and work injuries, telehealth,
    consultations and treatment do not count, and some communities are exempt (`daily_volume` in
    the configuration). Claims go out whole: MSP discounts by itself.
    """
    place = visit.day.volume_place
    item = next((item.fee_item for item, rule in visit.rules if rule.daily_volume), "")
    if place is None or not item:
        return None
    step, first = _step(place, visit.codes.rules.limits.daily_volume)
    if step is None or step.percent == 100:
        return None
    reach = f"from {first} on" if step.up_to is None else f"{first} to {step.up_to}"
    paid = f"{step.percent}%" if step.percent else "nothing"
    message = (
        f"{item} is visit {place} of the practitioner's day, by time: of visits {reach} MSP pays "
        f"{paid}."
    )
    return item_problem("daily-volume", visit, item, message)


def _step(place: int, steps: tuple[VolumeStep, ...]) -> tuple[VolumeStep | None, int]:
    """Return the step that a place is in, and the first place of it."""
    first = 1
    for step in steps:
        if step.up_to is None or place <= step.up_to:
            return step, first
        first = step.up_to + 1
    return None, first


RULES = (
    Rule("sessions-overlap", sessions_overlap),
    Rule("daily-volume", daily_volume),
)
