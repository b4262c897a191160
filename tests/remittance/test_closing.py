"""The month end: it balances to the cent or is not closed, and a closed month stands still."""

from dataclasses import astuple
from datetime import date

import pytest
from helpers import AS_OF, CLERK, Clinic, visit
from msp_lines import (
    FIRST,
    SECOND,
    adjustment,
    changed,
    file_of,
    paid,
    payee_total,
    pickup,
    refused,
)

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger.books import book_lines, months_moved
from tpi_billing.ledger.closings import ClosedLine, decisions
from tpi_billing.ledger.postings import Posting, PostingKind, post
from tpi_billing.ledger.remittances import lines_of_claims
from tpi_billing.ledger.replay import differences
from tpi_billing.model.claim import Claim
from tpi_billing.remittance.actions.wishes import Wish
from tpi_billing.remittance.actions.writing_off import write_off_claims
from tpi_billing.remittance.closing import Closer, MonthEnd
from tpi_billing.remittance.importing import Source, import_files

DECEMBER, JANUARY = date(2026, 12, 5), date(2027, 1, 5)
"""Days on which November and December are over."""
MONEY = 7792


def send(clinic: Clinic, *patients: int, on: date = AS_OF, day: str = "2026-10-13") -> None:
    """Bill and send a visit of each patient, 77.92; it counts in the month of `on`."""
    clinic.ledger.today = on
    visits = (visit(f"V{on:%m%d}-{patient}", patient, service_date=day) for patient in patients)
    clinic.bring(*visits, as_of=on)
    batch, _ = clinic.bill(day[:7], as_of=on)
    assert batch is not None
    mark_sent(clinic.ledger, CLERK, batch)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")


@pytest.fixture
def sent(clinic: Clinic) -> Clinic:
    """Four claims of 77.92, sent on 5 November."""
    send(clinic, 1, 2, 3, 4)
    return clinic


def take(clinic: Clinic, content: bytes, on: date = DECEMBER) -> None:
    clinic.ledger.today = on
    import_files(clinic.ledger, CLERK, [Source("file", content=content)])


def closer(clinic: Clinic, on: date = DECEMBER) -> Closer:
    clinic.ledger.today = on
    return Closer(clinic.ledger, clinic.codes.calendar, on, CLERK)


def closed(clinic: Clinic, month: str, on: date = DECEMBER) -> MonthEnd:
    return closer(clinic, on).close(month)


def figures(end: MonthEnd) -> list[tuple[object, ...]]:
    """Practitioner, opening, billed, adjustments, paid, written off, closing."""
    return [astuple(ClosedLine.of(line))[1:] for line in end.lines]


def kinds(end: MonthEnd) -> list[str]:
    return [one.kind for one in end.blockers]


def total(paid_cents: int, billed: int, day: date = FIRST, **more: int) -> str:
    return payee_total(day, paid_cents, billed_amount=billed, **more)


def a_month(claims: list[Claim]) -> bytes:
    """One paid, one half paid, one refused, one silent; interest of 1.00."""
    one, two, three, _ = claims
    return pickup(
        paid(one),
        changed(two, 3896),
        refused(three),
        adjustment(FIRST, 100, "04"),
        total(7792 + 3896, 3 * MONEY, deposit=7792 + 3896 + 100),
    )


# What a month comes to


def test_a_month_is_opening_billed_adjusted_paid_and_written_off(sent: Clinic) -> None:
    take(sent, a_month(sent.claims()))
    end = closed(sent, "2026-11")
    # Billed 4 x 77.92; paid 77.92 + 38.96, and 1.00 of interest, which no claim is owed.
    assert figures(end) == [
        ("", 0, 0, 100, 100, 0, 0),
        ("99001", 0, 31168, 0, 11688, 0, 19480),
    ]
    assert end.blockers == ()
    assert (end.to_deal_with.claims, end.to_deal_with.cents) == (2, 3896 + 7792)


