"""What the month-end reports say: each figure worked out by hand from the lines."""

from datetime import date, timedelta

import pytest
from answered import LATER, Answered
from helpers import CLERK, Clinic, visit
from msp_lines import FIRST, SECOND, adjustment, before_judging, changed, paid, payee_total, refused

from tpi_billing.ledger.books import book_lines, months_moved, odd_claims
from tpi_billing.ledger.receivables import FeeItemMoney, by_fee_item, receivables
from tpi_billing.ledger.refusals import Refused, Since, refused_claims
from tpi_billing.model.claim import ClaimState
from tpi_billing.remittance.adjustment_report import AdjustmentSum, adjustments_by_code
from tpi_billing.remittance.blockers import untied
from tpi_billing.remittance.closing import Closer
from tpi_billing.remittance.month_figures import month_figures
from tpi_billing.remittance.refusal_report import refusals_by_code
from tpi_billing.remittance.write_offs import write_offs
from tpi_billing.reports.month.flow import steps

MONEY, HALF = 7792, 3896
DECEMBER = date(2026, 12, 5)


@pytest.fixture
def office(clinic: Clinic) -> Answered:
    """Three claims of 77.92: one paid, one half paid, one refused for coverage."""
    office = Answered(clinic)
    one, two, three = (office.claim(at) for at in (1, 2, 3))
    office.take(
        paid(one),
        changed(two, HALF),
        refused(three, codes=("AF", "DA")),
        payee_total(FIRST, MONEY + HALF, billed_amount=3 * MONEY),
    )
    return office


def refusals(
    office: Answered, first: date | None = None, last: date | None = None
) -> list[Refused]:
    with office.clinic.ledger.reading() as connection:
        return refused_claims(connection, office.clinic.data_centre, first, last)


def insist_tied(office: Answered) -> None:
    with office.clinic.ledger.reading() as connection:
        assert untied(connection, office.clinic.data_centre) == {}
        assert odd_claims(connection, office.clinic.data_centre, 5) == []


def cure(office: Answered) -> None:
    """Send the refused claim again: its successor is claim 4."""
    made = office.correct(3, changed={"patient_surname": "Other"}, reason="name", code="R")
    assert made.batch_id is not None
    office.send(made.batch_id)


# Refusals, and whether the cure worked


@pytest.mark.parametrize(
    ("done", "since", "recovered"),
    [
        ("nothing", Since.OPEN, 0),
        ("sent again", Since.WAITING, 0),
        ("refused again", Since.OPEN, 0),
        ("paid", Since.PAID, MONEY),
        ("written off", Since.WRITTEN_OFF, 0),
    ],
)
def test_what_became_of_a_refused_claim(
    office: Answered, done: str, since: Since, recovered: int
) -> None:
    match done:
        case "sent again":
            cure(office)
        case "refused again":
            cure(office)
            office.take(refused(office.claim(4), SECOND, codes=("BD",)))
        case "paid":
            cure(office)
            office.take(paid(office.claim(4), SECOND))
        case "written off":
            office.write_off(3)
    first = refusals(office)[0]
    assert (first.month, first.codes) == ("2026-11", ("AF", "DA"))
    assert (first.since, first.claims, first.amount, first.recovered) == (
        since,
        1,
        MONEY,
        recovered,
    )
    insist_tied(office)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, 1),
        (FIRST, FIRST, 1),
        (FIRST + timedelta(days=1), None, 0),
        (None, FIRST - timedelta(days=1), 0),
    ],
)
def test_refusals_between_two_days(
    office: Answered, first: date | None, last: date | None, found: int
) -> None:
    assert len(refusals(office, first, last)) == found


def test_a_claim_counts_once_under_the_first_reason(office: Answered, clinic: Clinic) -> None:
    office.take(refused(office.claim(3), SECOND, codes=("BD",)))  # said again in another way
    by_code = refusals_by_code(refusals(office), clinic.codes)
    assert [(one.code, one.claims, one.amount) for one in by_code] == [("AF", 1, MONEY)]
    assert by_code[0].meaning == "The patient was not covered by MSP on the service date."
    assert by_code[0].by_month == {"2026-11": 1}


def test_a_refusal_before_judgement_counts_under_its_reason_on_the_day_of_sending(
    clinic: Clinic,
) -> None:
    office = Answered(clinic)
    office.take(before_judging(office.claim(1), ("YY", "VM")))
    assert [one.code for one in refusals_by_code(refusals(office), clinic.codes)] == ["VM"]
    assert len(refusals(office, date(2026, 11, 5), date(2026, 11, 5))) == 1


