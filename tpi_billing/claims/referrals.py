"""The referral registry at work: a referral stored, reported on, closed, opened again, found."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.intake.referral_rows import ReferralRow
from tpi_billing.intake.referral_rules import problems_of
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import referrals as registry
from tpi_billing.ledger.referrals import PatientReferral
from tpi_billing.ledger.sessions import Scope, listed
from tpi_billing.ledger.store import Connection
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Place, Problem, Severity
from tpi_billing.model.referral import RegisteredReferral

Outcome = Literal["new", "updated", "unchanged", "rejected"]

DETAILS = (
    "name",
    "profession",
    "reason",
    "letter",
    "implicit",
    "implicit_excluded",
    "notice_sent",
    "closed_on",
)
"""What may change of a referral; patient, number and day are what it is known by."""


_BY_CHART = (
    "A chart number counts only for visits that have neither a health number nor a registration "
    "number: enter the health number."
)
_LATER = "Nothing to do if the visits come later; otherwise compare the numbers with the chart."


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one referral; one that is rejected has no `referral_id`.

    `unmet`: it is new, and its patient has no visit in the ledger so far.
    """

    outcome: Outcome
    referral_id: int | None
    problems: tuple[Problem, ...] = ()
    unmet: bool = False


def record_referral(
    ledger: Ledger, codes: CodeBook, as_of: date, actor: str, row: ReferralRow
) -> Stored:
    """Store one referral that a person has entered; a rejected one changes nothing."""
    with ledger.changing(actor) as transaction:
        stored = store_referral(transaction, ledger.data_centre, codes, as_of, row)
    if not stored.unmet:
        return stored
    message = "The patient has no visit in the ledger so far."
    about = unmet(message, by_chart=is_by_chart(row.patient_key))
    return replace(stored, problems=(*stored.problems, about))


def store_referral(
    transaction: Transaction, data_centre: str, codes: CodeBook, as_of: date, row: ReferralRow
) -> Stored:
    """Add a referral, or change what the registry has of it; what stays the same is not touched.

    It is known by patient, referrer's number and day, so the same one is never there twice.
    """
    connection = transaction.connection
    of_patient = registry.referrals_of(connection, data_centre, [row.patient_key])
    known = next(
        (
            one
            for one in of_patient.get(row.patient_key, ())
            if (one.number, one.received) == (row.number, row.received)
        ),
        None,
    )
    wanted = row.applied_to(known)
    problems = tuple(problems_of(wanted, codes, as_of))
    if any(problem.severity is None for problem in problems):
        return Stored("rejected", None, problems)
    if known is None:
        referral_id = registry.add_referral(transaction, data_centre, row.patient_key, wanted)
        _add_updates(transaction, referral_id, wanted.updates)
        unmet = not listed(connection, data_centre, Scope(patient=row.patient_key), 1)
        return Stored("new", referral_id, problems, unmet)
    changed = {
        name: _as_kept(getattr(wanted, name))
        for name in DETAILS
        if getattr(wanted, name) != getattr(known, name)
    }
    if changed:
        registry.change_referral(transaction, known.referral_id, changed)
    _add_updates(transaction, known.referral_id, sorted({*wanted.updates} - {*known.updates}))
    return Stored("unchanged" if wanted == known else "updated", known.referral_id, problems)


def _as_kept(value: Any) -> Any:
    """Write a value as the ledger keeps it: days as ISO text, yes and no as 1 and 0."""
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _add_updates(transaction: Transaction, referral_id: int, days: Iterable[date]) -> None:
    for day in days:
        registry.add_update(transaction, referral_id, day, "")


def is_by_chart(patient_key: str) -> bool:
    """Tell whether a patient is known by nothing but a chart number."""
    return patient_key.startswith("chart:")


def unmet(message: str, *, by_chart: bool) -> Problem:
    """Say that referrals are of patients whom no visit has: perhaps a number is wrong."""
    if by_chart:
        column, severity, hint = "patient_id", Severity.WARNING, _BY_CHART
    else:
        column, severity, hint = "phn", Severity.INFO, _LATER
    return Problem("invalid-value", message, column, hint=hint, severity=severity)


def as_finding(problem: Problem, place: Place) -> Finding:
    """Complete a problem; a clinic's own severities are for sessions and do not count here."""
    check = CHECK[problem.code]
    return Finding(
        code=problem.code,
        severity=problem.severity or check.severity,
        message=problem.message,
        hint=problem.hint or check.cure,
        place=place,
        column=problem.column,
        value=problem.value,
    )


