"""What is told of one remittance, or of one file of MSP's, read from the ledger in chunks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from tpi_billing.codes import CodeBook
from tpi_billing.ledger.claims import claims_at_msp, claims_numbered
from tpi_billing.ledger.remittance_sums import Payment, files_of_payment, payments_of_files
from tpi_billing.ledger.remittances import lines_of_file, lines_of_payment
from tpi_billing.ledger.store import Connection
from tpi_billing.model.claim import Answerable
from tpi_billing.model.remittance import RemittanceFile, RemittanceLine
from tpi_billing.remittance.statement import Kind, Statement, kind_of, make_statement
from tpi_billing.remittance.tying import Tied, tied

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class ShownRemittance:
    """A remittance: its ties, its statement, and the files that brought it."""

    tied: Tied
    statement: Statement
    files: tuple[RemittanceFile, ...]


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file: what the lines say that it was the first to bring, and the remittances of those."""

    file: RemittanceFile
    statement: Statement
    remittances: tuple[Tied, ...]


def show_remittance(
    connection: Connection, data_centre: str, codes: CodeBook, payment: Payment
) -> ShownRemittance:
    """Tell of a remittance, which must have lines."""
    lines = lines_of_payment(connection, data_centre, *payment)
    statement = make_statement(with_claims(connection, data_centre, lines), codes)
    files = files_of_payment(connection, data_centre, *payment)
    return ShownRemittance(tied(connection, data_centre, payment), statement, tuple(files))


def show_file(
    connection: Connection, data_centre: str, codes: CodeBook, file: RemittanceFile
) -> ShownFile:
    """Tell of a file."""
    lines = lines_of_file(connection, data_centre, file.file_id)
    statement = make_statement(with_claims(connection, data_centre, lines), codes)
    payments = payments_of_files(connection, data_centre, [file.file_id])
    found = tuple(tied(connection, data_centre, payment) for payment in payments)
    return ShownFile(file, statement, found)


def with_claims(
    connection: Connection, data_centre: str, lines: Iterable[RemittanceLine]
) -> Iterator[tuple[RemittanceLine, Answerable | None]]:
    """Yield lines with the claims that they are about, whole unless they are paid as billed."""
    waiting = iter(lines)
    while chunk := list(islice(waiting, _AT_ONCE)):
        numbers = sorted({line.claim_id for line in chunk if line.claim_id is not None})
        answered = claims_at_msp(connection, data_centre, numbers)
        claims: dict[int | None, Answerable] = dict(answered.items())
        seen = [
            line.claim_id
            for line in chunk
            if line.claim_id in claims and kind_of(line, claims[line.claim_id]) is not Kind.PAID
        ]
        wanted = sorted({number for number in seen if number is not None})
        whole = claims_numbered(connection, data_centre, wanted)
        claims |= {claim.claim_id: claim for claim in whole}
        for line in chunk:
            yield line, claims.get(line.claim_id)