def test_a_payment_that_was_taken_back_whole_is_a_refusal(office: Answered) -> None:
    office.take(changed(office.claim(1), -MONEY, SECOND, codes=("TQ",)))
    assert [(one.codes, one.since) for one in refusals(office)] == [
        (("AF", "DA"), Since.OPEN),
        (("TQ",), Since.OPEN),
    ]


# Paid against expected


def test_paid_against_expected_by_fee_item(office: Answered) -> None:
    cure(office)
    office.take(paid(office.claim(4), SECOND))
    office.write_off(2)
    with office.clinic.ledger.reading() as connection:
        found = by_fee_item(connection, office.clinic.data_centre, None, None)
    # Claims 1, 2 and 4 were to be paid 77.92 each; claim 4 took over what claim 3 was owed.
    assert found == [
        FeeItemMoney(
            "01157",
            claims=4,
            answered=4,
            short=1,
            expected=3 * MONEY,
            paid=2 * MONEY + HALF,
            written_off=HALF,
            unanswered=0,
        )
    ]


def test_a_payment_that_went_back_is_expected_with_the_claim_that_stands(clinic: Clinic) -> None:
    """38.96 and 38.96 were paid for one visit by two claims; MSP takes the first back."""
    office = Answered(clinic, [visit("V1", 1)])
    office.take(changed(office.claim(1), HALF))
    office.correct(1, code="X", note="SEE CHART")
    office.send(2)
    office.take(changed(office.claim(2), HALF, SECOND), changed(office.claim(1), -HALF, SECOND))
    with clinic.ledger.reading() as connection:
        (found,) = by_fee_item(connection, clinic.data_centre, None, None)
        (open_,) = receivables(connection, clinic.data_centre, DECEMBER)
    assert (found.expected, found.paid, found.short) == (MONEY, HALF, 1)
    assert (open_.state, open_.claims, open_.cents) == (ClaimState.PAID, 1, HALF)
    insist_tied(office)


def test_claims_without_an_answer_are_shown_apart(clinic: Clinic) -> None:
    office = Answered(clinic)
    office.take(paid(office.claim(1)))
    with clinic.ledger.reading() as connection:
        (found,) = by_fee_item(connection, clinic.data_centre, None, None)
    assert (found.claims, found.answered) == (3, 1)
    assert (found.expected, found.paid, found.unanswered) == (MONEY, MONEY, 2 * MONEY)


@pytest.mark.parametrize(
    ("first", "last", "claims"),
    [(date(2026, 10, 13), date(2026, 10, 13), 3), (date(2026, 10, 14), None, 0)],
)
def test_expected_of_services_between_two_days(
    office: Answered, first: date, last: date | None, claims: int
) -> None:
    with office.clinic.ledger.reading() as connection:
        found = by_fee_item(connection, office.clinic.data_centre, first, last)
    assert sum(one.claims for one in found) == claims


# Receivables


@pytest.mark.parametrize(
    ("days", "band"), [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (400, 3)]
)
def test_the_age_of_what_is_outstanding(office: Answered, days: int, band: int) -> None:
    as_of = date(2026, 10, 13) + timedelta(days=days)
    with office.clinic.ledger.reading() as connection:
        found = receivables(connection, office.clinic.data_centre, as_of)
    ages = {one.state: one.by_age for one in found}
    expected = {ClaimState.PAID_CHANGED: HALF, ClaimState.REFUSED: MONEY}
    assert ages == {
        state: tuple(cents if at == band else 0 for at in range(4))
        for state, cents in expected.items()
    }


def test_receivables_tie_to_the_books(office: Answered) -> None:
    cure(office)
    office.debit(1, file_number="0000000001")
    office.write_off(2)
    centre = office.clinic.data_centre
    with office.clinic.ledger.reading() as connection:
        found = receivables(connection, centre, DECEMBER)
        books = book_lines(connection, centre, max(months_moved(connection, centre)))
    assert sum(one.cents for one in found) == sum(line.closing for line in books)
    insist_tied(office)


def test_a_debit_moves_the_books_back(office: Answered) -> None:
    made = office.debit(1, file_number="0000000001")
    office.send(made.batch_id)
    office.take(paid(office.claim(4), SECOND, -MONEY))
    assert office.claim(1).state is ClaimState.DEBITED
    insist_tied(office)
    with office.clinic.ledger.reading() as connection:
        (line,) = book_lines(connection, office.clinic.data_centre, "2026-11")
    # Billed three claims and one to be taken back; paid 77.92 + 38.96 - 77.92.
    assert (line.moved.billed, line.moved.paid, line.closing) == (2 * MONEY, HALF, 2 * MONEY - HALF)


