"""A clinic whose six claims are with MSP; makes the builders of these tests importable by name."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import copy_ledger

sys.path.insert(0, str(Path(__file__).parent))

from helpers import Clinic
from reviewers import send

from tpi_billing.codes import CodeBook


@pytest.fixture(scope="session")
def sent_ledger(
    tmp_path_factory: pytest.TempPathFactory, book: CodeBook, empty_ledger: Path
) -> Path:
    """Send six claims once: four of 77.92, and two of 99.16."""
    folder = tmp_path_factory.mktemp("sent")
    clinic = Clinic.from_empty(empty_ledger, folder, book)
    send(clinic)
    clinic.close()
    return folder / "ledger.db"


@pytest.fixture
def sent(tmp_path: Path, book: CodeBook, sent_ledger: Path) -> Iterator[Clinic]:
    """Make a clinic with a ledger of its own in which the claims are with MSP."""
    copy_ledger(sent_ledger.parent, tmp_path)
    made = Clinic(tmp_path, book, create=False)
    yield made
    made.close()
