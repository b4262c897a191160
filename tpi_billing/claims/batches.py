"""Batches: made from the clean sessions of a month in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tpi_billing import __version__
from tpi_billing.claims.assessment import Assessed, Assessor
from tpi_billing.claims.rendering import insist_writable, render_batch
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import ConflictError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import batches as stored
from tpi_billing.ledger.claims import (
    add_claims,
    next_claim_id,
)
from tpi_billing.ledger.exchange import add_files
from tpi_billing.ledger.journal import first_day
from tpi_billing.ledger.numbers import LAST_NUMBER, OFFICE_FOLIO, reserve
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.altered import altered
from tpi_billing.model.claim import BatchState, Claim
from tpi_billing.model.finding import Finding, Place


@dataclass
class Plan:
    """What a batch would bill, and what it would leave behind.

    Those `taken` are without the text of their rows and without their claims, which are here.
    A session with `nothing_to_bill` belongs with all that it has to another of its day; it stays
    open, so that it is billed after all if that other one never is. Those billed `again`, by a
    claim in the place of an answered one, stay with the batch that billed them first.
    """

    claims: list[Claim] = field(default_factory=list)
    taken: list[Assessed] = field(default_factory=list)
    held: list[Assessed] = field(default_factory=list)
    nothing_to_bill: list[Assessed] = field(default_factory=list)
    again: list[Assessed] = field(default_factory=list)

    @property
    def amount_cents(self) -> int:
        """The batch's total: the sum of its claims."""
        return sum(claim.amount_cents for claim in self.claims)

    def findings(self) -> list[Finding]:
        """List every finding, held sessions first."""
        every = (*self.held, *self.taken, *self.nothing_to_bill, *self.again)
        return [finding for one in every for finding in one.findings]


def plan_batch(
    connection: Connection,
    config: Config,
    codes: CodeBook,
    as_of: date,
    scope: Scope,
    advance: Callable[[int], None] = lambda _sessions: None,
) -> Plan:
    """Assess the sessions in scope and make the clean ones into claims; nothing is stored."""
    plan = Plan()
    for one in Assessor(config, codes, as_of).assess(connection, scope):
        advance(1)
        if one.held:
            plan.held.append(one)
        elif not one.claims:
            plan.nothing_to_bill.append(one)
        else:
            plan.claims.extend(one.claims)
            plan.taken.append(_billed(one))
    plan.held.sort(key=_in_order)
    plan.taken.sort(key=_in_order)
    plan.claims.sort(key=_claim_order)
    return plan


def _billed(one: Assessed) -> Assessed:
    """Leave out what nobody asks of a session that is billed: a month has thousands of them."""
    row = altered(one.candidate.stored, content="")
    return altered(one, candidate=altered(one.candidate, stored=row), claims=())


def create_batch(
    ledger: Ledger,
    config: Config,
    codes: CodeBook,
    as_of: date,
    scope: Scope,
    actor: str,
    *,
    dry_run: bool = False,
    advance: Callable[[int], None] = lambda _sessions: None,
) -> tuple[int | None, Plan]:
    """Make one numbered batch of the month's clean sessions; return its number and the plan.

    The number is None when there is nothing to bill, and on a dry run, which changes nothing.
    """
    if dry_run:
        with ledger.reading() as connection:
            plan = plan_batch(connection, config, codes, as_of, scope, advance)
            insist_writable(config, codes, plan.claims, first_day(connection) or as_of)
            return None, plan
    with ledger.changing(actor) as transaction:
        plan = plan_batch(transaction.connection, config, codes, as_of, scope, advance)
        if not plan.claims:
            return None, plan
        return store_batch(transaction, config, codes, as_of, scope, plan), plan


