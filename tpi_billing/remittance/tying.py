"""Every remittance of the ledger with its ties, payees followed from one balance to the next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tpi_billing.ledger.exchange import bytes_of
from tpi_billing.ledger.remittance_sums import (
    Payment,
    TotalLine,
    amount_groups,
    files_of_payment,
    total_lines,
    total_lines_before,
)
from tpi_billing.ledger.remittances import list_files
from tpi_billing.ledger.store import Connection
from tpi_billing.model.remittance import PAYEE_TOTAL, RemittanceFile, remittance_id
from tpi_billing.model.remittance_amounts import RemittanceAmounts, StatedTotal
from tpi_billing.remittance.ties import Ties, ties_of
from tpi_billing.teleplan.reader import read_records


@dataclass(frozen=True, slots=True)
class Tied:
    """The remittance of a payee on a payment date, and how it ties."""

    payment_date: date
    payee_number: str
    ties: Ties

    @property
    def name(self) -> str:
        """Its id, `2026-11-12-A9999`."""
        return remittance_id(self.payment_date, self.payee_number)


def tied(connection: Connection, data_centre: str, payment: Payment) -> Tied:
    """Tie one remittance to its totals, and its balance forward to the payee's one before."""
    groups = [some for _, some in amount_groups(connection, data_centre, payment)]
    totals = total_lines(connection, data_centre, payment).get(payment, [])
    files = files_of_payment(connection, data_centre, *payment)
    amounts = RemittanceAmounts(
        *payment, tuple(groups[0] if groups else ()), _read(totals), tuple(_incomplete(files))
    )
    before = _balance(_read(total_lines_before(connection, data_centre, payment)))
    return Tied(*payment, ties_of(amounts, before))


def all_tied(connection: Connection, data_centre: str) -> Iterator[Tied]:
    """Tie every remittance there is, by payment date and payee."""
    totals = total_lines(connection, data_centre)
    groups = dict(amount_groups(connection, data_centre))
    balances: dict[str, int | None] = {}
    cut = any(_incomplete(list_files(connection, data_centre)))
    for payment in sorted({*groups, *totals}):
        day, payee = payment
        stated = _read(totals.get(payment, []))
        files = files_of_payment(connection, data_centre, *payment) if cut else []
        some = tuple(groups.get(payment, ()))
        amounts = RemittanceAmounts(day, payee, some, stated, tuple(_incomplete(files)))
        yield Tied(day, payee, ties_of(amounts, balances.get(payee)))
        balances[payee] = _balance(stated, balances.get(payee))


def _read(lines: Sequence[TotalLine]) -> tuple[StatedTotal, ...]:
    return tuple(total for line in lines for total in _stated(line))


def _stated(line: TotalLine) -> Iterator[StatedTotal]:
    for record in read_records(bytes_of(line.content)):
        payee = line.record == PAYEE_TOTAL
        yield StatedTotal(
            line.record,
            line.line_number,
            "" if payee else record.text("practitioner_number"),
            record.text("payee_name" if payee else "practitioner_name"),
            record.number("billed_amount"),
            record.number("paid_amount"),
            record.number("balance_forward") or 0,
            record.number("deposit"),
            record.number("new_balance") or 0,
        )


def _balance(totals: Iterable[StatedTotal], otherwise: int | None = None) -> int | None:
    """Return the new balance that S21 state together; without any, what it was before."""
    balances = [one.new_balance_cents for one in totals if one.record == PAYEE_TOTAL]
    return sum(balances) if balances else otherwise


def _incomplete(files: Iterable[RemittanceFile]) -> Iterator[str]:
    """Say why lines may be missing: a file was cut off, or counts other records S, or none."""
    for file in files:
        if file.fragment:
            yield f"{file.name} was cut off within its last line"
        for remark in file.remarks:
            if "VTC" in remark and ("records S" in remark or "no control record" in remark):
                yield f"{file.name}: {remark.rstrip('.')}"
