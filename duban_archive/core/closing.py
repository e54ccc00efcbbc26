"""What would close a gap, who owes it and by when: the next step, beside the state that tells how things are.

The unit of a slot owes it; within, the persons a checklist names (责任人) or the departments that lead (牵头).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from duban_archive.core.checklist import Index, Phase, Requirement
from duban_archive.core.deadlines import window
from duban_archive.core.model import GapState, SlotState
from duban_archive.core.schedule import asked, named


def next_step(
    requirement: Requirement,
    state: GapState,
    *,
    good: int,
    waiting: Sequence[int],
    unreviewed: Sequence[int],
    perhaps: Sequence[int],
    lacking: Sequence[str],
    broken: Sequence[int],
    alternatives: Sequence[str],
) -> str:
    """What closes a slot in this state.

    ``good``: how many records count; ``alternatives``: titles of what would do instead.
    """
    wanted = asked(requirement)
    like = f"({wanted})" if wanted else ""
    if state is GapState.WAITING:
        steps = [f"确认 {ids(waiting)}"] if waiting else []
        steps += [f"审核 {ids(unreviewed)}"] if unreviewed else []
        return "、".join(steps)
    if state is GapState.RETURNED:
        return f"按退回的原因补正后重报{like}"
    if state is GapState.DEFECTIVE:
        return f"补交 {'、'.join(lacking)} 格式的一份" if lacking else f"换一份能打开的{ids(broken)}"
    if state is GapState.EXPIRED:
        return f"交一份在有效期内的{like}"
    if state is GapState.TOO_FEW:
        still = max(0, requirement.count - good - len(waiting) - len(unreviewed))
        seen = f"确认 {ids((*waiting, *unreviewed))}" if waiting or unreviewed else ""
        return "、".join(filter(None, (seen, f"再交 {still} 件{like}" if still else "")))
    if state is not GapState.MISSING:
        return ""
    first = f"先看 {ids(perhaps)} 是不是,不是再" if perhaps else ""
    what = "登记实物的存放处" if requirement.physical else f"交 {max(1, requirement.count)} 件{like}"
    instead = f";或用“{'”“'.join(alternatives)}”代替" if alternatives else ""
    return first + what + instead


def ids(records: Sequence[int]) -> str:
    """Records by number."""
    return "、".join(f"#{id}" for id in records[:5]) + (f" 等 {len(records)} 件" if len(records) > 5 else "")


class Owing:
    """Who owes a slot and how many days are left, for asking about many: each requirement is looked up once."""

    def __init__(self, index: Index, today: str) -> None:
        self._index = index
        self._today = date.fromisoformat(today)
        self._year = index.checklist.base_year
        self._phases = {phase.id: phase for phase in index.checklist.phases}
        self._persons: dict[str, tuple[str, ...]] = {}
        self._ends: dict[str, str] = {}
        self._left: dict[str, int | None] = {"": None}

    def who(self, state: SlotState) -> tuple[str, ...]:
        """责任人, else who leads; without either the unit alone, by name."""
        requirement = self._index.requirements[state.slot.requirement]
        known = self._persons.get(requirement.id)
        if known is None:
            lead, support = named(self._index, requirement.indicator)
            known = self._persons[requirement.id] = requirement.by or lead or support
        return known or (self._index.unit_name(state.slot.unit),)

    def left(self, state: SlotState) -> int | None:
        """Days to its deadline, negative once past; ``None`` where it has none."""
        return self._days(state.due)

    def phase(self, state: SlotState) -> tuple[str, str, int | None]:
        """The phase it belongs to: title, last day, days left in it."""
        phase = self._phases.get(self._index.requirements[state.slot.requirement].phase)
        if phase is None:
            return "", "", None
        ends = self._end(phase)
        return phase.title, ends, self._days(ends)

    def _end(self, phase: Phase) -> str:
        if phase.id not in self._ends:
            self._ends[phase.id] = window(phase, self._year)[1]
        return self._ends[phase.id]

    def _days(self, day: str) -> int | None:
        if day not in self._left:
            self._left[day] = (date.fromisoformat(day) - self._today).days if len(day) == 10 else None
        return self._left[day]