# Write-offs and adjustments


def test_write_offs_say_why_and_who(office: Answered) -> None:
    office.write_off(2, reason="less than the work to ask for it")
    with office.clinic.ledger.reading() as connection:
        (one,) = write_offs(connection, office.clinic.data_centre, None)
        none = write_offs(connection, office.clinic.data_centre, "2026-10")
    assert (one.cents, one.claim.claim_id, one.posted.month) == (HALF, 2, "2026-11")
    assert one.posted.posting.reason == "less than the work to ask for it"
    assert one.posted.posted_by == CLERK
    assert none == []


def test_adjustments_by_code_with_their_meaning(clinic: Clinic) -> None:
    office = Answered(clinic)
    one, two, three = (office.claim(at) for at in (1, 2, 3))
    premium = {"adjustment_code_1": "38", "adjustment_amount_1": 500}
    both = {**premium, "adjustment_code_2": "06", "adjustment_amount_2": -100}
    office.take(
        changed(one, MONEY + 500, **premium),
        paid(two, FIRST, MONEY + 400, **both),
        paid(three),
        adjustment(FIRST, 1000, "04"),
        adjustment(SECOND, -250, "04"),
        adjustment(FIRST, 75, "ZZ", "99001"),
    )
    with clinic.ledger.reading() as connection:
        found = adjustments_by_code(connection, clinic.data_centre, clinic.codes)
        first = adjustments_by_code(connection, clinic.data_centre, clinic.codes, FIRST, FIRST)
    unknown = "not in the list of adjustment codes"
    assert found == [
        AdjustmentSum("payee", "04", "Interest", "MADE UP", 2, 750),
        AdjustmentSum("practitioner", "ZZ", unknown, "MADE UP", 1, 75),
        AdjustmentSum("claim lines", "06", "Audit recovery", "", 1, -100),
        AdjustmentSum("claim lines", "38", "Rural retention", "", 2, 1000),
    ]
    assert first[0] == AdjustmentSum("payee", "04", "Interest", "MADE UP", 1, 1000)


# The month in one go


def test_the_trend_begins_with_the_first_month_that_moved(office: Answered) -> None:
    clinic = office.clinic
    clinic.ledger.today = LATER
    clinic.bring(visit("V9", 9, service_date="2026-10-20"))
    office.bill()
    with clinic.ledger.reading() as connection:
        figures = month_figures(connection, clinic.data_centre, clinic.codes, "2027-01", DECEMBER)
    assert [(one.month, one.moved.billed, one.closing) for one in figures.trend] == [
        ("2026-11", 4 * MONEY, 2 * MONEY + HALF),
        ("2026-12", 0, 2 * MONEY + HALF),
        ("2027-01", 0, 2 * MONEY + HALF),
    ]
    assert figures.closed is None
    assert sum(one.cents for one in figures.owed) == figures.outstanding


def test_a_closed_month_says_by_whom(office: Answered) -> None:
    clinic = office.clinic
    Closer(clinic.ledger, clinic.codes.calendar, DECEMBER, CLERK).close("2026-11")
    with clinic.ledger.reading() as connection:
        figures = month_figures(connection, clinic.data_centre, clinic.codes, "2026-11", DECEMBER)
    assert figures.closed is not None
    assert figures.closed.decided_by == CLERK


@pytest.mark.parametrize(
    ("opening", "changes", "columns"),
    [
        (100, [50, -120], [(0, 100, 0), (100, 50, 0), (30, 120, 0), (0, 30, 0)]),
        # Through zero: a part above it and a part below.
        (100, [-150, 80], [(0, 100, 0), (0, 100, -50), (0, 30, -50), (0, 30, 0)]),
        # All below zero: what is not drawn is negative too.
        (-10, [-20, 5], [(0, 0, -10), (-10, 0, -20), (-25, 0, -5), (0, 0, -25)]),
        (0, [], [(0, 0, 0), (0, 0, 0)]),
    ],
)
def test_the_columns_from_opening_to_closing(
    opening: int, changes: list[int], columns: list[tuple[int, int, int]]
) -> None:
    found = steps(("opening", opening), [("change", cents) for cents in changes], "closing")
    assert [(step.base, step.above, step.below) for step in found] == columns
    assert found[-1].cents == opening + sum(changes)
