"""Every reader, on its seeds, on changes of them and on anything at all: it reads, or refuses."""

import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .feeds import review
from .mutating import mutated
from .readers import READERS, fed

EXAMPLES = 400 if os.environ.get("TPI_LONG") else 12
HARD = {"backup", "facts", "foreign-facts", "archive", "workbook", "reviews", "protected"}
"""One input takes them many times as long as the others."""


@pytest.mark.parametrize("name", READERS)
def test_a_reader_has_seeds_and_takes_them(name: str) -> None:
    reader = READERS[name]
    assert reader.inputs()
    for content in reader.inputs():
        fed(reader, content)


@pytest.mark.parametrize("name", ["reviews", "own-lists", "foreign-facts"])
def test_what_is_sound_is_read_whole(name: str, tmp_path: Path) -> None:
    """A seed that is refused at its first line would be changed in vain."""
    for at, content in enumerate(READERS[name].inputs()):
        folder = tmp_path / str(at)
        folder.mkdir()
        READERS[name].feed(content, folder)


def test_a_review_is_read_row_by_row(tmp_path: Path) -> None:
    (content,) = READERS["reviews"].inputs()
    answers = review(content, tmp_path).answers
    assert [one.verdict for one in answers] == ["supported", "not supported", "partly"]
    assert [one.right_cents for one in answers] == [7_792, 0, 6_213]
    assert [str(one.day) for one in answers] == ["None", "2026-11-20", "2026-11-20"]


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
