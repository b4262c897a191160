"""What a claim becomes: the rules between its fields, and what each kind of claim must carry."""

from datetime import date, time
from typing import Any

import pytest
from made_up import ALBERTAN, outgoing

from tpi_billing.codes import CodeBook
from tpi_billing.teleplan.claim_records import check_claim, render_claim
from tpi_billing.teleplan.claim_rules import NEEDS_FILE_NUMBER, NEEDS_NOTE
from tpi_billing.teleplan.folding import Change
from tpi_billing.teleplan.outgoing import OVER_AGE
from tpi_billing.teleplan.records.lists import INSURERS, SERVICE_LOCATIONS, SUBMISSION_CODES


def refusals(**changes: Any) -> list[str]:
    """Return what is refused, as `P14 is missing`."""
    return [f"{one.p} {one.problem}" for one in _rendered(**changes).refusals]


def _rendered(**changes: Any) -> Any:
    return render_claim(outgoing(**changes), "T9999", 102)


def written(first: int, last: int, **changes: Any) -> str:
    claim = _rendered(**changes)
    assert claim.refusals == ()
    return str(claim.records[0].text[first - 1 : last])


@pytest.mark.parametrize(
    ("first_name", "second_name", "surname", "expected"),
    [
        ("Noor", "Jo", "Okanese", "NJOK"),
        ("Noor", "", "Okanese", "N OK"),
        ("noor", "jo", "okanese", "NJOK"),
        ("Noor", "-", "Okanese", "N OK"),
        ("Noor", "(Jo)", "Okanese", "NJOK"),
        ("Noor", "", "X", "N X "),
        ("Noor", "", "O'Farrow", "N OF"),
        ("Noor", "", "D Arcy", "N DA"),
        ("Noor", "", "de la Cruz", "N DE"),
        ("Noor", "", "St. John", "N ST"),
        ("Noor", "", "Ó Briain", "N OB"),
        ("Élodie", "Æsa", "Ñúñez", "EANU"),
        ("Zoë", "", "SSmith", "Z SS"),
        ("  Noor ", " Jo", " Okanese", "NJOK"),
    ],
)
def test_name_verify(first_name: str, second_name: str, surname: str, expected: str) -> None:
    names = {"first_name": first_name, "second_name": second_name, "surname": surname}

    assert written(36, 39, **names) == expected


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"first_name": ""}, "P16 has no first name"),
        ({"surname": " "}, "P16 has no surname"),
        ({"first_name": "3rd"}, "P16 has a first name that does not begin with a letter"),
        ({"surname": "-Okanese"}, "P16 has a surname that does not begin with a letter"),
    ],
)
def test_a_name_without_letters_is_refused(changes: dict[str, Any], problem: str) -> None:
    assert refusals(**changes) == [problem]


@pytest.mark.parametrize("phn", ["", "0000000000", "9151065431", "8151065434", "915106543"])
def test_a_bc_patient_needs_a_health_number_that_exists(phn: str) -> None:
    assert refusals(phn=phn) == ["P14 is not a BC personal health number"]


def test_a_bc_patient_needs_a_birth_date() -> None:
    assert refusals(birth_date=None) == ["P52 is missing"]


