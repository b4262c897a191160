"""The batch workbook, opened again: totals that tie, real values, nothing that could run."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tpi_billing.model.batch import BatchContents
from tpi_billing.model.claim import BatchState, Claim
from tpi_billing.model.finding import Finding
from tpi_billing.reports.workbook import batch_workbook

MakeContents = Callable[..., BatchContents]
BatchOf = Callable[..., BatchContents]
SHEETS = ["Summary", "Claims", "Referrals", "Held sessions", "Notices", "About"]
HEADER = 4


def opened(contents: BatchContents) -> Workbook:
    return load_workbook(io.BytesIO(batch_workbook(contents)))


def cells(workbook: Workbook) -> Iterator[Cell]:
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            yield from row


def table(sheet: Worksheet) -> list[dict[str, Cell]]:
    """The rows of a sheet's table by column heading."""
    heading, *rows = sheet.iter_rows(min_row=HEADER)
    titles = [str(cell.value) for cell in heading]
    return [dict(zip(titles, row, strict=True)) for row in rows]


def found(sheet: Worksheet, text: str) -> Cell:
    """The only cell with that text."""
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    return cell


# --- the same batch, the same bytes ---------------------------------------------------------------


def test_the_same_batch_gives_the_same_bytes(make_contents: MakeContents) -> None:
    assert batch_workbook(make_contents()) == batch_workbook(make_contents())


def test_what_becomes_of_the_batch_does_not_change_its_bytes(contents: BatchContents) -> None:
    later = replace(contents, batch=replace(contents.batch, state=BatchState.ACCEPTED))
    assert batch_workbook(later) == batch_workbook(contents)


def test_another_process_in_another_place_gives_the_same_bytes() -> None:
    fixtures = str(Path(__file__).with_name("conftest.py"))
    places = os.pathsep.join((str(Path.cwd()), str(Path(__file__).parents[1])))
    script = f"""
import hashlib, importlib.util
spec = importlib.util.spec_from_file_location("made_up", {fixtures!r})
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)
from tpi_billing.reports.workbook import batch_workbook
print(hashlib.sha256(batch_workbook(made_up.made_up_contents())).hexdigest())
"""
    results = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": places},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/Vancouver"))
    }
    assert len(results) == 1


def test_the_file_names_no_time_but_the_batchs_and_no_system(contents: BatchContents) -> None:
    content = batch_workbook(contents)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in archive.infolist()} == {0}
    properties = load_workbook(io.BytesIO(content)).properties
    assert properties.created == properties.modified == datetime(2026, 11, 5, 17, 3, 21)  # noqa: DTZ001


# --- nothing that could run -----------------------------------------------------------------------

NASTY = [
    "=1+1",
    '=cmd|" /C calc"!A0',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "＠x",
    "\t=1",
    "\n=1",
    "  =1",
    "{=1}",
    "#N/A",
    "TRUE",
    "00015",
    "1e5",
    "2026-10-01",
    "<b>&amp;</b>",
    "]]>",
    "'quoted",
    "Élodie 李 😀",
]


@pytest.mark.parametrize("text", NASTY)
def test_text_stays_the_text_that_it_is(text: str, plain_claim: Claim, batch_of: BatchOf) -> None:
    claim = replace(plain_claim, surname=text, note=text, referral_name=text, fee_item=text)
    workbook = opened(batch_of([claim]))
    (row,) = table(workbook["Claims"])
    for title in ("Surname", "Note to MSP", "Referrer", "Fee item"):
        assert (row[title].data_type, row[title].value) == ("s", text)
    assert all(cell.data_type != "f" for cell in cells(workbook))


@pytest.mark.parametrize(
    ("text", "quoted"), [("=1", True), ("-1", True), ("＋1", True), ("x", False)]
)
def test_what_looks_like_a_formula_is_quoted_against_editing(
    text: str, quoted: bool, plain_claim: Claim, batch_of: BatchOf
) -> None:
    (row,) = table(opened(batch_of([replace(plain_claim, surname=text)]))["Claims"])
    assert bool(row["Surname"].quotePrefix) is quoted