def test_the_next_month_opens_where_the_one_before_closed(sent: Clinic) -> None:
    take(sent, a_month(sent.claims()))
    closed(sent, "2026-11")
    late = paid(sent.claims()[3], date(2026, 12, 14))
    take(sent, pickup(late, total(MONEY, MONEY, date(2026, 12, 14))), JANUARY)
    end = closed(sent, "2026-12", JANUARY)
    assert figures(end) == [("99001", 19480, 0, 0, 7792, 0, 11688)]


@pytest.mark.parametrize(
    ("line", "adjustments", "closing"),
    [
        # The premium within the line explains that more is paid: the claim owes nothing.
        ("premium", 500, 0),
        # Nothing explains the other amount: it stays outstanding.
        ("less", 0, 500),
    ],
)
def test_what_a_line_explains_is_an_adjustment(
    clinic: Clinic, line: str, adjustments: int, closing: int
) -> None:
    send(clinic, 1)
    (claim,) = clinic.claims()
    if line == "premium":
        more = {"adjustment_code_1": "BP", "adjustment_amount_1": 500}
        told, cents = changed(claim, MONEY + 500, codes=("BK",), **more), MONEY + 500
    else:
        told, cents = changed(claim, MONEY - 500), MONEY - 500
    take(clinic, pickup(told, total(cents, MONEY)))
    end = closed(clinic, "2026-11")
    assert figures(end) == [("99001", 0, MONEY, adjustments, cents, 0, closing)]


def test_money_without_a_claim_here_is_shown_and_owed_by_nobody(sent: Clinic) -> None:
    stray = paid(sent.claims()[0], office_folio=999)
    take(sent, pickup(stray, total(MONEY, MONEY)))
    end = closed(sent, "2026-11")
    assert figures(end) == [("99001", 0, 31168, 7792, 7792, 0, 31168)]
    assert [(one.standing, one.lines, one.cents) for one in end.unclaimed] == [
        ("unmatched", 1, 7792)
    ]


def test_money_that_finds_its_claim_later_is_turned_back_then(clinic: Clinic) -> None:
    """MSP's own number is learnt in December: the claim takes November's money in December."""
    send(clinic, 1)
    (claim,) = clinic.claims()
    number = {"file_number": "0000004711"}
    stray = changed(claim, -1000, FIRST, office_folio=0, sequence_number=0, **number)
    take(clinic, pickup(stray, total(-1000, MONEY, deposit=0, new_balance=-1000)))
    assert figures(closed(clinic, "2026-11")) == [("99001", 0, 7792, -1000, -1000, 0, 7792)]
    day = date(2026, 12, 14)
    whole = changed(claim, MONEY, day, codes=("BA",), **number)
    balance = {"balance_forward": -1000, "deposit": MONEY - 1000}
    take(clinic, pickup(whole, total(MONEY, MONEY, day, **balance)), JANUARY)
    end = closed(clinic, "2026-12", JANUARY)
    assert sum(line.closing for line in end.lines) == _outstanding(clinic)


def _outstanding(clinic: Clinic) -> int:
    return sum(
        claim.due_cents + claim.adjusted_cents - (claim.paid_cents or 0)
        for claim in clinic.claims()
    )


def test_a_write_off_leaves_the_books(sent: Clinic) -> None:
    take(sent, a_month(sent.claims()))
    _write_off(sent, DECEMBER)
    closed(sent, "2026-11")
    end = closed(sent, "2026-12", JANUARY)
    assert figures(end) == [("99001", 19480, 0, 0, 0, 7792, 11688)]


def _write_off(clinic: Clinic, on: date) -> None:
    clinic.ledger.today = on
    with clinic.ledger.changing(CLERK) as transaction:
        refusal = Posting(
            PostingKind.WRITTEN_OFF, "A9999", "99001", -MONEY, "not worth it", claim_id=3
        )
        post(transaction, clinic.data_centre, refusal)


# What does not balance


