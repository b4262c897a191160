"""Which line of a TOML text a setting stands on."""

import pytest

from tpi_billing.toml_lines import Place, TomlLines

TEXT = """title = "x"
[clinic]
name = "A"
'own key' = 1

[[items]]
code = "01157"
[[items]]
codes = [
  "01156",
]
teleplan.url = "y"
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 1),
        (("clinic",), 2),
        (("clinic", "name"), 3),
        (("clinic", "own key"), 4),
        (("items", 0), 6),
        (("items", 0, "code"), 7),
        (("items", 1), 8),
        (("items", 1, "codes"), 9),
        (("items", 1, "codes", 0), 9),
        (("items", 1, "teleplan", "url"), 12),
        # What is not there is where it is missing.
        (("clinic", "phone"), 2),
        (("items", 1, "code"), 8),
        (("items", 2), None),
        (("other",), None),
        ((), None),
    ],
)
def test_the_line_of_a_place(place: Place, line: int | None) -> None:
    assert TomlLines(TEXT).line(place) == line


@pytest.mark.parametrize(("line", "after"), [(1, 2), (4, 6), (9, 12), (12, None)])
def test_the_next_line_that_begins_something(line: int, after: int | None) -> None:
    assert TomlLines(TEXT).next_after(line) == after
