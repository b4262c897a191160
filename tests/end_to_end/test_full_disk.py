"""Disks that fill up while a workbook is made: told in one sentence, and the workbook is not half.

A limit on the size of files stands for the disk; it also holds for the temporary files in which
sheets are drawn up.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from .clinic import Clinic, visit, write_csv

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on files' sizes")
SIZES = [1_000, 3_000]


@pytest.mark.parametrize("size", SIZES)
def test_a_template_that_finds_no_room(clinic: Clinic, size: int) -> None:
    out = clinic.workspace / "template.xlsx"
    said = clinic.process("sessions", "template", out, largest_file=size)
    assert said.code == 4
    assert (said.err.count("Error: "), said.err.count("  -> ")) == (1, 1)
    assert ("Traceback" in said.err, "Exception" in said.err) == (False, False)
    assert not out.exists()


@pytest.mark.parametrize("size", SIZES)
def test_a_corrected_text_export_that_finds_no_room(clinic: Clinic, size: int) -> None:
    """The visits are imported before: only the corrections are missing, and said to be."""
    file = write_csv(clinic.workspace / "visits.csv", [visit(1, phn="9999999999")])
    assert clinic.run("sessions", "import", file).code == 1
    out = clinic.workspace / "fix.xlsx"
    said = clinic.process("sessions", "import", file, "--corrections", out, largest_file=size)
    assert said.code == 4
    assert "Exception" not in said.err
    assert not out.exists()


def test_the_screen_says_nothing_of_what_nobody_can_catch(tmp_path: Path) -> None:
    """A fault in the clearing up of an object, whose words may quote a patient's data."""
    program = (
        "from tpi_billing.cli import streams\n"
        "class Odd:\n"
        "    def __del__(self): raise ValueError('PATIENT')\n"
        "streams.hush()\n"
        "Odd()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, cwd=tmp_path, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
