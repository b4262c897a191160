"""The tolerant reader: what each record says, and every oddity remarked on, none fatal."""

import io
from datetime import date, time

import pytest
from made_up import content_of, laid_out, only_file, outgoing

from tpi_billing.teleplan.lines import LONGEST_LINE
from tpi_billing.teleplan.reader import Record, read_records

HEAD = (
    (4, 8, "T9999"),
    (9, 15, "0000102"),
    (16, 23, "20261117"),
    (24, 24, "L"),
    (25, 29, "A9999"),
    (30, 35, "CTL001"),
)
REFUSED = laid_out(
    267,
    (1, 3, "S03"),
    *HEAD,
    (36, 40, "99001"),
    (41, 48, "20261105"),
    (49, 50, "NJ"),
    (51, 57, "OKANESE"),
    (69, 78, "9151065434"),
    (79, 80, "00"),
    (81, 88, "20261013"),
    (89, 90, "00"),
    (91, 93, "001"),
    (94, 95, "00"),
    (96, 100, "01157"),
    (101, 107, "0007792"),
    (108, 110, "000"),
    (111, 112, "00"),
    (113, 117, "00000"),
    (118, 124, "0000000"),
    (125, 131, "0000501"),
    (132, 133, "VM"),
    (134, 135, "H2"),
    *((first, first + 6, "0000000") for first in (148, 157, 166, 175, 184, 193, 202)),
    (209, 218, "8800012345"),
    (219, 219, "T"),
    (220, 227, "00000000"),
    (228, 229, "AB"),
    (230, 237, "BC12345 "),
)
PAID = laid_out(
    165,
    (1, 3, "S01"),
    *HEAD,
    (36, 40, "99001"),
    (41, 42, "32"),
    (43, 49, "000123K"),
    (50, 51, "38"),
    (52, 58, "0000400"),
    *((first, first + 6, "0000000") for first in (61, 70, 79, 88, 97)),
    (104, 110, "0000501"),
    (111, 117, "000656}"),
    (118, 125, "20261105"),
    (126, 127, "01"),
)


def read(*lines: str, end: str = "\r\n") -> list[Record]:
    return list(read_records("".join(line + end for line in lines).encode("latin-1")))


def only(line: str) -> Record:
    (record,) = read(line)
    return record


def codes(record: Record) -> list[str]:
    return [remark.code for remark in record.remarks]


def test_a_refused_claim() -> None:
    record = only(REFUSED)

    assert record.remarks == ()
    assert (record.line, record.code) == (1, "S03")
    assert record.text("data_centre") == "T9999"
    assert record.number("sequence_number") == 102
    assert record.day("payment_date") == date(2026, 11, 17)
    assert record.text("control_number") == "CTL001"
    assert record.text("practitioner_number") == "99001"
    assert record.text("surname") == "OKANESE"
    assert record.text("phn") == "9151065434"
    assert record.day("service_date") == date(2026, 10, 13)
    assert record.number("billed_units") == 1
    assert record.text("billed_fee_item") == "01157"
    assert record.number("billed_amount") == 7792
    assert record.number("paid_amount") == 0
    assert record.number("office_folio") == 501
    assert record.explanatory_codes == ("VM", "H2")
    assert record.adjustments == ()
    assert record.text("file_number") == "8800012345"
    assert record.day("previous_paid_date") is None
    assert record.text("icbc_wsbc_number") == "BC12345"


def test_a_claim_paid_with_adjustments() -> None:
    record = only(PAID)

    assert record.remarks == ()
    assert record.number("paid_amount") == -6560
    assert record.adjustments == (("32", -1232), ("38", 400))
    assert record.day("received_date") == date(2026, 11, 5)
    assert record.clock("received_date") is None
    assert record.text("paid_amount") == ""
    assert record.day("no such field") is None


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("0000000", 0),
        ("000000}", 0),
        ("000000J", -1),
        ("000000K", -2),
        ("000000L", -3),
        ("000000M", -4),
        ("000000N", -5),
        ("000000O", -6),
        ("000000P", -7),
        ("000000Q", -8),
        ("000000R", -9),
        ("999999R", -9_999_999),
        ("9999999", 9_999_999),
        ("   123K", -1232),
    ],
)
def test_an_amount_carries_its_sign_on_its_last_character(written: str, cents: int) -> None:
    record = only(PAID[:110] + written + PAID[117:])

    assert record.number("paid_amount") == cents
    assert record.remarks == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("00012.5", "bad-amount"),
        ("-000125", "bad-amount"),
        ("000000S", "bad-amount"),
        ("000000{", "bad-amount"),
        ("000000j", "bad-amount"),
        ("J000000", "bad-amount"),
        ("000012 ", "bad-amount"),
        ("00001\xb25", "bad-amount"),
        ("       ", "missing-value"),
    ],
)
def test_an_amount_that_cannot_be_read_is_none_and_never_zero(written: str, code: str) -> None:
    record = only(PAID[:110] + written + PAID[117:])

    assert record.number("paid_amount") is None
    assert code in codes(record)
    assert ("paid_amount") in {remark.field for remark in record.remarks}
    assert record.number("office_folio") == 501


