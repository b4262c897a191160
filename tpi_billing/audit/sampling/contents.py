"""What the workbook for the reviewer shows of each claim: the bill, and what the export said."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tpi_billing.codes import CodeBook
from tpi_billing.config import Config
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.samples import recorded_sessions
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim
from tpi_billing.model.sample import Sample, SampledClaim

_RECORDED = (
    ("Trigger points", "trigger_point_sites", ""),
    ("Injections", "trigger_point_injections", ""),
    ("Nerve blocks", "nerve_block_sites", ""),
    ("Distance to block", "block_distance_cm", " cm"),
    ("Joints", "joint_sites", ""),
    ("Agent", "agent", ""),
    ("Volume", "volume_ml", " mL"),
    ("Visit", "visit", ""),
    ("Session of the series", "series_number", ""),
    ("Signed", "chart_signed", ""),
)
"""What of a session's record bears on the note: how it is called, its column, its unit."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A claim for the reviewer: whole, with the patient, and what was exported of the visit."""

    sampled: SampledClaim
    claim: Claim
    chart: str
    recorded: tuple[str, ...]
    item_title: str
    practitioner_name: str
    check: str


def review_rows(
    connection: Connection, sample: Sample, config: Config, codes: CodeBook
) -> list[ReviewRow]:
    """Return the rows as charts are pulled: by practitioner, day, time and claim."""
    numbers = [one.claim_id for one in sample.claims]
    claims = {
        claim.claim_id: claim for claim in claims_numbered(connection, sample.data_centre, numbers)
    }
    keys = sorted({claim.session_key for claim in claims.values()})
    sessions = recorded_sessions(connection, keys)
    rows = []
    for sampled in sample.claims:
        claim = claims[sampled.claim_id]
        values: dict[str, str] = json.loads(sessions[claim.session_key])
        item = codes.fee_item(claim.fee_item, claim.service_date)
        practitioner = config.practitioner(claim.practitioner_number)
        rows.append(
            ReviewRow(
                sampled,
                claim,
                values.get("patient_id", ""),
                tuple(_recorded(values)),
                "" if item is None else item.title,
                "" if practitioner is None else practitioner.name,
                sample.row_check(sampled.claim_id),
            )
        )
    return sorted(rows, key=_place)


def _recorded(values: Mapping[str, str]) -> Iterator[str]:
    for title, column, unit in _RECORDED:
        if text := values.get(column):
            yield f"{title}: {text}{unit}"


def _place(row: ReviewRow) -> tuple[str, str, str, int]:
    claim = row.claim
    begin = "" if claim.start_time is None else claim.start_time.isoformat()
    day = claim.service_date.isoformat()
    return claim.practitioner_number, day, begin, row.sampled.claim_id
