"""The reply reader: the last line is the result, the rest is the file, and no byte is lost."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tpi_billing.teleplan.exchange.reply import read_reply, session_is_lost

RESULT = b"#TID=005;Result=SUCCESS;Filename=A.TXT;Msgs=;"
TETA_020 = "TETA-020 DATA CENTRE VALUE IN FILE DOES NOT MATCH, SEE RECORD AT # 00001"
TETA_022 = "TETA-022 SEQ NUMBER ERROR. EXPECTED: 0262113 LAST COMMITTED:0262112"
ONE_LINE = st.text(
    st.characters(codec="latin-1", exclude_characters="\r\n;\0\x1a"), max_size=30
).map(str.strip)


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        (RESULT, b""),
        (RESULT + b"\r\n", b""),
        (RESULT + b"\n", b""),
        (RESULT + b" \r\n\x1a", b""),
        (b"VTC\r\n" + RESULT, b"VTC\r\n"),
        (b"VTC\n\n" + RESULT + b"\n", b"VTC\n\n"),
        (b"VTC\r" + RESULT, b"VTC\r"),
        (b"NO LINE END" + RESULT, b"NO LINE END"),
        (b"#TID=1;Result=FAILURE;Filename=;Msgs=OLD;\r\n" + RESULT, None),
    ],
)
def test_the_last_line_is_the_result_and_the_rest_the_file(
    raw: bytes, content: bytes | None
) -> None:
    reply = read_reply(raw)
    assert reply is not None
    assert reply.succeeded
    assert reply.tid == "005"
    assert reply.filename == "A.TXT"
    assert reply.content == (raw.removesuffix(RESULT) if content is None else content)
    assert reply.raw == raw


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"<html><body>502 Bad Gateway</body></html>",
        b"VTC\r\n",
        RESULT[:-7],
        RESULT + b"\r\nS01T9999",
        RESULT + b"\r\n2026-11-05 a log that was cut off",
        b"Result=SUCCESS;Filename=;Msgs=;",
        b"#TID=005;Result=SUCCESS;Msgs=;",
        b"#tid=005;Result=SUCCESS;Filename=;Msgs=;",
        b"#TID=005;Result=SUCCESS;\r\nFilename=;Msgs=;",
    ],
)
def test_what_does_not_end_with_a_result_is_no_answer(raw: bytes) -> None:
    assert read_reply(raw) is None


@pytest.mark.parametrize(
    ("line", "result", "messages", "numbers"),
    [
        (
            "#TID=001;Result=FAILURE;Filename=;Msgs=No parser object (contact Teleplan Help Desk);",
            "FAILURE",
            "No parser object (contact Teleplan Help Desk)",
            (None, None),
        ),
        (
            f"#TID=000;Result=FAILURE;Filename=;Msgs={TETA_022};",
            "FAILURE",
            TETA_022,
            (262_113, 262_112),
        ),
        (
            f"#TID=000;Result=FAILURE;Filename=;Msgs={TETA_020};",
            "FAILURE",
            TETA_020,
            (None, None),
        ),
        (
            "#TID=002;Result=EXPIRED.PASSWORD;Filename=;Msgs=a; b; c;",
            "EXPIRED.PASSWORD",
            "a; b; c",
            (None, None),
        ),
        ("#TID=;Result=;Filename=;Msgs=", "", "", (None, None)),
        (
            "#TID= 1 ;Result= SUCCESS ;Filename= x ;Msgs= well done ;",
            "SUCCESS",
            "well done",
            (None, None),
        ),
    ],
)
def test_the_examples_of_the_reference_are_read(
    line: str, result: str, messages: str, numbers: tuple[int | None, int | None]
) -> None:
    reply = read_reply(line.encode("ascii"))
    assert reply is not None
    assert reply.result == result
    assert reply.messages == messages
    assert (reply.expected_number, reply.last_committed) == numbers
    assert reply.succeeded is (result == "SUCCESS")


@given(st.binary(max_size=300))
@example(b"#TID=" * 40)
@example(RESULT + b"\0")
def test_any_bytes_are_read_without_a_crash_and_none_is_lost(raw: bytes) -> None:
    reply = read_reply(raw)
    assert session_is_lost(raw) in {True, False}
    if reply is not None:
        assert reply.raw == raw
        assert raw.startswith(reply.content + b"#TID=")


@given(
    content=st.binary(max_size=200),
    end=st.sampled_from([b"\r\n", b"\n", b"\r"]),
    after=st.sampled_from([b"", b"\r\n", b"\n", b"\r\n\r\n", b" \x1a"]),
    tid=ONE_LINE,
    result=ONE_LINE,
    filename=ONE_LINE,
    messages=ONE_LINE,
)
def test_whatever_file_stands_in_front_the_result_is_found(
    content: bytes, end: bytes, after: bytes, tid: str, result: str, filename: str, messages: str
) -> None:
    line = f"#TID={tid};Result={result};Filename={filename};Msgs={messages};".encode("latin-1")
    reply = read_reply(content + end + line + after)
    assert reply is not None
    assert reply.content == content + end
    assert (reply.tid, reply.result, reply.filename) == (tid, result, filename)
    assert reply.messages == messages


@given(cut=st.integers(min_value=0, max_value=60))
def test_a_log_that_quotes_results_and_is_cut_off_is_no_answer(cut: int) -> None:
    log = b"2026-11-05 " + RESULT + b" AputRemit\r\n2026-11-05 AgetLog then more\r\n"
    assert read_reply(log + RESULT) is not None
    assert read_reply(log + RESULT[:cut]) is None or cut >= len(RESULT) - 1


@pytest.mark.parametrize(
    ("raw", "lost"),
    [
        (b"User is not logged in or session expired", True),
        (b"<html>User is not logged in or session expired</html>", True),
        (b"VTC\r\n#TID=1;Result=FAILURE;Filename=;Msgs=User is not logged in or session expired;",
         True),
        (RESULT, False),
        (b"", False),
    ],
)  # fmt: skip
def test_a_lost_session_is_known_anywhere_in_the_reply(raw: bytes, *, lost: bool) -> None:
    assert session_is_lost(raw) is lost