@pytest.mark.parametrize("written", ["20260230", "20261301", "2026-1-1", "ABCDEFGH", "00000101"])
def test_a_day_that_is_none_is_remarked_on(written: str) -> None:
    record = only(REFUSED[:80] + written + REFUSED[88:])

    assert record.day("service_date") is None
    assert codes(record) == ["bad-date"]


@pytest.mark.parametrize("written", ["00000000", "        "])
def test_zeros_and_blanks_are_no_day(written: str) -> None:
    record = only(REFUSED[:80] + written + REFUSED[88:])

    assert record.day("service_date") is None
    assert record.remarks == ()


def test_a_number_that_is_none_is_remarked_on() -> None:
    record = only(PAID[:103] + "00O0501" + PAID[110:])

    assert record.number("office_folio") is None
    assert [(remark.code, remark.field) for remark in record.remarks] == [
        ("bad-number", "office_folio")
    ]


def test_the_clinics_own_records_are_read_too() -> None:
    content = content_of(only_file(outgoing(note="See chart")))
    opening, claim, note = read_records(content)

    assert opening.day("installed_on") == date(2026, 1, 2)
    assert claim.clock("start_time") == time(9, 0)
    assert claim.clock("call_time") is None
    assert note.text("note_text") == "SEE CHART"
    assert [codes(record) for record in (opening, claim, note)] == [[], [], []]


@pytest.mark.parametrize(
    ("line", "field", "expected"),
    [
        ("S21", "deposit", -1),
        ("S22", "paid_amount", 1234),
        ("S23", "adjustment_amount", -50),
        ("S25", "message", "OFFICES ARE CLOSED"),
    ],
)
def test_totals_adjustments_and_messages(line: str, field: str, expected: object) -> None:
    lines = {
        "S21": laid_out(
            165,
            (1, 3, "S21"),
            *HEAD,
            (36, 46, "PAIN CLINIC"),
            (61, 105, "000000000" * 3 + "00000000J" + "000000000"),
        ),
        "S22": laid_out(165, (1, 3, "S22"), *HEAD, (36, 40, "99001"), (66, 83, "000001234" * 2)),
        "S23": laid_out(
            165,
            (1, 3, "S23"),
            *HEAD,
            (36, 37, "38"),
            (81, 134, "000000000" * 4 + "00000005}000000000"),
        ),
        "S25": laid_out(165, (1, 3, "S25"), *HEAD, (41, 58, "OFFICES ARE CLOSED")),
    }
    record = only(lines[line])

    assert record.values[field] == expected
    assert record.remarks == ()


def test_a_pre_edit_refusal_and_a_message() -> None:
    refused, message = read(
        laid_out(
            70,
            (1, 15, "C12T99990000102"),
            (16, 25, "A999999001"),
            (26, 29, "YYVM"),
            (40, 46, "0000501"),
        ),
        "M01T99990000HELLO, all of you",
    )

    assert refused.explanatory_codes == ("YY", "VM")
    assert refused.number("office_folio") == 501
    assert message.text("message") == "HELLO, all of you"
    assert refused.remarks == message.remarks == ()


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("S99" + PAID[3:], "unknown-record"),
        ("#TID=005;Result=SUCCESS;", "unknown-record"),
        ("X", "unknown-record"),
        ("B14 anything", "unread-record"),
        ("X02 anything", "unread-record"),
        ("B04 anything", "unread-record"),
        ("", "blank-line"),
        ("   ", "blank-line"),
    ],
)
def test_a_line_of_no_known_layout_is_kept_and_remarked_on(line: str, code: str) -> None:
    record, following = read(line, PAID)

    assert record.verbatim == line.encode("latin-1") + b"\r\n"
    assert codes(record) == [code]
    assert record.values == {}
    assert following.number("office_folio") == 501


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        (165, None),
        (164, "trailing-blanks"),
        (137, "trailing-blanks"),
        (125, "trailing-blanks"),
        (124, "short-line"),
        (110, "short-line"),
        (3, "short-line"),
    ],
)
def test_a_line_whose_end_is_missing(kept: int, code: str | None) -> None:
    """S01: columns 126-165 hold text and filler only, which a mail program may strip."""
    record = only(PAID[:kept])

    assert next(iter(codes(record)), None) == code
    assert record.number("office_folio") == (501 if kept >= 110 else None)
    assert record.number("paid_amount") == (-6560 if kept >= 117 else None)


def test_a_value_that_the_lines_end_cuts_is_none() -> None:
    record = only(PAID[:114])

    assert record.number("paid_amount") is None
    assert codes(record) == ["short-line", "cut-value"]


