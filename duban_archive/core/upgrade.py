"""From one version of a checklist to the next: what changed, where filings go, what has lost its place.

::

    differences(old, new)            ──▶ Change…   added, changed, moved, renamed, split, merged, retired, removed
    plan(old, new, filings)          ──▶ Upgrade   a dry run: changes, slots opened and closed, filings moved, the tray
    homeless(checklist, filings)     ──▶ Lost…     the tray 待重新归类 of an archive as it stands

Nothing is deleted: a filing whose requirement is no longer asked stays as it is and is shown in the tray until a
person files the record anew. Elements are told apart by ``id``; ``renamed_from``, ``merged_from`` and ``split_from``
link new ones to old ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from duban_archive.core.checklist import Checklist, Requirement
from duban_archive.core.language import SORTS
from duban_archive.core.model import Filing, Slot, Standing
from duban_archive.core.period_rules import kind_of, label
from duban_archive.core.slots import make_slots, owner, spelled

# The tables that are compared, with their sort in the language.
_TABLES = (
    *(("indicators", "indicator"), ("requirements", "requirement"), ("units", "unit"), ("groups", "group")),
    *(("periods", "period"), ("rounds", "round"), ("events", "event"), ("evidence_types", "evidence_type")),
    *(("phases", "phase"), ("figures", "figure"), ("rules", "rule"), ("judgements", "judgement")),
    *(("scoring", "scoring"), ("vetoes", "veto"), ("check_items", "check_item")),
)
# What the program works out, or what only links versions, is no change of its own.
_SILENT = frozenset(
    ("periods", "period_kind", "renamed_from", "merged_from", "split_from", "retired", "parent", "indicator")
)
_HEAD = ("title", "version", "base_year", "office", "issuer", "document_number", "issued", "scope", "verified")
_HEADERS = {
    **{("requirement", "units"): "报送单位", ("requirement", "periods"): "期间", ("group", "members"): "成员"},
    **{("rule", "on"): "对象", ("period", "start"): "起", ("period", "end"): "止"},
}
WORDS = {
    "added": "新增",
    "changed": "修改",
    "moved": "移到别的指标",
    "renamed": "换了编号",
    "split": "由一条拆出",
    "merged": "由几条合并",
    "retired": "停用",
    "removed": "不再列出",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference between two versions.

    ``what``: a key of ``WORDS``; ``sort``: a sort of the language (``requirement``…); ``before``: the ids it came from;
    ``values``: for each value that differs its header, before and after.
    """

    what: str
    sort: str
    id: str
    title: str = ""
    code: str = ""
    before: tuple[str, ...] = ()
    values: tuple[tuple[str, str, str], ...] = ()

    def say(self) -> str:
        """The change as one line for a person."""
        name = " ".join(part for part in (self.code, self.title or self.id) if part)
        line = f"{WORDS[self.what]} {SORTS[self.sort].title}:{name}"
        if self.before:
            line += f"(原 {'、'.join(self.before)})"
        told = [f"{header} {old or '(无)'} → {new or '(无)'}" for header, old, new in self.values]
        return line + ("; " + "; ".join(told) if told else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A filing without a place; ``candidates``: requirement ids that a person may choose from."""

    filing: Filing
    why: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A filing that follows its requirement or unit to another slot."""

    before: Filing
    after: Filing
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """What an upgrade would do. ``past``: filings of years that are no longer asked; they stay as they are."""

    changes: tuple[Change, ...]
    opened: tuple[Slot, ...]
    closed: tuple[Slot, ...]
    staying: int
    moved: tuple[Moved, ...]
    tray: tuple[Lost, ...]
    past: tuple[Filing, ...]


def plan(old: Checklist, new: Checklist, filings: Iterable[Filing]) -> Upgrade:
    """The dry run of an upgrade. Applying it is: pin ``new``, write each ``moved.after`` over its ``before``."""
    before, after = make_slots(old), make_slots(new)
    had, has = _cells(before), _cells(after)
    staying, moved, tray, past = 0, [], [], []
    way = _Way(old, new)
    for filing in filings:
        found = way.of(filing)
        if isinstance(found, Lost):
            tray.append(found)
        elif isinstance(found, Moved):
            moved.append(found)
        elif found is None:
            past.append(filing)
        else:
            staying += 1
    return Upgrade(
        changes=differences(old, new),
        opened=tuple(slot for slot in after if _cell(slot) not in had),
        closed=tuple(slot for slot in before if _cell(slot) not in has),
        staying=staying,
        moved=tuple(moved),
        tray=tuple(tray),
        past=tuple(past),
    )


def homeless(checklist: Checklist, filings: Iterable[Filing]) -> tuple[Lost, ...]:
    """The tray 待重新归类: filings whose requirement or unit the checklist no longer knows."""
    way = _Way(checklist, checklist)
    return tuple(found for found in map(way.of, filings) if isinstance(found, Lost))


def next_round(checklist: Checklist, base_year: int) -> Checklist:
    """The same checklist for another base year: periods spelled anew, rounds moved along."""
    ahead = base_year - checklist.base_year
    return replace(
        checklist,
        base_year=base_year,
        requirements=tuple(replace(r, periods=spelled(checklist, r, base_year)) for r in checklist.requirements),
        rounds=tuple(replace(r, base_year=r.base_year + ahead) if r.base_year else r for r in checklist.rounds),
    )


# --- where a filing goes -----------------------------------------------------------------------------------------


class _Way:
    """Where filings of the old checklist belong in the new one."""

    def __init__(self, old: Checklist, new: Checklist) -> None:
        self.old, self.new = old, new
        self.asked = {r.id: r for r in new.requirements if not r.retired}
        self.known = {r.id: r for r in (*old.requirements, *new.requirements)}
        self.units = {unit.id for unit in new.units}
        self.cells = _cells(make_slots(new))
        self.heirs: dict[str, list[str]] = {}
        for requirement in self.asked.values():
            for name in (*requirement.renamed_from, *requirement.merged_from, requirement.split_from):
                if name:
                    self.heirs.setdefault(name, []).append(requirement.id)

    def of(self, filing: Filing) -> Filing | Moved | Lost | None:
        """The filing itself where it stays, where it moves, why it is lost; ``None`` for a year no longer asked."""
        if filing.standing is Standing.REJECTED:
            return filing
        target = filing.requirement
        why: list[str] = []
        if target not in self.asked:
            heirs = self.heirs.get(target, [])
            if len(heirs) != 1:
                return Lost(filing=filing, why=self._gone(target, heirs), candidates=tuple(heirs))
            target = heirs[0]
            why.append(f"材料要求“{self._title(filing.requirement)}”现为“{self._title(target)}”")
        unit = filing.unit
        if (target, unit, filing.period) not in self.cells:
            unit = owner(self.new, filing.unit, filing.period)
            if unit not in self.units:
                return Lost(filing=filing, why=f"单位“{filing.unit}”已不在指标体系里", candidates=(target,))
            if unit != filing.unit:
                why.append(f"单位“{self._unit(filing.unit)}”的材料计入“{self._unit(unit)}”")
        if (target, unit, filing.period) not in self.cells:
            return self._out_of_window(filing, self.asked[target])
        if self._once_of_last_round(filing, target):
            text = "上一轮的一次性材料,新一轮要重新收;仍然有效的可以再归回原处"
            return Lost(filing=filing, why=text, candidates=(target,))
        if not why:
            return filing
        return Moved(before=filing, after=replace(filing, requirement=target, unit=unit), why=";".join(why))

    def _once_of_last_round(self, filing: Filing, target: str) -> bool:
        return filing.period == "once" and self.new.base_year != self.old.base_year

    def _out_of_window(self, filing: Filing, requirement: Requirement) -> Lost | None:
        """A year that is no longer asked is past; another kind of period, or a unit no longer asked, needs a person."""
        owing = {unit for asked, unit, _period in self.cells if asked == requirement.id}
        if filing.unit in owing and kind_of(filing.period) == requirement.period_kind:
            return None
        if filing.unit in owing:
            why = f"这种材料现在按{'、'.join(label(p) for p in requirement.periods[:3])}收,原归在{label(filing.period)}"
        else:
            why = f"“{self._unit(filing.unit)}”不再需要报送“{requirement.title}”({label(filing.period)})"
        return Lost(filing=filing, why=why, candidates=(requirement.id,))

    def _gone(self, name: str, heirs: list[str]) -> str:
        if heirs:
            return f"材料要求“{self._title(name)}”拆成了 {len(heirs)} 条,要由人选定归到哪一条"
        retired = name in self.known and self.known[name].retired
        return f"材料要求“{self._title(name)}”{'已停用' if retired else '已不在指标体系里'}"

    def _title(self, requirement: str) -> str:
        found = self.known.get(requirement)
        return f"{found.code} {found.title}".strip() if found else requirement

    def _unit(self, unit: str) -> str:
        return next((u.name for u in (*self.new.units, *self.old.units) if u.id == unit), unit)


def _cell(slot: Slot) -> tuple[str, str, str]:
    return slot.requirement, slot.unit, slot.period


def _cells(slots: Iterable[Slot]) -> set[tuple[str, str, str]]:
    return {_cell(slot) for slot in slots}


# --- what changed ------------------------------------------------------------------------------------------------


def differences(old: Checklist, new: Checklist) -> tuple[Change, ...]:
    """Every difference, the document's own values first, then table by table in printed order."""
    changes = list(_head_changes(old, new))
    for table, sort in _TABLES:
        changes += _table_changes(sort, getattr(old, table), getattr(new, table))
    return tuple(changes)


def _head_changes(old: Checklist, new: Checklist) -> Iterator[Change]:
    values = _values("document", {k: getattr(old, k) for k in _HEAD}, {k: getattr(new, k) for k in _HEAD})
    for name in dict.fromkeys((*old.parameters, *new.parameters)):
        one, other = (c.parameters.get(name, {}).get("value") for c in (old, new))
        if one != other:
            values += ((f"参数 {name}", _shown(one), _shown(other)),)
    if old.synonyms != new.synonyms:
        values += (("同义词", _shown(old.synonyms), _shown(new.synonyms)),)
    if old.not_applicable != new.not_applicable:
        values += (("不适用", f"{len(old.not_applicable)} 条", f"{len(new.not_applicable)} 条"),)
    if values:
        yield Change(what="changed", sort="document", id=new.id, title=new.title, values=values)


def _table_changes(sort: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[Change]:
    before, after = {item.id: item for item in old}, {item.id: item for item in new}
    linked: set[str] = set()
    for item in new:
        if item.id in before:
            yield from _changed(sort, before[item.id], item)
            continue
        origins = {
            "renamed": getattr(item, "renamed_from", ()),
            "merged": getattr(item, "merged_from", ()),
            "split": tuple(filter(None, (getattr(item, "split_from", ""),))),
        }
        what, ids = next(((what, ids) for what, ids in origins.items() if set(ids) & set(before)), ("added", ()))
        linked.update(ids)
        values = _values(sort, _plain(before[ids[0]]), _plain(item)) if what == "renamed" else ()
        yield replace(_change(what, sort, item, values), before=tuple(ids))
    for item in old:
        if item.id not in after and item.id not in linked:
            yield _change("removed", sort, item)


def _changed(sort: str, old: Any, new: Any) -> Iterator[Change]:
    if getattr(new, "retired", False) and not getattr(old, "retired", False):
        yield _change("retired", sort, new)
        return
    values = _values(sort, _plain(old), _plain(new))
    back = {"requirement": "indicator", "check_item": "indicator", "indicator": "parent"}.get(sort)
    if back and getattr(old, back) != getattr(new, back):
        place = ("所属指标" if back == "indicator" else "上级指标", getattr(old, back), getattr(new, back))
        yield _change("moved", sort, new, (place, *values))
    elif values or getattr(old, "retired", False) != getattr(new, "retired", False):
        yield _change("changed", sort, new, values)


def _change(what: str, sort: str, item: Any, values: tuple[tuple[str, str, str], ...] = ()) -> Change:
    title = getattr(item, "title", "") or getattr(item, "name", "") or getattr(item, "text", "")
    code = getattr(item, "code", "") if sort in ("indicator", "requirement") else ""
    return Change(what=what, sort=sort, id=item.id, title=title, code=code, values=values)


def _plain(item: Any) -> dict[str, Any]:
    return {f.name: getattr(item, f.name) for f in dataclasses.fields(item) if f.name not in _SILENT | {"id"}}


def _values(sort: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    fields = {field.key: field.header for field in SORTS[sort].fields}
    return tuple(
        (_HEADERS.get((sort, key)) or fields.get(key, key), _shown(old.get(key)), _shown(new.get(key)))
        for key in dict.fromkeys((*old, *new))
        if old.get(key) != new.get(key)
    )


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple | list):
        return "、".join(_shown(item) for item in value)
    if isinstance(value, Mapping):
        return "、".join(f"{k}:{_shown(v)}" for k, v in value.items())
    return str(getattr(value, "text", value))
