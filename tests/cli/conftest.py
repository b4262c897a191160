"""Run the command line in this process, and see what it wrote."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tpi_billing.cli.main import run as run_command


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit code and both of its streams."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: object) -> Said:
        capsys.readouterr()
        code = run_command([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call
