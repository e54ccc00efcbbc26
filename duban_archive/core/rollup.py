"""汇总: how far each indicator, unit or phase is, what must be and what vetoes on top.

Two axes are kept apart. What has been *collected* is counted here, by the weight of indicators where they have one.
Whether it *proves the point* is a person's word (自评), shown beside the count and never worked out from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from duban_archive.core.checklist import Index, Indicator, Phase
from duban_archive.core.deadlines import window
from duban_archive.core.model import GapState, SlotState

WAYS = ("indicator", "unit", "phase")
_LEVELS = {"must": 0, "should": 1, "may": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """One line: ``counts`` of slots by state, without those that do not apply.

    ``readiness``: the share of slots complete, 0..1, each with its indicator's weight (迎检准备度); ``must_open``:
    open slots that must be; ``veto``: why this line weighs most (一票否决, 关键指标), ``""`` if it does not;
    ``verdict``: what a person said it proves; ``next_due``: the next day something open is due; ``left``: days to it,
    or to the phase's end; ``owes``: 责任人 of what is open.
    """

    by: str
    id: str
    code: str = ""
    title: str = ""
    depth: int = 0
    weight: float = 1.0
    wanted: int = 0
    complete: int = 0
    open: int = 0
    must_open: int = 0
    overdue: int = 0
    waiting: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    readiness: float = 0.0
    veto: str = ""
    verdict: str = ""
    next_due: str = ""
    left: int | None = None
    owes: tuple[str, ...] = ()


def roll_up(
    index: Index, states: Iterable[SlotState], by: str, today: str, *, verdicts: Mapping[str, str] | None = None
) -> tuple[Roll, ...]:
    """One line for each indicator (also those above), unit or phase; of neighbours those with open veto or must items
    first.

    ``verdicts``: an indicator's id → what a person said of it.
    """
    tree = _Tree(index)
    sums: dict[str, _Sum] = {}
    for state in states:
        if state.state is GapState.NOT_APPLICABLE:
            continue
        requirement = index.requirements[state.slot.requirement]
        weight = tree.weight(requirement.indicator)
        for key in _keys(tree, requirement.indicator, requirement.phase, state.slot.unit, by):
            sums.setdefault(key, _Sum()).add(state, requirement.level, weight, requirement.by, today)
    lines = [_line(index, tree, by, key, total, today, verdicts or {}) for key, total in sums.items()]
    official = _official(index, by)
    places = {roll.id: (*_first(roll), official.get(roll.id, len(official))) for roll in lines}

    def place(roll: Roll) -> tuple[tuple[int, int, int], ...]:
        above = tree.path(roll.id) if by == "indicator" else (roll.id,)  # below its own parent, whatever weighs most
        return tuple(places[id] for id in above)

    return tuple(sorted(lines, key=place))


def _keys(tree: _Tree, indicator: str, phase: str, unit: str, by: str) -> tuple[str, ...]:
    if by == "indicator":
        return tree.path(indicator)
    return (unit,) if by == "unit" else (phase,)


def _first(roll: Roll) -> tuple[int, int]:
    """Lines with something open that vetoes, then with something open that must be, then the rest."""
    return (0 if roll.veto and roll.open else 1, 0 if roll.must_open else 1)


class _Sum:
    """What is counted of one line."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.must_open = self.overdue = 0
        self.weight = self.done = 0.0
        self.late = ""
        self.persons: dict[str, None] = {}

    def add(self, state: SlotState, level: str, weight: float, persons: tuple[str, ...], today: str) -> None:
        word = state.state.value
        self.counts[word] = self.counts.get(word, 0) + 1
        self.weight += weight
        if state.state is GapState.COMPLETE:
            self.done += weight
            return
        self.must_open += level == "must"
        self.overdue += state.overdue
        self.persons.update(dict.fromkeys(persons))
        if state.due >= today:
            self.late = min(self.late, state.due) if self.late else state.due


def _line(index: Index, tree: _Tree, by: str, key: str, total: _Sum, today: str, verdicts: Mapping[str, str]) -> Roll:
    wanted = sum(total.counts.values())
    complete = total.counts.get(GapState.COMPLETE, 0)
    code, title, depth, ends = key, key, 0, ""
    indicator = index.indicators.get(key) if by == "indicator" else None
    if by == "indicator" and indicator is not None:
        code, title, depth = indicator.code, indicator.title, tree.depth(key)
    elif by == "unit":
        code, title = "", index.unit_name(key)
    elif by == "phase":
        phase = tree.phases.get(key)
        code, title = "", phase.title if phase else "没有写阶段"
        ends = window(phase, index.checklist.base_year)[1] if phase else ""
    day = ends if by == "phase" else total.late
    return Roll(
        by=by,
        id=key,
        code=code,
        title=title,
        depth=depth,
        weight=indicator.weight if indicator else 1.0,
        wanted=wanted,
        complete=complete,
        open=wanted - complete,
        must_open=total.must_open,
        overdue=total.overdue,
        waiting=total.counts.get(GapState.WAITING, 0),
        counts=dict(total.counts),
        readiness=round(total.done / total.weight, 4) if total.weight else 0.0,
        veto=tree.veto(key) if by == "indicator" else "",
        verdict=verdicts.get(key, ""),
        next_due=total.late,
        left=(date.fromisoformat(day) - date.fromisoformat(today)).days if len(day) == 10 else None,
        owes=tuple(total.persons),
    )


class _Tree:
    """The indicators' paths, weights and what makes them weigh most; each worked out once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._paths: dict[str, tuple[str, ...]] = {}
        self._vetoes = {
            id: veto.text
            for veto in index.checklist.vetoes
            for id, indicator in index.indicators.items()
            if _names(veto.text, indicator)
        }
        self.phases: dict[str, Phase] = {phase.id: phase for phase in index.checklist.phases}

    def path(self, indicator: str) -> tuple[str, ...]:
        """The indicator and those above it, the top first."""
        known = self._paths.get(indicator)
        if known is None:
            up: list[str] = []
            here = indicator
            while here in self._index.indicators and here not in up:
                up.append(here)
                here = self._index.indicators[here].parent
            known = self._paths[indicator] = tuple(reversed(up)) or (indicator,)
        return known

    def depth(self, indicator: str) -> int:
        """0 at the top."""
        return len(self.path(indicator)) - 1

    def weight(self, indicator: str) -> float:
        """What a slot under it weighs: the weights along its path, multiplied."""
        product = 1.0
        for id in self.path(indicator):
            found = self._index.indicators.get(id)
            product *= found.weight if found else 1.0
        return product

    def veto(self, indicator: str) -> str:
        """Why it weighs most, ``""`` if it does not: of its own, or of one below it."""
        found = self._index.indicators.get(indicator)
        if found is not None and found.judge == "veto":
            return "一票否决"
        if indicator in self._vetoes:
            return f"一票否决:{self._vetoes[indicator]}"
        return "关键指标" if found is not None and found.key else ""


def _names(text: str, indicator: Indicator) -> bool:
    """Whether a veto's text names the indicator by its title (two characters name nothing)."""
    return len(indicator.title) >= 4 and indicator.title in text


def _official(index: Index, by: str) -> dict[str, int]:
    if by == "indicator":
        return {indicator.id: place for place, indicator in enumerate(index.checklist.indicators)}
    if by == "unit":
        return {unit.id: place for place, unit in enumerate(index.checklist.units)}
    return {phase.id: place for place, phase in enumerate(index.checklist.phases)}
