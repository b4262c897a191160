"""Every command, on patients who are marked: no mark is on a screen, in --json or in a stray file.

What may carry patients' data is in `CARRIERS`, with the reason; everything else that a command
says, writes or leaves behind is searched for the marks.
"""

import io
import logging
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from end_to_end.clinic import Said

from tpi_billing.cli.main import run

from .conftest import Place
from .everything import COMMAND_WAYS, Way, all_commands
from .marks import marks_in, marks_in_file

posix = pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")

CARRIERS = {
    r"out/fix\.xlsx": "the clerk's own export back, with what to correct",
    r"(clinic/)?out/(batch|batch-0002)/batch-.*\.(xlsx|csv|txt)": "the claims, to check and submit",
    r"out/findings\.xlsx": "which cells of which visits are wrong, to correct them",
    r"out/worklist\.xlsx": "whom to call",
    r"out/missing\.xlsx": "whom to call about which patient",
    r"out/copies/.*": "a copy of the ledger, to be restored",
    r"out/plain/.*": "the whole ledger as plain files, which is what was asked for",
    r"out/overage\.xlsx": "which patients' visits MSP is asked to take late",
    r"out/faxes/.*\.docx": "letters to referrers about their patients",
    r"out/correct\.xlsx": "the visits to correct, whole",
    r"out/review\.xlsx": "claims to compare with the charts",
}
"""Files that are meant to carry patients' data: readable by their owner only."""

LONG = bool(os.environ.get("TPI_LONG"))
WAYS = [
    pytest.param(name, way, form, id=f"{name}-{at}{form}")
    for name, ways in COMMAND_WAYS.items()
    for at, way in enumerate(ways)
    for form in ("--debug", "--json")
    if LONG or at == 0 or form == "--debug"
]
"""Day by day the first way of a command also for scripts; in the long run, all of them."""


class Terminal(io.StringIO):
    """A screen; progress bars are drawn on it."""

    def isatty(self) -> bool:
        return True


@dataclass
class Watch:
    """What a command did to files while it ran: the modes of those that it moved or deleted."""

    on: bool = False
    loose: list[str] = field(default_factory=list)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on or event not in {"os.rename", "os.remove"}:
            return
        try:
            found = Path(args[0]).stat()
        except (OSError, ValueError, TypeError):
            return
        if stat.S_ISREG(found.st_mode) and found.st_mode & 0o077:
            self.loose.append(str(args[0]))


WATCH = Watch()
sys.addaudithook(WATCH)


def test_every_command_is_in_the_table() -> None:
    assert sorted(COMMAND_WAYS) == sorted(all_commands())


