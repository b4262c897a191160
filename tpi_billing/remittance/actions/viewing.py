"""An answered claim opened for change: its session's values, and the columns at fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from tpi_billing.claims.outgoing import SESSION_COLUMNS
from tpi_billing.codes import CodeBook
from tpi_billing.ledger.claims import ClaimFilter, claims_numbered, find_claims
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Claim
from tpi_billing.remittance.actions.said import by_msp, last_day_of, last_words
from tpi_billing.remittance.actions.sessions import Standing, standing_sessions
from tpi_billing.remittance.actions.states import OPEN
from tpi_billing.remittance.actions.wishes import Said
from tpi_billing.teleplan.records import C02

_ALSO = {"insurer_code": "insurer", "mva": "insurer", "referral_code_1": "referral_number"}
"""Fields of the record that follow from a column which holds something else."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A claim that can be corrected, its session as it stands, and what MSP says is wrong.

    `faults` are the columns at fault, each with MSP's codes; `code` is the submission code that
    these ask for, blank if none, and `last_day` the last day for it.
    """

    claim: Claim
    said: Said
    standing: Standing
    faults: Mapping[str, tuple[str, ...]]
    code: str
    last_day: date | None


def open_claims(
    connection: Connection, data_centre: str, codes: CodeBook, claims: Sequence[Claim]
) -> list[Opened]:
    """Open claims for change, in their order."""
    numbers = [claim.claim_id or 0 for claim in claims]
    words = last_words(connection, data_centre, numbers)
    keys = sorted({claim.session_key for claim in claims})
    sessions = standing_sessions(connection, data_centre, keys)
    opened = []
    for claim, number in zip(claims, numbers, strict=True):
        said = words[number]
        code = by_msp(said, codes)
        last = last_day_of(code, claim.service_date, said) if code else None
        faults = columns_at_fault(said.codes, codes)
        opened.append(Opened(claim, said, sessions[claim.session_key], faults, code, last))
    return opened


def columns_at_fault(given: Sequence[str], codes: CodeBook) -> dict[str, tuple[str, ...]]:
    """Return the session's columns that explanatory codes point at, each with its codes."""
    found: dict[str, tuple[str, ...]] = {}
    for code in given:
        known = codes.explanatory_code(code)
        column = _columns().get(known.field, "") if known is not None else ""
        if column:
            found[column] = (*found.get(column, ()), code)
    return found


@cache
def _columns() -> dict[str, str]:
    """Return the session's column behind each field of the record, by its P number."""
    names = {**SESSION_COLUMNS, **_ALSO}
    found = {field.p: names[field.name] for field in C02.fields if field.name in names}
    return {**found, "N01": "note"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which open claims are meant: by number, or by what is given; months are of the service."""

    claim_ids: tuple[int, ...] = ()
    code: str = ""
    state: str | None = None
    month: str | None = None
    practitioner: str | None = None


def select(connection: Connection, data_centre: str, wanted: Selection) -> list[int]:
    """Return the numbers of the claims that are meant, in their order.

    Those given by number are meant in any state, unless something else narrows them.
    """
    narrowed = wanted.code or wanted.state or wanted.month or wanted.practitioner
    if wanted.claim_ids and not narrowed:
        return list(wanted.claim_ids)
    claims = [
        claim
        for claim in _candidates(connection, data_centre, wanted)
        if wanted.state in {None, claim.state.value}
        and wanted.practitioner in {None, claim.practitioner_number}
        and wanted.month in {None, claim.service_date.strftime("%Y-%m")}
    ]
    numbers = [claim.claim_id or 0 for claim in claims]
    if not wanted.code:
        return numbers
    words = last_words(connection, data_centre, numbers)
    return [number for number in numbers if wanted.code.upper() in words[number].codes]


def _candidates(connection: Connection, data_centre: str, wanted: Selection) -> list[Claim]:
    if wanted.claim_ids:
        return claims_numbered(connection, data_centre, list(dict.fromkeys(wanted.claim_ids)))
    found = [
        claim
        for state in sorted(OPEN)
        for claim in find_claims(
            connection, data_centre, ClaimFilter(state=state.value, month=wanted.month)
        )
        if not claim.is_debit
    ]
    return sorted(found, key=lambda claim: claim.claim_id or 0)
