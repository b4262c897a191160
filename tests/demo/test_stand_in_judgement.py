"""How the stand-in judges a claim: by its content, by those before it, and by made-up habits."""

from datetime import date
from typing import Any

import pytest
from sending import AFTER_NEXT_READY, NEXT_READY, NOVEMBER_5, PAID, READY, Sender, sent

from tpi_billing.codes import CodeBook
from tpi_billing.demo.stand_in import ALL_PAID, MIXED, Habit
from tpi_billing.demo.stand_in.rules import habit_for
from tpi_billing.demo.stand_in.state import Outcome
from tpi_billing.teleplan.reader import Record

FITTING = {
    Outcome.PRE_EDIT: {"refused"},
    Outcome.REFUSED: {"refused"},
    Outcome.CHANGED: {"reduced", "changed", "paid-information"},
    Outcome.HELD: {"held"},
}
"""What a code may mean, by the record that it comes in."""


def file_number_of(sender: Sender, folio: int) -> str:
    (found,) = [c for c in sender.msp.claims if c.record.number("office_folio") == folio]
    return found.file_number


def code_and_reasons(record: Record) -> tuple[str, tuple[str, ...]]:
    return record.code, record.explanatory_codes


def test_a_clean_claim_is_paid_as_billed(sender: Sender) -> None:
    sender.send(sent(501))
    (record,) = sender.answers(READY).values()
    assert record.code == "S01"
    assert record.remarks == ()
    assert record.number("paid_amount") == 7792
    assert record.number("sequence_number") == 2
    assert record.text("practitioner_number") == "99001"
    assert record.text("payee_number") == "A9999"
    assert record.day("received_date") == NOVEMBER_5
    assert record.day("payment_date") == PAID


