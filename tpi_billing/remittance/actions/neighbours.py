"""Claims of other visits of the same day, which a correction may not alter behind MSP's back.

The fees of one patient's day with one practitioner are priced together (Preamble D.8, facts 2.3):
a correction can turn the fee that was halved into the one that is paid in full.
"""

from collections.abc import Sequence
from datetime import date

from tpi_billing.claims.deadlines import last_day
from tpi_billing.ledger.claims import claims_numbered, live_claims
from tpi_billing.ledger.reopening import Reopened
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim
from tpi_billing.remittance.actions.cases import Case
from tpi_billing.remittance.actions.lines import is_with_msp, priced_apart
from tpi_billing.remittance.actions.sessions import Look, Opener, as_open, standing_sessions


class Neighbours:
    """Compares the day of a corrected session as it was with the day as it would be."""

    def __init__(
        self, connection: Connection, data_centre: str, opener: Opener, as_of: date
    ) -> None:
        self._connection = connection
        self._data_centre = data_centre
        self._opener = opener
        self._as_of = as_of

    def altered(self, case: Case) -> list[Claim]:
        """Return the claims of other visits that MSP has and that would be billed otherwise."""
        if not case.changed:
            return []
        before = as_open(case.standing.stored, case.standing.values)
        if isinstance(before, tuple):
            return []
        claims = self._beside((before, case.opened), case.claim.session_key)
        if not claims:
            return []
        keys = sorted({claim.session_key for claim in claims})
        sessions = standing_sessions(self._connection, self._data_centre, keys)
        others = [
            opened
            for one in sessions.values()
            if isinstance(opened := as_open(one.stored, one.values), Reopened)
        ]
        looks = [Look(one, self._day(one)) for one in others]
        was = self._opener.assess(looks, [before])
        is_now = self._opener.assess(looks, [case.opened])
        days = {look.session.session_key: look.as_of for look in looks}
        return [
            claim
            for claim in claims
            if (day := days.get(claim.session_key)) is not None
            and priced_apart(
                was.get((claim.session_key, day)), is_now.get((claim.session_key, day)), claim
            )
        ]

    def _beside(self, sessions: Sequence[Reopened], own: int) -> list[Claim]:
        patients = sorted({one.patient_key for one in sessions})
        days = {(one.patient_key, one.practitioner_number, one.service_date) for one in sessions}
        numbers = [
            claim.claim_id
            for claim in live_claims(self._connection, self._data_centre, patients)
            if claim.session_key != own
            and (claim.patient_key, claim.practitioner_number, claim.service_date) in days
        ]
        found = claims_numbered(self._connection, self._data_centre, numbers)
        return [claim for claim in found if is_with_msp(claim)]

    def _day(self, session: Reopened) -> date:
        return min(self._as_of, last_day(date.fromisoformat(session.service_date)))
