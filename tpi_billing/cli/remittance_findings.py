"""What of MSP's answers needs a person, as findings: one for each reason of each line."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from tpi_billing.model.finding import Finding, Place, Severity
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.remittance.statement import Item, Statement
    from tpi_billing.remittance.tying import Tied


def findings_of(statement: "Statement", names: Mapping[int, str]) -> list[Finding]:
    """Return the findings of lines; `names` are the files' by their numbers."""
    return [
        finding
        for items in statement.items.values()
        for item in items
        for finding in _of_item(item, names)
    ]


def differences_of(remittances: Iterable["Tied"]) -> Iterator[Finding]:
    """Yield a finding for each total that its lines do not come to, and where there is none."""
    from tpi_billing.remittance.ties import TieState

    for tied in remittances:
        ties = tied.ties
        if ties.state is TieState.NO_TOTAL:
            yield Finding(
                "remittance-without-total",
                Severity.WARNING,
                f"Remittance {tied.name} has no total of its payee (S21).",
                "Fetch the file again; until then nothing says what the deposit is.",
            )
        for tie in ties.differences:
            whose = f" of practitioner {tie.practitioner_number}" if tie.practitioner_number else ""
            yield Finding(
                "remittance-difference",
                Severity.ERROR,
                f"Remittance {tied.name}, {tie.name}{whose}: MSP states "
                f"{dollars(tie.stated_cents)}, the lines come to {dollars(tie.found_cents)}.",
                "; ".join(one.message for one in tie.explanations)
                or "No single line explains it: ask MSP.",
            )


def _of_item(item: "Item", names: Mapping[int, str]) -> Iterator[Finding]:
    from tpi_billing.remittance.statement import Kind

    code, severity = _FINDINGS.get(item.kind, ("", Severity.INFO))
    if not code:
        return
    where = Place(file=names.get(item.line.file_id, ""), row=item.line.line_number)
    session_id = "" if item.claim is None else item.claim.session_id
    said = _said(item)
    if item.kind in {Kind.UNMATCHED, Kind.NOT_APPLIED} or not item.codes:
        yield Finding(
            code,
            severity,
            said,
            f"See it with: tpi-billing remittance show {item.line.file_id}",
            where,
            session_id=session_id,
            claim_id=item.line.claim_id,
            explanatory_code=item.codes[0].code if item.codes else "",
        )
        return
    for reason in item.codes:
        yield Finding(
            code,
            severity,
            f"{said} {reason.code}: {reason.meaning}",
            reason.cure,
            where,
            session_id=session_id,
            claim_id=item.line.claim_id,
            explanatory_code=reason.code,
            field=reason.field,
        )


_FINDINGS: dict[str, tuple[str, Severity]] = {
    "refused": ("claim-refused", Severity.ERROR),
    "changed": ("claim-changed", Severity.WARNING),
    "taken-back": ("payment-taken-back", Severity.WARNING),
    "unmatched": ("line-unmatched", Severity.ERROR),
    "not-applied": ("line-not-applied", Severity.ERROR),
}
"""By kind of item: the finding's code, and how grave it is."""


def _said(item: "Item") -> str:
    billed, paid = dollars(item.billed_cents), dollars(item.paid_cents)
    claim = f"Claim {item.line.claim_id}"
    match item.kind.value:
        case "refused":
            return f"{claim} of {billed} is refused."
        case "changed":
            return f"{claim}: {billed} billed, {paid} paid."
        case "taken-back":
            return f"{claim}: MSP takes {dollars(-item.paid_cents)} back."
        case "not-applied":
            return f"{item.line.record} of claim {item.line.claim_id}: {item.line.problem}."
    return f"{item.line.record} matches no claim: {item.line.problem}."
