"""Late papers in a printed binder: numbers that are on paper stay, what is new is numbered between them.

::

    printed:  … 86 87 88 │ 89 90 …          now:  … 86 87 88 │ 88-1 88-2 │ 89 90 …
                                                              └ put in behind sheet 88, nothing else changes

(Hong Kong PD 5.6 and GB/T practice: 88-1, not 88a.) What comes behind the last printed paper of a volume simply goes on
counting. The list of changes tells the office which sheets to exchange in which box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from duban_archive.core.model import Json

Number = tuple[str, int]  # prefix and value: ("88-", 1) is printed 88-1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """An item as it was printed: its numbers, side by side, and the PDFs (by digest) they were made of."""

    volume: str
    record: int
    only_pages: tuple[int, ...] = ()
    title: str = ""
    numbers: tuple[Number, ...] = ()
    made: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, int, tuple[int, ...]]:
        """What makes it the same item in a later edition."""
        return self.volume, self.record, self.only_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """An item of the new edition, in its place; ``pages`` it fills now."""

    volume: str
    record: int
    only_pages: tuple[int, ...] = ()
    title: str = ""
    pages: int = 1
    made: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, int, tuple[int, ...]]:
        """See `Fixed.key`."""
        return self.volume, self.record, self.only_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing to do to a printed box, in words an archivist follows: ``action`` 插入, 续在卷末, 替换, 加页, 抽出."""

    volume: str
    action: str
    printed: str
    title: str
    how: str


def frozen_of(written: Mapping[str, Json]) -> tuple[Fixed, ...]:
    """The items of a binder's own manifest, as it was written beside the printed PDF."""
    return tuple(
        Fixed(
            volume=item["volume"],
            record=item["record"],
            only_pages=tuple(item["only_pages"]),
            title=item["title"],
            numbers=tuple((prefix, first + step) for prefix, first, count in item["numbers"] for step in range(count)),
            made=tuple(item["made"]),
        )
        for item in written["items"]
    )


def runs(numbers: Iterable[Number]) -> list[list[Json]]:
    """Numbers as a manifest keeps them: ``[prefix, first, how many]`` for each unbroken run."""
    found: list[list[Json]] = []
    for prefix, value in numbers:
        if found and found[-1][0] == prefix and found[-1][1] + found[-1][2] == value:
            found[-1][2] += 1
        else:
            found.append([prefix, value, 1])
    return found


def renumber(frozen: Iterable[Fixed], now: Sequence[Now]) -> tuple[tuple[tuple[Number, ...], ...], tuple[Change, ...]]:
    """The numbers of each item of ``now``, and what changes against the printed edition."""
    old = {one.key: one for one in frozen}
    taken = {(one.volume, written(number)) for one in old.values() for number in one.numbers}
    last_place: dict[str, int] = {}
    for place, item in enumerate(now):
        if item.key in old:
            last_place[item.volume] = place
    numbers: list[tuple[Number, ...]] = []
    changes: list[Change] = []
    before: dict[str, Number] = {}
    top = _tops(old.values())
    for place, item in enumerate(now):
        printed = old.get(item.key)
        if printed is not None:
            mine, more = _kept(printed, item, taken)
            changes += more
        elif place > last_place.get(item.volume, -1):
            prefix, value = top.get(item.volume, ("", 0))
            mine = tuple((prefix, value + step) for step in range(1, item.pages + 1))
            top[item.volume] = mine[-1]
            changes.append(_change(item, "续在卷末", mine, f"装在第{written((prefix, value))}页之后"))
        else:
            behind = before.get(item.volume, ("", 0))
            mine = _between(item.volume, behind, item.pages, taken)
            changes.append(_change(item, "插入", mine, f"插在第{written(behind)}页之后"))
        numbers.append(mine)
        before[item.volume] = mine[-1]
    changes += _gone(old, now)
    return tuple(numbers), tuple(changes)


def written(number: Number) -> str:
    """As it is printed."""
    return f"{number[0]}{number[1]}"


def _tops(items: Iterable[Fixed]) -> dict[str, Number]:
    """The highest plain number of each volume: later papers behind the last one go on from it."""
    top: dict[str, Number] = {}
    for one in items:
        for prefix, value in one.numbers:
            inserted = prefix[:-1].rpartition("-")[2].isdigit() if prefix.endswith("-") else False
            if not inserted and value > top.get(one.volume, ("", 0))[1]:
                top[one.volume] = (prefix, value)
    return top


def _kept(printed: Fixed, item: Now, taken: set[tuple[str, str]]) -> tuple[tuple[Number, ...], list[Change]]:
    """An item that is on paper already keeps its numbers, as far as it has pages."""
    mine = printed.numbers[: item.pages]
    changes: list[Change] = []
    if printed.made != item.made or len(printed.numbers) > item.pages:
        how = f"抽出原第{_span(printed.numbers)}页，换上新打印的第{_span(mine)}页"
        changes.append(_change(item, "替换", mine, how))
    if item.pages > len(mine):
        added = _between(item.volume, mine[-1], item.pages - len(mine), taken)
        changes.append(_change(item, "加页", added, f"插在第{written(mine[-1])}页之后"))
        mine = (*mine, *added)
    return mine, changes


def _between(volume: str, behind: Number, pages: int, taken: set[tuple[str, str]]) -> tuple[Number, ...]:
    """So many free numbers 88-1, 88-2… behind 88."""
    prefix, value = f"{written(behind)}-", 0
    if behind[0].endswith("-") and behind[0][:-1].rpartition("-")[2].isdigit():
        prefix, value = behind  # behind 88-2 comes 88-3, not 88-2-1
    found: list[Number] = []
    while len(found) < pages:
        value += 1
        if (volume, f"{prefix}{value}") not in taken:
            taken.add((volume, f"{prefix}{value}"))
            found.append((prefix, value))
    return tuple(found)


def _gone(old: Mapping[tuple[str, int, tuple[int, ...]], Fixed], now: Sequence[Now]) -> list[Change]:
    still = {item.key for item in now}
    return [
        Change(
            volume=one.volume,
            action="抽出",
            printed=_span(one.numbers),
            title=one.title,
            how="抽出，不再装订；页码空缺不补",
        )
        for key, one in old.items()
        if key not in still
    ]


def _change(item: Now, action: str, numbers: Sequence[Number], how: str) -> Change:
    return Change(volume=item.volume, action=action, printed=_span(numbers), title=item.title, how=how)


def _span(numbers: Sequence[Number]) -> str:
    first, last = written(numbers[0]), written(numbers[-1])
    return first if first == last else f"{first}—{last}"