@contextmanager
def wide_open(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let everything be readable by everybody unless the tool sees to it; watch the files."""
    passing = place.out.parent / "passing"
    passing.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    monkeypatch.setenv("COLUMNS", "500")
    monkeypatch.setattr("tpi_billing.cli.progress._WAIT", 0)
    monkeypatch.setattr("getpass.getpass", lambda _prompt: "Quixandra1")
    monkeypatch.setattr("keyring.set_password", lambda *_: None)
    monkeypatch.chdir(passing)
    before = os.umask(0)
    WATCH.on, WATCH.loose = True, []
    try:
        yield passing
    finally:
        WATCH.on = False
        os.umask(before)


def give(place: Place, way: Way, *form: str) -> Said:
    """Give a command on a terminal, or for a script."""
    kind = io.StringIO if "--json" in form else Terminal
    out, err = kind(), kind()
    argv = place.clinic.argv(*way.given(place.out, place.data), *form, as_of=way.as_of)
    with redirect_stdout(out), redirect_stderr(err):
        code = run(argv)
    return Said(code, out.getvalue(), err.getvalue())


def files_below(place: Place) -> dict[str, bytes]:
    """Return every file but those of the ledger itself and what the commands read."""
    root = place.out.parent
    return {
        name: path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not (name := path.relative_to(root).as_posix()).startswith(("data/", "clinic/ledger."))
    }


def folders_of(name: str) -> list[str]:
    """Name the folders that a file is in, from the place that the test was given."""
    return [each.as_posix() for each in Path(name).parents][:-1]


def look_at_files(place: Place, before: Mapping[str, bytes]) -> None:
    """Search what is new: contents, names, permissions."""
    root = place.out.parent
    for name, content in files_below(place).items():
        if before.get(name) == content:
            continue
        shared = all((root / each).stat().st_mode & 0o077 for each in folders_of(name))
        assert marks_in(name) == []
        if not any(re.fullmatch(pattern, name) for pattern in CARRIERS):
            assert marks_in_file(content) == [], name
        if os.name == "posix":
            mode = stat.S_IMODE((root / name).stat().st_mode)
            assert mode & 0o077 == 0 or not shared, (name, oct(mode))


@pytest.mark.parametrize(("name", "way", "form"), WAYS)
def test_no_command_shows_a_mark(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    name: str,
    way: Way,
    form: str,
) -> None:
    place: Place = request.getfixturevalue("answered" if way.msp else "marked")
    before = files_below(place)
    with wide_open(place, monkeypatch) as passing, caplog.at_level(logging.DEBUG):
        said = give(place, way, form)
    assert said.code in way.codes, said.all
    assert marks_in(said.all) == [], said.all
    assert marks_in(caplog.text) == []
    assert list(passing.rglob("*")) == []
    look_at_files(place, before)
    assert [path for path in WATCH.loose if "ledger.db" not in path] == []
    log = place.clinic.run("audit", "log", "--json")
    assert marks_in(log.all) == [], name


@pytest.mark.parametrize("form", ["--debug", "--json"])
def test_a_crash_tells_where_and_not_what(
    marked: Place, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Every command meets a database whose words quote a patient, at its third question."""
    import sqlalchemy as sa

    from .marks import MARKS

    questions = iter(range(1_000_000))
    execute = sa.Connection.execute

    def broken(self: sa.Connection, *words: Any, **more: Any) -> Any:
        if next(questions) >= 2:
            raise ValueError(" ".join(MARKS)) from KeyError(MARKS[0])
        return execute(self, *words, **more)

    monkeypatch.setattr(sa.Connection, "execute", broken)
    crashed = 0
    for ways in COMMAND_WAYS.values():
        questions = iter(range(1_000_000))
        if ways[0].msp or ways[0].words.startswith(("init", "demo")):
            continue
        said = give(marked, ways[0], form)
        crashed += said.code == 70
        assert marks_in(said.all) == [], ways[0].words
        if said.code == 70 and form == "--debug":
            assert "ValueError" in said.err
            assert "its words are left out" in said.err
    assert crashed > 20


WRITERS = [
    (name, way)
    for name, ways in COMMAND_WAYS.items()
    for way in ways
    if "{out}" in way.words and 0 in way.codes | {0 if 1 in way.codes else 9}
]


@pytest.mark.parametrize(
    ("name", "way"), [pytest.param(n, w, id=f"{n}-{w.words.split()[-1]}") for n, w in WRITERS]
)
def test_writing_patients_data_into_a_file_is_journaled(
    request: pytest.FixtureRequest, name: str, way: Way
) -> None:
    """Whoever carries patients' data out of the ledger is known, and which file it is in."""
    place: Place = request.getfixturevalue("answered" if way.msp else "marked")
    if name in {"init", "demo"}:
        return
    before = place.clinic.state()["journal"]
    give(place, way)
    found = [path for path in sorted(place.out.rglob("*")) if path.is_file()]
    carrying = [path for path in found if marks_in_file(path.read_bytes())]
    entries = place.clinic.query("SELECT record, content FROM journal WHERE entry > ?", before)
    told = "".join(f"{record} {content}" for record, content in entries)
    # The clerk's own export comes back: nothing of it is from the ledger.
    assert [
        path.name
        for path in carrying
        if path.name != "fix.xlsx"
        and not any(part in told for part in path.relative_to(place.out).parts)
    ] == []
