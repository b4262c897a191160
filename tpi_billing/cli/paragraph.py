"""Text within 80 columns, and a patient's name as it may be shown."""

from textwrap import wrap
from typing import TYPE_CHECKING

from tpi_billing.cli.screen import Screen

if TYPE_CHECKING:
    from tpi_billing.claims.work_items import Person

WIDTH = 80


def put(screen: Screen, text: str, indent: str = "", behind: str = "") -> None:
    """Write a text behind an indent; further lines stand behind `behind`, or the same."""
    for line in wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=behind or indent,
        break_on_hyphens=False,
    ):
        screen.line(line)


def patient_name(screen: Screen, person: "Person | None") -> str:
    """Return a patient's name, initials unless it may be shown whole; `""` for nobody."""
    if person is None:
        return ""
    first = screen.masked("patient_first_name", person.first_name)
    return f"{first} {screen.masked('patient_surname', person.surname)}".strip()


def chart_number(screen: Screen, person: "Person | None") -> str:
    """Return a patient's chart number as it may be shown; `""` for nobody."""
    return "" if person is None else screen.masked("patient_id", person.patient_id)
