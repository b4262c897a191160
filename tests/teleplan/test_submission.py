"""Files of a submission: their order, numbers, splitting and summary; refusals before any byte."""

from typing import Any

import pytest
from made_up import VENDOR, adults, content_of, only_file, outgoing

from tpi_billing.errors import ConfigurationError
from tpi_billing.teleplan.folding import Change
from tpi_billing.teleplan.numbering import LAST_NUMBER, last_of_run, number_after
from tpi_billing.teleplan.reader import read_records
from tpi_billing.teleplan.refusal import RecordRefusedError
from tpi_billing.teleplan.splitting import Limits
from tpi_billing.teleplan.submission import (
    Submission,
    SubmissionFile,
    Vendor,
    plan_submission,
    write_file,
)


def told(file: SubmissionFile) -> list[tuple[str, int | None]]:
    return [
        (record.code, record.number("sequence_number")) for record in read_records(content_of(file))
    ]


def sizes(submission: Submission) -> list[tuple[int, int, int]]:
    """Return first number, last number and records of each file."""
    return [(file.first_number, file.last_number, file.records) for file in submission.files]


def test_a_file_begins_with_vs1_and_each_note_follows_its_claim() -> None:
    file = only_file(*adults(3, noted=[0, 2]))

    assert told(file) == [
        ("VS1", 101),
        ("C02", 102),
        ("N01", 103),
        ("C02", 104),
        ("C02", 105),
        ("N01", 106),
    ]
    assert list(file.claim_numbers()) == [102, 104, 105]


def test_the_summary_of_a_file() -> None:
    file = only_file(*adults(3, noted=[1]), outgoing(office_folio=600, amount_cents=3896))

    assert file.records == 6
    assert len(file.claims) == 4
    assert file.notes == 1
    assert file.amount_cents == 3 * 7792 + 3896
    assert (file.first_number, file.last_number) == (101, 106)


def test_every_line_ends_with_cr_lf_and_has_its_length() -> None:
    lines = content_of(only_file(*adults(2, noted=[1]))).split(b"\r\n")

    assert [len(line) for line in lines] == [200, 424, 424, 426, 0]


def test_a_long_file_is_written_a_part_at_a_time() -> None:
    """VS1 and 2,100 claims: a thousand records, a thousand more, and 101."""
    file = only_file(*adults(2100))

    assert [part.count(b"\r\n") for part in write_file(file)] == [1000, 1000, 101]


def test_nothing_to_send_makes_no_file() -> None:
    assert plan_submission(VENDOR, [], 101) == Submission((), ())


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (6, [(101, 106, 6)]),
        (5, [(101, 105, 5), (106, 107, 2)]),
        (4, [(101, 103, 3), (104, 107, 4)]),
        (3, [(101, 103, 3), (104, 106, 3), (107, 108, 2)]),
    ],
)
def test_records_of_one_transmission(limit: int, expected: list[tuple[int, int, int]]) -> None:
    """Four claims, the third with a note: five records and a VS1 in each file."""
    claims = adults(4, noted=[2])

    assert sizes(plan_submission(VENDOR, claims, 101, Limits(records=limit))) == expected


@pytest.mark.parametrize(
    ("limit", "claims"),
    [
        (23376, [3, 1]),
        (23375, [2, 2]),
        (15584, [2, 2]),
        (15583, [1, 1, 1, 1]),
        (7792, [1, 1, 1, 1]),
        (31168, [4]),
        (None, [4]),
    ],
)
def test_amount_of_one_transmission(limit: int | None, claims: list[int]) -> None:
    """Four claims of 77.92."""
    submission = plan_submission(VENDOR, adults(4), 101, Limits(amount_cents=limit))

    assert [len(file.claims) for file in submission.files] == claims
    assert all(file.amount_cents <= (limit or 31168) for file in submission.files)


def test_a_claim_over_the_amount_of_a_transmission_is_refused() -> None:
    with pytest.raises(RecordRefusedError) as caught:
        plan_submission(VENDOR, adults(2), 101, Limits(amount_cents=7791))

    assert [trouble.message for trouble in caught.value.troubles] == [
        "Claim 501: C02 billed amount (P27) is more than one transmission may bill.",
        "Claim 502: C02 billed amount (P27) is more than one transmission may bill.",
    ]


