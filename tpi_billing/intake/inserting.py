"""Inserts a first column into a sheet the way a spreadsheet program does.

openpyxl's own `insert_cols` moves cells only. Here everything that points at a column moves with
them: widths, merged cells, frozen panes, filters, validations, conditional formats, tables, names,
print titles, formulas of all sheets, charts and pivot tables.
"""

from collections.abc import Iterator
from typing import Any

from openpyxl.chart.data_source import MultiLevelStrRef, NumRef, StrRef
from openpyxl.descriptors.serialisable import Serialisable
from openpyxl.formatting.formatting import ConditionalFormatting, ConditionalFormattingList
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from tpi_billing.intake.references import points_to, shift_formula, shift_range

_LAST_COLUMN = 16_384


def insert_first_column(book: Workbook, title: str) -> None:
    """Move everything in the sheet `title` one column to the right; column A is then empty."""
    sheet: Any = book[title]
    _move_cells(sheet)
    _move_widths(sheet)
    _move_merged(sheet)
    _move_views(sheet)
    _move_filters_and_tables(sheet, title)
    _move_print_setup(sheet)
    _move_drawings(sheet)
    for other in book.worksheets:
        within = other.title == title
        _shift_formulas(other, title, within=within)
        _shift_validations(other, title, within=within)
        _shift_formats(other, title, within=within)
        _shift_names(other.defined_names, title)
        _shift_charts_and_pivots(other, title)
    for chart_sheet in book.chartsheets:
        _shift_charts_and_pivots(chart_sheet, title)
    _shift_names(book.defined_names, title)


def _move_cells(sheet: Any) -> None:
    # The dictionary itself, since going over rows and columns would fill in every blank cell.
    moved = {}
    for (row, column), cell in sheet._cells.items():
        cell.column = column + 1
        moved[row, column + 1] = cell
        if getattr(cell, "hyperlink", None) is not None:
            cell.hyperlink.ref = cell.coordinate
    sheet._cells = moved


def _move_widths(sheet: Any) -> None:
    dimensions = sheet.column_dimensions
    found = list(dimensions.values())
    dimensions.clear()
    for dimension in found:
        dimension.reindex()
        dimension.min += 1
        dimension.max = min(dimension.max + 1, _LAST_COLUMN)
        if dimension.min <= _LAST_COLUMN:
            dimension.index = get_column_letter(dimension.min)
            dimensions[dimension.index] = dimension


def _move_merged(sheet: Any) -> None:
    ranges = list(sheet.merged_cells.ranges)
    for merged in ranges:
        merged.shift(col_shift=1)
    sheet.merged_cells = MultiCellRange(ranges)


def _move_views(sheet: Any) -> None:
    for view in sheet.views.sheetView:
        view.topLeftCell = None
        pane = view.pane
        if pane is not None and pane.state in {"frozen", "frozenSplit"} and pane.xSplit:
            pane.xSplit += 1
            pane.topLeftCell = shift_range(pane.topLeftCell)
        for selection in view.selection:
            if selection.activeCell:
                selection.activeCell = shift_range(selection.activeCell)
            if selection.sqref:
                selection.sqref = shift_range(str(selection.sqref))


def _move_filters_and_tables(sheet: Any, title: str) -> None:
    _shift_filter(sheet.auto_filter)
    for table in sheet.tables.values():
        table.ref = shift_range(table.ref)
        _shift_filter(table.autoFilter)
        if table.sortState is not None:
            table.sortState.ref = shift_range(table.sortState.ref)
        for column in table.tableColumns:
            formula = column.calculatedColumnFormula
            if formula is not None and formula.attr_text:
                formula.attr_text = shift_formula(formula.attr_text, title, within=True)


def _shift_filter(found: Any) -> None:
    """Shift a filter; its columns count from its own left edge, and stay."""
    if found is None or not found.ref:
        return
    found.ref = shift_range(found.ref)
    if found.sortState is not None:
        found.sortState.ref = shift_range(found.sortState.ref)
        for condition in found.sortState.sortCondition:
            condition.ref = shift_range(condition.ref)