def test_what_xml_forbids_is_shown_as_a_picture(plain_claim: Claim, batch_of: BatchOf) -> None:
    claim = replace(plain_claim, note="bell\x07, half \ud800", explanation="x" * 40_000)
    (row,) = table(opened(batch_of([claim]))["Claims"])
    assert row["Note to MSP"].value == "bell␇, half �"
    assert row["Explanation"].value.endswith("… (cut here)")
    assert len(row["Explanation"].value) == 32_767


def test_there_is_no_formula_in_any_part_of_the_file(make_contents: MakeContents) -> None:
    content = batch_workbook(make_contents(claims=40, held=8))
    assert all(cell.data_type != "f" for cell in cells(load_workbook(io.BytesIO(content))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)


# --- real values ----------------------------------------------------------------------------------


def test_a_claim_has_every_field_as_what_it_is(plain_claim: Claim, batch_of: BatchOf) -> None:
    claim = replace(plain_claim, sequence_number=77, mva=True, icbc_claim_number="0012345A")
    (row,) = table(opened(batch_of([claim]))["Claims"])
    assert {title: cell.value for title, cell in row.items() if cell.value is not None} == {
        "Claim": 1,
        "Office folio": 4001,
        "Sequence number": 77,
        "Session": "V1001",
        "Service date": datetime(2026, 10, 8),  # noqa: DTZ001
        "Start": time(9, 0),
        "End": time(9, 15),
        "Practitioner": "99001",
        "Practitioner's name": "Avery Example",
        "Payee": "A9999",
        "PHN": "9000000001",
        "Dependent": "00",
        "Surname": "Dunmore",
        "First name": "Oren",
        "Birth date": datetime(1987, 5, 3),  # noqa: DTZ001
        "Sex": "M",
        "Insurer": "MSP",
        "Fee item": "01157",
        "Units": 1,
        "Unit price": 77.92,
        "Percent": 100,
        "Amount": 77.92,
        "Diagnosis 1": "7291",
        "Location": "Q",
        "Clarification": "00",
        "Referral code": "B",
        "Referrer's number": "01234",
        "Referrer": "Dr Norquay",
        "Referrer's profession": "physician",
        "Referred on": datetime(2026, 4, 2),  # noqa: DTZ001
        "Submission code": "0",
        "MVA": "yes",
        "ICBC claim number": "0012345A",
        "Facility": "00042",
        "Edition": "2024-12-31",
        "Price status": "checked",
        "Explanation": "4 trigger points recorded: multiple injections, billed in full.",
    }
    for title in ("Unit price", "Amount"):
        assert row[title].data_type == "n"
        assert "0.00" in row[title].number_format
    for title in ("Service date", "Birth date", "Referred on"):
        assert row[title].is_date
        assert row[title].number_format == "yyyy-mm-dd"
    for title in ("PHN", "Fee item", "Referrer's number", "Facility", "Dependent", "Diagnosis 1"):
        assert row[title].data_type == "s"


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(1900, 3, 1), datetime(1900, 3, 1)),  # noqa: DTZ001
        (date(1900, 2, 28), "1900-02-28"),
    ],
)
def test_a_day_before_the_calendar_of_spreadsheets_is_text(
    day: date, value: object, plain_claim: Claim, batch_of: BatchOf
) -> None:
    (row,) = table(opened(batch_of([replace(plain_claim, birth_date=day)]))["Claims"])
    assert row["Birth date"].value == value


def test_claims_are_a_table_with_filters_and_a_frozen_heading(make_contents: MakeContents) -> None:
    sheet = opened(make_contents(claims=12))["Claims"]
    claims = sheet.tables["Claims"]
    assert claims.ref == "A4:AT16"
    assert claims.autoFilter.ref == claims.ref
    assert claims.column_names == [cell.value for cell in sheet[HEADER]]
    assert sheet.freeze_panes == "E5"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.print_title_cols == "$A:$D"
    assert sheet.page_setup.orientation == "landscape"


