"""Letters to referrers: who gets one, what it says, one page, the same bytes each time."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from helpers import AS_OF, Clinic, clinic_config, made_up_phn, visit

from tpi_billing.claims.missing_referrals import missing_referrals
from tpi_billing.ledger.sessions import Scope
from tpi_billing.reports.letters import Letter, letters

NAMELESS = {"referral_number": "", "referral_name": "", "referral_profession": ""}
BLANK = {**NAMELESS, "referral_date": ""}
OFFICE = clinic_config(more="").model_copy(
    update={
        "clinic": clinic_config().clinic.model_copy(
            update={"contact_name": "Billing Office", "contact_phone": "604-555-0100"}
        )
    }
)


def written(clinic: Clinic, as_of: date = AS_OF) -> list[Letter]:
    clinic.config = OFFICE
    with clinic.ledger.reading() as connection:
        found = missing_referrals(connection, OFFICE, clinic.codes, as_of, Scope())
    return letters(found, OFFICE, as_of, Path("faxes"))


def paragraphs(letter: Letter) -> list[str]:
    document = Document(BytesIO(letter.file.content))
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text.strip()]


def table(letter: Letter, number: int = 0) -> list[list[str]]:
    document = Document(BytesIO(letter.file.content))
    return [[cell.text for cell in row.cells] for row in document.tables[number].rows]


def test_a_letter_asks_for_what_each_patient_needs(clinic: Clinic) -> None:
    clinic.bring(
        visit("V1", 1, service_date="2026-08-24"),
        visit("V2", 1, service_date="2026-10-05", **BLANK),
        visit("V3", 1, service_date="2026-10-19", **BLANK),
        visit(
            "V4",
            2,
            service_date="2026-10-06",
            referral_date="2026-10-07",
            patient_first_name="Lior",
            patient_surname="Brault",
            birth_date="1980-12-31",
        ),
    )
    (letter,) = written(clinic)
    assert letter.subject == "referral"
    assert letter.file.path == Path("faxes/2026-11-05-referral-35546.docx")
    said = paragraphs(letter)
    assert said[:6] == [
        "Made-up Clinic",
        "Billing Office, telephone 604-555-0100",
        "2026-11-05",
        "Dr Hollis",
        "MSP practitioner number 35546",
        "By fax to \t",
    ]
    assert "Referral needed: 2 patients" in said
    assert "Dear Dr Hollis," in said
    # 90 days after 5 October, and two weeks before that.
    assert "The next claim must be sent by 2027-01-03: please answer by 2026-12-20." in said
    assert {"Signature \t  Date \t", "Name \t  MSP practitioner number \t"} <= set(said)
    heading, first, second = table(letter)
    assert heading == ["Patient", "Services on", "What we ask for", "Your answer"]
    assert first[:2] == [
        f"Okanese, Noor\nborn 1975-03-02\nPHN {made_up_phn(1)}",
        "2026-10-05\n2026-10-19",
    ]
    assert first[2].startswith("Whether you referred the patient to us.")
    assert first[2].endswith("the patient came to us through you before.")
    assert first[3].startswith("[  ] referred on")
    assert second[:2] == [f"Brault, Lior\nborn 1980-12-31\nPHN {made_up_phn(2)}", "2026-10-06"]
    assert second[2] == (
        "Whether you had referred the patient by 2026-10-06, and when. The referral that we have "
        "is dated 2026-10-07, after the service."
    )


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        (
            {**NAMELESS, "referral_name": "Dr Quill"},
            "Your MSP practitioner number, and the date of your referral.",
        ),
        (
            {"referral_number": "12A"},
            "Your MSP practitioner number, five characters: the one that we have is not valid.",
        ),
    ],
)
def test_a_referrer_who_is_named_is_asked_for_what_lacks(
    clinic: Clinic, changes: dict[str, str], asked: str
) -> None:
    clinic.bring(visit("V1", 1, **changes))
    (letter,) = written(clinic)
    assert table(letter)[1][2] == asked
    assert not any(line.startswith("MSP practitioner number 12A") for line in paragraphs(letter))


def test_where_nobody_is_known_there_is_no_letter(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1, **BLANK))
    assert written(clinic) == []


@pytest.mark.parametrize(
    ("day", "as_of", "said"),
    [
        # 90 days after 13 October is 11 January, two weeks before that 28 December.
        ("2026-10-13", date(2026, 12, 27), "sent by 2027-01-11: please answer by 2026-12-28."),
        ("2026-10-13", date(2026, 12, 28), "2027-01-11: please answer as soon as you can."),
        ("2026-10-13", date(2027, 1, 11), "2027-01-11: please answer as soon as you can."),
        ("2026-10-13", date(2027, 1, 12), "has ended: please answer as soon as you can."),
    ],
)
def test_the_day_by_which_an_answer_helps(clinic: Clinic, day: str, as_of: date, said: str) -> None:
    clinic.bring(visit("V1", 1, service_date=day, referral_number="12A"))
    (letter,) = written(clinic, as_of)
    assert any(line.endswith(said) for line in paragraphs(letter))


def test_a_report_that_is_due_has_room_for_the_practitioner(clinic: Clinic) -> None:
    changes = {"referral_date": "2026-01-05"}
    clinic.bring(
        visit("V1", 1, service_date="2026-01-12", **changes),
        visit("V2", 1, service_date="2026-10-13", **changes),
        visit("V3", 1, service_date="2026-10-27", **changes),
    )
    update = next(letter for letter in written(clinic) if letter.subject == "update")
    assert update.file.path.name == "2026-11-05-update-35546.docx"
    said = paragraphs(update)
    assert "Report on continuing care: 1 patient" in said
    assert "Avery Example, signature \t  Date \t" in said
    assert table(update) == [
        ["Patient", f"Okanese, Noor\nborn 1975-03-02\nPHN {made_up_phn(1)}"],
        ["Referral", "dated 2026-01-05"],
        ["Recent visits", "2026-10-13, 2026-10-27"],
        ["Findings", ""],
        ["Treatment and response", ""],
        ["Plan", ""],
    ]


def test_every_letter_is_marked_confidential_and_names_no_patient_outside_its_text(
    clinic: Clinic,
) -> None:
    clinic.bring(visit("V1", 1, referral_number="12A"))
    (letter,) = written(clinic)
    document = Document(BytesIO(letter.file.content))
    footer = document.sections[0].footer.paragraphs[0].text
    assert footer.startswith("Confidential: personal health information")
    assert "call 604-555-0100" in footer
    about = document.core_properties
    assert (about.author, about.title) == ("Made-up Clinic", "Referral needed")
    assert about.created == about.modified
    assert about.created is not None
    assert about.created.replace(tzinfo=None) == datetime(2026, 11, 5)  # noqa: DTZ001
    with ZipFile(BytesIO(letter.file.content)) as parts:
        for name in parts.namelist():
            if name != "word/document.xml":
                assert b"Okanese" not in parts.read(name)
            assert parts.getinfo(name).date_time == (1980, 1, 1, 0, 0, 0)


def test_the_same_findings_give_the_same_bytes(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1, referral_number="12A"), visit("V2", 2, referral_number="12B"))
    assert [one.file for one in written(clinic)] == [one.file for one in written(clinic)]


def test_no_two_letters_have_one_name_and_none_names_a_person(clinic: Clinic) -> None:
    late = {"referral_date": "2026-10-30"}
    clinic.bring(
        visit("V1", 1, referral_number="99957", referral_name="Dr Quill", **late),
        visit("V2", 2, referral_number="99957", referral_name="Dr Ibe", **late),
        visit("V3", 3, **{**NAMELESS, "referral_name": "Dr Quill"}, **late),
        visit("V4", 4, **{**NAMELESS, "referral_name": "Dr Queneau"}, **late),
        visit("V5", 5, referral_number="../A", **late),
        visit("V6", 6, **{**NAMELESS, "referral_name": "Ćwik Żak"}, **late),
    )
    names = sorted(letter.file.path.name for letter in written(clinic))
    assert names == [
        "2026-11-05-referral-99957-2.docx",
        "2026-11-05-referral-99957.docx",
        "2026-11-05-referral-A.docx",
        "2026-11-05-referral-dq-2.docx",
        "2026-11-05-referral-dq.docx",
        "2026-11-05-referral-referrer.docx",
    ]


def test_odd_characters_do_not_break_a_letter(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1, referral_number="12A", referral_name="Dr <b>&amp; \ufffe", sex="F"))
    (letter,) = written(clinic)
    assert any("<b>&amp;" in line for line in paragraphs(letter))


def test_a_reciprocal_patient_is_named_by_the_registration(clinic: Clinic) -> None:
    clinic.bring(
        visit(
            "V1",
            1,
            phn="",
            insurer="AB",
            registration_number="123456789012",
            address_1="1 Main St",
            city="Calgary",
            postal_code="T2T2T2",
            referral_number="12A",
        )
    )
    (letter,) = written(clinic)
    assert table(letter)[1][0].endswith("\nAB 123456789012")
