"""A made-up clinic's claim, and a way to lay a record out by hand, column by column."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from made_up_claims import made_up_claim

from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.submission import SubmissionFile, Vendor, plan_submission, write_file

GOLDEN = Path(__file__).parent / "golden"
OUTGOING = ("insurer_code", "original_file_number", "approval_reference")

ALBERTAN: dict[str, Any] = {
    "insurer_code": "AB",
    "insurer": "AB",
    "phn": "",
    "registration_number": "123456789",
    "address_1": "12 Elm St",
    "city": "Calgary",
    "postal_code": "T2P 1J9",
}
"""What makes the adult a patient of Alberta."""

VENDOR = Vendor(
    data_centre="T9999",
    software_name="TPI-BILLING",
    software_version="0.1.0",
    installed_on=date(2026, 1, 2),
    company="EXAMPLE PAIN CLINIC",
    phone="604-555-0100",
    contact="BILLING OFFICE",
)


def outgoing(**changes: Any) -> OutgoingClaim:
    """Make the adult's claim, changed; a change may be of the claim or of what goes beside it."""
    beside = {name: changes.pop(name) for name in OUTGOING if name in changes}
    return OutgoingClaim(made_up_claim(**changes), **beside)


def adults(count: int, *, noted: Iterable[int] = (), **changes: Any) -> list[OutgoingClaim]:
    """Make as many claims, folios from 501 on; those at the places `noted` have a note."""
    places = frozenset(noted)
    return [
        outgoing(
            office_folio=501 + at,
            claim_id=501 + at,
            note="SEE CHART" if at in places else "",
            **changes,
        )
        for at in range(count)
    ]


def only_file(*claims: OutgoingClaim, first_number: int = 101) -> SubmissionFile:
    """Plan the one file of some claims."""
    (file,) = plan_submission(VENDOR, claims, first_number).files
    return file


def content_of(file: SubmissionFile) -> bytes:
    return b"".join(write_file(file))


def laid_out(length: int, *placed: tuple[int, int, str]) -> str:
    """Put texts at their columns, counted from 1, both ends included; the rest is blank.

    A text must have the width of its columns, and no column may be set twice.
    """
    line = [" "] * length
    taken: set[int] = set()
    for first, last, text in placed:
        columns = range(first, last + 1)
        assert len(text) == len(columns), f"{first}-{last} {text!r}"
        assert taken.isdisjoint(columns), f"{first}-{last} is set twice"
        taken.update(columns)
        line[first - 1 : last] = text
    return "".join(line)
