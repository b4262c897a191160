"""Laws that hold for every claim, every record and any bytes, tried on many made-up ones."""

import io
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made_up import ALBERTAN, VENDOR, content_of
from made_up_claims import ADULT

from tpi_billing.model.claim import Claim
from tpi_billing.model.identifiers import phn_check_digit
from tpi_billing.teleplan.claim_records import render_claim
from tpi_billing.teleplan.control import PickupCounter
from tpi_billing.teleplan.folding import fold
from tpi_billing.teleplan.layout import Field, Kind, Layout, Value
from tpi_billing.teleplan.numbering import LAST_NUMBER
from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.read_back import read_back
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.records import LAYOUTS
from tpi_billing.teleplan.refusal import RecordRefusedError
from tpi_billing.teleplan.splitting import Limits
from tpi_billing.teleplan.submission import plan_submission
from tpi_billing.teleplan.writer import writer_of

SLOW_START = [HealthCheck.too_slow]
"""The first text that is drawn in a fresh checkout waits for a table of Unicode."""

TEXT = st.text(max_size=30)
NAMES = st.text("abcÉØßñ李'- .", min_size=1, max_size=14)
FIVE = st.text("0123456789AB", min_size=5, max_size=5)
ANY_DAY = st.dates(date(1850, 1, 1), date(2150, 12, 31))
DAY = st.dates(date(1900, 1, 1), date(2099, 12, 31))
MORNING = st.builds(time, st.integers(1, 11), st.integers(0, 59))
AFTERNOON = st.builds(time, st.integers(12, 23), st.integers(0, 59))
PHNS = st.integers(0, 99_999_999).map(
    lambda number: f"9{number:08}{phn_check_digit(f'{number:08}') or 0}"
)


