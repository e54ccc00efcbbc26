"""模拟验收: what a rehearsal asks to see, drawn as evaluators draw it, the same again for the same seed.

Drawn are slots (the paper itself), units (a school visited without notice) and people (a name on a roster, to be found
at school and on the other lists). Lots are drawn by hash, so that anybody can draw them again from the seed.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

Drawn = TypeVar("Drawn")


class Result(enum.StrEnum):
    """见到, 未见, 不符."""

    SEEN = "seen"
    MISSING = "missing"
    MISMATCH = "mismatch"


RESULT_WORDS = {"seen": "见到", "missing": "未见", "mismatch": "不符"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to be shown. ``sort``: ``slot``, ``unit`` or ``person``; ``words`` say it to whoever fetches it.

    ``record`` is what holds it (a filed paper, the roster a person stands on), ``seconds`` how long it took to show.
    """

    sort: str
    words: str
    unit: str = ""
    requirement: str = ""
    period: str = ""
    record: int | None = None
    result: str = ""
    seconds: int | None = None
    note: str = ""
    by: str = ""
    problem: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One rehearsal."""

    seed: int
    at: str
    by: str
    items: tuple[Item, ...]

    def marked(self, number: int, item: Item) -> Sample:
        """The same with item ``number`` (from 1) replaced."""
        return replace(self, items=(*self.items[: number - 1], item, *self.items[number:]))

    @property
    def counts(self) -> dict[str, int]:
        """How many of each result; ``""`` for what was not looked at yet."""
        counts = {"": 0, **{result.value: 0 for result in Result}}
        for item in self.items:
            counts[item.result] += 1
        return counts


def draw(candidates: Sequence[Drawn], count: int, *, seed: int, what: str) -> tuple[Drawn, ...]:
    """``count`` of the candidates (all when there are no more), in their own order; the same for the same seed.

    ``what`` keeps draws of different things under one seed apart.
    """
    lots = [hashlib.sha256(f"{seed}:{what}:{at}".encode()).digest() for at in range(len(candidates))]
    chosen = sorted(range(len(candidates)), key=lots.__getitem__)[: max(0, count)]
    return tuple(candidates[at] for at in sorted(chosen))
