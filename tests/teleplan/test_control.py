"""Control totals of a pick-up: what the VTC states beside what was read."""

import pytest

from tpi_billing.teleplan.control import Count, PickupControl, PickupCounter
from tpi_billing.teleplan.reader import read_records

TIME = "2026-11-17 06:00:01"


def vtc(counts: str) -> str:
    return f"VTCT9999{TIME}{counts}"


def groups(s: int = 0, c: int = 0, b: int = 0, m: int = 0, x: int = 0, v: int = 1) -> str:
    return f"S{s:07}C{c:07}B{b:07}M{m:07}X{x:07}V{v:07}"


def controls(*lines: str) -> list[PickupControl]:
    counter = PickupCounter()
    content = "".join(line + "\r\n" for line in lines).encode()
    found = [counter.add(record) for record in read_records(content)]
    return [control for control in (*found, counter.finish()) if control is not None]


def test_counts_that_agree() -> None:
    (control,) = controls(
        "S01", "S02", "S21", "C12", "M01", "X02", "B14", vtc(groups(3, 1, 1, 1, 1))
    )

    assert control.line == 8
    assert control.made_at == TIME
    assert control.remarks == ()
    assert control.counts == (
        Count("S", 3, 3),
        Count("C", 1, 1),
        Count("B", 1, 1),
        Count("M", 1, 1),
        Count("X", 1, 1),
        Count("V", 1, 1),
    )


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        (groups(s=3), "The VTC counts 3 records S, 2 were read."),
        (groups(s=1), "The VTC counts 1 records S, 2 were read."),
        (groups(s=2, c=1), "The VTC counts 1 records C, 0 were read."),
        (groups(s=2, v=0), "The VTC counts 0 records V, 1 were read."),
        ("C0000000V0000001", "The VTC says nothing of records S, 2 were read."),
    ],
)
def test_counts_that_differ_are_told_with_both_values(stated: str, message: str) -> None:
    (control,) = controls("S01", "S01", vtc(stated))

    assert [remark.message for remark in control.remarks] == [message]


@pytest.mark.parametrize(
    ("counts", "rest"),
    [
        (groups(1), ""),
        (groups(1) + "T0000002 000001234", "T0000002 000001234"),
        (groups(1) + "S0000009", "S0000009"),
        (groups(1)[:-1], "V000000"),
        ("S0000001 V0000001", ""),
        ("V0000001S0000001", ""),
        ("S0000001V0000001?", "?"),
        ("WHATEVER", "WHATEVER"),
        ("", ""),
    ],
)
def test_what_follows_the_counts_is_kept(counts: str, rest: str) -> None:
    (control,) = controls("S01", vtc(counts))

    assert control.rest == rest


def test_an_unknown_record_is_counted_by_its_first_letter() -> None:
    (control,) = controls("S99 of a new kind", vtc(groups(1)))

    assert control.remarks == ()


def test_a_pick_up_without_its_control_record_is_reported() -> None:
    (control,) = controls("S01", "C12")

    assert control.line is None
    assert [remark.code for remark in control.remarks] == ["missing-control"]
    assert [(count.letter, count.stated, count.read) for count in control.counts][:2] == [
        ("S", None, 1),
        ("C", None, 1),
    ]


def test_pick_ups_in_one_file_are_compared_one_by_one() -> None:
    first, second, third = controls("S01", vtc(groups(1)), "C12", vtc(groups(c=2)), "M01")

    assert first.remarks == ()
    assert [remark.message for remark in second.remarks] == [
        "The VTC counts 2 records C, 1 were read."
    ]
    assert third.line is None


def test_nothing_after_the_control_record_is_nothing_to_report() -> None:
    assert len(controls("S01", vtc(groups(1)), "", "  ")) == 1
    assert controls() == []


def test_a_mark_of_the_files_end_is_no_record() -> None:
    counter = PickupCounter()
    content = f"{vtc(groups())}\r\n\x1a".encode()

    assert [counter.add(record) is None for record in read_records(content)] == [False, True]
    assert counter.finish() is None
