"""What can be fetched from the stand-in and when, and totals that agree to the cent."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sending import (
    AFTER_NEXT_READY,
    NEXT_READY,
    NOVEMBER_5,
    PAID,
    READY,
    Sender,
    Sent,
    health_number,
    sent,
)

from tpi_billing.codes import CodeBook
from tpi_billing.demo.stand_in import HARD, HARD_CHARGES, MIXED, Charge, Habit
from tpi_billing.demo.stand_in.cycle import Cycle
from tpi_billing.demo.stand_in.state import Outcome
from tpi_billing.teleplan.control import PickupCounter
from tpi_billing.teleplan.reader import Record

CLAIM_LINES = {"S01", "S02", "S03", "S04", "C12"}
HELD = Habit(Outcome.HELD, ("BH",), 1000)
RECOVERED = Habit(Outcome.PAID, ("DR", "AF"), 1000, recovered_after=1)


def only(records: list[Record], code: str) -> Record:
    (found,) = [record for record in records if record.code == code]
    return found


def total(records: list[Record], name: str, *codes: str) -> int:
    return sum(record.number(name) or 0 for record in records if record.code in codes)


# When


@pytest.mark.parametrize(
    ("received", "close_off", "ready", "paid"),
    [
        (date(2026, 11, 2), date(2026, 11, 2), date(2026, 11, 10), date(2026, 11, 13)),
        (date(2026, 11, 3), date(2026, 11, 18), READY, PAID),
        (date(2026, 11, 18), date(2026, 11, 18), READY, PAID),
        (date(2026, 11, 19), date(2026, 12, 3), NEXT_READY, date(2026, 12, 15)),
        (date(2026, 12, 17), date(2026, 12, 17), date(2026, 12, 28), date(2026, 12, 30)),
        (date(2026, 12, 18), date(2027, 1, 4), date(2027, 1, 12), date(2027, 1, 14)),
        (date(2027, 1, 5), date(2027, 1, 18), date(2027, 1, 26), date(2027, 1, 28)),
        (date(2025, 12, 20), date(2026, 1, 5), date(2026, 1, 13), date(2026, 1, 15)),
        (date(2025, 11, 4), date(2025, 11, 18), date(2025, 11, 26), date(2025, 11, 28)),
    ],
)
def test_the_cycle_follows_the_calendar(
    book: CodeBook, received: date, close_off: date, ready: date, paid: date
) -> None:
    """November 11 and Christmas are no working days; years without dates get made-up ones."""
    cycle = Cycle(book.calendar)
    assert cycle.close_off(received) == close_off
    assert cycle.ready_on(close_off) == ready
    assert cycle.paid_on(close_off) == paid


def test_there_are_24_close_offs_in_any_year(book: CodeBook) -> None:
    cycle = Cycle(book.calendar)
    for year in range(2024, 2029):
        day, found = date(year, 1, 1), []
        while (day := cycle.close_off(day)).year == year:
            found.append(day)
            day = date.fromordinal(day.toordinal() + 1)
        assert len(found) == 24, year
        assert all(book.calendar.is_working_day(each) for each in found)


def test_a_remittance_can_be_fetched_from_its_day_on_and_once(sender: Sender) -> None:
    sender.send(sent(501))
    assert [record.code for record in sender.fetch(date(2026, 11, 25))] == ["M01", "VTC"]
    assert sender.fetch(READY, remittances=False) == []
    assert [record.code for record in sender.fetch()] == ["S01", "S22", "S21", "S25", "VTC"]
    assert sender.fetch() == []
    assert sender.fetch(AFTER_NEXT_READY) == []


def test_two_remittances_that_waited_come_together(sender: Sender) -> None:
    sender.send(sent(501))
    sender.msp.today = date(2026, 11, 19)
    sender.send(sent(502))
    records = sender.fetch(NEXT_READY)
    days = [record.day("payment_date") for record in records if record.code == "S01"]
    assert days == [PAID, date(2026, 12, 15)]
    assert [record.code for record in records].count("S21") == 2


def test_a_refusal_before_judging_comes_the_day_after_a_message_at_once(sender: Sender) -> None:
    sender.send(sent(501, fee_item="99999"))
    assert [record.code for record in sender.fetch(NOVEMBER_5)] == ["M01", "VTC"]
    records = sender.fetch(date(2026, 11, 6), remittances=False)
    assert [record.code for record in records] == ["C12", "VTC"]
    assert records[0].number("office_folio") == 501
    assert records[0].number("sequence_number") == 2
    assert records[0].text("payee_number") == "A9999"
    assert sender.fetch(READY) == []


def test_the_message_says_what_was_taken_and_that_this_is_not_msp(sender: Sender) -> None:
    sender.send(sent(501), sent(502, {}, correspondence_code="N"))
    message = only(sender.fetch(), "M01").text("message")
    assert message == (
        "STAND-IN, NOT MSP - NOTHING HERE IS PAID: FILE OF 2026-11-05 TAKEN, 2 CLAIMS, "
        "RECORDS 0000001 TO 0000004"
    )


def test_a_held_claim_is_paid_in_the_next_remittance() -> None:
    with Sender(habits=(HELD,)) as sender:
        sender.send(sent(501))
        records = sender.fetch(READY)
        assert only(records, "S04").explanatory_codes == ("BH",)
        assert total(records, "paid_amount", "S21") == 0
        assert total(records, "billed_amount", "S21") == 0
        records = sender.fetch(NEXT_READY)
        assert only(records, "S01").number("paid_amount") == 7792
        assert total(records, "paid_amount", "S21") == 7792


@pytest.mark.parametrize(
    ("after", "between", "day"), [(1, [], NEXT_READY), (2, [NEXT_READY], AFTER_NEXT_READY)]
)
def test_a_payment_is_taken_back_by_itself_some_remittances_later(
    after: int, between: list[date], day: date
) -> None:
    """The line names the claim, MSP's number of it, and the day on which it was paid."""
    with Sender(habits=(replace(RECOVERED, recovered_after=after),)) as sender:
        sender.send(sent(501))
        assert only(sender.fetch(READY), "S01").number("paid_amount") == 7792
        for early in between:
            assert sender.fetch(early) == []
        records = sender.fetch(day)
        number = sender.msp.claims[0].file_number
    line = only(records, "S02")
    assert (line.number("office_folio"), line.number("sequence_number")) == (501, 2)
    assert line.text("file_number") == number
    assert line.number("billed_amount") == line.number("paid_amount") == -7792
    assert line.day("previous_paid_date") == PAID
    assert line.explanatory_codes == ("DR", "AF")
    owed = only(records, "S21")
    assert [owed.number(name) for name in ("paid_amount", "deposit", "new_balance")] == [
        -7792, 0, -7792,
    ]  # fmt: skip


