"""期间 as a checklist writes them: the words, the days they cover, and how 近三年 is spelled out for a base year.

::

    2014 自然年   2014-2015 学年   2014-2015-1 学期   FY2014 财政年   2015-09 月   2015-09-01 时点   once   standing

(``core/periods.py`` finds periods in the text of papers; this page works with the words once they are known.)
"""

from __future__ import annotations

import calendar
import functools
import re
from dataclasses import dataclass

KINDS = ("calendar", "school", "semester", "fiscal", "month", "date", "once", "standing")

_FORMS = (
    ("semester", re.compile(r"(\d{4})-(\d{4})-([12])")),
    ("school", re.compile(r"(\d{4})-(\d{4})")),
    ("date", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("calendar", re.compile(r"(\d{4})")),
    ("fiscal", re.compile(r"FY(\d{4})")),
)
_OPEN = ("once", "standing")
_KIND_WORDS = {
    "calendar": "自然年",
    "school": "学年",
    "semester": "学期",
    "fiscal": "财政年",
    "month": "月",
    "date": "时点",
    "once": "一次性",
    "standing": "常设",
}
# How many a kind stands for where a rule does not say: both semesters of a school year, all months of a year.
_USUAL = {"semester": 2, "month": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRule:
    """A named period (近三年): its kind, and how its members follow from a base year.

    ``last``: how many, the base year's own being the last (0: the usual number); ``offset``: moves that last one by
    whole periods; ``months``: only these months; ``start``/``end``: the first and the last, spelled out; ``values``:
    every one spelled out; ``date``: a month-day (in the base year) or a full date.
    """

    id: str
    kind: str
    title: str = ""
    last: int = 0
    offset: int = 0
    months: tuple[int, ...] = ()
    date: str = ""
    start: str = ""
    end: str = ""
    values: tuple[str, ...] = ()


@functools.lru_cache(maxsize=4096)
def kind_of(period: str) -> str:
    """The kind of a period word (``calendar``, ``school``…), ``""`` where it is no period at all."""
    if period in _OPEN:
        return period
    for kind, form in _FORMS:
        found = form.fullmatch(period)
        if found and _is_real(kind, [int(n) for n in found.groups()]):
            return kind
    return ""


def _is_real(kind: str, numbers: list[int]) -> bool:
    year = numbers[0]
    if not 1900 <= year <= 2200:
        return False
    if kind in ("school", "semester"):
        return numbers[1] == year + 1
    if kind == "month":
        return 1 <= numbers[1] <= 12
    if kind == "date":
        return 1 <= numbers[1] <= 12 and 1 <= numbers[2] <= calendar.monthrange(year, numbers[1])[1]
    return True


@functools.lru_cache(maxsize=4096)
def span(period: str) -> tuple[str, str] | None:
    """The first and the last day it covers; ``None`` for once, standing and what is no period.

    A school year runs from 1 September to 31 August, its second semester from 1 February.
    """
    kind = kind_of(period)
    if kind in ("", *_OPEN):
        return None
    if kind in ("calendar", "fiscal"):
        return f"{period[-4:]}-01-01", f"{period[-4:]}-12-31"
    if kind == "date":
        return period, period
    if kind == "month":
        days = calendar.monthrange(int(period[:4]), int(period[5:7]))[1]
        return f"{period}-01", f"{period}-{days:02d}"
    first, second = period[:4], period[5:9]
    if kind == "school":
        return f"{first}-09-01", f"{second}-08-31"
    return (f"{first}-09-01", f"{second}-01-31") if period.endswith("-1") else (f"{second}-02-01", f"{second}-08-31")


def overlap(one: str, other: str) -> bool:
    """Whether two periods share a day; once and standing share one with every period."""
    a, b = span(one), span(other)
    if a is None or b is None:
        return kind_of(one) != "" and kind_of(other) != ""
    return a[0] <= b[1] and b[0] <= a[1]


@functools.lru_cache(maxsize=4096)
def label(period: str) -> str:
    """The period as a form prints it: 2014年, 2014—2015学年第一学期."""
    kind = kind_of(period)
    if kind == "calendar":
        return f"{period}年"
    if kind == "school":
        return f"{period[:4]}—{period[5:]}学年"
    if kind == "semester":
        return f"{period[:4]}—{period[5:9]}学年第{'一' if period.endswith('1') else '二'}学期"
    if kind == "fiscal":
        return f"{period[2:]}财政年度"
    if kind == "month":
        return f"{period[:4]}年{int(period[5:])}月"
    if kind == "date":
        return f"{period[:4]}年{int(period[5:7])}月{int(period[8:])}日"
    return _KIND_WORDS.get(period, period)


def kind_label(kind: str) -> str:
    """自然年, 学年… for a kind's code."""
    return _KIND_WORDS.get(kind, kind)


@functools.lru_cache(maxsize=4096)
def containing(day: str, kind: str) -> str:
    """The period of that kind in which an ISO date lies; ``""`` where the date stops too early to tell."""
    if kind in _OPEN:
        return kind
    if kind in ("calendar", "fiscal"):
        return ("FY" if kind == "fiscal" else "") + day[:4]
    if kind == "date":
        return day if len(day) == 10 else ""
    if len(day) < 7:
        return ""
    if kind == "month":
        return day[:7]
    year, month = int(day[:4]), int(day[5:7])
    first = year if month >= 9 else year - 1
    if kind == "school":
        return f"{first}-{first + 1}"
    return f"{first}-{first + 1}-{1 if month >= 9 or month == 1 else 2}"


def spell(rule: PeriodRule, base_year: int) -> tuple[str, ...]:
    """The periods a rule stands for, oldest first: 近三年 of 2015 is ``("2013", "2014", "2015")``.

    The school year of base year 2015 is the one that ends in it, 2014-2015. Without ``last``: one year, both semesters
    of the school year, all twelve months.
    """
    if rule.values:
        return rule.values
    if rule.kind in _OPEN:
        return (rule.kind,)
    last_year = base_year + rule.offset
    years = range(last_year - max(rule.last, 1) + 1, last_year + 1)
    if rule.kind == "date":
        return (rule.date,) if len(rule.date) == 10 else tuple(f"{year}-{rule.date}" for year in years)
    if rule.start and rule.end:
        return tuple(_word(rule.kind, n) for n in range(_number(rule.start), _number(rule.end) + 1))
    if rule.kind == "month" and rule.months:
        return tuple(f"{year}-{month:02d}" for year in years for month in sorted(rule.months))
    newest = {"semester": base_year * 2 + 1, "month": base_year * 12 + 11}.get(rule.kind, base_year) + rule.offset
    count = rule.last or _USUAL.get(rule.kind, 1)
    return tuple(_word(rule.kind, n) for n in range(newest - count + 1, newest + 1))


def shift(period: str, years: int) -> str:
    """The same period so many years later; once and standing stay."""
    kind = kind_of(period)
    if kind in ("", *_OPEN):
        return period
    if kind == "date":
        moved = f"{int(period[:4]) + years}{period[4:]}"
        return moved if kind_of(moved) else f"{moved[:8]}28"
    return _word(kind, _number(period) + years * {"semester": 2, "month": 12}.get(kind, 1))


def _number(period: str) -> int:
    """Periods of one kind counted without gaps: years, semesters, months."""
    kind = kind_of(period)
    if kind == "school":
        return int(period[5:])
    if kind == "semester":
        return int(period[5:9]) * 2 + int(period[10]) - 1
    if kind == "month":
        return int(period[:4]) * 12 + int(period[5:]) - 1
    return int(period[-4:])


def _word(kind: str, number: int) -> str:
    if kind == "fiscal":
        return f"FY{number}"
    if kind == "school":
        return f"{number - 1}-{number}"
    if kind == "semester":
        return f"{number // 2 - 1}-{number // 2}-{number % 2 + 1}"
    if kind == "month":
        return f"{number // 12}-{number % 12 + 1:02d}"
    return str(number)
