"""The Business Cost Premium as an adjustment: so much of a practitioner's day, up to a limit.

The percentages and limits are MSP's; which community has which is simplified here, and the
adjustment's code is made up, since MSP's is not known.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from tpi_billing.demo.stand_in.records import write
from tpi_billing.demo.stand_in.state import JudgedClaim
from tpi_billing.teleplan.layout import Values

ADJUSTMENT_CODE = "BP"
_CITY, _ELSEWHERE = (5, 6_000), (3, 3_600)
"""Percent of a day's payments, and the most of a day in cents."""
_CITY_CODE = "00"
_NO_FACILITY = "00000"


def premiums(paid: Sequence[tuple[JudgedClaim, int]], head: Values) -> Iterator[tuple[str, int]]:
    """Yield the S23 and its cents for each facility of a payee's claims.

    `paid` are claims with what is paid for them in this remittance, in cents.
    """
    days: Counter[tuple[str, object, object, str]] = Counter()
    for one, cents in paid:
        record = one.record
        facility = record.text("facility_number")
        if facility != _NO_FACILITY and cents > 0:
            who, when = record.text("practitioner_number"), record.day("service_date")
            days[facility, who, when, record.text("clarification_code")] += cents
    for facility in sorted({key[0] for key in days}):
        mine = {key: cents for key, cents in days.items() if key[0] == facility}
        earned = sum(_of_a_day(cents, key[3]) for key, cents in mine.items())
        gross = sum(mine.values())
        values = {
            **head,
            "adjustment_code": ADJUSTMENT_CODE,
            "identifier": facility,
            "message": "BUSINESS COST PREM",
            "calculation_method": "P",
            "gross_amount": gross,
            "other_amount": earned,
            "adjustment_amount": earned,
        }
        yield write("S23", values), earned


def _of_a_day(cents: int, clarification_code: str) -> int:
    percent, most = _CITY if clarification_code == _CITY_CODE else _ELSEWHERE
    return min((cents * percent + 50) // 100, most)
