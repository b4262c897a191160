"""Rows of a workbook of corrections: its columns, and what the clerk decided in each row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tpi_billing.errors import Trouble
from tpi_billing.intake.header import header_key
from tpi_billing.intake.record_kind import RecordKind
from tpi_billing.intake.table import Table
from tpi_billing.model.finding import Place
from tpi_billing.model.session import COLUMN, COLUMNS, Column
from tpi_billing.remittance.actions.said import SUBMISSION_CODES
from tpi_billing.remittance.actions.sessions import FIXED


class Decision(StrEnum):
    """What a clerk can decide about a claim in a row."""

    CORRECT = "correct"
    RESUBMIT = "resubmit"
    WRITE_OFF = "write off"
    LEAVE = "leave"


OWN_COLUMNS = (
    Column("claim", "whole", "The claim's number. Leave it as it is."),
    Column(
        "decision",
        "text",
        "correct, when cells of the row are fixed; resubmit, to send it again as it is; write off; "
        "leave, or blank, to do nothing yet.",
        choices=tuple(Decision),
    ),
    Column(
        "code",
        "text",
        "The submission code that MSP's answer asks for; another one if you know better.",
        choices=SUBMISSION_CODES,
    ),
    Column("reason", "text", "Why, for the journal. A write-off needs it."),
    Column("approval_reference", "text", "With code A: the reference in MSP's letter."),
)
TOLD_COLUMNS = (
    Column("msp_says", "text", "MSP's codes in our words, with the column at fault."),
    Column("what_to_do", "text", "The cure."),
    Column("last_day", "date", "The last day for the code."),
    Column("billed", "number", "What was billed, in dollars."),
    Column("paid", "number", "What MSP paid, in dollars."),
)
"""Columns that only tell something; what stands in them is not read again."""
SESSION_FIELDS = tuple(column for column in COLUMNS if column.name not in FIXED)
CORRECTIONS = RecordKind(
    noun="correction",
    plural="claims",
    columns=(*OWN_COLUMNS, *TOLD_COLUMNS, *COLUMNS),
    necessary=("claim", "decision"),
    telling=frozenset({"claim"}),
    otherwise="write the workbook again: tpi-billing claims correct --export OUT.xlsx",
)


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """What a row says: the claim, the decision, and the text of the columns that the file has.

    `session_id` is blank where the file has no such column.
    """

    place: Place
    claim_id: int
    session_id: str
    decision: Decision
    code: str
    reason: str
    reference: str
    values: Mapping[str, str]


def read_rows(table: Table) -> tuple[list[CorrectionRow], list[Trouble]]:
    """Read every row; return the sound ones, and what is wrong with the others."""
    rows: list[CorrectionRow] = []
    troubles: list[Trouble] = []
    columns = [name for name in table.header if name in COLUMN and name not in FIXED]
    for row in table.rows():
        if row.passed_over:
            continue
        place = Place(table.file, table.sheet, row.number)
        one = _row(place, row.values, columns)
        if isinstance(one, Trouble):
            troubles.append(one)
        else:
            rows.append(one)
    return rows, troubles


def _row(
    place: Place, values: Mapping[str, str], columns: Iterable[str]
) -> CorrectionRow | Trouble:
    number = values.get("claim", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        hint = "Take the number from the exported workbook."
        return _wrong(place, "claim", "This is no claim's number.", hint, number)
    word = values.get("decision", "") or Decision.LEAVE
    known = {header_key(decision): decision for decision in Decision}
    decision = known.get(header_key(word))
    if decision is None:
        hint = "One of: " + ", ".join(Decision) + "."
        return _wrong(place, "decision", "There is no such decision.", hint, word)
    return CorrectionRow(
        place,
        int(number),
        values.get("session_id", ""),
        decision,
        values.get("code", "").upper(),
        values.get("reason", ""),
        values.get("approval_reference", ""),
        {column: values.get(column, "") for column in columns},
    )


def _wrong(place: Place, column: str, message: str, hint: str, value: str) -> Trouble:
    return Trouble(message, hint, place.file, place.sheet, place.row, column, value[:40])
