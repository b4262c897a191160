"""A fee schedule file on its way to be an edition of the workspace: compared before it is kept."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tpi_billing.codes.book import CodeBook
from tpi_billing.codes.doubts import Doubt
from tpi_billing.codes.edition_change import EditionChange, compare, price_doubts
from tpi_billing.codes.fee_file import FeeFile, OneEdition
from tpi_billing.codes.fees import FeeItem, Schedule
from tpi_billing.codes.files import CodeFiles, EditionFile, shipped_directory
from tpi_billing.model.money import dollars

COLUMNS = ("fee_item", "prefix", "amount", "title", "pdf_page", "status")


@dataclass(frozen=True)
class EditionPlan:
    """What an import would do.

    `change` is against the items in force on the edition's first day so far. `before` and `after`
    are the code lists without the edition and with it; `after` lasts as long as the planning.
    """

    path: Path
    content: bytes
    unchanged: bool
    change: EditionChange
    doubts: tuple[Doubt, ...]
    before: CodeBook
    after: CodeBook


class _WithEdition(CodeFiles):
    """A workspace's code lists with one more edition, in the place of its own of that date."""

    def __init__(self, workspace: Path, edition: EditionFile) -> None:
        super().__init__(shipped_directory(), workspace)
        self._edition = edition

    def editions(self) -> list[EditionFile]:
        others = [
            file
            for file in super().editions()
            if (file.origin, file.date) != (self._edition.origin, self._edition.date)
        ]
        return sorted([*others, self._edition], key=lambda file: (file.date, file.origin))


@contextmanager
def planned_edition(workspace: Path, file: FeeFile) -> Iterator[EditionPlan]:
    """Plan to keep a fee schedule as an edition of the workspace; nothing of it is written there.

    ConfigurationError when the workspace's own lists are broken already.
    """
    files = CodeFiles(shipped_directory(), workspace)
    schedule = Schedule(files)
    in_force = schedule.items_on(file.date)
    items = _with_what_is_known(file.items, in_force)
    content = render_edition(file, items)
    path = workspace / "fee_codes" / "schedule" / f"{file.date}.csv"
    before = CodeBook(files)
    with tempfile.TemporaryDirectory(prefix="tpi-billing-") as folder:
        draft = Path(folder) / path.name
        draft.write_bytes(content)
        after = _WithEdition(workspace, EditionFile(file.date, draft, "workspace"))
        change = compare(in_force, Schedule(after).items_on(file.date))
        doubts = price_doubts(change, before.rules.items)
        same = [_stored(each) == (file.complete, items) for each in _on_date(files, file)]
        yield EditionPlan(
            path=path,
            content=content,
            unchanged=path.exists() and same[-1:] == [True],
            change=change,
            doubts=(*doubts, *_date_doubts(file, schedule, known=bool(same))),
            before=before,
            after=CodeBook(after),
        )


def render_edition(file: FeeFile, items: Mapping[str, FeeItem]) -> bytes:
    """Write the edition as the CSV form that the code lists are read from."""
    came = {"msp": "MSP's fee schedule file", "csv": "the clinic's own file"}[file.form]
    remarks = [
        f"source: {came} {file.name}, SHA-256 {file.sha256}",
        f"edition: {file.date}",
        f"complete: {'yes' if file.complete else 'no'}",
        "status: clinic = as the clinic's own file gives the amount",
        *(f"unknown record, line {line.row}: {line.text}" for line in file.unknown),
    ]
    return render_csv(
        remarks,
        COLUMNS,
        (
            (
                item.code,
                item.prefix,
                dollars(item.amount_cents),
                item.title,
                item.pdf_page or "",
                item.status,
            )
            for item in items.values()
        ),
    )


def render_csv(
    remarks: Iterable[str], columns: Iterable[str], rows: Iterable[Iterable[object]]
) -> bytes:
    """Write a code list: remark lines, the header, the rows."""
    text = io.StringIO(newline="")
    text.writelines(f"# {remark}\n" for remark in remarks)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _with_what_is_known(
    items: Mapping[str, FeeItem], in_force: Mapping[str, FeeItem]
) -> dict[str, FeeItem]:
    """Keep an item's letter, and its title where the file has none: the file lacks them."""
    kept = {}
    for code in sorted(items):
        item, known = items[code], in_force.get(code)
        if known is not None:
            update = {"prefix": item.prefix or known.prefix, "title": item.title or known.title}
            item = item.model_copy(update=update)
        kept[code] = item
    return kept


def _on_date(files: CodeFiles, file: FeeFile) -> list[EditionFile]:
    return [each for each in files.editions() if each.date == file.date]


def _stored(file: EditionFile) -> tuple[bool, dict[str, FeeItem]]:
    schedule = Schedule(OneEdition(file))
    return schedule.editions[0].complete, schedule.items_on(file.date)


def _date_doubts(file: FeeFile, schedule: Schedule, *, known: bool) -> Iterator[Doubt]:
    newest = schedule.editions[-1].date
    if known:
        yield Doubt("exists", f"there is an edition {file.date} already, with other content")
    if file.date < newest:
        message = f"the edition would be valid from {file.date}, before the newest one, {newest}"
        yield Doubt("older", message)
