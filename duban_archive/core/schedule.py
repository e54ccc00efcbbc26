"""倒排工期 and 责任分工: what is to be done until which day and by whom, counted back from the deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from duban_archive.core.checklist import Index, Requirement
from duban_archive.core.deadlines import parse, window
from duban_archive.core.model import GapState, SlotState
from duban_archive.core.period_rules import label


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One line of the schedule: ``day`` ISO, ``left`` days to it (negative: past), what, who, slots wanted and open.

    A task of a phase has no slots (``wanted`` 0).
    """

    day: str
    left: int
    phase: str
    what: str
    units: tuple[str, ...]
    wanted: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who answers for one requirement: 牵头, 配合, 责任人, the units that hand it in, and how far they are."""

    requirement: str
    code: str
    title: str
    indicator: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    persons: tuple[str, ...]
    units: tuple[str, ...]
    due: tuple[str, ...]
    wanted: int
    complete: int


def make_schedule(index: Index, states: Iterable[SlotState], today: str) -> tuple[Due, ...]:
    """Every deadline that something is still open for, and the tasks of phases that are not over, the next first."""
    grouped: dict[tuple[str, str], list[SlotState]] = {}
    for state in states:
        if state.due and state.state is not GapState.NOT_APPLICABLE:
            grouped.setdefault((state.due, state.slot.requirement), []).append(state)
    phases = {phase.id: phase.title for phase in index.checklist.phases}
    found = []
    for (day, requirement_id), own in grouped.items():
        open_ones = [s for s in own if s.state is not GapState.COMPLETE]
        if not open_ones:
            continue
        requirement = index.requirements[requirement_id]
        found.append(
            Due(
                day=day,
                left=_days(today, day),
                phase=phases.get(requirement.phase, ""),
                what=f"{index.code_of(requirement_id)} {requirement.title}{_period(own)}".strip(),
                units=tuple(dict.fromkeys(index.unit_name(s.slot.unit) for s in open_ones)),
                wanted=len(own),
                open=len(open_ones),
            )
        )
    found += _tasks(index, today)
    return tuple(sorted(found, key=lambda due: (due.day, due.wanted == 0)))  # else in printed order, as found


def _period(states: Sequence[SlotState]) -> str:
    """The period that all of them are of, in brackets; nothing where it says nothing."""
    periods = {state.slot.period for state in states}
    only = next(iter(periods)) if len(periods) == 1 else "once"
    return "" if only in ("once", "standing") else f"({label(only)})"


def _tasks(index: Index, today: str) -> Iterable[Due]:
    year = index.checklist.base_year
    for phase in index.checklist.phases:
        ends = window(phase, year)[1]
        for task in phase.tasks:
            written = parse(task.due) if task.due else None
            day = written.parts["day"] if written is not None and written.form == "day" else ends
            if len(day) == 10 and day >= today:
                yield Due(day=day, left=_days(today, day), phase=phase.title, what=task.text, units=())


def make_duties(index: Index, states: Iterable[SlotState]) -> tuple[Duty, ...]:
    """A line for each requirement that somebody owes, in printed order."""
    own: dict[str, list[SlotState]] = {}
    for state in states:
        if state.state is not GapState.NOT_APPLICABLE:
            own.setdefault(state.slot.requirement, []).append(state)
    return tuple(
        _duty(index, index.requirements[id], own[id])
        for id in sorted(own, key=lambda id: index.order_of_requirements.get(id, 0))
    )


def _duty(index: Index, requirement: Requirement, states: Sequence[SlotState]) -> Duty:
    indicator = index.indicators.get(requirement.indicator)
    lead, support = named(index, requirement.indicator)
    return Duty(
        requirement=requirement.id,
        code=index.code_of(requirement.id),
        title=requirement.title,
        indicator=indicator.title if indicator else "",
        lead=lead,
        support=support,
        persons=requirement.by,
        units=tuple(dict.fromkeys(index.unit_name(s.slot.unit) for s in states)),
        due=tuple(sorted({s.due for s in states if s.due})),
        wanted=len(states),
        complete=sum(s.state is GapState.COMPLETE for s in states),
    )


def named(index: Index, indicator: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """牵头 and 配合 of an indicator, else of the nearest one above that names any."""
    seen: set[str] = set()
    while (found := index.indicators.get(indicator)) is not None and indicator not in seen:
        if found.lead or found.support:
            return found.lead, found.support
        seen.add(indicator)
        indicator = found.parent
    return (), ()


def some(names: Sequence[str], most: int = 4) -> str:
    """Names for a narrow column: the first few, and how many there are."""
    return "、".join(names[:most]) + (f"等 {len(names)} 个单位" if len(names) > most else "")


def asked(requirement: Requirement) -> str:
    """Format, seal, signature and copies that a paper must have, in words."""
    words = [_FORMATS.get(one.lower(), one) for one in requirement.formats]
    said = ["、".join(dict.fromkeys(words))] if words else []
    if requirement.physical:
        said.append("实物或纸质原件")
    if requirement.stamped:
        said.append("盖章")
    if requirement.signed_by:
        said.append(f"{'、'.join(requirement.signed_by)}签字")
    elif requirement.signed:
        said.append("签字")
    if requirement.copies > 1:
        said.append(f"一式 {requirement.copies} 份")
    if requirement.limit:
        said.append(requirement.limit)
    return ",".join(said)


_FORMATS = {
    "pdf": "PDF", "word": "Word", "docx": "Word", "doc": "Word", "excel": "Excel 表", "xlsx": "Excel 表",
    "xls": "Excel 表", "ofd": "OFD", "jpg": "照片", "jpeg": "照片", "ppt": "PPT", "pptx": "PPT", "mp4": "视频",
}  # fmt: skip


def left_in_words(left: int) -> str:
    """Days to a deadline."""
    return "今天到期" if left == 0 else f"还剩 {left} 天" if left > 0 else f"已过 {-left} 天"


def _days(today: str, day: str) -> int:
    return (date.fromisoformat(day) - date.fromisoformat(today)).days
