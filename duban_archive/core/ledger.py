"""问题整改台账: each problem with its measure, who puts it right, until when, what came of it, and who struck it off.

::

    open 待整改 ──▶ done 已整改待销号 ──▶ closed 已销号
       ▲                                  │
       └────────── reopened (反弹) ◀──────┘

Columns as the Shaanxi 督导评估问题整改情况台账 has them; the four classes of problems, and the report after two
reminders without a result, are plan-17's (``plan-17-t02``). Today is an argument.
"""

from __future__ import annotations

import datetime
import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

SOURCES: Mapping[str, str] = {
    "self": "自查", "check": "程序核对", "gap": "缺项", "sample": "模拟验收", "county": "县检", "city": "市检",
    "province": "省检", "nation": "国检", "look_back": "回头看", "other": "其他",
}  # fmt: skip
KINDS: Mapping[str, str] = {
    "general": "一般性问题", "key": "重点问题", "difficult": "难点问题", "serious": "严重违规或重大问题",
}  # fmt: skip
REMINDERS = 2  # so often reminded without a result, the education supervision office is told (plan-17)


class ProblemState(enum.StrEnum):
    """待整改, 已整改待销号, 已销号."""

    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"


STATE_WORDS: Mapping[str, str] = {"open": "待整改", "done": "已整改待销号", "closed": "已销号"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to a problem: ``reminded``, ``result``, ``closed``, ``reopened``."""

    what: str
    by: str
    at: str
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One row. ``source`` and ``kind`` are keys of ``SOURCES`` and ``KINDS``; ``due`` an ISO date or empty.

    ``basis`` names requirements or indicators; ``finding`` is what it came from (a finding's key, a slot), so that
    gathering twice enters it once; ``inside`` marks what must not leave the office (a doubt). ``before``, ``after``,
    ``proofs`` are accession numbers.
    """

    text: str
    source: str = "self"
    kind: str = "general"
    document_number: str = ""
    round: str = ""
    basis: tuple[str, ...] = ()
    measure: str = ""
    unit: str = ""
    person: str = ""
    due: str = ""
    result: str = ""
    proofs: tuple[int, ...] = ()
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    finding: str = ""
    inside: bool = False
    by: str = ""
    at: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> ProblemState:
        """Where it stands, by the last step that changed it."""
        for step in reversed(self.steps):
            if step.what == "closed":
                return ProblemState.CLOSED
            if step.what == "result":
                return ProblemState.DONE
            if step.what == "reopened":
                return ProblemState.OPEN
        return ProblemState.OPEN

    @property
    def closed(self) -> Step | None:
        """Who struck it off, and when; ``None`` while it is not."""
        return self.steps[-1] if self.state is ProblemState.CLOSED else None

    @property
    def rebounds(self) -> int:
        """How often it was opened again after it had been struck off (反弹)."""
        return sum(step.what == "reopened" for step in self.steps)

    @property
    def reminders(self) -> int:
        """Reminders since it was opened or opened again that brought no result."""
        count = 0
        for step in self.steps:
            if step.what in ("result", "reopened"):
                count = 0
            count += step.what == "reminded"
        return count

    @property
    def to_report(self) -> bool:
        """问责提示: reminded twice and nothing was done."""
        return self.state is ProblemState.OPEN and self.reminders >= REMINDERS

    def days_left(self, today: str) -> int | None:
        """Days until it is due, negative when late; ``None`` without a deadline or when nothing is left to do."""
        if not self.due or self.state is not ProblemState.OPEN:
            return None
        return (datetime.date.fromisoformat(self.due) - datetime.date.fromisoformat(today)).days


class NotYet(ValueError):
    """A step that cannot be taken: the sentence says why (Chinese)."""


def put_right(
    problem: Problem, words: str, *, proofs: tuple[int, ...], after: tuple[int, ...], by: str, at: str
) -> Problem:
    """整改结果, with what proves it."""
    if problem.state is ProblemState.CLOSED:
        raise NotYet("这个问题已经销号")
    return replace(
        problem,
        result=words,
        proofs=tuple(dict.fromkeys((*problem.proofs, *proofs))),
        after=tuple(dict.fromkeys((*problem.after, *after))),
        steps=(*problem.steps, Step(what="result", by=by, at=at, words=words)),
    )


def close(problem: Problem, *, by: str, at: str, words: str = "") -> Problem:
    """销号: by a second person, after there is a result."""
    if problem.state is ProblemState.CLOSED:
        raise NotYet("这个问题已经销号")
    if problem.state is ProblemState.OPEN:
        raise NotYet("还没有登记整改结果,不能销号")
    last = next(step for step in reversed(problem.steps) if step.what == "result")
    if last.by == by:
        raise NotYet(f"整改结果是 {last.by} 登记的,销号要由另一个人来做")
    return replace(problem, steps=(*problem.steps, Step(what="closed", by=by, at=at, words=words)))


def reopen(problem: Problem, *, by: str, at: str, words: str) -> Problem:
    """反弹: a struck-off problem is there again."""
    if problem.state is ProblemState.OPEN:
        raise NotYet("这个问题还没有整改完,不用重新打开")
    return replace(problem, steps=(*problem.steps, Step(what="reopened", by=by, at=at, words=words)))


def remind(problem: Problem, *, by: str, at: str, words: str = "") -> Problem:
    """A reminder to who has to put it right."""
    if problem.state is not ProblemState.OPEN:
        raise NotYet("这个问题已有整改结果,不用再催")
    return replace(problem, steps=(*problem.steps, Step(what="reminded", by=by, at=at, words=words)))