def either(usual: st.SearchStrategy[Any], wild: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Give mostly what is usual, so that many claims can be written, and sometimes anything."""
    return st.integers(0, 19).flatmap(lambda dice: wild if dice == 0 else usual)


CLAIM_CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "practitioner_number": either(FIVE, TEXT),
        "payee_number": either(FIVE, TEXT),
        "phn": either(PHNS, TEXT),
        "dependent": either(st.sampled_from(["00", "66"]), TEXT),
        "first_name": either(NAMES, TEXT),
        "second_name": either(NAMES, TEXT),
        "surname": either(NAMES, TEXT),
        "birth_date": either(DAY, st.none() | ANY_DAY),
        "units": either(st.integers(1, 999), st.integers(-5, 2000)),
        "fee_item": either(st.from_regex(r"[0-9]{5}", fullmatch=True), TEXT),
        "amount_cents": either(st.integers(0, 9_999_999), st.integers(-100, 10**9)),
        "service_date": either(DAY, ANY_DAY),
        "start_time": either(st.none() | MORNING, st.times()),
        "end_time": either(st.none() | AFTERNOON, st.times()),
        "submission_code": either(st.sampled_from("0RIWD"), st.sampled_from("CAXE") | TEXT),
        "clarification_code": either(st.sampled_from(["00", "C1"]), TEXT),
        "location_code": either(st.sampled_from("QRVA"), TEXT),
        "facility_number": either(FIVE, TEXT),
        "diagnoses": st.lists(
            either(st.sampled_from(["7291", "346", "30781", "V45"]), TEXT), min_size=1, max_size=3
        ).map(tuple),
        "referral_code": either(st.sampled_from("BT"), TEXT),
        "referral_number": either(FIVE, TEXT),
        "mva": either(st.just(True), st.just(False)),
        "icbc_claim_number": either(st.sampled_from(["", "BC12345", "n1"]), TEXT),
        "note": either(st.sampled_from(["", "See chart", "ça\nva"]), st.text(max_size=450)),
        "office_folio": either(st.integers(1, LAST_NUMBER), st.none() | st.integers(-1, 10**8)),
    },
)
BESIDE = st.fixed_dictionaries(
    {},
    optional={
        "original_file_number": either(st.just(""), st.just("1234567890") | TEXT),
        "approval_reference": either(st.sampled_from(["", "OV-1"]), TEXT),
    },
)
ALBERTAN_CLAIM = {name: value for name, value in ALBERTAN.items() if name != "insurer_code"}
NO_CHANGES: dict[str, Any] = {}
OTHER_PATIENT = st.just(NO_CHANGES) | st.fixed_dictionaries(
    {},
    optional={
        "registration_number": either(st.from_regex(r"[0-9]{1,12}", fullmatch=True), TEXT),
        "sex": either(st.sampled_from("MF"), TEXT),
        "address_1": TEXT,
        "address_2": TEXT,
        "city": TEXT,
        "postal_code": either(st.sampled_from(["", "v5k0a1"]), TEXT),
    },
).map(lambda changes: {**ALBERTAN_CLAIM, **changes})


@st.composite
def claims(draw: st.DrawFn) -> OutgoingClaim:
    """Make a claim of a BC patient or another province's; most can be written, not all."""
    other = draw(OTHER_PATIENT)
    claim = replace(ADULT, **{**draw(CLAIM_CHANGES), **other})
    return OutgoingClaim(claim, "AB" if other else "", **draw(BESIDE))


def said_by(claim: Claim) -> dict[str, Value]:
    """Say what a C02 of a claim must read as, straight from the claim."""
    return {
        "payee_number": claim.payee_number,
        "practitioner_number": claim.practitioner_number,
        "dependent": claim.dependent,
        "units": claim.units,
        "clarification_code": claim.clarification_code,
        "fee_item": claim.fee_item,
        "billed_amount": claim.amount_cents,
        "service_date": claim.service_date,
        "submission_code": claim.submission_code,
        "service_location": claim.location_code,
        "referral_code_1": claim.referral_code,
        "referral_number_1": claim.referral_number.strip() or "00000",
        "start_time": claim.start_time,
        "finish_time": claim.end_time,
        "office_folio": claim.office_folio,
        "mva": "Y" if claim.mva else "N",
        "icbc_claim_number": claim.icbc_claim_number.strip().upper() or "00000000",
        "facility_number": claim.facility_number.strip() or "00000",
    }


def patient_of(out: OutgoingClaim) -> dict[str, Value]:
    """Say what a C02 must read of the patient."""
    claim = out.claim
    if not out.insurer_code:
        return {"phn": claim.phn, "birth_date": claim.birth_date, "insurer_code": ""}
    return {
        "phn": "0000000000",
        "birth_date": None,
        "name_verify": "0000",
        "insurer_code": "AB",
        "oin_registration": claim.registration_number.strip().zfill(12),
        "oin_birth_date": claim.birth_date,
        "oin_first_name": fold(claim.first_name),
        "oin_surname": fold(claim.surname),
        "oin_sex": claim.sex,
    }


@settings(max_examples=400, suppress_health_check=SLOW_START)
@given(claims(), st.integers(1, LAST_NUMBER))
def test_any_claim_is_written_and_read_back_equal_or_refused(
    out: OutgoingClaim, number: int
) -> None:
    rendered = render_claim(out, "T9999", number)
    if rendered.refusals:
        assert all(refusal.problem and refusal.cure for refusal in rendered.refusals)
        return
    content = "".join(record.text + "\r\n" for record in rendered.records).encode("ascii")
    claim, *notes = read_records(content)

    assert claim.remarks == ()
    expected = {**said_by(out.claim), **patient_of(out)}
    assert {name: claim.values[name] for name in expected} == expected
    assert claim.number("sequence_number") == number
    diagnoses = tuple(claim.text(f"diagnosis_{at}") for at in (1, 2, 3))
    assert tuple(filter(None, diagnoses)) == tuple(
        code.rstrip(" ") for code in out.claim.diagnoses if code.strip(" ")
    )
    assert [note.text("note_text") for note in notes] == ([fold(out.note)] if out.note else [])
    assert claim.text("correspondence_code") == ("N" if notes else "0")


@settings(max_examples=50, suppress_health_check=SLOW_START)
@given(st.lists(claims(), max_size=6), st.integers(1, LAST_NUMBER))
def test_a_submission_is_refused_whole_or_reads_back_whole(
    several: list[OutgoingClaim], first_number: int
) -> None:
    try:
        submission = plan_submission(VENDOR, several, first_number)
    except RecordRefusedError:
        assert any(render_claim(out, VENDOR.data_centre, 1).refusals for out in several)
        return
    for file in submission.files:
        read_back(content_of(file), file)
    assert [out for file in submission.files for out in file.claims] == several


@given(
    noted=st.lists(st.booleans(), min_size=1, max_size=25),
    first_number=st.integers(1, 30) | st.integers(LAST_NUMBER - 30, LAST_NUMBER),
    records=st.none() | st.integers(3, 12),
    cents=st.none() | st.integers(7792, 50_000),
)
@example(noted=[True] * 3, first_number=LAST_NUMBER - 1, records=3, cents=None)
def test_numbers_run_on_and_never_repeat_under_any_split_and_roll_over(
    noted: list[bool], first_number: int, records: int | None, cents: int | None
) -> None:
    several = [
        OutgoingClaim(replace(ADULT, office_folio=at + 1, note="See chart" if note else ""))
        for at, note in enumerate(noted)
    ]
    submission = plan_submission(VENDOR, several, first_number, Limits(records, cents))
    read = [list(read_records(content_of(file))) for file in submission.files]
    numbers = [record.number("sequence_number") or 0 for file in read for record in file]

    assert numbers[0] == first_number
    assert all(after == before % LAST_NUMBER + 1 for before, after in pairwise(numbers))
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) == len(read) + len(noted) + sum(noted)
    for file, found in zip(submission.files, read, strict=True):
        _follows_the_rules_of_a_file(found)
        assert len(found) == file.records <= (records or len(numbers))
        assert file.amount_cents <= (cents or file.amount_cents)
        assert list(file.claim_numbers()) == [
            record.number("sequence_number") for record in found if record.code == "C02"
        ]
        assert (file.first_number, file.last_number) == (
            found[0].number("sequence_number"),
            found[-1].number("sequence_number"),
        )


