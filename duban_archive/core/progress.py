"""报送进度: how far each unit is, how it stands against another day, and the lines to paste into a group chat.

::

    states now ─┬─▶ UnitProgress… (应报 = 已报 + 退回 + 缺, 已审 of 已报, 逾期, 完成率, 排名)
    states then ┘

A slot is 已报 when a paper for it is in hand, whatever else it lacks; 已审 when it is complete. No score is made of
this: it says what has come in, never whether it proves anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.checklist import Index
from duban_archive.core.model import GapState, SlotState

_IN_HAND = (GapState.COMPLETE, GapState.WAITING, GapState.TOO_FEW, GapState.DEFECTIVE, GapState.EXPIRED)
_NAMED = 5  # units named in each line for the chat


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """One unit's line: counts of slots; ``change``: 已审 more than on the day before, ``None`` where that day is
    before the archive; ``rank`` by 完成率, equal ones share it (0 for the total)."""

    unit: str
    unit_name: str
    wanted: int = 0
    sent: int = 0
    accepted: int = 0
    returned: int = 0
    missing: int = 0
    overdue: int = 0
    change: int | None = None
    rank: int = 0

    @property
    def rate(self) -> float:
        """完成率 0..1: accepted of what is wanted."""
        return self.accepted / self.wanted if self.wanted else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A slot that stands otherwise than it did: where it was, where it is."""

    before: GapState
    now: SlotState

    @property
    def better(self) -> bool:
        """Whether it is complete now and was not."""
        return self.now.state is GapState.COMPLETE


def unit_progress(
    index: Index, now: Iterable[SlotState], before: Iterable[SlotState] | None
) -> tuple[tuple[UnitProgress, ...], UnitProgress]:
    """Each unit that owes something, the furthest first (equal ones in official order), and all of them together."""
    own: dict[str, list[SlotState]] = {}
    for state in now:
        if state.state is not GapState.NOT_APPLICABLE:
            own.setdefault(state.slot.unit, []).append(state)
    then: dict[str, int] | None = None
    if before is not None:
        then = {}
        for state in before:
            then[state.slot.unit] = then.get(state.slot.unit, 0) + (state.state is GapState.COMPLETE)
    official = {unit.id: place for place, unit in enumerate(index.checklist.units)}
    lines = [_line(unit, index.unit_name(unit), states, then) for unit, states in own.items()]
    lines.sort(key=lambda line: (-line.rate, official.get(line.unit, len(official))))
    ranked: list[UnitProgress] = []
    for place, line in enumerate(lines, 1):
        same = ranked and ranked[-1].rate == line.rate
        ranked.append(replace(line, rank=ranked[-1].rank if same else place))
    everything = [state for states in own.values() for state in states]
    all_then = None if then is None else {"": sum(then.get(unit, 0) for unit in own)}
    return tuple(ranked), _line("", "合计", everything, all_then)


def _line(unit: str, name: str, states: Sequence[SlotState], then: dict[str, int] | None) -> UnitProgress:
    accepted = sum(s.state is GapState.COMPLETE for s in states)
    return UnitProgress(
        unit=unit,
        unit_name=name,
        wanted=len(states),
        sent=sum(s.state in _IN_HAND for s in states),
        accepted=accepted,
        returned=sum(s.state is GapState.RETURNED for s in states),
        missing=sum(s.state is GapState.MISSING for s in states),
        overdue=sum(s.overdue for s in states),
        change=None if then is None else accepted - then.get(unit, 0),
    )


def chat_lines(title: str, day: str, lines: Sequence[UnitProgress], total: UnitProgress) -> tuple[str, ...]:
    """A few lines for the group: where all stand, who is done, who is behind and by how much."""
    said = [f"【{title}】截至{_day(day)}"]
    change = "" if total.change is None else f",比昨日{_signed(total.change)}"
    said.append(f"应报{total.wanted}份,已报{total.sent}份,已审{total.accepted}份({percent(total.rate)}{change})。")
    if done := [line for line in lines if line.accepted == line.wanted]:
        said.append(f"已报齐:{_names([line.unit_name for line in done])}。")
    behind = sorted((line for line in lines if line.accepted < line.wanted), key=lambda line: line.rate)
    if late := sorted((line for line in behind if line.overdue), key=lambda line: -line.overdue):
        said.append(f"已逾期:{_names([f'{line.unit_name}{line.overdue}份' for line in late])}。")
    if back := [line for line in lines if line.returned]:
        said.append(f"退回待补正:{_names([f'{line.unit_name}{line.returned}份' for line in back])}。")
    if short := sorted((line for line in behind if line.missing), key=lambda line: -line.missing):
        said.append(f"还缺较多:{_names([f'{line.unit_name}缺{line.missing}份' for line in short])}。")
    said.append("请对照催办单尽快补报。" if behind else "各单位均已报齐,谢谢。")
    return tuple(said)


def short_title(title: str) -> str:
    """A checklist's title as papers name the work: without the 工作方案 that it was issued as."""
    plain = re.sub(r"(?:工作|实施|迎检)*(?:方案|计划|通知|办法|细则)(?:[((][^()()]*[))])?$", "", title)
    return plain.strip() or title


def percent(rate: float) -> str:
    """A rate with one decimal; never 100% while something is open."""
    shown = f"{rate * 100:.1f}"
    if shown == "100.0" and rate < 1:
        shown = "99.9"
    return f"{shown.removesuffix('.0')}%"


def _signed(change: int) -> str:
    return f"增加{change}份" if change > 0 else f"减少{-change}份" if change else "没有变化"


def _day(day: str) -> str:
    return f"{int(day[5:7])}月{int(day[8:10])}日"


def _names(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + (f"等{len(names)}个单位" if len(names) > _NAMED else "")


def changes(before: Iterable[SlotState], now: Iterable[SlotState]) -> tuple[Change, ...]:
    """Slots whose state is another than it was, in the order of ``now``; a slot that is new was missing before."""
    was = {(s.slot.requirement, s.slot.unit, s.slot.period): s.state for s in before}
    found = []
    for state in now:
        then = was.get((state.slot.requirement, state.slot.unit, state.slot.period), GapState.MISSING)
        if then is not state.state:
            found.append(Change(before=then, now=state))
    return tuple(found)
