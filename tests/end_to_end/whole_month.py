"""A month of every kind of work, so that each table of a ledger has rows: for looking at them all.

A new table needs one more step here; `test_tampering` says which one is empty.
"""

from contextlib import closing
from datetime import date
from pathlib import Path

from databases import database_of
from msp_lines import FIRST, changed, paid, payee_total, pickup, refused

from tpi_billing.demo.stand_in import StandIn
from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.ledger.reviews import give_verdict
from tpi_billing.model.claim import Claim
from tpi_billing.model.sample import Judgement, Verdict

from .clinic import Clinic, health_number, visit, write_csv
from .sending import TODAY, configure

PAID_ON = "2026-11-20"
AFTERWARDS = "2026-12-20"
VISITS = 6


def work_through(clinic: Clinic, folder: Path) -> None:
    """Work in a clinic from the first import to the closed month."""
    import_visits(clinic, folder)
    keep_referrals(clinic)
    bill(clinic)
    send(clinic)
    take_answers(clinic, folder)
    act_on_answers(clinic)
    close(clinic)
    review(clinic, folder)


def import_visits(clinic: Clinic, folder: Path) -> None:
    """Import clean visits, a second of one day, one changed later, one held, one rejected."""
    visits = [visit(at) for at in range(1, VISITS + 1)]
    twice = visit(1, session_id="N2001", start_time="15:00", end_time="15:15")
    held = [visit(at, chart_signed="no") for at in (10, 11)]
    rejected = [visit(at, service_date="soon") for at in (20, 21)]
    file = write_csv(folder / "visits.csv", [*visits, twice, *held, *rejected])
    done(clinic, "sessions", "import", file)
    done(clinic, "sessions", "import", write_csv(folder / "more.csv", [visit(2, agent="saline")]))
    decide = ("sessions", "second-service", "N2001", "--item", "01157", "--reason", "seen again")
    done(clinic, *decide)


def keep_referrals(clinic: Clinic) -> None:
    """Add two referrals, with a written report about each; close one of them."""
    for patient, sent in ((1, "2026-10-30"), (2, "2026-10-31")):
        phn = health_number(11_000_000 + 37 * patient)
        who = ("--phn", phn, "--number", "35546", "--name", "Dr Norquay", "--date", "2026-09-01")
        again = ("--implicit", "--notice-sent", "2026-09-01")
        done(clinic, "referrals", "add", *who, *again)
        done(clinic, "referrals", "updated", patient, "--on", sent, "--note", f"letter {patient}")
    done(clinic, "referrals", "close", 2, "--on", "2026-11-01", "--reason", "has ended")


def bill(clinic: Clinic) -> None:
    done(clinic, "batch", "create", "--month", "2026-10")
    done(clinic, "batch", "export", 1)


def send(clinic: Clinic) -> None:
    """Send the batch by the web service, and fetch what MSP says of it."""
    with StandIn(today=TODAY) as msp:
        configure(clinic, msp)
        done(clinic, "submit", 1)
        msp.today = date(2026, 11, 12)
        done(clinic, "pickup")


def take_answers(clinic: Clinic, folder: Path) -> None:
    first, second, third, *rest = claims_of(clinic)
    lines = [
        refused(first, codes=("AF",)),
        refused(second, codes=("AB",)),
        changed(third, 5000, codes=("FP",)),
        *(paid(claim) for claim in rest),
    ]
    money = 5000 + sum(claim.amount_cents for claim in rest)
    billed = sum(claim.amount_cents for claim in (first, second, third, *rest))
    file = folder / "remit.txt"
    file.write_bytes(pickup(*lines, payee_total(FIRST, money, billed_amount=billed)))
    done(clinic, "remittance", "import", file, as_of=PAID_ON)


def act_on_answers(clinic: Clinic) -> None:
    why = ("--reason", "as agreed")
    done(clinic, "claims", "write-off", 1, *why, as_of=PAID_ON)
    number = f"phn={health_number(55_000_000)}"
    done(clinic, "claims", "correct", 2, "--set", number, *why, as_of=PAID_ON)
    debit = ("claims", "debit", 4, "--note", "WRONG PATIENT", "--file-number", "0000000004", *why)
    done(clinic, *debit, as_of=PAID_ON)
    done(clinic, "batch", "void", 3, *why, as_of=PAID_ON)


def close(clinic: Clinic) -> None:
    done(clinic, "close", "2026-11", as_of=AFTERWARDS)


def review(clinic: Clinic, folder: Path) -> None:
    """Draw a sample of charts, and give one of them a verdict."""
    file = folder / "sample.xlsx"
    done(clinic, "audit", "sample", "--month", "2026-10", "--seed", 7, "--size", 3, file)
    (claim,) = clinic.query("SELECT claim_id FROM sample_claims ORDER BY claim_id LIMIT 1")[0]
    found = Judgement(claim, Verdict.SUPPORTED, 7792, "", "R. Reviewer", date(2026, 12, 1), {})
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.changing("clerk") as transaction:
        give_verdict(transaction, 1, found, known=False)


def claims_of(clinic: Clinic) -> list[Claim]:
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return find_claims(connection, "T9999", ClaimFilter())


def done(clinic: Clinic, *words: object, as_of: str | None = None) -> None:
    """Run a command that must end well."""
    answer = clinic.json(*words, **({"as_of": as_of} if as_of else {}))
    assert answer["exit_code"] in {0, 1}, answer
