"""Diagnoses, service locations, submission codes, insurers, generic referrers, professions."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.codes.lists import (
    read_diagnoses,
    read_generic_referrers,
    read_insurers,
    read_professions,
)

LAST_OLD_DAY = datetime.date(2021, 9, 30)
FIRST_NEW_DAY = datetime.date(2021, 10, 1)
TODAY = datetime.date(2026, 11, 23)


def files() -> CodeFiles:
    return CodeFiles(shipped_directory())


# Diagnoses

USUAL = (
    "7291 7290 7292 7294 7295 728 7288 7289 7231 7232 7233 7234 7241 7242 7243 7244 7245 7260 7261 "
    "7265 7268 7194 30781 7840 346 8460 8470 8471 8472 840 3544 3558 353"
)


def test_the_whole_list_of_diagnoses_is_there() -> None:
    diagnoses = read_diagnoses(files())
    assert len(diagnoses) == 7090
    assert sorted(code for code, each in diagnoses.items() if each.usual) == sorted(USUAL.split())
    assert sorted(code for code, each in diagnoses.items() if each.label) == sorted(USUAL.split())


@pytest.mark.parametrize("code", sorted(USUAL.split()))
def test_a_usual_diagnosis_has_a_label(book: CodeBook, code: str) -> None:
    diagnosis = book.diagnosis(code)
    assert diagnosis is not None
    assert diagnosis.usual
    assert len(diagnosis.label) > 5


@pytest.mark.parametrize("code", ["001", "0010", "E0800", "V829", "250"])
def test_a_listed_diagnosis_that_is_not_usual(book: CodeBook, code: str) -> None:
    assert book.is_listed_diagnosis(code)
    diagnosis = book.diagnosis(code)
    assert diagnosis is not None
    assert (diagnosis.usual, diagnosis.label) == (False, "")


@pytest.mark.parametrize("code", ["72885", "338", "729.1", "7291 ", "e0800", "99999", ""])
def test_not_a_diagnosis(book: CodeBook, code: str) -> None:
    assert not book.is_listed_diagnosis(code)
    assert book.diagnosis(code) is None


# Service locations


def test_the_practitioners_office_ended_in_2021(book: CodeBook) -> None:
    assert book.location("A", LAST_OLD_DAY) is not None
    assert book.location("A", FIRST_NEW_DAY) is None


@pytest.mark.parametrize("code", "BCDEFGIJKLMNPQRTUVWZ")
def test_the_other_locations_began_the_day_after(book: CodeBook, code: str) -> None:
    assert book.location(code, LAST_OLD_DAY) is None
    for day in (FIRST_NEW_DAY, TODAY):
        location = book.location(code, day)
        assert location is not None
        assert location.code == code
        assert location.meaning


@pytest.mark.parametrize("code", ["H", "O", "S", "X", "Y", "q", "", "QQ"])
def test_not_a_location(book: CodeBook, code: str) -> None:
    assert book.location(code, TODAY) is None


def test_locations_are_listed_whole(book: CodeBook) -> None:
    assert "".join(each.code for each in book.locations) == "ABCDEFGIJKLMNPQRTUVWZ"


# Submission codes


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("0", ()),
        ("D", ()),
        ("R", ()),
        ("I", ()),
        ("W", ()),
        ("C", ("note",)),
        ("X", ("note",)),
        ("A", ("approval",)),
        ("E", ("note", "original-file-number")),
    ],
)
def test_submission_codes(book: CodeBook, code: str, needs: tuple[str, ...]) -> None:
    submission = book.submission_code(code)
    assert submission is not None
    assert submission.needs == needs


@pytest.mark.parametrize("code", ["B", "d", "", "1"])
def test_not_a_submission_code(book: CodeBook, code: str) -> None:
    assert book.submission_code(code) is None


# Insurers

PROVINCES = "AB SK MB ON NB NS PE NL YT NT NU"


@pytest.mark.parametrize(
    ("code", "teleplan", "kind"),
    [
        ("MSP", "", "msp"),
        ("BC", "", "msp"),
        ("ICBC", "", "icbc"),
        ("WSBC", "WC", "worksafe"),
        ("PRIVATE", "PP", "private"),
        *((code, code, "reciprocal") for code in PROVINCES.split()),
        ("NF", "NL", "reciprocal"),
        ("QC", "", "quebec"),
        ("PQ", "", "quebec"),
    ],
)
def test_insurers(book: CodeBook, code: str, teleplan: str, kind: str) -> None:
    insurer = book.insurer(code)
    assert insurer is not None
    assert (insurer.teleplan_code, insurer.kind) == (teleplan, kind)


def test_there_are_no_other_insurers(book: CodeBook) -> None:
    assert len(read_insurers(files())) == 19
    assert book.insurer("XX") is None
    assert book.insurer("msp") is None


# Referrers without a number


@pytest.mark.parametrize(
    ("number", "profession"),
    [
        ("99957", "physician"),
        ("99985", ""),
        ("99991", "chiropractor"),
        ("99992", "optometrist"),
        ("99993", "physician"),
        ("99994", "dentist"),
        ("99996", ""),
        ("99997", ""),
        ("99998", "physician"),
    ],
)
def test_generic_referrers(book: CodeBook, number: str, profession: str) -> None:
    referrer = book.generic_referrer(number)
    assert referrer is not None
    assert referrer.name_required
    assert referrer.profession == profession


def test_a_generic_referrers_profession_is_one_of_the_list(book: CodeBook) -> None:
    referrers = read_generic_referrers(files())
    assert len(referrers) == 9
    assert all(book.profession(each.profession) for each in referrers.values() if each.profession)


@pytest.mark.parametrize("number", ["99001", "99995", "00000", ""])
def test_a_practitioners_own_number(book: CodeBook, number: str) -> None:
    assert book.generic_referrer(number) is None


# Professions


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("physician", "physician"),
        ("Physician", "physician"),
        ("MD", "physician"),
        ("M.D.", "physician"),
        ("Dr.", "physician"),
        ("doctor", "physician"),
        ("GP", "physician"),
        ("Family  Physician", "physician"),
        ("family-physician", "physician"),
        ("specialist", "physician"),
        ("SURGEON", "physician"),
        ("nurse practitioner", "nurse practitioner"),
        (" Nurse Practitioner ", "nurse practitioner"),
        ("NP", "nurse practitioner"),
        ("N.P.", "nurse practitioner"),
        ("chiropractor", "chiropractor"),
        ("midwife", "midwife"),
        ("optometrist", "optometrist"),
        ("dentist", "dentist"),
        ("Oral surgeon", "dentist"),
        ("podiatrist", "podiatrist"),
        ("RN", "registered nurse"),
        ("ND", "naturopath"),
        ("naturopath", "naturopath"),
        ("Physio", "physiotherapist"),
        ("R.M.T.", "massage therapist"),
        ("acupuncturist", "acupuncturist"),
    ],
)
def test_a_profession_by_any_of_its_names(book: CodeBook, text: str, name: str) -> None:
    profession = book.profession(text)
    assert profession is not None
    assert profession.name == name


@pytest.mark.parametrize("text", ["", "  ", "friend", "self", "phys ther"])
def test_an_unknown_profession(book: CodeBook, text: str) -> None:
    assert book.profession(text) is None


@pytest.mark.parametrize("name", ["physician", "nurse practitioner"])
def test_professions_that_may_always_refer(book: CodeBook, name: str) -> None:
    profession = book.profession(name)
    assert profession is not None
    assert profession.always_accepted
    assert profession.may_refer_for("family")
    assert not profession.never_accepted


@pytest.mark.parametrize(
    ("name", "fields"),  # Preamble D.2.1
    [
        ("chiropractor", ["orthopaedics"]),
        ("midwife", ["obstetrics", "neonatal"]),
        ("optometrist", ["ophthalmology", "neurology"]),
        ("dentist", ["mastication"]),
        ("podiatrist", ["orthopaedics", "rheumatology"]),
        ("registered nurse", ["addiction", "psychiatry"]),
    ],
)
def test_professions_that_may_refer_for_some_fields(
    book: CodeBook, name: str, fields: list[str]
) -> None:
    profession = book.profession(name)
    assert profession is not None
    assert all(profession.may_refer_for(field) for field in fields)
    assert not profession.may_refer_for("family")
    assert not profession.may_refer_for("anesthesiology")
    assert not profession.always_accepted
    assert not profession.never_accepted


@pytest.mark.parametrize(
    "name", ["naturopath", "physiotherapist", "massage therapist", "acupuncturist"]
)
def test_professions_that_may_never_refer(book: CodeBook, name: str) -> None:
    profession = book.profession(name)
    assert profession is not None
    assert profession.never_accepted
    assert not profession.may_refer_for("family")
    assert profession.reason


NAMES = sorted(read_professions(files()))


@given(name=st.sampled_from(NAMES), data=st.data())
def test_case_and_spaces_never_matter(book: CodeBook, name: str, data: st.DataObject) -> None:
    upper = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "  ", "."]), min_size=len(name)))
    letters = (
        (char.upper() if up else char) + gap
        for char, up, gap in zip(name, upper, gaps, strict=False)
    )
    assert book.profession("".join(letters)) == book.profession(name)