# How much


def test_payees_and_practitioners_have_their_own_totals(sender: Sender) -> None:
    sender.send(
        sent(501),
        sent(502, practitioner_number="99002"),
        sent(503, payee_number="B1111", practitioner_number="99002", billed_amount=6213),
    )
    records = sender.fetch(READY)
    assert {
        record.text("payee_number"): record.number("deposit")
        for record in records
        if record.code == "S21"
    } == {"A9999": 15584, "B1111": 6213}
    assert [
        (
            record.text("payee_number"),
            record.text("practitioner_number"),
            record.number("paid_amount"),
        )
        for record in records
        if record.code == "S22"
    ] == [("A9999", "99001", 7792), ("A9999", "99002", 7792), ("B1111", "99002", 6213)]


def test_more_taken_back_than_paid_is_carried_forward(sender: Sender) -> None:
    """-77.92, then -77.92 carried and 62.13 paid, then -15.79 carried and 77.92 paid."""
    sender.send(sent(501, patient=1))
    sender.fetch(READY)
    number = sender.msp.claims[0].file_number
    debit = {"submission_code": "E", "correspondence_code": "N", "original_file_number": number}
    sender.send(sent(502, {}, patient=1, **debit))
    seen = []
    for day, billed in (
        (NEXT_READY, 6213),
        (AFTER_NEXT_READY, 7792),
        (date(2027, 1, 29), None),
    ):
        total_line = only(sender.fetch(day), "S21")
        seen.append(
            tuple(
                total_line.number(name)
                for name in ("paid_amount", "balance_forward", "deposit", "new_balance")
            )
        )
        if billed is not None:
            sender.send(sent(600 + billed, billed_amount=billed))
    assert seen == [(-7792, 0, 0, -7792), (6213, -7792, 0, -1579), (7792, -1579, 6213, 0)]