@pytest.mark.parametrize(
    ("totals", "kind", "said"),
    [
        ([total(MONEY, MONEY)], None, ""),
        ([total(MONEY + 1, MONEY)], "total-differs", "amount paid is 77.93 by S21 and 77.92"),
        ([total(MONEY, MONEY - 1)], "total-differs", "amount billed is 77.91 by S21 and 77.92"),
        ([total(MONEY, MONEY, deposit=1)], "total-differs", "deposit"),
        ([], "total-missing", "no payee total (S21), and its lines come to 77.92"),
    ],
)
def test_totals_that_are_not_those_of_the_lines_keep_a_month_open(
    sent: Clinic, totals: list[str], kind: str | None, said: str
) -> None:
    take(sent, pickup(paid(sent.claims()[0]), *totals))
    end = closer(sent).look("2026-11")
    assert kinds(end) == [kind] * (kind is not None)
    if kind is None:
        closed(sent, "2026-11")
        return
    assert said in end.blockers[0].what
    with pytest.raises(ConflictError) as caught:
        closed(sent, "2026-11")
    assert said in caught.value.troubles[1].message
    assert not decided(sent)


def test_a_difference_that_was_accepted_blocks_no_more(sent: Clinic) -> None:
    take(sent, pickup(paid(sent.claims()[0]), total(MONEY + 250, MONEY)))
    name = "2026-11-12-A9999"
    with pytest.raises(UsageError, match="needs a reason"):
        closer(sent).close("2026-11", [name])
    with pytest.raises(ConflictError, match="Nothing of 2026-11-27-A9999 keeps"):
        closer(sent).close("2026-11", ["2026-11-27-A9999"], "MSP says so")
    end = closer(sent).close("2026-11", [name], "MSP says so")
    assert [one.name for one in end.accepted] == [name]
    # The 2.50 were paid and no claim is owed them: closing is what the claims have outstanding.
    assert figures(end) == [
        ("", 0, 0, 250, 250, 0, 0),
        ("99001", 0, 31168, 0, 7792, 0, 23376),
    ]
    intact(sent)


def test_an_accepted_difference_that_becomes_another_blocks_again(sent: Clinic) -> None:
    one, two, *_ = sent.claims()
    take(sent, pickup(paid(one), total(2 * MONEY, 2 * MONEY)))
    closer(sent).close("2026-11", ["2026-11-12-A9999"], "the second line was lost")
    take(sent, file_of(paid(two)))
    end = closer(sent, JANUARY).look("2026-12")
    assert kinds(end) == ["total-differs"]
    assert "77.92 was accepted, and 0.00 is unexplained now" in end.blockers[0].what
    end = closer(sent, JANUARY).close("2026-12", ["2026-11-12-A9999"], "it came after all")
    # The line is paid in December, and what was accepted for it in November is taken back.
    assert figures(end) == [
        ("", 0, 0, -7792, -7792, 0, 0),
        ("99001", 23376, 0, 0, 7792, 0, 15584),
    ]


def test_a_control_count_that_differs_keeps_a_month_open(sent: Clinic) -> None:
    whole = pickup(*[paid(claim) for claim in sent.claims()[:2]], total(2 * MONEY, 2 * MONEY))
    lines = whole.splitlines(keepends=True)
    take(sent, b"".join([lines[0], *lines[2:]]))
    end = closer(sent).look("2026-11")
    assert kinds(end) == ["total-differs", "file-incomplete"]
    assert "the VTC counts 3 records S, 2 were read" in end.blockers[1].what
    names = [one.name for one in end.blockers]
    assert closer(sent).close("2026-11", names, "lost on the way").blockers == ()


def test_a_file_that_was_cut_off_blocks_until_it_came_whole(sent: Clinic) -> None:
    one, two, *_ = sent.claims()
    first = (paid(one), total(MONEY, MONEY))
    take(sent, file_of(*first) + paid(two, SECOND)[:60].encode())
    assert kinds(closer(sent).look("2026-11")) == ["file-incomplete"]
    take(sent, pickup(*first, paid(two, SECOND), total(MONEY, MONEY, SECOND)))
    assert kinds(closer(sent).look("2026-11")) == []


