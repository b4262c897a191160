"""Which claim a line is about: by exact keys only, never by what looks alike.

A claim is known by its office folio and its sequence number together, else by MSP's own number of
it, when exactly one claim here has had that number in an earlier line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tpi_billing.ledger.claims import folios
from tpi_billing.ledger.remittances import claims_by_file_number
from tpi_billing.ledger.store import Connection
from tpi_billing.model.quickly import quickly_made
from tpi_billing.remittance.reading import ReadLine

_ELSEWHERE = "S00"


@quickly_made
@dataclass(frozen=True, slots=True)
class Match:
    """The claim that a line is about, or why there is none."""

    claim_id: int | None
    problem: str = ""


def match(connection: Connection, data_centre: str, lines: Sequence[ReadLine]) -> list[Match]:
    """Find the claims of lines that answer one, each in the line's place."""
    numbers = sorted({one.line.office_folio for one in lines if one.line.office_folio})
    known = folios(connection, data_centre, numbers)
    first = [_by_folio(one, data_centre, known) for one in lines]
    named: dict[str, set[int]] = {}
    for one, found in zip(lines, first, strict=True):
        if found.claim_id is not None and one.line.file_number:
            named.setdefault(one.line.file_number, set()).add(found.claim_id)
    wanted = sorted({one.line.file_number for one in lines if one.line.file_number})
    for number, claims in claims_by_file_number(connection, data_centre, wanted).items():
        named.setdefault(number, set()).update(claims)
    return [
        found if found.claim_id is not None else _by_file_number(one, data_centre, found, named)
        for one, found in zip(lines, first, strict=True)
    ]


def _by_folio(one: ReadLine, data_centre: str, known: dict[int, tuple[int, int | None]]) -> Match:
    line = one.line
    if one.data_centre != data_centre:
        return Match(None, f"it is of data centre {one.data_centre or '(none)'}")
    if line.record == _ELSEWHERE:
        return Match(None, "the claim was sent by another data centre or on paper")
    found = known.get(line.office_folio or 0)
    if found is None:
        return Match(None, f"no claim here has office folio {line.office_folio}")
    claim_id, number = found
    if number != line.sequence_number:
        return Match(
            None,
            f"office folio {line.office_folio} is that of claim {claim_id}, whose sequence number "
            "is another",
        )
    return Match(claim_id)


def _by_file_number(
    one: ReadLine, data_centre: str, found: Match, named: dict[str, set[int]]
) -> Match:
    claims = named.get(one.line.file_number, set())
    if one.data_centre != data_centre or one.line.record == _ELSEWHERE or len(claims) != 1:
        return found
    return Match(next(iter(claims)))
