"""What people did about a claim: the chain of corrections, referrals, reviews, and the journal."""

import json
from collections.abc import Iterable

from tpi_billing.audit.trace.answers import owed_cents
from tpi_billing.audit.trace.document import (
    Digest,
    Moment,
    Money,
    Pairs,
    Section,
    Value,
    facts,
    table,
)
from tpi_billing.audit.trace.gathering import Gathered
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.ledger.amendments import Amendment
from tpi_billing.ledger.tracing import Entry
from tpi_billing.model.claim import Claim
from tpi_billing.model.referral import RegisteredReferral

ASKED = {
    "correct": "corrected",
    "resubmit": "sent again as it was",
    "debit": "payment to be taken back",
    "write-off": "written off",
}


def chain_section(found: Gathered, masks: Masks) -> Section:
    """Tell which claims stand in one another's place, and who asked for it and why."""
    owed = {one.claim_id: owed_cents(one, found.posted[one.claim_id or 0]) for one in found.chain}
    told = facts(
        ("claims", "claims", tuple(str(one.claim_id) for one in found.chain)),
        ("paid_in_all", "paid in all", Money(sum(one.paid_cents or 0 for one in found.chain))),
        ("owed_in_all", "owed in all", Money(sum(owed.values()))),
    )
    rows = [
        (
            one.claim_id,
            one.predecessor or "",
            one.submission_code,
            f"{one.fee_item} x {one.units}",
            Money(one.amount_cents),
            _paid(one),
            Money(owed[one.claim_id]),
            one.batch_id,
            one.state.value,
        )
        for one in found.chain
    ]
    columns = [
        ("claim_id", "claim", "number"),
        ("predecessor", "for", "number"),
        ("submission_code", "code"),
        ("item", "item"),
        ("amount", "amount", "number"),
        ("paid", "paid", "number"),
        ("owed", "owed", "number"),
        ("batch_id", "batch", "number"),
        ("state", "state", "words"),
    ]
    made = table("chain", "The claims in one another's place", columns, rows)
    asked = [_amendment(one, found, masks) for one in found.amendments]
    amended = [
        ("amendment_id", "request"),
        ("claim_id", "claim"),
        ("kind", "what"),
        ("successor_id", "made claim"),
        ("from_state", "it stood at"),
        ("submission_code", "code"),
        ("changed", "changed"),
        ("note", "note to MSP"),
        ("reason", "why"),
        ("at", "when"),
        ("by", "by"),
        ("in_force", "in force"),
        ("withdrawn", "taken back"),
    ]
    asks = table(
        "amendments",
        "Who asked for it, and why",
        amended,
        asked,
        empty="Nobody has asked for any.",
        tall=True,
    )
    return Section("chain", "Corrections", (told, made, asks))


def _paid(claim: Claim) -> Value:
    return "" if claim.paid_cents is None else Money(claim.paid_cents)


def _amendment(one: Amendment, found: Gathered, masks: Masks) -> tuple[Value, ...]:
    changed = ((name, masks.cell(name, text) or "blank") for name, text in one.changed.items())
    return (
        one.amendment_id,
        one.claim_id,
        ASKED[one.kind.value],
        one.successor_id or "",
        one.from_state,
        one.submission_code,
        Pairs(tuple(changed)),
        masks.cell("note", one.note),
        masks.words(one.reason),
        Moment(one.made_at),
        one.made_by,
        one.active,
        _withdrawn(found.about(f"amendment:{one.amendment_id}"), masks),
    )


def _withdrawn(entries: Iterable[Entry], masks: Masks) -> str:
    for entry in entries:
        if entry.action == "amendment.withdrawn":
            why = json.loads(entry.content).get("why", "")
            return f"{entry.at[:10]} by {entry.actor}: {masks.words(why)}"
    return ""


