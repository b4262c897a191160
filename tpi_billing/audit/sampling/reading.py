"""Read a reviewer's workbook back: what each row says, and everything that is wrong with it.

A row is known by its claim's number and by the letters in its last column, so it may be sorted and
filtered, and a number that was changed is seen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tpi_billing.audit.sampling.answers import Answer, read_answer
from tpi_billing.audit.sampling.checklist import (
    ABOUT,
    CHECK,
    CLAIM,
    HASH_LABEL,
    SAMPLE_LABEL,
    SHEET,
    TO_FILL,
)
from tpi_billing.errors import ConflictError, FileError, Trouble
from tpi_billing.intake.shown import Cell, folded, shown
from tpi_billing.intake.workbook import Workbook
from tpi_billing.ledger.samples import read_sample
from tpi_billing.ledger.store import Connection
from tpi_billing.model.sample import Sample, SampledClaim

_FRESH = "Write the workbook anew with the same audit sample command, and copy the answers into it."
_FROM_HERE = "Name the workbook that audit sample wrote, filled in and saved as .xlsx."


@dataclass(frozen=True, slots=True)
class Review:
    """What a workbook says: the sample that it is of, and the answers of its rows in order."""

    sample: Sample
    answers: tuple[Answer, ...]


def read_review(connection: Connection, data_centre: str, path: Path, today: date) -> Review:
    """Read a workbook as of a day; raise FileError with everything that is wrong in it.

    Raise ConflictError for the workbook of a sample that is not this ledger's.
    """
    book = _open(path)
    try:
        _insist_on_sheets(book, path)
        sample = _sample_of(connection, data_centre, book, path)
        return Review(sample, _read_rows(book, sample, path, today))
    finally:
        book.close()


def _open(path: Path) -> Workbook:
    try:
        return Workbook(path)
    except FileNotFoundError:
        raise FileError(
            "There is no such file.",
            hint="Check the name and the folder; a name with blanks goes between quotes.",
            file=str(path),
        ) from None
    except OSError as error:
        raise FileError(
            f"The file cannot be opened: {error.strerror or error}.",
            hint="Close it if it is open in another program, and check that you may read it.",
            file=str(path),
        ) from None


def _insist_on_sheets(book: Workbook, path: Path) -> None:
    if missing := [name for name in (SHEET, ABOUT) if name not in book.sheets]:
        raise FileError(
            f"The workbook has no sheet {missing[0]}: it is none that audit sample wrote.",
            hint=_FROM_HERE,
            file=str(path),
        )


def _sample_of(connection: Connection, data_centre: str, book: Workbook, path: Path) -> Sample:
    facts: dict[str, str] = {}
    for _, cells in book.grid(ABOUT).top():
        texts = [shown(cell) for cell in cells[:2]]
        if len(texts) == 2:
            facts.setdefault(texts[0], texts[1])
    number, printed = facts.get(SAMPLE_LABEL, ""), facts.get(HASH_LABEL, "")
    if not (number.isascii() and number.isdigit() and printed):
        raise FileError(
            "The workbook does not say which sample it is of.",
            hint=_FROM_HERE,
            file=str(path),
            sheet=ABOUT,
        )
    sample = read_sample(connection, data_centre, int(number[:9]))
    if sample is None or sample.journal_hash != printed:
        raise ConflictError(
            f"This ledger has no such sample {number}.",
            hint="It belongs to another ledger, or its sheet About was changed. " + _FRESH,
            file=str(path),
            sheet=ABOUT,
        )
    return sample


def _read_rows(book: Workbook, sample: Sample, path: Path, today: date) -> tuple[Answer, ...]:
    grid = book.grid(SHEET)
    header_row, places = _header(grid.top(), path)
    claims = {str(one.claim_id): one for one in sample.claims}
    seen: dict[int, int] = {}
    answers: list[Answer] = []
    troubles: list[Trouble] = []
    for row, cells in grid.below(header_row):
        if not cells:  # a row far below may have a million of them above it
            continue
        given = {title: _cell(cells, place) for title, place in places.items()}
        if not any(shown(cell) for cell in given.values()):
            continue
        claim = _claim_of(given, claims, sample)
        if claim is None or claim.claim_id in seen:
            troubles.append(_strange_row(path, row, claim, seen))
            continue
        seen[claim.claim_id] = row
        answer, wrong = read_answer(row, claim, given, today)
        answers.append(answer)
        troubles += [_placed(one, path, row) for one in wrong]
    troubles += _missing(claims.values(), seen, path)
    if troubles:
        raise FileError.of(troubles)
    return tuple(answers)


def _header(top: Sequence[tuple[int, Sequence[Cell]]], path: Path) -> tuple[int, dict[str, int]]:
    """Find the row of the column titles, and where each column that is read stands."""
    wanted = (CLAIM, *TO_FILL, CHECK)
    for row, cells in top:
        titles = {folded(shown(cell)): place for place, cell in enumerate(cells)}
        if folded(CLAIM) in titles and folded(CHECK) in titles:
            missing = [title for title in wanted if folded(title) not in titles]
            if missing:
                raise FileError.of(
                    [
                        Trouble("The column is missing.", _FRESH, str(path), SHEET, row, title)
                        for title in missing
                    ]
                )
            return row, {title: titles[folded(title)] for title in wanted}
    raise FileError(
        f"The row of column titles, with {CLAIM} and {CHECK}, is not there.",
        hint=_FRESH,
        file=str(path),
        sheet=SHEET,
    )


def _cell(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


def _claim_of(
    given: Mapping[str, Cell], claims: Mapping[str, SampledClaim], sample: Sample
) -> SampledClaim | None:
    claim = claims.get(shown(given[CLAIM]))
    if claim is None or shown(given[CHECK]) != sample.row_check(claim.claim_id):
        return None
    return claim


def _strange_row(
    path: Path, row: int, claim: SampledClaim | None, seen: Mapping[int, int]
) -> Trouble:
    if claim is None:
        said = "The claim's number is not the one that was drawn: it was changed, or the row added."
    else:
        said = f"The claim stands in row {seen[claim.claim_id]} already."
    return Trouble(said, _FRESH, str(path), SHEET, row, CLAIM)


def _placed(trouble: Trouble, path: Path, row: int) -> Trouble:
    return Trouble(
        trouble.message, trouble.hint, str(path), SHEET, row, trouble.column, trouble.value
    )


def _missing(
    claims: Iterable[SampledClaim], seen: Mapping[int, int], path: Path
) -> Iterator[Trouble]:
    for claim in claims:
        if claim.claim_id not in seen:
            said = f"The row of claim {claim.claim_id} is missing."
            yield Trouble(said, _FRESH, str(path), SHEET)
