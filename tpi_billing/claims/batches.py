"""Batches: made from the clean sessions of a month in one transaction, shown, and voided."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tpi_billing import __version__
from tpi_billing.claims.assessment import Assessed, Assessor
from tpi_billing.claims.deadlines import last_day
from tpi_billing.claims.parts import (
    Status,
    change_state,
    insist_no_doubt,
    parts_of,
    send_accepted,
)
from tpi_billing.claims.reinstating import reinstate_answered
from tpi_billing.claims.rendering import insist_writable, render_batch
from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import Ledger, Transaction
from tpi_billing.ledger import batches as stored
from tpi_billing.ledger.claims import (
    ClaimFilter,
    add_claims,
    find_claims,
    next_claim_id,
    void_claims,
)
from tpi_billing.ledger.exchange import add_files
from tpi_billing.ledger.exchange import files_of as teleplan_files
from tpi_billing.ledger.journal import first_day
from tpi_billing.ledger.numbers import LAST_NUMBER, OFFICE_FOLIO, reserve
from tpi_billing.ledger.remittances import waiting_claims
from tpi_billing.ledger.rendered import insist_rendered
from tpi_billing.ledger.sessions import Scope
from tpi_billing.ledger.store import Connection
from tpi_billing.model.altered import altered
from tpi_billing.model.batch import Batch, BatchContents, HeldSession, SourceFile
from tpi_billing.model.claim import BATCH_TRANSITIONS, BatchState, Claim, ClaimState
from tpi_billing.model.finding import Finding, Place, Severity


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


def void_batch(
    ledger: Ledger,
    actor: str,
    batch_id: int,
    reason: str,
    settle: Callable[[Transaction, Sequence[int]], object] = lambda _transaction, _claims: None,
) -> tuple[int, int]:
    """Void what MSP does not have of a batch; its sessions can be billed again, its numbers stay.

    A claim in whose place a void one stood is again what it was, and `settle` is told of these: MSP
    may have said more of them since.

    The claims of files that MSP has taken stay as they are: the batch is accepted then and no
    longer void. Return how many claims were voided and how many sessions released. ConflictError
    when a file is, or may be, with MSP and nobody knows.
    """
    if not reason.strip():
        raise UsageError("A void needs a reason.", hint='Say why, e.g. --reason "wrong month".')
    with ledger.changing(actor) as transaction:
        state = BatchState(_found(transaction.connection, ledger, batch_id).state)
        parts = parts_of(transaction.connection, batch_id)
        insist_no_doubt(batch_id, parts)
        if BatchState.VOID not in BATCH_TRANSITIONS[state]:
            raise ConflictError(
                f"Batch {batch_id} is {state} and cannot be voided.",
                hint="Only a batch that was not sent can be voided.",
            )
        send_accepted(transaction, parts)
        if state is BatchState.PREPARED:
            _insist_unanswered(transaction.connection, ledger, batch_id)
        why = reason.strip()
        claims = void_claims(transaction, batch_id)
        settle(transaction, reinstate_answered(transaction, ledger.data_centre, batch_id, why))
        sessions = stored.release_sessions(transaction, batch_id)
        if any(part.status is Status.ACCEPTED for part in parts):
            change_state(transaction, batch_id, BatchState.SENT, void_reason=why)
            change_state(transaction, batch_id, BatchState.ACCEPTED)
        else:
            change_state(transaction, batch_id, BatchState.VOID, void_reason=why)
        return claims, len(sessions)


def _insist_unanswered(connection: Connection, ledger: Ledger, batch_id: int) -> None:
    """Raise ConflictError when MSP has answered claims that are not recorded as sent."""
    answered = set(waiting_claims(connection, ledger.data_centre))
    wanted = ClaimFilter(batch_id=batch_id, state=ClaimState.BATCHED.value)
    here = find_claims(connection, ledger.data_centre, wanted)
    if count := sum(claim.claim_id in answered for claim in here):
        claims = "1 claim" if count == 1 else f"{count} claims"
        raise ConflictError(
            f"MSP has answered {claims} of batch {batch_id}: it has them.",
            hint=f"Say that the files were uploaded: tpi-billing batch sent {batch_id}, then "
            f"tpi-billing batch confirm {batch_id}. The answers are applied then.",
        )


def read_contents(connection: Connection, ledger: Ledger, batch_id: int) -> BatchContents:
    """Return everything that the batch's files are made from, as it was when it was made."""
    row = _found(connection, ledger, batch_id)
    held: list[HeldSession] = []
    notices: list[Finding] = []
    texts: dict[str, str] = {}
    for one in stored.sessions_of(connection, batch_id):
        if one.held:
            held.append(_held(one, texts))
        else:
            notices.extend(_findings(one.findings, texts))
    return BatchContents(
        batch=_batch(row, ledger.data_centre),
        claims=tuple(find_claims(connection, ledger.data_centre, ClaimFilter(batch_id=batch_id))),
        held=tuple(held),
        notices=tuple(notices),
        sources=tuple(SourceFile(*source) for source in row.facts["sources"]),
        teleplan_files=tuple(file.content for file in teleplan_files(connection, batch_id)),
    )


