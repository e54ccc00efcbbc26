"""The gap report as an Excel workbook: matrix in colours, gaps, each unit's list, findings, changes, progress.

Every sheet is for the office: 问题与疑点 are marked so and never travel in a package.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters import table_sheet
from duban_archive.adapters.table_sheet import Pen, Sheet
from duban_archive.core.period_rules import label
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Slot = Mapping[str, Any]  # as ``gaps --json`` prints it
Json = Mapping[str, Any]

# Colours a black-and-white printer still tells apart; the word stands in the cell too.
FILLS = {
    "complete": "C6E0B4", "not_applicable": "E7E6E6", "missing": "F8B4B4", "waiting": "FFE699", "returned": "F4B183",
    "too_few": "FFD966", "defective": "F4B183", "expired": "D9A6C9",
}  # fmt: skip
_SEVERITY = {"error": ("问题", "F8B4B4"), "doubt": ("疑点", "FFE699"), "hint": ("提示", "DDEBF7")}
_WORST = ("missing", "expired", "defective", "returned", "too_few", "waiting", "complete", "not_applicable")
_LEVELS = {"must": "必备", "should": "应有", "may": "可有"}
_COLUMNS = (
    ("编号", 8), ("材料", 36), ("单位", 20), ("期间", 14), ("级别", 6), ("状态", 10), ("应有", 6), ("已归", 6),
    ("期限", 12), ("逾期", 6), ("说明", 40),
)  # fmt: skip


def write(
    path: Path,
    *,
    title: str,
    as_of: str,
    slots: Sequence[Slot],
    progress: Sequence[Json] = (),
    findings: Sequence[Json] = (),
    not_run: Sequence[Json] = (),
    links: Mapping[int, str] | None = None,
    changes: Sequence[Json] | None = None,
) -> None:
    """Write the workbook. ``slots``: all of them, in the checklist's order; ``links``: record → its original."""
    from openpyxl import Workbook

    book = Workbook()
    matrix = book.worksheets[0]
    matrix.title = "准备度"
    _matrix(matrix, f"{title} 准备度一览(截至 {as_of})", slots)
    open_slots = [slot for slot in slots if slot["state"] not in ("complete", "not_applicable")]
    by_unit = sorted(open_slots, key=lambda slot: (slot["unit_name"], slot["due"] or "9999"))
    sheets = [
        _list("缺项清单", f"{title} 缺项清单(截至 {as_of})", open_slots),
        _list("按单位", f"各单位缺项(截至 {as_of})", by_unit),
    ]
    if changes is not None:
        sheets.append(_changes(f"变化(截至 {as_of})", changes))
    sheets.append(_findings(f"问题与疑点(截至 {as_of})", findings, not_run, links or {}))
    if progress:
        sheets.append(_progress(f"{title} 进度", progress))
    for sheet in sheets:
        table_sheet.draw(book.create_sheet(sheet.name), sheet)
    table_sheet.save(book, path)


