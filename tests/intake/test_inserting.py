"""A first column inserted the way a spreadsheet program does it: everything moves along."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import ColorScaleRule, FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table

from tpi_billing.intake.inserting import insert_first_column
from tpi_billing.intake.references import shift_formula, shift_range

SHEET = "My visits"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A1", "B1"),
        ("$A$1", "$B$1"),
        ("Z9:AZ10", "AA9:BA10"),
        ("A:C", "B:D"),
        ("$A:$C", "$B:$D"),
        ("1:3", "1:3"),
        ("A1 C3:D4", "B1 D3:E4"),
        ("A1:XFD1", "B1:XFD1"),
        ("a1", "B1"),
    ],
)
def test_ranges(before: str, after: str) -> None:
    assert shift_range(before) == after


@pytest.mark.parametrize(
    ("before", "within", "elsewhere"),
    [
        ("=A1+$B$2", "=B1+$C$2", "=A1+$B$2"),
        ("=SUM(A:A)*2", "=SUM(B:B)*2", "=SUM(A:A)*2"),
        ("=SUM(1:3)", "=SUM(1:3)", "=SUM(1:3)"),
        ("='My visits'!A1", "='My visits'!B1", "='My visits'!B1"),
        ("='my VISITS'!A1:C2", "='my VISITS'!B1:D2", "='my VISITS'!B1:D2"),
        ("=Other!A1", "=Other!A1", "=Other!A1"),
        ("=[1]Other!A1", "=[1]Other!A1", "=[1]Other!A1"),
        ('=IF(A1="A1","B2",B2)', '=IF(B1="A1","B2",C2)', '=IF(A1="A1","B2",B2)'),
        ("=TOTAL+LOG10(A1)", "=TOTAL+LOG10(B1)", "=TOTAL+LOG10(A1)"),
        ("=SUM(A1:INDEX(B:B,3))", "=SUM(B1:INDEX(C:C,3))", "=SUM(A1:INDEX(B:B,3))"),
        ("=visits[phn]", "=visits[phn]", "=visits[phn]"),
        ("=A1:B2 B2:C3", "=B1:C2 C2:D3", "=A1:B2 B2:C3"),
        ("A1>0", "B1>0", "A1>0"),
        ('"M,F"', '"M,F"', '"M,F"'),
        ("=", "=", "="),
        ('="open', '="open', '="open'),
    ],
)
def test_formulas(before: str, within: str, elsewhere: str) -> None:
    assert shift_formula(before, SHEET, within=True) == within
    assert shift_formula(before, SHEET, within=False) == elsewhere


@pytest.fixture
def book(tmp_path: Path) -> Workbook:
    """Make a workbook with something of everything, and load it as a stranger's."""
    made = Workbook()
    sheet: Any = made.active
    sheet.title = SHEET
    other: Any = made.create_sheet("Other")
    sheet.merge_cells("A1:C1")
    sheet["A1"] = "October"
    for row in ([], ["Id", "Count", "Double"], ["V1", 2, "=B4*2"], ["V2", 3, "=B5*2"]):
        sheet.append(row)
    sheet["A3"].font = Font(bold=True)
    sheet["B4"].fill = PatternFill("solid", start_color="FF00FF00")
    sheet["B4"].comment = Comment("looked at", "clerk")
    sheet["A5"].hyperlink = Hyperlink(ref="A5", location=f"'{SHEET}'!B4")
    sheet["C6"] = ArrayFormula("C6:C7", "=B4:B5*2")
    sheet["D4"] = "=SUM(Other!A1:A2)"
    sheet.column_dimensions["A"].width = 31
    sheet.column_dimensions["B"].hidden = True
    sheet.column_dimensions.group("D", "F", outline_level=1)
    sheet.row_dimensions[4].height = 40
    sheet.freeze_panes = "B4"
    sheet.auto_filter.ref = "A3:C5"
    sheet.auto_filter.add_filter_column(1, ["2"])
    sheet.add_table(Table(displayName="visits", ref="A3:C5"))
    validation = DataValidation(type="list", formula1=f"'{SHEET}'!$A$4:$A$5")
    validation.add("B4:B5")
    sheet.add_data_validation(validation)
    sheet.conditional_formatting.add("B4:C5", FormulaRule(formula=["$B4>2"], font=Font(bold=True)))
    scale = ColorScaleRule(
        start_type="formula",
        start_value="$B$4",
        start_color="FFFFFF",
        end_type="max",
        end_color="FF0000",
    )
    sheet.conditional_formatting.add("B4:B5", scale)
    sheet.print_title_rows, sheet.print_title_cols = "1:3", "A:B"
    sheet.print_area = "A1:C5"
    made.defined_names["counts"] = DefinedName("counts", attr_text=f"'{SHEET}'!$B$4:$B$5")
    made.defined_names["others"] = DefinedName("others", attr_text="Other!$B$4")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=3, max_row=5), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=5))
    sheet.add_chart(chart, "E2")
    other["A1"], other["A2"] = f"='{SHEET}'!B4", "=A1"
    other.conditional_formatting.add(
        "A1", FormulaRule(formula=[f"'{SHEET}'!$B$4>A1"], font=Font(bold=True))
    )
    made.save(tmp_path / "stranger.xlsx")
    return load_workbook(tmp_path / "stranger.xlsx", rich_text=True)


