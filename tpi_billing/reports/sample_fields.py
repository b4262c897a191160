"""The columns of the workbook for a sample's reviewer: what was billed, and what he fills in."""

from tpi_billing.audit.sampling.checklist import (
    CHECK,
    CLAIM,
    DAY,
    ELEMENTS,
    REMARK,
    REVIEWER,
    RIGHT,
    VERDICT,
)
from tpi_billing.audit.sampling.contents import ReviewRow
from tpi_billing.model.money import decimal_dollars
from tpi_billing.reports.fields import Field, Value


def _blank(_row: ReviewRow) -> Value:
    return None


def _person(row: ReviewRow) -> str:
    claim = row.claim
    given = " ".join(part for part in (claim.first_name, claim.second_name) if part)
    return ", ".join(part for part in (claim.surname, given) if part)


def _paid(row: ReviewRow) -> Value:
    cents = row.sampled.paid_cents
    return None if cents is None else decimal_dollars(cents)


def _practitioner(row: ReviewRow) -> str:
    return _lines(row.claim.practitioner_number, row.practitioner_name)


def _known_by(row: ReviewRow) -> str:
    claim = row.claim
    number = claim.phn if claim.dependent == "00" else f"{claim.phn} / {claim.dependent}"
    if claim.registration_number:
        number = f"{claim.insurer} {claim.registration_number}"
    born = "" if claim.birth_date is None else f"born {claim.birth_date}"
    return _lines(number, born)


def _times(row: ReviewRow) -> str:
    times = (row.claim.start_time, row.claim.end_time)
    return " to ".join(f"{time:%H:%M}" for time in times if time is not None)


def _referral(row: ReviewRow) -> str:
    claim = row.claim
    day = "" if claim.referral_date is None else f"on {claim.referral_date}"
    number = claim.referral_number if claim.referral_code else ""
    return _lines(number, claim.referral_name, claim.referral_profession, day)


def _what(row: ReviewRow) -> str:
    """Say everything else that was on the claim."""
    claim = row.claim
    units = f"{claim.units} x " if claim.units > 1 else ""
    return _lines(
        f"{units}{row.item_title}",
        claim.explanation,
        f"Motor vehicle accident {claim.icbc_claim_number}".rstrip() if claim.mva else "",
        f"Submission code {claim.submission_code}" if claim.submission_code != "0" else "",
        f"Note to MSP: {claim.note}" if claim.note else "",
    )


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


BILLED: tuple[Field[ReviewRow], ...] = (
    Field("claim", CLAIM, "count", 8, lambda r: r.sampled.claim_id),
    Field("date", "Service date", "date", 12, lambda r: r.claim.service_date),
    Field("patient", "Patient", "wrapped", 19, _person),
    Field("chart", "Chart", "text", 11, lambda r: r.chart),
    Field("session", "Session", "text", 11, lambda r: r.claim.session_id),
    Field("phn", "Health number", "wrapped", 16, _known_by),
    Field("times", "Time", "text", 14, _times),
    Field("practitioner", "Practitioner", "wrapped", 16, _practitioner),
    Field("item", "Item", "text", 8, lambda r: r.claim.fee_item),
    Field("what", "What was billed", "wrapped", 30, _what),
    Field("diagnoses", "Diagnoses", "wrapped", 12, lambda r: _lines(*r.claim.diagnoses)),
    Field("billed", "Billed ($)", "money", 10, lambda r: decimal_dollars(r.sampled.billed_cents)),
    Field("paid", "Paid ($)", "money", 10, _paid),
    Field("recorded", "As exported", "wrapped", 34, lambda r: "; ".join(r.recorded)),
    Field("referral", "Referred by", "wrapped", 18, _referral),
)
CHECKS = tuple(
    Field(one.key, one.title, "wrapped", 13 if one.key == "examination" else 11, _blank)
    for one in ELEMENTS
)
VERDICT_FIELDS: tuple[Field[ReviewRow], ...] = (
    Field("verdict", VERDICT, "text", 15, _blank),
    Field("right", RIGHT, "money", 11, _blank),
    Field("remark", REMARK, "wrapped", 40, _blank),
    Field("reviewer", REVIEWER, "text", 16, _blank),
    Field("day", DAY, "date", 12, _blank),
    Field("check", CHECK, "text", 11, lambda r: r.check),
)
