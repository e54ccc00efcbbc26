"""基础数据口径表 as an Excel workbook: agreed values, every value side by side, mismatches with their 说明."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duban_archive.adapters import table_sheet
from duban_archive.adapters.table_sheet import Sheet
from duban_archive.core.figures.agreement import Agreed
from duban_archive.core.figures.readings import Reading
from duban_archive.core.findings import Finding, NotRun
from duban_archive.core.period_rules import label
from duban_archive.words import SEVERITY_WORDS

_FILLS = {"error": "F8B4B4", "doubt": "FFE699", "hint": "DDEBF7"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of one unit and period, as the table prints it."""

    name: str
    unit_name: str
    period: str
    part: str
    agreed: Agreed | None
    readings: Sequence[Reading]
    conflict: bool


def write(
    path: Path, *, title: str, today: str, rows: Sequence[Row], findings: Sequence[Finding], not_run: Sequence[NotRun]
) -> None:
    """Write the workbook (whole or not at all)."""
    table_sheet.write(path, (
        _agreed(title, today, rows),
        _side_by_side(title, today, rows),
        _findings(title, today, findings, not_run),
    ))  # fmt: skip


def _agreed(title: str, today: str, rows: Sequence[Row]) -> Sheet:
    lines: list[tuple[Any, ...]] = []
    for row in rows:
        one = row.agreed
        if one is not None:
            other = sum(r.amount.value != one.amount.value for r in row.readings)
            left = f"{other} 处不一致" if other else "一致" if row.readings else "材料里没有读到"
            value = f"{one.amount.shown()}"
            lines.append(
                (
                    len(lines) + 1,
                    one.name,
                    row.unit_name,
                    label(one.period),
                    value,
                    one.source,
                    one.by,
                    one.at[:10],
                    left,
                )
            )
    columns = (
        ("序号", 6), ("数据名称", 24), ("单位", 22), ("时间", 16), ("认定值", 14), ("依据", 36), ("认定人", 10),
        ("认定日期", 12), ("材料情况", 16),
    )  # fmt: skip
    under = f"截至 {today};一个数只有一个认定值,改动后 duban figures 列出仍印着旧数的材料、页码和合订本。"
    return Sheet(
        name="口径表", title=f"{title}基础数据口径表", columns=columns, rows=lines, under=under, left=(1, 2, 5)
    )


def _side_by_side(title: str, today: str, rows: Sequence[Row]) -> Sheet:
    lines: list[tuple[Any, ...]] = []
    fills: dict[tuple[int, int], str] = {}
    for row in rows:
        when = label(row.period) if row.period else "时间未明"
        for reading in row.readings:
            if row.conflict:
                fills[len(lines), 4] = _FILLS["doubt"]
            spot = reading.spot
            agreed = row.agreed.amount.shown() if row.agreed else ""
            place = f"#{spot.record} 《{spot.paper}》{spot.where}"
            lines.append((row.name, row.unit_name, when, row.part, reading.amount.shown(), agreed, place, spot.text))
    columns = (
        ("数据名称", 22), ("单位", 20), ("时间", 15), ("其中", 10), ("读到的值", 12), ("认定值", 12), ("出处", 40),
        ("原文", 44),
    )  # fmt: skip
    return Sheet(
        name="各处的值",
        title=f"{title}各处数据并列(截至 {today})",
        columns=columns,
        rows=lines,
        left=(0, 1, 6, 7),
        fills=fills,
    )


def _findings(title: str, today: str, findings: Sequence[Finding], not_run: Sequence[NotRun]) -> Sheet:
    lines: list[tuple[Any, ...]] = []
    fills: dict[tuple[int, int], str] = {}
    for number, one in enumerate(findings, 1):
        fills[len(lines), 1] = _FILLS[one.severity]
        places = "\n".join(f"{s.value}  #{s.record} 《{s.paper}》{s.where}".strip() for s in one.places[:12])
        told = one.explained
        said = f"{told.reason}({told.by},{told.at[:10]})" if told else ""
        lines.append((number, SEVERITY_WORDS[one.severity], one.message, places, said, "、".join(one.source)))
    lines += [("", "没有查", silent.why, "", "", "、".join(silent.source)) for silent in not_run]
    columns = (("序号", 6), ("类别", 8), ("内容", 50), ("各处的值和出处", 56), ("说明", 30), ("依据", 18))
    under = "供本办公室核对,不装订、不外送。每条请更正材料,或写明为什么不一致。"
    return Sheet(
        name="不一致与说明", title=f"{title}数据核对(截至 {today})", columns=columns, rows=lines, under=under,
        left=(2, 3, 4), fills=fills,
    )  # fmt: skip
