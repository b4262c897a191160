"""`close` and `report`: what a clerk sees at the month's end, and what scripts get."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from answered import Answered
from helpers import Clinic, made_up_phn, visit
from msp_lines import FIRST, adjustment, changed, paid, payee_total, refused
from openpyxl import load_workbook

from tpi_billing.codes import CodeBook
from tpi_billing.config import load

from .conftest import Run, Said

REMITTANCE = "2026-11-12-A9999"
BOOKS = {
    "opening": "0.00",
    "billed": "233.76",
    "adjustments": "5.00",
    "paid": "121.88",
    "written_off": "0.00",
    "closing": "116.88",
}
"""Three claims of 77.92; 77.92 + 38.96 paid, and 5.00 of interest; 38.96 + 77.92 outstanding."""


class Month:
    """A workspace after a month, commands in it on 5 December, and its clerk."""

    def __init__(self, folder: Path, run: Run, book: CodeBook) -> None:
        self.folder = folder
        self._run = run
        config = load(folder / "tpi-billing.toml")
        self.clinic = Clinic(folder, book, config, create=False)
        self.office = Answered(self.clinic, [visit(f"V{at}", at) for at in (1, 2, 3)])

    def __call__(self, *words: object, as_of: str = "2026-12-05") -> Said:
        return self._run("--workspace", self.folder, "--as-of", as_of, *words)

    def data(self, *words: object, code: int = 0) -> Any:
        said = self("--json", *words)
        assert (said.err, said.code) == ("", code), said
        return json.loads(said.out)["data"]

    def answered(self, paid_cents: int = 11688) -> None:
        """Take in the remittance, whose payee total states so many cents."""
        one, two, three = (self.office.claim(at) for at in (1, 2, 3))
        self.office.take(
            paid(one),
            changed(two, 3896),
            refused(three),
            adjustment(FIRST, 500, "04"),
            payee_total(FIRST, paid_cents, billed_amount=23376, deposit=paid_cents + 500),
        )


@pytest.fixture
def month(tmp_path: Path, run: Run, book: CodeBook) -> Iterator[Month]:
    assert run("init", tmp_path).code == 0
    made = Month(tmp_path, run, book)
    yield made
    made.clinic.close()


# close


def test_a_dry_run_shows_the_books_and_what_is_open(month: Month) -> None:
    month.answered()
    said = month("close", "2026-11", "--dry-run")
    assert said.code == 1  # a claim was refused, another paid less
    assert "99001" in said.out
    assert "116.88" in said.out
    assert "2 claims refused or paid otherwise than due, 116.88 outstanding" in said.out
    assert "2026-11 balances and can be closed. Nothing was changed." in said.out
    assert max(map(len, said.out.splitlines())) <= 80


def test_closing_says_what_it_came_to(month: Month) -> None:
    month.answered()
    data = month.data("close", "2026-11", code=1)
    assert (data["month"], data["state"]) == ("2026-11", "closed")
    assert data["totals"] == BOOKS
    own, practitioner = data["books"]
    assert (own["practitioner_number"], own["paid"], own["closing"]) == ("", "5.00", "0.00")
    assert practitioner["closing"] == "116.88"
    assert data["blockers"] == []
    assert data["to_deal_with"] == {"claims": 2, "amount": "116.88"}
    assert data["silent"] == {"claims": 0, "amount": "0.00"}


def test_a_month_in_which_all_is_settled_closes_with_0(month: Month) -> None:
    month.office.take(
        *(paid(month.office.claim(at)) for at in (1, 2, 3)),
        payee_total(FIRST, 23376, billed_amount=23376),
    )
    said = month("close", "2026-11")
    assert (said.code, said.out.splitlines()[-1]) == (0, "2026-11 is closed.")


def test_what_does_not_balance_is_listed_and_closes_nothing(month: Month) -> None:
    month.answered(11700)
    said = month("close", "2026-11")
    assert (said.code, said.out) == (5, "")
    assert "Error: 2026-11 does not balance; it is not closed." in said.err
    assert "the amount paid is 117.00 by S21 and 116.88 by what is here (0.12)" in said.err
    assert f"--accept {REMITTANCE} --reason TEXT" in said.err
    answer = json.loads(month("--json", "close", "2026-11").out)
    assert (answer["status"], answer["exit_code"]) == ("error", 5)
    assert [error["code"] for error in answer["errors"]] == ["conflict", "conflict"]
    dry = month.data("close", "2026-11", "--dry-run", code=1)
    assert dry["state"] == "open"
    (blocker,) = dry["blockers"]
    assert (blocker["kind"], blocker["name"], blocker["difference"]) == (
        "total-differs",
        REMITTANCE,
        "0.12",
    )


def test_a_difference_is_accepted_with_a_reason(month: Month) -> None:
    month.answered(11700)
    assert month("close", "2026-11", "--accept", REMITTANCE).code == 2
    data = month.data("close", "2026-11", "--accept", REMITTANCE, "--reason", "12 cents", code=1)
    assert data["totals"] == BOOKS | {"adjustments": "5.12", "paid": "122.00"}
    assert [one["name"] for one in data["accepted"]] == [REMITTANCE]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("2026-13",), 2, "close takes a month as YYYY-MM"),
        (("2026-12",), 5, "2026-12 is not over on 2026-12-05"),
        (("2026-11", "--reopen"), 2, "--reopen needs a reason"),
        (("2026-11", "--reason", "x"), 2, "--reason goes with --accept, --reopen or --no-backup"),
        (("2026-11", "--reopen", "--dry-run", "--reason", "x"), 2, "--reopen goes with --reason"),
        (("2026-11", "--reopen", "--reason", "x"), 5, "No month is closed"),
    ],
)
def test_what_cannot_be_done_is_said(
    month: Month, words: tuple[str, ...], code: int, said: str
) -> None:
    answer = month("close", *words)
    assert (answer.code, answer.out) == (code, "")
    assert said in answer.err


def test_a_closed_month_is_opened_again_with_a_reason(month: Month) -> None:
    month("close", "2026-11")
    assert month("close", "2026-11").code == 5
    said = month("close", "2026-11", "--reopen", "--reason", "a line came late")
    assert (said.code, said.out) == (0, "2026-11 is open again.\n")
    assert month("close", "2026-11").code == 0


# report


REPORTS = {
    "books": ("99001", "116.88"),
    "remittances": ("2026-11-12", "121.88"),
    "receivables": ("paid-changed", "38.96"),
    "refusals": ("AF", "77.92"),
    "expected": ("01157", "-116.88"),
    "write-offs": ("less than the", "38.96"),
    "adjustments": ("Interest", "5.00"),
}


@pytest.fixture
def reported(month: Month) -> Month:
    """November as above, and the rest of claim 2 written off afterwards, in December."""
    month.answered()
    month.clinic.ledger.today = date(2026, 12, 5)
    phn = made_up_phn(7)
    month.office.write_off(2, reason=f"=less than the work, card {phn}")
    return month


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_on_the_screen_within_80_columns(month: Month, name: str) -> None:
    month.answered()
    if name == "write-offs":
        month.office.write_off(2, reason="less than the work to ask for it")
    said = month("report", name)
    assert (said.code, said.err) == (0, "")
    assert all(part in said.out for part in REPORTS[name]), said.out
    assert max(map(len, said.out.splitlines())) <= 80


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_the_same_for_scripts_in_csv_and_in_a_workbook(
    reported: Month, tmp_path: Path, name: str
) -> None:
    as_csv, as_xlsx = tmp_path / "out.csv", tmp_path / "out.xlsx"
    data = reported.data("report", name, "--csv", as_csv, "--xlsx", as_xlsx)
    assert (data["csv"], data["xlsx"]) == (str(as_csv), str(as_xlsx))
    with as_csv.open(encoding="utf-8-sig", newline="") as stream:
        in_csv = list(csv.DictReader(stream))
    (sheet,) = load_workbook(as_xlsx).worksheets
    rows = list(sheet.iter_rows(min_row=5, max_row=4 + len(in_csv), values_only=True))
    assert data["rows"]
    assert len(data["rows"]) == len(in_csv) == len(rows)
    for told, row, cells in zip(data["rows"], in_csv, rows, strict=True):
        assert list(told) == list(row)
        for (key, value), text, cell in zip(told.items(), row.values(), cells, strict=True):
            if isinstance(value, str) and _is_money(value):
                assert text == value
                assert Decimal(str(cell)) == Decimal(value)
            elif key != "why":
                assert text == ("" if value is None else str(value))


def _is_money(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit() and "." in text


@pytest.mark.parametrize("name", REPORTS)
def test_totals_add_up_to_the_cent(reported: Month, name: str) -> None:
    data = reported.data("report", name)
    for key, total in data["totals"].items():
        values = [row[key] for row in data["rows"] if row[key] is not None]
        assert sum(map(Decimal, values)) == Decimal(total)
        assert isinstance(total, str) == all(isinstance(value, str) for value in values)


def test_a_reason_is_masked_on_the_screen_and_guarded_in_files(
    reported: Month, tmp_path: Path
) -> None:
    phn = made_up_phn(7)
    said = reported("report", "write-offs")
    assert phn not in said.out
    assert f"******{phn[-4:]}" in said.out.replace("\n", " ")
    assert phn not in reported("--json", "report", "write-offs").out
    reported("report", "write-offs", "--csv", tmp_path / "o.csv", "--xlsx", tmp_path / "o.xlsx")
    assert f"'=less than the work, card {phn}" in (tmp_path / "o.csv").read_text("utf-8-sig")
    cell = load_workbook(tmp_path / "o.xlsx").active["H5"]
    assert (cell.value, cell.data_type) == (f"=less than the work, card {phn}", "s")


def test_the_receivables_say_that_they_tie(reported: Month) -> None:
    assert "Ties to the books: 77.92." in reported("report", "receivables").out


@pytest.mark.parametrize(
    ("name", "words", "rows"),
    [
        ("remittances", ("--from", "2026-11-13"), 0),
        ("remittances", ("--to", "2026-11-12"), 1),
        ("refusals", ("--to", "2026-11-11"), 0),
        ("expected", ("--from", "2026-10-14"), 0),
        ("adjustments", ("--from", "2026-11-12", "--to", "2026-11-12"), 1),
        ("write-offs", ("--month", "2026-11"), 0),
        ("write-offs", ("--month", "2026-12"), 1),
        ("books", ("--month", "2026-10"), 0),
    ],
)
def test_a_report_is_narrowed(
    reported: Month, name: str, words: tuple[str, ...], rows: int
) -> None:
    assert len(reported.data("report", name, *words)["rows"]) == rows


def test_days_the_wrong_way_round_are_wrong_usage(month: Month) -> None:
    said = month("report", "refusals", "--from", "2026-11-02", "--to", "2026-11-01")
    assert said.code == 2
    assert "--from is after --to." in said.err


@pytest.mark.parametrize("name", REPORTS)
def test_an_empty_ledger_has_empty_reports(tmp_path: Path, run: Run, name: str) -> None:
    run("init", tmp_path)
    said = run("--workspace", tmp_path, "report", name, "--csv", tmp_path / "out.csv")
    assert (said.code, said.err) == (0, "")
    assert len((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()) == 1


# report month-end


def test_the_month_end_workbook_has_a_page_of_charts_and_the_details(
    reported: Month, tmp_path: Path
) -> None:
    out = tmp_path / "november.xlsx"
    data = reported.data("report", "month-end", "2026-11", out)
    assert (data["month"], data["closed"], data["path"]) == ("2026-11", False, str(out))
    book = load_workbook(out)
    assert book.sheetnames == [
        "Month",
        "Books",
        "Remittances",
        "Receivables",
        "Refusals",
        "Paid against expected",
        "Write-offs",
        "Adjustments",
        "Figures",
    ]
    page = book["Month"]
    assert len(page._charts) == 4
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 1)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 1)
    assert [page.cell(4, column).value for column in range(1, 7)] == [
        "Opening",
        "+ billed",
        "+ adjustments",
        "- paid",
        "- written off",
        "= outstanding",
    ]
    amounts = [Decimal(str(page.cell(5, column).value)) for column in range(1, 7)]
    assert amounts == [Decimal(text) for text in BOOKS.values()]
    texts = [cell.value for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "The books tie to what the claims have outstanding, to the cent." in texts
    assert not any("Okanese" in text for text in texts)  # it hangs on a wall


def test_the_same_month_end_gives_the_same_bytes(reported: Month, tmp_path: Path) -> None:
    files = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for file in files:
        assert reported("report", "month-end", "2026-11", file).code == 0
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_month_without_anything_has_a_workbook_too(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path)
    out = tmp_path / "out.xlsx"
    said = run("--workspace", tmp_path, "report", "month-end", "2026-10", out)
    assert said.code == 0
    assert f"Wrote {out}. 2026-10 is not closed yet." in said.out
    page = load_workbook(out)["Month"]
    texts = [cell.value for row in page.iter_rows() for cell in row]
    assert "MSP refused nothing this month." in texts
