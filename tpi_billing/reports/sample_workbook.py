"""The workbook for the reviewer of a sample: what was billed, and a checklist to fill in.

Only what does not change is printed, so the same sample gives the same bytes as long as its claims
stand as they did.
"""

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties

from tpi_billing import __version__
from tpi_billing.audit.sampling.checklist import (
    ANSWERS,
    DAY,
    ELEMENTS,
    NO,
    REMARK,
    REVIEWER,
    RIGHT,
    SHEET,
    TO_FILL,
    VERDICT,
)
from tpi_billing.audit.sampling.contents import ReviewRow
from tpi_billing.intake.saving import replacing, require_xlsx
from tpi_billing.model.sample import Sample, Verdict
from tpi_billing.reports.fields import Field
from tpi_billing.reports.sample_fields import BILLED, CHECKS, VERDICT_FIELDS
from tpi_billing.reports.sheets.sample_about import add_sample_about
from tpi_billing.reports.sheets.sample_help import add_sample_help
from tpi_billing.reports.wording import count_of, moment_of
from tpi_billing.reports.xlsx.book import Book, Sheet
from tpi_billing.reports.xlsx.page import set_page
from tpi_billing.reports.xlsx.styles import HEADING, LINE, RED
from tpi_billing.reports.xlsx.table import TABLE_TOP, put_heading, put_table

_FROZEN = 4
_PRINT_SCALE = 57
_SIDE, _HAIR = Side("thin", color=LINE), Side("hair", color=LINE)
_SIDES = Border(left=_SIDE, right=_SIDE, bottom=_HAIR)
_OPEN = DifferentialStyle(fill=PatternFill(bgColor="FFF8E1"), border=_SIDES)
_WRONG = DifferentialStyle(
    font=Font(color=RED, bold=True), fill=PatternFill(bgColor="FBE4E1"), border=_SIDES
)


def sample_workbook(
    sample: Sample, rows: Sequence[ReviewRow], out: Path, *, clinic_name: str
) -> None:
    """Write the workbook at `out`, for its owner only; patients are whole.

    Raise UsageError for a name that is no workbook's. A workbook that is there already stays and
    is a FileError, unless it is the very same: somebody may have filled it in.
    """
    require_xlsx(out)
    title = f"Sample {sample.sample_id}, {clinic_name}"
    book = Book(
        title=title,
        creator=f"tpi-billing {__version__}",
        created=moment_of(sample.drawn_at),
    )
    add_sample_help(book, sample, title)
    _add_review(book, rows, title)
    add_sample_about(book, sample, title, {row.sampled.stratum: row for row in rows})
    content = book.to_bytes()
    with replacing(out, only_new=True) as file:
        file.write(content)


def _add_review(book: Book, rows: Sequence[ReviewRow], title: str) -> None:
    sheet = book.sheet(SHEET, RED)
    fields = [*BILLED, *CHECKS, *VERDICT_FIELDS]
    put_heading(sheet, "Review", f"{title}  ·  {count_of(len(rows), 'claim')}")
    put_table(sheet, "Review", fields, rows, frozen_columns=_FROZEN)
    sheet.height(TABLE_TOP, 43)
    for row, record in enumerate(rows, TABLE_TOP + 1):
        sheet.height(row, 4 + 13 * _tallest(fields, record))
    first_check = len(BILLED) + 1
    first_verdict = first_check + len(CHECKS)
    injection = next(at for at, one in enumerate(ELEMENTS) if one.group == "injection")
    groups = {
        first_check: "Adequate record",
        first_check + injection: "Note of the injection",
        first_verdict: "Verdict",
    }
    for column in range(first_check, len(fields) + 1):
        sheet.put(TABLE_TOP - 1, column, groups.get(column), HEADING)
    places = {field.title: place for place, field in enumerate(fields, 1)}
    last = TABLE_TOP + len(rows)
    _add_choices(sheet, places, last)
    _add_colours(sheet, places, last)
    _set_print(sheet, title, (first_check - 1, first_verdict - 1))


def _tallest(fields: Sequence[Field[ReviewRow]], row: ReviewRow) -> int:
    """Count the lines of the tallest cell; each of its lines may be broken again."""
    return max(
        sum(len(wrap(line, field.width)) for line in str(field.value(row) or "").splitlines())
        for field in fields
        if field.kind == "wrapped"
    )


