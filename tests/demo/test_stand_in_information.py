"""The stand-in's information files and its answers about coverage."""

from datetime import date
from pathlib import Path

import pytest
from sending import NOVEMBER_5, Sender, health_number

from tpi_billing.codes import CodeBook
from tpi_billing.codes.fee_file import read_fee_file
from tpi_billing.teleplan.exchange.coverage import coverage_form, read_coverage

BORN = date(1975, 3, 2)


def fetched(sender: Sender, which: str) -> list[str]:
    return sender.service.information(which).content.decode("ascii").splitlines()


def test_the_fee_file_is_in_msps_layout_and_says_what_the_schedule_says(
    sender: Sender, book: CodeBook, tmp_path: Path
) -> None:
    path = tmp_path / "fees.txt"
    path.write_bytes(sender.service.information("3").content)
    file = read_fee_file(path, NOVEMBER_5)
    assert file.form == "msp"
    assert file.unknown == ()
    assert len(file.items) == 4215
    for code, item in file.items.items():
        known = book.fee_item(code, NOVEMBER_5)
        assert known is not None
        assert item.amount_cents == known.amount_cents


def test_an_item_stands_in_the_columns_of_the_reference(sender: Sender) -> None:
    """01157, 77.92: 1-5 item, 6-12 cents, 27-76 title."""
    lines = fetched(sender, "3")
    (line,) = [line for line in lines if line.startswith("01157")]
    assert line[:12] == "011570007792"
    assert line[12:26] == " " * 14
    assert line[26:].startswith("TRIGGER POINT")
    assert lines[0] == "REM STAND-IN, NOT MSP - NOTHING HERE IS PAID"
    assert max(map(len, lines)) <= 76


def test_the_list_names_every_file_and_each_can_be_fetched(sender: Sender) -> None:
    letters = [line[0] for line in fetched(sender, "0")]
    assert letters == ["0", "1", "2", "3", "A", "I"]
    assert all(len(fetched(sender, letter)) > 3 for letter in letters)


def test_codes_and_diagnoses_are_those_that_are_shipped(sender: Sender, book: CodeBook) -> None:
    assert [line[:2] for line in fetched(sender, "1")] == [
        each.code for each in book.explanatory_codes
    ]
    every = [line.split()[0] for line in fetched(sender, "I")]
    assert "7291" in every
    assert all(map(book.is_listed_diagnosis, every))
    assert [line.split()[0] for line in fetched(sender, "2")] == [
        code for code in every if len(code) == 3
    ]


@pytest.mark.parametrize("phn", ["9151065435", "915106543", "", "0000000000"])
def test_a_number_that_nobody_can_have_is_unknown(sender: Sender, phn: str) -> None:
    reply = sender.service.eligibility(coverage_form(phn, BORN, None))
    assert reply.messages.startswith("HNHR512E - CLIENT DOES NOT EXIST ON REGISTRY")


def test_without_a_service_date_today_counts(sender: Sender) -> None:
    phn = health_number(1)
    sender.msp.broker.coverage_ends[phn] = date(2026, 11, 4)
    coverage = read_coverage(sender.service.eligibility(coverage_form(phn, BORN, None)).content)
    assert dict(coverage.lines)["DOS"] == "20261105"
    assert coverage.eligible is False


def test_a_day_that_is_none_is_refused(sender: Sender) -> None:
    form = {**coverage_form(health_number(1), BORN, None), "dateOfBirthmm": "13"}
    assert not sender.service.eligibility(form).succeeded


def test_only_what_is_asked_for_is_told(sender: Sender) -> None:
    form = coverage_form(health_number(1), BORN, None)
    form |= {"PatientVisitCharge": "true", "LastEyeExam": "true", "PatientRestriction": "false"}
    said = dict(read_coverage(sender.service.eligibility(form).content).lines)
    assert said["PATIENT_VISIT_CHARGE"] == "NO"
    assert said["DATE_OF_LAST_EYE_EXAM"] == ""
    assert "PATIENT_RESTRICTION" not in said
