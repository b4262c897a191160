"""Disturbs every command that changes something, and prints how many faults were survived.

`python -m tests.faults` tries a sample, with `--whole` every place, with `--most N` so many of a
kind in each command; `--count` only counts the places. `--kept FILE` adds each outcome to a file
and, run again, goes on from there. `--only WORDS` tries the commands that begin so, `--jobs N` so
many faults at a time; `--write` keeps the figures in docs/faults.md.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' builders are imported from there

from .campaign import Plan, campaign
from .figures import keep, lines
from .places import AT_MOST

_SHARED_MEMORY, _ROOM = Path("/dev/shm"), 1 << 30


def quick_disk() -> Path | None:
    """Return a disk in memory, if there is one with room: no fault here is the computer's own.

    What is forced to a disk is forced there for nothing, and that takes most of a trial's time.
    """
    there = _SHARED_MEMORY.is_dir() and os.access(_SHARED_MEMORY, os.W_OK)
    return _SHARED_MEMORY if there and shutil.disk_usage(_SHARED_MEMORY).free > _ROOM else None


def main() -> int:
    """Run the campaign; return 1 when a fault was not survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--whole", dest="most", action="store_const", const=AT_MOST, default=0)
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--count", dest="most", action="store_const", const=-1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    plan = Plan(most=given.most, only=given.only, at_a_time=given.jobs, kept=given.kept)
    with tempfile.TemporaryDirectory(dir=quick_disk(), ignore_cleanup_errors=True) as folder:
        tried = campaign(Path(folder), plan)
    if given.json:
        given.json.write_text(tried.as_json(), encoding="utf-8")
    sys.stdout.write("\n".join(lines(tried)) + "\n")
    if given.write:
        keep(tried, sample=given.most == 0)
    return 0 if tried.survived else 1


if __name__ == "__main__":
    sys.exit(main())
