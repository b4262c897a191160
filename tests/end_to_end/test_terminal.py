"""What a person sees of every command: 80 columns without a terminal, nothing cut, no colour."""

import os
import re
import sys
from pathlib import Path

import pytest

from .clinic import SAMPLES, Clinic, environment, visit, write_csv

LOOKS = [
    "doctor",
    "sessions list",
    "sessions show V1070",
    "sessions show V1001",
    "check",
    "batch list",
    "batch show 1",
    "batch create --month 2026-10",
    "claims list",
    "claims show 1",
    "fees show 01157",
    "fees search block",
    "fees price 01125 01157 00015x2 --distance 75",
]
RULE = re.compile(r"─{5,}")


def tables(text: str) -> list[list[str]]:
    """Find the tables: from the header above each rule to the next blank line."""
    lines, found = text.splitlines(), []
    for at, line in enumerate(lines):
        if RULE.fullmatch(line):
            end = next((n for n in range(at, len(lines)) if not lines[n]), len(lines))
            found.append(lines[at - 1 : end])
    return found


@pytest.mark.parametrize("command", LOOKS)
def test_tables_fit_80_columns(billed: Clinic, command: str) -> None:
    out = billed.run(*command.split()).out
    for table in tables(out):
        assert all(len(line) <= 80 for line in table)
    assert "…" not in out
    assert "\x1b" not in out
    assert all(line == line.rstrip() for line in out.splitlines())


@pytest.mark.parametrize("command", ["sessions list", "claims list", "check", "batch show 1"])
def test_tables_fit_80_columns_with_ids_of_any_length(
    clinic: Clinic, tmp_path: Path, command: str
) -> None:
    ids = (f"{n:08x}-4f89-41d3-9a0c-0305e82c3301" for n in range(0xA0000000, 0xA0000008))
    rows = [
        visit(n, session_id=name, chart_signed="no" if n % 3 == 0 else "yes")
        for n, name in enumerate(ids)
    ]
    clinic.run("sessions", "import", write_csv(tmp_path / "a.csv", rows))
    clinic.run("batch", "create", "--month", "2026-10")
    out = clinic.run(*command.split()).out
    assert tables(out)
    for table in tables(out):
        assert all(len(line) <= 80 for line in table)
    if command == "claims list":
        assert out.count("77.92") == 5
        assert out.count("batched") == 5


def test_the_import_tells_counts_findings_and_what_is_next(clinic: Clinic) -> None:
    out = clinic.run("sessions", "import", SAMPLES / "october-canonical.csv").out
    assert re.search(r"^read +155 ", out, re.MULTILINE)
    assert re.search(r"^skipped +3 ", out, re.MULTILINE)
    assert "V1005  october-canonical.csv, row 6" in out
    assert "31 visits cannot be billed until they are corrected." in out


def test_one_visit_is_not_several(clinic: Clinic, tmp_path: Path) -> None:
    rows = [visit(1), visit(2, chart_signed="no")]
    said = clinic.run("sessions", "import", write_csv(tmp_path / "a.csv", rows))
    assert "1 visit cannot be billed until it is corrected." in said.out
    said = clinic.run("batch", "create", "--month", "2026-10")
    assert "1 session stays held." in said.out


def test_rows_without_an_id_are_visits_too(clinic: Clinic, tmp_path: Path) -> None:
    rows = [visit(1, session_id=""), visit(2, session_id=""), visit(3, service_date="soon")]
    said = clinic.run("sessions", "import", write_csv(tmp_path / "a.csv", rows))
    assert "3 visits cannot be billed until they are corrected." in said.out
    for row in (2, 3, 4):
        assert f"a.csv, row {row}\n" in said.out


def test_a_check_names_every_session_or_how_to_see_all(imported: Clinic) -> None:
    out = imported.run("check").out
    shown = re.findall(r"^(V\d+)  october-canonical.csv, row \d+$", out, re.MULTILINE)
    more = re.search(r"and (\d+) more sessions", out)
    assert more is not None
    assert len(shown) + int(more[1]) == 32
    assert "--xlsx" in out


def test_a_control_character_of_an_export_never_reaches_the_terminal(
    clinic: Clinic, tmp_path: Path
) -> None:
    evil = "\x1b]0;owned\x07"
    columns = ("session_id", "agent", "patient_id", "status", "practitioner_number", "fee_items")
    rows = [visit(n, **{column: f"{evil}{n}"}) for n, column in enumerate(columns)]
    path = write_csv(tmp_path / "a.csv", rows)
    for words in (["sessions", "import", path], ["check"], ["sessions", "list"]):
        said = clinic.run(*words, "--unmask")
        assert "\x1b" not in said.all
        assert "\x07" not in said.all
    for row in rows:
        said = clinic.run("sessions", "show", row["session_id"], "--unmask")
        assert "\x1b" not in said.all


needs_terminal = pytest.mark.skipif(
    sys.platform == "win32", reason="a pseudo-terminal needs a POSIX system"
)


def in_terminal(clinic: Clinic, columns: int, *words: object) -> str:
    """Run a command on a terminal of that width, and return all that it wrote to it."""
    import fcntl
    import pty
    import struct
    import subprocess
    import termios

    given = environment(TERM="xterm-256color")
    for name in ("COLUMNS", "LINES"):  # they would go before the terminal's own size
        given.pop(name, None)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "tpi_billing", *clinic.argv(*words)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=given,
    )
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65_536):
            written += part
    except OSError:  # Linux says so when the other side is closed
        pass
    os.close(ours)
    process.wait()
    return written.decode("utf-8").replace("\r\n", "\n")


def without_progress(out: str) -> str:
    """Take out the styles, and what a line of progress drew before it was wiped."""
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", out)
    return "\n".join(line.rsplit("\r", 1)[-1] for line in plain.split("\n"))


@needs_terminal
@pytest.mark.parametrize("columns", [60, 132])
def test_a_terminals_own_width_is_used(billed: Clinic, columns: int) -> None:
    out = in_terminal(billed, columns, "check")
    plain = without_progress(out)
    assert "\x1b[" in out
    for table in tables(plain):
        assert [line for line in table if len(line) > max(columns, 68)] == []
    assert "phn-check-digit" in plain


@needs_terminal
def test_no_color_is_respected(billed: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = in_terminal(billed, 80, "check")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]m", out)


@needs_terminal
def test_json_is_whole_on_a_terminal_too(billed: Clinic) -> None:
    out = in_terminal(billed, 80, "claims", "list", "--json")
    assert "\x1b" not in out
    assert out.startswith("{")
