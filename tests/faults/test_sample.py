"""A seeded sample of the faults; `python -m tests.faults --whole` injects all of them.

The campaign forks its processes from one that has no threads, so it gets an interpreter of its
own. How many faults there were is told at the end of the tests' run.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 1800
"""Seconds after which the campaign counts as hanging."""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the campaign needs fork")
def test_every_fault_is_survived(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    told = tmp_path / "outcomes.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--json", str(told)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=LONGEST,
    )
    assert told.exists(), done.stdout + done.stderr
    outcomes = json.loads(told.read_text(encoding="utf-8"))
    survived = [one for one in outcomes if not one["problem"]]
    record_property("faults", f"{len(outcomes)} faults injected, {len(survived)} survived")
    assert len(survived) == len(outcomes), done.stdout
    assert len({one["command"] for one in outcomes}) >= 30
