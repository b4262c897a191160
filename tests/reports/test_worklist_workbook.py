"""The workbooks of the worklist and of over-age claims: every item, real dates and money."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from helpers import AS_OF, CLERK, Clinic, visit
from msp_lines import file_of, refused
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.claims.deadlines import next_close_off
from tpi_billing.claims.overage import requests
from tpi_billing.claims.work_items import WorkItem
from tpi_billing.claims.worklist import Worklist
from tpi_billing.ledger.sessions import Scope
from tpi_billing.remittance.importing import Source, import_files
from tpi_billing.reports.overage_workbook import overage_workbook
from tpi_billing.reports.worklist_workbook import worklist_workbook

NOON = datetime(2026, 11, 5, 12, tzinfo=ZoneInfo("America/Vancouver"))


def plain(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    titles = [cell.value for cell in sheet[4]]
    return [
        {str(title): plain(cell.value) for title, cell in zip(titles, row, strict=True)}
        for row in sheet.iter_rows(min_row=5)
    ]


def write(clinic: Clinic, out: Path) -> list[WorkItem]:
    with clinic.ledger.reading() as connection:
        worklist = Worklist(clinic.config, clinic.codes, AS_OF, NOON)
        items = worklist.gather(connection, Scope())
    close_off = next_close_off(clinic.codes.calendar, AS_OF, NOON)
    worklist_workbook(items, out, title="Made-up Clinic", as_of=AS_OF, close_off=close_off)
    return items


def bring(clinic: Clinic) -> None:
    late = {"service_date": "2026-07-20", "referral_date": "2026-01-10"}
    clinic.bring(
        visit("V1", 1, **late, patient_surname="=Okanese()"),
        visit("V2", 2, chart_signed="no", agent="", diagnosis_1=""),
        visit("V3", 3),
        visit("V4", 4, service_date="2026-10-30"),
    )


def test_every_item_stands_in_its_order_with_dates_and_money(
    clinic: Clinic, tmp_path: Path
) -> None:
    bring(clinic)
    write(clinic, tmp_path / "out.xlsx")
    overdue, month, held = rows(load_workbook(tmp_path / "out.xlsx")["Worklist"])
    assert (overdue["Kind"], overdue["What"]) == ("overdue", "V1")
    assert (overdue["Last day"], overdue["Days left"]) == (date(2026, 10, 18), -18)
    assert float(str(overdue["Amount ($)"])) == 77.92
    assert overdue["Patient"] == "=Okanese(), Noor"
    assert (month["Kind"], month["What"]) == ("unsent", "2 sessions of October 2026")
    assert float(str(month["Amount ($)"])) == 155.84
    assert held["Why"] == (
        "The first diagnosis is blank.\nThe chart is not yet complete and signed."
    )
    assert held["Who"] == "practitioner"


def test_the_summary_says_what_waits_and_when_the_next_close_off_is(
    clinic: Clinic, tmp_path: Path
) -> None:
    bring(clinic)
    write(clinic, tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx")["Summary"]
    line = "3 items as of 2026-11-05  ·  next close-off 2026-11-18, 19:00 Pacific (8 working days)"
    assert sheet["A2"].value == line
    assert [(row["Items"], row["Sessions"]) for row in rows(sheet)] == [(1, 1), (1, 1), (1, 2)]


def test_what_msp_refused_has_its_codes_fields_and_money(clinic: Clinic, tmp_path: Path) -> None:
    clinic.ledger.today = date(2026, 11, 1)
    clinic.bring(visit("V1", 1))
    batch = clinic.billed()
    mark_sent(clinic.ledger, CLERK, batch)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")
    (claim,) = clinic.claims()
    content = file_of(refused(claim, AS_OF, ("YY", "VM", "AF")))
    import_files(clinic.ledger, CLERK, [Source("msp.txt", content=content)])
    write(clinic, tmp_path / "out.xlsx")
    (row,) = rows(load_workbook(tmp_path / "out.xlsx")["Worklist"])
    assert (row["Kind"], row["Code"], row["Field"]) == ("refused", "VM\nAF", "P42 referral_number")
    assert float(str(row["Outstanding ($)"])) == 77.92
    assert (row["Claim"], row["Last day"]) == (1, date(2027, 1, 11))
    assert "tpi-billing claims correct 1" in str(row["What to do"])


def test_no_cell_is_a_formula(clinic: Clinic, tmp_path: Path) -> None:
    bring(clinic)
    write(clinic, tmp_path / "out.xlsx")
    for sheet in load_workbook(tmp_path / "out.xlsx"):
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_same_items_give_the_same_bytes(clinic: Clinic, tmp_path: Path) -> None:
    bring(clinic)
    write(clinic, tmp_path / "first.xlsx")
    write(clinic, tmp_path / "second.xlsx")
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


def test_an_empty_worklist_says_so(clinic: Clinic, tmp_path: Path) -> None:
    assert write(clinic, tmp_path / "out.xlsx") == []
    book = load_workbook(tmp_path / "out.xlsx")
    assert {book[name]["A4"].value for name in ("Summary", "Worklist")} == {
        "Nothing waits for anybody."
    }


def test_the_over_age_workbook_has_what_the_form_asks(clinic: Clinic, tmp_path: Path) -> None:
    bring(clinic)
    with clinic.ledger.reading() as connection:
        found = requests(connection, clinic.config, clinic.codes, AS_OF)
    out = tmp_path / "overage.xlsx"
    overage_workbook(found, clinic.codes.overage, out, title="Made-up Clinic", as_of=AS_OF)
    book = load_workbook(out)
    (request,) = rows(book["Request"])
    assert (request["Practitioner"], request["Payee"]) == ("99001", "A9999")
    assert request["First service"] == request["Last service"] == date(2026, 7, 20)
    assert (request["Claims"], request["Fee items"]) == (1, "01157")
    assert float(str(request["Value ($)"])) == 77.92
    (session,) = rows(book["Sessions"])
    assert (session["Session"], session["Age"]) == ("V1", "Can be approved")
    assert len(rows(book["Reasons"])) == len(clinic.codes.overage.reasons)
    assert len(rows(book["Form"])) == len(clinic.codes.overage.asks)