@pytest.mark.parametrize(
    ("notes", "changes", "reasons"),
    [
        ([], {"phn": "9151065435"}, ("YY", "AA")),
        ([], {"phn": "0000000000"}, ("YY", "AA")),
        ([], {"fee_item": "99999"}, ("YY", "VG")),
        ([], {"service_date": date(2026, 11, 6)}, ("YY", "BU")),
        ([], {"correspondence_code": "N"}, ("YY", "ZK")),
        ([{"payee_number": "B1111"}], {"correspondence_code": "N"}, ("YY", "ZK")),
        ([{}], {}, ("YY", "ZI")),
        ([{}, {}], {"correspondence_code": "N"}, ("YY", "ZI")),
        ([{"practitioner_number": "99002"}], {"correspondence_code": "N"}, ("YY", "ZI")),
        ([], {"submission_code": "X"}, ("YY", "YA")),
        ([], {"submission_code": "C"}, ("YY", "YA")),
        (
            [],
            {"submission_code": "E", "phn": "9151065435", "fee_item": "99999"},
            ("YY", "YA", "AA", "VG"),
        ),
    ],
)
def test_what_is_wrong_in_itself_is_refused_before_judging(
    sender: Sender, notes: list[dict[str, Any]], changes: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    sender.send(sent(501, *notes, **changes), sent(502))
    answers = sender.answers(READY)
    assert code_and_reasons(answers[501]) == ("C12", reasons)
    assert code_and_reasons(answers[502]) == ("S01", ())


@pytest.mark.parametrize(
    ("notes", "changes"),
    [
        ([{}], {"correspondence_code": "N"}),
        ([{}], {"correspondence_code": "B"}),
        ([], {"correspondence_code": "C"}),
        ([], {"service_date": NOVEMBER_5}),
        ([], {"phn": "0000000000", "insurer_code": "AB", "oin_registration": "123456789"}),
        ([{}], {"submission_code": "C", "correspondence_code": "N"}),
        ([], {"service_date": date(2026, 8, 7)}),
        ([], {"service_date": date(2026, 8, 6), "submission_code": "A"}),
        ([], {"service_date": date(2026, 8, 6), "submission_code": "W"}),
    ],
)
def test_what_is_right_is_paid(
    sender: Sender, notes: list[dict[str, Any]], changes: dict[str, Any]
) -> None:
    """November 5 is 90 days after August 7."""
    sender.send(sent(501, *notes, **changes))
    assert sender.answers(READY)[501].code == "S01"


@pytest.mark.parametrize("submission_code", ["0", "D", "R"])
def test_more_than_90_days_are_too_late(sender: Sender, submission_code: str) -> None:
    sender.send(sent(501, service_date=date(2026, 8, 6), submission_code=submission_code))
    assert code_and_reasons(sender.answers(READY)[501]) == ("S03", ("BV",))


# The same service again


@pytest.mark.parametrize(("moved", "reason"), [(False, "FB"), (True, "HA")])
def test_the_same_service_again_is_refused(sender: Sender, reason: str, *, moved: bool) -> None:
    """FB while the first is on its way, HA once it is paid."""
    sender.send(sent(501, patient=1))
    if moved:
        sender.answers(READY)
    sender.send(sent(502, patient=1))
    record = sender.answers(NEXT_READY)[502]
    assert code_and_reasons(record) == ("S03", (reason,))
    assert record.number("billed_amount") == 7792
    assert record.number("paid_amount") == 0


@pytest.mark.parametrize(
    "other",
    [
        {"patient": 2},
        {"practitioner_number": "99002"},
        {"service_date": date(2026, 10, 14)},
        {"fee_item": "01156"},
        {"dependent": "66"},
        {"submission_code": "D"},
    ],
)
def test_another_service_or_one_doubled_on_purpose_is_paid(
    sender: Sender, other: dict[str, Any]
) -> None:
    sender.send(sent(501, patient=1), sent(502, **{"patient": 1, **other}))
    answers = sender.answers(READY)
    assert [answers[501].code, answers[502].code] == ["S01", "S01"]


def test_what_was_refused_may_be_sent_again(sender: Sender) -> None:
    sender.send(sent(501, service_date=date(2026, 11, 9)))
    assert sender.answers(date(2026, 11, 10))[501].code == "C12"
    sender.send(sent(502, patient=501, service_date=date(2026, 11, 9), submission_code="R"))
    assert sender.answers(READY)[502].code == "S01"


# Taking back, and judging again


def test_a_paid_claim_is_taken_back_when_it_is_named(sender: Sender) -> None:
    sender.send(sent(501, patient=1), sent(502))
    sender.answers(READY)
    number = file_number_of(sender, 501)
    debit = {"submission_code": "E", "correspondence_code": "N", "original_file_number": number}
    sender.send(sent(503, {}, patient=1, **debit), sent(504))
    answers = sender.answers(NEXT_READY)
    record = answers[503]
    assert code_and_reasons(record) == ("S02", ("D3",))
    assert record.number("billed_amount") == -7792
    assert record.number("paid_amount") == -7792
    assert record.day("previous_paid_date") == PAID
    assert record.text("file_number") == file_number_of(sender, 503)
    sender.send(sent(505, {}, patient=1, **debit), sent(506, patient=1))
    answers = sender.answers(AFTER_NEXT_READY)
    assert code_and_reasons(answers[505]) == ("S03", ("D2",))
    assert answers[506].code == "S01"


@pytest.mark.parametrize("number", ["0", "1000000002", "99999999999999999999"])
def test_nothing_is_taken_back_for_a_number_of_no_such_claim(sender: Sender, number: str) -> None:
    sender.send(sent(501, patient=1), sent(502))
    sender.answers(READY)
    debit = {"submission_code": "E", "correspondence_code": "N", "original_file_number": number}
    sender.send(sent(503, {}, patient=1, **debit))
    assert code_and_reasons(sender.answers(NEXT_READY)[503]) == ("S03", ("D2",))


def test_nothing_is_taken_back_before_it_is_paid(sender: Sender) -> None:
    sender.send(sent(501, patient=1))
    debit = {"submission_code": "E", "correspondence_code": "N"}
    number = file_number_of(sender, 501)
    sender.send(sent(502, {}, patient=1, original_file_number=number, **debit))
    answers = sender.answers(READY)
    assert code_and_reasons(answers[502]) == ("S03", ("D2",))
    assert answers[501].number("paid_amount") == 7792


def test_judging_again_pays_what_was_cut_and_no_more() -> None:
    halved = Habit(Outcome.CHANGED, ("QM",), 1000, percent=50)
    again = {"submission_code": "X", "correspondence_code": "N", "patient": 1}
    with Sender(habits=(halved,)) as sender:
        sender.send(sent(501, patient=1))
        assert sender.answers(READY)[501].number("paid_amount") == 3896
        sender.send(sent(502, {}, **again))
        record = sender.answers(NEXT_READY)[502]
        assert code_and_reasons(record) == ("S02", ("TC",))
        assert record.number("paid_amount") == 3896
        assert record.day("previous_paid_date") == PAID
        sender.send(sent(503, {}, **again))
        assert code_and_reasons(sender.answers(AFTER_NEXT_READY)[503]) == ("S03", ("HA",))


def test_judging_a_refused_claim_again_pays_it_whole() -> None:
    refused = Habit(Outcome.REFUSED, ("FV",), 1000)
    with Sender(habits=(refused,)) as sender:
        sender.send(sent(501, patient=1))
        assert code_and_reasons(sender.answers(READY)[501]) == ("S03", ("FV",))
        sender.send(sent(502, {}, patient=1, submission_code="X", correspondence_code="N"))
        assert sender.answers(NEXT_READY)[502].code == "S01"


RECOVERED = Habit(Outcome.PAID, ("DR", "AF"), 1000, recovered_after=1)


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        (date(2026, 12, 3), ("S03", ("HA",))),  # the close-off that takes the payment back
        (date(2026, 12, 4), ("S01", ())),
    ],
)
def test_what_was_taken_back_by_itself_may_be_billed_again(
    day: date, answer: tuple[str, tuple[str, ...]]
) -> None:
    again = {"submission_code": "C", "correspondence_code": "N", "patient": 1}
    with Sender(habits=(RECOVERED,)) as sender:
        sender.send(sent(501, patient=1))
        assert sender.answers(READY)[501].code == "S01"
        sender.msp.today = day
        sender.send(sent(502, {}, **again))
        records = sender.fetch(AFTER_NEXT_READY)
    (record,) = [r for r in records if r.number("office_folio") == 502]
    assert code_and_reasons(record) == answer