@pytest.mark.parametrize(
    ("missing", "p"),
    [
        ({"registration_number": ""}, "P102"),
        ({"registration_number": "000000000000"}, "P102"),
        ({"birth_date": None}, "P104"),
        ({"first_name": ""}, "P106"),
        ({"surname": ""}, "P110"),
        ({"sex": ""}, "P112"),
        ({"address_1": "", "address_2": "", "city": ""}, "P114"),
    ],
)
def test_another_provinces_patient_needs_the_cards_particulars(
    missing: dict[str, Any], p: str
) -> None:
    assert refusals(**ALBERTAN) == []
    assert refusals(**{**ALBERTAN, **missing}) == [f"{p} is missing for another insurer's patient"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"registration_number": "12345678901"}, None),
        ({"registration_number": "123456789012"}, None),
        ({"registration_number": "1234567890123"}, "P102 has 13 characters, the field holds 12"),
        ({"registration_number": "1234567890AB"}, "P102 is not digits"),
        ({"first_name": "Maximilianus"}, None),
        ({"first_name": "Maximilianusa"}, "P106 has 13 characters, the field holds 12"),
        ({"surname": "Featherstonehaughs"}, None),
        ({"surname": "Featherstonehaughss"}, "P110 has 19 characters, the field holds 18"),
        ({"sex": "X"}, "P112 is not one of M, F"),
        ({"address_1": "1234567890 Twenty-five St"}, None),
        ({"address_1": "12345678901 Twenty-six St."}, "P114 has 26 characters, the field holds 25"),
        ({"city": "1234567890 Twenty-six City"}, "P116 has 26 characters, the field holds 25"),
        ({"postal_code": "T2P 1J99"}, "P122 has 7 characters, the field holds 6"),
        ({"postal_code": ""}, None),
        ({"insurer_code": "QC"}, "P100 is not one of AB, SK"),
    ],
)
def test_particulars_that_do_not_fit_are_refused(
    changes: dict[str, Any], problem: str | None
) -> None:
    told = refusals(**{**ALBERTAN, **changes})

    assert told == [] if problem is None else len(told) == 1
    assert problem is None or told[0].startswith(problem)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"referral_code": "B", "referral_number": "35546"}, "B35546"),
        ({"referral_code": "T", "referral_number": "01234"}, "T01234"),
        ({"referral_code": "0", "referral_number": "00000"}, "000000"),
        ({"referral_code": "0", "referral_number": ""}, "000000"),
    ],
)
def test_a_referral_is_a_code_and_a_number_or_neither(
    changes: dict[str, Any], expected: str
) -> None:
    assert written(108, 113, **changes) == expected


@pytest.mark.parametrize(
    ("code", "number", "told"),
    [
        ("B", "", "P42 is missing beside a referral code"),
        ("B", "00000", "P42 is missing beside a referral code"),
        ("T", "  ", "P42 is missing beside a referral code"),
        ("0", "35546", "P41 is 0 beside a referrer's number"),
        ("X", "35546", "P41 is not one of 0, B, T"),
        ("B", "3554", "P42 is not five digits or capitals; zeros when there is none"),
    ],
)
def test_half_a_referral_is_refused(code: str, number: str, told: str) -> None:
    assert refusals(referral_code=code, referral_number=number) == [told]


def test_three_diagnoses_fit_and_a_fourth_is_refused() -> None:
    assert written(77, 91, diagnoses=("7291", "346", "30781")) == "7291 346  30781"
    assert refusals(diagnoses=("7291", "346", "30781", "7231")) == [
        "P38 is the last place and 4 diagnoses are given"
    ]


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (time(9, 0), time(9, 0), []),
        (time(9, 0), time(9, 1), []),
        (time(9, 1), time(9, 0), ["P50 is before the start time"]),
        (time(9, 0), None, []),
        (None, time(9, 0), []),
    ],
)
def test_times(start: time | None, end: time | None, told: list[str]) -> None:
    assert refusals(start_time=start, end_time=end) == told


def test_an_icbc_number_needs_the_accident_mark() -> None:
    assert refusals(icbc_claim_number="BC12345", mva=False) == [
        "P60 is N beside an ICBC claim number"
    ]
    assert refusals(icbc_claim_number="00000000", mva=False) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"submission_code": "0"}, []),
        ({"submission_code": "D"}, []),
        ({"submission_code": "R"}, []),
        ({"submission_code": "R", "original_file_number": "1234567890"}, []),
        ({"submission_code": "I"}, []),
        ({"submission_code": "W"}, []),
        ({"submission_code": "C"}, ["P34 C needs a note"]),
        ({"submission_code": "C", "note": "Coverage is back"}, []),
        ({"submission_code": "X"}, ["P34 X needs a note"]),
        ({"submission_code": "X", "note": "See operative report"}, []),
        (
            {"submission_code": "E"},
            ["P34 E needs a note", "P64 is missing with submission code E"],
        ),
        (
            {"submission_code": "E", "note": "Wrong patient"},
            ["P64 is missing with submission code E"],
        ),
        ({"submission_code": "E", "note": "Wrong patient", "original_file_number": "77"}, []),
        ({"submission_code": "A"}, ["P34 A needs MSP's approval"]),
        ({"submission_code": "A", "note": "Late"}, ["P34 A needs MSP's approval"]),
        ({"submission_code": "A", "approval_reference": "OV-1"}, []),
        (
            {"submission_code": "0", "original_file_number": "77"},
            ["P64 is given with submission code 0"],
        ),
        ({"submission_code": "Q"}, ["P34 is not one of 0, D, R, C, A, X, I, W, E"]),
    ],
)
def test_each_submission_code_has_what_it_needs(changes: dict[str, Any], told: list[str]) -> None:
    assert refusals(**changes) == told


