"""What was priced together goes to MSP in one file, whatever the limits of a transmission are."""

import pytest
from helpers import Clinic, Values, block, clinic_config, visit

from tpi_billing.claims.parts import parts_of
from tpi_billing.teleplan.refusal import RecordRefusedError

BOTH = {"nerve_block_sites": "left occipital; right occipital", "block_distance_cm": "80"}
"""Blocks far from the trigger points: 99.16, and the trigger points at half, 38.96."""
AFTERNOON = {"start_time": "14:00", "block_distance_cm": "80"}
LATER = {"start_time": "15:00"}
OTHER = {"practitioner_number": "99002", "payee_number": "B1111"}


def limited(clinic: Clinic, records: int = 9_000, dollars: int = 900_000) -> None:
    clinic.config = clinic_config(
        f"\n[teleplan]\nmax_records = {records}\nmax_dollars = {dollars}\n"
    )


def files(clinic: Clinic) -> list[list[str]]:
    """Bill the month; return the sessions of the claims of each file, by their numbers."""
    batch_id = clinic.billed()
    claims = clinic.claims(batch_id=batch_id)
    with clinic.ledger.reading() as connection:
        parts = [part.file for part in parts_of(connection, batch_id)]
    return [
        [
            claim.session_id
            for claim in claims
            if file.first_number <= (claim.sequence_number or 0) <= file.last_number
        ]
        for file in parts
    ]


@pytest.mark.parametrize(
    ("rows", "records", "expected"),
    [
        # VS1 and a record a claim. Two claims of one session.
        ([visit("V1", 1), visit("V2", 2, **BOTH)], 4, [["V1", "V2", "V2"]]),
        ([visit("V1", 1), visit("V2", 2, **BOTH)], 3, [["V1"], ["V2", "V2"]]),
        # Two sessions of one patient and day; another patient's lies between them.
        (
            [visit("V1", 1), visit("V2", 2), block("V3", 1, **AFTERNOON), visit("V4", 3, **LATER)],
            4,
            [["V1", "V2", "V3"], ["V4"]],
        ),
        # Another day, or another practitioner, is another price.
        (
            [visit("V1", 1), visit("V2", 2), block("V3", 2, service_date="2026-10-27")],
            3,
            [["V1", "V2"], ["V3"]],
        ),
        (
            [visit("V1", 1), visit("V2", 2), block("V3", 2, **AFTERNOON, **OTHER)],
            3,
            [["V1", "V2"], ["V3"]],
        ),
    ],
)
def test_a_batch_is_split_between_sessions_and_between_days(
    clinic: Clinic, rows: list[Values], records: int, expected: list[list[str]]
) -> None:
    limited(clinic, records)
    clinic.bring(*rows)
    assert files(clinic) == expected


@pytest.mark.parametrize(
    ("dollars", "expected"),
    # 77.92 and 138.12: 216.04 in all.
    [(217, [["V1", "V2", "V2"]]), (216, [["V1"], ["V2", "V2"]]), (139, [["V1"], ["V2", "V2"]])],
)
def test_the_amount_splits_a_batch_the_same_way(
    clinic: Clinic, dollars: int, expected: list[list[str]]
) -> None:
    limited(clinic, dollars=dollars)
    clinic.bring(visit("V1", 1), visit("V2", 2, **BOTH))
    assert files(clinic) == expected


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (
            {"records": 3},
            "C02 makes 4 records with VS1; one transmission takes 3.",
        ),
        (
            {"dollars": 157},
            "C02 billed amount (P27) is 157.39 together; one transmission bills 157.00 at most.",
        ),
    ],
)
def test_a_day_that_fits_no_transmission_is_refused_and_nothing_is_reserved(
    clinic: Clinic, limit: dict[str, int], message: str, dry_run: bool
) -> None:
    """99.16 for the block, 38.96 for the trigger points at half, 19.27 for the knee."""
    limited(clinic, **limit)
    clinic.bring(visit("V1", 1, **BOTH, joint_sites="left knee"))
    before = clinic.snapshot()
    with pytest.raises(RecordRefusedError) as caught:
        clinic.bill(dry_run=dry_run)
    assert [one.message for one in caught.value.troubles] == [
        f"Claims 1, 2 and 3 of 2026-10-13 belong in one file: {message}"
    ]
    assert "tpi-billing.toml" in caught.value.troubles[0].hint
    assert clinic.snapshot() == before
    limited(clinic, records=4, dollars=158)
    assert files(clinic) == [["V1", "V1", "V1"]]
