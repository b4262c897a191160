"""Lets the tests of the stand-in use the builders of Teleplan's tests."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "teleplan"))
sys.path.insert(0, str(Path(__file__).parent))

from sending import Sender


@pytest.fixture
def sender() -> Iterator[Sender]:
    """Make a clinic that talks to a stand-in which pays everything as billed."""
    with Sender() as made:
        yield made
