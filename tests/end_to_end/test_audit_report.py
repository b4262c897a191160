"""`audit report`: a period as an administrator gets it, held against the ledger to the cent."""

import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from answered import Answered
from browser import Opened, browser, needs_a_browser, violations
from helpers import Clinic as Desk
from helpers import visit
from made_up_facts import day, facts, store
from msp_lines import FIRST, adjustment, changed, paid, payee_total, refused
from parsed_page import cents, parsed, picture, table, words

from tpi_billing.codes import CodeBook
from tpi_billing.config import load

from .clinic import Clinic

BOTH_MONTHS = ("--from", "2026-10-01", "--to", "2026-11-30")
BOOKS = {
    "opening": "0.00",
    "billed": "233.76",
    "adjustments": "5.00",
    "paid": "121.88",
    "written_off": "0.00",
    "closing": "116.88",
}
"""Three claims of 77.92; 77.92 + 38.96 paid, and 5.00 of interest; 38.96 + 77.92 outstanding."""


@pytest.fixture
def answered(clinic: Clinic, book: CodeBook) -> Iterator[Clinic]:
    """Three services of 13 October, sent on 5 November, one paid, one paid half, one refused."""
    config = load(clinic.workspace / "tpi-billing.toml")
    desk = Desk(clinic.workspace, book, config, create=False)
    office = Answered(desk, [visit(f"V{at}", at) for at in (1, 2, 3)])
    one, two, three = (office.claim(at) for at in (1, 2, 3))
    office.take(
        paid(one),
        changed(two, 3896),
        refused(three),
        adjustment(FIRST, 500, "04"),
        payee_total(FIRST, 11688, billed_amount=23376, deposit=12188),
    )
    desk.close()
    return clinic


@pytest.fixture
def troubled(clinic: Clinic, book: CodeBook) -> Iterator[Clinic]:
    """Four practitioners with five claims on each of twelve days, one of whom bills 100 services.

    His 60 claims are of 155.84 each; half of them have no referral, and one went after 91 days.
    """
    rows: list[dict[str, Any]] = []
    for number in ("99001", "99002", "99003", "99004"):
        for at in range(60):
            service = day("2026-10-01") + at // 5
            start = 540 + 15 * (at % 5)
            row = {"practitioner": number, "service_day": service, "sent_day": service + 20}
            row |= {"start_minute": start, "end_minute": start + 15}
            if number == "99004":
                row |= {"units": 20, "amount_cents": 15_584, "referral_given": at % 2}
                row |= {"sent_day": service + 91} if at == 0 else {}
            rows.append(row)
    config = load(clinic.workspace / "tpi-billing.toml")
    desk = Desk(clinic.workspace, book, config, create=False)
    with desk.ledger.changing("m.jones") as transaction:
        store(transaction.connection, facts(*rows))
        transaction.connection.exec_driver_sql("UPDATE claims SET adjusted_cents = 0")
        transaction.journal.write("made.up", "ledger", {"claims": len(rows)})
    desk.close()
    return clinic


def report(clinic: Clinic, *words: object) -> tuple[dict[str, Any], Any, Path]:
    """Run the command; return its data, the page taken apart, and the page's file."""
    data = clinic.data("audit", "report", *words)
    page, workbook = (Path(file["path"]) for file in data["files"])
    assert [file["kind"] for file in data["files"]] == ["page", "workbook"]
    assert (page.suffix, workbook.suffix) == (".html", ".xlsx")
    return data, parsed(page.read_bytes()), page


def dollars(amount: str) -> int:
    return int(Decimal(amount).scaleb(2))


