"""The checks of a row's cells, found where files are read (session records, design 3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import Clinic, Values, visit

from tpi_billing.codes import CodeBook
from tpi_billing.model.finding import Severity


@pytest.fixture
def office(tmp_path: Path, book: CodeBook) -> Iterator[Clinic]:
    """Make a clinic with an empty ledger."""
    made = Clinic(tmp_path, book)
    yield made
    made.close()


def found(office: Clinic, *rows: Values) -> list[tuple[str, str]]:
    """Import one file; return the check and the session of every finding."""
    imported = office.bring(*rows)
    return [(one.code, one.session_id) for one in imported.findings]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"session_id": ""}, [("missing-value", "")]),
        ({"service_date": ""}, [("missing-value", "")]),
        ({"session_id": "", "service_date": ""}, [("missing-value", "")] * 2),
        ({"patient_second_name": ""}, []),  # may be blank
    ],
)
def test_a_row_without_an_id_or_a_date_is_no_session(
    office: Clinic, changes: Values, expected: list[tuple[str, str]]
) -> None:
    row = {**visit(), **changes}
    assert [code for code, _ in found(office, row)] == [code for code, _ in expected]
    assert len(office.sessions()) == (0 if expected else 1)


def test_a_row_without_patient_and_date_is_passed_over(office: Clinic) -> None:
    """A total or a remark: said once, and counted nowhere."""
    imported = office.bring(visit(), {"session_id": "Total", "billed_amount": "77.92"})
    (one,) = imported.findings
    assert (one.code, one.severity) == ("missing-value", Severity.INFO)
    assert imported.counts.read == 1


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("service_date", "2026-10-13", "13/10/20"),
        ("start_time", "09:00", "9 h"),
        ("referral_date", "2026-03-02", "02/03/2026"),  # an ambiguous date is never guessed
        ("trigger_point_injections", "4", "several"),
        ("billed_amount", "77.92", "a lot"),
        ("chart_signed", "no", "perhaps"),
        ("fee_items", "01157", "trigger points"),
        ("patient_surname", "Okanese", "7Okanese"),  # a name begins with a letter
        ("insurer", "ICBC", "Sun Life"),
    ],
)
def test_a_cell_is_what_its_column_holds(office: Clinic, column: str, good: str, bad: str) -> None:
    said = [code for code, _ in found(office, {**visit("V1"), column: bad})]
    assert "invalid-value" in said
    said = [code for code, _ in found(office, {**visit("V2", 2, start_time="10:00"), column: good})]
    assert "invalid-value" not in said


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("agent", []),
        ("A G E-N_T", []),  # case, spaces, - and _ do not matter
        ("shoe_size", [("unknown-column", "")]),
    ],
)
def test_a_column_that_nothing_names_is_not_used(
    office: Clinic, column: str, expected: list[tuple[str, str]]
) -> None:
    """A mapping names others: tests/intake/test_mappings.py."""
    rows = [visit(agent="") | {column: "saline"}]
    assert [one for one in found(office, *rows) if one[0] == "unknown-column"] == expected


SAME = visit("V1")
OTHER = visit("V1", trigger_point_sites="left trapezius")
HELD = [("duplicate-session-id", "V1")]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([[SAME, SAME]], []),  # equal rows count once
        ([[SAME], [SAME]], []),
        ([[SAME], [OTHER]], []),  # a later file brings an update
        ([[SAME, OTHER]], HELD),
        ([[SAME, visit("V2", 2, start_time="10:00", end_time="10:15"), OTHER]], HELD),
        ([[SAME, OTHER], [OTHER]], []),  # a file with one row of it settles it
    ],
)
def test_two_rows_of_one_file_with_one_id_must_say_the_same(
    office: Clinic, files: list[list[Values]], expected: list[tuple[str, str]]
) -> None:
    for rows in files:
        office.bring(*rows)
    held = [
        (one.code, one_session)
        for one_session, of in office.assess().items()
        for one in of.findings
    ]
    assert held == expected
