"""What of a claim may be shown: health numbers and names masked, everything else as it stands."""

from collections.abc import Mapping
from typing import Any

from tpi_billing.claims.outgoing import SESSION_COLUMNS
from tpi_billing.ledger.exchange import bytes_of
from tpi_billing.model.masking import mask_health_numbers_in, mask_numbers_in, mask_value
from tpi_billing.model.remittance import RemittanceLine
from tpi_billing.model.session import COLUMN
from tpi_billing.remittance.line_mask import masked_line
from tpi_billing.remittance.statement import record_of
from tpi_billing.teleplan.layout import Field

_PLAIN = frozenset(
    {"active", "adjusted_cents", "amount_cents", "as_of", "batch_id", "billed_month", "cents"}
    | {"claim_id", "claim_month", "claims", "expected_cents", "fee_item", "finished_at"}
    | {"from_state", "import_id", "kind", "live", "month", "office_folio", "outcome", "paid_cents"}
    | {"part", "payee_number", "payment_date", "percent", "practitioner_number", "predecessor"}
    | {"record", "records", "row_number", "sent_on", "sequence_number", "sha256", "standing"}
    | {"started_at", "state", "status", "submission_code", "successor_id", "units"}
)
"""Columns of the ledger whose values are nobody's."""
_OF_FIELD = {
    **SESSION_COLUMNS,
    "name_verify": "patient_surname",
    "claim_comment": "note",
    "oin_second_initial": "patient_second_name",
    "oin_address_4": "address_2",
}
_WHOLE = frozenset({"patient_first_name", "patient_second_name", "patient_surname", "sex"})


class Masks:
    """Masks values as they go into a trace; with `unmask` they stay as they are."""

    def __init__(self, *, unmask: bool) -> None:
        self.unmask = unmask

    def cell(self, column: str, value: str) -> str:
        """Return a value of a session's column, or of a column that is like one."""
        return value if self.unmask else mask_value(column, value)

    def words(self, text: str) -> str:
        """Return a sentence, a path or an id, in which a health number may stand."""
        return text if self.unmask else mask_health_numbers_in(text)

    def reply(self, text: str) -> str:
        """Return words of MSP's, in which any long number may be a patient's."""
        return text if self.unmask else mask_numbers_in(text)

    def patient_key(self, key: str) -> str:
        """Return what a patient is known by: `phn:******5434/00`."""
        if self.unmask:
            return key
        kind, _, rest = key.partition(":")
        number, slash, behind = rest.partition("/")
        if kind == "phn":
            return f"phn:{mask_value('phn', number)}{slash}{behind}"
        if kind == "registration":
            return f"{kind}:{number}/{mask_value('registration_number', behind)}"
        return f"{kind}:{mask_health_numbers_in(rest)}"

    def line(self, line: RemittanceLine) -> str:
        """Return a line of MSP's as it stands, or with its patient masked."""
        if self.unmask:
            return bytes_of(line.content).decode("latin-1").rstrip("\r\n")
        return masked_line(record_of(line))

    def field(self, field: Field, text: str) -> str:
        """Return the text of a field of a claim's record, no wider than it was."""
        column = _OF_FIELD.get(field.name)
        if self.unmask or column is None or not text.strip(" 0"):
            return text
        if column in _WHOLE or column == "note":
            return ("*" * len(text.rstrip())).ljust(len(text))
        if column not in COLUMN:
            return text
        if column == "birth_date":
            return text[:4] + "*" * (len(text) - 4)
        return mask_value(column, text).ljust(len(text))[: len(text)]

    def values(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an entry of the journal says of a record, only what is nobody's."""
        return {name: value for name, value in content.items() if name in _PLAIN}
