"""The past and the future of a patient and of a practitioner's day, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import takewhile

from tpi_billing.model.quickly import quickly_made
from tpi_billing.model.referral import RegisteredReferral


@quickly_made
@dataclass(frozen=True, slots=True)
class PastVisit:
    """One completed visit of the patient, billed or not, by anyone of the clinic.

    `fee_items` are those of its live claims once it is billed, before that those it asks for;
    `asked` are always the latter, so also what another item of the day includes.
    `specialty` is the practitioner's.
    """

    session_key: int
    session_id: str
    practitioner_number: str
    specialty: str
    day: date
    start: time | None
    fee_items: tuple[str, ...]
    diagnoses: tuple[str, ...]
    visit_diagnosis: str
    referral_number: str
    billed: bool
    asked: tuple[str, ...]

    @property
    def problem(self) -> str:
        """The diagnosis that a visit or consultation was about."""
        return self.visit_diagnosis or (self.diagnoses[0] if self.diagnoses else "")


@dataclass(frozen=True, slots=True)
class History:
    """Every completed visit of a patient in order of day, start and id, and his referrals.

    The visit under examination is among them, at `Visit.position`.
    """

    visits: tuple[PastVisit, ...] = ()
    referrals: tuple[RegisteredReferral, ...] = ()

    def before(self, position: int) -> Iterator[PastVisit]:
        """Yield the visits before one, the latest first."""
        return reversed(self.visits[:position])

    def same_day(self, position: int) -> Iterator[PastVisit]:
        """Yield the patient's other visits of the day of one, whoever gave them."""
        if position < len(self.visits):
            day = self.visits[position].day
            yield from takewhile(lambda past: past.day == day, self.before(position))
            yield from takewhile(lambda past: past.day == day, self.visits[position + 1 :])


@dataclass(frozen=True, slots=True)
class PractitionerDay:
    """What the practitioner's whole day says about one visit.

    `overlapping` are the ids of his other visits at the same time, of many only some, and
    `more_overlapping` the number of those that are left out. `volume_place` is the visit's place
    among the services that count towards the daily volume, from 1, or None if it does not count or
    the day stays below the limit.
    """

    overlapping: tuple[str, ...] = ()
    more_overlapping: int = 0
    volume_place: int | None = None


NO_HISTORY = History()
AN_ORDINARY_DAY = PractitionerDay()