@pytest.mark.parametrize(
    ("claims", "premium"),
    [
        ([{}], 390),  # 5% of 77.92 is 3.896
        ([{"billed_amount": 120_000}], 6_000),  # 5% of 1200.00 is the most of a day
        ([{"billed_amount": 120_001}], 6_000),
        ([{"billed_amount": 119_989}], 5_999),  # 5% of 1199.89 is 59.9945
        ([{"billed_amount": 120_000}, {"billed_amount": 120_000}], 6_000),
        ([{"billed_amount": 120_000}, {"billed_amount": 120_000, "practitioner_number": "99002"}],
         12_000),
        ([{"billed_amount": 120_000}, {"billed_amount": 120_000,
                                       "service_date": date(2026, 10, 14)}], 12_000),
        ([{"billed_amount": 120_000, "clarification_code": "63"}], 3_600),  # 3% up to 36.00
        ([{"billed_amount": 7792, "clarification_code": "63"}], 234),  # 2.3376
    ],
)  # fmt: skip
def test_a_facility_earns_the_business_cost_premium(
    sender: Sender, claims: list[dict[str, Any]], premium: int
) -> None:
    sender.send(
        *(sent(501 + at, facility_number="F1234", **one) for at, one in enumerate(claims)),
        sent(601),
    )
    records = sender.fetch(READY)
    adjustment = only(records, "S23")
    assert adjustment.number("adjustment_amount") == premium
    assert adjustment.text("identifier") == "F1234"
    line = only(records, "S21")
    assert line.number("deposit") == (line.number("paid_amount") or 0) + premium


def test_without_a_facility_there_is_no_adjustment(sender: Sender) -> None:
    sender.send(sent(501))
    assert total(sender.fetch(READY), "adjustment_amount", "S23") == 0


def test_charges_come_with_a_payees_nth_remittance() -> None:
    """77.92, then 77.92 less 100.00 leaves 22.08 owed, then 77.92 less that."""
    charges = (
        Charge(2, "S23", "06", "AUDIT RECOVERY", -9_000),
        Charge(2, "S24", "04", "INTEREST", -1_000),
    )
    with Sender(charges=charges) as sender:
        seen = []
        for at, day in enumerate((READY, NEXT_READY, AFTER_NEXT_READY)):
            sender.send(sent(501 + at))
            records = sender.fetch(day)
            line = only(records, "S21")
            adjusted = total(records, "adjustment_amount", "S23", "S24")
            names = ("paid_amount", "balance_forward", "deposit", "new_balance")
            seen.append((adjusted, *(line.number(name) for name in names)))
    assert seen == [
        (0, 7792, 0, 7792, 0),
        (-10_000, 7792, 0, 0, -2208),
        (0, 7792, -2208, 5584, 0),
    ]


