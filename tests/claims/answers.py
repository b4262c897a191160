"""Builders for the tests of MSP's answers: claims sent, files taken in, what waits then."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from helpers import CLERK, Clinic, visit
from msp_lines import file_of

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.claims.work_items import WorkItem
from tpi_billing.claims.worklist import Worklist
from tpi_billing.ledger.sessions import Scope
from tpi_billing.model.claim import Claim
from tpi_billing.remittance.importing import Source, import_files


def send(clinic: Clinic, *rows: dict[str, str], on: date = date(2026, 11, 1)) -> list[Claim]:
    """Send the claims of some visits of October, three unless told; service on October 13."""
    clinic.ledger.today = on
    clinic.bring(*(rows or [visit(f"V{at}", at) for at in range(1, 4)]))
    batch = clinic.billed()
    mark_sent(clinic.ledger, CLERK, batch)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")
    return clinic.claims(batch_id=batch)


def take(clinic: Clinic, *lines: str, name: str = "msp.txt") -> None:
    """Take in a file of these lines."""
    import_files(clinic.ledger, CLERK, [Source(name, content=file_of(*lines))])


def waiting(clinic: Clinic, as_of: date, **scope: Any) -> list[WorkItem]:
    """Gather the worklist as of a day."""
    noon = datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=ZoneInfo("America/Vancouver"))
    with clinic.ledger.reading() as connection:
        worklist = Worklist(clinic.config, clinic.codes, as_of, noon)
        return worklist.gather(connection, Scope(**scope))
