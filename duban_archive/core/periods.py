"""Finds the periods a paper covers (年度、学年、学期、近三年…) and fits them to the periods a requirement asks for.

What "2014学年" and "2014年年报" mean differs from county to county; it is asked once per archive (``Habits``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from duban_archive.core.dates import EARLIEST, find_dates, numeral
from duban_archive.core.period_rules import containing, kind_of, overlap
from duban_archive.core.wording import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What this office means by its words.

    ``school_year``: 2014学年 = 2014-2015 (``start``) or 2013-2014 (``end``); ``annual_report``: 2014年年报 covers the
    ``calendar`` year 2014 or the ``school`` year 2014-2015; ``""``: not asked yet, so both readings are shown.
    ``base_year``: the last year of 近三年 (0: today's).
    """

    school_year: str = "start"
    annual_report: str = "calendar"
    base_year: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A stretch of time that a text names: one period, or several (近三年), and the words it was read from.

    ``other``: what the same words mean elsewhere, where this office has not said which it means.
    """

    periods: tuple[str, ...]
    raw: str
    start: int
    grain: str  # year | school | semester | month | day | span
    other: tuple[str, ...] = ()


_Y = r"((?:19|20)\d\d)"
_Y2 = r"((?:19|20)?\d\d)"
_NUM = "〇○零o一二三四五六七八九0-9"
_CN_YEAR = re.compile(rf"([{_NUM}]{{4}})(?=年|学年|-|度)")
_SEMESTER = r"(?:\(?第?([一二12上下])(?:个)?(?:学)?期\)?)?"
_SCHOOL_SPAN = re.compile(
    rf"(?<!\d){_Y2}(?:年)?(?:学年)?[-/]{_Y2}(?:(学年)(?:度)?|年?度|(?=第?[一二上下]学?期))[,，的(]?{_SEMESTER}"
)
_SCHOOL_ONE = re.compile(rf"(?<!\d){_Y}(?:年)?学年(?:度)?[,，的(]?{_SEMESTER}")
_SEASON = re.compile(rf"(?<!\d){_Y}(?:年)?(春|秋)(?:季|期|学|入)?(?:学?期)?")
_HALF = re.compile(rf"(?<!\d){_Y}年?(?:度)?(上|下|第一|第二)学期")
_SPAN = re.compile(rf"(?<![\d]){_Y}(?:年度?)?[-至到]{_Y}年?(?:度)?(?![\d.])")
_BARE_SPAN = re.compile(rf"(?<![\d.a-z_\-]){_Y}[-/]{_Y}(?![\d.年-])")
_LISTED = re.compile(
    rf"(?<!\d){_Y}年?(?:度)?(?:[、,，和及/]{_Y}年?(?:度)?)(?:[、,，和及/]{_Y}年?(?:度)?)?(?:[、,，和及]{_Y}年?)?"
)
_RECENT = re.compile(
    r"(?:最?近|前|上|过去)([一二两三四五六七八九十\d]{1,2})(?:个)?(学年|年)(?:度|来|内|间)?|([三五])年来"
)
_REPORT = re.compile(rf"(?<!\d){_Y}年?(?:度)?(?:教育)?(?:事业)?(?:统计)?年报")
_FISCAL = re.compile(rf"(?<!\d){_Y}年?(?:度)?财(?:政|务)年度|(?<!\d){_Y}财年")
_YEAR = re.compile(rf"(?<!\d){_Y}\s?年(?:度)?")
_BARE = re.compile(rf"(?<![\d.a-z_\-]){_Y}(?![\d.]|-\d|年)")
_SECOND = {"二": 2, "2": 2, "下": 2, "第二": 2}


def find_periods(text: str, today: date, habits: Habits, *, bare_years: bool = False) -> tuple[Covered, ...]:
    """Every period named in the text, in its order, none inside another. ``bare_years``: "2014教师名册" counts too."""
    folded = _CN_YEAR.sub(lambda m: str(numeral(m.group(1)) or m.group(1)), fold(text))
    found: list[Covered] = []
    taken: list[tuple[int, int]] = []

    def take(match: re.Match[str], periods: tuple[str, ...], grain: str, other: tuple[str, ...] = ()) -> None:
        span = match.span()
        if periods and all(span[1] <= a or span[0] >= b for a, b in taken):
            taken.append(span)
            raw = match.group().strip(" -(,，")
            found.append(Covered(periods=periods, raw=raw, start=span[0], grain=grain, other=other))

    for m in _SCHOOL_SPAN.finditer(folded):
        take(m, *_school_span(m, today))
    for m in _SCHOOL_ONE.finditer(folded):
        start = int(m[1]) - (habits.school_year == "end")
        other = () if habits.school_year else _school(start - 1, m[2], today)[0]
        take(m, *_school(start, m[2], today), other)
    for m in _SEASON.finditer(folded):
        year = int(m[1])
        take(m, _sane((f"{year - 1}-{year}-2" if m[2] == "春" else f"{year}-{year + 1}-1",), today), "semester")
    for m in _HALF.finditer(folded):  # 2015年上学期 by the calendar: spring; 第一学期: autumn
        year = int(m[1])
        spring = m[2] in {"上", "第二"}
        if m[2] in {"第一", "第二"}:
            spring = m[2] == "第二"
        take(m, _sane((f"{year - 1}-{year}-2" if spring else f"{year}-{year + 1}-1",), today), "semester")
    for m in _FISCAL.finditer(folded):
        take(m, _sane((f"FY{m[1] or m[2]}",), today), "year")
    if bare_years:  # a folder 2023-2024 is a school year
        for m in _BARE_SPAN.finditer(folded):
            if int(m[2]) == int(m[1]) + 1:
                take(m, *_school(int(m[1]), None, today))
    for m in _SPAN.finditer(folded):
        first, last = int(m[1]), int(m[2])
        if first < last <= first + 9:
            take(m, _sane(tuple(str(y) for y in range(first, last + 1)), today), "span")
    for m in _LISTED.finditer(folded):
        years = tuple(dict.fromkeys(y for y in m.groups() if y))
        if len(years) > 1:
            take(m, _sane(years, today), "span")
    for m in _RECENT.finditer(folded):
        count = numeral((m[1] or m[3]).replace("两", "二")) or 0
        last = habits.base_year or today.year
        years_of = range(last - count + 1, last + 1)
        if 1 < count <= 10:
            school = m[2] == "学年"
            take(m, tuple(f"{y - 1}-{y}" if school else str(y) for y in years_of), "span")
    for m in _REPORT.finditer(folded):
        year = int(m[1])
        school, calendar = _sane((f"{year}-{year + 1}",), today), _sane((str(year),), today)
        if habits.annual_report == "school":
            take(m, school, "school")
        else:
            take(m, calendar, "year", () if habits.annual_report else school)
    for one in find_dates(folded, today):
        if len(one.iso) > 4 and all(one.end <= a or one.start >= b for a, b in taken):
            taken.append((one.start, one.end))
            grain = "day" if one.whole else "month"
            found.append(Covered(periods=(one.iso,), raw=one.raw, start=one.start, grain=grain))
    for m in _YEAR.finditer(folded):
        take(m, _sane((m[1],), today), "year")
    if bare_years:
        for m in _BARE.finditer(folded):
            take(m, _sane((m[1],), today), "year")
    return tuple(sorted(found, key=lambda c: c.start))


def habits_named(text: str) -> set[str]:
    """Which of the office's habits a text calls on: ``school_year`` (2014学年), ``annual_report`` (2014年年报)."""
    folded = _CN_YEAR.sub(lambda m: str(numeral(m.group(1)) or m.group(1)), fold(text))
    named = {"annual_report"} if _REPORT.search(folded) else set()
    spans = [match.span() for match in _SCHOOL_SPAN.finditer(folded)]
    alone = any(all(m.start() >= b or m.end() <= a for a, b in spans) for m in _SCHOOL_ONE.finditer(folded))
    return named | ({"school_year"} if alone else set())