@st.composite
def months(draw: st.DrawFn) -> list[list[Sent]]:
    """Draw what a clinic sends on three days: claims that may be wrong or doubled."""
    count = draw(st.integers(1, 12))
    folios = iter(range(501, 501 + 3 * count))
    days = []
    for _ in range(3):
        claims = [
            sent(
                next(folios),
                patient=draw(st.integers(1, 6)),
                billed_amount=draw(st.sampled_from([0, 1, 7792, 6213, 500_000])),
                fee_item=draw(st.sampled_from(["01157", "01156", "99999"])),
                payee_number=draw(st.sampled_from(["A9999", "B1111"])),
                practitioner_number=draw(st.sampled_from(["99001", "99002"])),
                facility_number=draw(st.sampled_from(["00000", "F1234"])),
                submission_code=draw(st.sampled_from(["0", "D", "R"])),
            )
            for _ in range(draw(st.integers(0, count)))
        ]
        days.append(claims)
    return days


@settings(max_examples=15)
@given(months(), st.integers(0, 1000))
def test_every_claim_is_answered_once_and_every_cent_is_accounted_for(
    days: list[list[Sent]], seed: int
) -> None:
    many = tuple(replace(habit, per_mille=70) for habit in (*MIXED, *HARD[-2:]))
    records: list[Record] = []
    counter = PickupCounter()
    with Sender(habits=many, charges=HARD_CHARGES, seed=seed, today=date(2026, 11, 3)) as sender:
        for claims, day in zip(days, (date(2026, 11, 20), READY, NEXT_READY), strict=True):
            if claims:
                assert sender.send(*claims).succeeded
            records += sender.fetch(day)
        records += sender.fetch(date(2027, 3, 1))
        sent_folios = Counter(
            int(str(claim.values["office_folio"])) for claims in days for claim in claims
        )
    for record in records:
        assert record.remarks == ()
        control = counter.add(record)
        assert control is None or control.remarks == ()
    assert counter.finish() is None
    final = [
        r
        for r in records
        if r.code in CLAIM_LINES - {"S04"} and (r.number("paid_amount") or 0) >= 0
    ]
    assert Counter(record.number("office_folio") for record in final) == sent_folios
    for day, payee in {(r.day("payment_date"), r.text("payee_number")) for r in records
                       if r.code == "S21"}:  # fmt: skip
        mine = [
            r for r in records if r.day("payment_date") == day and r.text("payee_number") == payee
        ]
        line = only(mine, "S21")
        paid = total(mine, "paid_amount", "S01", "S02", "S03")
        assert line.number("paid_amount") == paid
        assert total(mine, "paid_amount", "S22") == paid
        billed = total(mine, "paid_amount", "S01") + total(mine, "billed_amount", "S02", "S03")
        assert line.number("billed_amount") == total(mine, "billed_amount", "S22") == billed
        assert total([line], "deposit", "S21") + total([line], "new_balance", "S21") == (
            paid
            + total(mine, "adjustment_amount", "S23", "S24")
            + total([line], "balance_forward", "S21")
        )


def test_refused_lines_name_the_patient_by_what_the_claim_said() -> None:
    with Sender(habits=(Habit(Outcome.REFUSED, ("AF",), 1000),)) as sender:
        oin = {
            "phn": "0000000000",
            "name_verify": "0000",
            "insurer_code": "AB",
            "oin_registration": "123456789",
            "oin_first_name": "NOOR",
            "oin_second_initial": "J",
            "oin_surname": "OKANESE",
            "icbc_claim_number": "AB120000",
        }
        sender.send(sent(501), sent(502, **oin))
        answers = sender.answers(READY)
    assert answers[501].text("phn") == health_number(501)
    assert (answers[501].text("initials"), answers[501].text("surname")) == ("NJ", "OK")
    assert (answers[502].text("initials"), answers[502].text("surname")) == ("NJ", "OKANESE")
    assert answers[502].text("insurer_code") == "AB"
    assert answers[502].text("icbc_wsbc_number") == "AB120000"
    assert answers[501].text("icbc_wsbc_number") == ""
