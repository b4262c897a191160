"""Whom to call for what: unbilled sessions whose referral is lacking or wrong, by referrer.

A session belongs to the referrer that it names, or that the registry names for it. One that names
none that could answer belongs to the patient's last known referrer, or to nobody.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tpi_billing.claims.assessment import Assessed, Assessor
from tpi_billing.claims.deadlines import last_day
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.intake.parsing import parse_session
from tpi_billing.ledger.referrals import referrals_of
from tpi_billing.ledger.sessions import Scope, listed
from tpi_billing.ledger.store import Connection
from tpi_billing.model.finding import Finding
from tpi_billing.model.identifiers import is_msp_number
from tpi_billing.model.referral import RegisteredReferral
from tpi_billing.model.session import Referral, Session

UPDATE_DUE = "referral-update-due"
_NEED_ANOTHER = frozenset({"referral-self", "referral-profession", "referral-name-required"})
"""Findings that say that whom the session names is not who can help."""


@dataclass(frozen=True, slots=True)
class Referrer:
    """Who is to be called: number, name or both; neither when nobody is known."""

    number: str = ""
    name: str = ""

    @property
    def known(self) -> bool:
        """Tell whether there is anybody to call."""
        return bool(self.number or self.name)


NOBODY = Referrer()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session and what its referral lacks. `amount_cents` is what it would come to.

    `last_known`: the session itself names nobody who could answer. `referral_id` is the registry's
    number of the referral that the session is under, None if it has none.
    """

    session: Session
    patient_key: str
    findings: tuple[Finding, ...]
    amount_cents: int
    last_known: bool = False
    referral_id: int | None = None

    @property
    def last_day(self) -> date:
        """The last day on which the session can be submitted."""
        return last_day(self.session.service_date)


@dataclass(frozen=True, slots=True)
class ReferrerNeeds:
    """One call: the referrer, and the sessions that wait for him, the nearest deadline first."""

    referrer: Referrer
    waiting: tuple[Waiting, ...]

    @property
    def patients(self) -> int:
        """How many patients the sessions are of."""
        return len({one.patient_key for one in self.waiting})

    @property
    def amount_cents(self) -> int:
        """What the sessions would come to together, in cents."""
        return sum(one.amount_cents for one in self.waiting)

    @property
    def last_day(self) -> date:
        """The last day on which the oldest session can be submitted."""
        return min(one.last_day for one in self.waiting)

    @property
    def last_known(self) -> bool:
        """Tell whether no session names the referrer itself."""
        return self.referrer.known and all(one.last_known for one in self.waiting)


@dataclass(frozen=True, slots=True)
class MissingReferrals:
    """Referrals that hold sessions back, and written reports that are due; worst deadline first."""

    missing: tuple[ReferrerNeeds, ...]
    updates: tuple[ReferrerNeeds, ...]

    @property
    def findings(self) -> list[Finding]:
        """Every finding that is behind it."""
        return [
            finding
            for needs in (*self.missing, *self.updates)
            for one in needs.waiting
            for finding in one.findings
        ]


def missing_referrals(
    connection: Connection,
    config: Config,
    codes: CodeBook,
    as_of: date,
    scope: Scope,
    advance: Callable[[int], None] = lambda _sessions: None,
) -> MissingReferrals:
    """Assess the unbilled sessions in scope, and gather what their referrals lack.

    Errors of a referral hold a session back; `referral-update-due` is a section of its own.
    """
    missing: list[Waiting] = []
    updates: list[Waiting] = []
    for one in Assessor(config, codes, as_of).assess(connection, scope):
        advance(1)
        of_referral = [f for f in one.findings if f.code.startswith("referral-")]
        due = [f for f in of_referral if f.code == UPDATE_DUE]
        held = [f for f in of_referral if f.holds and _can_be_asked(f, one.session)]
        if held:
            missing.append(_waiting(one, held))
        if due:
            updates.append(_waiting(one, due))
    past = _Past(connection, config.clinic.data_centre, codes)
    return MissingReferrals(_grouped(missing, past), _grouped(updates, past))


def _can_be_asked(finding: Finding, session: Session) -> bool:
    """Tell whether a referrer can do anything about it; nothing ails a number of the right form."""
    if finding.code == "referral-number-invalid":
        return not is_msp_number(session.referral.number)
    return finding.code != UPDATE_DUE


def _waiting(one: Assessed, findings: Sequence[Finding]) -> Waiting:
    stored = one.candidate.stored
    return Waiting(one.session, stored.patient_key, tuple(findings), one.amount_cents)


