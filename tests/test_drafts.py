"""A file is the old one or the whole new one, and no draft stays behind."""

import os
from pathlib import Path

import pytest

from tpi_billing.drafts import discard, force_out, new_draft, take_free_place, take_place


def test_a_draft_is_empty_beside_its_target_and_hidden(tmp_path: Path) -> None:
    target = tmp_path / "batch.xlsx"
    draft = new_draft(target)
    assert draft.parent == tmp_path
    assert draft.name.startswith(".batch.xlsx.")
    assert draft.read_bytes() == b""
    assert not target.exists()
    assert new_draft(target) != draft


@pytest.mark.skipif(os.name == "nt", reason="Windows takes the rights of the folder")
def test_a_draft_is_its_owners_only(tmp_path: Path) -> None:
    assert new_draft(tmp_path / "x").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_draft_takes_the_place_of_what_is_there(tmp_path: Path, before: bytes | None) -> None:
    target = tmp_path / "x"
    if before is not None:
        target.write_bytes(before)
    draft = new_draft(target)
    with draft.open("wb") as file:
        file.write(b"new")
        force_out(file)
        assert (target.read_bytes() if target.exists() else None) == before
    take_place(draft, target)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"new")]


def test_a_draft_goes_once_or_was_never_there(tmp_path: Path) -> None:
    draft = new_draft(tmp_path / "x")
    discard(draft)
    discard(draft)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_the_callers_to_explain(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        new_draft(tmp_path / "none" / "x")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_pipe_or_a_device_stays_what_it_is(tmp_path: Path) -> None:
    """A workbook written to /dev/null by an administrator would take the place of the device."""
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    with pytest.raises(PermissionError):
        new_draft(pipe)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_draft_takes_a_free_place_only(
    tmp_path: Path, links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "x"
    first, second = new_draft(target), new_draft(target)
    first.write_bytes(b"first")
    take_free_place(first, target)
    with pytest.raises(FileExistsError):
        take_free_place(second, target)
    assert target.read_bytes() == b"first"
    assert not first.exists()
