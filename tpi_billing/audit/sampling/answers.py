"""What a reviewer wrote in one row, cell by cell, and what does not go together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from tpi_billing.audit.sampling.checklist import (
    ANSWERS,
    DAY,
    ELEMENTS,
    REMARK,
    REVIEWER,
    RIGHT,
    VERDICT,
)
from tpi_billing.errors import Trouble
from tpi_billing.intake.shown import Cell, shown
from tpi_billing.model.money import cents_of, dollars
from tpi_billing.model.sample import SampledClaim, Verdict

_NEEDS_AMOUNT = frozenset({Verdict.PARTLY, Verdict.OTHER_ITEM})
_MOST_CENTS = 99_999_999
_LONGEST = 2_000

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Answer:
    """A row as it was filled in; what is blank is None or `""`.

    `right_cents` follows from the verdict where it does.
    """

    row: int
    claim: SampledClaim
    verdict: Verdict | None
    right_cents: int | None
    elements: Mapping[str, str]
    remark: str
    reviewer: str
    day: date | None

    @property
    def finished(self) -> bool:
        """Tell whether there is all that a verdict needs: an amount, and a reason for a bad one."""
        if self.verdict is None or self.right_cents is None:
            return False
        return self.verdict is Verdict.SUPPORTED or bool(self.remark)

    @property
    def begun(self) -> bool:
        """Tell whether anything at all was filled in."""
        return bool(self.verdict or self.right_cents is not None or self.elements or self.remark)


def read_answer(
    row: int, claim: SampledClaim, given: Mapping[str, Cell], today: date
) -> tuple[Answer, list[Trouble]]:
    """Read a row; each trouble says column and cure. What cannot be read counts as blank."""
    troubles: list[Trouble] = []

    def read(title: str, reader: Callable[[Cell], _Read | None], cure: str) -> _Read | None:
        cell = given[title]
        if not shown(cell):
            return None
        try:
            return reader(cell)
        except ValueError as error:
            value = shown(cell)[:40]
            troubles.append(Trouble(str(error), cure, column=title, value=value))
            return None

    elements = {
        element.key: said
        for element in ELEMENTS
        if (said := read(element.title, _word, f"Choose one of: {', '.join(ANSWERS)}."))
    }
    verdict = read(VERDICT, _verdict, f"Choose one of: {', '.join(Verdict)}.")
    amount = read(RIGHT, _cents, "Write dollars and cents, such as 62.13.")
    remark = read(REMARK, _text, "Shorten it.") or ""
    reviewer = read(REVIEWER, _text, "Shorten it.") or ""
    day = read(DAY, lambda cell: _day(cell, today), "Write a day, such as 2026-11-05.")
    troubles += _contradiction(claim, verdict, amount)
    right = _right(claim, verdict, amount)
    return Answer(row, claim, verdict, right, elements, remark, reviewer, day), troubles


def _right(claim: SampledClaim, verdict: Verdict | None, amount: int | None) -> int | None:
    if amount is None and verdict is Verdict.SUPPORTED:
        return claim.stake_cents
    if amount is None and verdict is Verdict.NOT_SUPPORTED:
        return 0
    return amount


def _contradiction(
    claim: SampledClaim, verdict: Verdict | None, amount: int | None
) -> list[Trouble]:
    """Say what of verdict and amount cannot both be."""
    if amount is None:
        return []
    stake = claim.stake_cents
    if verdict is Verdict.SUPPORTED and amount != stake:
        said = f"A supported claim has the right amount: {dollars(stake)}."
        cure = f"Leave the amount blank, or choose {Verdict.PARTLY} or {Verdict.OTHER_ITEM}."
    elif verdict is Verdict.NOT_SUPPORTED and amount:
        said = "Nothing is right for a claim that is not supported."
        cure = f"Leave the amount blank, or choose {Verdict.PARTLY} or {Verdict.OTHER_ITEM}."
    else:
        return []
    return [Trouble(said, cure, column=RIGHT, value=dollars(amount))]


def _word(cell: Cell) -> str:
    word = _folded(cell)
    if word not in ANSWERS:
        raise ValueError("There is no such answer.")
    return word


def _verdict(cell: Cell) -> Verdict:
    try:
        return Verdict(_folded(cell))
    except ValueError:
        raise ValueError("There is no such verdict.") from None


def _folded(cell: Cell) -> str:
    return " ".join(shown(cell).split()).casefold()


def _cents(cell: Cell) -> int:
    wrong = ValueError("That is not an amount of dollars and cents.")
    if isinstance(cell, str):
        try:
            cents = cents_of(cell)
        except ValueError:
            raise wrong from None
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        try:
            # A spreadsheet keeps 77.92 as the nearest binary fraction.
            exact = Decimal(f"{cell:.12g}") * 100
            cents = int(exact)
        except (InvalidOperation, OverflowError, ValueError):
            raise wrong from None
        if exact != cents:
            raise wrong
    else:
        raise wrong
    if not 0 <= cents <= _MOST_CENTS:
        raise wrong
    return cents


def _text(cell: Cell) -> str:
    text = " ".join(shown(cell).split())
    if len(text) > _LONGEST:
        raise ValueError(f"The text has more than {_LONGEST} characters.")
    return text


def _day(cell: Cell, today: date) -> date:
    if isinstance(cell, datetime):
        day = cell.date()
    else:
        try:
            day = date.fromisoformat(shown(cell))
        except ValueError:
            raise ValueError("That is no day.") from None
    if day > today:
        raise ValueError("The day is still to come.")
    return day
