"""Of a long row of places some are taken, evenly spread."""

import pytest

from .places import spread


@pytest.mark.parametrize(
    ("most", "taken"),
    [
        (1, [6]),
        (2, [1, 10]),
        (4, [1, 4, 7, 10]),
        (10, [*range(1, 11)]),
        (11, [*range(1, 11)]),
    ],
)
def test_the_first_and_the_last_are_among_several(most: int, taken: list[int]) -> None:
    assert spread(range(1, 11), most) == taken
