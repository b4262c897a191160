"""What a file's cells become: days, times, identifiers; and what is repaired and said so."""

# ruff: noqa: DTZ001 - a spreadsheet has no time zone

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tpi_billing.config import Mapping
from tpi_billing.errors import ConfigurationError
from tpi_billing.intake.normalising import normalisers
from tpi_billing.intake.remarks import Remarks
from tpi_billing.model.finding import Severity


def read(column: str, cell: Any, mapping: Mapping | None = None, epoch: Any = None) -> str:
    made = normalisers(mapping or Mapping(), Remarks(), **({"epoch": epoch} if epoch else {}))
    return made[column](cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2026-10-31", "2026-10-31"),
        (" 2026-10-31 ", "2026-10-31"),
        ("20261031", "2026-10-31"),
        ("2026-10-31T09:15:00", "2026-10-31"),
        ("2026-10-31 00:00:00", "2026-10-31"),
        (datetime(2026, 10, 31), "2026-10-31"),
        (datetime(2026, 10, 31, 9, 15), "2026-10-31"),
        (date(2026, 10, 31), "2026-10-31"),
        (46326, "2026-10-31"),
        (46326.4, "2026-10-31"),
        (20261031, "2026-10-31"),
        (367, "1901-01-01"),
        (366, "366"),
        (12, "12"),
        (time(9, 15), "09:15:00"),
        # Not ISO and no format is given: left alone for the parser to name.
        ("46326", "46326"),
        ("31/10/2026", "31/10/2026"),
        ("03/04/2026", "03/04/2026"),
        ("2026/10/31", "2026/10/31"),
        ("20261331", "20261331"),
        ("#N/A", "#N/A"),
    ],
)
def test_days(cell: Any, text: str) -> None:
    assert read("service_date", cell) == text


def test_a_workbook_may_count_its_days_from_1904() -> None:
    assert read("service_date", 44864, epoch=datetime(1904, 1, 1)) == "2026-10-31"


@pytest.mark.parametrize(
    ("formats", "cell", "text"),
    [
        (("%d/%m/%Y",), "03/04/2026", "2026-04-03"),
        (("%m/%d/%Y",), "03/04/2026", "2026-03-04"),
        (("%d-%b-%Y",), "13-Oct-2026", "2026-10-13"),
        (("%d-%b-%Y",), "13-OCT-2026", "2026-10-13"),
        (("%d-%b-%Y",), "2026-10-13", "2026-10-13"),
        (("%d/%m/%Y",), "30/02/2026", "30/02/2026"),
        (("%Y%d%m",), "20261002", "2026-02-10"),
        # Two formats that agree, and two that do not.
        (("%d/%m/%Y", "%m/%d/%Y"), "13/10/2026", "2026-10-13"),
        (("%d/%m/%Y", "%m/%d/%Y"), "05/05/2026", "2026-05-05"),
        (("%d/%m/%Y", "%m/%d/%Y"), "03/04/2026", "03/04/2026"),
    ],
)
def test_days_in_the_mappings_formats(formats: tuple[str, ...], cell: str, text: str) -> None:
    assert read("service_date", cell, Mapping(dates=formats)) == text