def _move_print_setup(sheet: Any) -> None:
    if sheet.print_title_cols:
        sheet.print_title_cols = shift_range(sheet.print_title_cols)
    areas = [area.coord for area in sheet._print_area.ranges]
    if areas:
        sheet.print_area = [shift_range(area) for area in areas]
    for page_break in sheet.col_breaks.brk:
        page_break.id += 1


def _move_drawings(sheet: Any) -> None:
    for drawing in (*sheet._charts, *sheet._images):
        anchor = drawing.anchor
        if isinstance(anchor, str):
            drawing.anchor = shift_range(anchor)
            continue
        for name in ("_from", "to"):
            corner = getattr(anchor, name, None)
            if corner is not None:
                corner.col += 1


def _shift_formulas(sheet: Any, title: str, *, within: bool) -> None:
    for cell in sheet._cells.values():
        value = cell.value
        if isinstance(value, ArrayFormula):
            value.text = shift_formula(value.text or "=", title, within=within)
            value.ref = shift_range(value.ref) if within else value.ref
        elif isinstance(value, DataTableFormula):
            if within:
                for name in ("ref", "r1", "r2"):
                    if getattr(value, name):
                        setattr(value, name, shift_range(getattr(value, name)))
        elif cell.data_type == "f":
            cell.value = shift_formula(value, title, within=within)
        link = getattr(cell, "hyperlink", None)
        if link is not None and link.location and points_to(link.location, title):
            link.location = shift_formula(link.location, title, within=False)


def _shift_validations(sheet: Any, title: str, *, within: bool) -> None:
    for validation in sheet.data_validations.dataValidation:
        if within:
            validation.sqref = MultiCellRange(shift_range(str(validation.sqref)))
        for name in ("formula1", "formula2"):
            formula = getattr(validation, name)
            if formula:
                setattr(validation, name, shift_formula(formula, title, within=within))


def _shift_formats(sheet: Any, title: str, *, within: bool) -> None:
    shifted = ConditionalFormattingList()
    for found in sheet.conditional_formatting:
        area = str(found.sqref)
        place = ConditionalFormatting(shift_range(area) if within else area, pivot=found.pivot)
        for rule in found.rules:
            rule.formula = [shift_formula(f, title, within=within) for f in rule.formula]
            for scale in (rule.colorScale, rule.dataBar, rule.iconSet):
                for point in scale.cfvo if scale is not None else ():
                    if point.type == "formula" and isinstance(point.val, str):
                        point.val = shift_formula(point.val, title, within=within)
            shifted.add(place, rule)
    sheet.conditional_formatting = shifted


def _shift_names(names: Any, title: str) -> None:
    for name in names.values():
        if name.attr_text:
            name.attr_text = shift_formula(name.attr_text, title, within=False)


def _shift_charts_and_pivots(sheet: Any, title: str) -> None:
    for chart in sheet._charts:
        for reference in _chart_references(chart, set()):
            if reference.f:
                reference.f = shift_formula(reference.f, title, within=False)
    for pivot in getattr(sheet, "_pivots", ()):
        if sheet.title == title:
            pivot.location.ref = shift_range(pivot.location.ref)
        source = pivot.cache.cacheSource.worksheetSource
        if source is not None and source.ref and source.sheet == title:
            source.ref = shift_range(source.ref)


def _chart_references(node: Any, seen: set[int]) -> Iterator[Any]:
    """Go through a chart's parts, each once, for those that name cells."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, NumRef | StrRef | MultiLevelStrRef):
        yield node
    elif isinstance(node, list | tuple):
        for part in node:
            yield from _chart_references(part, seen)
    elif isinstance(node, Serialisable):
        for part in vars(node).values():
            yield from _chart_references(part, seen)
