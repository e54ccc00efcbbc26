"""报送期限: the ways a checklist writes a deadline, and the day each means for one period.

::

    2015-08-10            a day                      每月20日 · 每月底         within the period's (last) month
    09-12                 of the base year           半年 06-20 11-20        the half the period ends in
    每年04-15              of the year the period ends in
    督查结束后15日          days, weeks (周), months (个月), working days (个工作日) after or before (前) an event
    每学期末前7日 · 每学期初后14日                      from the semester's own ends
    阶段末                 the end of the requirement's phase        每周六        known, but never one day
"""

from __future__ import annotations

import calendar
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from duban_archive.core import period_rules
from duban_archive.core.checklist import Checklist, Phase, Requirement

_COUNT = r"(?P<n>\d{1,3})(?P<what>个工作日|个月|周|日|天)"
_FORMS = {
    "day": re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})"),
    "month_day": re.compile(r"(?P<md>\d{2}-\d{2})"),
    "yearly": re.compile(r"每年(?P<md>\d{2}-\d{2})"),
    "monthly": re.compile(r"每月(?:(?P<n>\d{1,2})日|(?P<last>底|末|最后一日))"),
    "weekly": re.compile(r"每周(?P<week>[一二三四五六日天末]?)"),
    "half": re.compile(r"半年\s*(?P<first>\d{2}-\d{2})\s+(?P<second>\d{2}-\d{2})"),
    "semester": re.compile(rf"每学期(?P<end>末|初|开学)(?:(?P<side>前|后){_COUNT})?"),
    "phase": re.compile(r"阶段末"),
    "event": re.compile(rf"(?P<event>.+?)(?P<side>前|后){_COUNT}(?:内)?"),
}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline that was understood: which form it has, and the parts written in it."""

    form: str
    parts: Mapping[str, str]


@functools.lru_cache(maxsize=2048)
def parse(text: str) -> Deadline | None:
    """The deadline a text writes; ``None`` where it is not one of the forms above."""
    text = text.strip()
    for form, pattern in _FORMS.items():
        found = pattern.fullmatch(text)
        if found:
            parts = {key: value for key, value in found.groupdict().items() if value is not None}
            if _is_real(parts):
                return Deadline(form, parts)
    return None


def _is_real(parts: Mapping[str, str]) -> bool:
    days = [f"2016-{parts[key]}" for key in ("md", "first", "second") if key in parts]
    days += [parts["day"]] if "day" in parts else []
    return all(period_rules.kind_of(day) == "date" for day in days)


class Deadlines:
    """A checklist's deadlines, for asking about many slots: each day is worked out once.

    Without a deadline of its own, a requirement is due at the end of its phase; ``""`` where no day is set or it cannot
    be known yet (the event has not happened, a number is still to be filled in).
    """

    def __init__(self, checklist: Checklist) -> None:
        self._base_year = checklist.base_year
        self._years = {r.id: r.base_year for r in checklist.rounds if r.base_year}
        self._phases = {phase.id: phase for phase in checklist.phases}
        self._events = {event.id: event.date for event in checklist.events}
        self._days: dict[tuple[str, str, str, str], str] = {}

    def of(self, requirement: Requirement, period: str) -> str:
        """The day a slot's paper is due, ISO or ``""``."""
        key = (requirement.due, requirement.phase, requirement.round, period)
        day = self._days.get(key)
        if day is None:
            day = self._days[key] = self._of(requirement, period)
        return day

    def _of(self, requirement: Requirement, period: str) -> str:
        year = self._years.get(requirement.round, self._base_year)
        phase = self._phases.get(requirement.phase)
        ends = window(phase, year)[1] if phase else ""
        if not requirement.due:
            return ends
        found = parse(requirement.due)
        return _day_of(found, period, year, ends, self._events) if found else ""


def due_on(checklist: Checklist, requirement: Requirement, period: str) -> str:
    """The day one slot's paper is due, ISO or ``""`` (for many slots: ``Deadlines``)."""
    return Deadlines(checklist).of(requirement, period)


def window(phase: Phase, base_year: int) -> tuple[str, str]:
    """A phase's first and last day, ISO or ``""``: a window without a year (``06-01``) lies in the base year.

    Ends that stop at the month are read as its first and its last day. A year-less window that ends before it starts
    runs into the next year.
    """
    first, last = _full(phase.start, base_year, end=False), _full(phase.end, base_year, end=True)
    if first and last and last < first and len(phase.end) == 5:
        last = _full(phase.end, base_year + 1, end=True)
    return first, last


def _full(day: str, year: int, *, end: bool) -> str:
    if len(day) == 5:
        return _in_year(day, year)
    covered = period_rules.span(day)
    return covered[end] if covered else ""


def _in_year(month_day: str, year: int) -> str:
    day = f"{year}-{month_day}"
    return day if period_rules.kind_of(day) else f"{year}-02-28"


def _day_of(deadline: Deadline, period: str, year: int, phase_end: str, events: Mapping[str, str]) -> str:
    parts = deadline.parts
    covered = period_rules.span(period)
    last = covered[1] if covered else f"{year}-12-31"
    match deadline.form:
        case "day":
            return parts["day"]
        case "month_day":
            return _in_year(parts["md"], year)
        case "yearly":
            return _in_year(parts["md"], int(last[:4]))
        case "monthly":
            return _day_in_month(last, int(parts["n"]) if "n" in parts else 31)
        case "half":
            return _in_year(parts["first" if last[5:7] <= "06" else "second"], int(last[:4]))
        case "semester":
            if covered is None or period_rules.kind_of(period) not in ("semester", "school"):
                return ""
            return _moved(covered[parts["end"] == "末"], parts) if "n" in parts else covered[parts["end"] == "末"]
        case "phase":
            return phase_end
        case "event":
            return _moved(events.get(parts["event"], ""), parts)
    return ""


def _day_in_month(day: str, number: int) -> str:
    days = calendar.monthrange(int(day[:4]), int(day[5:7]))[1]
    return f"{day[:7]}-{min(number, days):02d}"


def _moved(day: str, parts: Mapping[str, str]) -> str:
    """A day so much later (or earlier, 前); ``""`` while the event's full date is not known."""
    if len(day) != 10:
        return ""
    start, n = date.fromisoformat(day), int(parts["n"]) * (-1 if parts["side"] == "前" else 1)
    moves: dict[str, Callable[[], date]] = {
        "日": lambda: start + timedelta(days=n),
        "天": lambda: start + timedelta(days=n),
        "周": lambda: start + timedelta(weeks=n),
        "个月": lambda: _months(start, n),
        "个工作日": lambda: _working_days(start, n),
    }
    return moves[parts["what"]]().isoformat()


def _months(start: date, n: int) -> date:
    number = start.year * 12 + start.month - 1 + n
    year, month = divmod(number, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _working_days(start: date, n: int) -> date:
    """Monday to Friday are counted; holidays are not known here."""
    step = timedelta(days=1 if n > 0 else -1)
    while n:
        start += step
        if start.weekday() < 5:
            n -= 1 if n > 0 else -1
    return start
