"""What is asked of a whole file: are its columns shifted, is it of another year?"""

from datetime import date

import pytest
from end_to_end.clinic import visit

from tpi_billing.claims.file_doubts import doubts_of_file, doubts_of_ledger, months_of
from tpi_billing.intake.impression import Impression
from tpi_billing.intake.parsing import parse_session
from tpi_billing.ledger.health import OtherDataCentre

AS_OF = date(2026, 11, 5)
GARBLED = {"start_time": "C7", "birth_date": "F", "referral_date": "lidocaine"}
SLIPS = {"start_time": "C7", "birth_date": "F"}


def impression(*rows: dict[str, str]) -> Impression:
    found = Impression()
    for at, changes in enumerate(rows, start=1):
        found.add(*parse_session({**visit(at), **changes}))
    return found


def on(*days: str) -> list[dict[str, str]]:
    return [{"service_date": day} for day in days]


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        ([{}, {}, {}], ""),
        ([GARBLED] * 3, "shifted"),
        ([GARBLED] * 2, ""),
        ([SLIPS] * 3, ""),
        ([GARBLED] * 3 + [{}] * 2, "shifted"),
        ([GARBLED] * 3 + [{}] * 3, ""),
        # 90 days before 5 November is 7 August: the last day on which MSP takes it.
        (on("2026-08-05", "2026-08-05", "2026-08-06"), "too late"),
        (on("2026-08-05", "2026-08-05", "2026-08-07"), ""),
        (on("2025-10-02", "2025-10-03"), ""),
        (on("2026-11-06", "2026-11-07", "2027-10-01"), "after today"),
        (on("2026-11-05", "2026-11-07", "2027-10-01"), ""),
        ([{"status": "cancelled", "service_date": "2025-10-02"}] * 3, ""),
    ],
)
def test_a_whole_file_is_doubted(rows: list[dict[str, str]], doubt: str) -> None:
    found = list(doubts_of_file(impression(*rows), AS_OF))
    assert len(found) == bool(doubt)
    assert all(doubt in one.message and one.hint for one in found)


@pytest.mark.parametrize(
    ("ours", "others", "doubts"),
    [
        (0, [OtherDataCentre("T8888", 5, 5, shared=False)], 1),
        (1, [OtherDataCentre("T8888", 5, 5, shared=False)], 0),
        (0, [OtherDataCentre("T8888", 5, 5, shared=True)], 0),
        (0, [OtherDataCentre("T8888", 0, 0, shared=False)], 0),
        (0, [], 0),
    ],
)
def test_another_data_centre_in_a_ledger_of_one_is_doubted(
    ours: int, others: list[OtherDataCentre], doubts: int
) -> None:
    assert len(list(doubts_of_ledger(ours, others, "T9999"))) == doubts


def test_months_are_those_of_completed_visits_of_all_files() -> None:
    first = impression(*on("2026-10-31", "2026-11-01"), {"status": "no-show"})
    second = impression(*on("2026-11-02"), {"service_date": "soon"})
    assert months_of([first, second]) == {"2026-10": 1, "2026-11": 2}
