"""Every case, in the order in which they are measured."""

from benchmarks.case import Case
from benchmarks.families import answers, auditing, checking, month, reading, startup, teleplan

CASES: dict[str, Case] = {
    case.name: case
    for family in (startup, reading, checking, teleplan, month, answers, auditing)
    for case in family.CASES
}