# --- totals ---------------------------------------------------------------------------------------


def amount(cell: Cell) -> Decimal:
    return Decimal(str(cell.value))


def test_totals_tie_to_the_batch(make_contents: MakeContents) -> None:
    contents = make_contents(claims=130, held=10)
    total = Decimal(contents.batch.amount_cents) / 100
    workbook = opened(contents)
    for sheet in ("Claims", "Referrals"):
        rows = table(workbook[sheet])
        assert sum(amount(row["Amount"]) for row in rows) == total
    summary = workbook["Summary"]
    ties = [row for row in summary.iter_rows(max_col=6) if row[0].value == "Total"]
    assert [row[5].value for row in ties] == ["ties to the batch total"] * 3
    assert {amount(row[4]) for row in ties} == {total}
    assert {row[2].value for row in ties} == {130}
    assert amount(summary.cell(4, 9)) == total


def test_a_batch_that_does_not_tie_says_so(plain_claim: Claim, batch_of: BatchOf) -> None:
    contents = batch_of([plain_claim])
    wrong = replace(contents, batch=replace(contents.batch, amount_cents=7793))
    workbook = opened(wrong)
    texts = [cell.value for cell in cells(workbook)]
    assert texts.count("differs by -$0.01 from the batch total") == 3
    assert workbook["Claims"]["A2"].value == (
        "1 claim, $77.92: differs by -$0.01 from the batch total"
    )


def test_the_summary_adds_up_by_practitioner_item_and_insurer(
    plain_claim: Claim, batch_of: BatchOf
) -> None:
    joint = replace(
        plain_claim,
        practitioner_number="99003",
        fee_item="00015",
        units=2,
        amount_cents=3854,
        insurer="AB",
    )
    contents = batch_of([plain_claim, plain_claim, joint])
    titled = replace(contents.batch, item_titles=(("00015", "Joint"),))
    content = batch_workbook(replace(contents, batch=titled))
    sheet = load_workbook(io.BytesIO(content))["Summary"]
    rows = [[cell.value for cell in row[:5]] for row in sheet.iter_rows()]
    assert ["99001", "Avery Example", 2, 2, 155.84] in rows
    assert ["99003", "Kim Pattern", 1, 2, 38.54] in rows
    assert ["01157", None, 2, 2, 155.84] in rows
    assert ["00015", "Joint", 1, 2, 38.54] in rows
    assert ["MSP", None, 2, 2, 155.84] in rows
    assert ["AB", None, 1, 2, 38.54] in rows
    assert rows.count(["Total", None, 3, 4, 194.38]) == 3


def test_the_chart_repeats_the_amounts_by_fee_item(make_contents: MakeContents) -> None:
    content = batch_workbook(make_contents(claims=130))
    sheet = load_workbook(io.BytesIO(content))["Summary"]
    (chart,) = sheet._charts
    (series,) = chart.series
    column = series.val.numRef.f.replace("'Summary'!", "").replace("$", "")
    amounts = [cell.value for (cell,) in sheet[column]]
    assert [point.v for point in series.val.numRef.numCache.pt] == amounts
    assert amounts == sorted(amounts, reverse=True)
    assert len(amounts) == 5
    assert not chart.x_axis.delete
    assert not chart.y_axis.delete


def test_the_summary_is_one_page_to_sign(contents: BatchContents) -> None:
    sheet = opened(contents)["Summary"]
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 1)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    for label in ("Prepared by", "Approved by"):
        row = found(sheet, label).row
        assert sheet.cell(row, 2).border.bottom.style == "thin"
        assert sheet.cell(row, 4).value == "Date"


# --- held sessions, notices, referrals, about -----------------------------------------------------


