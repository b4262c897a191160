"""The findings workbook: counts by check, one row a finding, the same bytes each time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook

from tpi_billing.model.finding import Finding, Severity
from tpi_billing.reports.findings_workbook import findings_workbook

FindingOf = Callable[..., Finding]
AS_OF = date(2026, 11, 5)


def some(finding_of: FindingOf) -> list[Finding]:
    return [
        finding_of("tray-unbilled", "V1001"),
        finding_of("chart-not-signed", "V1002"),
        finding_of("phn-check-digit", "V1003", "phn", "0151065431"),
        finding_of("phn-check-digit", "V1003", "phn", "=1+1"),
        replace(finding_of("phn-check-digit", "V1004"), severity=Severity.WARNING),
    ]


def rows(path: Path, sheet: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(path)[sheet].iter_rows(min_row=5)]


def test_checks_are_counted_the_worst_and_commonest_first(
    finding_of: FindingOf, tmp_path: Path
) -> None:
    out = tmp_path / "findings.xlsx"
    published = findings_workbook(some(finding_of), out, title="Findings", as_of=AS_OF)
    assert (published.path, published.kind) == (out, "findings")
    assert [(row[0], row[6], row[2], row[3]) for row in rows(out, "Summary")] == [
        ("error", "phn-check-digit", 2, 1),
        ("error", "chart-not-signed", 1, 1),
        ("warning", "phn-check-digit", 1, 1),
        ("info", "tray-unbilled", 1, 1),
    ]
    first = rows(out, "Summary")[0]
    assert first[1] == "The personal health number has a typing mistake"
    assert first[4] == "AA"
    assert str(first[5]).startswith("Compare the number with the patient's card")


def test_each_finding_has_a_row_with_its_place(finding_of: FindingOf, tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    findings_workbook(some(finding_of), out, title="Findings", as_of=AS_OF)
    written = rows(out, "Findings")
    assert [row[0] for row in written] == ["V1001", "V1002", "V1003", "V1003", "V1004"]
    assert written[2][5:] == ["phn", "0151065431", "october.csv", None, 4, "phn-check-digit"]
    cell = load_workbook(out)["Findings"]["G8"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", "=1+1", True)


def test_the_same_findings_give_the_same_bytes(finding_of: FindingOf, tmp_path: Path) -> None:
    one, two = (
        findings_workbook(some(finding_of), tmp_path / name, title="Findings", as_of=AS_OF)
        for name in ("one.xlsx", "two.xlsx")
    )
    assert one.sha256 == two.sha256
    properties = load_workbook(one.path).properties
    assert properties.modified == datetime(2026, 11, 5)  # noqa: DTZ001


def test_nothing_found_is_said(tmp_path: Path) -> None:
    out = tmp_path / "findings.xlsx"
    findings_workbook([], out, title='Findings & "more"\x07', as_of=AS_OF)
    workbook = load_workbook(out)
    assert workbook["Summary"]["A1"].value == 'Findings & "more"␇'
    assert workbook["Summary"]["A4"].value == "Nothing was found: every session can be billed."
    assert workbook["Findings"]["A4"].value == "Nothing was found."


def test_a_finding_that_belongs_to_no_session_and_no_check(tmp_path: Path) -> None:
    strange = Finding("made-up", Severity.ERROR, "Something else.", "Look at it.")
    out = tmp_path / "findings.xlsx"
    findings_workbook([strange], out, title="Findings", as_of=AS_OF)
    assert rows(out, "Summary") == [["error", "made-up", 1, 0, None, "Look at it.", "made-up"]]
