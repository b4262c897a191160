"""What imports left for a person: visits changed after they were billed, and rejected rows."""

from datetime import date

from tpi_billing.checks.engine import to_findings
from tpi_billing.claims.work_items import FRONT_DESK, Kind, Reason, WorkItem, person, reason_of
from tpi_billing.config import Config
from tpi_billing.intake.parsing import parse_session
from tpi_billing.ledger.outstanding import ChangedSession, Outstanding, changed_sessions
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Problem


def changed_after_billing(connection: Connection, config: Config, scope: Scope) -> list[Finding]:
    """Find the billed visits that the source has changed or cancelled since, by day and id."""
    changed = changed_sessions(connection, config.clinic.data_centre, scope)
    return [_finding(one, config) for one in changed]


def changed_item(one: ChangedSession, config: Config) -> WorkItem:
    """Make the item of a billed visit that the source has changed since."""
    session, _ = parse_session(one.values)
    return WorkItem(
        "session",
        frozenset({Kind.ALTERED}),
        Kind.ALTERED,
        (reason_of(_finding(one, config)),),
        date.fromisoformat(one.service_date),
        None,
        None,
        session_id=one.session_id,
        batch_id=one.batch_id,
        practitioner_number=one.practitioner_number,
        patient=person(session) if session else None,
        place=one.place,
    )


def _finding(one: ChangedSession, config: Config) -> Finding:
    problem = Problem(
        "duplicate-claim",
        f"The visit was changed after it was billed in batch {one.batch_id}.",
        "session_id",
        one.session_id,
        f"Void batch {one.batch_id} if it is not sent yet: the change then comes in by itself. "
        "Otherwise correct the claim.",
    )
    (finding,) = to_findings([problem], config, one.place, one.session_id)
    return finding


def rejected_item(one: Outstanding) -> WorkItem:
    """Make the item of a row that could not be stored; without a date it counts by its import."""
    day = one.row.service_date or one.imported_on
    reasons = tuple(
        Reason(
            problem["code"],
            CHECK[problem["code"]].title,
            problem["message"],
            "Correct the row in the record system, export again and import that.",
            FRONT_DESK,
        )
        for problem in one.row.problems
    )
    return WorkItem(
        "row",
        frozenset({Kind.REJECTED}),
        Kind.REJECTED,
        reasons,
        date.fromisoformat(day),
        None,
        None,
        session_id=one.row.session_id,
        place=one.place,
    )