def _add_choices(sheet: Sheet, places: dict[str, int], last: int) -> None:
    """Add the drop-downs; each cell says in a bubble what it is about."""
    for element in ELEMENTS:
        _validate(sheet, places[element.title], last, element.title, element.meaning, ANSWERS)
    said = "What the chart says of the claim as it was billed. See How to review."
    _validate(sheet, places[VERDICT], last, VERDICT, said, tuple(Verdict))
    said = (
        "What should have been paid, in dollars. Only for partly and other item; for the others "
        "it follows from the verdict."
    )
    _validate(sheet, places[RIGHT], last, RIGHT, said)
    said = "Why, in a few words; needed for every verdict but supported."
    _prompt(sheet, places[REMARK], last, REMARK, said)
    said = "Your name. Blank: whoever brings the workbook back."
    _prompt(sheet, places[REVIEWER], last, REVIEWER, said)
    said = "The day, such as 2026-11-05. Blank: the day the workbook is brought back."
    _prompt(sheet, places[DAY], last, DAY, said)


def _validate(
    sheet: Sheet, column: int, last: int, title: str, said: str, choices: Sequence[str] = ()
) -> None:
    validation = DataValidation(
        type="list" if choices else "decimal",
        operator=None if choices else "greaterThanOrEqual",
        formula1=f'"{",".join(choices)}"' if choices else "0",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=title,
        error="Choose one of the list, or leave the cell blank."
        if choices
        else "Write dollars and cents, such as 62.13.",
        showInputMessage=True,
        promptTitle=title,
        prompt=said,
    )
    _add(sheet, column, last, validation)


def _prompt(sheet: Sheet, column: int, last: int, title: str, said: str) -> None:
    _add(
        sheet,
        column,
        last,
        DataValidation(allow_blank=True, showInputMessage=True, promptTitle=title, prompt=said),
    )


def _add(sheet: Sheet, column: int, last: int, validation: DataValidation) -> None:
    letter = get_column_letter(column)
    validation.add(f"{letter}{TABLE_TOP + 1}:{letter}{last}")
    sheet.ws.add_data_validation(validation)


def _add_colours(sheet: Sheet, places: dict[str, int], last: int) -> None:
    """Colour what is still to fill in, and what was found wrong."""
    top = TABLE_TOP + 1
    first, verdict, right, remark = (
        get_column_letter(places[title]) for title in (TO_FILL[0], VERDICT, RIGHT, REMARK)
    )
    end = get_column_letter(places[ELEMENTS[-1].title])
    bad = f'AND(${verdict}{top}<>"",${verdict}{top}<>"{Verdict.SUPPORTED}")'
    asks = f'OR(${verdict}{top}="{Verdict.PARTLY}",${verdict}{top}="{Verdict.OTHER_ITEM}")'
    for columns, formula, style in (
        (f"{first}:{end}", f'{first}{top}="{NO}"', _WRONG),
        (f"{first}:{end}", f'{first}{top}=""', _OPEN),
        (f"{verdict}:{verdict}", bad, _WRONG),
        (f"{verdict}:{verdict}", f'{verdict}{top}=""', _OPEN),
        (f"{right}:{right}", f'AND({right}{top}="",{asks})', _OPEN),
        (f"{remark}:{remark}", f'AND({remark}{top}="",{bad})', _OPEN),
    ):
        left, _, far = columns.partition(":")
        sheet.ws.conditional_formatting.add(
            f"{left}{top}:{far}{last}", Rule(type="expression", formula=[formula], dxf=style)
        )


def _set_print(sheet: Sheet, title: str, breaks_after: tuple[int, ...]) -> None:
    """Print bill, checklist and verdict on pages of their own, each beside claim and patient."""
    set_page(sheet, title, orientation="landscape")
    ws = sheet.ws
    ws.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
    ws.page_setup.fitToWidth = ws.page_setup.fitToHeight = None
    ws.page_setup.scale = _PRINT_SCALE
    ws.print_title_cols = f"A:{get_column_letter(_FROZEN)}"
    for column in breaks_after:
        ws.col_breaks.append(Break(id=column))
