"""What an auditor looks for in the chart: signed, sites and agent recorded, a note that fits."""

from tpi_billing.checks.context import Visit
from tpi_billing.checks.rule import Rule
from tpi_billing.model.finding import Problem

_NOTE_CHARACTERS = 400
_REFERRED_BY = len(" REFERRED BY ")
_INJECTIONS = frozenset({"trigger-point", "block", "joint", "injection", "dtaf"})


def chart_not_signed(visit: Visit) -> Problem | None:
    """Require a complete record: without it the service is no benefit (Preamble C.10 and A.2)."""
    signed = visit.session.chart_signed
    if signed is True or "chart_signed" in visit.unreadable:
        return None
    if signed is None:
        message = "Whether the chart is complete and signed is blank."
        return Problem("chart-not-signed", message, "chart_signed")
    message = "The chart is not yet complete and signed."
    return Problem("chart-not-signed", message, "chart_signed", "no")


def sites_not_recorded(visit: Visit) -> list[Problem] | None:
    """Require where each injection went: a peer must find it (MSP billing facts, section 6)."""
    session = visit.session
    kinds = visit.kinds
    blank = []
    if not session.trigger_point_sites and ("trigger-point" in kinds or session.trigger_points > 0):
        blank.append(("trigger_point_sites", "trigger point injections"))
    if not session.nerve_block_sites and "block" in kinds:
        blank.append(("nerve_block_sites", "nerve blocks"))
    if not session.joint_sites and "joint" in kinds:
        blank.append(("joint_sites", "joint injections"))
    return [
        Problem("sites-not-recorded", f"The sites of the {words} are blank.", column)
        for column, words in blank
        if column not in visit.unreadable
    ]


def agent_not_recorded(visit: Visit) -> Problem | None:
    """Ask what was injected (MSP billing facts, section 6)."""
    session = visit.session
    if session.agent or "agent" in visit.unreadable:
        return None
    injected = (
        session.trigger_points > 0
        or session.nerve_block_sites
        or session.joint_sites
        or not visit.kinds.isdisjoint(_INJECTIONS)
    )
    if not injected:
        return None
    return Problem("agent-not-recorded", "An injection was given and its agent is blank.", "agent")


def note_too_long(visit: Visit) -> Problem | None:
    """Allow a note of 400 characters, the name of a generic referrer among them.

    Teleplan N01; the name follows the note as `REFERRED BY` and takes 13 characters more.
    """
    session = visit.session
    length = len(session.note)
    if length + _REFERRED_BY + len(session.referral.name) <= _NOTE_CHARACTERS:
        return None
    generic = visit.codes.generic_referrer(session.referral.number)
    named = generic is not None and generic.name_required and bool(session.referral.name)
    if named:
        length += _REFERRED_BY + len(session.referral.name)
    if length <= _NOTE_CHARACTERS:
        return None
    with_name = " with the referrer's name" if named else ""
    message = f"The note{with_name} has {length} characters; {_NOTE_CHARACTERS} fit."
    return Problem("note-too-long", message, "note", session.note)


RULES = (
    Rule("chart-not-signed", chart_not_signed),
    Rule("sites-not-recorded", sites_not_recorded),
    Rule("agent-not-recorded", agent_not_recorded),
    Rule("note-too-long", note_too_long),
)
