"""Ledgers on a server with the roles that `ledger roles` prints, and logins for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from end_to_end.clinic import Clinic, new_clinic
from end_to_end.conftest import _read_the_shipped_lists_once  # noqa: F401 - used for each test
from end_to_end.sending import ENVIRONMENT

from .server import Logins, database_of, printed_script, run_script


@pytest.fixture(autouse=True)
def _teleplan_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def logins() -> Iterator[Logins]:
    made = Logins()
    yield made
    made.drop()


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    made = new_clinic(tmp_path_factory.mktemp("fresh") / "clinic")
    made.data("doctor")
    return made


@pytest.fixture
def clinic(fresh: Clinic, tmp_path: Path) -> Clinic:
    """A clinic's ledger, as its owner sees it: empty."""
    return fresh.copy_to(tmp_path / "owner")


@pytest.fixture
def with_roles(clinic: Clinic) -> Clinic:
    """The same with billing staff's and auditors' roles."""
    run_script(database_of(clinic), printed_script(clinic))
    return clinic


@pytest.fixture
def shared(clinic: Clinic) -> Clinic:
    """The same for several clinics, each seen by its own staff."""
    run_script(database_of(clinic), printed_script(clinic, "--data-centres"))
    return clinic
