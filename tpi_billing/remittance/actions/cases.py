"""Wishes with all that is known of them: claim, MSP's answer, session, and how it is sent again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.checks.engine import to_findings
from tpi_billing.claims.deadlines import last_day
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import Trouble
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.decisions import DecisionKind, decisions_of
from tpi_billing.ledger.reopening import Reopened
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim
from tpi_billing.model.finding import Place
from tpi_billing.remittance.actions.said import (
    APPROVED,
    FOLLOWS_AN_ANSWER,
    NEEDS_NOTE,
    choose,
    last_words,
)
from tpi_billing.remittance.actions.sessions import (
    Standing,
    as_open,
    changed_values,
    standing_sessions,
)
from tpi_billing.remittance.actions.states import refuse_state
from tpi_billing.remittance.actions.wishes import Choice, Left, Said, Wish, trouble


@dataclass(frozen=True, slots=True)
class Case:
    """A wish that may be granted, if its session passes every check.

    `changed` is what differs from the session as it stands, `opened` what it says instead, and
    `as_of` the day as of which it is checked. `reference` is that of MSP's approval.
    """

    wish: Wish
    claim: Claim
    said: Said
    standing: Standing
    choice: Choice
    reference: str
    changed: dict[str, str]
    opened: Reopened
    as_of: date

    @property
    def place(self) -> Place:
        """Where the correction is asked for, else where the session came from."""
        stored = self.standing.stored
        if self.wish.place.row is not None:
            return self.wish.place
        return Place(stored.file_name, stored.sheet, stored.row_number)


class CaseFinder:
    """Finds what is known of wishes; in `left` is why some can go no further."""

    def __init__(
        self,
        connection: Connection,
        data_centre: str,
        config: Config,
        codes: CodeBook,
        as_of: date,
    ) -> None:
        self._connection = connection
        self._data_centre = data_centre
        self._config = config
        self._codes = codes
        self._as_of = as_of
        self.left: list[Left] = []

    def find(self, wishes: Sequence[Wish]) -> list[Case]:
        """Return a case for each wish whose claim is in a state, and in time, to be followed."""
        numbers = list(dict.fromkeys(wish.claim_id for wish in wishes))
        claims = {
            claim.claim_id or 0: claim
            for claim in claims_numbered(self._connection, self._data_centre, numbers)
        }
        words = last_words(self._connection, self._data_centre, numbers)
        keys = sorted({claim.session_key for claim in claims.values()})
        sessions = standing_sessions(self._connection, self._data_centre, keys)
        approvals = self._approvals(claims.values())
        cases = []
        for wish in self._in_state(wishes, claims):
            claim = claims[wish.claim_id]
            case = self._case(
                wish,
                claim,
                words[wish.claim_id],
                sessions[claim.session_key],
                wish.reference or approvals.get(claim.session_key, ""),
                _changes(wish, sessions[claim.session_key], wishes, claims),
            )
            if isinstance(case, Left):
                self.left.append(case)
            else:
                cases.append(case)
        return cases

    def _in_state(self, wishes: Sequence[Wish], claims: dict[int, Claim]) -> Iterator[Wish]:
        met: set[int] = set()
        for wish in wishes:
            claim = claims.get(wish.claim_id)
            found = refuse_state(wish, claim)
            if found is None and wish.claim_id in met:
                said = f"Claim {wish.claim_id} is named twice."
                found = trouble(wish, said, "Leave one of them out.", "claim")
            met.add(wish.claim_id)
            if found is None:
                yield wish
            else:
                session_id = claim.session_id if claim is not None else ""
                self.left.append(Left(wish, (found,), session_id=session_id))

    def _case(
        self,
        wish: Wish,
        claim: Claim,
        said: Said,
        standing: Standing,
        reference: str,
        changed: dict[str, str] | Trouble,
    ) -> Case | Left:
        if isinstance(changed, Trouble):
            return Left(wish, (changed,), session_id=claim.session_id)
        values = changed_values(standing.values, changed)
        if wish.note:
            values["note"] = wish.note
        opened = as_open(standing.stored, values)
        if isinstance(opened, tuple):
            stored = standing.stored
            place = Place(stored.file_name, stored.sheet, stored.row_number)
            where = wish.place if wish.place.row is not None else place
            findings = to_findings(opened, self._config, where, claim.session_id)
            return Left(wish, (), tuple(findings), claim.session_id)
        day = date.fromisoformat(opened.service_date)
        choice = choose(wish, said, day, reference, self._codes, self._as_of)
        if isinstance(choice, Trouble):
            return Left(wish, (choice,), session_id=claim.session_id)
        as_of = self._as_of
        if choice.code in FOLLOWS_AN_ANSWER:
            as_of = min(as_of, last_day(day))
        case = Case(wish, claim, said, standing, choice, reference, changed, opened, as_of)
        lacks = tuple(_lacks(case))
        return Left(wish, lacks, session_id=claim.session_id) if lacks else case

    def _approvals(self, claims: Iterable[Claim]) -> dict[int, str]:
        patients = sorted({claim.patient_key for claim in claims})
        made = decisions_of(self._connection, self._data_centre, patients)
        return {
            key: decision.reference
            for key, decisions in made.items()
            for decision in decisions
            if decision.kind is DecisionKind.OVER_AGE
        }


def _changes(
    wish: Wish, standing: Standing, wishes: Sequence[Wish], claims: dict[int, Claim]
) -> dict[str, str] | Trouble:
    """Return what all wishes about a session change of it; they may not contradict each other."""
    key = standing.stored.session_key
    together: dict[str, str] = {}
    for other in wishes:
        claim = claims.get(other.claim_id)
        if claim is None or claim.session_key != key:
            continue
        for column, text in other.changed.items():
            if together.setdefault(column, text) != text:
                said = f"Two claims of session {standing.stored.session_id} differ in {column}."
                return trouble(wish, said, "They are one visit: give both the same.", column)
    return {
        column: text for column, text in together.items() if text != standing.values.get(column, "")
    }


def _lacks(case: Case) -> Iterator[Trouble]:
    """Ask for what a submission code needs (Teleplan facts, 1.4); nothing is made up."""
    wish, code = case.wish, case.choice.code
    if code in NEEDS_NOTE and not (wish.note or case.changed.get("note")):
        yield trouble(
            wish,
            f"Claim {wish.claim_id} goes out with code {code}, which needs a note to MSP.",
            'Say in it why MSP should pay: --note "...".',
            "note",
        )
    if code == APPROVED and not case.reference:
        yield trouble(
            wish,
            f"Claim {wish.claim_id} goes out with code A, which needs MSP's approval.",
            "Its reference stands in MSP's letter: --reference REF.",
            "code",
        )