def test_each_finding_of_a_held_session_has_a_row(contents: BatchContents) -> None:
    workbook = opened(contents)
    rows = table(workbook["Held sessions"])
    assert len(rows) == sum(len(held.findings) for held in contents.held)
    deadlines = [row["Last day to submit"].value for row in rows]
    assert deadlines == sorted(deadlines)
    held = contents.held[0]
    own = [row for row in rows if row["Session"].value == held.session_id]
    assert [row["Severity"].value for row in own] == ["error", "error", "warning"]
    first = own[0]
    assert first["Patient"].value == f"{held.surname}, {held.first_name}"
    assert first["PHN"].value == held.phn
    assert first["Days left"].value == (held.last_day - date(2026, 11, 5)).days
    assert first["File"].value == "october.csv"
    assert first["Row"].value == held.place.row
    fills = {row["Session"].fill.fgColor.rgb for row in own}
    assert len(fills) == 1


def test_the_summary_counts_sessions_and_not_findings(
    make_contents: MakeContents, finding_of: Callable[..., Finding]
) -> None:
    contents = make_contents(held=2)
    twice = tuple(finding_of("chart-not-signed", "V1500") for _ in range(2))
    held = tuple(replace(session, findings=twice) for session in contents.held)
    sheet = opened(replace(contents, held=held))["Summary"]
    reason = found(sheet, "The chart is not signed")
    assert sheet.cell(reason.row, reason.column + 1).value == 2


def test_one_row_for_each_referral_of_a_patient(plain_claim: Claim, batch_of: BatchOf) -> None:
    other = replace(plain_claim, patient_key="phn:9000000002/00", surname="Jessop")
    none = replace(plain_claim, referral_code="", referral_number="", referral_name="")
    later = replace(plain_claim, service_date=date(2026, 10, 22))
    rows = table(opened(batch_of([plain_claim, later, other, none]))["Referrals"])
    assert [
        (
            row["Referrer's number"].value,
            row["Surname"].value,
            row["Referrer's patients"].value,
            row["Claims"].value,
            row["Amount"].value,
        )
        for row in rows
    ] == [
        (None, "Dunmore", 1, 1, 77.92),
        ("01234", "Dunmore", 2, 2, 155.84),
        ("01234", "Jessop", 2, 1, 77.92),
    ]
    assert rows[1]["Last service"].value == datetime(2026, 10, 22)  # noqa: DTZ001


def test_about_says_what_the_workbook_was_made_from(contents: BatchContents) -> None:
    values = {str(cell.value) for row in opened(contents)["About"].iter_rows() for cell in row}
    assert {
        "2026-11-05 17:03 UTC by m.jones",
        "tpi-billing 0.1.0",
        "2024-12-31",
        "17",
        "5f" * 32,
        "october.csv",
        "ab" * 32,
    } <= values


def test_every_printed_page_says_that_it_is_confidential(contents: BatchContents) -> None:
    workbook = opened(contents)
    assert workbook.sheetnames == SHEETS
    for sheet in workbook.worksheets:
        assert sheet.oddFooter.left.text == "Confidential - contains patient information"


@pytest.mark.parametrize(
    ("claims", "held", "notices"), [(0, 0, 0), (0, 3, 0), (3, 0, 0), (1, 1, 1)]
)
def test_empty_parts_say_so(
    claims: int, held: int, notices: int, make_contents: MakeContents
) -> None:
    workbook = opened(make_contents(claims=claims, held=held, notices=notices))
    assert workbook.sheetnames == SHEETS
    empty = {
        "Claims": (claims, "No claims are in this batch."),
        "Referrals": (claims, "No claims are in this batch."),
        "Held sessions": (held, "No session is held back."),
        "Notices": (notices, "There is nothing to say about the sessions that were billed."),
    }
    for name, (count, text) in empty.items():
        assert (workbook[name].cell(HEADER, 1).value == text) is (count == 0)
        assert len(workbook[name].tables) == (1 if count else 0)
    assert len(workbook["Summary"]._charts) == (1 if claims else 0)