def test_the_page_shows_the_books_to_the_cent(answered: Clinic) -> None:
    data, page, _ = report(answered, *BOTH_MONTHS)
    assert data["books"] == {**BOOKS, "ties": True}
    assert data["months"] == ["2026-10", "2026-11"]
    rows = answered.data("report", "books", "--month", "2026-11")["rows"]
    _, *shown, totals = table(page, "books-table")
    keys = ("opening", "billed", "adjustments", "paid", "written_off", "closing")
    assert [[cents(cell) for cell in row[2:]] for row in shown] == [
        [dollars(row[key]) for key in keys] for row in rows
    ]
    assert [cents(cell) for cell in totals[2:]] == [dollars(BOOKS[key]) for key in keys]
    flow = {name: cents(amount) for name, amount in table(page, "flow-table")[1:]}
    assert flow == {
        "Opening": 0,
        "Billed": 23_376,
        "Adjustments": 500,
        "Paid": -12_188,
        "Written off": 0,
        "Closing": 11_688,
    }
    assert "$116.88" in words(picture(page, "flow"))


def test_what_became_of_the_services_is_what_the_claims_say(answered: Clinic) -> None:
    """The answers came in November, and count for October's services."""
    _, page, _ = report(answered, "--month", "2026-10")
    assert table(page, "states-table")[1:] == [
        ["Paid", "1", "$77.92", "$77.92"],
        ["Paid otherwise than billed", "1", "$77.92", "$38.96"],
        ["Refused, nothing done yet", "1", "$77.92", "$0.00"],
        ["All", "3", "$233.76", "$116.88"],
    ]


def test_refusals_days_and_referrals_are_those_of_the_ledger(answered: Clinic) -> None:
    data, page, _ = report(answered, *BOTH_MONTHS)
    (told,) = answered.data("report", "refusals")["rows"]
    assert told["code"] == "AF"
    (cause,) = table(page, "causes-table")[1:-1]
    assert (cause[0], cause[1], cents(cause[2])) == ("AF", "1", dollars(told["amount"]))
    assert table(page, "meanings-table")[1][1:] == [told["meaning"], told["cure"]]
    # 13 October to 5 November: 23 days.
    assert table(page, "days-table")[1] == ["21 to 27", "3", "100.0%", "$233.76"]
    assert table(page, "coverage-table")[1][1:] == ["3", "3", "0", "100.0%"]
    claims = answered.data("claims", "list")["claims"]
    assert dollars(data["amount"]) == sum(dollars(claim["amount"]) for claim in claims)
    assert (data["claims"], data["refused"], data["refused_amount"]) == (3, 1, "77.92")
    assert (data["with_referral"], data["without_referral"]) == (3, 0)


def test_money_is_by_the_whole_month_and_services_by_the_day(answered: Clinic) -> None:
    """From the 14th of October there is no service, and October's books have not moved."""
    data, _, _ = report(answered, "--from", "2026-10-14", "--to", "2026-10-20")
    assert (data["claims"], data["books"]["billed"], data["months"]) == (0, "0.00", ["2026-10"])
    data, _, _ = report(answered, "--month", "2026-11")
    assert (data["claims"], data["books"]["billed"]) == (0, "233.76")
    assert (data["from"], data["to"]) == ("2026-11-01", "2026-11-30")


def test_whoever_stands_out_is_named_with_the_claims(troubled: Clinic) -> None:
    answer = troubled.json("audit", "report", "--month", "2026-10")
    assert answer["exit_code"] == 1  # there are findings
    _, page, _ = report(troubled, "--month", "2026-10")
    named = {(row[0][:5], row[1]) for row in table(page, "findings-table")[1:]}
    assert {
        ("99004", "Services per day"),
        ("99004", "Cost per patient"),
        ("99004", "Claims without a referral"),
    } <= named
    assert {number for number, _ in named} == {"99004"}
    said = {
        result["id"]: result
        for result in troubled.data("audit", "patterns", "--month", "2026-10")["patterns"]
    }
    for pattern, name in (("services-per-day", "services"), ("cost-per-patient", "costs")):
        shown = {row[0][:5]: row[2].replace("$", "") for row in table(page, f"{name}-table")[1:]}
        assert shown == {
            one["practitioner_number"]: one["figure"] for one in said[pattern]["practitioners"]
        }
    assert table(page, "services-table")[1][1:6] == ["12", "100.0", "100", "100 to 100", "100"]
    assert table(page, "costs-table")[1][2] == "$155.84"
    assert table(page, "coverage-table")[1][1:] == ["60", "30", "30", "50.0%"]
    assert table(page, "days-table")[-2] == ["91 or more", "1", "0.4%", "$155.84"]
    claims = next(row[5] for row in table(page, "findings-table") if "referral" in row[1])
    # His claims are 181 to 240; those at even places have no referral.
    assert claims.split(" and ")[0] == ", ".join(str(181 + 2 * at) for at in range(24))