@pytest.mark.parametrize("limit", [0, 2])
def test_a_limit_without_room_for_a_claim_and_its_note_is_a_mistake(limit: int) -> None:
    with pytest.raises(ConfigurationError):
        plan_submission(VENDOR, adults(1), 101, Limits(records=limit))


def test_numbers_roll_over_between_files_too() -> None:
    submission = plan_submission(VENDOR, adults(4), 9_999_997, Limits(records=3))

    assert sizes(submission) == [(9_999_997, 9_999_999, 3), (1, 3, 3)]


@pytest.mark.parametrize(
    ("number", "steps", "after"),
    [
        (1, 1, 2),
        (1, 0, 1),
        (9_999_998, 1, 9_999_999),
        (9_999_999, 1, 1),
        (9_999_999, 3, 3),
        (5, 9_999_999, 5),
    ],
)
def test_the_number_after(number: int, steps: int, after: int) -> None:
    assert number_after(number, steps) == after


@pytest.mark.parametrize("number", [0, -1, 10_000_000])
def test_no_number_follows_what_is_no_number(number: int) -> None:
    with pytest.raises(ValueError, match="not a sequence number"):
        number_after(number)


def test_a_run_never_meets_its_own_beginning() -> None:
    assert last_of_run(2, LAST_NUMBER) == 1
    with pytest.raises(ValueError, match="10000000 records"):
        last_of_run(2, LAST_NUMBER + 1)
    with pytest.raises(ValueError, match="0 records"):
        last_of_run(2, 0)


def test_every_refused_field_of_every_claim_is_told_before_a_byte_is_written() -> None:
    claims = [
        outgoing(phn="9151065431", units=0),
        outgoing(),
        outgoing(claim_id=None, office_folio=777, diagnoses=()),
        outgoing(claim_id=None, office_folio=None),
    ]
    with pytest.raises(RecordRefusedError) as caught:
        plan_submission(VENDOR, claims, 101)

    assert [(trouble.message, trouble.value) for trouble in caught.value.troubles] == [
        ("Claim 501: C02 units (P20) is less than 1.", "0"),
        ("Claim 501: C02 phn (P14) is not a BC personal health number.", "9151065431"),
        ("Claim 777: C02 diagnosis 1 (P36) is missing.", ""),
        ("Claim of session V1001: C02 office folio (P54) is missing.", ""),
    ]
    assert all(trouble.hint for trouble in caught.value.troubles)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"data_centre": "T99"}, "data_centre"),
        ({"company": "x" * 41}, "vendor_company"),
        ({"phone": "604-555-0100 ext 4"}, "vendor_phone"),
        ({"contact": "\ue000"}, "vendor_contact"),
        ({"software_version": "2026.11.05-beta"}, "software_version"),
        ({"vendor_data_centre": "V123"}, "vendor_data_centre"),
    ],
)
def test_what_does_not_fit_the_opening_record_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    vendor = Vendor(**{"data_centre": "T9999", **changes})
    with pytest.raises(RecordRefusedError) as caught:
        plan_submission(vendor, [], 101)

    assert field in {refusal.field for refusal in caught.value.refusals}


def test_changes_stand_beside_their_claim() -> None:
    vendor = Vendor("T9999", company="Clinique Élan")
    plain, accented = outgoing(), outgoing(office_folio=502, note="ça va")
    submission = plan_submission(vendor, [plain, accented], 101)

    assert submission.changes == (
        (None, Change("VS1", "vendor_company", "", "Clinique Élan", "CLINIQUE ELAN")),
        (accented.claim, Change("N01", "note_text", "", "ça va", "CA VA")),
    )


def test_a_registered_vendor_has_a_number_of_its_own() -> None:
    (file,) = plan_submission(Vendor("T9999", vendor_data_centre="V0042"), adults(1), 1).files

    assert content_of(file)[15:20] == b"V0042"
