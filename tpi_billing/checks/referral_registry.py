"""What the clinic's registry of referrals says of a visit: another referrer, a letter due."""

from tpi_billing.checks.cells import shown
from tpi_billing.checks.context import Visit
from tpi_billing.checks.intervals import add_months
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem
from tpi_billing.model.referral import RegisteredReferral

_MONTHS_BETWEEN_UPDATES = 6


def resting_on(visit: Visit) -> RegisteredReferral | None:
    """Return the registered referral that the visit rests on.

    The latest of the referrer's that stood on that day; none when the session's own letter is
    dated later than it, and so is another one.
    """
    referral, day = visit.session.referral, visit.session.service_date
    standing = [
        one for one in visit.history.referrals if one.number == referral.number and one.open_on(day)
    ]
    if not standing or not referral.given:
        return None
    latest = max(standing, key=lambda one: (one.received, one.referral_id))
    if referral.received is not None and referral.received > latest.received:
        return None
    return latest


def referral_unknown(visit: Visit) -> Problem | None:
    """Point at a referrer who is not the registry's, when it has referrals of the patient.

    Session records and registry must agree (design, section 5). A referral of the same number
    agrees, open or closed; a patient without any in the registry is no matter.
    """
    number = visit.session.referral.number
    known = {one.number for one in visit.history.referrals}
    if not visit.session.referral.given or not known or number in known:
        return None
    referrals = "a referral" if len(known) == 1 else "referrals"
    message = (
        f"The registry has {referrals} of this patient from {' and '.join(sorted(known))}, and "
        f"none from {shown(number, 5, 'the number here')}."
    )
    return Problem("referral-unknown", message, "referral_number", number)


def referral_update_due(visit: Visit) -> Problem | None:
    """Remind of the written update that continuing care owes the referrer every six months.

    Preamble D.2.6. Six months count from the first visit under the referrer's number or, if later,
    from the last update that was sent on the service day or before; six months to the day are not
    yet too long. A referral itself never expires, so its own date does not count.
    """
    referral, day = visit.session.referral, visit.session.service_date
    if not referral.given:
        return None
    number = referral.number
    first = next((past.day for past in visit.history.visits if past.referral_number == number), day)
    updates = [
        update
        for one in visit.history.referrals
        if one.number == number
        for update in one.updates
        if update <= day
    ]
    since = max([first, *updates])
    due = add_months(since, _MONTHS_BETWEEN_UPDATES)
    if day <= due:
        return None
    referrer = shown(number, 5, "there")
    if since in updates:
        message = f"The last written update to the referrer {referrer} is of {since}"
    else:
        message = f"Care on the referral of {referrer} began on {since}, no update is recorded"
    message += f": one was due by {due}."
    return Problem("referral-update-due", message, "referral_number", number)


RULES = (
    Rule("referral-unknown", referral_unknown),
    Rule("referral-update-due", referral_update_due),
)
