"""What a check says: a problem, then a finding once its place and severity are known."""

from dataclasses import dataclass
from enum import StrEnum

from tpi_billing.model.quickly import quickly_made


class Severity(StrEnum):
    """An error holds a session back, a warning lets it through, an info explains a line."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@quickly_made
@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that a rule noticed about a session.

    `code` is a check's id. `message` never holds a health number or a name: what the cell says
    goes into `value`, which is masked wherever it is shown. `hint` and `severity` are given only
    where the check's own cure or severity does not fit.
    """

    code: str
    message: str
    column: str = ""
    value: str = ""
    hint: str = ""
    severity: Severity | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Place:
    """Where a session stands in the file it came from; `row` as the spreadsheet numbers it."""

    file: str = ""
    sheet: str = ""
    row: int | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of one session with everything a person needs to cure it.

    `explanatory_code` is what MSP would refuse the claim with, `field` the Teleplan P number.
    """

    code: str
    severity: Severity
    message: str
    hint: str
    place: Place = Place()
    column: str = ""
    value: str = ""
    session_id: str = ""
    claim_id: int | None = None
    explanatory_code: str = ""
    field: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether the session stays behind because of it."""
        return self.severity is Severity.ERROR
