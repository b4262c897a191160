"""Nothing that changes something is left out of the campaign."""

from .commands import CASES, changing


def test_every_command() -> None:
    """A new command is either in LOOKING of the tool, or disturbed here."""
    assert changing() == {case.name for case in CASES}


def test_each_case_has_a_label_of_its_own() -> None:
    assert len({case.label for case in CASES}) == len(CASES)
