"""What the checks found in a claim's session, and what people decided about it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tpi_billing.audit.trace.document import Moment, Section, Value, facts, table
from tpi_billing.audit.trace.gathering import Gathered
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.ledger.tracing import KeptFindings


def checks_section(found: Gathered, masks: Masks) -> Section:
    """Tell what the checks found when the batch was made, and in batches before that held it."""
    rows = [row for kept in found.findings for row in _findings(kept, masks)]
    held = tuple(str(kept.batch_id) for kept in found.findings if kept.held)
    told = facts(
        (
            "checked_as_of",
            "checked",
            f"as of {found.batch.as_of}, before batch {found.claim.batch_id}",
        ),
        ("tool_version", "by version", found.batch.facts.get("tool_version")),
        ("held_in_batches", "held back", held and tuple(f"batch {one}" for one in held)),
    )
    columns = [
        ("batch_id", "batch", "number"),
        ("held", "held"),
        ("severity", "severity"),
        ("code", "check"),
        ("message", "what it found", "words"),
        ("explanatory_code", "MSP's code"),
    ]
    made = table(
        "findings",
        "",
        columns,
        rows,
        empty="No check found anything: the claim passed all of them without a remark.",
    )
    return Section("checks", "Checks and findings", (told, made))


def _findings(kept: KeptFindings, masks: Masks) -> Iterator[tuple[Value, ...]]:
    found: list[Mapping[str, Any]] = json.loads(kept.findings)
    for one in found:
        value = masks.cell(one["column"], one["value"])
        said = f"{masks.words(one['message'])}{f' ({value})' if value else ''}"
        yield (
            kept.batch_id,
            kept.held,
            one["severity"],
            one["code"],
            said,
            one["explanatory_code"],
        )


def decisions_section(found: Gathered, masks: Masks) -> Section:
    """Tell what people decided about the session."""
    rows = [
        (
            one.decision_id,
            _KINDS.get(one.kind, one.kind),
            one.fee_item,
            one.reference,
            masks.words(one.reason),
            Moment(one.decided_at),
            one.decided_by,
            one.active,
            _withdrawn(found, one.decision_id, masks),
        )
        for one in found.decisions
    ]
    columns = [
        ("decision_id", "decision"),
        ("kind", "what"),
        ("fee_item", "fee item"),
        ("reference", "reference"),
        ("reason", "why"),
        ("at", "when"),
        ("by", "by"),
        ("in_force", "in force"),
        ("withdrawn", "taken back"),
    ]
    empty = "Nobody had to decide anything about it."
    made = table("decisions", "", columns, rows, empty=empty, tall=True)
    return Section("decisions", "Decisions", (made,))


_KINDS = {
    "second-service": "a true second service (code D)",
    "over-age": "approved by MSP though too late (code A)",
}


def _withdrawn(found: Gathered, decision_id: int, masks: Masks) -> str:
    for entry in found.about(f"decision:{decision_id}"):
        if entry.action != "decision.new":
            why = json.loads(entry.content).get("reason", "")
            said = f"{entry.at[:10]} by {entry.actor}"
            return f"{said}: {masks.words(why)}" if why else f"{said}, for another decision"
    return ""
