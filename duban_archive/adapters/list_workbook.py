"""Lists as Excel workbooks: registers and results, one table a sheet, ready to print.

Foreign text is written as strings: a title that begins with ``=`` is a title and no formula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# What Excel cannot carry in a cell, and how much fits into one.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32000
_FIRST = 3  # the first row of the table's body
_LINE, _MOST_LINES = 14.0, 29  # a line's height in points, and how many lines Excel lets a row have (409 points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, its width in characters, and whether its values stand in the middle."""

    name: str
    width: float
    centred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSheet:
    """A sheet: the name of its tab, the title above the table, columns and rows; ``marked``: rows to stand out."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str | int | float | None]]
    marked: frozenset[int] = frozenset()


def write(path: Path, sheets: Sequence[ListSheet]) -> None:
    """Write the workbook: A4 landscape, as wide as a page, headings on every page, filters on."""
    from openpyxl import Workbook

    book = Workbook()
    for number, one in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        assert sheet is not None
        sheet.title = one.name
        _fill(sheet, one)
    book.save(path)


def _fill(sheet: Worksheet, one: ListSheet) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    thin = Side(style="thin", color="A6A6A6")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    face, heading = Font(name="宋体", size=10), Font(name="黑体", size=10, bold=True)
    shade, warning = PatternFill("solid", fgColor="DDEBF7"), PatternFill("solid", fgColor="FFE699")
    left = Alignment(horizontal="left", vertical="center", wrap_text=True)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    last = get_column_letter(len(one.columns))
    sheet.merge_cells(f"A1:{last}1")
    _put(sheet, 1, 1, one.title)
    sheet["A1"].font, sheet["A1"].alignment = Font(name="黑体", size=14, bold=True), left
    sheet.row_dimensions[1].height = 30
    for number, column in enumerate(one.columns, start=1):
        cell = _put(sheet, 2, number, column.name)
        cell.font, cell.fill, cell.border, cell.alignment = heading, shade, frame, middle
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for at, values in enumerate(one.rows):
        for number, (column, value) in enumerate(zip(one.columns, values, strict=True), start=1):
            cell = _put(sheet, _FIRST + at, number, value)
            cell.font, cell.border, cell.alignment = face, frame, middle if column.centred else left
            if at in one.marked:
                cell.fill = warning
        sheet.row_dimensions[_FIRST + at].height = _LINE * _lines(one.columns, values)
    sheet.freeze_panes = f"A{_FIRST}"
    sheet.auto_filter.ref = f"A2:{last}{max(2, _FIRST + len(one.rows) - 1)}"
    _page(sheet)


def _lines(columns: Sequence[Column], values: Sequence[str | int | float | None]) -> int:
    """How many lines the fullest cell of a row takes: a viewer that does not fit rows by itself would cut them."""
    most = 1
    for column, value in zip(columns, values, strict=True):
        if isinstance(value, str):
            wide = (sum(2 if ord(letter) > 0x2E7F else 1 for letter in line) for line in value.split("\n"))
            most = max(most, sum(max(1, math.ceil(cells / max(1.0, column.width - 1))) for cells in wide))
    return min(most, _MOST_LINES)


def _put(sheet: Worksheet, row: int, column: int, value: str | int | float | None) -> Any:
    cell = sheet.cell(row, column)
    cell.value = _ILLEGAL.sub("", value)[:_LONGEST] if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _page(sheet: Worksheet) -> None:
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:2"
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
