"""The gap report as an Excel workbook: the readiness matrix in colours, the gaps, and each unit's own list.

Foreign text is written as strings: a title that begins with ``=`` is a title and no formula.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.period_rules import label
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Slot = Mapping[str, Any]  # as ``gaps --json`` prints it

# Colours a black-and-white printer still tells apart; the word stands in the cell too.
_FILLS = {
    "complete": "C6E0B4", "not_applicable": "E7E6E6", "missing": "F8B4B4", "waiting": "FFE699", "returned": "F4B183",
    "too_few": "FFD966", "defective": "F4B183", "expired": "D9A6C9",
}  # fmt: skip
_WORST = ("missing", "expired", "defective", "returned", "too_few", "waiting", "complete", "not_applicable")
_LEVELS = {"must": "必备", "should": "应有", "may": "可有"}
_COLUMNS = (
    ("编号", 10), ("材料", 46), ("单位", 22), ("期间", 18), ("级别", 7), ("状态", 10), ("应有", 6), ("已归", 6),
    ("期限", 12), ("逾期", 6), ("说明", 60),
)  # fmt: skip


def write(path: Path, *, title: str, as_of: str, slots: Sequence[Slot]) -> None:
    """Write the workbook. ``slots``: all of them, in the checklist's order."""
    from openpyxl import Workbook

    book = Workbook()
    matrix = book.active
    assert matrix is not None
    matrix.title = "准备度"
    _matrix(matrix, f"{title} 准备度一览(截至 {as_of})", slots)
    open_slots = [slot for slot in slots if slot["state"] not in ("complete", "not_applicable")]
    _list(book.create_sheet("缺项清单"), f"{title} 缺项清单(截至 {as_of})", open_slots)
    by_unit = sorted(open_slots, key=lambda slot: slot["unit_name"])
    _list(book.create_sheet("按单位"), f"各单位缺项(截至 {as_of})", by_unit)
    book.save(path)


def _matrix(sheet: Worksheet, title: str, slots: Sequence[Slot]) -> None:
    from openpyxl.utils import get_column_letter

    units = list(dict.fromkeys(slot["unit_name"] for slot in slots))
    rows: dict[str, dict[str, list[Slot]]] = {}
    names = {slot["requirement"]: (slot["code"], slot["title"]) for slot in slots}
    for slot in slots:
        rows.setdefault(slot["requirement"], {}).setdefault(slot["unit_name"], []).append(slot)
    _title(sheet, title, 2 + len(units))
    _header(sheet, 2, ["编号", "材料", *units], vertical_from=3)
    for at, (requirement, cells) in enumerate(rows.items(), start=3):
        _put(sheet, at, 1, names[requirement][0])
        _put(sheet, at, 2, names[requirement][1])
        for column, unit in enumerate(units, start=3):
            _put(sheet, at, column, None)
            if unit in cells:
                _cell(sheet, at, column, cells[unit])
        lines = max(len(own) if len({s["state"] for s in own}) > 1 else 1 for own in cells.values())
        sheet.row_dimensions[at].height = 15 * max(lines, 1 + len(names[requirement][1]) // 24)
    sheet.column_dimensions["A"].width = 8
    sheet.column_dimensions["B"].width = 44
    for column in range(3, 3 + len(units)):
        sheet.column_dimensions[get_column_letter(column)].width = 9
    sheet.row_dimensions[2].height = 110
    sheet.freeze_panes = "C3"
    _page(sheet, "1:2")


def _cell(sheet: Worksheet, row: int, column: int, slots: Sequence[Slot]) -> None:
    from openpyxl.styles import PatternFill

    worst = min((slot["state"] for slot in slots), key=_WORST.index)
    if len({slot["state"] for slot in slots}) == 1:
        text = STATE_WORDS[worst]
    else:
        text = "\n".join(f"{label(slot['period'])[:5]}{STATE_WORDS[slot['state']]}" for slot in slots)
    cell = _put(sheet, row, column, text, centred=True, size=8)
    cell.fill = PatternFill("solid", fgColor=_FILLS[worst])


def _list(sheet: Worksheet, title: str, slots: Iterable[Slot]) -> None:
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    _title(sheet, title, len(_COLUMNS))
    _header(sheet, 2, [name for name, _ in _COLUMNS])
    row = 2
    for row, slot in enumerate(slots, start=3):
        values = (
            slot["code"], slot["title"], slot["unit_name"], label(slot["period"]), _LEVELS.get(slot["level"], ""),
            STATE_WORDS[slot["state"]], slot["wanted"], len(slot["held"]), slot["due"],
            "逾期" if slot["overdue"] else "", slot["why"],
        )  # fmt: skip
        for column, value in enumerate(values, start=1):
            cell = _put(sheet, row, column, value, centred=column not in (2, 3, 11))
            if column == 6:
                cell.fill = PatternFill("solid", fgColor=_FILLS[slot["state"]])
    for column, (_, width) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(_COLUMNS))}{max(row, 3)}"
    _page(sheet, "1:2")


def _title(sheet: Worksheet, text: str, columns: int) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(2, columns))
    cell = sheet.cell(1, 1)
    cell.value = text
    cell.data_type = "s"
    cell.font = Font(name="黑体", size=14, bold=True)
    cell.alignment = Alignment(horizontal="left", vertical="center")
    sheet.row_dimensions[1].height = 30


def _header(sheet: Worksheet, row: int, names: Sequence[str], vertical_from: int = 0) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for column, name in enumerate(names, start=1):
        cell = _put(sheet, row, column, name)
        cell.font = Font(name="黑体", size=10, bold=True)
        cell.fill = PatternFill("solid", fgColor="DDEBF7")
        upright = vertical_from and column >= vertical_from
        cell.alignment = Alignment(
            horizontal="center", vertical="center", wrap_text=True, text_rotation=255 if upright else 0
        )  # 255: characters upright, one below the other


def _put(sheet: Worksheet, row: int, column: int, value: Any, *, centred: bool = False, size: int = 10) -> Any:
    from openpyxl.styles import Alignment, Border, Font, Side

    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    thin = Side(style="thin", color="A6A6A6")
    cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    cell.font = Font(name="宋体", size=size)
    cell.alignment = Alignment(horizontal="center" if centred else "left", vertical="center", wrap_text=True)
    return cell


def _page(sheet: Worksheet, rows: str) -> None:
    """A4 landscape, as wide as one page, the head rows on each."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = rows
    if sheet.oddFooter is not None:
        sheet.oddFooter.center.text = "第 &P 页 共 &N 页"
