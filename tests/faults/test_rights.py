"""A script is run one statement after the other, as psql does it."""

import pytest

from .rights import statements


@pytest.mark.parametrize(
    ("script", "there_are"),
    [
        ("BEGIN;\nCOMMIT;\n", ["BEGIN", "COMMIT"]),
        ("-- first; of all\nBEGIN;", ["BEGIN"]),
        ("DO $$ BEGIN a; b; END $$;\nCOMMIT;", ["DO $$ BEGIN a; b; END $$", "COMMIT"]),
        ("CREATE f AS $$ x; $$ STABLE; y;", ["CREATE f AS $$ x; $$ STABLE", "y"]),
        ("GRANT a,\n  b ON c;", ["GRANT a,\n  b ON c"]),
    ],
)
def test_a_statement_ends_with_a_semicolon(script: str, there_are: list[str]) -> None:
    assert list(statements(script)) == there_are
