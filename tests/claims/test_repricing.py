"""What new prices do to unbilled sessions, and to what was billed in the last months."""

from datetime import date
from pathlib import Path

import pytest
from helpers import Clinic, visit

from tpi_billing.claims.repricing import (
    Effect,
    Repriced,
    effects,
    last_months,
    reprice_unbilled,
)
from tpi_billing.codes import CodeBook, FeeItem
from tpi_billing.codes.edition_change import compare
from tpi_billing.ledger.billed import BilledLines, billed_lines
from tpi_billing.model.money import HalfCent

AS_OF = date(2026, 11, 5)
FROM = "2026-10-14"


def books(folder: Path, *rows: str, complete: bool = False) -> CodeBook:
    """Make the code lists of a clinic that has one more edition, from 14 October."""
    schedule = folder / "fee_codes" / "schedule"
    schedule.mkdir(parents=True)
    remark = "# complete: yes\n" if complete else ""
    text = remark + "fee_item,amount\n" + "".join(f"{row}\n" for row in rows)
    (schedule / f"{FROM}.csv").write_text(text, encoding="utf-8")
    return CodeBook.load(folder)


def repriced(clinic: Clinic, after: CodeBook) -> Repriced:
    with clinic.ledger.reading() as connection:
        return reprice_unbilled(connection, clinic.config, clinic.codes, after, AS_OF)


def far_apart(session_id: str, patient: int, **changes: str) -> dict[str, str]:
    """Return a visit with a block 75 cm away from its trigger points: 99.16 + 38.96."""
    block = {"nerve_block_sites": "left ankle; right ankle", "block_distance_cm": "75"}
    return visit(session_id, patient, **block, **changes)


# Unbilled sessions


def test_sessions_from_the_editions_day_on_come_to_its_prices(
    clinic: Clinic, tmp_path: Path
) -> None:
    clinic.bring(
        visit("V1", 1, service_date="2026-10-13"),  # the day before: 77.92 stays
        visit("V2", 2, service_date="2026-10-14"),  # 77.92 -> 80.00
        far_apart("V3", 3, service_date="2026-10-15"),  # 138.12 -> 99.16 + 40.00
    )
    found = repriced(clinic, books(tmp_path, "01157,80.00"))
    assert found == Repriced(sessions=2, before_cents=21604, after_cents=21916, newly_held=0)


def test_a_dearer_trigger_point_can_become_the_one_paid_in_full(
    clinic: Clinic, tmp_path: Path
) -> None:
    clinic.bring(far_apart("V1", 1, service_date="2026-10-14"))
    found = repriced(clinic, books(tmp_path, "01157,100.00"))
    # 99.16 + 38.96 = 138.12 becomes 100.00 + 49.58
    assert found == Repriced(1, 13812, 14958, 0)


def test_a_held_session_is_priced_anew_too(clinic: Clinic, tmp_path: Path) -> None:
    clinic.bring(visit("V1", 1, service_date="2026-10-20", chart_signed="no"))
    assert repriced(clinic, books(tmp_path, "01157,80.00")) == Repriced(1, 7792, 8000, 0)


def test_a_session_whose_item_is_gone_is_held_from_now_on(clinic: Clinic, tmp_path: Path) -> None:
    clinic.bring(visit("V1", 1, service_date="2026-10-20"))
    after = books(tmp_path, "01156,62.13", complete=True)
    assert repriced(clinic, after) == Repriced(1, 7792, 0, 1)


def test_billed_and_unfinished_sessions_keep_out_of_it(clinic: Clinic, tmp_path: Path) -> None:
    clinic.bring(visit("V1", 1, service_date="2026-10-20"))
    clinic.billed()
    clinic.bring(visit("V2", 2, service_date="2026-10-20", status="cancelled"))
    assert repriced(clinic, books(tmp_path, "01157,80.00")) == Repriced()


def test_an_edition_of_the_same_prices_changes_nothing(clinic: Clinic, tmp_path: Path) -> None:
    clinic.bring(visit("V1", 1, service_date="2026-10-20"))
    assert repriced(clinic, books(tmp_path, "01157,77.92")) == Repriced()


def test_claims_keep_the_edition_that_they_were_priced_with(clinic: Clinic, tmp_path: Path) -> None:
    clinic.bring(visit("V1", 1, service_date="2026-10-20"))
    clinic.billed()
    clinic.codes = books(tmp_path, "01157,80.00")
    clinic.bring(visit("V2", 2, service_date="2026-10-20"))
    clinic.billed()
    assert [(claim.session_id, claim.edition, claim.amount_cents) for claim in clinic.claims()] == [
        ("V1", "2024-12-31", 7792),
        ("V2", FROM, 8000),
    ]