def test_a_note_is_a_record_of_its_own_with_the_next_number() -> None:
    claim, note = _rendered(note="See chart").records

    assert claim.values["correspondence_code"] == "N"
    assert claim.values["claim_comment"] == ""
    assert (note.text[:3], note.text[8:15], note.text[15:26]) == ("N01", "0000103", "A999999001A")


def test_the_number_of_a_note_rolls_over() -> None:
    _, note = render_claim(outgoing(note="See chart"), "T9999", 9_999_999).records

    assert note.text[8:15] == "0000001"


@pytest.mark.parametrize("note", ["", "  ", "\n", "\N{ZERO WIDTH SPACE}"])
def test_a_blank_note_makes_no_record(note: str) -> None:
    (claim,) = _rendered(note=note).records

    assert claim.values["correspondence_code"] == "0"


def test_the_approval_of_an_over_age_claim_goes_in_front_of_the_note() -> None:
    _, note = _rendered(submission_code="A", approval_reference=" OV-1 ", note="Fire").records

    assert note.values["note_text"] == "APPROVAL OV-1 FIRE"


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("x" * 400, []),
        ("x" * 401, [" has 401 characters, the field holds 400"]),
        ("x" * 399 + "\xe9", []),
        ("x" * 399 + "\xdf", [" has 401 characters, the field holds 400"]),
    ],
)
def test_a_note_has_four_hundred_characters(note: str, told: list[str]) -> None:
    assert refusals(note=note) == told


def test_accents_are_reported_where_they_were() -> None:
    claim = _rendered(first_name="Élodie", second_name="", surname="Çelik", note="ça va")

    assert claim.changes == (
        Change("C02", "name_verify", "P16", "Élodie Çelik", "E CE"),
        Change("N01", "note_text", "", "ça va", "CA VA"),
    )


def test_accents_of_another_provinces_patient_are_reported_field_by_field() -> None:
    names = {"first_name": "Zoë", "second_name": "Élise", "surname": "Roy", "city": "Québec"}

    assert [
        (change.p, change.before, change.after)
        for change in _rendered(**{**ALBERTAN, **names}).changes
    ] == [("P108", "Élise", "E"), ("P106", "Zoë", "ZOE"), ("P116", "Québec", "QUEBEC")]


def test_a_claim_without_numbers_can_be_tried() -> None:
    assert check_claim(outgoing(office_folio=None), "T9999").refusals == ()
    assert refusals(office_folio=None) == ["P54 is missing"]
    assert [
        one.p for one in check_claim(outgoing(office_folio=None, units=0), "T9999").refusals
    ] == ["P20"]


def test_every_refusal_says_what_to_do_and_never_whom_it_is_about() -> None:
    claim = _rendered(
        phn="9151065431",
        first_name="4Noor",
        birth_date=date(1875, 3, 2),
        units=0,
        diagnoses=("729.1",),
        referral_code="B",
        referral_number="",
        submission_code="E",
        mva=False,
        icbc_claim_number="BC12345",
    )

    assert len(claim.refusals) == 9
    for refusal in claim.refusals:
        assert refusal.cure.endswith(".")
        for value in ("9151065431", "4Noor", "Okanese", "1875"):
            assert value not in refusal.message + refusal.cure


def test_the_lists_of_the_layout_are_those_of_the_code_files(book: CodeBook) -> None:
    """Teleplan stands beside the code lists and cannot read them; this holds the two together."""
    for code, _ in SUBMISSION_CODES:
        listed = book.submission_code(code)
        assert listed is not None
        assert ("note" in listed.needs) == (code in NEEDS_NOTE)
        assert ("original-file-number" in listed.needs) == (code in NEEDS_FILE_NUMBER)
        assert ("approval" in listed.needs) == (code == OVER_AGE)
    for code, _ in SERVICE_LOCATIONS:
        day = date(2021, 9, 30) if code == "A" else date(2021, 10, 1)
        assert book.location(code, day) is not None
    insurers = {code for code, _ in INSURERS}
    for word in ("AB", "SK", "MB", "ON", "NB", "NS", "PE", "NL", "NF", "YT", "NT", "NU", "WSBC"):
        insurer = book.insurer(word)
        assert insurer is not None
        assert insurer.teleplan_code in insurers