def referral_section(found: Gathered, masks: Masks) -> Section:
    """Tell who the claim names as referrer, and what the registry has of the patient."""
    claim = found.claim
    told = facts(
        ("number", "referrer", f"{claim.referral_code} {claim.referral_number}"),
        ("name", "name", masks.cell("referral_name", claim.referral_name)),
        ("profession", "profession", masks.cell("referral_profession", claim.referral_profession)),
        ("received", "dated", "" if claim.referral_date is None else claim.referral_date),
    )
    rows = [
        (
            one.referral_id,
            _is_named(one, claim),
            one.number,
            masks.cell("referral_name", one.name),
            one.received,
            "" if one.closed_on is None else one.closed_on,
            tuple(day.isoformat() for day in one.updates),
            _entered(found, one.referral_id),
        )
        for one in found.referrals
    ]
    columns = [
        ("referral_id", "no.", "number"),
        ("named", "named"),
        ("referrer", "number"),
        ("name", "name", "words"),
        ("received", "received"),
        ("closed_on", "closed"),
        ("updates", "reports on", "words"),
        ("entered", "entered", "words"),
    ]
    empty = "The registry has no referral of the patient."
    made = table("registry", "The patient's referrals in the registry", columns, rows, empty=empty)
    return Section("referral", "Referral", (told, made))


def _is_named(one: RegisteredReferral, claim: Claim) -> bool:
    return (one.number, one.received) == (claim.referral_number, claim.referral_date)


def _entered(found: Gathered, referral_id: int) -> Value:
    for entry in found.about(f"referral:{referral_id}"):
        return f"{entry.at[:10]} {entry.actor}"
    return None


def reviews_section(found: Gathered, masks: Masks) -> Section:
    """Tell in which samples of charts the claim was drawn, and the reviewers' verdicts."""
    rows = [
        (
            one.sample_id,
            Moment(one.drawn_at),
            one.drawn_by,
            one.verdict or "none yet",
            "" if one.right_cents is None else Money(one.right_cents),
            masks.words(one.reason),
            f"{one.reviewed_by} {one.reviewed_on}".strip(),
        )
        for one in found.reviews
    ]
    columns = [
        ("sample_id", "sample", "number"),
        ("drawn_at", "drawn (UTC)"),
        ("drawn_by", "by", "words"),
        ("verdict", "verdict", "words"),
        ("right_amount", "right", "number"),
        ("reason", "why", "words"),
        ("reviewed", "reviewed", "words"),
    ]
    empty = "It was never drawn for a look at its chart."
    return Section(
        "reviews", "Review of the chart", (table("reviews", "", columns, rows, empty=empty),)
    )


def journal_section(found: Gathered, masks: Masks) -> Section:
    """List the journal's entries about the claim and what it went through, and the head."""
    rows = [
        (
            one.entry,
            Moment(one.at),
            one.actor,
            one.action,
            masks.words(one.record),
            _values(one, masks),
            Digest(one.sha256),
        )
        for one in found.entries
    ]
    columns = [
        ("entry", "entry", "number"),
        ("at", "when (UTC)"),
        ("by", "by", "words"),
        ("action", "action"),
        ("record", "record", "words"),
        ("values", "values", "detail"),
        ("sha256", "hash"),
    ]
    told = facts(
        ("head_entries", "entries", found.head.entries),
        ("head_sha256", "head", Digest(found.head.sha256)),
    )
    return Section("journal", "Journal", (told, table("entries", "", columns, rows)))


def _values(entry: Entry, masks: Masks) -> Pairs:
    """Return what an entry changed; those that made a record say nothing that is not told above."""
    if entry.action.endswith(_MADE):
        return Pairs(())
    values = masks.values(json.loads(entry.content))
    return Pairs(tuple((name, _text(value)) for name, value in sorted(values.items())))


_MADE = (".new", ".started", ".session", ".rendered", ".exported", ".given")


def _text(value: object) -> str:
    return "none" if value is None else str(value)
