"""Rows of the referral registry: every column, whose it is, what is refused and in which words."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.config import Mapping
from tpi_billing.errors import FileError
from tpi_billing.intake.referral_rows import (
    REFERRAL_COLUMNS,
    REFERRALS,
    ReferralRow,
    parse_referral,
    values_of_words,
)
from tpi_billing.intake.rows import Row
from tpi_billing.intake.table import open_table
from tpi_billing.model.referral import RegisteredReferral

Write = Callable[..., Path]
PHN = "9000000018"
"""Weights 2 4 8 5 10 9 7 3 on 00000001: 3, and 11 - 3 = 8."""
PLAIN = {"phn": PHN, "referral_number": "35546", "referral_date": "2026-08-20"}
DOCS = Path(__file__).parents[2] / "docs" / "referrals.md"


def problems(**changes: str) -> list[tuple[str, str]]:
    """Return code and column of everything that is wrong with a row."""
    row, found = parse_referral({**PLAIN, **changes})
    assert (row is None) == bool(found)
    return [(problem.code, problem.column) for problem in found]


def parsed(**changes: str) -> ReferralRow:
    row, found = parse_referral({**PLAIN, **changes})
    assert row is not None, found
    return row


def read(path: Path, **options: object) -> list[Row]:
    with open_table(path, kind=REFERRALS, **options) as table:  # type: ignore[arg-type]
        return list(table.rows())


def test_the_page_names_every_column_in_its_words() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for column in REFERRAL_COLUMNS:
        assert f"| `{column.name}` | {column.help} |" in page


def test_a_row_with_everything() -> None:
    row = parsed(
        referral_number="a1234",
        referral_name="Dr Hollis",
        referral_profession="Physician",
        reason="neck pain",
        letter="scan 17",
        implicit="YES",
        implicit_excluded="no",
        notice_sent="2026-07-01",
        closed_on="2026-10-31",
        updated_on="2026-10-01; 2026-09-01; 2026-10-01",
    )
    assert row == ReferralRow(
        patient_key=f"phn:{PHN}/00",
        number="A1234",
        received=date(2026, 8, 20),
        name="Dr Hollis",
        profession="physician",
        reason="neck pain",
        letter="scan 17",
        implicit=True,
        implicit_excluded=False,
        notice_sent=date(2026, 7, 1),
        closed_on=date(2026, 10, 31),
        updates=(date(2026, 9, 1), date(2026, 10, 1)),
    )


def test_what_a_row_does_not_say_is_not_said() -> None:
    row = parsed()
    assert (row.name, row.reason, row.implicit, row.closed_on, row.updates) == (
        "",
        "",
        None,
        None,
        (),
    )


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"phn": PHN}, f"phn:{PHN}/00"),
        ({"phn": PHN, "dependent": "66"}, f"phn:{PHN}/66"),
        ({"phn": PHN, "patient_id": "C1"}, f"phn:{PHN}/00"),
        ({"registration_number": "123456789012", "insurer": "ab"}, "registration:AB/123456789012"),
        (
            {"registration_number": "123456789012", "insurer": "AB", "patient_id": "C1"},
            "registration:AB/123456789012",
        ),
        ({"patient_id": "C1"}, "chart:C1"),
    ],
)
def test_a_patient_is_known_as_in_sessions(values: dict[str, str], key: str) -> None:
    """Design, section 3: PHN and dependent, else insurer and registration, else chart."""
    row, _ = parse_referral({**PLAIN, "phn": "", **values})
    assert row is not None
    assert row.patient_key == key


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"phn": ""}, [("missing-value", "phn")]),
        ({"phn": "9000000019"}, [("phn-check-digit", "phn")]),
        ({"phn": "8000000018"}, [("phn-not-bc", "phn")]),
        ({"phn": "900000001"}, [("phn-not-bc", "phn")]),
        ({"phn": "9.0000E+09"}, [("invalid-value", "phn")]),
        ({"phn": "9000000019", "insurer": "AB"}, []),
        ({"dependent": "00"}, []),
        ({"dependent": "66"}, []),
        ({"dependent": "01"}, [("dependent-invalid", "dependent")]),
        ({"phn": "", "registration_number": "123456789012"}, [("missing-value", "insurer")]),
        (
            {"phn": "", "registration_number": "123456789012", "insurer": "MSP"},
            [("missing-value", "insurer")],
        ),
        ({"insurer": "BC"}, [("invalid-value", "insurer")]),
        ({"referral_number": ""}, [("missing-value", "referral_number")]),
        ({"referral_date": ""}, [("missing-value", "referral_date")]),
        ({"referral_date": "03/04/2026"}, [("invalid-value", "referral_date")]),
        ({"referral_date": "2026-02-30"}, [("invalid-value", "referral_date")]),
        ({"referral_date": "soon"}, [("invalid-value", "referral_date")]),
        ({"referral_name": "7 Hollis"}, [("invalid-value", "referral_name")]),
        ({"implicit": "maybe"}, [("invalid-value", "implicit")]),
        ({"implicit_excluded": "x"}, [("invalid-value", "implicit_excluded")]),
        ({"notice_sent": "July"}, [("invalid-value", "notice_sent")]),
        ({"closed_on": "#N/A"}, [("invalid-value", "closed_on")]),
        ({"updated_on": "2026-10-01; later"}, [("invalid-value", "updated_on")]),
        ({"reason": "a\x07b"}, [("invalid-value", "reason")]),
        (
            {"updated_on": "x", "referral_date": "", "phn": "", "implicit": "x"},
            [
                ("missing-value", "phn"),
                ("missing-value", "referral_date"),
                ("invalid-value", "implicit"),
                ("invalid-value", "updated_on"),
            ],
        ),
    ],
)
def test_everything_that_is_wrong_is_found_at_once(
    changes: dict[str, str], found: list[tuple[str, str]]
) -> None:
    assert problems(**changes) == found


def test_a_cell_of_invisible_characters_is_blank() -> None:
    columns = ("implicit", "implicit_excluded", "notice_sent", "closed_on", "updated_on")
    assert parsed(**dict.fromkeys(columns, "\u200b")) == parsed()


def test_a_message_never_holds_the_number() -> None:
    _, found = parse_referral({**PLAIN, "phn": "9000000019"})
    assert "9000000019" not in found[0].message + found[0].hint
    assert found[0].value == "9000000019"


def test_a_blank_cell_changes_nothing_of_a_known_referral() -> None:
    known = RegisteredReferral(
        7,
        "35546",
        "Dr Hollis",
        "physician",
        date(2026, 8, 20),
        reason="neck pain",
        implicit_excluded=True,
        closed_on=date(2026, 10, 1),
        updates=(date(2026, 9, 1),),
    )
    assert parsed().applied_to(known) == known
    changed = parsed(
        referral_name="Dr Holly", implicit_excluded="no", updated_on="2026-08-25"
    ).applied_to(known)
    assert (changed.name, changed.implicit_excluded, changed.reason) == (
        "Dr Holly",
        False,
        "neck pain",
    )
    assert changed.updates == (date(2026, 8, 25), date(2026, 9, 1))
    assert changed.closed_on == date(2026, 10, 1)


def test_words_of_a_person_are_read_as_cells_are() -> None:
    words = {"phn": "9000 000 018", "referral_number": "1234", "reason": " ", "implicit": ""}
    assert values_of_words(words) == {"phn": PHN, "referral_number": "01234"}


HEADER = ["PHN", "Referral Number", "referral-date", "Closed On"]


def test_csv_below_a_title_with_a_total_and_an_unused_column(write_csv: Write) -> None:
    path = write_csv(
        [
            ["Referrals of 2026"],
            [*HEADER, "Colour"],
            [PHN, "35546", "2026-08-20", "", "red"],
            ["", "", "", "", "1 referral"],
            ["", "Total", "", "", ""],
        ]
    )
    with open_table(path, kind=REFERRALS) as table:
        rows = list(table.rows())
        notices = [(problem.code, problem.column) for problem, _ in table.notices]
    assert rows[0].values == {
        "phn": PHN,
        "referral_number": "35546",
        "referral_date": "2026-08-20",
    }
    assert [(row.number, row.passed_over) for row in rows] == [(3, False), (5, True)]
    assert notices == [("unknown-column", "Colour")]


def test_xlsx_with_numbers_and_dates_as_a_spreadsheet_keeps_them(write_xlsx: Write) -> None:
    day = datetime(2026, 8, 20)  # noqa: DTZ001
    path = write_xlsx(
        [HEADER, [float(PHN), 1234.0, day, 46311]], sheet="Referrals", formats={"A2": "0"}
    )
    with open_table(path, kind=REFERRALS, sheet="referrals") as table:
        (row,) = table.rows()
        restored = {problem.column for problem, _ in table.notices}
    assert row.values == {
        "phn": PHN,
        "referral_number": "01234",
        "referral_date": "2026-08-20",
        "closed_on": "2026-10-16",
    }
    assert restored >= {"referral_number", "closed_on"}


def test_json_lines_with_a_list_of_reports(tmp_path: Path) -> None:
    path = tmp_path / "referrals.jsonl"
    line = {**PLAIN, "implicit": True, "updated_on": ["2026-09-01", "2026-10-01"]}
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    (row,) = read(path)
    found, _ = parse_referral(row.values)
    assert found is not None
    assert found.implicit is True
    assert found.updates == (date(2026, 9, 1), date(2026, 10, 1))


def test_a_file_without_a_necessary_column_is_refused(write_csv: Write) -> None:
    with pytest.raises(FileError) as refused:
        read(write_csv([["phn", "referral_name", "referral_nmber"], [PHN, "Dr Hollis", "35546"]]))
    assert [trouble.column for trouble in refused.value.troubles] == [
        "referral_number",
        "referral_date",
    ]
    assert 'The nearest header is "referral_nmber".' in refused.value.troubles[0].hint


def test_a_file_of_something_else_is_refused_in_the_words_of_referrals(write_csv: Write) -> None:
    with pytest.raises(FileError) as refused:
        read(write_csv([["a", "b"], ["1", "2"]]))
    (trouble,) = refused.value.troubles
    assert "referral_number, referral_date and the others of a referral" in trouble.message
    assert "sessions template" not in trouble.hint


def test_a_mapping_of_the_clinic_names_headers_and_days(write_csv: Write) -> None:
    mapping = Mapping(
        dates=("%d-%b-%Y",), columns={"referral_number": "Ref Dr", "referral_date": "Ref Date"}
    )
    path = write_csv([["PHN", "Ref Dr", "Ref Date"], [PHN, "35546", "20-Aug-2026"]])
    (row,) = read(path, source="my-emr", mapping=mapping)
    assert row.values == PLAIN


CELLS = st.dictionaries(
    st.sampled_from([column.name for column in REFERRAL_COLUMNS]), st.text(max_size=30)
)


@given(CELLS)
def test_any_row_is_either_read_or_explained(values: dict[str, str]) -> None:
    row, found = parse_referral({**PLAIN, **values})
    assert (row is None) == bool(found)
    assert all(problem.message and problem.column for problem in found)
    parse_referral(values_of_words({**PLAIN, **values}))