def test_neither_file_names_a_patient(answered: Clinic) -> None:
    report(answered, *BOTH_MONTHS)
    folder = answered.workspace / "out" / "audit"
    page, workbook = sorted(folder.iterdir())
    content = page.read_bytes()
    with zipfile.ZipFile(workbook) as parts:
        content += b"".join(parts.read(name) for name in parts.namelist())
    numbers = [phn for (phn,) in answered.query("SELECT phn FROM claims")]
    assert len(numbers) == 3
    for secret in (*numbers, "Okanese", "OKANESE", "Noor", "NOOR", "C00001", "1975-03-02"):
        assert secret.encode() not in content


def test_the_same_ledger_gives_the_same_bytes_on_any_day(answered: Clinic, tmp_path: Path) -> None:
    for folder, as_of in (("one", "2026-12-01"), ("two", "2027-03-04")):
        said = answered.run(
            "audit", "report", *BOTH_MONTHS, "--out", tmp_path / folder, as_of=as_of
        )
        assert said.code == 0, said
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        for name in ("one", "two")
    )
    assert sorted(one) == [
        "audit-report-2026-10-01-to-2026-11-30.html",
        "audit-report-2026-10-01-to-2026-11-30.xlsx",
    ]
    assert one == two


def test_the_head_that_it_prints_proves_that_nothing_was_altered(answered: Clinic) -> None:
    data, page, _ = report(answered, *BOTH_MONTHS)
    head = data["journal"]
    command = page.all("code")[-1].text.split()
    assert command[:3] == ["tpi-billing", "audit", "verify"]
    assert command[3:] == ["--entry", str(head["entry"]), "--head", head["sha256"]]
    assert answered.run(*command[1:]).code == 0


def test_it_changes_nothing_and_may_be_asked_for_with_read_only(answered: Clinic) -> None:
    before = answered.state()
    said = answered.run("--read-only", "audit", "report", "--month", "2026-11")
    assert said.code == 0, said
    assert "Wrote" in said.out
    assert answered.state() == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((), "It is not said which days the report is about."),
        (("--from", "2026-10-01"), "It is not said which days the report is about."),
        (("--month", "2026-10", "--to", "2026-10-31"), "--month does not go with"),
        (("--month", "October"), "--month takes a month as YYYY-MM"),
        (("--from", "2026-10-02", "--to", "2026-10-01"), "lies behind the last"),
    ],
)
def test_days_that_cannot_be_are_wrong_usage(
    clinic: Clinic, given: tuple[str, ...], said: str
) -> None:
    answer = clinic.run("audit", "report", *given)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_clinic_that_has_just_begun_has_a_report(clinic: Clinic) -> None:
    data, page, _ = report(clinic, "--month", "2026-10")
    assert data["books"]["ties"] is True
    assert "MSP refused nothing in October 2026." in page.text


@needs_a_browser
def test_the_page_of_a_ledger_breaks_no_accessibility_rule(troubled: Clinic) -> None:
    _, _, file = report(troubled, "--month", "2026-10")
    with browser() as started:
        for scheme in ("light", "dark"):
            opened = Opened(started, file, scheme)
            assert (opened.asked, opened.said) == ([file.as_uri()], [])
            assert violations(opened) == []


def test_the_days_of_a_period_are_both_included(troubled: Clinic) -> None:
    """Twelve days from the 1st on, five claims of each of four a day."""
    for first, last, claims in (("12", "12", 20), ("12", "13", 20), ("11", "12", 40)):
        days = ("--from", f"2026-10-{first}", "--to", f"2026-10-{last}")
        assert report(troubled, *days)[0]["claims"] == claims