def test_a_batch_of_which_nobody_knows_keeps_a_month_open(sent: Clinic) -> None:
    sent.bring(visit("V9", 9))
    batch = sent.billed()
    mark_sent(sent.ledger, CLERK, batch)
    assert kinds(closer(sent).look("2026-11")) == ["batch-unsettled"]
    confirm(sent.ledger, CLERK, batch, accepted=True, reason="")
    assert kinds(closer(sent).look("2026-11")) == []


def test_books_that_are_not_what_the_claims_have_outstanding_are_named(sent: Clinic) -> None:
    take(sent, a_month(sent.claims()))
    with sent.ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE claims SET paid_cents = 1 WHERE claim_id = 1")
    end = closer(sent).look("2026-11")
    assert kinds(end) == ["books-differ", "claim-differs"]
    assert "the books come to 194.80 and the claims have 272.71" in end.blockers[0].what
    assert "Claim 1: paid 0.01" in end.blockers[1].what


# In order, and only once


def decided(clinic: Clinic) -> list[tuple[str, str]]:
    with clinic.ledger.reading() as connection:
        return [(one.month, one.state) for one in decisions(connection, clinic.data_centre)]


@pytest.mark.parametrize(
    ("on", "month", "said"),
    [
        (date(2026, 11, 30), "2026-11", "2026-11 is not over on 2026-11-30"),
        (date(2026, 12, 1), "2026-12", "2026-12 is not over on 2026-12-01"),
        (JANUARY, "2026-12", "2026-11 is still open and comes before 2026-12"),
        (date(2026, 12, 1), "2026-11", ""),
    ],
)
def test_a_month_is_closed_when_it_is_over_and_its_turn_has_come(
    sent: Clinic, on: date, month: str, said: str
) -> None:
    if not said:
        assert closed(sent, month, on).blockers == ()
        return
    with pytest.raises(ConflictError, match=said):
        closed(sent, month, on)


def test_a_month_is_closed_once(sent: Clinic) -> None:
    closed(sent, "2026-11")
    with pytest.raises(ConflictError, match="2026-11 is closed already"):
        closed(sent, "2026-11")
    with pytest.raises(ConflictError, match="2026-10 is behind 2026-11"):
        closed(sent, "2026-10")
    assert decided(sent) == [("2026-11", "closed")]


def test_a_dry_run_closes_nothing(sent: Clinic) -> None:
    before = sent.snapshot()
    assert figures(closer(sent).look("2026-11")) == [("99001", 0, 31168, 0, 0, 0, 31168)]
    assert sent.snapshot() == before


def test_only_the_last_closed_month_is_opened_again(sent: Clinic) -> None:
    with pytest.raises(ConflictError, match="No month is closed"):
        closer(sent).reopen("2026-11", "a line was late")
    closed(sent, "2026-11")
    closed(sent, "2026-12", JANUARY)
    with pytest.raises(ConflictError, match="which is 2026-12"):
        closer(sent, JANUARY).reopen("2026-11", "a line was late")
    closer(sent, JANUARY).reopen("2026-12", "a line was late")
    closer(sent, JANUARY).reopen("2026-11", "a line was late")
    closed(sent, "2026-11", JANUARY)
    assert decided(sent) == [
        ("2026-11", "closed"),
        ("2026-12", "closed"),
        ("2026-12", "reopened"),
        ("2026-11", "reopened"),
        ("2026-11", "closed"),
    ]
    intact(sent)


# A closed month stands still


def november(clinic: Clinic) -> list[ClosedLine]:
    with clinic.ledger.reading() as connection:
        lines = book_lines(connection, clinic.data_centre, "2026-11")
    return [ClosedLine.of(line) for line in lines]


