"""调阅登记: what an evaluator asked for during the visit, who fetched it, when it was shown and returned.

::

    asked ──▶ fetched ──▶ shown ──▶ returned
       └──▶ could not be shown: 现场待补, due in hours ──▶ supplied

Times are ``2015-11-02T09:30``, the clock of the place; "now" is an argument.
"""

from __future__ import annotations

import datetime
import enum
import itertools
import math
import re
from dataclasses import dataclass, replace

from duban_archive.core.plain import normalise

DUE_IN = 2.0  # hours, when nobody says otherwise: the visit goes on meanwhile
MOST_HOURS = 240.0
_DAYS = 3  # from so many days on nobody counts hours any more

_CLOCK = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})[ t])?(\d{1,2}):(\d{2})(?::\d{2}(?:[+-]\d{2}:?\d{2})?)?")


class SlipState(enum.StrEnum):
    """How far a request is: 已登记, 已取出, 已出示, 已归还."""

    ASKED = "asked"
    FETCHED = "fetched"
    SHOWN = "shown"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step, by whom and when."""

    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """现场待补: what could not be shown, who brings it, until when; ``records``: what was brought."""

    what: str
    due: str
    owner: str = ""
    since: str = ""
    supplied: Done | None = None
    records: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One request. ``asker``: the evaluator or group; ``records``: what answers it; ``slot``: where it belongs."""

    asked: str
    at: str
    by: str
    asker: str = ""
    records: tuple[int, ...] = ()
    fetched: Done | None = None
    shown: Done | None = None
    returned: Done | None = None
    task: Task | None = None
    remark: str = ""

    @property
    def state(self) -> SlipState:
        """The furthest step that was taken."""
        steps = (
            (SlipState.RETURNED, self.returned),
            (SlipState.SHOWN, self.shown),
            (SlipState.FETCHED, self.fetched),
        )
        return next((state for state, done in steps if done is not None), SlipState.ASKED)

    @property
    def is_open(self) -> bool:
        """Something is still to be done: shown and back in its place, and nothing left to bring."""
        answered = self.returned is not None or (self.task is not None and not self.records)
        return not answered or self.is_lacking

    @property
    def is_lacking(self) -> bool:
        """Something could not be shown and was not brought yet."""
        return self.task is not None and self.task.supplied is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What is marked on a slip in one go; ``lacking``: what could not be shown."""

    fetched: str = ""
    shown: bool = False
    returned: bool = False
    supplied: bool = False
    lacking: str = ""
    hours: float = DUE_IN
    owner: str = ""
    records: tuple[int, ...] = ()
    remark: str = ""


class OutOfOrder(ValueError):
    """A step that cannot be: the sentence says why (Chinese)."""


def mark(slip: Slip, steps: Steps, *, by: str, at: str) -> Slip:
    """The slip with these steps taken by ``by`` at ``at``; ``OutOfOrder`` for what cannot be."""
    if at < slip.at:
        raise OutOfOrder(f"时间 {told(at)} 早于登记的时间 {told(slip.at)}")
    records = tuple(dict.fromkeys((*slip.records, *steps.records)))
    task = slip.task
    if steps.lacking:
        task = Task(what=steps.lacking, due=later(at, steps.hours), owner=steps.owner, since=at)
    elif steps.supplied:
        if not slip.is_lacking or task is None:
            raise OutOfOrder("这一条没有现场待补的任务")
        task = replace(task, supplied=Done(by=by, at=at), records=steps.records)
    changed = replace(slip, records=records, task=task, remark=steps.remark or slip.remark)
    if steps.fetched:
        changed = replace(changed, fetched=Done(by=steps.fetched, at=at))
    if steps.shown:
        changed = replace(changed, fetched=changed.fetched or Done(by=by, at=at), shown=Done(by=by, at=at))
    if steps.returned:
        if changed.fetched is None:
            raise OutOfOrder("还没有取出,谈不上归还;请先标明由谁取来(--fetched)")
        changed = replace(changed, returned=Done(by=by, at=at))
    _in_order(changed)
    return changed


def _in_order(slip: Slip) -> None:
    named = (("取出", slip.fetched), ("出示", slip.shown), ("归还", slip.returned))
    done = [(name, step.at) for name, step in named if step is not None]
    for (earlier, before), (later_one, after) in itertools.pairwise(done):
        if after < before:
            raise OutOfOrder(f"{later_one}({told(after)})早于{earlier}({told(before)})")


def hours_left(task: Task, now: str) -> float:
    """Hours until a task is due; below 0 it is overdue."""
    left = datetime.datetime.fromisoformat(task.due) - datetime.datetime.fromisoformat(now)
    return left.total_seconds() / 3600


def is_overdue(task: Task, now: str) -> bool:
    """Not brought in time: late now, or brought late."""
    return (task.supplied.at if task.supplied else now) > task.due


def time_left(task: Task, now: str) -> str:
    """``还有 1.5 小时``, ``已超过 40 分钟``, ``已超过 5 天``, ``已补交``."""
    if task.supplied is not None:
        return "已补交(迟于期限)" if is_overdue(task, now) else "已补交"
    hours = hours_left(task, now)
    minutes = abs(round(hours * 60))
    if minutes < 60:
        span = f"{minutes} 分钟"
    elif minutes < _DAYS * 24 * 60:
        span = f"{math.floor(minutes / 6) / 10:g} 小时"
    else:
        span = f"{minutes // (24 * 60)} 天"
    return f"还有 {span}" if hours >= 0 else f"已超过 {span}"


def later(at: str, hours: float) -> str:
    """So many hours after ``at``."""
    return _minutes(datetime.datetime.fromisoformat(at) + datetime.timedelta(hours=hours))


def read_time(typed: str, today: str) -> str | None:
    """``2015-11-02 09:30`` or ``09:30`` (of ``today``) as a time, ``None`` if it is none; full-width forms will do."""
    match = _CLOCK.fullmatch(normalise(typed).replace("  ", " "))
    if match is None:
        return None
    year, month, day, hour, minute = match.groups()
    try:
        date = datetime.date(int(year), int(month), int(day)) if year else datetime.date.fromisoformat(today)
        return _minutes(datetime.datetime.combine(date, datetime.time(int(hour), int(minute))))
    except ValueError:
        return None


def told(at: str) -> str:
    """A time as a person reads it."""
    return at.replace("T", " ")


def _minutes(time: datetime.datetime) -> str:
    return time.isoformat(timespec="minutes")
