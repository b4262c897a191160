"""What every test may use: the shipped code lists, a made-up clinic, and how Hypothesis runs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # tests import their builders from `helpers`

from helpers import Clinic

from tpi_billing.codes import CodeBook

settings.register_profile("specification", deadline=None, max_examples=100)
settings.load_profile("specification")


@pytest.fixture(scope="session")
def book() -> CodeBook:
    return CodeBook.load()


@pytest.fixture
def clinic(tmp_path: Path, book: CodeBook) -> Iterator[Clinic]:
    """Make a clinic with an empty ledger of its own."""
    made = Clinic(tmp_path, book)
    yield made
    made.close()
