"""Lines of MSP's that fit no claim, or that a claim's life does not allow."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from helpers import Clinic, visit
from msp_lines import before_judging, paid, refused

from tpi_billing.claims.work_items import Kind
from tpi_billing.ledger import schema
from tpi_billing.model.claim import Claim

from .answers import send, take, waiting

PAYMENT, LATER = date(2026, 11, 30), date(2026, 12, 15)
AS_OF = date(2026, 12, 16)


def strangers(claim: Claim, count: int) -> list[Claim]:
    """Make claims that no ledger has."""
    return [
        replace(claim, office_folio=9000 + at, sequence_number=8000 + at) for at in range(count)
    ]


def test_a_line_of_no_claim_waits_with_its_day_and_money(clinic: Clinic) -> None:
    (claim,) = send(clinic, visit("V1"))
    (stranger,) = strangers(claim, 1)
    take(clinic, paid(claim, PAYMENT), paid(stranger, PAYMENT), name="nov.txt")
    (item,) = waiting(clinic, AS_OF)
    assert (item.subject, item.kind, item.record) == ("line", Kind.UNMATCHED, "S01")
    assert (item.answered, item.amount_cents, item.last_day) == (PAYMENT, 7792, None)
    assert (item.place.file, item.place.row) == ("nov.txt", 2)
    assert item.patient is None
    assert item.reasons[0].message == (
        "S01 of 2026-11-30, paying 77.92: no claim here has office folio 9000."
    )
    assert item.reasons[0].cure.endswith("tpi-billing remittance show 2026-11-30-A9999")


def test_an_early_refusal_of_no_claim_waits_too(clinic: Clinic) -> None:
    (claim,) = send(clinic, visit("V1"))
    take(clinic, paid(claim, PAYMENT), *map(before_judging, strangers(claim, 1)))
    (item,) = waiting(clinic, AS_OF)
    assert (item.record, item.amount_cents) == ("C12", None)
    assert "VM: The referrer's MSP number" in item.reasons[0].message


@pytest.mark.parametrize(("count", "items"), [(20, 20), (21, 1)])
def test_many_lines_of_one_remittance_are_one_item(clinic: Clinic, count: int, items: int) -> None:
    (claim,) = send(clinic, visit("V1"))
    take(clinic, paid(claim, PAYMENT), *(paid(one, PAYMENT) for one in strangers(claim, count)))
    found = waiting(clinic, AS_OF)
    assert len(found) == items
    assert sum(item.amount_cents or 0 for item in found) == count * 7792


def test_whose_month_is_not_known_is_left_out_of_a_months_list(clinic: Clinic) -> None:
    (claim,) = send(clinic, visit("V1"))
    take(clinic, paid(claim, PAYMENT), *(paid(one, PAYMENT) for one in strangers(claim, 1)))
    assert waiting(clinic, AS_OF, month="2026-10") == []
    assert waiting(clinic, AS_OF, practitioner="99002") == []
    assert len(waiting(clinic, AS_OF, practitioner="99001")) == 1


@pytest.mark.parametrize(("closed", "waits"), [("2026-10", True), ("2026-11", False)])
def test_closing_the_month_settles_its_lines(clinic: Clinic, closed: str, waits: bool) -> None:
    (claim,) = send(clinic, visit("V1"))
    take(clinic, paid(claim, PAYMENT), *(paid(one, PAYMENT) for one in strangers(claim, 1)))
    with clinic.ledger.changing("test") as transaction:
        values = {
            "data_centre": clinic.data_centre,
            "month": closed,
            "state": "closed",
            "reason": "",
            "decided_at": "2026-12-01T10:00:00Z",
            "decided_by": "test",
        }
        transaction.connection.execute(sa.insert(schema.closings), values)
    assert bool(waiting(clinic, AS_OF)) is waits


def test_an_impossible_line_is_told_and_not_applied(clinic: Clinic) -> None:
    (claim,) = send(clinic, visit("V1"))
    take(clinic, paid(claim, PAYMENT))
    take(clinic, refused(claim, LATER, ("BV",)))
    (item,) = waiting(clinic, AS_OF)
    assert (item.kind, item.claim_id, item.record) == (Kind.NOT_APPLIED, claim.claim_id, "S03")
    assert item.reasons[0].message.startswith(
        "S03 of 2026-12-15 was not applied: a claim that is paid cannot be refused. BV: "
    )
    assert item.reasons[0].cure.startswith(
        "Compare it with what MSP said before: tpi-billing claims show 1."
    )


def test_answers_to_a_batch_that_is_not_recorded_as_sent_are_one_item(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1), visit("V2", 2))
    batch = clinic.billed()
    take(clinic, *(paid(claim, PAYMENT) for claim in clinic.claims()))
    items = [item for item in waiting(clinic, AS_OF) if Kind.NOT_APPLIED in item.kinds]
    assert [(item.subject, item.batch_id, item.amount_cents) for item in items] == [
        ("batch", batch, 15584)
    ]
    assert "tpi-billing batch sent" in items[0].reasons[0].cure