# The last months


@pytest.mark.parametrize(
    ("as_of", "months", "first"),
    [
        (date(2026, 11, 5), 3, date(2026, 8, 6)),
        (date(2026, 11, 5), 1, date(2026, 10, 6)),
        (date(2026, 1, 15), 1, date(2025, 12, 16)),
        (date(2026, 5, 31), 3, date(2026, 3, 1)),  # February has no 31st
        (date(2026, 3, 31), 12, date(2025, 4, 1)),
        (date(2024, 2, 29), 12, date(2023, 3, 1)),
    ],
)
def test_the_last_months_end_today(as_of: date, months: int, first: date) -> None:
    assert last_months(as_of, months) == (first, as_of)


def test_claims_are_added_up_by_what_decides_their_price(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1),
        visit("V2", 2),
        far_apart("V3", 3),
        visit("V4", 4, trigger_point_sites="", joint_sites="left knee; right knee; left wrist"),
    )
    clinic.billed()
    day = date(2026, 10, 13)
    with clinic.ledger.reading() as connection:
        found = list(billed_lines(connection, "T9999", day, day))
    assert found == [
        BilledLines("00015", 3, 100, "2024-12-31", 1, 5781),
        BilledLines("01125", 1, 100, "2024-12-31", 1, 9916),
        BilledLines("01157", 1, 50, "2024-12-31", 1, 3896),
        BilledLines("01157", 1, 100, "2024-12-31", 2, 15584),
    ]


@pytest.mark.parametrize(
    ("first", "last", "claims"),
    [
        (date(2026, 10, 13), date(2026, 10, 13), 1),
        (date(2026, 10, 14), date(2026, 11, 5), 0),
        (date(2026, 8, 1), date(2026, 10, 12), 0),
    ],
)
def test_only_services_of_those_days(clinic: Clinic, first: date, last: date, claims: int) -> None:
    clinic.bring(visit("V1", 1, service_date="2026-10-13"))
    clinic.billed()
    with clinic.ledger.reading() as connection:
        found = list(billed_lines(connection, "T9999", first, last))
        elsewhere = list(billed_lines(connection, "T8888", first, last))
    assert sum(line.claims for line in found) == claims
    assert elsewhere == []


def test_a_voided_claim_does_not_count(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1))
    clinic.void(clinic.billed())
    with clinic.ledger.reading() as connection:
        assert not list(billed_lines(connection, "T9999", date(2026, 1, 1), AS_OF))


# What they would have come to


def items(**cents: int) -> dict[str, FeeItem]:
    return {
        name[1:]: FeeItem(code=name[1:], amount_cents=amount, edition="x")
        for name, amount in cents.items()
    }


OLD = items(i01157=7792, i00015=1927, i01125=9916, i00014=2898)
NEW = items(i01157=8101, i00015=2000, i01125=9916)
LINES = (
    BilledLines("00014", 2, 100, "2024-12-31", 1, 5796),
    BilledLines("00015", 3, 100, "2024-12-31", 1, 5781),
    BilledLines("01125", 1, 100, "2024-12-31", 1, 9916),
    BilledLines("01157", 1, 50, "2024-12-31", 1, 3896),
    BilledLines("01157", 1, 100, "2024-12-31", 2, 15584),
    BilledLines("01157", 1, 100, "2026-01-31", 1, 8101),
)


@pytest.mark.parametrize(
    ("half_cent", "half_of_8101"), [("half-up", 4051), ("half-even", 4050), ("down", 4050)]
)
def test_the_effect_on_each_item(half_cent: HalfCent, half_of_8101: int) -> None:
    found = effects(LINES, compare(OLD, NEW), "2026-01-31", half_cent)
    assert found == {
        "00014": Effect(claims=1, units=2, billed_cents=5796, would_be_cents=0),  # dropped
        "00015": Effect(claims=1, units=3, billed_cents=5781, would_be_cents=6000),
        "01157": Effect(
            claims=4,
            units=4,
            billed_cents=27581,
            would_be_cents=3 * 8101 + half_of_8101,
            already_new=1,
        ),
    }
    assert found["00015"].difference_cents == 219


def test_an_item_that_was_never_billed_has_no_effect() -> None:
    assert effects((), compare(OLD, NEW), "2026-01-31", "half-up")["01157"] == Effect()


def test_effects_add_up() -> None:
    assert sum([Effect(1, 2, 3, 4, 5), Effect(10, 20, 30, 40, 50)], Effect()) == Effect(
        11, 22, 33, 44, 55
    )
