"""Full consultations: how long after the last service, and on what referral."""

from collections.abc import Iterator
from datetime import date, timedelta

from tpi_billing.checks.cells import item_problem, shown
from tpi_billing.checks.context import Visit
from tpi_billing.checks.history import PastVisit
from tpi_billing.checks.intervals import add_months
from tpi_billing.checks.referral_registry import resting_on
from tpi_billing.checks.rule import Rule
from tpi_billing.codes import ConsultationRule
from tpi_billing.model.finding import Problem
from tpi_billing.model.referral import RegisteredReferral

_CHECK = "consultation-too-soon"
_DAYS_OF_NOTICE = 30


def consultation_too_soon(visit: Visit) -> list[Problem] | None:
    """Hold a full consultation within six months of the last service, or without the notice due.

    Preamble D.2.2(i) and D.2.3: for a diagnosis that the practitioner saw the patient with before,
    six months must have passed since his last service of any kind; six months to the day have. A
    diagnosis is the same when its code is equal to the consultation's, which is the visit's own or
    else the session's first; every diagnosis of an earlier visit counts, since all were attended
    to. A new diagnosis may be consulted on at any time (D.2.4), and a limited consultation given. A
    family physician's consultation is stricter (Payment Schedule p.111): six months since any
    family physician of the clinic saw the patient, whatever for. Services of the consultation's own
    day do not count: treatment may follow it at once.

    Preamble D.2.3: an implicit re-referral needs a notice to the referrer at least 30 days before
    the consultation, and a referrer who excluded it has to refer again.
    """
    problems: list[Problem] = []
    for item, rule in visit.rules:
        consultation = visit.codes.rules.consultation_of(item.fee_item)
        if consultation is not None:
            problems += _too_soon(visit, item.fee_item, consultation)
        if rule.kind == "consultation":
            problems += _without_request(visit, item.fee_item)
    return problems


def _too_soon(visit: Visit, fee_item: str, rule: ConsultationRule) -> Iterator[Problem]:
    day = visit.session.service_date
    seen = [past for past in _seen_before(visit, rule) if past.day < day]
    if not seen or (rule.same_diagnosis and not _had_before(visit, seen)):
        return
    last = seen[0]
    allowed = add_months(last.day, rule.interval_months)
    if day >= allowed:
        return
    who = "the practitioner"
    if last.practitioner_number != visit.session.practitioner_number:
        who = f"practitioner {shown(last.practitioner_number, 5, 'of the clinic')}"
    message = (
        f"{fee_item} comes less than {rule.interval_months} months after {who} saw the patient on "
        f"{last.day}: it can be billed from {allowed}."
    )
    yield item_problem(_CHECK, visit, fee_item, message, _cure(rule))


def _seen_before(visit: Visit, rule: ConsultationRule) -> Iterator[PastVisit]:
    """Yield earlier visits to the practitioner, or to his like in the clinic, the latest first."""
    mine, practitioner = visit.session.practitioner_number, visit.practitioner
    for past in visit.history.before(visit.position):
        if past.practitioner_number == mine or (
            rule.seen_by == "group"
            and practitioner is not None
            and past.specialty == practitioner.specialty
        ):
            yield past


def _had_before(visit: Visit, seen: list[PastVisit]) -> bool:
    diagnoses = visit.session.diagnoses
    problem = visit.session.visit_diagnosis or (diagnoses[0] if diagnoses else "")
    return any(problem in {past.problem, *past.diagnoses} for past in seen)


def _cure(rule: ConsultationRule) -> str:
    limited = f"the limited consultation {rule.limited_item} or " if rule.limited_item else ""
    new = (
        " A new, unrelated problem needs its own diagnosis: visit_diagnosis."
        if rule.same_diagnosis
        else ""
    )
    return f"Bill {limited}a visit instead.{new}"


def _without_request(visit: Visit, fee_item: str) -> Iterator[Problem]:
    """Look at the registered referral of a consultation that nobody may have asked for anew."""
    referral = resting_on(visit)
    if referral is None:
        return
    if referral.implicit_excluded:
        if referral.implicit or _used_before(visit, referral):
            message = (
                f"{fee_item} rests on the referral of {referral.received} again, and its referrer "
                "excluded an implicit re-referral."
            )
            yield item_problem(_CHECK, visit, fee_item, message, _REFER_AGAIN)
    elif referral.implicit and (said := _notice_lacking(referral, visit.session.service_date)):
        message = f"{fee_item} rests on an implicit re-referral and {said}."
        yield item_problem(_CHECK, visit, fee_item, message, _GIVE_NOTICE)


def _used_before(visit: Visit, referral: RegisteredReferral) -> bool:
    """Tell whether the practitioner gave a consultation on the same referral on an earlier day."""
    session, item = visit.session, visit.codes.rules.item
    return any(
        referral.received <= past.day < session.service_date
        and past.practitioner_number == session.practitioner_number
        and past.referral_number == referral.number
        and any(item(code).kind == "consultation" for code in past.fee_items)
        for past in visit.history.before(visit.position)
    )


def _notice_lacking(referral: RegisteredReferral, day: date) -> str:
    """Say what is wrong with the notice to the referrer, blank if nothing is."""
    sent = referral.notice_sent
    if sent is None:
        return "no notice to the referrer is recorded"
    before = (day - sent).days
    if before >= _DAYS_OF_NOTICE:
        return ""
    return (
        f"the referrer had notice of it on {sent}: the earliest day is "
        f"{sent + timedelta(days=_DAYS_OF_NOTICE)}, {_DAYS_OF_NOTICE} days later"
    )


_REFER_AGAIN = "Ask the referrer for a new referral and record it, or bill a visit instead."
_GIVE_NOTICE = (
    "Record the notice if it was sent in time. Otherwise ask the referrer for a new referral, or "
    "bill a visit instead."
)

RULES = (Rule(_CHECK, consultation_too_soon),)
