"""Store referrals in the registry: read, checked, added, brought up to date, nothing twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from tpi_billing.codes import CodeBook
from tpi_billing.intake.referral_rows import (
    ReferralRow,
    in_order,
    parse_referral,
    readable_part,
)
from tpi_billing.intake.referral_rules import problems_of
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import referrals as registry
from tpi_billing.ledger.sessions import Scope, listed
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Place, Problem, Severity

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


def read_referral(
    values: Mapping[str, str], codes: CodeBook, as_of: date
) -> tuple[ReferralRow | None, tuple[Problem, ...]]:
    """Read one row; return it, or None and everything that is wrong with all that can be read."""
    row, problems = parse_referral(values)
    if row is None:
        problems = in_order([*problems, *further_faults(values, codes, as_of, problems)])
    return row, problems


def further_faults(
    values: Mapping[str, str], codes: CodeBook, as_of: date, known: Iterable[Problem]
) -> list[Problem]:
    """List what else keeps a row out, in columns that no known problem is about."""
    named = {problem.column for problem in known}
    found = problems_of(readable_part(values), codes, as_of)
    return [one for one in found if one.severity is None and one.column not in named]


def record_referral(
    ledger: Ledger, codes: CodeBook, as_of: date, actor: str, values: Mapping[str, str]
) -> Stored:
    """Store one referral that a person has entered; a rejected one changes nothing."""
    row, faults = read_referral(values, codes, as_of)
    if row is None:
        return Stored("rejected", None, faults)
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