def test_a_line_that_is_too_long_is_read_and_remarked_on() -> None:
    record = only(PAID + "MORE")

    assert codes(record) == ["long-line"]
    assert record.number("paid_amount") == -6560
    assert record.content.endswith("MORE")


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (["\r\n", "\r\n", "\r\n"], [[], [], []]),
        (["\n", "\n", "\n"], [["line-end"], [], []]),
        (["\r", "\r", "\r"], [["line-end"], [], []]),
        (["\r\n", "\n", "\r\n"], [[], ["line-end"], ["line-end"]]),
        (["\n", "\r", "\r"], [["line-end"], ["line-end"], []]),
        (["\r\n", "\r\n", ""], [[], [], ["no-line-end"]]),
    ],
)
def test_odd_line_ends(ends: list[str], expected: list[list[str]]) -> None:
    content = "".join(PAID + end for end in ends).encode()
    records = list(read_records(content))

    assert [codes(record) for record in records] == expected
    assert [record.number("office_folio") for record in records] == [501, 501, 501]
    assert b"".join(record.verbatim for record in records) == content


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PAID.encode() + b"\r\n\x1a", [[], ["no-line-end", "end-of-file-mark", "blank-line"]]),
        (PAID.encode() + b"\x1a", [["no-line-end", "end-of-file-mark"]]),
        (PAID.encode() + b"\0\0\r\n", [["nul", "long-line"]]),
        (b"\xef\xbb\xbf" + PAID.encode() + b"\r\n", [["byte-order-mark"]]),
        (PAID.lower().encode() + b"\r\n", [["lower-case"]]),
        (PAID[:125].encode() + b"\xc9\xc9" + PAID[127:].encode() + b"\r\n", [["non-ascii"]]),
        (PAID[:125].encode() + b"\t\t" + PAID[127:].encode() + b"\r\n", [["control-character"]]),
        (b"", []),
        (b"\r\n", [["blank-line"]]),
    ],
    ids=["1A", "1A-attached", "NUL", "BOM", "small", "latin-1", "tab", "empty", "blank"],
)
def test_odd_bytes(content: bytes, expected: list[list[str]]) -> None:
    records = list(read_records(content))

    assert [codes(record)[: len(told)] for record, told in zip(records, expected, strict=True)] == (
        expected
    )
    assert all(record.number("office_folio") == 501 for record in records if record.values)
    assert b"".join(record.verbatim for record in records) == content


def test_bytes_that_are_not_ascii_are_kept_as_latin_1() -> None:
    record = only(REFUSED[:50] + "N\xd1EZ   " + REFUSED[57:])

    assert record.text("surname") == "N\xd1EZ"


def test_lines_count_from_one_through_everything() -> None:
    assert [record.line for record in read(PAID, "", "???", PAID)] == [1, 2, 3, 4]


def test_a_stream_is_read_like_its_bytes() -> None:
    content = (PAID + "\r\n" + REFUSED + "\n").encode() * 700

    assert list(read_records(io.BytesIO(content))) == list(read_records(content))


class Drops(io.BytesIO):
    """A stream that gives a byte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1, size or 0))


def test_a_line_end_may_come_in_two_parts() -> None:
    content = b"A\r\nB\rC\n\r\n\rD"

    assert [record.verbatim for record in read_records(Drops(content))] == [
        b"A\r\n",
        b"B\r",
        b"C\n",
        b"\r\n",
        b"\r",
        b"D",
    ]


@pytest.mark.parametrize("length", [LONGEST_LINE, LONGEST_LINE + 1, 3 * LONGEST_LINE])
def test_a_line_without_an_end_is_cut_into_parts_and_nothing_lost(length: int) -> None:
    content = b"S" * length + b"\r\n" + PAID.encode() + b"\r\n"
    records = list(read_records(io.BytesIO(content)))
    parts = -(-length // LONGEST_LINE)

    assert b"".join(record.verbatim for record in records) == content
    assert [("endless-line" in codes(record)) for record in records] == (
        [True] * (parts - 1) + [False, False]
    )
    assert records[-1].number("office_folio") == 501


def test_remarks_never_say_what_the_line_says() -> None:
    record = only(REFUSED[:68] + "91510X5434" + REFUSED[78:200])

    assert record.remarks
    for remark in record.remarks:
        assert "OKANESE" not in remark.message
        assert "91510" not in remark.message


@pytest.mark.parametrize("at", range(0, 160, 7))
def test_a_zero_byte_is_a_blank_in_whatever_field_it_stands(at: int) -> None:
    """A database of PostgreSQL keeps none in a text."""
    line = PAID.encode()
    (with_zeros,) = read_records(line[:at] + b"A\0B" + line[at + 3 :] + b"\r\n")
    (with_blanks,) = read_records(line[:at] + b"A B" + line[at + 3 :] + b"\r\n")
    assert (with_zeros.code, with_zeros.values) == (with_blanks.code, with_blanks.values)
    assert "nul" in {remark.code for remark in with_zeros.remarks}
