"""What an import says of a file: its counts, and what was wrong with rows."""

from dataclasses import dataclass, field

from tpi_billing.intake.impression import Impression
from tpi_billing.model.finding import Place, Problem, Severity

_DUPLICATE = "duplicate-session-id"


@dataclass
class ImportCounts:
    """What became of a file's rows; every row that was read counts in exactly one of the others."""

    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0


@dataclass
class ImportReport:
    """The counts of one file, what it looks like, and what was wrong with rows left out."""

    import_id: int
    counts: ImportCounts = field(default_factory=ImportCounts)
    problems: list[tuple[Problem, Place, str]] = field(default_factory=list)
    impression: Impression = field(default_factory=Impression)


def no_visit() -> Problem:
    """Say that a row was passed over."""
    return Problem(
        "missing-value",
        "The row has no health number, registration number or date: it was taken for "
        "a total or a remark and passed over.",
        severity=Severity.INFO,
        hint="Nothing to do if it is not a visit.",
    )


def changed_after_billing(session_id: str, batch_id: int) -> Problem:
    """Say that the file has another version of a visit than the one that was billed."""
    return Problem(
        "duplicate-claim",
        f"The visit was changed after it was billed in batch {batch_id}; "
        "the ledger keeps what was billed.",
        column="session_id",
        value=session_id,
        hint=f"Void batch {batch_id} if it is not sent yet: the change then comes in by itself. "
        "Otherwise correct the claim.",
    )


def two_versions(session_id: str, first_row: int, row: int) -> Problem:
    """Say that two rows of the file have one id and differ."""
    message = f"Rows {first_row} and {row} have the same session id and differ."
    return Problem(_DUPLICATE, message, "session_id", session_id)


def older_versions(count: int) -> Problem:
    """Say once for the file that so many of its visits have been superseded already."""
    many = "1 visit in this file is" if count == 1 else f"{count} visits in this file are"
    return Problem(
        _DUPLICATE,
        f"{many} an older version of what the ledger has; the newer one is kept.",
        severity=Severity.WARNING,
        hint="Import the newest export. If the older version is right after all, change the visit "
        "in the record system, its note for example, and export it again.",
    )
