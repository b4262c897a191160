"""A clinic with a batch of three claims, and the stand-in of MSP that its configuration names."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, StandIn

from .clinic import Clinic, visit, write_csv

TODAY = date(2026, 11, 5)
ENVIRONMENT = {
    "TPI_BILLING_TELEPLAN_PASSWORD": PASSWORD,
    "TPI_BILLING_TELEPLAN_TIMEOUT": "5",
    "TPI_BILLING_TELEPLAN_PATIENCE": "0",
}
VISITS = 3


@dataclass
class Office:
    """A clinic, and the MSP that it talks to."""

    clinic: Clinic
    msp: StandIn

    @property
    def state(self) -> str:
        """Where batch 1 stands."""
        state: str = self.clinic.query("SELECT state FROM batches WHERE batch_id = 1")[0][0]
        return state

    @property
    def claim_states(self) -> set[str]:
        return {state for (state,) in self.clinic.query("SELECT state FROM claims")}


def prepare(clinic: Clinic, visits: int = VISITS) -> None:
    """Import visits and make batch 1 of them."""
    file = write_csv(clinic.workspace / "visits.csv", (visit(at) for at in range(1, visits + 1)))
    assert clinic.run("sessions", "import", file).code == 0
    assert clinic.data("batch", "create", "--month", "2026-10")["claims"] == visits


@contextmanager
def office(clinic: Clinic, more: str = "", **options: Any) -> Iterator[Office]:
    """Start a stand-in and let the clinic's configuration name it."""
    with StandIn(**{"today": TODAY, **options}) as msp:
        configure(clinic, msp, more)
        yield Office(clinic, msp)


def configure(clinic: Clinic, msp: StandIn, more: str = "") -> None:
    path = clinic.workspace / "tpi-billing.toml"
    text = path.read_text(encoding="utf-8").partition("\n[teleplan]")[0]
    settings = f'\n[teleplan]\nurl = "{msp.url}"\nusername = "{USERNAME}"\n{more}\n'
    path.write_text(text + settings, encoding="utf-8")


def copied(clinic: Clinic, folder: Path) -> Clinic:
    return clinic.copy_to(folder)