@pytest.mark.parametrize("form", ["%d-%b", "%Q", "day", "%m/%Y"])
def test_a_format_must_name_a_whole_day(form: str) -> None:
    with pytest.raises(ConfigurationError, match="does not name a day"):
        normalisers(Mapping(dates=(form,)), Remarks())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("09:00", "09:00"),
        ("9:05", "09:05"),
        ("0905", "09:05"),
        ("905", "09:05"),
        ("23:59:59", "23:59"),
        ("9:05 AM", "09:05"),
        ("9:05pm", "21:05"),
        ("12:30 a.m.", "00:30"),
        ("12:30 P.M.", "12:30"),
        ("9 AM", "09:00"),
        ("09:05:30 PM", "21:05"),
        ("2026-10-31T09:15:00", "09:15"),
        (time(9, 5), "09:05"),
        (datetime(1899, 12, 30, 9, 5), "09:05"),
        (timedelta(hours=9, minutes=5), "09:05"),
        (0.375, "09:00"),
        (9.25 / 24, "09:15"),
        (915, "09:15"),
        ("25:00", "25:00"),
        ("13:00 PM", "13:00 PM"),
        ("09:60", "09:60"),
        ("2460", "2460"),
        ("nine", "nine"),
        (timedelta(hours=25), "1 day, 1:00:00"),
        (12, "12"),
        (1.5, "1.5"),
    ],
)
def test_times(cell: Any, text: str) -> None:
    assert read("start_time", cell) == text


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("phn", "9114 244 935", "9114244935"),
        ("phn", "9114-244-935", "9114244935"),
        ("phn", "9114\u00a0244\u00a0935", "9114244935"),
        ("phn", 9114244935, "9114244935"),
        ("phn", "9114 244 93X", "9114 244 93X"),
        ("phn", "91142449", "91142449"),
        ("phn", "9.11424E+09", "9.11424E+09"),
        ("practitioner_number", "99001", "99001"),
        ("practitioner_number", 99001, "99001"),
        ("practitioner_number", "A1234", "A1234"),
        ("referral_number", "12A", "12A"),
        ("referral_number", "123456", "123456"),
        ("referral_number", "1.5", "1.5"),
        ("dependent", "66", "66"),
        ("location_code", "Q", "Q"),
        ("diagnosis_1", "729.1", "729.1"),
        ("diagnosis_1", "724.0", "724.0"),
        ("diagnosis_1", 724.2, "724.2"),
        ("session_id", 1001, "1001"),
        ("session_id", 1001.0, "1001"),
        ("session_id", "1001.0", "1001.0"),
        ("session_id", 1.23456789012346e15, "1.23456789012346e+15"),
        ("patient_id", "007", "007"),
        ("fee_items", "01157; 00015x2", "01157; 00015x2"),
        ("volume_ml", 2, "2"),
        ("volume_ml", 0.1 + 0.2, "0.3"),
        ("billed_amount", 138.12, "138.12"),
        ("chart_signed", True, "TRUE"),
        ("chart_signed", False, "FALSE"),
        ("trigger_point_injections", 6.0, "6"),
        ("trigger_point_injections", "6.0", "6"),
        ("trigger_point_injections", "6.5", "6.5"),
        ("agent", "#REF!", "#REF!"),
        ("agent", datetime(2026, 10, 31), "2026-10-31"),
        ("agent", " lidocaine 1% ", "lidocaine 1%"),
        ("agent", float("nan"), "nan"),
        ("agent", None, ""),
    ],
)
def test_cells_that_need_no_repair(column: str, cell: Any, text: str) -> None:
    remarks = Remarks()
    assert normalisers(Mapping(), remarks)[column](cell) == text
    assert remarks.problems() == []


@pytest.mark.parametrize(
    ("column", "cell", "text"),
    [
        ("phn", "9123456780.0", "9123456780"),
        ("phn", 9123456780.0, "9123456780"),
        ("practitioner_number", "1234", "01234"),
        ("practitioner_number", 1234, "01234"),
        ("practitioner_number", "1234.0", "01234"),
        ("referral_number", 99957.0, "99957"),
        ("payee_number", "7", "00007"),
        ("dependent", 0, "00"),
        ("dependent", "6", "06"),
        ("diagnosis_1", "7291.0", "7291"),
        ("fee_items", 1157, "01157"),
        ("fee_items", "80.0", "00080"),
        ("service_date", 46326, "2026-10-31"),
        ("birth_date", 18282.0, "1950-01-19"),
    ],
)
def test_damaged_numbers_are_repaired_and_said_so(column: str, cell: Any, text: str) -> None:
    remarks = Remarks()
    read_cell = normalisers(Mapping(), remarks)[column]
    for remarks.row in (7, 9):
        assert read_cell(cell) == text
    ((problem, first),) = remarks.problems()
    assert (problem.code, problem.severity, problem.column) == (
        "invalid-value",
        Severity.INFO,
        column,
    )
    assert "were repaired" in problem.message
    assert "2 cells" in problem.message
    assert "row 7" in problem.message
    assert first == 7


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Arrived", "completed"),
        ("  arrived ", "completed"),
        ("CHECKED OUT", "completed"),
        ("checkedout", "completed"),
        ("Booked", "Booked"),
        ("n/a", ""),
        ("", ""),
    ],
)
def test_words_are_translated_without_case_or_blanks(cell: str, text: str) -> None:
    words = {"Arrived": "completed", "Checked out": "completed", "N/A": ""}
    assert read("status", cell, Mapping(values={"status": words})) == text


def test_a_translated_word_is_read_like_any_other() -> None:
    mapping = Mapping(values={"practitioner_number": {"Dr Example": "1234"}})
    assert read("practitioner_number", "dr example", mapping) == "01234"
