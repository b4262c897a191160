"""Exporting a batch: its three files, and that they agree with each other."""

import errno
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tpi_billing.errors import FileError
from tpi_billing.model.batch import BatchContents
from tpi_billing.reports.batch_files import export_batch

NAMES = ["batch-0003-2026-10.xlsx", "batch-0003-2026-10-claims.csv", "manifest.json"]


def test_three_files_with_their_kinds_and_hashes(contents: BatchContents, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "batch-0003"
    published = export_batch(contents, folder)
    assert [file.path for file in published] == [folder / name for name in NAMES]
    assert [file.kind for file in published] == ["workbook", "csv", "manifest"]
    for file in published:
        assert file.sha256 == hashlib.sha256(file.path.read_bytes()).hexdigest()


def test_the_manifest_vouches_for_the_others(contents: BatchContents, tmp_path: Path) -> None:
    export_batch(contents, tmp_path)
    listed = json.loads((tmp_path / "manifest.json").read_text("ascii"))["files"]
    assert [file["name"] for file in listed] == NAMES[:2]
    for file in listed:
        content = (tmp_path / file["name"]).read_bytes()
        assert file["size"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()


def test_exported_again_the_files_are_the_same(contents: BatchContents, tmp_path: Path) -> None:
    first = [file.sha256 for file in export_batch(contents, tmp_path)]
    assert [file.sha256 for file in export_batch(contents, tmp_path)] == first
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)


def test_a_full_disk_leaves_the_earlier_export_whole(
    make_contents: Callable[..., BatchContents], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_batch(make_contents(claims=2), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(FileError, match="disk is full"):
            export_batch(make_contents(claims=3), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