def record_update(
    ledger: Ledger, as_of: date, actor: str, referral_id: int, sent_on: date, note: str
) -> bool:
    """Record a written report to the referrer (Preamble D.2.6); return whether it was new.

    Raise UsageError for an unknown referral or a day that cannot be.
    """
    with ledger.changing(actor) as transaction:
        referral = _found(transaction.connection, ledger.data_centre, referral_id)
        _require_day(sent_on, referral, as_of, "written report")
        return registry.add_update(transaction, referral_id, sent_on, note)


def close_referral(
    ledger: Ledger, as_of: date, actor: str, referral_id: int, closed_on: date, reason: str
) -> None:
    """Close a referral; it still stands on its last day.

    Raise UsageError for an unknown referral, a day that cannot be or a missing reason,
    ConflictError for one that is closed already.
    """
    with ledger.changing(actor) as transaction:
        referral = _found(transaction.connection, ledger.data_centre, referral_id)
        _require_reason(reason)
        _require_day(closed_on, referral, as_of, "closing")
        if referral.closed_on is not None:
            raise ConflictError(
                f"Referral {referral_id} was closed on {referral.closed_on}.",
                hint="Nothing to do; referrals reopen opens it again.",
            )
        _change_closing(transaction, referral_id, "closed", closed_on, reason)


def reopen_referral(ledger: Ledger, actor: str, referral_id: int, reason: str) -> None:
    """Open a referral that was closed by mistake; errors are those of `close_referral`."""
    with ledger.changing(actor) as transaction:
        referral = _found(transaction.connection, ledger.data_centre, referral_id)
        _require_reason(reason)
        if referral.closed_on is None:
            raise ConflictError(f"Referral {referral_id} is open.", hint="Nothing to do.")
        _change_closing(transaction, referral_id, "reopened", None, reason)


def _change_closing(
    transaction: Transaction, referral_id: int, word: str, closed_on: date | None, reason: str
) -> None:
    registry.change_referral(transaction, referral_id, {"closed_on": _as_kept(closed_on)})
    values = {"closed_on": _as_kept(closed_on), "reason": reason.strip()}
    transaction.journal.write(f"referral.{word}", f"referral:{referral_id}", values)


def _found(connection: Connection, data_centre: str, referral_id: int) -> RegisteredReferral:
    found = registry.find_referral(connection, data_centre, referral_id)
    if found is None:
        raise UsageError(
            f"There is no referral {referral_id}.", hint="See tpi-billing referrals list."
        )
    return found.referral


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError(
            "A reason is needed.", hint='Say why, for example --reason "treatment has ended".'
        )


def _require_day(day: date, referral: RegisteredReferral, as_of: date, what: str) -> None:
    if day > as_of:
        raise UsageError(f"The day of the {what} is in the future.", hint="Correct --on.")
    if day < referral.received:
        raise UsageError(
            f"The day of the {what} is before {referral.received}, when the referral came in.",
            hint="Correct --on, or name another referral.",
        )


def record_letters(ledger: Ledger, actor: str, letters: Sequence[Mapping[str, Any]]) -> None:
    """Write into the journal which letters to referrers were made, and about which sessions."""
    with ledger.changing(actor) as transaction:
        transaction.journal.write("referrals.letters", "referrals", {"letters": letters})


def is_closed(referral: RegisteredReferral, as_of: date) -> bool:
    """Tell whether a referral has been closed by that day; age alone never closes one."""
    return referral.closed_on is not None and referral.closed_on <= as_of


def find_referrals(
    connection: Connection,
    data_centre: str,
    as_of: date,
    closed: bool | None = None,
    patient: str | None = None,
    limit: int | None = None,
) -> list[PatientReferral]:
    """List referrals by patient and day, only closed or only open ones when `closed` says so.

    `patient` is a health, registration or chart number.
    """
    number = "".join((patient or "").split())
    meant = {number, number.replace("-", "")}
    found = [
        one
        for one in registry.all_referrals(connection, data_centre)
        if (closed is None or closed == is_closed(one.referral, as_of))
        and (not number or known_by(one.patient_key)[1] in meant)
    ]
    return found[:limit]


def known_by(patient_key: str) -> tuple[str, str, str]:
    """Part a patient's key: `phn`, `registration` or `chart`; the number; dependent or insurer."""
    kind, _, rest = patient_key.partition(":")
    if kind == "phn":
        number, _, dependent = rest.partition("/")
        return kind, number, dependent
    if kind == "registration":
        insurer, _, number = rest.partition("/")
        return kind, number, insurer
    return kind, rest, ""
