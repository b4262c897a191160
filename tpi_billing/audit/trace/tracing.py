"""Trace claims: all that the ledger has of each, in the order in which a person follows it."""

from collections.abc import Iterable, Iterator

from tpi_billing.audit.trace.answers import answers_section, money_section, owed_cents
from tpi_billing.audit.trace.billing import batch_section, pricing_section, sending_section
from tpi_billing.audit.trace.document import Money, Section, Trace, facts
from tpi_billing.audit.trace.events import history_section
from tpi_billing.audit.trace.gathering import Gathered, gather
from tpi_billing.audit.trace.judgement import checks_section, decisions_section
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.audit.trace.origin import source_section, values_section
from tpi_billing.audit.trace.people import (
    chain_section,
    journal_section,
    referral_section,
    reviews_section,
)
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim


def trace_claims(
    connection: Connection,
    data_centre: str,
    claims: Iterable[Claim],
    codes: CodeBook,
    *,
    unmask: bool = False,
) -> Iterator[Trace]:
    """Yield the trace of each claim; without `unmask` no health number or name is in it."""
    masks = Masks(unmask=unmask)
    for claim in claims:
        yield _trace(gather(connection, data_centre, claim), codes, masks)


def _trace(found: Gathered, codes: CodeBook, masks: Masks) -> Trace:
    claim = found.claim
    sections = (
        _summary(found, masks),
        history_section(found, masks),
        source_section(found, masks),
        values_section(found, masks),
        checks_section(found, masks),
        decisions_section(found, masks),
        pricing_section(found, codes, masks),
        batch_section(found, masks),
        sending_section(found, masks),
        answers_section(found, codes, masks),
        money_section(found),
        chain_section(found, masks),
        referral_section(found, masks),
        reviews_section(found, masks),
        journal_section(found, masks),
    )
    return Trace(found.number, f"Claim {found.number}: {claim.state.value}", sections)


def _summary(found: Gathered, masks: Masks) -> Section:
    claim = found.claim
    names = dict(found.batch.facts.get("practitioner_names", ()))
    practitioner = f"{claim.practitioner_number} {names.get(claim.practitioner_number, '')}"
    patient = (
        masks.cell("patient_first_name", claim.first_name),
        masks.cell("patient_surname", claim.surname),
        masks.cell("phn", claim.phn)
        or masks.cell("registration_number", claim.registration_number),
    )
    told = facts(
        ("state", "state", claim.state.value),
        ("patient", "patient", " ".join(part for part in patient if part)),
        ("session_id", "session", masks.words(claim.session_id)),
        ("service_date", "service date", claim.service_date),
        ("practitioner", "practitioner", practitioner.strip()),
        ("payee_number", "payee", claim.payee_number),
        ("item", "fee item", f"{claim.fee_item} x {claim.units}"),
        ("amount", "billed", Money(claim.amount_cents)),
        ("outstanding", "outstanding", Money(owed_cents(claim, found.posted[found.number]))),
        ("batch_id", "batch", claim.batch_id or ""),
        (
            "predecessor",
            "replaces",
            f"claim {claim.predecessor}" if claim.predecessor else "",
        ),
        ("successors", "in its place", _successors(found)),
    )
    return Section("claim", "The claim", (told,))


def _successors(found: Gathered) -> tuple[str, ...]:
    after = (one for one in found.chain if one.predecessor == found.claim.claim_id)
    return tuple(f"claim {one.claim_id}" for one in after)