@pytest.mark.parametrize("event", ["line", "write-off", "sent", "taken back"])
def test_what_comes_later_counts_in_the_open_month(sent: Clinic, event: str) -> None:
    take(sent, a_month(sent.claims()))
    closed(sent, "2026-11")
    before = november(sent)
    match event:
        case "line":
            late = paid(sent.claims()[3], SECOND)
            take(sent, pickup(late, total(MONEY, MONEY, SECOND)))
        case "taken back":
            back = changed(sent.claims()[0], -MONEY, SECOND)
            take(sent, pickup(back, total(-MONEY, MONEY, SECOND, deposit=0, new_balance=-MONEY)))
        case "write-off":
            _write_off(sent, date(2026, 11, 30))
        case "sent":
            send(sent, 7, on=date(2026, 11, 29), day="2026-11-20")
    assert november(sent) == before
    with sent.ledger.reading() as connection:
        assert max(months_moved(connection, sent.data_centre)) == "2026-12"
    assert (
        sum(line.closing for line in closer(sent, JANUARY).look("2026-12").lines)
        == ({"line": 11688, "taken back": 27272, "write-off": 11688, "sent": 27272}[event])
    )
    intact(sent)


def test_an_answer_of_an_earlier_day_that_comes_late_unsettles_nothing(clinic: Clinic) -> None:
    """Paid in November, taken back in December by a line of October: both stand when it is over."""
    send(clinic, 1)
    (claim,) = clinic.claims()
    take(clinic, pickup(paid(claim), total(MONEY, MONEY)))
    closed(clinic, "2026-11")
    early = date(2026, 10, 29)
    back = {"deposit": 0, "new_balance": -MONEY}
    take(clinic, pickup(changed(claim, -MONEY, early), total(-MONEY, MONEY, early, **back)))
    assert figures(closed(clinic, "2026-12", JANUARY)) == [("99001", 0, 0, 0, -7792, 0, 7792)]
    take(clinic, file_of(refused(claim, SECOND)), JANUARY)
    take(clinic, file_of(refused(claim, date(2026, 10, 28))), JANUARY)
    before = november(clinic)
    assert before == [ClosedLine("A9999", "99001", 0, 7792, 0, 7792, 0, 0)]
    assert "closed-month-changed" not in kinds(closer(clinic, date(2027, 2, 5)).look("2027-01"))


def test_an_answer_of_an_earlier_day_unsettles_no_write_off(sent: Clinic) -> None:
    take(sent, pickup(changed(sent.claims()[1], 3896), total(3896, MONEY)))
    write_off_claims(sent.ledger, CLERK, [Wish(2, reason="the rest is not worth it")])
    take(sent, file_of(changed(sent.claims()[1], -3896, SECOND)))
    for day in (date(2026, 11, 6), date(2026, 11, 7)):
        take(sent, file_of(refused(sent.claims()[1], day)))
    with sent.ledger.reading() as connection:
        applied = lines_of_claims(connection, sent.data_centre, [2])[2]
    assert [(line.paid_cents, line.standing) for line in applied] == [
        (3896, "applied"),
        (-3896, "applied"),
        (0, "applied"),
        (0, "applied"),
    ]
    assert sent.claims()[1].paid_cents == 0


def test_a_month_that_was_reopened_takes_what_is_its_own_again(sent: Clinic) -> None:
    take(sent, a_month(sent.claims()))
    closed(sent, "2026-11")
    closer(sent).reopen("2026-11", "a remittance of November came late")
    late = paid(sent.claims()[3], SECOND)
    take(sent, pickup(late, total(MONEY, MONEY, SECOND)))
    assert figures(closed(sent, "2026-11"))[1] == ("99001", 0, 31168, 0, 19480, 0, 11688)


def test_a_closed_month_that_was_altered_is_named(sent: Clinic) -> None:
    closed(sent, "2026-11")
    with sent.ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE closing_lines SET billed_cents = billed_cents - 1")
    assert kinds(closer(sent, JANUARY).look("2026-12")) == ["closed-month-changed"]
    with sent.ledger.reading() as connection:
        (told,) = differences(connection)
    assert told.endswith("closing-line:1/A9999/99001: billed_cents")


def intact(clinic: Clinic) -> None:
    with clinic.ledger.reading() as connection:
        assert list(differences(connection)) == []
