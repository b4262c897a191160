"""What the stand-in refuses a whole file for, with MSP's words where they are known."""

import re
from collections.abc import Callable, Iterator

import pytest
from sending import Sender, content_of, sent

from tpi_billing.demo.stand_in import Limits
from tpi_billing.teleplan.exchange.reply import Reply

TETA_022 = "TETA-022 SEQ NUMBER ERROR. EXPECTED: 0000101 LAST COMMITTED:0000100"
Change = Callable[[list[bytes]], list[bytes]]


def put(sender: Sender, content: bytes) -> Reply:
    return sender.service.submit("x.txt", content)


def lines(first: int = 101, claims: int = 2) -> list[bytes]:
    """Return a good file's lines: a VS1, then claims, the first with a note."""
    sents = [sent(501, {}, correspondence_code="N"), *(sent(501 + n) for n in range(1, claims))]
    return content_of(sents, first).splitlines(keepends=True)


@pytest.fixture
def sender() -> Iterator[Sender]:
    with Sender(last_committed=100) as made:
        yield made


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: [], "VENDOR RECORD ERROR, SEE RECORD AT # 00001"),
        (lambda f: f[1:], "VENDOR RECORD ERROR, SEE RECORD AT # 00001"),
        (lambda f: [*f[:3], f[0], *f[3:]], "RECORD CODE INVALID, SEE RECORD AT # 00004"),
        (lambda f: [*f[:3], b"B04T9999\r\n"], "RECORD CODE INVALID, SEE RECORD AT # 00004"),
        (lambda f: [*f, b"\r\n"], "RECORD CODE INVALID, SEE RECORD AT # 00005"),
        (lambda f: [f[0], f[2], f[1], f[3]], "NOTE RECORD WITHOUT A CLAIM, SEE RECORD AT # 00002"),
        (lambda f: [f[0][:-3] + b"\r\n", *f[1:]], "RECORD LENGTH INVALID, SEE RECORD AT # 00001"),
        (lambda f: [*f[:3], f[3][:-2] + b" \r\n"], "RECORD LENGTH INVALID, SEE RECORD AT # 00004"),
        (lambda f: [*f[:3], f[3][:-2] + b"\n"], "RECORD LENGTH INVALID, SEE RECORD AT # 00004"),
        (lambda f: [*f[:3], f[3][:-2]], "RECORD LENGTH INVALID, SEE RECORD AT # 00004"),
        (
            lambda f: [*f[:2], f[2].replace(b"T9999", b"T1111"), f[3]],
            "TETA-020 DATA CENTRE VALUE IN FILE DOES NOT MATCH, SEE RECORD AT # 00003",
        ),
        (lambda _: lines(100), TETA_022),
        (lambda _: lines(102), TETA_022),
        (lambda f: [*f[:2], f[3]], "TETA-022 SEQ NUMBER ERROR, SEE RECORD AT # 00003"),
        (lambda f: [*f, f[3]], "TETA-022 SEQ NUMBER ERROR, SEE RECORD AT # 00005"),
        (
            lambda f: [*f[:3], f[3].replace(b"0000104", b"000010X")],
            "TETA-022 SEQ NUMBER ERROR, SEE RECORD AT # 00004",
        ),
    ],
)
def test_a_file_is_refused_whole_and_nothing_of_it_is_kept(
    sender: Sender, change: Change, message: str
) -> None:
    reply = put(sender, b"".join(change(lines())))
    assert not reply.succeeded
    assert reply.messages.startswith(f"{message} (STAND-IN")
    assert sender.msp.submitted == []
    assert sender.msp.claims == []
    assert sender.msp.state.last_committed == 100
    assert put(sender, b"".join(lines())).succeeded


def test_a_good_file_is_taken_and_the_next_goes_on_behind_it(sender: Sender) -> None:
    """VS1 101, claim 102, note 103, claim 104."""
    assert put(sender, b"".join(lines())).succeeded
    assert sender.msp.state.last_committed == 104
    again = put(sender, b"".join(lines()))
    assert again.expected_number == 105
    assert again.last_committed == 104
    assert put(sender, b"".join(lines(105))).messages.startswith("2 CLAIMS TAKEN")


def test_the_first_file_of_a_data_centre_begins_with_1() -> None:
    with Sender() as sender:
        assert put(sender, content_of([sent(501)], 2)).expected_number == 1
        assert put(sender, content_of([sent(501)], 1)).succeeded


@pytest.mark.parametrize(
    ("committed", "first", "last"),
    [
        (9_999_996, 9_999_997, 9_999_999),
        (9_999_997, 9_999_998, 1),
        (9_999_998, 9_999_999, 2),
        (9_999_999, 1, 3),
    ],
)
def test_numbers_roll_over_inside_and_between_files(committed: int, first: int, last: int) -> None:
    with Sender(last_committed=committed) as sender:
        assert put(sender, content_of([sent(501), sent(502)], first)).succeeded
        assert sender.msp.state.last_committed == last


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(records=3), None),
        (Limits(records=2), "VOLUME LIMIT"),
        (Limits(cents=15_584), None),
        (Limits(cents=15_583), "TOTAL BILLED AMOUNT LIMIT"),
    ],
)
def test_one_transmission_has_limits(limits: Limits, message: str | None) -> None:
    """A VS1 and two claims of 77.92 each: three records and 155.84."""
    with Sender(limits=limits) as sender:
        reply = put(sender, content_of([sent(501), sent(502)], 1))
        assert reply.succeeded is (message is None)
        assert message is None or message in reply.messages


def test_the_log_tells_of_what_was_taken_and_refused(sender: Sender) -> None:
    put(sender, b"".join(lines(102)))
    put(sender, b"".join(lines()))
    log = sender.service.log().content.decode("ascii").splitlines()
    assert log[:-1] == [
        "2026-11-05 T9999 AsignOn SUCCESS",
        f"2026-11-05 T9999 AputRemit FAILURE {TETA_022}",
        "2026-11-05 T9999 AputRemit SUCCESS RECORDS 0000101 TO 0000104 CLAIMS 2",
    ]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ LAST COMMITTED:0000104", log[-1])
