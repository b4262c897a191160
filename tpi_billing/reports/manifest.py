"""The manifest: what a batch's files are, so that anybody can check them later.

It says only what never changes once the batch is made, and nothing about patients: the same batch
always gives the same bytes, and the manifest can be mailed or filed apart.
"""

import json
from collections.abc import Sequence
from typing import Any

from tpi_billing.model.batch import BatchContents
from tpi_billing.model.money import dollars
from tpi_billing.reports.publishing import NewFile

NAME = "manifest.json"


def manifest(contents: BatchContents, files: Sequence[NewFile]) -> bytes:
    """Return the manifest of `files` as JSON: sorted keys, two spaces, ASCII, a newline at the end.

    Amounts are text in dollars, `practitioner` is null when the batch has everybody's claims.
    """
    batch = contents.batch
    facts: dict[str, Any] = {
        "version": 1,
        "batch_id": batch.batch_id,
        "month": batch.month,
        "as_of": batch.as_of.isoformat(),
        "data_centre": batch.data_centre,
        "payee_number": batch.payee_number,
        "clinic": batch.clinic_name,
        "practitioner": batch.practitioner_filter or None,
        "created_at": batch.created_at,
        "created_by": batch.created_by,
        "tool_version": batch.tool_version,
        "editions": list(batch.editions),
        "claims": batch.claims,
        "sessions": batch.sessions,
        "held": batch.held,
        "amount": dollars(batch.amount_cents),
        "journal": {"entry": batch.journal_entry, "hash": batch.journal_hash},
        "sources": [
            {"name": source.name, "sheet": source.sheet, "sha256": source.sha256}
            for source in contents.sources
        ],
        "files": [
            {
                "name": file.path.name,
                "kind": file.kind,
                "sha256": file.sha256,
                "size": len(file.content),
            }
            for file in files
        ],
    }
    return (json.dumps(facts, indent=2, sort_keys=True) + "\n").encode("ascii")
