"""Session ids that are missing in a running sequence."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.claims.gaps.gap import Gap, Period
from tpi_billing.claims.gaps.numbers import missing_numbers
from tpi_billing.ledger.counts import NumberedSession

OCTOBER = Period.of("2026-10", date(2026, 11, 5))
START = date(2026, 10, 1)


def ids(numbers: Iterable[int], prefix: str = "V", width: int = 4) -> list[NumberedSession]:
    """Number sessions in the order of their days, ten a day from October 1."""
    first = 1001
    return [
        NumberedSession(
            "canonical", f"{prefix}{at:0{width}}", START + timedelta(days=(at - first) // 10)
        )
        for at in numbers
    ]


def found(sessions: Iterable[NumberedSession], known: Sequence[str] = ()) -> list[Gap]:
    def there(_source: str, asked: Sequence[str]) -> set[str]:
        return set(known).intersection(asked)

    return list(missing_numbers(sessions, OCTOBER, there))


def without(*missing: int, first: int = 1001, last: int = 1100) -> list[NumberedSession]:
    return ids(at for at in range(first, last + 1) if at not in missing)


def runs(gaps: Iterable[Gap]) -> list[tuple[str, str, int]]:
    return [(gap.session_id, gap.last_session_id, gap.missing) for gap in gaps]


def test_a_sequence_without_holes_has_no_gap() -> None:
    assert found(without()) == []


def test_a_missing_number_is_told_with_its_neighbours() -> None:
    (gap,) = found(without(1031))
    assert (gap.session_id, gap.last_session_id, gap.source) == ("V1031", "V1031", "canonical")
    assert (gap.first, gap.last) == (date(2026, 10, 3), date(2026, 10, 4))
    assert gap.why == (
        "V1031 is missing in a running sequence: V1030 of 2026-10-03 and V1032 of 2026-10-04 are "
        "there, and no cancelled session has the number."
    )


def test_a_run_of_missing_numbers_is_one_gap() -> None:
    assert runs(found(without(1005, *range(1041, 1051)))) == [
        ("V1005", "V1005", 1),
        ("V1041", "V1050", 10),
    ]


def test_an_id_that_the_ledger_has_of_another_day_is_not_missing() -> None:
    assert found(without(1031), known=["V1031"]) == []
    gaps = found(without(*range(1041, 1046)), known=["V1043"])
    assert runs(gaps) == [("V1041", "V1042", 2), ("V1044", "V1045", 2)]


def test_leading_zeros_are_kept() -> None:
    sessions = [
        NumberedSession("canonical", f"{at:06}", START) for at in range(85, 125) if at != 99
    ]
    assert runs(found(sessions)) == [("000099", "000099", 1)]


def test_a_number_may_grow_by_a_digit() -> None:
    sessions = [
        NumberedSession("canonical", f"V{at}", START) for at in range(985, 1015) if at != 1000
    ]
    assert runs(found(sessions)) == [("V1000", "V1000", 1)]


@pytest.mark.parametrize(("count", "expected"), [(19, 0), (20, 1)])
def test_fewer_than_twenty_ids_say_nothing(count: int, expected: int) -> None:
    numbers = [at for at in range(1001, 1002 + count) if at != 1005]
    assert len(numbers) == count
    assert len(found(ids(numbers))) == expected


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        (range(1041, 1057), 1),  # a fifth of the 84 ids that are there is 16: no more are missing
        (range(1041, 1058), 0),  # a fifth of 83 is 16 and 17 are: another sequence begins
    ],
)
def test_a_long_jump_begins_another_sequence(missing: range, expected: int) -> None:
    assert len(found(without(*missing))) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (5, 19),  # four numbers in five are there
        (4, 0),  # three in four: these ids run through something else
    ],
)
def test_only_dense_sequences_say_anything(step: int, expected: int) -> None:
    numbers = [at for at in range(1001, 1101) if at % step or at == 1100]
    assert len(found(ids(numbers))) == expected


def test_each_beginning_and_each_source_is_a_sequence_of_its_own() -> None:
    other = [
        NumberedSession("other-emr", one.session_id, one.day) for one in without(1007, last=1040)
    ]
    sessions = [*without(1005, last=1040), *ids(range(1001, 1041), "W"), *other]
    assert [(gap.source, gap.session_id) for gap in found(sessions)] == [
        ("canonical", "V1005"),
        ("other-emr", "V1007"),
    ]


def test_ids_without_a_number_at_their_end_are_left_alone() -> None:
    sessions = [NumberedSession("canonical", f"{at}-a", START) for at in range(1, 60, 2)]
    assert found(sessions) == []


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((date(2026, 9, 30), date(2026, 9, 30)), 0),
        ((date(2026, 9, 30), date(2026, 10, 1)), 1),
        ((date(2026, 10, 31), date(2026, 11, 2)), 1),
        ((date(2026, 11, 2), date(2026, 11, 2)), 0),
    ],
)
def test_a_hole_belongs_to_the_month_of_an_id_beside_it(
    days: tuple[date, date], expected: int
) -> None:
    sessions = [NumberedSession("canonical", f"V{at}", START) for at in range(1001, 1041)]
    beside = (
        NumberedSession("canonical", "V1041", days[0]),
        NumberedSession("canonical", "V1043", days[1]),
    )
    assert len(found([*sessions, *beside])) == expected


@given(st.sets(st.integers(1002, 1099), max_size=10), st.randoms(use_true_random=False))
def test_whatever_is_taken_out_is_found_whatever_the_order(
    missing: set[int], order: object
) -> None:
    sessions = without(*missing)
    order.shuffle(sessions)  # type: ignore[attr-defined]
    gaps = found(sessions)
    told = {
        at
        for gap in gaps
        for at in range(int(gap.session_id[1:]), int(gap.last_session_id[1:]) + 1)
    }
    assert told == missing
    assert sum(gap.missing for gap in gaps) == len(missing)
