"""Three months against the stand-in, as a clerk lives them, and what the books come to at the end.

Once as it should go, and once with everything that can go wrong between the clinic and MSP.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

import pytest

from tpi_billing.demo.stand_in import HARD, HARD_CHARGES
from tpi_billing.demo.stand_in.remittance import remittances
from tpi_billing.demo.stand_in.state import JudgedClaim, Outcome
from tpi_billing.teleplan.reader import Record, read_records

from .clinic import Clinic
from .quarter import FIRST_DAY, LAST_DAY, MONTHS, VISITS_A_MONTH, Clerk, weeks
from .sending import ENVIRONMENT, office
from .unlucky import UnluckyClerk

OUTSTANDING = """
    SELECT coalesce(sum(coalesce(expected_cents, amount_cents) + adjusted_cents
                        - coalesce(paid_cents, 0)
                        + coalesce((SELECT sum(cents) FROM postings
                                    WHERE postings.claim_id = claims.claim_id), 0)), 0)
    FROM claims WHERE billed_month <> ''
"""


@dataclass(frozen=True)
class Quarter:
    """What is left when it is over."""

    clerk: Clerk

    @property
    def clinic(self) -> Clinic:
        return self.clerk.clinic

    @cached_property
    def remittances(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.clerk.say("remittance", "list")["remittances"]
        return found

    @cached_property
    def by_msp(self) -> list[Record]:
        """Every record of every remittance, as the stand-in would write it today."""
        msp = self.clerk.msp
        ready = remittances(msp.state, msp.broker.cycle, msp.today)
        text = "".join(f"{record}\r\n" for one in ready for record in one.records)
        return list(read_records(text.encode("ascii")))


def sum_of(rows: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name] or "0") for row in rows), Decimal())


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


def total(records: list[Record], name: str, *codes: str) -> int:
    return sum(record.number(name) or 0 for record in records if record.code in codes)


@pytest.fixture(scope="module", params=[Clerk, UnluckyClerk], ids=["lucky", "unlucky"])
def quarter(
    request: pytest.FixtureRequest, fresh: Clinic, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Quarter]:
    """Live through the three months, and the weeks until the last claim is settled."""
    clinic = fresh.copy_to(tmp_path_factory.mktemp("quarter") / "clinic")
    rules = {"habits": HARD, "charges": HARD_CHARGES}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        with office(clinic, today=FIRST_DAY, **rules) as here:
            clerk = request.param(clinic, here.msp)
            clerk.live(weeks(FIRST_DAY, LAST_DAY))
        yield Quarter(clerk)


def test_everything_that_can_happen_did(quarter: Quarter) -> None:
    records, done = quarter.by_msp, quarter.clerk.done
    kinds = Counter(record.code for record in records)
    for code in ("S01", "S02", "S03", "S04", "S21", "S22", "S23", "S24"):
        assert kinds[code], code
    said = Counter(code for record in records for code in record.explanatory_codes)
    for code in ("AF", "FV", "QM", "FZ", "BA", "BH", "DR", "FK", "TC", "D2", "D3"):
        assert said[code], code
    early = [one for one in quarter.clerk.msp.claims if one.ruling.outcome is Outcome.PRE_EDIT]
    assert {one.ruling.codes[-1] for one in early} >= {"AQ", "VM"}
    assert any((record.number("balance_forward") or 0) < 0 for record in records)
    assert done["debit"] >= 3
    assert done["written off"]
    if isinstance(quarter.clerk, UnluckyClerk):
        assert done["settled late"] > VISITS_A_MONTH / 2
        assert quarter.clerk.raced is not None


def test_every_claim_is_accounted_for(quarter: Quarter) -> None:
    """Each visit has claims, each ends paid, taken back or written off, or has a successor."""
    assert quarter.clinic.query("SELECT count(*) FROM sessions")[0][0] == len(MONTHS) * (
        VISITS_A_MONTH
    )
    ends = quarter.clinic.query(
        "SELECT state, count(*) FROM claims WHERE submission_code <> 'E' AND claim_id NOT IN "
        "(SELECT predecessor FROM claims WHERE predecessor IS NOT NULL AND submission_code <> 'E')"
        " GROUP BY state"
    )
    assert {state for state, _ in ends} == {"paid", "written-off", "debited"}
    assert quarter.clinic.query(
        "SELECT DISTINCT state FROM claims WHERE claim_id IN "
        "(SELECT predecessor FROM claims WHERE submission_code <> 'E')"
    ) == [("corrected",)]
    assert quarter.clinic.query(OUTSTANDING) == [(0,)]
    assert quarter.clerk.say("worklist")["items"] == []
    assert quarter.clinic.query(
        "SELECT count(*) FROM remittance_lines WHERE standing IN ('unmatched', 'not-applied')"
    ) == [(0,)]


def test_the_months_are_closed_and_balance(quarter: Quarter) -> None:
    closed = quarter.clerk.closed
    assert [one["month"] for one in closed][:3] == ["2026-09", "2026-10", "2026-11"]
    for one in closed:
        for line in (*one["books"], one["totals"]):
            money = {name: Decimal(text) for name, text in line.items() if "number" not in name}
            assert money["closing"] == (
                money["opening"] + money["billed"] + money["adjustments"] - money["paid"]
                - money["written_off"]
            )  # fmt: skip
    for before, after in pairwise(closed):
        assert before["totals"]["closing"] == after["totals"]["opening"]
    assert closed[-1]["totals"]["closing"] == "0.00"


def test_the_deposits_are_what_was_paid_with_the_adjustments(quarter: Quarter) -> None:
    rows = quarter.remittances
    assert {row["state"] for row in rows} == {"balanced"}
    last = max(rows, key=lambda row: row["payment_date"])
    deposits = sum_of(rows, "deposit") + Decimal(last["new_balance"])
    assert deposits == sum_of(rows, "paid") + sum_of(rows, "adjustments")
    assert deposits == sum(
        (Decimal(one["totals"]["paid"]) for one in quarter.clerk.closed), Decimal()
    )


def test_msp_has_the_same_books(quarter: Quarter) -> None:
    records = quarter.by_msp
    assert cents(str(sum_of(quarter.remittances, "deposit"))) == total(records, "deposit", "S21")
    paid: Counter[int | None] = Counter()
    for record in records:
        if record.code in {"S01", "S02", "S03"}:
            paid[record.number("office_folio")] += record.number("paid_amount") or 0
    here = dict(
        quarter.clinic.query("SELECT office_folio, coalesce(paid_cents, 0) FROM claims WHERE 1")
    )
    assert {folio: amount for folio, amount in here.items() if amount} == {
        folio: amount for folio, amount in paid.items() if amount
    }


def test_nothing_is_paid_twice(quarter: Quarter) -> None:
    """At MSP no service has earned more than its price, nor is one claim here twice there."""
    claims = quarter.clerk.msp.claims
    sent = Counter(one.record.number("office_folio") for one in claims)
    assert set(sent.values()) == {1}
    folios = {folio for (folio,) in quarter.clinic.query("SELECT office_folio FROM claims")}
    assert set(sent) == folios
    services: dict[object, list[JudgedClaim]] = {}
    for one in claims:
        services.setdefault(one.identity, []).append(one)
    paid: Counter[int | None] = Counter()
    for record in quarter.by_msp:
        if record.code in {"S01", "S02", "S03"}:
            paid[record.number("office_folio")] += record.number("paid_amount") or 0
    for some in services.values():
        earned = sum(paid[one.record.number("office_folio")] for one in some)
        assert 0 <= earned <= max(one.billed_cents for one in some)


def test_the_ledger_is_whole_and_its_journal_tells_it_all(quarter: Quarter) -> None:
    """Replayed, the journal comes to what the ledger holds, without a difference."""
    day = quarter.clerk.msp.today.isoformat()
    assert "all whole" in quarter.clinic.run("doctor", as_of=day).out
    verified = quarter.clinic.run("audit", "verify", as_of=day)
    assert verified.code == 0, verified.all
