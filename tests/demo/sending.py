"""A clinic that sends records to the stand-in, right or wrong ones, and fetches the answers."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from made_up import VENDOR, outgoing

from tpi_billing.demo.stand_in import PASSWORD, USERNAME, StandIn
from tpi_billing.teleplan.claim_records import claim_record
from tpi_billing.teleplan.exchange.reply import Reply
from tpi_billing.teleplan.exchange.service import TeleplanService
from tpi_billing.teleplan.layout import Value
from tpi_billing.teleplan.numbering import number_after
from tpi_billing.teleplan.reader import Record, read_records
from tpi_billing.teleplan.writer import writer_of

NOVEMBER_5 = date(2026, 11, 5)
"""A Thursday between the close-offs of November 2 and 18."""
READY = date(2026, 11, 26)
"""Six working days after November 18: the 19, 20, 23, 24, 25 and 26."""
PAID = date(2026, 11, 30)
"""Two working days later: the 27 and 30."""
NEXT_READY = date(2026, 12, 11)
"""Six working days after the close-off of December 3: 4, 7, 8, 9, 10, 11."""
AFTER_NEXT_READY = date(2026, 12, 29)
"""Six working days after that of December 17: 18, 21, 22, 23, 24, 28. A day later."""
PRICE = 7792


@dataclass(frozen=True, slots=True)
class Sent:
    """A claim as values of its C02, and the values of the N01 records behind it."""

    values: dict[str, Value]
    notes: Sequence[dict[str, Value]] = ()


def sent(folio: int, *notes: dict[str, Value], patient: int | None = None, **changes: Any) -> Sent:
    """Make a clean claim of 77.92; each folio is another patient unless `patient` says who.

    A change is of the C02's own fields. A note is a change of the usual N01.
    """
    values = dict(claim_record(outgoing(office_folio=folio), "T9999", 1))
    values |= {"phn": health_number(folio if patient is None else patient), **changes}
    return Sent(values, notes)


def health_number(number: int) -> str:
    """Return the n-th health number from 9000000000 on that has a check digit."""
    from helpers import made_up_phn

    return made_up_phn(number)


def content_of(claims: Sequence[Sent], first_number: int, data_centre: str = "T9999") -> bytes:
    """Write a file of a VS1 and claims, numbered from `first_number` on."""
    head: dict[str, Value] = {"data_centre": data_centre}
    lines = [writer_of("VS1").write({**VENDOR.record(first_number), **head})]
    for claim in claims:
        number = number_after(first_number, len(lines))
        values = {**claim.values, **head, "sequence_number": number}
        lines.append(writer_of("C02").write(values))
        for note in claim.notes:
            usual: dict[str, Value] = {
                "payee_number": claim.values["payee_number"],
                "practitioner_number": claim.values["practitioner_number"],
                "note_text": "SEE CHART",
            }
            number = number_after(first_number, len(lines))
            lines.append(
                writer_of("N01").write({**usual, **head, "sequence_number": number, **note})
            )
    return "".join(line + "\r\n" for line in lines).encode("ascii")


class Sender:
    """A clinic and its stand-in, signed on in a `with` block."""

    def __init__(self, **more: Any) -> None:
        self.msp = StandIn(**{"today": NOVEMBER_5, **more})
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.enter_context(self.msp)
        self.service = self._stack.enter_context(TeleplanService(self.msp.url, pause=0.0))
        self.service.sign_on(USERNAME, PASSWORD)
        return self

    def __exit__(self, *failure: object) -> None:
        self._stack.close()

    def send(self, *claims: Sent) -> Reply:
        """Submit claims in a file with the right numbers."""
        return self.service.submit("x.txt", content_of(claims, self.msp.state.expected_number))

    def fetch(self, day: date | None = None, *, remittances: bool = True) -> list[Record]:
        """Fetch what is new, on a day if it is given."""
        if day is not None:
            self.msp.today = day
        return list(read_records(self.service.pick_up(remittances=remittances).content))

    def answers(self, day: date | None = None) -> dict[int, Record]:
        """Fetch, and return the line about each claim by its folio; a folio may have one only."""
        found: dict[int, Record] = {}
        for record in self.fetch(day):
            folio = record.number("office_folio")
            if folio is not None:
                assert folio not in found
                found[folio] = record
        return found
