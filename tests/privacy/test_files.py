"""Files that a command makes, passing ones too: for their owner only, and gone when it fails."""

import errno
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from .conftest import Place
from .everything import COMMAND_WAYS, Way
from .marks import marks_in, marks_in_file
from .watching import watched

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")

LONG = bool(os.environ.get("TPI_LONG"))
SENDING = ("submit", "pickup", "close", "batch export", "claims correct", "batch create")
WRITERS = [
    (name, way)
    for name, ways in COMMAND_WAYS.items()
    for at, way in enumerate(ways)
    if ("{out}" in way.words or (name in SENDING and at < 2)) and way.codes != {4}
]
USUAL = [one for one in WRITERS if LONG or one[0] in {"init", "demo", "check", "ledger export"}]
CASES = [(0o000, *one) for one in WRITERS]
CASES += [(umask, *one) for umask in (0o022, 0o077) for one in USUAL]


def place_for(request: pytest.FixtureRequest, way: Way) -> Place:
    place: Place = request.getfixturevalue("answered" if way.msp else "marked")
    return place


@pytest.fixture
def passing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for passing files, the test's own."""
    folder = tmp_path / "passing"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize(
    ("umask", "name", "way"),
    [pytest.param(*case, id=f"{case[0]:03o}-{case[2].words}") for case in CASES],
)
def test_whatever_a_command_makes_is_its_owners_from_the_first_moment(
    request: pytest.FixtureRequest, tmp_path: Path, passing: Path, umask: int, name: str, way: Way
) -> None:
    place = place_for(request, way)
    before = set(tmp_path.rglob("*"))
    with watched(tmp_path, umask) as watch:
        said = place.clinic.run(*way.given(place.out, place.data), as_of=way.as_of)
    assert said.code in way.codes, said.all
    known = {str(path) for path in before}
    assert [one for one in watch.loose.items() if one[0] not in known] == []
    here = [path for path in tmp_path.rglob("*") if path not in before]
    assert [path for path in here if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    assert list(passing.rglob("*")) == []


CARRYING = [
    pytest.param(way, id=way.words)
    for name, way in WRITERS
    if "{out}" in way.words and name not in {"init", "demo", "batch export", "audit facts"}
]


@pytest.mark.parametrize("way", CARRYING)
def test_a_command_that_fails_at_the_last_moment_leaves_no_copy(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    passing: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Way,
) -> None:
    """The disk is full when the finished file takes its place."""
    place = place_for(request, way)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(source: Any, target: Any, **_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(os, "replace", full)
    said = place.clinic.run(*way.given(place.out, place.data), as_of=way.as_of)
    monkeypatch.undo()
    assert said.code == 4, said.all
    assert marks_in(said.all) == []
    here = [path for path in tmp_path.rglob("*") if path.is_file()]
    new = [path for path in here if before.get(path) != path.read_bytes()]
    assert [path for path in new if "ledger." not in path.name and _carries(path)] == []
    assert [path for path in new if path.suffix == ".tmp"] == []


def _carries(path: Path) -> list[str]:
    return marks_in_file(path.read_bytes())


KILLED = """
import os, runpy, signal, sys
def at_the_rename(event, args):
    if event == "os.rename":
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(at_the_rename)
os.umask(0)
runpy.run_module("tpi_billing", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    "words",
    [
        "check --xlsx {clinic}/out/findings.xlsx",
        "sessions import {data}/export.csv --corrections {clinic}/out/fix.xlsx",
        "batch export 2",
        "ledger backup",
    ],
)
def test_what_a_killed_command_leaves_is_its_owners_and_doctor_names_it(
    marked: Place, passing: Path, words: str
) -> None:
    clinic = marked.clinic
    given = [
        word.replace("{clinic}", str(clinic.workspace)).replace("{data}", str(marked.data))
        for word in words.split()
    ]
    before = set(clinic.workspace.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *clinic.argv(*given, as_of="2026-12-20")],
        capture_output=True,
        env={**os.environ, "TMPDIR": str(passing)},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    left = [path for path in clinic.workspace.rglob("*") if path not in before]
    files = [path for path in left if path.is_file() and "ledger.db" not in path.name]
    assert files
    assert [path for path in left if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    told = clinic.run("doctor", as_of="2026-12-20").out
    assert [path.name for path in files if path.name not in told] == []


def test_a_sheet_that_a_killed_command_was_drawing_is_named_by_doctor(
    marked: Place, passing: Path
) -> None:
    """openpyxl draws sheets up in the system's folder for passing files."""
    sheet = passing / "openpyxl.k1ll3d"
    sheet.write_text("<sheet/>", encoding="utf-8")
    told = marked.clinic.run("doctor", as_of="2026-12-20").out
    assert sheet.name in told


def test_the_watch_sees_what_is_open_for_a_moment_only(tmp_path: Path) -> None:
    with watched(tmp_path, 0) as watch:
        (tmp_path / "open.txt").write_text("x", encoding="utf-8")
        (tmp_path / "open.txt").rename(tmp_path / "moved.txt")
        (tmp_path / "moved.txt").chmod(0o600)
        (tmp_path / "folder").mkdir()
        (tmp_path / "own").mkdir(mode=0o700)
        os.close(os.open(tmp_path / "own.txt", os.O_CREAT | os.O_WRONLY, 0o600))
    assert sorted(Path(name).name for name in watch.loose) == ["folder", "moved.txt", "open.txt"]