def _matrix(sheet: Worksheet, title: str, slots: Sequence[Slot]) -> None:
    from openpyxl.utils import get_column_letter

    units = list(dict.fromkeys(slot["unit_name"] for slot in slots))
    rows: dict[str, dict[str, list[Slot]]] = {}
    names = {slot["requirement"]: (slot["code"], slot["title"]) for slot in slots}
    for slot in slots:
        rows.setdefault(slot["requirement"], {}).setdefault(slot["unit_name"], []).append(slot)
    table_sheet.title(sheet, title, 2 + len(units))
    pen = table_sheet.Pen(sheet)
    table_sheet.header(sheet, pen, 2, ["编号", "材料", *units], vertical_from=3)
    for at, (requirement, cells) in enumerate(rows.items(), start=3):
        pen.put(at, 1, names[requirement][0])
        pen.put(at, 2, names[requirement][1])
        for column, unit in enumerate(units, start=3):
            if unit in cells:
                _cell(pen, at, column, cells[unit])
            else:
                pen.put(at, column, None)
        lines = max(len(own) if len({s["state"] for s in own}) > 1 else 1 for own in cells.values())
        sheet.row_dimensions[at].height = 15 * max(lines, 1 + len(names[requirement][1]) // 16) + 3
    sheet.column_dimensions["A"].width = 8
    sheet.column_dimensions["B"].width = 34
    for column in range(3, 3 + len(units)):
        sheet.column_dimensions[get_column_letter(column)].width = 7
    sheet.row_dimensions[2].height = 18 + 13 * max([4, *map(len, units)])
    sheet.freeze_panes = "C3"
    table_sheet.page(sheet, "1:2")


def _cell(pen: Pen, row: int, column: int, slots: Sequence[Slot]) -> None:
    worst = min((slot["state"] for slot in slots), key=_WORST.index)
    if len({slot["state"] for slot in slots}) == 1:
        text = STATE_WORDS[worst]
    else:
        text = "\n".join(f"{_short(slot['period'])}{STATE_WORDS[slot['state']]}" for slot in slots)
    pen.put(row, column, text, centred=True, size=8, fill=FILLS[worst])


def _short(period: str) -> str:
    """A period for a narrow cell: 2014 and 2014-2015 as 14."""
    words = label(period)
    return words[2:4] if words[:4].isdigit() else words[:2]


def _list(name: str, title: str, slots: Sequence[Slot]) -> Sheet:
    rows = [
        (
            slot["code"], slot["title"], slot["unit_name"], label(slot["period"]), _LEVELS.get(slot["level"], ""),
            STATE_WORDS[slot["state"]], slot["wanted"], len(slot["held"]), slot["due"],
            "逾期" if slot["overdue"] else "", slot["why"],
        )
        for slot in slots
    ]  # fmt: skip
    fills = {(number, 5): FILLS[slot["state"]] for number, slot in enumerate(slots)}
    fills |= {(number, 9): "F8B4B4" for number, slot in enumerate(slots) if slot["overdue"]}
    return Sheet(name=name, title=title, columns=_COLUMNS, rows=rows, left=(1, 2, 10), fills=fills)


def _changes(title: str, changes: Sequence[Json]) -> Sheet:
    rows = [
        (
            one["code"], one["title"], one["unit_name"], label(one["period"]), STATE_WORDS[one["before"]],
            STATE_WORDS[one["state"]], one["due"], one["why"],
        )
        for one in changes
    ]  # fmt: skip
    fills = {(number, 4): FILLS[one["before"]] for number, one in enumerate(changes)}
    fills |= {(number, 5): FILLS[one["state"]] for number, one in enumerate(changes)}
    columns = (
        ("编号", 8), ("材料", 36), ("单位", 20), ("期间", 14), ("原来", 10), ("现在", 10), ("期限", 12), ("说明", 40),
    )  # fmt: skip
    return Sheet(name="变化", title=title, columns=columns, rows=rows, left=(1, 2, 7), fills=fills)


def _findings(title: str, findings: Sequence[Json], not_run: Sequence[Json], links: Mapping[int, str]) -> Sheet:
    rows: list[tuple[Any, ...]] = []
    fills: dict[tuple[int, int], str] = {}
    targets: dict[tuple[int, int], str] = {}
    for number, one in enumerate(findings, 1):
        places = [str(_words(place)) for place in one["places"]] or [""]
        for first, (place, said) in enumerate(zip(one["places"] or [None], places, strict=True)):
            at = len(rows)
            word, colour = _SEVERITY.get(one["severity"], (one["severity"], "FFFFFF"))
            explained = one.get("explained") or {}
            note = explained.get("reason", "") if isinstance(explained, Mapping) else str(explained)
            head = (number, word, one["message"]) if not first else ("", "", "同上")
            rows.append((*head, said, note if not first else "", "、".join(one["source"]) if not first else ""))
            fills[at, 1] = colour
            record = place.get("record") if isinstance(place, Mapping) else None
            if isinstance(record, int) and record in links:
                targets[at, 3] = links[record]
    for silent in not_run:
        rows.append(("", "未查", f"规则 {silent['rule']} 没有运行:{silent['why']}", "", "", ""))
    columns = (("序号", 7), ("类别", 8), ("内容", 62), ("出处(点开看原件)", 56), ("说明", 30), ("依据", 20))
    under = "本表仅供本办公室核对,不装订、不外送。疑点不是结论。"
    return Sheet(
        name="问题与疑点", title=title, columns=columns, rows=rows, under=under, left=(2, 3, 4, 5), fills=fills,
        links=targets,
    )  # fmt: skip


def _words(place: Any) -> str:
    """A place of a finding, as ``check`` prints it: record, where in it, what stands there."""
    if not isinstance(place, Mapping):
        return str(place)
    where = place.get("where") or place.get("text") or ""
    paper = place.get("paper") or place.get("file_name") or ""
    value = f":{place['value']}" if place.get("value") else ""
    number = f"#{place['record']} " if place.get("record") else ""
    return f"{number}《{paper}》{where}{value}" if paper else f"{number}{where}{value}"


def _progress(title: str, points: Sequence[Json]) -> Sheet:
    rows = []
    for point in points:
        share = point["complete"] / point["wanted"] if point["wanted"] else 0
        row = (
            point["day"], point["wanted"], point["complete"], f"{share * 100:.1f}%", point["must_wanted"],
            point["must_complete"], point["returned"], point["overdue"],
        )  # fmt: skip
        rows.append(row)
    columns = (
        ("日期", 14), ("应收", 10), ("已齐", 10), ("完成率", 10), ("其中必备", 12), ("必备已齐", 12), ("退回", 10),
        ("逾期", 10),
    )  # fmt: skip
    under = "各日以当日工作结束时为准,按今天的指标体系计算。"
    return Sheet(name="进度", title=title, columns=columns, rows=rows, under=under, landscape=False)