@pytest.fixture
def moved(book: Workbook, tmp_path: Path) -> Workbook:
    insert_first_column(book, SHEET)
    book.save(tmp_path / "moved.xlsx")
    return load_workbook(tmp_path / "moved.xlsx")


def test_cells_move_with_their_looks(moved: Workbook) -> None:
    sheet: Any = moved[SHEET]
    assert [sheet.cell(row, 1).value for row in range(1, 8)] == [None] * 7
    assert [c.value for c in sheet[4][1:]] == ["V1", 2, "=C4*2", "=SUM(Other!A1:A2)"]
    assert sheet["B3"].font.bold
    assert sheet["C4"].fill.start_color.rgb == "FF00FF00"
    assert sheet["C4"].comment.text == "looked at"
    assert sheet["B5"].hyperlink.location == f"'{SHEET}'!C4"
    assert sheet["B5"].hyperlink.ref == "B5"
    assert (sheet["D6"].value.ref, sheet["D6"].value.text) == ("D6:D7", "=C4:C5*2")
    assert sheet.row_dimensions[4].height == 40


def test_widths_and_groups_move(moved: Workbook) -> None:
    dimensions = moved[SHEET].column_dimensions
    assert dimensions["B"].width == 31
    assert dimensions["C"].hidden
    assert (dimensions["E"].min, dimensions["E"].max, dimensions["E"].outlineLevel) == (5, 7, 1)
    assert "A" not in dimensions


def test_merged_cells_panes_filters_and_tables_move(moved: Workbook) -> None:
    sheet: Any = moved[SHEET]
    assert [r.coord for r in sheet.merged_cells.ranges] == ["B1:D1"]
    assert sheet.freeze_panes == "C4"
    assert (sheet.sheet_view.pane.xSplit, sheet.sheet_view.pane.ySplit) == (2, 3)
    assert sheet.auto_filter.ref == "B3:D5"
    assert sheet.auto_filter.filterColumn[0].colId == 1
    assert sheet.tables["visits"].ref == "B3:D5"


def test_validations_and_formats_move(moved: Workbook) -> None:
    sheet: Any = moved[SHEET]
    (validation,) = sheet.data_validations.dataValidation
    assert str(validation.sqref) == "C4:C5"
    assert validation.formula1 == f"'{SHEET}'!$B$4:$B$5"
    formats = {str(f.sqref): f.rules[0] for f in sheet.conditional_formatting}
    assert formats["C4:D5"].formula == ["$C4>2"]
    assert formats["C4:C5"].colorScale.cfvo[0].val == "$C$4"


def test_print_set_up_and_names_move(moved: Workbook) -> None:
    sheet: Any = moved[SHEET]
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$3", "$B:$C")
    assert sheet.print_area == f"'{SHEET}'!$B$1:$D$5"
    assert moved.defined_names["counts"].attr_text == f"'{SHEET}'!$C$4:$C$5"
    assert moved.defined_names["others"].attr_text == "Other!$B$4"


def test_charts_move(moved: Workbook) -> None:
    (chart,) = moved[SHEET]._charts
    assert chart.anchor._from.col == 5
    (series,) = chart.series
    assert series.val.numRef.f == f"'{SHEET}'!$C$4:$C$5"
    assert series.tx.strRef.f == f"'{SHEET}'!C3"
    assert series.cat.numRef.f == f"'{SHEET}'!$B$4:$B$5"


def test_other_sheets_point_to_the_new_places(moved: Workbook) -> None:
    other: Any = moved["Other"]
    assert (other["A1"].value, other["A2"].value) == (f"='{SHEET}'!C4", "=A1")
    (found,) = other.conditional_formatting
    assert (str(found.sqref), found.rules[0].formula) == ("A1", [f"'{SHEET}'!$C$4>A1"])


def test_panes_that_freeze_rows_only_keep_the_first_column_in_sight(book: Workbook) -> None:
    sheet: Any = book[SHEET]
    sheet.freeze_panes = "A4"
    insert_first_column(book, SHEET)
    assert sheet.freeze_panes == "A4"


def test_cells_far_away_are_not_filled_in_between(book: Workbook) -> None:
    sheet: Any = book[SHEET]
    sheet.cell(1_048_576, 16_000, "far")
    count = len(sheet._cells)
    insert_first_column(book, SHEET)
    assert len(sheet._cells) == count
    assert sheet.cell(1_048_576, 16_001).value == "far"


def test_twice_is_two_columns() -> None:
    twice = shift_range(shift_range("A1:B2"))
    area = CellRange("A1:B2")
    area.shift(col_shift=2)
    assert twice == area.coord
    assert get_column_letter(area.min_col) == "C"
