"""Every bad input of the corpus is refused in words, or read as far as it is sound.

Whatever it is: no traceback, no health number, nothing that steers a terminal, bounded memory and
time, nothing written elsewhere, and a ledger that is what it was or proves what was added.
"""

import os
from pathlib import Path

import pytest

from .case import Case
from .confined import Confined
from .corpus import CASES, missing
from .judging import complaints, leftovers
from .place import Place, copy_of

LONG = bool(os.environ.get("TPI_LONG"))
CHOSEN = CASES if LONG else CASES[::19]
"""Day by day some of each reader; in the long run, and by `python -m tests.hostile`, all."""


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CHOSEN])
def test_a_bad_input(case: Case, world: Place, confined: Confined, tmp_path: Path) -> None:
    if lack := missing(case):
        pytest.skip(lack)
    place = copy_of(world, tmp_path / "place")
    assert complaints(case, place, confined) == []
    assert leftovers(place) == []
