"""应收项: requirement × unit × period, the cells of the readiness matrix, and whose cell a paper counts for.

::

    requirement ──▶ units of its groups ──▶ those it applies to ──▶ × periods the unit lived in ──▶ Slot…

A unit owes a period when it lived on some day of it; once and standing are asked of units alive on the base year's
first day or opened later. A unit that belongs to another (教学点) owes nothing itself unless the requirement names it
or says ``sub_units``. Conditions are asked of real units: a placeholder may stand for one they fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from duban_archive.core import conditions, period_rules
from duban_archive.core.checklist import Checklist, Requirement, Unit
from duban_archive.core.model import Slot


def make_slots(checklist: Checklist, *, base_year: int | None = None) -> tuple[Slot, ...]:
    """Every slot of a checklist, in printed order (requirement, unit in official order, period oldest first).

    ``base_year``: spell 近三年 for another year than the checklist's own (next year's round).
    """
    return tuple(_slots(checklist, base_year))


def owner(checklist: Checklist, unit: str, period: str) -> str:
    """The unit that a paper of ``unit`` counts for in ``period``.

    A 教学点's papers count for the school it belongs to; those of a unit that was closed before the period for its
    successor (merged twice: for the last). An id that is not known is returned as it is.
    """
    units = {u.id: u for u in checklist.units}
    seen: set[str] = set()
    while unit in units and unit not in seen:
        seen.add(unit)
        found = units[unit]
        if found.belongs_to:
            unit = found.belongs_to
        elif found.merged_into and not lives(found, period, checklist.base_year):
            unit = found.merged_into
        else:
            break
    return unit


def predecessors(checklist: Checklist, unit: str) -> tuple[str, ...]:
    """Units whose old papers count for this one: merged into it (also over steps), or belonging to it."""
    found: list[str] = []
    front = [unit]
    while front:
        here = front.pop()
        for other in checklist.units:
            if here in (other.merged_into, other.belongs_to) and other.id not in found and other.id != unit:
                found.append(other.id)
                front.append(other.id)
    return tuple(found)


def lives(unit: Unit, period: str, base_year: int) -> bool:
    """Whether the unit existed on some day of the period (once, standing: of the base year)."""
    if not unit.opened and not unit.closed:
        return True
    first, last = period_rules.span(period) or (f"{base_year}-01-01", f"{base_year}-12-31")
    return not (unit.closed and _last_day(unit.closed) < first) and not (unit.opened and unit.opened > last)


def _last_day(day: str) -> str:
    """A date that stops at the year or month, read as its end."""
    return day + "-12-31"[len(day) - 4 :] if len(day) in (4, 7) else day


def spelled(checklist: Checklist, requirement: Requirement, base_year: int | None = None) -> tuple[str, ...]:
    """The requirement's periods, for another base year where one is given."""
    if base_year is None or base_year == checklist.base_year or not requirement.period:
        return requirement.periods
    year = base_year + _ahead(checklist, requirement)
    rules = {rule.id: rule for rule in checklist.periods}
    words: list[str] = []
    for word in requirement.period:
        if word in rules:
            words += period_rules.spell(rules[word], year)
        elif word in period_rules.KINDS:
            words += period_rules.spell(period_rules.PeriodRule(id=word, kind=word), year)
        else:
            words.append(word)
    return tuple(dict.fromkeys(words))


def _ahead(checklist: Checklist, requirement: Requirement) -> int:
    """How many years a requirement's round lies ahead of the checklist's base year."""
    found = next((r for r in checklist.rounds if r.id == requirement.round), None)
    return found.base_year - checklist.base_year if found and found.base_year else 0


def _slots(checklist: Checklist, base_year: int | None) -> Iterator[Slot]:
    year = base_year or checklist.base_year
    units = {unit.id: unit for unit in checklist.units}
    groups = {group.id: group.members for group in checklist.groups}
    facts = {unit.id: facts_of(unit) for unit in checklist.units}
    exceptions = _Exceptions(checklist.not_applicable)
    applies = {i.id: i.applies_if for i in checklist.indicators if i.applies_if}
    retired = {i.id for i in checklist.indicators if i.retired}
    for requirement in checklist.requirements:
        if requirement.retired or requirement.indicator in retired:
            continue
        tests = [conditions.parse(c) for c in (requirement.applies_if, applies.get(requirement.indicator, "")) if c]
        words = spelled(checklist, requirement, base_year)
        open_ended = exceptions.of(requirement.id)
        for unit_id in _owing(requirement, units, groups):
            unit = units.get(unit_id)
            if unit is None:
                own = words
            else:
                if tests and not unit.placeholder and not all(test(facts[unit_id]) for test in tests):
                    continue
                own = words if not unit.opened and not unit.closed else tuple(p for p in words if lives(unit, p, year))
            for period in own:
                reason = open_ended(unit_id, period) if open_ended else ""
                yield Slot(requirement=requirement.id, unit=unit_id, period=period, not_applicable=reason)


def _owing(requirement: Requirement, units: Mapping[str, Unit], groups: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """The ids of the units that each owe a requirement, once each."""
    owing: dict[str, None] = {}
    for name in requirement.units:
        if name in groups:
            for member in groups[name]:
                unit = units.get(member)
                if unit is None or not unit.belongs_to or requirement.sub_units:
                    owing[member] = None
        else:
            owing[name] = None
    return owing


def facts_of(unit: Unit) -> dict[str, object]:
    """What conditions may ask of a unit: its own attributes, its kind, stage, name and id (also in Chinese words)."""
    return {
        **unit.attributes,
        "kind": unit.kind,
        "类别": unit.kind,
        "stage": unit.stage,
        "学段": unit.stage,
        "name": unit.name,
        "id": unit.id,
        "belongs_to": unit.belongs_to,
    }


class _Exceptions:
    """不适用 by requirement; an empty unit or period means all of them."""

    def __init__(self, rows: tuple[tuple[str, str, str, str], ...]) -> None:
        self._rows: dict[str, list[tuple[str, str, str]]] = {}
        for requirement, unit, period, reason in rows:
            self._rows.setdefault(requirement, []).append((unit, period, reason))

    def of(self, requirement: str) -> _Reason | None:
        rows = self._rows.get(requirement)
        return _Reason(rows) if rows else None


class _Reason:
    """Why a cell of one requirement is not applicable, ``""`` where it is."""

    def __init__(self, rows: list[tuple[str, str, str]]) -> None:
        self._rows = rows

    def __call__(self, unit: str, period: str) -> str:
        return next((why for u, p, why in self._rows if u in ("", unit) and p in ("", period)), "")
