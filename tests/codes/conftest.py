"""The shipped code book, and a workspace whose own lists a test writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tpi_billing.codes import CodeBook

WriteList = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def book() -> CodeBook:
    return CodeBook.load()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "fee_codes" / "schedule").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def write_list(workspace: Path) -> WriteList:
    """Write one of the workspace's own lists by its name under `fee_codes`."""

    def write(name: str, text: str) -> Path:
        path = workspace / "fee_codes" / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write
