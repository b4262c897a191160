"""The registry after a referral is in it: reported on, closed, opened again, found."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import referrals as registry
from tpi_billing.ledger.referrals import PatientReferral
from tpi_billing.ledger.store import Connection
from tpi_billing.model.referral import RegisteredReferral


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
    closing = {"closed_on": None if closed_on is None else closed_on.isoformat()}
    registry.change_referral(transaction, referral_id, closing)
    values = {**closing, "reason": reason.strip()}
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
