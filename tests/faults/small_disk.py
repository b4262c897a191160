"""A disk with little room: a small one in memory, put in a folder's place."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Put a small disk in the folder's place."""
    folder.mkdir(parents=True, exist_ok=True)
    options = ["-t", "tmpfs", "-o", "size=4m,mode=700", "none"]
    subprocess.run(["mount", *options, str(folder)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def fill(filler: Path, but: int) -> None:
    """Fill the disk but for so many bytes."""
    free = shutil.disk_usage(filler.parent).free - but
    with filler.open("wb") as file:
        file.write(bytes(max(free, 0)))


def can_mount() -> bool:
    """Tell whether small disks can be had: needs an administrator of a system with tmpfs."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    place = Path(tempfile.mkdtemp())
    try:
        with small_disk(place):
            return True
    except subprocess.CalledProcessError:
        return False
    finally:
        place.rmdir()
