"""A claim's beginning in words: the files that brought its session, and what they said."""

from collections.abc import Sequence

from tpi_billing.audit.trace.document import (
    Digest,
    Moment,
    Pairs,
    Section,
    Value,
    Words,
    facts,
    table,
)
from tpi_billing.audit.trace.gathering import Gathered
from tpi_billing.audit.trace.masks import Masks
from tpi_billing.audit.trace.versions import Change, Said
from tpi_billing.intake.parsing import label
from tpi_billing.model.claim import Claim
from tpi_billing.model.session import COLUMNS

_OUTCOMES = {
    "new": "new",
    "updated": "changed the session",
    "unchanged": "changed nothing",
    "skipped": "not completed, nothing to bill",
}


def source_section(found: Gathered, masks: Masks) -> Section:
    """Tell which files had the session: row by row, what each said and what became of it."""
    rows = [
        (
            one.row.import_id,
            masks.words(one.row.file_name),
            Digest(one.row.file_sha256),
            one.row.sheet,
            one.row.row_number,
            Moment(one.row.imported_at),
            one.row.imported_by,
            said_in_words(one) if one.row.outcome else None,
            _first_said(one, found.said, masks),
            _changed(one, masks),
        )
        for one in found.said
    ]
    told = facts(
        ("source", "source", found.claim.source),
        ("session_id", "session", masks.words(found.claim.session_id)),
        ("patient_key", "patient", masks.patient_key(found.claim.patient_key)),
        ("conflict", "conflict", masks.words(found.session.conflict if found.session else "")),
        ("waiting", "waits", _waiting(found)),
    )
    columns = [
        ("import_id", "import"),
        ("file", "file"),
        ("sha256", "SHA-256"),
        ("sheet", "sheet"),
        ("row", "row"),
        ("at", "imported"),
        ("by", "by"),
        ("outcome", "what it did"),
        ("said", "it said", "script"),
        ("changes", "it changed"),
    ]
    history = table("imports", "Every import that had it", columns, rows, tall=True)
    return Section("source", "Where it came from", (told, history))


def _first_said(one: Said, every: Sequence[Said], masks: Masks) -> Value:
    """Return all that the first row said that was kept; of others only what they changed."""
    first = next((each for each in every if each.values is not None), None)
    if one.values is None or one is not first:
        return None if one.values is None else ""
    named = ((column.name, one.values.get(column.name, "")) for column in COLUMNS)
    return Pairs(tuple((name, masks.cell(name, text)) for name, text in named if text))


def _changed(one: Said, masks: Masks) -> Value:
    if one.values is None:
        return None
    return Pairs(tuple((change.column, _change(change, masks)) for change in one.changes))


def _change(change: Change, masks: Masks) -> str:
    before = masks.cell(change.column, change.before) or "blank"
    return f"{before} -> {masks.cell(change.column, change.after) or 'blank'}"


def _waiting(found: Gathered) -> str:
    if found.session is None or not found.session.pending:
        return ""
    return "The source has changed it since it was billed; the change waits beside it."


def values_section(found: Gathered, masks: Masks) -> Section:
    """Set what the import said beside what the claim says."""
    changed = _amended(found)
    on_claim = _on_claim(found.claim)
    rows: list[tuple[Value, ...]] = []
    for column in COLUMNS:
        imported = found.values.get(column.name, "")
        amended, billed = changed.get(column.name), on_claim.get(column.name, "")
        if not imported and not billed and amended is None:
            continue
        differs = billed not in {"", imported if amended is None else amended}
        rows.append(
            (
                column.name,
                label(column.name),
                masks.cell(column.name, imported),
                "" if amended is None else masks.cell(column.name, amended) or "blank",
                masks.cell(column.name, billed) if differs else "",
            )
        )
    columns = [
        ("column", "column", "script"),
        ("label", "value"),
        ("imported", "as imported", "words"),
        ("amended", "corrected to", "words"),
        ("claim", "on the claim", "words"),
    ]
    words = (
        "As imported is what the ledger keeps of the row: dates in one spelling, zeros that a "
        "spreadsheet dropped restored. The cell itself is in the file of that SHA-256. The last "
        "column stands only where the claim says something else: the clinic's own setting, the "
        "registry's referral, or another spelling."
    )
    return Section(
        "values",
        "What the session said",
        (Words("about", words), table("values", "", columns, rows, empty="Nothing was kept.")),
    )


def _amended(found: Gathered) -> dict[str, str]:
    """Return what was corrected on the way from the first claim of the chain to this one."""
    before: dict[int | None, Claim] = {one.claim_id: one for one in found.chain}
    way, at = set(), found.claim
    while True:
        way.add(at.claim_id)
        if at.predecessor not in before:
            break
        at = before[at.predecessor]
    changed: dict[str, str] = {}
    for one in found.amendments:
        if one.successor_id in way and one.claim_id in way:
            changed.update(one.changed)
    return changed


def _on_claim(claim: Claim) -> dict[str, str]:
    diagnoses = [*claim.diagnoses, "", "", ""][:3]
    return {
        "service_date": claim.service_date.isoformat(),
        "start_time": claim.start_time.strftime("%H:%M") if claim.start_time else "",
        "end_time": claim.end_time.strftime("%H:%M") if claim.end_time else "",
        "practitioner_number": claim.practitioner_number,
        "payee_number": claim.payee_number,
        "location_code": claim.location_code,
        "phn": claim.phn,
        "dependent": claim.dependent,
        "patient_first_name": claim.first_name,
        "patient_second_name": claim.second_name,
        "patient_surname": claim.surname,
        "birth_date": claim.birth_date.isoformat() if claim.birth_date else "",
        "sex": claim.sex,
        "insurer": claim.insurer,
        "registration_number": claim.registration_number,
        "address_1": claim.address_1,
        "address_2": claim.address_2,
        "city": claim.city,
        "postal_code": claim.postal_code,
        "icbc_claim_number": claim.icbc_claim_number,
        "referral_number": claim.referral_number,
        "referral_name": claim.referral_name,
        "referral_profession": claim.referral_profession,
        "referral_date": claim.referral_date.isoformat() if claim.referral_date else "",
        **{f"diagnosis_{at}": code for at, code in enumerate(diagnoses, start=1)},
        "note": claim.note,
    }


def said_in_words(one: Said) -> str:
    """Say what an import did with the session's row."""
    if one.row.outcome == "unchanged" and one.changes:
        return "said otherwise, and changed nothing"
    return _OUTCOMES.get(one.row.outcome, "what it did was not kept")
