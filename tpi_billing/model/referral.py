"""A referral in the clinic's registry: who sent the patient, when, and what was written back."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RegisteredReferral:
    """One referral of one patient. It never expires by age (Preamble D.2.6), only when closed.

    `letter` says where the letter is kept. An `implicit` re-referral rests on a notice to the
    referrer, sent at least 30 days ahead; `implicit_excluded` says that the referrer wants none.
    `updates` are the days of written reports to the referrer, oldest first.
    """

    referral_id: int
    number: str
    name: str
    profession: str
    received: date
    reason: str = ""
    letter: str = ""
    implicit: bool = False
    implicit_excluded: bool = False
    notice_sent: date | None = None
    closed_on: date | None = None
    updates: tuple[date, ...] = ()

    def open_on(self, day: date) -> bool:
        """Tell whether the referral stood on that day: received, and not yet closed."""
        return self.received <= day and (self.closed_on is None or day <= self.closed_on)
