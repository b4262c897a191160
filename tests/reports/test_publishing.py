"""Publishing: every file of a set whole and in its place, or nothing changed at all."""

import errno
import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tpi_billing.errors import FileError, IntegrityError
from tpi_billing.reports.publishing import NewFile, PublishedFile, publish

NEW = {"a.xlsx": b"new workbook", "b.csv": b"new claims", "manifest.json": b"{}\n"}
OLD = {"a.xlsx": b"old workbook", "b.csv": b"old claims", "manifest.json": b"old"}
POSIX = os.name == "posix"


def files(folder: Path, content: dict[str, bytes] = NEW) -> list[NewFile]:
    return [NewFile(folder / name, "workbook", body) for name, body in content.items()]


def tree(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, hidden files too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def fill(folder: Path, content: dict[str, bytes]) -> None:
    for name, body in content.items():
        (folder / name).write_bytes(body)


def failing(call: Callable[..., object], turn: int, number: int) -> Callable[..., object]:
    """Return `call` that raises the system's error `number` at its n-th turn (from 1)."""
    turns = 0

    def stumbling(*args: object, **kwargs: object) -> object:
        nonlocal turns
        turns += 1
        if turns == turn:
            raise OSError(number, os.strerror(number))
        return call(*args, **kwargs)

    return stumbling


def test_files_are_written_into_a_folder_that_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "batch-0003"
    published = publish(files(folder))
    assert tree(folder) == NEW
    assert published[0] == PublishedFile(
        folder / "a.xlsx", "workbook", hashlib.sha256(b"new workbook").hexdigest()
    )
    assert [file.path.name for file in published] == list(NEW)


def test_files_that_stand_there_are_replaced(tmp_path: Path) -> None:
    fill(tmp_path, {**OLD, "other.txt": b"stays"})
    publish(files(tmp_path))
    assert tree(tmp_path) == {**NEW, "other.txt": b"stays"}


@pytest.mark.skipif(not POSIX, reason="Windows takes the rights of the folder")
def test_only_the_owner_can_read_what_is_published(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    old_mask = os.umask(0)
    try:
        publish(files(folder))
    finally:
        os.umask(old_mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


@pytest.mark.skipif(not POSIX, reason="Windows takes the rights of the folder")
def test_a_draft_is_the_owners_before_its_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    opened = Path.open

    def watching(self: Path, mode: str = "r") -> object:
        if mode == "wb":
            seen.append((stat.S_IMODE(self.stat().st_mode), self.stat().st_size))
        return opened(self, mode)

    monkeypatch.setattr(Path, "open", watching)
    publish(files(tmp_path))
    assert seen == [(0o600, 0)] * 3


def test_every_obstacle_is_named_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").mkdir()
    (tmp_path / "plain").write_bytes(b"a file")
    wanted = [
        NewFile(tmp_path / "a.xlsx", "workbook", b"1"),
        NewFile(tmp_path / "plain" / "b.csv", "csv", b"2"),
        NewFile(tmp_path / "good.json", "manifest", b"3"),
        NewFile(tmp_path / "GOOD.json", "manifest", b"4"),
    ]
    with pytest.raises(FileError) as refusal:
        publish(wanted)
    troubles = refusal.value.troubles
    assert [Path(trouble.file).name for trouble in troubles] == ["a.xlsx", "b.csv", "GOOD.json"]
    assert "a folder has its name" in troubles[0].message
    assert "is a file, not a folder" in troubles[1].message
    assert "same name" in troubles[2].message
    assert all(trouble.hint for trouble in troubles)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "plain"]


@pytest.mark.skipif(not POSIX or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder_or_file_is_refused_beforehand(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    with pytest.raises(FileError, match="is read-only"):
        publish(files(locked / "deeper"))
    (tmp_path / "a.xlsx").write_bytes(b"signed")
    (tmp_path / "a.xlsx").chmod(0o400)
    with pytest.raises(FileError, match="marked read-only"):
        publish(files(tmp_path))
    assert tree(tmp_path / "locked") == {}
    assert (tmp_path / "a.xlsx").read_bytes() == b"signed"


@pytest.mark.parametrize(
    ("number", "says", "hint"),
    [
        (errno.ENOSPC, "disk is full", "Free some space"),
        (errno.EACCES, "may not be written", "open in another program"),
        (errno.EROFS, "may not be written", "choose another folder"),
        (errno.EIO, "cannot be written", "Choose another folder"),
    ],
)
@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("before", [{}, OLD], ids=["empty folder", "older files"])
def test_a_fault_half_way_changes_nothing_and_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: dict[str, bytes],
    call: str,
    turn: int,
    number: int,
    says: str,
    hint: str,
) -> None:
    fill(tmp_path, before)
    with monkeypatch.context() as broken:
        broken.setattr(os, call, failing(getattr(os, call), turn, number))
        with pytest.raises(FileError) as refusal:
            publish(files(tmp_path))
    (trouble,) = refusal.value.troubles
    assert says in trouble.message
    assert "nothing was changed" in trouble.message
    assert hint in trouble.hint
    assert Path(trouble.file).name == list(NEW)[turn - 1]
    assert tree(tmp_path) == before


def test_folders_made_for_nothing_are_removed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing(os.fsync, 2, errno.ENOSPC))
        with pytest.raises(FileError):
            publish(files(tmp_path / "out" / "batch-0003"))
    assert tree(tmp_path) == {}


def test_a_disk_that_lies_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, OLD)
    real = os.fsync

    def damaging(handle: int) -> None:
        os.ftruncate(handle, 1)
        real(handle)

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", damaging)
        with pytest.raises(IntegrityError, match="nothing was changed"):
            publish(files(tmp_path))
    assert tree(tmp_path) == OLD


def run(folder: Path, fault: str) -> subprocess.CompletedProcess[str]:
    """Publish in a process of its own, with `fault` run before it."""
    script = f"""
import os, signal, sys
from pathlib import Path
from tpi_billing.errors import FileError
from tpi_billing.reports.publishing import NewFile, publish
{fault}
new = {NEW!r}
try:
    publish([NewFile(Path(sys.argv[1]) / name, "csv", body * 1000) for name, body in new.items()])
except FileError as error:
    sys.exit(error.troubles[0].message)
"""
    return subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not POSIX, reason="needs a limit on the size of files")
def test_a_file_that_grows_too_large_for_the_disk_leaves_nothing(tmp_path: Path) -> None:
    fill(tmp_path, OLD)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))"
    result = run(tmp_path, limit)
    assert result.returncode == 1
    assert "The disk is full" in result.stderr
    assert tree(tmp_path) == OLD


@pytest.mark.skipif(not POSIX, reason="needs SIGKILL")
@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_killed_process_leaves_old_files_or_new_ones_never_half_ones(
    tmp_path: Path, call: str, turn: int
) -> None:
    fill(tmp_path, OLD)
    fault = f"""
real, turns = os.{call}, [0]
def kill(*args):
    turns[0] += 1
    if turns[0] == {turn}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args)
os.{call} = kill
"""
    assert run(tmp_path, fault).returncode < 0
    for position, (name, old) in enumerate(OLD.items(), 1):
        replaced = call == "replace" and position < turn
        assert (tmp_path / name).read_bytes() == (NEW[name] * 1000 if replaced else old)
    hidden = [path for path in tmp_path.iterdir() if path.name not in OLD]
    assert all(path.name.startswith(".") and path.stat().st_mode & 0o077 == 0 for path in hidden)
