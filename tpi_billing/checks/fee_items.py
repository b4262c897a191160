"""The fee items that a session asks for: known, for that age, in those units, at that amount."""

from tpi_billing.checks.cells import item_problem, shown
from tpi_billing.checks.combinations import sentence, set_aside
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.codes import ItemRule
from tpi_billing.model.finding import Problem
from tpi_billing.model.money import dollars
from tpi_billing.pricing.lines import Outcome

_TREATMENT_COLUMNS = (
    "fee_items",
    "trigger_point_sites",
    "trigger_point_injections",
    "nerve_block_sites",
    "joint_sites",
    "visit",
)


def fee_item_unknown(visit: Visit) -> list[Problem] | None:
    """Require an item to be in some edition of the fee schedule (refused VG)."""
    if not visit.unbilled:
        return None
    return [
        item_problem(
            "fee-item-unknown",
            visit,
            fee_item,
            f"{shown(fee_item, 5, 'What stands there')} is in no edition of the fee schedule.",
        )
        for fee_item in _unlisted(visit)
        if not visit.codes.known_fee_item(fee_item)
    ]


def fee_item_not_in_edition(visit: Visit) -> list[Problem] | None:
    """Require an item to be in the edition of the service date (refused CD)."""
    if not visit.unbilled:
        return None
    day = visit.session.service_date
    return [
        item_problem(
            "fee-item-not-in-edition",
            visit,
            fee_item,
            f"{fee_item} is in another edition of the fee schedule, not in that of {day}.",
        )
        for fee_item in _unlisted(visit)
        if visit.codes.known_fee_item(fee_item)
    ]


def _unlisted(visit: Visit) -> list[str]:
    day = visit.session.service_date
    asked = dict.fromkeys(line.fee_item for line in visit.unbilled)
    return [item for item in asked if visit.codes.fee_item(item, day) is None]


def age_band(visit: Visit) -> list[Problem] | None:
    """Require the age of the item on the day of service (MSP billing facts, section 2.3)."""
    age = visit.session.age()
    if age is None or age < 0:
        return None
    problems = []
    for item, rule in visit.rules:
        if not rule.admits_age(age):
            message = (
                f"{item.fee_item} is for {_ages(rule)} and the patient was {age} on "
                f"{visit.session.service_date}."
            )
            problems.append(item_problem("age-band", visit, item.fee_item, message))
    return problems


def _ages(rule: ItemRule) -> str:
    if rule.to_age is None:
        return f"ages {rule.from_age} and over"
    return f"ages {rule.from_age or 0} to {rule.to_age}"


def units_exceeded(visit: Visit) -> list[Problem] | None:
    """Hold more units than the item is paid a day (MSP billing facts, section 2.2)."""
    units: dict[str, int] = {}
    for item in visit.items:
        units[item.fee_item] = units.get(item.fee_item, 0) + item.units
    problems = [
        item_problem("units-exceeded", visit, line.fee_item, sentence(line))
        for line in set_aside(visit, "units-exceeded")
    ]
    for fee_item, asked in units.items():
        most = visit.codes.rules.item(fee_item).units_per_day
        if most is None or asked <= most:
            continue
        message = f"{asked} units of {fee_item} are asked for and a day allows {most}."
        hint = (
            "" if visit.session.fee_items else f"Name every item in fee_items, {fee_item}x{most}."
        )
        problems.append(item_problem("units-exceeded", visit, fee_item, message, hint))
    return problems


def nothing_billable(visit: Visit) -> Problem | None:
    """Require a fee item for what was recorded, and for the kind of visit (session records)."""
    session = visit.session
    if session.fee_items or "fee_items" in visit.unreadable:
        return None
    if session.visit:
        return _visit_without_item(visit)
    if visit.lines or not visit.unreadable.isdisjoint(_TREATMENT_COLUMNS):
        return None
    message = "No trigger point, nerve block, joint injection or visit is recorded."
    return Problem("nothing-billable", message, "fee_items")


def _visit_without_item(visit: Visit) -> Problem | None:
    """Tell of a visit word that has no item; who or how old being unknown is told elsewhere."""
    age, practitioner = visit.session.age(), visit.practitioner
    if age is None or age < 0 or practitioner is None:
        return None
    word, specialty = visit.session.visit, practitioner.specialty
    if visit.codes.rules.derivation.visit(word, specialty, age) is not None:
        return None
    message = f"There is no fee item for this kind of visit by the specialty {specialty}."
    hint = "Name the item in fee_items, together with those of the treatment, or clear visit."
    return Problem("nothing-billable", message, "visit", word, hint)


def amount_differs(visit: Visit) -> Problem | None:
    """Compare the record system's amount in cents; MSP is billed what is worked out here."""
    expected = visit.session.billed_cents
    if expected is None or expected == visit.billed_cents or not visit.lines:
        return None
    if any(line.outcome is Outcome.NOT_PRICED for line in visit.unbilled):
        return None
    message = (
        f"The record system expects {dollars(expected)} and the claims come to "
        f"{dollars(visit.billed_cents)}."
    )
    return Problem("amount-differs", message, "billed_amount", dollars(expected))


def amount_unverified(visit: Visit) -> list[Problem] | None:
    """Point at a price that only a program has read (fee schedule edition, status)."""
    problems = []
    for line in visit.lines:
        if line.billed and line.price_status == "extracted":
            message = (
                f"The price of {line.fee_item}, {dollars(line.unit_price_cents)}, was read from "
                "the fee schedule by a program and not compared by eye."
            )
            problems.append(item_problem("amount-unverified", visit, line.fee_item, message))
    return problems


RULES = (
    Rule("fee-item-unknown", fee_item_unknown),
    Rule("fee-item-not-in-edition", fee_item_not_in_edition),
    Rule("age-band", age_band),
    Rule("units-exceeded", units_exceeded),
    Rule("nothing-billable", nothing_billable),
    Rule("amount-differs", amount_differs),
    Rule("amount-unverified", amount_unverified),
)
