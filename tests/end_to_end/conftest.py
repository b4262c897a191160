"""Workspaces at three stages of a month, made once and copied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook

from .clinic import SAMPLES, Clinic, new_clinic


@pytest.fixture(scope="session", autouse=True)
def _read_the_shipped_lists_once() -> Iterator[None]:
    """Share the code lists between the commands of this process that have none of their own.

    Each command reads them anew; hundreds of commands would read the same files. Commands in
    processes of their own are not concerned.
    """
    load, shared = CodeBook.load, CodeBook.load()

    def once(workspace: Path | None = None) -> CodeBook:
        own = workspace is not None and any((workspace / "fee_codes").glob("**/*"))
        return load(workspace) if own else shared

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(CodeBook, "load", once)
        yield


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    return new_clinic(tmp_path_factory.mktemp("fresh") / "clinic")


@pytest.fixture(scope="session")
def _imported(fresh: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    clinic = fresh.copy_to(tmp_path_factory.mktemp("imported") / "clinic")
    assert clinic.run("sessions", "import", SAMPLES / "october-canonical.csv").code == 1
    return clinic


@pytest.fixture(scope="session")
def _billed(_imported: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    clinic = _imported.copy_to(tmp_path_factory.mktemp("billed") / "clinic")
    assert clinic.data("batch", "create", "--month", "2026-10")["batch_id"] == 1
    return clinic


@pytest.fixture
def clinic(fresh: Clinic, tmp_path: Path) -> Clinic:
    """A clinic that has just begun: the sample's configuration, an empty ledger."""
    return fresh.copy_to(tmp_path / "clinic")


@pytest.fixture
def imported(_imported: Clinic, tmp_path: Path) -> Clinic:
    """A clinic that has imported the canonical sample."""
    return _imported.copy_to(tmp_path / "clinic")


@pytest.fixture
def billed(_billed: Clinic, tmp_path: Path) -> Clinic:
    """A clinic that has also made batch 1 of it."""
    return _billed.copy_to(tmp_path / "clinic")