@pytest.mark.parametrize(
    ("day", "codes", "taken"),
    [(date(2026, 12, 3), ("D3",), [-7792]), (date(2026, 12, 4), ("D2",), [-7792, 0])],
)
def test_a_payment_is_taken_back_once_whoever_asks_first(
    day: date, codes: tuple[str, ...], taken: list[int]
) -> None:
    debit = {"submission_code": "E", "correspondence_code": "N", "patient": 1}
    with Sender(habits=(RECOVERED,)) as sender:
        sender.send(sent(501, patient=1))
        assert sender.answers(READY)[501].code == "S01"
        sender.msp.today = day
        sender.send(sent(502, {}, original_file_number=file_number_of(sender, 501), **debit))
        records = [r for r in sender.fetch(AFTER_NEXT_READY) if r.code in {"S02", "S03"}]
    (answered,) = [r for r in records if r.number("office_folio") == 502]
    assert answered.explanatory_codes == codes
    assert sorted(r.number("paid_amount") or 0 for r in records) == taken


# Habits


@pytest.mark.parametrize(
    ("habit", "code", "paid", "item"),
    [
        (Habit(Outcome.PRE_EDIT, ("YY", "AQ"), 1000), "C12", None, ""),
        (Habit(Outcome.REFUSED, ("AF",), 1000), "S03", 0, ""),
        (Habit(Outcome.CHANGED, ("QM",), 1000, percent=50), "S02", 3896, "01157"),
        (Habit(Outcome.CHANGED, ("BA",), 1000, percent=100), "S02", 7792, "01157"),
        (Habit(Outcome.CHANGED, ("K3",), 1000, paid_fee_item="01156"), "S02", 6213, "01156"),
        (Habit(Outcome.HELD, ("BH",), 1000), "S04", None, ""),
        (Habit(Outcome.REFUSED, ("AF",), 1000, fee_items=frozenset({"01157"})), "S03", 0, ""),
        (Habit(Outcome.REFUSED, ("AF",), 1000, fee_items=frozenset({"01156"})), "S01", 7792, ""),
        (Habit(Outcome.REFUSED, ("AF",), 0), "S01", 7792, ""),
    ],
)
def test_a_habit_answers_with_its_record_and_codes(
    habit: Habit, code: str, paid: int | None, item: str
) -> None:
    """01156 costs 62.13 in the shipped schedule."""
    with Sender(habits=(habit,)) as sender:
        sender.send(sent(501))
        record = sender.answers(READY)[501]
        assert record.code == code
        assert record.remarks == ()
        assert record.explanatory_codes == (() if code == "S01" else habit.codes)
        assert record.number("paid_amount") == paid
        assert record.text("paid_fee_item") == item