def _school_span(match: re.Match[str], today: date) -> tuple[tuple[str, ...], str]:
    first = int(match[1])
    first = first if first > 99 else 2000 + first
    last = int(match[2])
    last = last if last > 99 else first // 100 * 100 + last
    if last == first + 1:
        return _school(first, match[4], today)
    if first < last <= first + 9 and match[3]:
        return _sane(tuple(f"{y}-{y + 1}" for y in range(first, last)), today), "span"
    return (), "span"


def _school(start: int, semester: str | None, today: date) -> tuple[tuple[str, ...], str]:
    if semester:
        return _sane((f"{start}-{start + 1}-{_SECOND.get(semester, 1)}",), today), "semester"
    return _sane((f"{start}-{start + 1}",), today), "school"


def _sane(periods: tuple[str, ...], today: date) -> tuple[str, ...]:
    years = [int(period.removeprefix("FY")[:4]) for period in periods]
    return periods if all(EARLIEST <= year <= today.year + 1 for year in years) else ()


# --- fitting what a paper covers to what is asked ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A wanted period that a covered one answers; ``exact`` when no guess lies between."""

    period: str
    exact: bool


def fit(covered: str, wanted: Sequence[str]) -> tuple[Fit, ...]:
    """The wanted periods that ``covered`` answers, exact ones first; empty when none does."""
    if covered in wanted:
        return (Fit(period=covered, exact=True),)
    fits = [Fit(period=period, exact=exact) for period in wanted if (exact := _answers(covered, period)) is not None]
    return tuple(sorted(fits, key=lambda f: not f.exact))


def _answers(covered: str, wanted: str) -> bool | None:
    """Whether ``covered`` answers ``wanted`` without a guess (True), with one (False), or not at all (None)."""
    have, want = kind_of(covered), kind_of(wanted)
    if want in {"once", "standing"}:
        return True
    if not have or have in {"once", "standing"} or not overlap(covered, wanted):
        return None
    if have in {"date", "month"}:
        return containing(covered, want) == wanted or None
    if have == "semester" and want in {"calendar", "fiscal"}:
        return wanted[-4:] == covered[{"1": slice(0, 4), "2": slice(5, 9)}[covered[-1]]] or None
    if have == "semester":
        return True if want == "school" else None
    return {have, want} <= {"calendar", "fiscal"}
