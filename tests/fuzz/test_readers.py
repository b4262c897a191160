"""Every reader, on its seeds, on changes of them and on anything at all: it reads, or refuses."""

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .mutating import mutated
from .readers import READERS, fed

EXAMPLES = 400 if os.environ.get("TPI_LONG") else 12
HARD = {"backup", "facts", "archive", "workbook"}
"""One input takes them many times as long as the others."""


@pytest.mark.parametrize("name", READERS)
def test_a_reader_has_seeds_and_takes_them(name: str) -> None:
    reader = READERS[name]
    assert reader.inputs()
    for content in reader.inputs():
        fed(reader, content)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_takes_changes_of_its_seeds(name: str) -> None:
    reader = READERS[name]
    seeds = reader.inputs()

    @settings(max_examples=EXAMPLES // 3 if name in HARD else EXAMPLES, deadline=None)
    @given(st.randoms(use_true_random=False))
    def changed(chance: random.Random) -> None:
        fed(reader, mutated(seeds, chance))

    changed()


@pytest.mark.parametrize("name", [name for name in READERS if name not in HARD])
def test_a_reader_takes_anything(name: str) -> None:
    reader = READERS[name]

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode()))
    def anything(content: bytes) -> None:
        fed(reader, content)

    anything()
