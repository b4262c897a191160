"""What must hold before a decision about a session is recorded; each refusal says what to do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tpi_billing.claims.assessment import Assessed
from tpi_billing.claims.deadlines import last_day
from tpi_billing.claims.overage import is_too_late
from tpi_billing.errors import BillingError, ConflictError, UsageError
from tpi_billing.ledger.sessions import StoredSession
from tpi_billing.model.masking import mask_numbers_in

LONGEST_REFERENCE = 40
"""Characters of an approval's reference: it goes into the note, which has 400 (Teleplan N01)."""

TWIN_CHECKS = frozenset({"same-day-same-item", "duplicate-claim"})
"""What a second service is held for until somebody decides that it is one."""


def key_of(one: Assessed) -> int:
    """Return the session's key in the ledger."""
    return one.candidate.stored.session_key


def shown_id(session_id: str) -> str:
    """Return an id as it may be shown: somebody may have typed a health number."""
    return mask_numbers_in(session_id)


def unbilled(rows: Sequence[StoredSession], session_id: str, source: str | None) -> StoredSession:
    """Return the one session of that id that is still to be billed, or say why there is none."""
    rows = [row for row in rows if source in {None, row.source}]
    waiting = [row for row in rows if row.batch_id is None and row.status == "completed"]
    if len(waiting) == 1:
        return waiting[0]
    name = f"Session {shown_id(session_id)}"
    if not rows:
        raise UsageError(
            f"There is no session {shown_id(session_id)}.", hint="See tpi-billing sessions list."
        )
    if waiting:
        sources = ", ".join(row.source for row in waiting)
        raise UsageError(
            f"{name} is in more than one source.", hint=f"Name one with --source: {sources}."
        )
    billed = next((row.batch_id for row in rows if row.batch_id is not None), None)
    if billed is not None:
        raise ConflictError(
            f"{name} is billed in batch {billed}.", hint="Only what is not yet billed can change."
        )
    raise ConflictError(f"{name} is not completed.", hint="Only completed visits are billed.")


def sound_reason(text: str) -> str:
    """Return a reason in one line; raise UsageError for a blank one."""
    reason = " ".join(text.split())
    if not reason:
        raise UsageError("A decision needs a reason.", hint='Say why: --reason "...".')
    return reason


def sound_reference(text: str) -> str:
    """Return an approval's reference in one line; UsageError if a note could not carry it."""
    reference = " ".join(text.split())
    if not reference:
        raise UsageError(
            "An approval needs its reference.", hint="It stands in MSP's letter: --reference REF."
        )
    if len(reference) > LONGEST_REFERENCE or not (reference.isascii() and reference.isprintable()):
        raise UsageError(
            f"A reference has at most {LONGEST_REFERENCE} plain letters, digits and signs.",
            hint="It goes into the note of each claim; leave out what is not the reference.",
        )
    return reference


def refuse_in_time(one: Assessed, as_of: date) -> None:
    """Raise ConflictError for a session that MSP takes without an approval."""
    if not is_too_late(one, as_of):
        last = last_day(one.session.service_date)
        raise ConflictError(
            f"Session {one.session.session_id} is not overdue: its last day is {last}.",
            hint="It needs no approval.",
        )


def other_reference(
    late: Iterable[Assessed], known: Mapping[int, str], reference: str
) -> list[BillingError]:
    """Return a conflict for each session that another reference has approved."""
    return [
        ConflictError(
            f"Session {one.session.session_id} is approved under another reference.",
            hint="Give --replace if the earlier reference was wrong.",
        )
        for one in late
        if known.get(key_of(one), reference) != reference
    ]


def raise_all(refused: Sequence[BillingError]) -> None:
    """Raise everything for which a decision is refused as one error: a conflict, if any is one."""
    if refused:
        unknown = all(isinstance(error, UsageError) for error in refused)
        troubles = [trouble for error in refused for trouble in error.troubles]
        raise (UsageError if unknown else ConflictError).of(troubles)


def refuse_without_twin(one: Assessed, fee_item: str) -> None:
    """Raise unless the session is held because that item stands in the day a second time."""
    name = f"{fee_item} of session {one.session.session_id}"
    lines = [line for line in one.lines if line.fee_item == fee_item]
    if not lines:
        asked = ", ".join(line.fee_item for line in one.lines) or "nothing"
        raise UsageError(
            f"Session {one.session.session_id} does not ask for {fee_item}.",
            hint=f"It asks for {asked}.",
        )
    if lines[0].item.second_service:
        raise ConflictError(
            f"{name} is a second service by decision already.",
            hint="Take the decision back with --undo.",
        )
    if lines[0].finding not in TWIN_CHECKS:
        raise ConflictError(
            f"{name} is not held for another one of that day.",
            hint="Only what is held as same-day-same-item or duplicate-claim can be a second "
            "service.",
        )
