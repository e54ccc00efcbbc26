"""Lists, registers and tables as Excel sheets an office prints: title, heading on every page, rules, A4, page numbers.

Foreign text is written as strings: a title that begins with ``=`` is a title and no formula.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# Not in XML, so not in a workbook either.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_CHARACTERS = 32_000  # a cell holds 32767
_MARK = "FFE699"
_A3, _MOST_ON_A4 = 8, 190  # a wider list would be too small to read on A4: characters of all its columns
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: ``columns`` are (heading, width in characters); ``left``: columns set to the left.

    ``fills``: (row, column) → colour (RRGGBB); ``links``: (row, column) → target; ``strong``: rows in heavy type;
    ``marked``: rows to stand out. ``one_page``: shrunk to a single page.
    """

    name: str
    title: str
    columns: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[Any]]
    under: str = ""
    left: Sequence[int] = ()
    fills: Mapping[tuple[int, int], str] = field(default_factory=dict)
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    strong: Sequence[int] = ()
    marked: Collection[int] = ()
    foot: str = ""
    landscape: bool = True
    one_page: bool = False


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """The sheets as a workbook (written whole or not at all)."""
    save(_book(sheets), path)


def write_to(target: BinaryIO, sheets: Sequence[Sheet]) -> None:
    """The sheets as a workbook in memory."""
    book = _book(sheets)
    book.save(target)
    book.close()


def _book(sheets: Sequence[Sheet]) -> Workbook:
    from openpyxl import Workbook

    book = Workbook()
    for number, sheet in enumerate(sheets):
        place = book.worksheets[0] if number == 0 else book.create_sheet()
        place.title = name_of(sheet.name)
        draw(place, sheet)
    return book


def save(book: Any, path: Path) -> None:
    """Save beside its place first: a half-written workbook never stands there. The folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    book.save(part)
    book.close()
    part.replace(path)


def name_of(text: str) -> str:
    """A text as a sheet may be called."""
    return _NOT_IN_A_NAME.sub(" ", text)[:31] or "表"


def draw(sheet: Worksheet, what: Sheet) -> None:
    """Fill one sheet of a workbook."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    width = len(what.columns)
    title(sheet, what.title, width)
    head = 2
    if what.under:
        sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=max(2, width))
        cell = sheet.cell(2, 1)
        cell.value, cell.data_type, cell.font = clean(what.under), "s", Font(name="楷体", size=11)
        sheet.row_dimensions[2].height = 20
        head = 3
    pen = Pen(sheet)
    header(sheet, pen, head, [name for name, _ in what.columns])
    for number, row in enumerate(what.rows):
        for column, value in enumerate(row):
            link = what.links.get((number, column), "") if isinstance(value, str) and value else ""
            pen.put(
                head + 1 + number, column + 1, value, centred=column not in what.left, heavy=number in what.strong,
                fill=what.fills.get((number, column), _MARK if number in what.marked else ""), link=link,
            )  # fmt: skip
        sheet.row_dimensions[head + 1 + number].height = 15 * _lines(row, what.columns) + 5
    for column, (_, size) in enumerate(what.columns, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = size
    last = head + max(1, len(what.rows))
    if what.foot:
        sheet.merge_cells(start_row=last + 1, start_column=1, end_row=last + 1, end_column=max(2, width))
        cell = sheet.cell(last + 1, 1)
        cell.value, cell.data_type, cell.font = clean(what.foot), "s", Font(name="宋体", size=9, color="595959")
        sheet.row_dimensions[last + 1].height = 20
    sheet.freeze_panes = f"A{head + 1}"
    if not what.strong:
        sheet.auto_filter.ref = f"A{head}:{get_column_letter(width)}{last}"
    page(sheet, f"1:{head}", landscape=what.landscape, one_page=what.one_page)
    if sum(width for _, width in what.columns) > _MOST_ON_A4:
        sheet.page_setup.paperSize = _A3


def title(sheet: Worksheet, text: str, columns: int) -> None:
    """The title over all columns, in row 1."""
    from openpyxl.styles import Alignment, Font

    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(2, columns))
    cell = sheet.cell(1, 1)
    cell.value = clean(text)
    cell.data_type = "s"
    cell.font = Font(name="黑体", size=14, bold=True)
    cell.alignment = Alignment(horizontal="left", vertical="center")
    sheet.row_dimensions[1].height = 30


def header(sheet: Worksheet, pen: Pen, row: int, names: Sequence[str], vertical_from: int = 0) -> None:
    """The headings; from column ``vertical_from`` on their characters stand one below the other."""
    for column, name in enumerate(names, start=1):
        upright = bool(vertical_from) and column >= vertical_from
        pen.put(row, column, name, centred=True, heavy=True, fill="DDEBF7", upright=upright)
    if not vertical_from:
        sheet.row_dimensions[row].height = 24


class Pen:
    """Writes ruled cells on a sheet. Each kind of cell is styled once and then copied: styling takes all the time."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._styles: dict[tuple[object, ...], Any] = {}

    def put(
        self,
        row: int,
        column: int,
        value: Any,
        *,
        centred: bool = False,
        size: float = 10,
        heavy: bool = False,
        fill: str = "",
        upright: bool = False,
        link: str = "",
    ) -> None:
        """One cell; a text stays a text. ``upright``: characters one below the other."""
        cell: Any = self._sheet.cell(row, column)
        cell.value = clean(value) if isinstance(value, str) else value
        if isinstance(value, str):
            cell.data_type = "s"
        if link:
            cell.hyperlink = link
        kind = (centred, size, heavy, fill, upright, bool(link))
        if kind in self._styles:
            cell._style = copy.copy(self._styles[kind])
        else:
            _dress(cell, centred, size, heavy, fill, upright, bool(link))
            self._styles[kind] = copy.copy(cell._style)


def _dress(cell: Any, centred: bool, size: float, heavy: bool, fill: str, upright: bool, linked: bool) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="A6A6A6")
    cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    face, colour = ("黑体" if heavy else "宋体"), ("0563C1" if linked else "000000")
    cell.font = Font(name=face, size=size, bold=heavy, color=colour, underline="single" if linked else None)
    cell.alignment = Alignment(
        horizontal="center" if centred else "left", vertical="center", wrap_text=True,
        text_rotation=255 if upright else 0,
    )  # fmt: skip
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)


def page(sheet: Worksheet, rows: str, *, landscape: bool = True, one_page: bool = False) -> None:
    """A4, as wide as one page, the head rows and the page number on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 1 if one_page else 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.8
    sheet.page_margins.header = sheet.page_margins.footer = 0.4
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = rows
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def clean(text: str) -> str:
    """The text without what a workbook cannot carry."""
    return _ILLEGAL.sub("", text)[:_MOST_CHARACTERS]


def _lines(row: Sequence[Any], columns: Sequence[tuple[str, float]]) -> int:
    """How many lines the tallest cell of a row needs; a Chinese character is as wide as two Latin ones."""
    most = 1
    for value, (_, width) in zip(row, columns, strict=False):
        lines = 0
        for line in str(value if value is not None else "").split("\n"):
            wide = sum(2 if ord(character) > 0x2E7F else 1 for character in line)
            lines += max(1, -(-wide // max(1, int(width) - 1)))
        most = max(most, lines)
    return min(most, 25)