def test_an_odd_half_cent_is_paid_up() -> None:
    """Half of 77.93 is 38.965."""
    with Sender(habits=(Habit(Outcome.CHANGED, ("QM",), 1000, percent=50),)) as sender:
        sender.send(sent(501, billed_amount=7793))
        assert sender.answers(READY)[501].number("paid_amount") == 3897


def test_what_is_sent_again_is_taken_by_no_habit() -> None:
    with Sender(habits=(Habit(Outcome.REFUSED, ("AF",), 1000),)) as sender:
        sender.send(
            sent(501, submission_code="R"),
            sent(502, {}, submission_code="C", correspondence_code="N"),
            sent(503, submission_code="D"),
        )
        codes = [record.code for record in sender.answers(READY).values()]
    assert codes == ["S01", "S01", "S03"]


def test_habits_take_about_as_many_as_they_say_the_same_ones_for_a_seed() -> None:
    taken = [habit_for(MIXED, "01157", folio, 7) for folio in range(1, 10_001)]
    assert taken == [habit_for(MIXED, "01157", folio, 7) for folio in range(1, 10_001)]
    assert taken != [habit_for(MIXED, "01157", folio, 8) for folio in range(1, 10_001)]
    for habit in MIXED:
        wanted = habit.per_mille * 10
        assert 0.7 * wanted < taken.count(habit) < 1.3 * wanted, habit
    assert not [folio for folio in range(1, 101) if habit_for(ALL_PAID, "01157", folio, 7)]


@pytest.mark.parametrize("habit", MIXED, ids=lambda habit: habit.codes[-1])
def test_the_codes_of_a_habit_mean_what_it_does(book: CodeBook, habit: Habit) -> None:
    for code in habit.codes:
        known = book.explanatory_code(code)
        assert known is not None
        assert known.outcome in FITTING[habit.outcome]


@pytest.mark.parametrize(
    ("codes", "outcomes"),
    [
        (("ZK", "ZI", "YA", "AA", "BU", "VG", "BV", "HA", "FB", "D2"), {"refused"}),
        (("D3",), {"reversed"}),
        (("TC",), {"paid-information"}),
    ],
)
def test_the_other_codes_mean_what_they_are_given_for(
    book: CodeBook, codes: tuple[str, ...], outcomes: set[str]
) -> None:
    for code in codes:
        known = book.explanatory_code(code)
        assert known is not None
        assert known.outcome in outcomes
