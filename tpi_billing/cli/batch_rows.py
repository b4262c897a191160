"""How `batch list` and `batch show` tell of a batch: what stands of it, and what is void beside."""

from typing import TYPE_CHECKING, Any

from tpi_billing.cli.batch_sending import show_sending
from tpi_billing.cli.screen import Screen, counted
from tpi_billing.model.claim import ClaimState
from tpi_billing.model.money import dollars

if TYPE_CHECKING:
    from tpi_billing.cli.settings import Settings
    from tpi_billing.ledger.batch_totals import BatchTotals
    from tpi_billing.ledger.batches import BatchRow
    from tpi_billing.model.batch import BatchContents


def batch_rows(
    settings: "Settings", limit: int | None = None, *, only: int | None = None
) -> list[dict[str, Any]]:
    """List batches for scripts, newest first; `only` one of them.

    Claims, sessions and amount are those of the claims that are not void.
    """
    from tpi_billing.ledger.batch_totals import BatchTotals, totals_of
    from tpi_billing.ledger.batches import list_batches

    ledger = settings.ledger
    with ledger.reading() as connection:
        rows = list_batches(connection, ledger.data_centre, limit, only=only)
        if not rows:
            return []
        last, first = rows[0].batch_id, rows[-1].batch_id
        totals = totals_of(connection, ledger.data_centre, first, last)
    return [_batch_row(row, totals.get(row.batch_id, BatchTotals())) for row in rows]


def _batch_row(row: "BatchRow", stands: "BatchTotals") -> dict[str, Any]:
    return {
        "batch_id": row.batch_id,
        "state": row.state,
        "month": row.month,
        "claims": stands.claims,
        "amount": dollars(stands.amount_cents),
        "sessions": stands.sessions,
        "void_claims": stands.void,
        "held": row.held,
        "practitioner_number": row.practitioner_filter,
        "as_of": row.as_of,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "void_reason": row.void_reason,
    }


def show_batches(screen: Screen, rows: list[dict[str, Any]]) -> None:
    """Write the table of `batch list`."""
    columns = ["batch", "month", "state", "claims", "amount", "void", "held", "made", "by"]
    if not any(row["void_claims"] for row in rows):
        columns.remove("void")
    screen.table(
        columns,
        ([_cell(row, column) for column in columns] for row in rows),
        right=("batch", "claims", "amount", "void", "held"),
        wrap=("by",),
    )
    if not rows:
        screen.remark("There is no batch yet: tpi-billing batch create --month YYYY-MM")


def _cell(row: dict[str, Any], column: str) -> str:
    match column:
        case "batch":
            return str(row["batch_id"])
        case "void":
            void = row["void_claims"]
            return f"{void} of {row['claims'] + void}" if void else ""
        case "made":
            return str(row["created_at"][:10])
        case "by":
            return str(row["created_by"])
    return str(row[column])


def show_batch(screen: Screen, data: dict[str, Any], contents: "BatchContents") -> None:
    """Write the screen of `batch show`."""
    screen.heading(f"Batch {data['batch_id']}, {data['month']}: {data['state']}")
    void = data["void_claims"]
    beside = f" (of {counted(data['claims'] + void, 'claim')}, {void} void)" if void else ""
    screen.facts(
        [
            ("made", f"{data['created_at']} by {data['created_by']}, as of {data['as_of']}"),
            ("claims", f"{data['claims']} from {counted(data['sessions'], 'session')}{beside}"),
            ("amount", data["amount"]),
            ("held back", counted(data["held"], "session")),
            ("void because", data["void_reason"]),
            ("journal", f"entry {data['journal_entry']}, {data['journal_sha256'][:16]}..."),
        ]
    )
    _show_items(screen, contents)
    show_sending(screen, data["sending"])
    held = [finding for one in contents.held for finding in one.findings]
    screen.findings(held, more="They are all in the batch's workbook.")
    if data["files"]:
        screen.heading("Files")
        for file in data["files"]:
            screen.line(f"{file['kind'].ljust(9)} {file['path']}")


def _show_items(screen: Screen, contents: "BatchContents") -> None:
    totals: dict[tuple[str, str], list[int]] = {}
    for claim in contents.claims:
        if claim.state is ClaimState.VOID:
            continue
        sums = totals.setdefault((claim.practitioner_number, claim.fee_item), [0, 0, 0])
        sums[0] += 1
        sums[1] += claim.units
        sums[2] += claim.amount_cents
    screen.table(
        ("practitioner", "item", "claims", "units", "amount"),
        (
            (number, item, str(count), str(units), dollars(cents))
            for (number, item), (count, units, cents) in sorted(totals.items())
        ),
        right=("claims", "units", "amount"),
    )
