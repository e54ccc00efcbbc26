"""分面: of what was found, how many records there are of each indicator, unit, year, kind, state and format.

The number beside a value is the number of records that are left when its filter is added to the query.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist
from duban_archive.core.filters import KINDS, STATES, covers, read_filter, requirements_named, units_named
from duban_archive.core.plain import normalise

Pairs = Iterable[tuple[int, str]]
FIELDS: Mapping[str, str] = {
    "indicator": "指标", "unit": "单位", "period": "年", "kind": "类别", "state": "状态", "format": "格式",
}  # fmt: skip
_MOST = 12  # values of a field: more are no help to a person
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value with its count; ``filter`` is what to type to have only these."""

    value: str
    label: str
    filter: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A field with its commonest values; ``more``: values that are not listed."""

    field: str
    label: str
    values: tuple[Value, ...]
    more: int = 0


def make_facets(
    pairs: Mapping[str, Pairs], checklist: Checklist, *, kind_words: Mapping[str, str]
) -> tuple[Facet, ...]:
    """Count; ``pairs``: field → (record, value), ``kind_words``: what a kind is called."""
    makers: Mapping[str, Callable[[dict[str, set[int]]], Iterable[tuple[str, str, str, int]]]] = {
        "indicator": lambda held: _indicators(held, checklist),
        "unit": lambda held: _units(held, checklist),
        "period": _years,
        "kind": lambda held: _kinds(held, kind_words),
        "state": _states,
        "format": lambda held: ((value, value, value, len(records)) for value, records in held.items()),
    }
    facets = []
    for field, label in FIELDS.items():
        counted = sorted(makers[field](_by_value(pairs.get(field, ()))), key=lambda row: (-row[3], row[0]))
        values = tuple(
            Value(value=value, label=name, filter=f"{label}:{_quoted(typed)}", count=count)
            for value, name, typed, count in counted[:_MOST]
            if count
        )
        if values:
            facets.append(Facet(field=field, label=label, values=values, more=max(0, len(counted) - _MOST)))
    return tuple(facets)


def _by_value(pairs: Pairs) -> dict[str, set[int]]:
    held: dict[str, set[int]] = {}
    for record, value in pairs:
        held.setdefault(value, set()).add(record)
    return held


def _quoted(typed: str) -> str:
    return f'"{typed}"' if re.search(r"\s", typed) else typed


def _indicators(held: dict[str, set[int]], checklist: Checklist) -> Iterable[tuple[str, str, str, int]]:
    of = {r.id: r.indicator for r in checklist.requirements}
    meant = {of[id] for id in held if id in of}
    for indicator in checklist.indicators:
        if indicator.id in meant and indicator.code:
            under = requirements_named(normalise(indicator.code), checklist)
            records = set().union(*(held.get(id, set()) for id in under))
            yield indicator.code, f"{indicator.code} {indicator.title}", indicator.code, len(records)


def _units(held: dict[str, set[int]], checklist: Checklist) -> Iterable[tuple[str, str, str, int]]:
    names = {unit.id: unit.name for unit in checklist.units}
    for id, records in held.items():
        name = names.get(id)
        if name and units_named(name, checklist) == (id,):
            yield id, name, name, len(records)


def _years(held: dict[str, set[int]]) -> Iterable[tuple[str, str, str, int]]:
    for year in sorted({year for value in held for year in _YEAR.findall(value)}):
        asked = read_filter("年", year, None)
        records = set().union(*(records for value, records in held.items() if covers(asked, value)))
        yield year, f"{year}年", year, len(records)


def _kinds(held: dict[str, set[int]], words: Mapping[str, str]) -> Iterable[tuple[str, str, str, int]]:
    for code, records in held.items():
        word = words.get(code, code)
        yield code, word, word if KINDS.get(word) == code else code, len(records)


def _states(held: dict[str, set[int]]) -> Iterable[tuple[str, str, str, int]]:
    words = {code: word for word, code in reversed(list(STATES.items()))}
    for code, records in held.items():
        if code in words and code != "filed":  # which is the same as 已归类
            yield code, words[code], words[code], len(records)
