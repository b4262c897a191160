"""MSP's last word about claims, and the submission code that answers it.

Teleplan C02 P34, facts 1.4; deadlines: MSP billing facts, section 4. Where a line has several
codes, the first that asks for another claim gives the submission code; `YY` only introduces others.
"""

from collections.abc import Sequence
from datetime import date

from tpi_billing.claims.deadlines import last_day
from tpi_billing.codes import CodeBook
from tpi_billing.codes.explanatory import deadline_of
from tpi_billing.errors import Trouble
from tpi_billing.ledger.answers import said_of_claims
from tpi_billing.ledger.remittances import lines_of_claims
from tpi_billing.ledger.store import Connection
from tpi_billing.model.remittance import Standing
from tpi_billing.remittance.actions.wishes import Choice, Said, Wish, trouble

INTRODUCTION = "YY"
SUBMISSION_CODES = ("0", "R", "X", "C", "A")
NEEDS_NOTE = frozenset("CX")
FOLLOWS_AN_ANSWER = frozenset("XCA")
"""Codes that MSP takes later than 90 days after the service."""
NAMES_THE_CLAIM = frozenset("RXC")
"""Codes of a claim that is sent again and can name MSP's own number of it (C02 P64)."""
APPROVED = "A"


def last_words(
    connection: Connection, data_centre: str, claim_ids: Sequence[int]
) -> dict[int, Said]:
    """Return what MSP last said of each claim, without lines that moved nothing or only held it."""
    told = said_of_claims(connection, data_centre, claim_ids)
    lines = lines_of_claims(connection, data_centre, claim_ids)
    found = {}
    for claim_id in claim_ids:
        applied = [one for one in told[claim_id] if one.standing is Standing.APPLIED]
        words = [one for one in applied if one.record != "S04"]
        numbers = [
            line.file_number.strip()
            for line in lines[claim_id]
            if line.standing is Standing.APPLIED and line.file_number.strip("0 ")
        ]
        number = numbers[-1] if numbers else ""
        if not words:
            found[claim_id] = Said(file_number=number)
            continue
        # A refusal before judgement comes before any payment, whenever its file was taken in.
        last = max(words, key=lambda one: (one.payment_date or date.min, one.line_id))
        codes = tuple(code for code in last.explanatory_codes if code != INTRODUCTION)
        found[claim_id] = Said(codes, last.day, number)
    return found


def choose(
    wish: Wish, said: Said, service_date: date, approval: str, codes: CodeBook, as_of: date
) -> Choice | Trouble:
    """Return the submission code of a successor, or why none can go out today.

    `service_date` is that of the corrected session. Where MSP approved the session as over-age
    under a reference, the claim goes out with that once its 90 days have passed.
    """
    code = wish.code or by_msp(said, codes)
    if not code:
        answer = f"MSP's answer to claim {wish.claim_id}"
        message = f"{answer} does not say how to send it again{_because(said)}."
        return trouble(wish, message, _what_msp_says(said, codes), "code")
    if code not in SUBMISSION_CODES:
        return trouble(
            wish,
            f"A claim that follows another cannot have the submission code {code[:5]}.",
            "One of: " + ", ".join(SUBMISSION_CODES) + ".",
            "code",
        )
    last = last_day_of(code, service_date, said)
    if last is not None and as_of > last:
        if approval and not wish.code:
            return Choice(APPROVED, None)
        message = f"Claim {wish.claim_id} could be sent again with code {code} until {last}."
        return trouble(wish, message, _too_late(wish, codes), "code")
    if code == APPROVED and as_of <= last_day(service_date):
        message = f"Claim {wish.claim_id} needs no approval until {last_day(service_date)}."
        return trouble(wish, message, "Send it again with code R.", "code")
    return Choice(code, last)


def by_msp(said: Said, codes: CodeBook) -> str:
    """Return the submission code that MSP's codes ask for; blank if none does."""
    known = (codes.explanatory_code(code) for code in said.codes)
    given = (one.submission_code for one in known if one is not None)
    return next((code for code in given if code in SUBMISSION_CODES), "")


def last_day_of(code: str, service_date: date, said: Said) -> date | None:
    """Return the last day on which a submission code may go out; None where no limit is known."""
    match deadline_of(code):
        case "service+90":
            return last_day(service_date)
        case "remittance+90":
            return last_day(service_date, said.day)
    return None


def _because(said: Said) -> str:
    return f" ({', '.join(said.codes)})" if said.codes else ""


def _what_msp_says(said: Said, codes: CodeBook) -> str:
    known = [codes.explanatory_code(code) for code in said.codes]
    actions = " ".join(one.action for one in known if one is not None)
    choice = "If it is to be sent again all the same, say how with --code 0, R, X, C or A."
    return f"{actions} {choice}".strip()


def _too_late(wish: Wish, codes: CodeBook) -> str:
    return (
        f"Ask MSP to approve it as over-age (form {codes.overage.form}; overage approve is for "
        f"visits that were never billed), then: claims correct {wish.claim_id} --code A "
        "--reference REF."
    )
