"""The sessions behind answered claims: what they say now, and what they come to when changed."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tpi_billing.claims.assessment import Assessed, Assessor
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.intake.parsing import parse_session
from tpi_billing.ledger import Transaction
from tpi_billing.ledger.amendments import changes_of_sessions
from tpi_billing.ledger.reopening import (
    AnsweredSession,
    Reopened,
    answered_sessions,
    reopened,
)
from tpi_billing.ledger.sessions import Scope, StoredSession
from tpi_billing.ledger.store import Connection
from tpi_billing.model.finding import Problem
from tpi_billing.model.session import COLUMN, patient_key

FIXED = frozenset({"session_id"})
"""What the record system knows a visit by; no correction changes it."""

_MANY_PATIENTS = 20
"""With more of them it is quicker to go through the whole month once."""

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """A session as it stands: as billed, with every amendment in force, and its source's news."""

    answered: AnsweredSession
    values: Values

    @property
    def stored(self) -> StoredSession:
        """The session's row."""
        return self.answered.stored

    def news(self) -> dict[str, str] | None:
        """Return what the record system changed since it was billed; None if it said nothing.

        Only columns that differ from what is in force; a contradictory export says nothing.
        """
        pending = self.answered.pending
        if not pending.get("content") or pending.get("conflict"):
            return None
        said, billed = _loaded(pending["content"]), self.stored.values
        return {
            column: said.get(column, "")
            for column in COLUMN
            if column not in FIXED
            and said.get(column, "") != billed.get(column, "")
            and said.get(column, "") != self.values.get(column, "")
        }


def standing_sessions(
    connection: Connection, data_centre: str, keys: Sequence[int]
) -> dict[int, Standing]:
    """Return sessions as they stand, by session key."""
    changes = changes_of_sessions(connection, data_centre, keys)
    return {
        key: Standing(one, changed_values(one.stored.values, changes[key]))
        for key, one in answered_sessions(connection, data_centre, keys).items()
    }


def changed_values(values: Values, changed: Values) -> dict[str, str]:
    """Return values with changes; a change to blank takes the cell out."""
    return {column: text for column, text in {**values, **changed}.items() if text}


def _loaded(content: Any) -> dict[str, str]:
    loaded: dict[str, str] = json.loads(content)
    return loaded


def as_open(stored: StoredSession, values: Values) -> Reopened | tuple[Problem, ...]:
    """Return a session as it is to be opened; problems if it has no usable day."""
    session, problems = parse_session(values)
    if session is None:
        return problems
    return Reopened(
        stored.session_key,
        patient_key(dict(values), stored.source),
        session.practitioner_number,
        session.service_date.isoformat(),
        session.start_time.strftime("%H:%M") if session.start_time else "",
        session.status,
        values,
    )


@dataclass(frozen=True, slots=True)
class Look:
    """Which session to look at, and as of which day."""

    session: Reopened
    as_of: date


class Opener:
    """Assesses billed sessions as a batch would if they were still to be billed."""

    def __init__(self, transaction: Transaction, config: Config, codes: CodeBook) -> None:
        self._transaction = transaction
        self._config = config
        self._codes = codes

    def assess(
        self, looks: Iterable[Look], beside: Sequence[Reopened] = ()
    ) -> dict[tuple[int, date], Assessed]:
        """Assess sessions that are all open at once, by session key and day.

        `beside` are opened with them and not assessed for themselves. One that is not completed
        is left out.
        """
        looks = list(looks)
        found: dict[tuple[int, date], Assessed] = {}
        if not looks:
            return found
        everyone = {one.session_key: one for one in (*beside, *(look.session for look in looks))}
        with reopened(self._transaction, list(everyone.values())):
            for scope, as_of in _scopes(looks):
                assessor = Assessor(self._config, self._codes, as_of)
                for one in assessor.assess(self._transaction.connection, scope):
                    key = one.candidate.stored.session_key
                    if key in everyone:
                        found[key, as_of] = one
        return found


def _scopes(looks: Sequence[Look]) -> Iterator[tuple[Scope, date]]:
    """Yield what must be assessed as of which days: patients, or a whole month when it is many."""
    patients: dict[tuple[str, date], set[str]] = {}
    for look in looks:
        key = (look.session.service_date[:7], look.as_of)
        patients.setdefault(key, set()).add(look.session.patient_key)
    for (month, as_of), some in sorted(patients.items()):
        if len(some) > _MANY_PATIENTS:
            yield Scope(month=month), as_of
        else:
            yield from ((Scope(month=month, patient=one), as_of) for one in sorted(some))
