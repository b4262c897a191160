"""Who did it, where, who is paid and who pays."""

from tpi_billing.checks.cells import item_problem, shown
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem


def practitioner_unknown(visit: Visit) -> Problem | None:
    """Require one of the clinic's own practitioners (configuration)."""
    number = visit.session.practitioner_number
    if visit.practitioner is not None or not number:
        return None
    if "practitioner_number" in visit.unreadable:
        return None
    code = shown(number, 5, "")
    who = f"Practitioner {code}" if code else "The practitioner of the number here"
    message = f"{who} is not one of the clinic's practitioners."
    return Problem("practitioner-unknown", message, "practitioner_number", number)


def practitioner_not_active(visit: Visit) -> Problem | None:
    """Require a practitioner active on that day, the first and the last day included."""
    practitioner = visit.practitioner
    if practitioner is None:
        return None
    first, last = practitioner.active_from, practitioner.active_to
    day = visit.session.service_date
    if first is not None and day < first:
        message = f"Practitioner {practitioner.number} is active from {first}, after {day}."
    elif last is not None and day > last:
        message = f"Practitioner {practitioner.number} was active until {last}, before {day}."
    else:
        return None
    number = visit.session.practitioner_number
    return Problem("practitioner-not-active", message, "practitioner_number", number)


def payee_mismatch(visit: Visit) -> Problem | None:
    """Require the practitioner's payee, else the clinic's (Teleplan C02 P06)."""
    given = visit.session.payee_number
    if not given or visit.practitioner is None:
        return None
    usual = visit.practitioner.payee_number or visit.config.clinic.payee_number
    if given == usual or "payee_number" in visit.unreadable:
        return None
    message = f"The payee is not {usual}, the one set for practitioner {visit.practitioner.number}."
    return Problem("payee-mismatch", message, "payee_number", given)


def fee_item_not_allowed(visit: Visit) -> list[Problem] | None:
    """Hold items that are not on the practitioner's list (MSP billing facts, section 2.4)."""
    practitioner = visit.practitioner
    if practitioner is None or practitioner.fee_items is None:
        return None
    problems = []
    for fee_item in dict.fromkeys(item.fee_item for item in visit.items):
        if fee_item not in practitioner.fee_items:
            message = (
                f"{shown(fee_item, 5, 'The fee item')} is not among the fee items of "
                f"practitioner {practitioner.number}."
            )
            problems.append(item_problem("fee-item-not-allowed", visit, fee_item, message))
    return problems


def location_invalid(visit: Visit) -> Problem | None:
    """Require a location code of the list on the service date (Teleplan C02 P40)."""
    own = visit.session.location_code
    code = own or visit.config.clinic.location_code
    day = visit.session.service_date
    if visit.codes.location(code, day) is not None or "location_code" in visit.unreadable:
        return None
    if own:
        message = f"The location code {shown(own, 3, 'there')} is not valid on {day}."
        return Problem("location-invalid", message, "location_code", own)
    return Problem(
        "location-invalid",
        f"{code}, the clinic's own service location code, is not valid on {day}.",
        "location_code",
        hint="Enter the location of that day, or correct location_code in tpi-billing.toml.",
    )


def work_injury_not_msp(visit: Visit) -> Problem | None:
    """Hold a work injury: WorkSafeBC pays it (MSP billing facts, section 5)."""
    if visit.payer is None or visit.payer.kind != "worksafe":
        return None
    message = "The visit was for a work injury, which MSP does not pay."
    return Problem("work-injury-not-msp", message, "insurer", visit.session.insurer)


def private_not_msp(visit: Visit) -> Problem | None:
    """Hold what is paid privately: it is no claim to MSP (MSP billing facts, section 5)."""
    if visit.payer is None or visit.payer.kind != "private":
        return None
    message = "The visit is marked as paid privately."
    return Problem("private-not-msp", message, "insurer", visit.session.insurer)


def mva_incomplete(visit: Visit) -> Problem | None:
    """Ask for the ICBC number of an accident (MSP billing facts, section 5; C02 P62)."""
    if visit.payer is None or visit.payer.kind != "icbc":
        return None
    if not visit.is_blank("icbc_claim_number", visit.session.icbc_claim_number):
        return None
    message = "The visit was for a motor vehicle accident and the ICBC claim number is blank."
    return Problem("mva-incomplete", message, "icbc_claim_number")


RULES = (
    Rule("practitioner-unknown", practitioner_unknown),
    Rule("practitioner-not-active", practitioner_not_active),
    Rule("payee-mismatch", payee_mismatch),
    Rule("fee-item-not-allowed", fee_item_not_allowed),
    Rule("location-invalid", location_invalid),
    Rule("work-injury-not-msp", work_injury_not_msp),
    Rule("private-not-msp", private_not_msp),
    Rule("mva-incomplete", mva_incomplete),
)
