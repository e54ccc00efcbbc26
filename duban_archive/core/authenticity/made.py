"""文件晚于日期: a file that was made or changed after the day it bears, or after the day it was due.

Only files that are written in (Word, Excel…) are asked: a scan or a PDF is made from a paper later as a matter of
course, and a paper put together afterwards that says so (补充整理) hides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from duban_archive.core.authenticity.paper import FIXED, OFFICE_FILES, Paper, Setting, found
from duban_archive.core.dates import find_dates
from duban_archive.core.findings import Finding
from duban_archive.core.model import Extracted, Told
from duban_archive.core.period_rules import span
from duban_archive.core.wording import tidy

MADE_WITHIN = 7  # days after its date in which a paper may still be typed
CHANGED_WITHIN = 30  # days after its date in which a slip may be mended, a page set anew for the printer
TYPED_WITHIN = 30  # days after a meeting in which its minutes are typed
LATE_WITHIN = 1  # days after a deadline: an offset of the clock
_EARLIEST = "1995"  # what lies before is a clock that was never set
_TEMPLATE = "2013-12-23T23:15"  # of a file made by a program from its own blank (python-docx), not by a person
_HEAD = 12  # lines in which minutes tell when
_WHEN = re.compile(r"(?:时间|日期)\s*[:：]?\s*(.{6,24})")
_RUNNING = {"ledger", "record", "register", "roster", "statistics", "list"}  # kept up to date until their period ends


def made_after_date(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """The file's own times lie well after the day the paper bears."""
    if paper.later or not setting.is_ours(paper):
        return
    told = paper.record.description.dated or _day_of_event(paper, setting.today)
    if told is None or told.source == "file" or (told.source == "name" and len(told.value) < 10):
        return
    dated = _last_day(told.value)
    if not dated:
        return
    may_be_typed = MADE_WITHIN if told.source in ("text", "person") else TYPED_WITHIN
    for name, reading in _written(paper):
        made, changed = times(reading, here(paper, setting))
        running = _end_of_period(paper) if paper.kind in _RUNNING else ""
        if made and made > _after(dated, may_be_typed):
            what, at, key = "建立", made, "made"
        elif (
            changed
            and told.source in ("text", "person")
            and changed > _after(max(dated, min(running, changed)), CHANGED_WITHIN)
        ):
            what, at, key = "最后改动", changed, "changed"
        else:
            continue
        days = (date.fromisoformat(at) - date.fromisoformat(dated)).days
        message = (
            f"《{paper.title}》的日期是 {_say(told.value)},文件“{name}”却是 {_say(at)} {what}的,晚了 {days} 天。"
            "若是原稿遗失后重打、事后补写的,请在著录里注明“补充整理”并写真实日期;若只是打印前重新保存,请写说明。"
        )
        yield found(
            "made_after_date", "doubt", message,
            paper.spot(text=f"落款(或标明)日期 {told.value}", value=told.value),
            paper.spot(text=f"文件自带的{what}时间", value=at),
            about=(paper.id, key, told.value, at), unit=paper.unit,
        )  # fmt: skip
        return


def _day_of_event(paper: Paper, today: str) -> Told | None:
    """The day that the head of minutes and records tells (时间：2015年9月10日), where there is no 落款."""
    if paper.kind not in ("minutes", "record"):
        return None
    for line, _ in zip(paper.lines(), range(_HEAD), strict=False):
        if match := _WHEN.search(tidy(line.text.replace("\t", " "))):
            dates = find_dates(match[1], date.fromisoformat(today))
            if dates and dates[0].whole and dates[0].start <= 2:
                return Told(value=dates[0].iso, source="head", confidence=0.7)
    return None


def made_after_deadline(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """The file's own times lie after the last of the deadlines it was to meet."""
    if paper.later:
        return
    dues = [(due, filing) for filing in paper.placed if (due := setting.due(filing)) and not filing.round]
    if not dues:
        return
    due, filing = max(dues, key=lambda pair: pair[0])
    told = paper.record.description.dated
    if told is not None and told.value > due[: len(told.value)]:
        return  # openly late, as it says itself: that is a matter of the gaps
    if paper.record.received and paper.record.received[:10] <= due:
        return  # it was here in time: the file's clock is wrong
    for name, reading in _written(paper):
        made, changed = times(reading, here(paper, setting))
        at, what = (made, "建立") if made and made > due else (changed, "最后改动")
        if not at or at <= _after(due, LATE_WITHIN):
            continue
        requirement = setting.index.requirements[filing.requirement]
        code = setting.index.code_of(requirement.id)
        message = (
            f"《{paper.title}》归在“{code} {requirement.title}”,期限 {_say(due)};文件“{name}”是 {_say(at)} {what}的,"
            "在期限之后。若是补报、补正的,请在著录里注明“补充整理”或写说明。"
        )
        claims = told is not None and told.source in ("text", "person")  # a paper without a day claims nothing
        severity = "doubt" if claims else "hint"
        yield found(
            "made_after_deadline", severity, message,
            paper.spot(text=f"文件自带的{what}时间", value=at),
            about=(paper.id, requirement.id, due, at), unit=filing.unit or paper.unit,
        )  # fmt: skip
        return


def times(reading: Extracted, upto: str) -> tuple[str, str]:
    """The days a file says it was made and last changed; ``""`` where it says none that can be true (after ``upto``).

    A copy keeps when it was changed and gets a new day of making, so a making after the last change tells nothing.
    """
    made, changed = (_day(reading.facts.get(key), upto) for key in ("created", "modified"))
    if made and changed and made > _after(changed, 1):
        made = ""
    return made, changed


def here(paper: Paper, setting: Setting) -> str:
    """The day by which the file was here: a later time in it is that of a clock set wrong."""
    return max(setting.today, paper.record.received[:10])


def _written(paper: Paper) -> Iterator[tuple[str, Extracted]]:
    if len(paper.record.parts) != len(paper.readings):
        return
    if any(FIXED.search(part.media_type) for part in paper.record.parts):
        return  # a scan stands for the paper, the Word file beside it is only its text
    for part, reading in zip(paper.record.parts, paper.readings, strict=True):
        if OFFICE_FILES.search(part.media_type):
            yield part.file_name, reading


def _day(said: object, upto: str) -> str:
    text = str(said or "")
    day = text[:10]
    if text.startswith(_TEMPLATE) or len(day) != 10 or not _EARLIEST <= day <= upto:
        return ""
    try:
        date.fromisoformat(day)
    except ValueError:
        return ""
    return day


def _end_of_period(paper: Paper) -> str:
    told = paper.record.description.period
    covered = span(told.value) if told else None
    return covered[1] if covered else ""


def _last_day(day: str) -> str:
    covered = span(day)
    return covered[1] if covered else ""


def _after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def _say(day: str) -> str:
    parts = [str(int(part)) for part in day.split("-")]
    return "".join(part + unit for part, unit in zip(parts, "年月日", strict=False))
