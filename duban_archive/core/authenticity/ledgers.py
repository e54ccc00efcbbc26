"""台账像是一次写成: rows that tell of acts over months and all bear one day, or were typed in one go at the end.

Many tables rightly bear one day in every row (签到, an inspection's findings, a payment); only books that are kept act
by act are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from duban_archive.core.authenticity.made import here, times
from duban_archive.core.authenticity.paper import Paper, Setting, found
from duban_archive.core.dates import find_dates
from duban_archive.core.findings import Finding, Spot
from duban_archive.core.model import Extracted, Table

_BOOK = re.compile(
    r"台[账帐]|登记[簿本册]|日志|流水|(?:走访|家访|谈话|巡查|值班|值日|借阅|使用|辅导|听课|回访|劝返|维修|消毒|晨检|来访|出入|送教|帮扶|领用|训练|活动)\S{0,4}(?:记录|登记)"
)
_AT_ONCE = re.compile(
    r"签到|花名册|名册|名单|汇总|统计|体检|发放|报名|成绩|整改|问题|隐患|排查|验收|资产|固定资产|设备|仪器|图书|采购|档案目录|清单|一览|应急|会议|考勤|评分|测评|摸底"
)
_ACT = re.compile(
    r"(?:走访|家访|谈话|劝返|巡查|值班|借阅|借出|使用|领用|辅导|服务|流失|回访|联系|活动|训练|听课|维修|消毒|晨检|来访|帮扶|送教|登记|记录|处理|发生)(?:日期|时间)|^(?:日期|时间|年月日)$"
)
_NOT_ACT = re.compile(r"出生|入学|入职|制表|填表|截[止至]|有效|参加|任职|发证|建档|购置|完成|计划|应")
_SHORT = re.compile(r"^\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*[日号]?\s*$")
_LEAST, _MANY = 6, 10  # rows with a day: for one day in all of them; for a book typed at its end
_SPAN = 60  # days that a book's rows cover before it matters that it was typed in one go
_HEAD_ROWS = 6


def ledger_at_once(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """One day in every row, or a file opened and closed for good on one day after the last of its rows."""
    if paper.later:
        return
    for part, reading in zip(paper.record.parts, paper.readings, strict=False):
        for table in reading.tables:
            told = " ".join((paper.title, part.file_name, table.locator.sheet or ""))
            if not _BOOK.search(told) or _AT_ONCE.search(told):
                continue
            for header, days in _columns(table, setting.today):
                spot = Spot(
                    record=paper.id, paper=paper.title, file_name=part.file_name, sheet=table.locator.sheet or "",
                    row=table.locator.row, paragraph=table.locator.paragraph, text=f"“{header}”一栏 {len(days)} 行",
                    value=days[0] if len(set(days)) == 1 else f"{min(days)} 至 {max(days)}",
                )  # fmt: skip
                if message := _judge(paper, reading, header, days, setting):
                    about = (paper.id, header, len(days), days[0], days[-1])
                    yield found("ledger_at_once", "doubt", message, spot, about=about, unit=paper.unit)
                    return


def _judge(paper: Paper, reading: Extracted, header: str, days: Sequence[str], setting: Setting) -> str:
    if len(set(days)) == 1 and len(days) >= _LEAST:
        return (
            f"《{paper.title}》“{header}”一栏 {len(days)} 行全是 {days[0]} 这一天,像是一次写成的。"
            "若是事后按原始记录整理,请在著录里注明“补充整理”,并附原始记录;若当天确有这些事,请写说明。"
        )
    made, changed = times(reading, here(paper, setting))
    revision = str(reading.facts.get("revision") or "")
    minutes = reading.facts.get("edit_minutes")
    first, last = min(days), max(days)
    if not (made and made == changed and revision in ("1", "2") and isinstance(minutes, int) and minutes > 0):
        return ""
    covered = (date.fromisoformat(last) - date.fromisoformat(first)).days
    if len(days) < _MANY or covered < _SPAN or made < last or minutes > 2 * len(days):
        return ""
    return (
        f"《{paper.title}》记了 {first} 至 {last} 的 {len(days)} 件事,文件却是 {made} 一天里用 {minutes} 分钟写成的。"
        "若是照手写原始记录录入的,请在著录里注明“补充整理”,并附原始记录;系统导出的,请写说明。"
    )


def _columns(table: Table, today: str) -> Iterator[tuple[str, list[str]]]:
    """Columns of days on which something was done: the header's words, and each row's day."""
    for top, row in enumerate(table.rows[:_HEAD_ROWS]):
        for column, cell in enumerate(row):
            header = re.sub(r"\s+", "", cell)
            if len(header) > 12 or not _ACT.search(header) or _NOT_ACT.search(header):
                continue
            below = [_day(r[column], today) for r in table.rows[top + 1 :] if column < len(r) and r[column].strip()]
            days = [day for day in below if day]
            if len(days) >= _LEAST and len(days) >= 0.8 * len(below):
                yield header, days


def _day(cell: str, today: str) -> str:
    dates = find_dates(cell, date.fromisoformat(today))
    if len(dates) == 1 and dates[0].whole:
        return dates[0].iso
    if match := _SHORT.match(cell):
        month, day = int(match[1]), int(match[2])
        if 1 <= month <= 12 and 1 <= day <= 28:
            return f"{today[:4]}-{month:02d}-{day:02d}"
    return ""
