"""里程碑 (市检, 省检, 回头看…): what stood on the day of a check, kept, and what changed from one check to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Key = tuple[str, str, str]  # requirement, unit, period; or figure, unit, period (with its part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """``as_of``: the 时点 its states are of; ``states`` and ``figures`` by ``a|b|c``; ``binders`` the volumes shown."""

    as_of: str
    at: str
    by: str
    note: str = ""
    head: str = ""
    checklist: str = ""
    base_year: int = 0
    states: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    binders: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()
    slips: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One thing that is not what it was; ``""`` is "not there"."""

    key: Key
    before: str
    after: str


def key_text(*parts: str) -> str:
    """A key as it is kept."""
    return "|".join(part.replace("|", "/") for part in parts)


def shifts(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Shift, ...]:
    """What changed between two, in the order of the later one, what vanished last."""
    order = [*after, *(key for key in before if key not in after)]
    found = []
    for text in order:
        old, new = before.get(text, ""), after.get(text, "")
        if old != new:
            first, unit, period = text.split("|", 2)
            found.append(Shift(key=(first, unit, period), before=old, after=new))
    return tuple(found)
