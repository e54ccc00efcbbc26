"""Reads a paper's 落款: who signs it and when, before the attachments and the 版记 begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from duban_archive.core.dates import Found, find_dates
from duban_archive.core.describe.title import is_organisation
from duban_archive.core.wording import bare

_IMPRINT = re.compile(r"印发|抄送|抄报|主题词|主送|打印|校对|共印|承办")
_LABEL = re.compile(
    r"(?:填表|填报|制表|上报|报送|报告|统计|登记|会议|记录|成文|落款|签发|编制|制定|形成)?(?:日期|时间|年月日)\s*[:：]\s*"
)
_MADE_BY = re.compile(r"(?:[编印制]|编印|主办|主编)$")
_SIGNED = re.compile(r"[（(]?(?:盖章|公章|签章|章)[)）]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """``author`` and ``dated`` as the 落款 (or a labelled field of the head) shows them, ``""`` where it shows none."""

    author: str = ""
    dated: str = ""
    date_words: str = ""
    confidence: float = 0.0


def find_ending(head: tuple[str, ...], tail: tuple[str, ...], title: str, today: date) -> Ending:
    """The 落款 at the end first; then a date in brackets under the title; then a labelled date; last a 版记 date."""
    lines = tail if len(tail) > len(head) else head if len(head) < 160 else tail
    signed = _signed(lines, today) or (_signed(head, today) if lines is not head else None)
    if signed and signed.dated:
        return signed
    under = _under_title(head, title, today) or _beside_unit(head, today)
    labelled = _labelled(head, tail, today)
    found = under or labelled or _imprint(tail, today)
    if signed and found:
        return Ending(author=signed.author, dated=found.dated, date_words=found.date_words, confidence=found.confidence)
    return signed or found or Ending()


def _signed(lines: tuple[str, ...], today: date) -> Ending | None:
    """The first lone date after an organisation's line, else the last lone date of the paper's end."""
    last: Ending | None = None
    for n, line in enumerate(lines):
        if n < 2 or _IMPRINT.search(line) or _LABEL.search(line):
            continue
        found = _lone_date(line, today)
        if found is None:
            continue
        before = _author_of(_SIGNED.sub("", line[: found.start]))
        author = before or _author_above(lines, n)
        ending = Ending(author=author, dated=found.iso, date_words=found.raw, confidence=0.95 if author else 0.8)
        if author:
            return ending
        if n > len(lines) - 14:
            last = ending
    return last


def _lone_date(line: str, today: date) -> Found | None:
    """A date that has a line to itself (an organisation or a seal may stand with it)."""
    if len(line) > 60 or re.search(r"[。；，、：]", line):
        return None
    dates = find_dates(line, today)
    if len(dates) != 1 or len(dates[0].iso) < 7:
        return None
    rest = _SIGNED.sub("", line[: dates[0].start] + line[dates[0].end :]).strip(" \t()（）[]〔〕-—")
    if not bare(rest) or (line[dates[0].end :].strip(" ()（）") == "" and is_organisation(rest.strip())):
        return dates[0]
    return None


def _author_above(lines: tuple[str, ...], n: int) -> str:
    for line in reversed(lines[max(0, n - 3) : n]):
        if line.endswith((":", "：")):
            continue  # whom it is written to
        author = _author_of(_SIGNED.sub("", line))
        if author:
            return author
        if re.search(r"[。；]", line):
            return ""
    return ""


def _author_of(text: str) -> str:
    text = re.sub(r"^(?:单位|填报单位|报送单位|制表单位|落款|学校|校名|单位名称)?\s*[:：]", "", text.strip(" \t()（）"))
    text = text.strip(" \t:：")
    return text if is_organisation(text) else ""


def _under_title(head: tuple[str, ...], title: str, today: date) -> Ending | None:
    """（2015年8月10日）right below the title: of a talk, a passed rule, a report to a meeting."""
    plain = bare(title)
    for n, line in enumerate(head[:16]):
        if plain and bare(line) and plain.endswith(bare(line)):
            for below in head[n + 1 : n + 4]:
                if found := _lone_date(below.strip("（()） "), today):
                    return Ending(dated=found.iso, date_words=found.raw, confidence=0.85)
    return None


def _beside_unit(head: tuple[str, ...], today: date) -> Ending | None:
    """填报单位：三小  2014年12月, or the office and the day under a 简报's head."""
    for line in head[:8]:
        dates = find_dates(line, today)
        if len(dates) != 1 or len(dates[0].iso) < 7 or line[dates[0].end :].strip(" )）"):
            continue
        before = line[: dates[0].start].strip(" 　\t(（")
        unit = re.fullmatch(
            r"(?:学校|校名|单位|[填上]报单位|填报学校|制表单位|编制单位|单位名称)(?:[（(]盖?章[)）])?[:：](.{2,30})",
            before,
        )
        maker = _MADE_BY.sub("", before)
        if unit or (maker != before and is_organisation(maker)) or is_organisation(before):
            author = unit[1] if unit else maker
            return Ending(author=author, dated=dates[0].iso, date_words=dates[0].raw, confidence=0.85)
    return None


def _labelled(head: tuple[str, ...], tail: tuple[str, ...], today: date) -> Ending | None:
    for line in (*head[:30], *tail[-12:]):
        match = _LABEL.search(line)
        if match and not re.search(r"出生|入学|入职|截止|上报时间要求", line[: match.start() + 4]):
            dates = find_dates(line[match.end() : match.end() + 30], today)
            if dates and dates[0].start <= 2 and len(dates[0].iso) >= 7:
                return Ending(dated=dates[0].iso, date_words=dates[0].raw, confidence=0.85)
    return None


def _imprint(tail: tuple[str, ...], today: date) -> Ending | None:
    for line in reversed(tail[-8:]):
        if "印发" in line and (dates := find_dates(line, today)) and dates[-1].whole and len(line) < 60:
            return Ending(dated=dates[-1].iso, date_words=dates[-1].raw, confidence=0.6)
    return None