def _follows_the_rules_of_a_file(records: list[Record]) -> None:
    """VS1 first and once; a note behind the claim that announces it, and only there."""
    assert [record.code for record in records].count("VS1") == 1
    assert records[0].code == "VS1"
    for before, after in pairwise([*records, None]):
        assert before is not None
        announced = before.text("correspondence_code") == "N"
        assert announced == (after is not None and after.code == "N01")


_EXTRA = st.sampled_from(
    [b"", b"\r\n", b"\n", b"\r", b"\0", b"\x1a", b"S01", b"C02", b"VTC", b"M01"]
)
ANY_BYTES = st.lists(st.binary(max_size=40) | _EXTRA, max_size=30).map(b"".join)


@settings(max_examples=300)
@given(ANY_BYTES)
@example(b"\xef\xbb\xbfS01\r\n")
@example(b"S01" + b"\xb2" * 200)
@example(b"VTC\r\r\n\n\x1a\0")
def test_any_bytes_are_read_without_a_crash_and_nothing_is_lost(content: bytes) -> None:
    counter = PickupCounter()
    records = list(read_records(content))
    for record in records:
        counter.add(record)
    counter.finish()

    assert b"".join(record.verbatim for record in records) == content
    assert [record.line for record in records] == list(range(1, len(records) + 1))
    assert all(record.values or record.remarks for record in records)


LINES = st.sampled_from(sorted(LAYOUTS)).flatmap(
    lambda code: st.text(
        st.sampled_from("0123456789 JKR}{AZaz\xe9"), max_size=(LAYOUTS[code].length or 90) + 3
    ).map(lambda text: code + text)
)


@settings(max_examples=300)
@given(st.lists(LINES, max_size=4), st.sampled_from(["\r\n", "\n", "\r"]))
def test_any_line_of_any_record_is_read_and_every_bad_value_is_remarked_on(
    lines: list[str], end: str
) -> None:
    content = "".join(line + end for line in lines).encode("latin-1")
    records = list(read_records(content))

    assert b"".join(record.verbatim for record in records) == content
    for record in records:
        remarked = {remark.field for remark in record.remarks}
        layout = LAYOUTS[record.code]
        assert set(record.values) == set(layout.by_name)
        for field in layout.fields:
            if record.values[field.name] is None and field.name not in remarked:
                assert _says_nothing(record.content, field)


def _says_nothing(line: str, field: Field) -> bool:
    return not line[field.first - 1 : field.last].strip("0 ")


@settings(max_examples=50)
@given(ANY_BYTES, st.integers(1, 7))
def test_it_does_not_matter_how_a_stream_hands_its_bytes_over(content: bytes, size: int) -> None:
    class Stream(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(size)

    assert list(read_records(Stream(content))) == list(read_records(content))


def _value(field: Field) -> st.SearchStrategy[Value]:
    """Give what a field takes."""
    width = field.length or 20
    if field.choices:
        return st.sampled_from([code for code, _ in field.choices])
    if field.form is not None:
        return st.from_regex(field.form.pattern, fullmatch=True)
    text = st.text("ABC 19'-", min_size=1, max_size=width).map(str.strip)
    values: dict[Kind, st.SearchStrategy[Value]] = {
        Kind.NUMBER: st.integers(field.minimum, 10**width - 1),
        Kind.MONEY: st.integers(0, 10**width - 1),
        Kind.SIGNED: st.integers(1 - 10**width, 10**width - 1),
        Kind.DATE: DAY,
        Kind.TIME: MORNING | AFTERNOON,
        Kind.DIGITS: st.text("0123456789", min_size=width, max_size=width),
        Kind.FILLER: st.just(""),
    }
    return values.get(field.kind, text.filter(bool) if field.required else text)


def _values(layout: Layout) -> st.SearchStrategy[dict[str, Value]]:
    return st.fixed_dictionaries({field.name: _value(field) for field in layout.fields})


@given(st.data(), st.sampled_from(sorted(LAYOUTS)))
def test_every_record_of_every_layout_is_written_and_read_back_equal(
    data: st.DataObject, code: str
) -> None:
    layout = LAYOUTS[code]
    values = data.draw(_values(layout))
    text = writer_of(code).write(values)
    (record,) = read_records(text.encode("ascii") + b"\r\n")

    assert layout.length in {None, len(text)}
    assert record.remarks == ()
    assert dict(record.values) == values


@settings(max_examples=200, suppress_health_check=SLOW_START)
@given(st.data(), st.sampled_from(sorted(LAYOUTS)))
def test_a_record_is_refused_exactly_when_one_of_its_fields_is(
    data: st.DataObject, code: str
) -> None:
    """The one format and pattern of a record and the check of its fields must never disagree."""
    layout = LAYOUTS[code]
    wild = st.none() | st.integers() | st.text(max_size=12) | st.booleans() | st.floats() | ANY_DAY
    values = data.draw(
        st.fixed_dictionaries({each.name: either(_value(each), wild) for each in layout.fields})
    )
    rendered = writer_of(code).render(values)

    assert bool(rendered.text) is not bool(rendered.refusals)