def _grouped(waiting: Iterable[Waiting], past: "_Past") -> tuple[ReferrerNeeds, ...]:
    groups: dict[tuple[str, str], list[tuple[Referrer, Waiting]]] = {}
    for one in waiting:
        referrer, found = past.whom_to_call(one)
        groups.setdefault(past.identity(referrer), []).append((referrer, found))
    needs = [_needs(members) for members in groups.values()]
    return tuple(sorted(needs, key=_urgency))


def _needs(members: Sequence[tuple[Referrer, Waiting]]) -> ReferrerNeeds:
    """Make one group; its name is the commonest one that the sessions have for the referrer."""
    names = Counter(referrer.name for referrer, _ in members if referrer.name)
    name = min(names, key=lambda text: (-names[text], text), default="")
    waiting = sorted((one for _, one in members), key=_in_order)
    return ReferrerNeeds(Referrer(members[0][0].number, name), tuple(waiting))


def _in_order(one: Waiting) -> tuple[date, str, str, str]:
    session = one.session
    return one.last_day, session.surname, session.first_name, session.session_id


def _urgency(needs: ReferrerNeeds) -> tuple[date, int, str, str]:
    return needs.last_day, -needs.amount_cents, needs.referrer.number, needs.referrer.name


class _Past:
    """What the ledger knows of patients' referrers; each patient is looked up once."""

    def __init__(self, connection: Connection, data_centre: str, codes: CodeBook) -> None:
        self._connection = connection
        self._data_centre = data_centre
        self._codes = codes
        self._named: dict[str, list[tuple[date, Referral]]] = {}
        self._registered: dict[str, tuple[RegisteredReferral, ...]] = {}

    def whom_to_call(self, one: Waiting) -> tuple[Referrer, Waiting]:
        """Return the referrer who can help, and the session with how he is known."""
        own = one.session.referral
        if (own.given or own.name) and not _NEED_ANOTHER.intersection(
            finding.code for finding in one.findings
        ):
            named = Referrer(own.number if own.given else "", own.name)
            return named, replace(one, referral_id=self._under(one))
        return self._last_known(one), replace(one, last_known=True)

    def identity(self, referrer: Referrer) -> tuple[str, str]:
        """Return what a referrer is known by: his own number, else number and name."""
        own_number = (
            is_msp_number(referrer.number) and self._codes.generic_referrer(referrer.number) is None
        )
        return referrer.number, "" if own_number else " ".join(referrer.name.casefold().split())

    def _under(self, one: Waiting) -> int | None:
        """Find the registry's referral by that referrer: the latest, one that stood then first."""
        number, day = one.session.referral.number, one.session.service_date
        of_referrer = [one for one in self._registry(one.patient_key) if one.number == number]
        standing = [one for one in of_referrer if one.open_on(day)]
        found = standing or of_referrer
        return found[-1].referral_id if found else None

    def _last_known(self, one: Waiting) -> Referrer:
        """Find who referred the patient last, in any session or in the registry."""
        found = [
            (day, referral)
            for day, referral in self._referrals(one.patient_key)
            if referral.number != one.session.practitioner_number and self._can_help(referral)
        ]
        if not found:
            return NOBODY
        _, last = max(found, key=lambda pair: (pair[0], pair[1].number, pair[1].name))
        return Referrer(last.number if last.given else "", last.name)

    def _can_help(self, referral: Referral) -> bool:
        """Tell whether somebody is named, who may refer for any service."""
        if not referral.given and not referral.name:
            return False
        generic = self._codes.generic_referrer(referral.number)
        if generic is not None and not referral.name:
            return False
        words = referral.profession or (generic.profession if generic is not None else "")
        profession = self._codes.profession(words) if words else None
        return profession is None or profession.always_accepted

    def _referrals(self, patient_key: str) -> list[tuple[date, Referral]]:
        if patient_key not in self._named:
            scope = Scope(patient=patient_key)
            stored = listed(self._connection, self._data_centre, scope, None)
            sessions = (parse_session(one.values)[0] for one in stored)
            self._named[patient_key] = [
                *((one.service_date, one.referral) for one in sessions if one is not None),
                *(
                    (one.received, Referral(one.number, one.name, one.profession, one.received))
                    for one in self._registry(patient_key)
                ),
            ]
        return self._named[patient_key]

    def _registry(self, patient_key: str) -> tuple[RegisteredReferral, ...]:
        if patient_key not in self._registered:
            found = referrals_of(self._connection, self._data_centre, [patient_key])
            self._registered[patient_key] = found.get(patient_key, ())
        return self._registered[patient_key]