def _found(connection: Connection, ledger: Ledger, batch_id: int) -> stored.BatchRow:
    rows = stored.list_batches(connection, ledger.data_centre, only=batch_id)
    if not rows:
        raise UsageError(f"There is no batch {batch_id}.", hint="See tpi-billing batch list.")
    return rows[0]


def _batch(row: stored.BatchRow, data_centre: str) -> Batch:
    facts = row.facts
    return Batch(
        batch_id=row.batch_id,
        state=BatchState(row.state),
        data_centre=data_centre,
        month=row.month,
        practitioner_filter=row.practitioner_filter,
        as_of=date.fromisoformat(row.as_of),
        created_at=row.created_at,
        created_by=row.created_by,
        clinic_name=facts["clinic_name"],
        contact_name=facts["contact_name"],
        contact_phone=facts["contact_phone"],
        payee_number=facts["payee_number"],
        practitioner_names=tuple((number, name) for number, name in facts["practitioner_names"]),
        item_titles=tuple((item, title) for item, title in facts["item_titles"]),
        editions=tuple(facts["editions"]),
        tool_version=facts["tool_version"],
        claims=row.claims,
        sessions=row.sessions,
        held=row.held,
        amount_cents=row.amount_cents,
        journal_entry=row.journal_entry,
        journal_hash=row.journal_hash,
    )


def _held(one: stored.BatchSession, texts: dict[str, str]) -> HeldSession:
    facts = one.facts
    day = date.fromisoformat(facts["service_date"])
    return HeldSession(
        session_id=facts["session_id"],
        source=facts["source"],
        service_date=day,
        practitioner_number=facts["practitioner_number"],
        patient_id=facts["patient_id"],
        phn=facts["phn"],
        first_name=facts["first_name"],
        surname=facts["surname"],
        last_day=last_day(day),
        place=Place(**facts["place"]),
        findings=tuple(_findings(one.findings, texts)),
    )


def _findings(kept: Iterable[dict[str, Any]], texts: dict[str, str]) -> Iterator[Finding]:
    """Read findings; `texts` are those that were met, for most say the same as thousands more."""
    for values in kept:
        parts = {name: _met(value, texts) for name, value in values.items()}
        parts["severity"] = Severity(parts["severity"])
        parts["place"] = Place(**parts["place"])
        yield Finding(**parts)


def _met(value: Any, texts: dict[str, str]) -> Any:
    return texts.setdefault(value, value) if isinstance(value, str) else value


def _in_order(one: Assessed) -> tuple[date, str, str]:
    session = one.session
    return session.service_date, one.candidate.stored.start_time, session.session_id


def _claim_order(claim: Claim) -> tuple[str, date, str, str, str]:
    start = claim.start_time.isoformat() if claim.start_time else ""
    return claim.practitioner_number, claim.service_date, start, claim.session_id, claim.fee_item


def contents_to_export(ledger: Ledger, batch_id: int) -> BatchContents:
    """Return a batch's contents for its files; raise ConflictError for a void one.

    Raise IntegrityError when its Teleplan file is no longer what was rendered.
    """
    with ledger.reading() as connection:
        insist_rendered(connection, batch_id)
        contents = read_contents(connection, ledger, batch_id)
    if contents.batch.state is BatchState.VOID:
        raise ConflictError(
            f"Batch {batch_id} is void; its files must not be made again.",
            hint="Make a new batch with tpi-billing batch create.",
        )
    return contents


def record_files(
    ledger: Ledger, actor: str, batch_id: int, files: Sequence[tuple[str, str, str]]
) -> None:
    """Write into the journal which files were published: path, kind, SHA-256."""
    with ledger.changing(actor) as transaction:
        stored.add_files(transaction, batch_id, files)
