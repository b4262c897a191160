"""Rows of the referral registry: their columns, and what one row says of one referral.

A blank cell says nothing: it changes nothing of a referral that is known already, so that a list
without a column does not wipe out what was written down here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tpi_billing.config import Mapping as ColumnMapping
from tpi_billing.intake import cells
from tpi_billing.intake.cell_readers import cell_readers
from tpi_billing.intake.normalising import normalisers
from tpi_billing.intake.parsing import label, read_cells
from tpi_billing.intake.record_kind import RecordKind
from tpi_billing.intake.remarks import Remarks
from tpi_billing.model.finding import Problem
from tpi_billing.model.identifiers import is_phn
from tpi_billing.model.referral import RegisteredReferral
from tpi_billing.model.session import COLUMN, PROVINCES, Column, patient_key

_YES_NO = ("yes", "no")
REFERRAL_COLUMNS: tuple[Column, ...] = (
    COLUMN["phn"],
    COLUMN["dependent"],
    COLUMN["insurer"],
    COLUMN["registration_number"],
    COLUMN["patient_id"],
    COLUMN["referral_number"],
    COLUMN["referral_name"],
    COLUMN["referral_profession"],
    Column("referral_date", "date", "The day on which the clinic received the referral."),
    Column("reason", "text", "What the patient was referred for."),
    Column("letter", "text", "Where the letter is kept."),
    Column("implicit", "yes-no", "Is it an implicit re-referral?", choices=_YES_NO),
    Column(
        "implicit_excluded", "yes-no", "Does the referrer want no implicit one?", choices=_YES_NO
    ),
    Column("notice_sent", "date", "When the referrer was told of an implicit re-referral."),
    Column("closed_on", "date", "The last day on which it stands. Blank: it is open."),
    Column("updated_on", "date", "Written reports to the referrer, a semicolon between the days."),
)
REFERRALS = RecordKind(
    noun="referral",
    plural="referrals",
    columns=REFERRAL_COLUMNS,
    necessary=("referral_number", "referral_date"),
    telling=frozenset({"phn", "registration_number", "patient_id", "referral_date"}),
    otherwise="name them phn, referral_number, referral_name and referral_date in the file.",
)

_DEPENDENTS = frozenset({"", "00", "66"})
_ORDER = {column.name: place for place, column in enumerate(REFERRAL_COLUMNS)}


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral of one patient as a row has it; None and `""` are what it does not say."""

    patient_key: str
    number: str
    received: date
    name: str = ""
    profession: str = ""
    reason: str = ""
    letter: str = ""
    implicit: bool | None = None
    implicit_excluded: bool | None = None
    notice_sent: date | None = None
    closed_on: date | None = None
    updates: tuple[date, ...] = ()

    def applied_to(self, known: RegisteredReferral | None) -> RegisteredReferral:
        """Return the referral after this row: what it does not say stays as it was."""
        old = known or RegisteredReferral(0, self.number, "", "", self.received)
        return RegisteredReferral(
            referral_id=old.referral_id,
            number=self.number,
            name=self.name or old.name,
            profession=self.profession or old.profession,
            received=self.received,
            reason=self.reason or old.reason,
            letter=self.letter or old.letter,
            implicit=old.implicit if self.implicit is None else self.implicit,
            implicit_excluded=(
                old.implicit_excluded if self.implicit_excluded is None else self.implicit_excluded
            ),
            notice_sent=self.notice_sent or old.notice_sent,
            closed_on=self.closed_on or old.closed_on,
            updates=tuple(sorted({*old.updates, *self.updates})),
        )


def _days(text: str) -> tuple[date, ...]:
    return tuple(sorted({cells.day(part) for part in cells.listed(text)}))


_READ: dict[str, Callable[[str], Any]] = {
    "phn": cells.identifier,
    "dependent": cells.identifier,
    "insurer": cells.insurer,
    "registration_number": cells.identifier,
    "patient_id": cells.identifier,
    "referral_number": cells.capital_identifier,
    "referral_name": cells.name,
    "referral_profession": str.lower,
    "referral_date": cells.day,
    "reason": str,
    "letter": str,
    "implicit": cells.yes_or_no,
    "implicit_excluded": cells.yes_or_no,
    "notice_sent": cells.day,
    "closed_on": cells.day,
    "updated_on": _days,
}


