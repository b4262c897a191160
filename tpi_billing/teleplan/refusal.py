"""What the strict writer says when a value must not go out."""

from collections.abc import Sequence
from dataclasses import dataclass

from tpi_billing.errors import BillingError, Trouble
from tpi_billing.teleplan.layout import Field


@dataclass(frozen=True, slots=True)
class Refusal:
    """One field that must not be written as it is: which, why, and what to do.

    `field` is the layout's name of the field, `p` its P number (blank where none is known); a
    refusal of whole records has neither.
    `problem` never holds the value, which may be a name or a health number: it is in `value`.
    """

    record: str
    field: str
    p: str
    problem: str
    cure: str
    value: str = ""

    @property
    def message(self) -> str:
        """The refusal as a sentence, such as `C02 billed amount (P27) is negative`."""
        number = f"({self.p})" if self.p else ""
        parts = (self.record, self.field.replace("_", " "), number, f"{self.problem}.")
        return " ".join(part for part in parts if part)

    def trouble(self, whose: str = "") -> Trouble:
        """Return it as a failure's trouble; `whose` names the claim."""
        return Trouble(f"{whose}{self.message}", self.cure, column=self.field, value=self.value)


class RecordRefusedError(BillingError):
    """Records cannot be written: every refused field of every record is in `refusals`."""

    exit_code = 5
    code = "record-refused"

    def __init__(self, refusals: Sequence[tuple[str, Refusal]]) -> None:
        """Take refusals, each with words that name its claim, blank for none."""
        first, *more = [refusal.trouble(whose) for whose, refusal in refusals]
        super().__init__(first.message, hint=first.hint, column=first.column, value=first.value)
        self.troubles = (first, *more)
        self.refusals = tuple(refusal for _, refusal in refusals)


def refuse(
    record: str, field: Field, problem: str, cure: str = "", value: object = None
) -> Refusal:
    """Refuse a value of a field; the field's own cure goes before the general one."""
    told = "" if value is None else str(value)
    return Refusal(record, field.name, field.p, problem, field.cure or cure, told)
