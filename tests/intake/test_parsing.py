"""Canonical text to a typed session: what each column takes, and what it says of anything else."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.intake.parsing import EXTRA_CELLS, parse_session
from tpi_billing.model.session import COLUMNS, Referral, RequestedItem, Session

NAMES = [column.name for column in COLUMNS]


def test_a_whole_row() -> None:
    session, problems = parse_session(
        {
            "session_id": "V1001",
            "status": "Completed",
            "service_date": "2026-10-13",
            "start_time": "09:00",
            "end_time": "09:15",
            "practitioner_number": "99001",
            "payee_number": "a9999",
            "location_code": "q",
            "patient_id": "C10000",
            "phn": "9914177765",
            "patient_first_name": "Goran",
            "patient_second_name": "Émile",
            "patient_surname": "O'Dunmore",
            "birth_date": "1952-01-20",
            "sex": "male",
            "dependent": "66",
            "insurer": "ab",
            "registration_number": "12345-6789",
            "address_1": "100 Sample Street",
            "address_2": "Unit 2",
            "city": "Calgary",
            "postal_code": "t2p 0a1",
            "icbc_claim_number": "AB1",
            "referral_number": "35546",
            "referral_name": "Dr Norquay",
            "referral_profession": "Nurse Practitioner",
            "referral_date": "2026-08-30",
            "diagnosis_1": "729.4",
            "diagnosis_2": "v15.4",
            "diagnosis_3": "7242",
            "trigger_point_sites": "left trapezius; right trapezius;; ",
            "trigger_point_injections": "4",
            "nerve_block_sites": "left greater occipital",
            "block_distance_cm": "60.5",
            "joint_sites": "right hip;left elbow tendon",
            "agent": "0.9% saline",
            "volume_ml": "2",
            "visit": "Limited Consultation",
            "visit_diagnosis": "401",
            "series_number": "2",
            "chart_signed": "Y",
            "fee_items": "01157; 00015x2",
            "billed_amount": "$1,077.92",
            "note": "Second visit",
        }
    )
    assert problems == ()
    assert session == Session(
        session_id="V1001",
        service_date=date(2026, 10, 13),
        status="completed",
        start_time=time(9, 0),
        end_time=time(9, 15),
        practitioner_number="99001",
        payee_number="A9999",
        location_code="Q",
        patient_id="C10000",
        phn="9914177765",
        first_name="Goran",
        second_name="Émile",
        surname="O'Dunmore",
        birth_date=date(1952, 1, 20),
        sex="M",
        dependent="66",
        insurer="AB",
        registration_number="12345-6789",
        address_1="100 Sample Street",
        address_2="Unit 2",
        city="Calgary",
        postal_code="T2P 0A1",
        icbc_claim_number="AB1",
        referral=Referral("35546", "Dr Norquay", "nurse practitioner", date(2026, 8, 30)),
        diagnoses=("7294", "V154", "7242"),
        trigger_point_sites=("left trapezius", "right trapezius"),
        trigger_point_injections=4,
        nerve_block_sites=("left greater occipital",),
        block_distance_cm=Decimal("60.5"),
        joint_sites=("right hip", "left elbow tendon"),
        agent="0.9% saline",
        volume_ml=Decimal(2),
        visit="limited-consultation",
        visit_diagnosis="401",
        series_number=2,
        chart_signed=True,
        fee_items=(RequestedItem("01157", 1), RequestedItem("00015", 2)),
        billed_cents=107792,
        note="Second visit",
    )


def test_blanks_take_their_defaults(clean: dict[str, str]) -> None:
    session, problems = parse_session({**clean, "dependent": " ", "insurer": "", "note": "\t"})
    assert problems == ()
    assert session is not None
    assert (session.dependent, session.insurer, session.note) == ("00", "MSP", "")
    assert (session.chart_signed, session.volume_ml, session.fee_items) == (None, None, ())


@pytest.mark.parametrize(
    ("column", "text", "attribute", "value"),
    [
        ("service_date", "1900-01-01", "service_date", date(1900, 1, 1)),
        ("service_date", "2199-12-31", "service_date", date(2199, 12, 31)),
        ("birth_date", "2024-02-29", "birth_date", date(2024, 2, 29)),
        ("start_time", "00:00", "start_time", time(0, 0)),
        ("start_time", "23:59", "start_time", time(23, 59)),
        ("sex", "FEMALE", "sex", "F"),
        ("sex", "m", "sex", "M"),
        ("insurer", "private", "insurer", "PRIVATE"),
        ("insurer", "QC", "insurer", "QC"),
        ("visit", "Counselling", "visit", "counselling"),
        ("visit", "limited_consultation", "visit", "limited-consultation"),
        ("chart_signed", "TRUE", "chart_signed", True),
        ("chart_signed", "1", "chart_signed", True),
        ("chart_signed", "No", "chart_signed", False),
        ("chart_signed", "0", "chart_signed", False),
        ("trigger_point_injections", "6.0", "trigger_point_injections", 6),
        ("trigger_point_injections", "60", "trigger_point_injections", 60),
        ("series_number", "0", "series_number", 0),
        ("series_number", "999", "series_number", 999),
        ("volume_ml", "0", "volume_ml", Decimal(0)),
        ("volume_ml", ".5", "volume_ml", Decimal("0.5")),
        ("volume_ml", "2 mL", "volume_ml", Decimal(2)),
        ("volume_ml", "2.5cc", "volume_ml", Decimal("2.5")),
        ("block_distance_cm", "60 cm", "block_distance_cm", Decimal(60)),
        ("block_distance_cm", "75CM", "block_distance_cm", Decimal(75)),
        ("block_distance_cm", "80 centimetres", "block_distance_cm", Decimal(80)),
        ("fee_items", "00015X3;", "fee_items", (RequestedItem("00015", 3),)),
        ("fee_items", "00015 x 3", "fee_items", (RequestedItem("00015", 3),)),
        ("billed_amount", "77.9", "billed_cents", 7790),
        ("billed_amount", "0", "billed_cents", 0),
        ("status", "No-Show", "status", "no-show"),
        ("diagnosis_1", "729.1", "diagnoses", ("7291",)),
        ("note", "line one\r\nline two", "note", "line one line two"),
        ("note", "caf\u00e9\u00a0bar", "note", "café bar"),
        ("practitioner_number", "99001\u200b", "practitioner_number", "99001"),
        ("trigger_point_sites", "a\nb; c\n", "trigger_point_sites", ("a", "b", "c")),
        ("patient_surname", "d'Arcy", "surname", "d'Arcy"),
        ("phn", "12345", "phn", "12345"),
        ("dependent", "77", "dependent", "77"),
    ],
)
def test_what_a_cell_means(
    clean: dict[str, str], column: str, text: str, attribute: str, value: object
) -> None:
    session, problems = parse_session({**clean, column: text})
    assert problems == ()
    assert getattr(session, attribute) == value


INVALID = [
    ("service_date", "31/10/2026"),
    ("service_date", "2026-02-30"),
    ("service_date", "1899-12-31"),
    ("service_date", "2200-01-01"),
    ("service_date", "20261031"),
    ("referral_date", "03/04/2026"),
    ("start_time", "25:00"),
    ("start_time", "24:00"),
    ("start_time", "09:60"),
    ("start_time", "9:00"),
    ("end_time", "nine"),
    ("sex", "X"),
    ("insurer", "BLUE CROSS"),
    ("visit", "chat"),
    ("chart_signed", "maybe"),
    ("trigger_point_injections", "-1"),
    ("trigger_point_injections", "1000"),
    ("trigger_point_injections", "2.5"),
    ("series_number", "two"),
    ("volume_ml", "abc"),
    ("volume_ml", "-1"),
    ("volume_ml", "1,5"),
    ("volume_ml", "NaN"),
    ("volume_ml", "1e3"),
    ("block_distance_cm", "600 mm"),
    ("block_distance_cm", "0.75 m"),
    ("block_distance_cm", "60 mL"),
    ("block_distance_cm", "cm"),
    ("volume_ml", "2 cm"),
    ("volume_ml", "2 mL saline"),
    ("fee_items", "1157"),
    ("fee_items", "01157, 00015"),
    ("fee_items", "00015x0"),
    ("fee_items", "00015x"),
    ("fee_items", "01157; acupuncture"),
    ("billed_amount", "-77.92"),
    ("billed_amount", "77.921"),
    ("billed_amount", "twelve"),
    ("patient_first_name", "4oran"),
    ("patient_second_name", "-"),
    ("patient_surname", "'s Gravesande"),
    ("referral_name", "1st clinic"),
    ("phn", "9.15107E+09"),
    ("practitioner_number", "1e+46"),
    ("session_id", "1.00234E+15"),
    ("agent", "#N/A"),
    ("session_id", "#REF!"),
    ("note", "bell\x07"),
    ("note", "half \ud800"),
    ("agent", "x" * 4001),
    ("trigger_point_sites", "left\x00trapezius"),
]


@pytest.mark.parametrize(("column", "text"), INVALID)
def test_a_cell_that_cannot_be_read(clean: dict[str, str], column: str, text: str) -> None:
    _, problems = parse_session({**clean, column: text})
    assert [(p.code, p.column) for p in problems] == [("invalid-value", column)]
    (problem,) = problems
    assert 0 < len(problem.value) <= 60
    assert problem.value.isprintable()
    assert problem.message.endswith(".")
    assert problem.hint


@pytest.mark.parametrize("text", ["31/01/1952", "1952-02-30", "1852-01-20", "unknown", "#VALUE!"])
def test_a_birth_date_has_its_own_code(clean: dict[str, str], text: str) -> None:
    session, problems = parse_session({**clean, "birth_date": text})
    assert [(p.code, p.column, p.value) for p in problems] == [
        ("birth-date-invalid", "birth_date", text)
    ]
    assert session is not None
    assert session.birth_date is None


@pytest.mark.parametrize("column", ["session_id", "status", "service_date", "practitioner_number"])
@pytest.mark.parametrize("blank", [None, "", "  \u00a0"])
def test_a_necessary_cell_that_is_blank(
    clean: dict[str, str], column: str, blank: str | None
) -> None:
    del clean[column]
    session, problems = parse_session(clean if blank is None else {**clean, column: blank})
    assert [(p.code, p.column) for p in problems] == [("missing-value", column)]
    assert (session is None) == (column in {"session_id", "service_date"})


def test_a_session_needs_a_usable_id_and_date(clean: dict[str, str]) -> None:
    assert parse_session({**clean, "session_id": "V\x01"})[0] is None
    assert parse_session({**clean, "service_date": "soon"})[0] is None


def test_all_bad_cells_are_named_at_once_in_the_order_of_the_columns(
    clean: dict[str, str],
) -> None:
    clean |= {"volume_ml": "abc", "sex": "?", "birth_date": "?", "service_date": "?"}
    del clean["status"]
    _, problems = parse_session(clean)
    assert [(p.code, p.column) for p in problems] == [
        ("missing-value", "status"),
        ("invalid-value", "service_date"),
        ("birth-date-invalid", "birth_date"),
        ("invalid-value", "sex"),
        ("invalid-value", "volume_ml"),
    ]


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("03/04/2026", ["%d/%m/%Y", "%m/%d/%Y"]),
        ("31/10/2026", ["%d/%m/%Y"]),
        ("10/31/2026", ["%m/%d/%Y"]),
        ("31-Oct-2026", ["%d-%b-%Y"]),
        ("Oct 31, 2026", ["%b %d, %Y"]),
        ("2026/10/31", ["%Y/%m/%d"]),
    ],
)
def test_the_hint_names_the_formats_that_fit(
    clean: dict[str, str], text: str, formats: list[str]
) -> None:
    _, (problem,) = parse_session({**clean, "service_date": text})
    for form in formats:
        assert f'dates = ["{form}"]' in problem.hint
    assert problem.hint.count("dates = ") == len(formats)


def test_a_message_never_holds_the_value(clean: dict[str, str]) -> None:
    named = 0
    for column in NAMES:
        _, problems = parse_session({**clean, column: "4 Zquirrel 9151065434"})
        named += len(problems)
        assert not any("Zquirrel" in p.message + p.hint for p in problems)
        assert all(p.value == "4 Zquirrel 9151065434" for p in problems)
    assert named > 10


def test_a_row_that_is_longer_than_its_header(clean: dict[str, str]) -> None:
    session, problems = parse_session({**clean, EXTRA_CELLS: "2"})
    assert session is not None
    assert [(p.code, p.column) for p in problems] == [("invalid-value", "")]


def test_an_unreadable_name_or_number_is_not_taken_for_a_missing_one(
    clean: dict[str, str],
) -> None:
    session, _ = parse_session({**clean, "patient_surname": "4", "phn": "9.15107E+09"})
    assert session is not None
    assert (session.surname, session.phn) == ("4", "9.15107E+09")


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(), st.text()))
def test_no_text_raises(values: dict[str, str]) -> None:
    session, problems = parse_session(values)
    usable = "session_id" in values and session is not None
    assert usable or any(p.column in {"session_id", "service_date"} for p in problems)


SOMETHING = st.sampled_from(
    ["2026-10-13", "09:00", "99001", "M", "yes", "01157", "1.5", "7", "x", "", "#N/A", "\x00"]
)


@given(st.dictionaries(st.sampled_from(NAMES), SOMETHING), st.randoms())
def test_the_order_of_the_columns_does_not_matter(values: dict[str, str], random) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)
    assert parse_session(dict(shuffled)) == parse_session(values)


@pytest.mark.parametrize(
    "column", ["birth_date", "start_time", "volume_ml", "series_number", "chart_signed", "agent"]
)
def test_a_cell_of_invisible_characters_is_blank(column: str) -> None:
    values = {"session_id": "V1", "service_date": "2026-10-13", "status": "completed"}
    blank, _ = parse_session(values)
    assert parse_session({**values, column: "\u200b"})[0] == blank
