"""What stands beside what on one day: a visit and a treatment of one session, or of two.

A patient may be seen and treated in two sessions of a day with one practitioner: MSP sees one day.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tpi_billing.checks.context import Visit

SEEN = frozenset({"visit", "exam", "counselling", "consultation", "limited-consultation"})
"""The kinds of items for which the practitioner sees and assesses the patient."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one session of a day claims; `of_session` names it, blank for the one examined.

    `own` is the visit's own diagnosis where one is given, `main` the session's first.
    """

    of_session: str
    items: tuple[str, ...]
    own: str
    main: str

    @property
    def problem(self) -> str:
        """The diagnosis that the visit was about."""
        return self.own or self.main

    def named(self, fee_item: str) -> str:
        """Name an item, with its session when that is another one."""
        return f"{fee_item} of session {self.of_session}" if self.of_session else fee_item


@dataclass(frozen=True, slots=True)
class Pair:
    """A part with the visit and a part with the treatment, which may be the same."""

    seen: Part
    treated: Part

    @property
    def unrelated(self) -> bool:
        """Tell whether the visit was about another problem than the one that was treated."""
        return bool(self.seen.problem) and self.seen.problem != self.treated.main


def pairs(visit: Visit) -> Iterator[Pair]:
    """Yield the session with itself, then with the practitioner's others of the patient's day.

    Two sessions are told of in the one with the visit; in the one with the treatment only when
    the visit is billed already.
    """
    session = visit.session
    billed = tuple([line.fee_item for line in visit.lines if line.billed])
    mine = Part("", billed, session.visit_diagnosis, _first(session.diagnoses))
    yield Pair(mine, mine)
    for past in visit.history.same_day(visit.position):
        if past.practitioner_number != session.practitioner_number:
            continue
        other = Part(past.session_id, past.fee_items, past.visit_diagnosis, _first(past.diagnoses))
        yield Pair(mine, other)
        if past.billed:
            yield Pair(other, mine)


def _first(diagnoses: tuple[str, ...]) -> str:
    return diagnoses[0] if diagnoses else ""
