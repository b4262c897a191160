"""What a command says when its output goes nowhere: a full disk, a reader who left, no stream."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = [
    pytest.param(["fees", "show", "01157"], 0, id="text"),
    pytest.param(["fees", "show", "01157", "--json"], 0, id="json"),
    pytest.param(["fees", "show", "99999"], 2, id="failure"),
    pytest.param(["fees", "show", "99999", "--json"], 2, id="failure as json"),
]
FULL = Path("/dev/full")
needs_full_disk = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
needs_shell = pytest.mark.skipif(os.name != "posix", reason="closing a stream needs a POSIX shell")


def shell(words: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tpi_billing", *words]
    return subprocess.run(
        ["/bin/sh", "-c", f'"$@" {redirection}', "sh", *command],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@needs_full_disk
@pytest.mark.parametrize("words", [["fees", "show", "01157"], ["fees", "show", "01157", "--json"]])
def test_a_full_disk_under_the_output_is_said_on_the_other_stream(words: list[str]) -> None:
    done = shell(words, f">{FULL}")
    assert done.returncode == 4
    assert "Error: The output cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


@needs_shell
@pytest.mark.parametrize(("words", "code"), COMMANDS)
@pytest.mark.parametrize("redirection", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_changes_nothing(
    words: list[str], code: int, redirection: str
) -> None:
    done = shell(words, redirection)
    assert done.returncode == code
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize(("words", "code"), COMMANDS)
def test_a_reader_who_leaves_early_changes_nothing(words: list[str], code: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tpi_billing", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() == code
    assert "Traceback" not in said
    assert "Exception" not in said


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_output_is_utf_8_whatever_the_code_page(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tpi_billing", "fees", "price", "01125", "01157"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 1
    assert "─" in done.stdout.decode("utf-8")
