"""Three months of a made-up clinic: a clerk at the command line, and the stand-in that answers.

The clerk knows only what the commands say. MSP's numbers of claims that were paid as billed, which
no line tells, the clerk gets as from Teleplan support: from the stand-in's memory.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tpi_billing.demo.stand_in import PASSWORD, StandIn
from tpi_billing.demo.stand_in.state import JudgedClaim
from tpi_billing.demo.visits import visits

from .clinic import Clinic, write_csv

MONTHS = ("2026-08", "2026-09", "2026-10")
"""Months of service; each is billed on the first working day after it."""
FIRST_DAY, LAST_DAY = date(2026, 9, 1), date(2027, 2, 5)
VISITS_A_MONTH = 36
DEBIT_DAYS = (date(2026, 10, 6), date(2026, 11, 10))
"""After the remittance of September's first close-off, and after MSP's answer to the first."""
CURES = {
    "AQ": ("--set", "patient_surname=MADEUP"),
    "VM": ("--set", "referral_number=35546"),
    "FV": ("--note", "SITES MORE THAN 60 CM FROM THE BLOCK", "--code", "X"),
    "FZ": ("--note", "SEE CHART: TIME AND SITES AS BILLED"),
    "AF": ("--note", "COVERAGE RESTORED FOR THAT DAY"),
    "FK": ("--set", "dependent=00", "--code", "R"),
}
"""What a clerk answers to a code of MSP's; to any other the claim is written off."""


def month_of_visits(month: str, count: int = VISITS_A_MONTH) -> list[dict[str, str]]:
    """Make a month's visits up, of patients and numbers of their own."""
    at = MONTHS.index(month)
    return [
        {**one, "session_id": f"V{at + 1}{number:03d}", "patient_id": f"C{at + 1}{number // 2:03d}"}
        for number, one in enumerate(visits(month, count, seed=20 + at), start=1)
    ]


@dataclass
class Clerk:
    """Somebody who bills, day by day; `done` counts what had to be done."""

    clinic: Clinic
    msp: StandIn
    done: Counter[str] = field(default_factory=Counter)
    closed: list[dict[str, Any]] = field(default_factory=list)
    refused_request: int | None = None

    def say(self, *words: object) -> dict[str, Any]:
        """Give a command on the stand-in's day, which must end well; return its data."""
        answer = self.clinic.json(*words, as_of=self.msp.today.isoformat())
        assert answer["exit_code"] in {0, 1}, (self.msp.today, words, answer)
        data: dict[str, Any] = answer["data"]
        return data

    def live(self, weeks: Iterator[date]) -> None:
        """Work from week to week: bill, fetch, deal with what came, close what is over."""
        for day in weeks:
            self.msp.today = day
            self.msp.state.account.change(PASSWORD, day)  # MSP's passwords last 42 days
            self.week(day)
            if day.day <= 7 and month_before(day) >= "2026-09":
                self.close(month_before(day))

    def week(self, day: date) -> None:
        """Do what a week asks for."""
        self.fetch()
        self.answer_everything()
        if day in DEBIT_DAYS:
            self.ask_for_payments()
        for month in MONTHS:
            if is_first_week_after(month, day):
                self.bill(month)

    def bill(self, month: str) -> None:
        """Import a month's visits, make a batch of them and send it."""
        file = write_csv(self.clinic.workspace / f"{month}.csv", month_of_visits(month))
        self.say("sessions", "import", file)
        self.send(self.say("batch", "create", "--month", month)["batch_id"])

    def send(self, batch_id: int) -> None:
        """Send a batch by the web service."""
        self.say("submit", batch_id)

    def fetch(self) -> None:
        """Fetch what MSP has, and bring it in."""
        assert self.say("pickup")["not_imported"] == []

    def close(self, month: str) -> None:
        """Close a month; it must balance."""
        found = self.say("close", month)
        assert (found["state"], found["blockers"], found["accepted"]) == ("closed", [], [])
        self.closed.append(found)

    def claims(self, *words: object) -> list[dict[str, Any]]:
        """List claims."""
        found: list[dict[str, Any]] = self.say("claims", "list", *words)["claims"]
        return found

    def answer_everything(self) -> None:
        """Deal with each claim that MSP refused or cut, and send what was made."""
        requests = self.debit_requests
        for claim in [*self.claims("--state", "refused"), *self.claims("--state", "paid-changed")]:
            number = claim["claim_id"]
            if number in requests:
                self.say("claims", "write-off", number, "--reason", "asked by a wrong number")
                continue
            view = self.say("claims", "correct", number)
            code = next((one for one in view["explanatory_codes"] if one in CURES), "")
            late = self.msp.today.isoformat() > (view["last_day"] or "9")
            if not code or late or self.predecessor(number) is not None:
                self.say("claims", "write-off", number, "--reason", "not worth more")
                self.done["written off"] += 1
                continue
            made = self.say("claims", "correct", number, *CURES[code])
            assert made["left"] == [], made
            self.done[code] += 1
            self.send(made["batch_id"])

    def ask_for_payments(self) -> None:
        """Ask for a payment back whose line tells MSP's number of it, and for one by a wrong one.

        A month later the second is asked for by its own number.
        """
        if self.refused_request is not None:
            self.take_back(self.refused_request, self.number_by_support(self.refused_request))
            return
        told = "SELECT claim_id FROM remittance_lines WHERE record = 'S02' AND paid_cents > 0"
        known = {number for (number,) in self.clinic.query(told)}
        paid = {one["claim_id"] for one in self.claims("--state", "paid")} - self.debit_requests
        paid -= {number for number in paid if self.judged(number).ruling.recovered_after}
        self.take_back(min(paid & known))
        self.refused_request = min(paid - known)
        self.take_back(self.refused_request, "1999999999")

    def judged(self, claim_id: int) -> JudgedClaim:
        """Return what the stand-in knows of a claim."""
        folio = self.clinic.query("SELECT office_folio FROM claims WHERE claim_id = ?", claim_id)
        (found,) = [
            one for one in self.msp.claims if one.record.number("office_folio") == folio[0][0]
        ]
        return found

    def number_by_support(self, claim_id: int) -> str:
        """Return MSP's own number of a claim, as its support would tell it."""
        return self.judged(claim_id).file_number

    def take_back(self, claim_id: int, file_number: str = "") -> None:
        """Ask MSP to take a payment back."""
        words = ("--reason", "billed for the wrong patient", "--note", "BILLED IN ERROR")
        number = ("--file-number", file_number) if file_number else ()
        self.send(self.say("claims", "debit", claim_id, *words, *number)["batch_id"])
        self.done["debit"] += 1

    def predecessor(self, claim_id: int) -> int | None:
        """Return the claim in whose place this one stands."""
        question = "SELECT predecessor FROM claims WHERE claim_id = ?"
        found: int | None = self.clinic.query(question, claim_id)[0][0]
        return found

    @property
    def debit_requests(self) -> set[int]:
        """The records that ask for a payment back."""
        question = "SELECT claim_id FROM claims WHERE submission_code = 'E'"
        return {number for (number,) in self.clinic.query(question)}


def weeks(first: date, last: date) -> Iterator[date]:
    """Yield every seventh day."""
    for days in range(0, (last - first).days + 1, 7):
        yield first + timedelta(days=days)


def month_before(day: date) -> str:
    """Return the month before a day's, as the books name it."""
    return (day.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")


def is_first_week_after(month: str, day: date) -> bool:
    """Tell whether a day is in the first week after a month."""
    return day.day <= 7 and month_before(day) == month
