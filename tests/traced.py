"""Claims of every kind of life, and their traces as scripts, people and paper have them."""

from collections.abc import Callable
from typing import Any

from answered import Answered
from helpers import AS_OF, Clinic, block, clinic_config, made_up_phn, visit
from msp_lines import FIRST, SECOND, THIRD, changed, paid, refused

from tpi_billing.audit.trace.document import Trace, trace_json
from tpi_billing.audit.trace.tracing import trace_claims
from tpi_billing.claims.decisions import Decider, Wanted
from tpi_billing.ledger.claims import claims_numbered
from tpi_billing.ledger.closings import add_closing

NOTE = "SEEN AFTER A FALL"


def traces(clinic: Clinic, *numbers: int, unmask: bool = False) -> list[Trace]:
    with clinic.ledger.reading() as connection:
        claims = claims_numbered(connection, clinic.data_centre, numbers)
        return list(
            trace_claims(connection, clinic.data_centre, claims, clinic.codes, unmask=unmask)
        )


def traced(clinic: Clinic, number: int, *, unmask: bool = False) -> dict[str, Any]:
    """The trace of a claim for scripts."""
    (one,) = traces(clinic, number, unmask=unmask)
    return trace_json(one)


def batched(clinic: Clinic) -> int:
    clinic.bring(visit("V1", 1, note=NOTE))
    clinic.billed()
    return 1


def voided(clinic: Clinic) -> int:
    clinic.void(batched(clinic), "wrong month")
    return 1


def sent(clinic: Clinic) -> int:
    Answered(clinic, [visit("V1", 1, note=NOTE)])
    return 1


def corrected_twice(clinic: Clinic) -> int:
    """Claims 1, 2 and 3: refused, refused, and of 77.92 50.00 paid."""
    one = Answered(clinic, [visit("V1", 1, note=NOTE)])
    one.take(refused(one.claim(1), FIRST, codes=("AB",)))
    again = one.correct(1, changed={"phn": made_up_phn(77)}, reason="card shown", note=NOTE)
    one.send(again.batch_id or 0)
    one.take(refused(one.claim(2), SECOND, codes=("AB",)))
    again = one.correct(2, changed={"birth_date": "1975-03-04"}, reason="typing error")
    one.send(again.batch_id or 0)
    one.take(changed(one.claim(3), 5000, THIRD, codes=("BT",)))
    return 3


def taken_back(clinic: Clinic) -> int:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(paid(one.claim(1)))
    one.take(changed(one.claim(1), -7792, SECOND, codes=("DR",)))
    return 1


def debited(clinic: Clinic) -> int:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(changed(one.claim(1), 7792))
    request = one.debit(1)
    one.send(request.batch_id or 0)
    one.take(changed(one.claim(2), -7792, SECOND, codes=("D3",)))
    return 1


def written_off(clinic: Clinic) -> int:
    one = Answered(clinic, [visit("V1", 1)])
    one.take(refused(one.claim(1), codes=("AB",)))
    one.write_off(1, reason="moved to Alberta")
    with clinic.ledger.changing("b.books") as transaction:
        add_closing(transaction, clinic.data_centre, "2026-11", [])
    return 1


def in_the_second_file(clinic: Clinic) -> int:
    clinic.config = clinic_config("\n[teleplan]\nmax_records = 3\n")
    Answered(clinic, [visit(f"V{at}", at) for at in range(1, 5)])
    return 3


def second_service(clinic: Clinic) -> int:
    clinic.bring(visit("V1", 1), visit("V2", 1, start_time="16:00"))
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, "d.reid")
    decider.second_service("V2", "01157", "seen again at 16:00")
    clinic.billed()
    return 2


def over_age(clinic: Clinic) -> int:
    clinic.bring(visit("V1", 1, service_date="2026-07-20", referral_date="2024-01-10"))
    assert clinic.bill("2026-07")[0] is None
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, "d.reid")
    wanted = Wanted(session_ids=("V1",))
    decider.approve(wanted, "12-345", "MSP's letter of November 4")
    clinic.billed("2026-07")
    return 1


def imported_twice(clinic: Clinic) -> int:
    """Imported, changed while unbilled, the same again, and changed after it was billed."""
    first = visit("V1", 1, agent="0.9% saline")
    clinic.bring(first, name="a.jsonl")
    clinic.bring({**first, "agent": "lidocaine 1%"}, name="b.jsonl")
    clinic.bring({**first, "agent": "lidocaine 1%"}, name="c.jsonl")
    clinic.billed()
    clinic.bring({**first, "agent": "bupivacaine 0.25%"}, name="d.jsonl")
    return 1


def beside_a_block(clinic: Clinic) -> int:
    Answered(clinic, [visit("V1", 1), block("V2", 1, start_time="14:00", block_distance_cm="80")])
    return 1


LIVES: dict[str, Callable[[Clinic], int]] = {
    life.__name__: life
    for life in (
        *(batched, voided, sent, corrected_twice, taken_back, debited, written_off),
        *(in_the_second_file, second_service, over_age, imported_twice, beside_a_block),
    )
}
"""Each leads a clinic's claim through a life and returns the claim's number."""