def store_batch(
    transaction: Transaction,
    config: Config,
    codes: CodeBook,
    as_of: date,
    scope: Scope,
    plan: Plan,
) -> int:
    """Store a plan as a batch with its Teleplan file; return its number.

    The plan's claims are those of the ledger afterwards, with all their numbers.
    """
    data_centre = config.clinic.data_centre
    batch_id = stored.next_batch_id(transaction)
    folio = _reserve_folios(transaction, data_centre, len(plan.claims))
    claim_id = next_claim_id(transaction)
    plan.claims = [
        altered(claim, batch_id=batch_id, claim_id=claim_id + at, office_folio=folio + at)
        for at, claim in enumerate(plan.claims)
    ]
    installed_on = first_day(transaction.connection) or as_of
    rendered = render_batch(transaction, config, codes, batch_id, plan.claims, installed_on)
    plan.claims = list(rendered.claims)
    stored.add_batch(
        transaction,
        {
            "batch_id": batch_id,
            "data_centre": data_centre,
            "month": scope.month,
            "practitioner_filter": scope.practitioner or "",
            "state": BatchState.PREPARED.value,
            "as_of": as_of.isoformat(),
            "created_at": transaction.at,
            "created_by": transaction.actor,
            "claims": len(plan.claims),
            "sessions": len({claim.session_key for claim in plan.claims}),
            "held": len(plan.held),
            "amount_cents": plan.amount_cents,
            "facts": _facts(transaction.connection, config, codes, plan),
            "void_reason": "",
        },
    )
    add_claims(transaction, data_centre, plan.claims)
    add_files(transaction, rendered.files)
    stored.take_sessions(
        transaction, batch_id, [one.candidate.stored.session_key for one in plan.taken]
    )
    noticed = [one for one in (*plan.taken, *plan.again) if one.findings]
    stored.add_batch_sessions(transaction, batch_id, map(_kept, (*plan.held, *noticed)))
    return batch_id


def _reserve_folios(transaction: Transaction, data_centre: str, count: int) -> int:
    first = reserve(transaction, data_centre, OFFICE_FOLIO, count)
    if first + count - 1 > LAST_NUMBER:
        raise ConflictError(
            "The office folio numbers are used up: a claim's number has seven digits.",
            hint="Ask for a second data centre number.",
        )
    return first


def _facts(connection: Connection, config: Config, codes: CodeBook, plan: Plan) -> dict[str, Any]:
    clinic = config.clinic
    keys = [one.candidate.stored.session_key for one in plan.held]
    keys += sorted({claim.session_key for claim in plan.claims})
    return {
        "clinic_name": clinic.name,
        "contact_name": clinic.contact_name,
        "contact_phone": clinic.contact_phone,
        "payee_number": clinic.payee_number,
        "practitioner_names": [[p.number, p.name] for p in config.practitioners],
        "item_titles": sorted(_titles(codes, plan).items()),
        "editions": sorted({claim.edition for claim in plan.claims}),
        "tool_version": __version__,
        "sources": [list(source[1:]) for source in stored.sources_of(connection, keys)],
    }


def _titles(codes: CodeBook, plan: Plan) -> dict[str, str]:
    found = (codes.fee_item(claim.fee_item, claim.service_date) for claim in plan.claims)
    return {item.code: item.title for item in found if item is not None}


def _parts(value: Finding | Place) -> dict[str, Any]:
    """Return a value's parts by name; `asdict` would copy each of them, however plain."""
    return {name: getattr(value, name) for name in value.__slots__}


def _kept(one: Assessed) -> stored.BatchSession:
    session, place = one.session, one.candidate.place
    facts = {
        "session_id": session.session_id,
        "source": one.candidate.stored.source,
        "service_date": session.service_date.isoformat(),
        "practitioner_number": session.practitioner_number,
        "patient_id": session.patient_id,
        "phn": session.phn,
        "first_name": session.first_name,
        "surname": session.surname,
        "place": _parts(place),
    }
    findings = [{**_parts(finding), "place": _parts(finding.place)} for finding in one.findings]
    return stored.BatchSession(one.candidate.stored.session_key, one.held, facts, findings)


def _in_order(one: Assessed) -> tuple[date, str, str]:
    session = one.session
    return session.service_date, one.candidate.stored.start_time, session.session_id


def _claim_order(claim: Claim) -> tuple[str, date, str, str, str]:
    start = claim.start_time.isoformat() if claim.start_time else ""
    return claim.practitioner_number, claim.service_date, start, claim.session_id, claim.fee_item
