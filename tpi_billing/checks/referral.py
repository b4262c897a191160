"""Who sent the patient: recorded where needed, and always as MSP accepts it.

A referral that a session names goes onto every claim of it, so it is looked at even where none
is needed. What is written beside a number that lacks is looked at as well when one is needed.
"""

from tpi_billing.checks.cells import shown
from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.codes import Profession
from tpi_billing.model.finding import Problem, Severity
from tpi_billing.model.identifiers import is_msp_number

_NUMBER = "referral_number"


def referral_missing(visit: Visit) -> Problem | None:
    """Require a referral for a consultation, and by the clinic's policy for treatment.

    Preamble D.2.1 for consultations; MSP billing facts, section 3 for treatment. Zeros are none.
    """
    referral = visit.session.referral
    if referral.given or _NUMBER in visit.unreadable:
        return None
    fee_item = _needing(visit)
    if not fee_item:
        return None
    printed = visit.codes.rules.item(fee_item).referral == "required"
    by_policy = "" if printed else " by the clinic's policy"
    if referral.name or referral.profession or referral.received:
        message = f"{fee_item} needs a referral{by_policy} and the referrer's number is blank."
        hint = (
            "Only the number is lacking: enter the referrer's MSP number, or a generic number "
            "such as 99957 with the name, for a referrer who has none."
        )
    else:
        message = f"{fee_item} needs a referral{by_policy} and none is recorded."
        hint = ""
    return Problem("referral-missing", message, _NUMBER, referral.number, hint)


def _needing(visit: Visit) -> str:
    """Return the first item that needs a referral, blank when none does."""
    wanted = {"required"}
    if visit.config.policy.referral_for_treatment == "required":
        wanted.add("clinic-policy")
    return next((item.fee_item for item, rule in visit.rules if rule.referral in wanted), "")


def _counts(visit: Visit) -> bool:
    """Tell whether the referral is one that a claim will name or needs."""
    return visit.session.referral.given or bool(_needing(visit))


def referral_number_invalid(visit: Visit) -> Problem | None:
    """Require five digits or capitals (Teleplan C02 P42), and none beside an item that forbids it.

    Whether an item may name a referrer is its own referral rule (MSP billing facts, section 3).
    """
    referral = visit.session.referral
    if not referral.given or _NUMBER in visit.unreadable:
        return None
    if not is_msp_number(referral.number):
        message = "The referrer's number is not five digits or capital letters."
        return Problem("referral-number-invalid", message, _NUMBER, referral.number)
    alone = next((item.fee_item for item, rule in visit.rules if rule.referral == "forbidden"), "")
    if not alone:
        return None
    message = f"{alone} may not name a referrer, and the session does."
    hint = "Clear the referral, or give the item a session of its own without one."
    return Problem("referral-number-invalid", message, _NUMBER, referral.number, hint)


def referral_name_required(visit: Visit) -> Problem | None:
    """Require the name behind a generic number, for the note (Payment Schedule p.16-17)."""
    referral = visit.session.referral
    if referral.name or not referral.given or "referral_name" in visit.unreadable:
        return None
    generic = visit.codes.generic_referrer(referral.number)
    if generic is None or not generic.name_required:
        return None
    message = f"{generic.number} is a generic number and the referrer's name is blank."
    return Problem("referral-name-required", message, "referral_name")


def referral_self(visit: Visit) -> Problem | None:
    """Hold a referral by the practitioner himself (MSP billing facts, section 3)."""
    referral = visit.session.referral
    if referral.number != visit.session.practitioner_number or not referral.given:
        return None
    message = "The referrer's number is the practitioner's own."
    return Problem("referral-self", message, _NUMBER, referral.number)


def referral_after_service(visit: Visit) -> Problem | None:
    """Require a date before the service or on its day (MSP billing facts, section 3)."""
    received, day = visit.session.referral.received, visit.session.service_date
    if received is None or received <= day or not _counts(visit):
        return None
    message = f"The referral is dated {received}, after the service on {day}."
    return Problem("referral-after-service", message, "referral_date", received.isoformat())


def referral_profession(visit: Visit) -> Problem | None:
    """Require a physician, a nurse practitioner, or another in the field that he refers for.

    Preamble D.2.1. A profession that is blank is whatever the generic number stands for; one that
    is not known here is only asked about.
    """
    referral = visit.session.referral
    if (text := referral.profession) and _counts(visit):
        profession = visit.codes.profession(text)
        if profession is None:
            return Problem(
                "referral-profession",
                "The referrer's profession is not one that is known here.",
                "referral_profession",
                text,
                "Make sure that it is a physician or a nurse practitioner, and write it so.",
                Severity.WARNING,
            )
        if not profession.always_accepted:
            return _refused(visit, profession, "referral_profession", text)
    if referral.given:
        generic = visit.codes.generic_referrer(referral.number)
        if generic is not None and generic.profession:
            profession = visit.codes.profession(generic.profession)
            if profession is not None and not profession.always_accepted:
                return _refused(visit, profession, _NUMBER, referral.number)
    return None


def _refused(visit: Visit, profession: Profession, column: str, value: str) -> Problem | None:
    """Say that the profession cannot refer here; `other` may be just the field it refers for."""
    subject = f"A {profession.name}"
    if profession.name[0] in "aeiou":
        subject = f"An {profession.name}"
    if column == _NUMBER:
        subject = f"{shown(value, 5, 'The number')} stands for {subject.lower()}, who"
    if profession.never_accepted:
        message = f"{subject} cannot refer for a service that MSP pays."
        return Problem("referral-profession", message, column, value)
    specialty = visit.practitioner.specialty if visit.practitioner is not None else ""
    if profession.may_refer_for(specialty):
        return None
    fields = " and ".join(profession.accepted)
    message = f"{subject} may refer for {fields} only."
    if specialty == "other":
        return Problem(
            "referral-profession",
            message,
            column,
            value,
            "Make sure that this is the practitioner's field.",
            Severity.WARNING,
        )
    return Problem("referral-profession", message, column, value)


RULES = (
    Rule("referral-missing", referral_missing),
    Rule("referral-number-invalid", referral_number_invalid),
    Rule("referral-name-required", referral_name_required),
    Rule("referral-self", referral_self),
    Rule("referral-after-service", referral_after_service),
    Rule("referral-profession", referral_profession),
)
