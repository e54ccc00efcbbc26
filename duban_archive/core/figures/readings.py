"""读数: one number read at one place, with whose it is, when, and what part of the whole it counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from duban_archive.core.figures.amounts import Amount
from duban_archive.core.findings import Spot

ALL = "@all"  # 全乡、全镇、全县: all units of the checklist together


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A figure as a paper states it.

    ``quantity``: the vocabulary's name, ``""`` for a column of a name we do not know (``noun``). ``unit``: a unit's id,
    ``@all``, ``?name`` for a school the checklist does not know, ``""`` unknown. ``period``: a period word, ``""``
    unknown. ``dims``: what part it counts, sorted pairs of (``grade`` ``class`` ``sex`` ``stage`` ``other``, value).
    ``by``: ``table``, ``sentence``, ``roster`` (rows counted), ``sum`` (parts of one table added up).
    ``table``, ``line``: which table and which of its rows or columns it stands in, so that what stands beside it in one
    line is known.
    """

    quantity: str
    noun: str
    unit: str
    period: str
    amount: Amount
    spot: Spot
    dims: tuple[tuple[str, str], ...] = ()
    by: str = "table"
    table: int = 0
    line: tuple[int, int] = (0, 0)

    @property
    def value(self) -> Decimal:
        """The number alone."""
        return self.amount.value

    @property
    def subject(self) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
        """What must be the same for two readings to say the same thing."""
        return self.quantity, self.unit, self.period, self.dims


def differ(one: Amount, other: Amount, *, rate: bool = False) -> bool:
    """Whether two amounts contradict each other, rounding and truncation allowed for.

    Equal places must agree to the last one (a rate: to one of the last place); different places to the coarser.
    """
    if one.about or other.about:
        return False
    if one.measure and other.measure and one.measure != other.measure:
        return False
    gap = abs(one.value - other.value)
    if one.step == other.step:
        return gap > (one.step if rate else 0)
    return gap >= max(one.step, other.step)