_READERS = cell_readers(_READ, frozenset({"updated_on"}))
UNKNOWN_DAY = date.min
"""Stands for the day of a referral whose day cannot be read."""


def parse_referral(values: Mapping[str, str]) -> tuple[ReferralRow | None, tuple[Problem, ...]]:
    """Read one row of canonical text; return it, or None and everything that is wrong with it.

    Problems come in the order of the columns: `missing-value` and `invalid-value` for cells, and
    those of a health number for the patient's. Whose it is follows the rule of sessions.
    """
    typed, problems = read_cells(values, _READERS, frozenset())
    named = {problem.column for problem in problems}
    problems += [problem for problem in _of_patient(typed) if problem.column not in named]
    problems += [
        Problem("missing-value", f"The {label(column)} is blank. {why}", column)
        for column, why in (
            ("referral_number", "A referral without its referrer cannot go onto a claim."),
            ("referral_date", "Without its day nobody knows which visits it is for."),
        )
        if column not in named and not typed.get(column)
    ]
    if problems:
        return None, in_order(problems)
    return _row(typed, patient_key({name: text.strip() for name, text in values.items()}, "")), ()


def readable_part(values: Mapping[str, str]) -> RegisteredReferral:
    """Return what can be read of a row that is no referral, to look for further faults in it."""
    typed, _ = read_cells(values, _READERS, frozenset())
    return _row(typed, "").applied_to(None)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Put problems of one row into the order of the columns."""
    return tuple(sorted(problems, key=lambda one: _ORDER.get(one.column, -1)))


def _row(typed: Mapping[str, Any], key: str) -> ReferralRow:
    get = typed.get
    return ReferralRow(
        patient_key=key,
        number=get("referral_number", ""),
        received=get("referral_date") or UNKNOWN_DAY,
        name=get("referral_name", ""),
        profession=get("referral_profession", ""),
        reason=get("reason", ""),
        letter=get("letter", ""),
        # A cell of nothing but invisible characters is blank text, whatever its column holds.
        implicit=None if (flag := get("implicit")) == "" else flag,
        implicit_excluded=None if (flag := get("implicit_excluded")) == "" else flag,
        notice_sent=get("notice_sent") or None,
        closed_on=get("closed_on") or None,
        updates=get("updated_on") or (),
    )


def values_of_words(words: Mapping[str, str]) -> dict[str, str]:
    """Turn words by column, as a person types them, into the values of a file's row."""
    readers = normalisers(ColumnMapping(), Remarks(), columns=REFERRAL_COLUMNS)
    return {name: readers[name](text) for name, text in words.items() if text.strip()}


def _of_patient(typed: Mapping[str, Any]) -> list[Problem]:
    """Find what is wrong with the numbers that say whose referral it is."""
    phn, insurer = typed.get("phn", ""), typed.get("insurer") or "MSP"
    problems = []
    if phn and insurer not in PROVINCES and not is_phn(phn):
        problems.append(_wrong_phn(phn))
    if typed.get("dependent", "") not in _DEPENDENTS:
        problems.append(
            Problem(
                "dependent-invalid",
                "The dependent number is neither 00 nor 66.",
                "dependent",
                typed["dependent"],
                "Leave it blank; 66 is for a newborn on its mother's number.",
            )
        )
    if phn:
        return problems
    if typed.get("registration_number") and insurer not in PROVINCES:
        problems.append(
            Problem(
                "missing-value",
                "A registration number needs the province that gave it.",
                "insurer",
                hint="Write the province's code, such as AB.",
            )
        )
    elif not typed.get("registration_number") and not typed.get("patient_id"):
        problems.append(
            Problem(
                "missing-value",
                "There is neither a health number nor a registration nor a chart number: nobody "
                "knows whose referral it is.",
                "phn",
                hint="Enter the patient's personal health number.",
            )
        )
    return problems


def _wrong_phn(phn: str) -> Problem:
    hint = "Compare the number with the patient's card."
    if len(phn) == 10 and phn.isascii() and phn.isdigit() and phn[0] == "9":
        message = "The last digit of the personal health number does not fit the other nine."
        return Problem("phn-check-digit", message, "phn", phn, hint)
    message = "The personal health number is not ten digits beginning with 9."
    return Problem("phn-not-bc", message, "phn", phn, hint)
