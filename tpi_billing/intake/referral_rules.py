"""What a referral of the registry must be in itself, before any session leans on it."""

from collections.abc import Iterator
from datetime import date

from tpi_billing.codes import CodeBook
from tpi_billing.intake.referral_rows import UNKNOWN_DAY
from tpi_billing.model.finding import Problem, Severity
from tpi_billing.model.identifiers import is_msp_number
from tpi_billing.model.referral import RegisteredReferral


def problems_of(referral: RegisteredReferral, codes: CodeBook, as_of: date) -> list[Problem]:
    """List what is wrong with a referral; one of severity warning does not keep it out.

    Of the readable part of a row, what could not be read is left alone.

    Whether the referrer's profession may refer for a certain service is left to the checks of the
    session; here it only has to be one that is known and that MSP ever accepts (Preamble D.2.1).
    """
    return [*_of_referrer(referral, codes), *_of_days(referral, as_of), *_of_implicit(referral)]


def _of_referrer(referral: RegisteredReferral, codes: CodeBook) -> Iterator[Problem]:
    number = referral.number
    if number and not is_msp_number(number):
        yield Problem(
            "referral-number-invalid",
            "The referrer's number is not five digits or capital letters.",
            "referral_number",
            number,
            "Enter the MSP number from the referral letter, or a generic number such as 99957.",
        )
    generic = codes.generic_referrer(number)
    if generic is not None and generic.name_required and not referral.name:
        yield Problem(
            "referral-name-required",
            f"{generic.number} is a generic number and the referrer's name is blank.",
            "referral_name",
            hint="Enter the name: it goes to MSP in the claim's note.",
        )
    if referral.profession:
        yield from _of_profession(referral.profession, codes)


def _of_profession(text: str, codes: CodeBook) -> Iterator[Problem]:
    profession = codes.profession(text)
    if profession is None:
        yield Problem(
            "referral-profession",
            "The referrer's profession is not one that is known here.",
            "referral_profession",
            text,
            "Write physician or nurse practitioner, or leave it blank.",
        )
    elif profession.never_accepted:
        article = "An" if profession.name[0] in "aeiou" else "A"
        yield Problem(
            "referral-profession",
            f"{article} {profession.name} cannot refer for a service that MSP pays.",
            "referral_profession",
            text,
            "Get a referral from a physician or a nurse practitioner.",
        )


def _of_days(referral: RegisteredReferral, as_of: date) -> Iterator[Problem]:
    days = (
        ("referral_date", "The day of the referral", referral.received),
        ("notice_sent", "The day of the notice", referral.notice_sent),
        ("closed_on", "The day of closing", referral.closed_on),
        *(("updated_on", "The day of a written report", day) for day in referral.updates),
    )
    for column, words, day in days:
        if day is not None and day > as_of:
            yield _odd(column, f"{words} is in the future.", day)
    received = referral.received
    if referral.closed_on is not None and referral.closed_on < received:
        yield _odd("closed_on", "It is closed before it was received.", referral.closed_on)
    if referral.updates and referral.updates[0] < received:
        message = "A written report is older than the referral it is about."
        yield _odd("updated_on", message, referral.updates[0])


def _of_implicit(referral: RegisteredReferral) -> Iterator[Problem]:
    """Hold an implicit re-referral together with its notice (MSP billing facts, section 3)."""
    notice = referral.notice_sent
    if not referral.implicit:
        if notice is not None:
            message = "A notice is given, and the referral is not marked as implicit."
            yield _odd("notice_sent", message, notice, "Write yes as implicit, or no notice.")
        return
    if referral.implicit_excluded:
        yield Problem(
            "invalid-value",
            "An implicit re-referral cannot be one that the referrer excludes.",
            "implicit_excluded",
            "yes",
            "Write yes in one of the two columns only.",
        )
    if notice is None:
        yield Problem(
            "missing-value",
            "An implicit re-referral rests on a notice to the referrer, and none is recorded.",
            "notice_sent",
            hint="Enter the day of the notice; it must be sent at least 30 days ahead.",
            severity=Severity.WARNING,
        )
    elif notice > referral.received != UNKNOWN_DAY:
        yield _odd("notice_sent", "The notice was sent after the re-referral's own day.", notice)


def _odd(column: str, message: str, day: date, hint: str = "") -> Problem:
    return Problem(
        "invalid-value", message, column, day.isoformat(), hint or "Correct the day that is wrong."
    )
