"""A clinic in the middle of everything, whose cells say what a test wants them to say.

Visits billed, held, rejected, overdue and without a referral; a registry; a batch that MSP has
answered, one that is not sent, corrections, a write-off and a reviewed sample: whatever a command
can show or write has something of these cells in it.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from databases import database_of
from end_to_end.clinic import Clinic, health_number, visit, write_csv
from msp_lines import FIRST, changed, held, paid, payee_total, pickup, refused

from tpi_billing.ledger import open_ledger
from tpi_billing.ledger.claims import ClaimFilter, find_claims
from tpi_billing.model.claim import Claim

AS_OF = "2026-12-20"
BILLED_ON = "2026-11-05"
MONTH = "2026-10"
PHN = health_number(73_519_246)
OTHER_PHN = health_number(64_820_135)
WRONG_PHN = PHN[:-1] + str((int(PHN[-1]) + 1) % 10)


@dataclass(frozen=True)
class Cells:
    """What the cells of this world say: of visits that can be billed, and of any others."""

    sound: Mapping[str, str]
    any: Mapping[str, str]
    text: str
    ids: tuple[str, str] = ("W", "")
    referral: Mapping[str, str] = field(default_factory=dict)

    def session_id(self, number: int) -> str:
        before, behind = self.ids
        return f"{before}{number}{behind}"


def visits_of(cells: Cells) -> list[dict[str, str]]:
    """Visits of two patients: billed, then held each by a fault of its own."""

    def one(number: int, **changes: str) -> dict[str, str]:
        own = {"phn": PHN, "session_id": cells.session_id(number)}
        return visit(number, **{**own, **cells.sound, **changes})

    def other(number: int, **changes: str) -> dict[str, str]:
        return one(number, **{**cells.any, **changes})

    return [
        *(one(number, service_date=f"2026-10-{number:02}") for number in range(1, 7)),
        *(one(number, service_date=f"2026-10-{number:02}", phn=OTHER_PHN) for number in (8, 9)),
        other(20, phn=WRONG_PHN),
        other(21, phn="12345" + PHN),
        other(22, phn=f"call {PHN} first"),
        other(23, phn="", insurer="AB", registration_number="7182936450"),
        other(24, phn="", insurer="ICBC", icbc_claim_number="4455667788", mva="yes"),
        one(25, diagnosis_1=PHN, practitioner_number=PHN, location_code=PHN),
        one(26, birth_date=PHN, trigger_point_injections=PHN),
        one(27, status="no-show"),
        one(28, service_date="2026-10-01", start_time="16:00", end_time="16:15"),
        other(29, service_date="soon"),
        one(30, dependent=PHN, sex=PHN, insurer=PHN, fee_items=PHN),
        one(31, service_date="2026-05-04"),
        one(32, chart_signed="no", service_date="2026-10-29"),
        {
            **one(33, service_date="2026-10-27", phn=OTHER_PHN),
            "referral_number": "",
            "referral_date": "",
        },
        one(34, service_date="2026-10-30", phn=OTHER_PHN, chart_signed="no"),
        {**one(35), "patient_surname": PHN, "session_id": PHN, "patient_id": PHN},
    ]


def build(clinic: Clinic, cells: Cells, folder: Path) -> None:
    """Work through everything in a clinic that has just begun."""
    export = write_csv(folder / "export.csv", visits_of(cells))
    say(clinic, "sessions", "import", export, as_of=BILLED_ON)
    who = ("--phn", PHN, "--number", "35546", "--date", "2026-09-01")
    told = [word for name, text in cells.referral.items() for word in (f"--{name}", text)]
    say(clinic, "referrals", "add", *who, *told)
    say(clinic, "referrals", "updated", 1, "--on", "2026-10-30", "--note", cells.text)
    say(clinic, "batch", "create", "--month", MONTH, as_of=BILLED_ON)
    say(clinic, "batch", "sent", 1, as_of=BILLED_ON)
    say(clinic, "batch", "confirm", 1, "--reason", cells.text, as_of=BILLED_ON)
    first, second, third, fourth, fifth, *rest = claims_of(clinic)
    assert rest
    stray = {"office_folio": 7_654_321, "surname": "STRAYPATIENT", "phn": OTHER_PHN}
    money = 5_000 + fourth.amount_cents
    answers = pickup(
        refused(first, codes=("AB",)),
        refused(second, codes=("AF",)),
        changed(third, 5_000, codes=("FP",)),
        paid(fourth),
        held(fifth),
        refused(rest[0], **stray),
        payee_total(FIRST, money),
    )
    remittance = folder / "remit.txt"
    remittance.write_bytes(answers)
    say(clinic, "remittance", "import", remittance)
    later = visit(40, **{"phn": PHN, "session_id": cells.session_id(40), **cells.sound})
    more = write_csv(folder / "more.csv", [{**later, "service_date": "2026-11-16"}])
    say(clinic, "sessions", "import", more)
    say(clinic, "batch", "create", "--month", "2026-11")
    say(clinic, "audit", "sample", "--month", MONTH, "--seed", 7, "--size", 3, folder / "s.xlsx")


def say(clinic: Clinic, *words: object, as_of: str = AS_OF) -> None:
    """Run a command that must end well."""
    said = clinic.run(*words, as_of=as_of)
    assert said.code in {0, 1}, (words, said.all)


def claims_of(clinic: Clinic) -> list[Claim]:
    ledger = open_ledger(database_of(clinic.workspace), clinic.workspace, "T9999")
    with closing(ledger), ledger.reading() as connection:
        return find_claims(connection, "T9999", ClaimFilter())


TODAY = date.fromisoformat(AS_OF)
