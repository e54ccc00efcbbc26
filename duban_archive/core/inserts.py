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
    """An item as it was printed: its numbers, side by side, and the PDFs (by digest) they were made of.

    ``item`` and ``code``: its number in the volume and on the list. ``section``: the divider it stood behind.
    ``see``: it was a cross-reference to that volume. ``back``: its last side is the front of a sheet that another
    item's first side is the back of.
    """

    volume: str
    record: int
    only_pages: tuple[int, ...] = ()
    title: str = ""
    numbers: tuple[Number, ...] = ()
    made: tuple[str, ...] = ()
    item: int = 0
    code: str = ""
    section: str = ""
    see: str = ""
    home: str = ""
    archive_number: str = ""
    back: bool = False

    @property
    def key(self) -> tuple[str, int, tuple[int, ...]]:
        """What makes it the same item in a later edition."""
        return self.volume, self.record, self.only_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """An item of the new edition, in its place; ``pages`` it fills (and page numbers it takes) now.

    ``series``: numbers run on within it (the volume; a section of it; the whole binder), with this ``prefix``.
    """

    volume: str
    record: int
    only_pages: tuple[int, ...] = ()
    title: str = ""
    pages: int = 1
    made: tuple[str, ...] = ()
    section: str = ""
    series: str | None = None
    prefix: str = ""

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
            only_pages=tuple(item.get("only_pages", ())),
            title=item.get("title", ""),
            numbers=tuple((prefix, first + step) for prefix, first, count in item["numbers"] for step in range(count)),
            made=tuple(item.get("made", ())),
            item=item.get("item", 0),
            code=item.get("code", ""),
            section=item.get("section", ""),
            see=item.get("see", ""),
            home=item.get("home", ""),
            archive_number=item.get("archive_number", ""),
            back=item.get("back", False),
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
    series = _Series(old.values(), now)
    last_place: dict[str, int] = {}
    for place, item in enumerate(now):
        if item.key in old:
            last_place[series.of(item)] = place
    numbers: list[tuple[Number, ...]] = []
    changes: list[Change] = []
    before: dict[str, tuple[Number, Fixed | None]] = {}
    for place, item in enumerate(now):
        name, printed = series.of(item), old.get(item.key)
        last, neighbour = before.get(name, ((item.prefix, 0), None))
        if printed is not None:
            mine, more = _kept(printed, item, series)
            changes += more
        elif place > last_place.get(name, -1):
            behind = series.top(item)
            mine = series.go_on(item)
            changes.append(_change(item, "续在卷末", mine, _behind(behind, neighbour, "装")))
        else:
            mine = series.between(name, last, item.pages)
            changes.append(_change(item, "插入", mine, _behind(last, neighbour, "插")))
        numbers.append(mine)
        before[name] = mine[-1], printed
    changes += _gone(old, now)
    return tuple(numbers), tuple(changes)


def _behind(number: Number, neighbour: Fixed | None, verb: str) -> str:
    """Where a late paper is put; it cannot be put between the two sides of one sheet."""
    if not number[1]:
        return f"{verb}在卷首第1页之前" if verb == "插" else "单独成段，从首页起装"
    how = f"{verb}在第{written(number)}页之后"
    if neighbour is not None and neighbour.back and verb == "插":
        how += f"；第{written(number)}页背面印有后一件的首页，这一张须换印成两张"
    return how


class _Series:
    """The numbers of one edition, by the series they run on in."""

    def __init__(self, frozen: Iterable[Fixed], now: Sequence[Now]) -> None:
        # a printed item knows its volume and section; which series that is, an item of now says
        self._base = {self.of(item): item.prefix for item in now}
        by_section = {(item.volume, item.section): self.of(item) for item in now}
        by_volume = {item.volume: self.of(item) for item in now}
        self._taken: set[tuple[str, str]] = set()
        self._top: dict[str, Number] = {}
        for one in frozen:
            name = by_section.get((one.volume, one.section), by_volume.get(one.volume, one.volume))
            for prefix, value in one.numbers:
                self._taken.add((name, written((prefix, value))))
                if not self._inserted(name, prefix) and value > self._top.get(name, ("", 0))[1]:
                    self._top[name] = (prefix, value)

    @staticmethod
    def of(item: Now) -> str:
        """The series an item's numbers belong to."""
        return item.volume if item.series is None else item.series

    def top(self, item: Now) -> Number:
        """The highest plain number so far: later papers behind the last one go on from it."""
        return self._top.get(self.of(item), (item.prefix, 0))

    def go_on(self, item: Now) -> tuple[Number, ...]:
        """The next plain numbers."""
        prefix, value = self.top(item)
        mine = tuple((prefix, value + step) for step in range(1, item.pages + 1))
        self._top[self.of(item)] = mine[-1]
        return mine

    def between(self, name: str, behind: Number, pages: int) -> tuple[Number, ...]:
        """So many free numbers 88-1, 88-2… behind 88."""
        prefix, value = f"{written(behind)}-", 0
        if self._inserted(name, behind[0]):
            prefix, value = behind  # behind 88-2 comes 88-3, not 88-2-1
        found: list[Number] = []
        while len(found) < pages:
            value += 1
            if (name, f"{prefix}{value}") not in self._taken:
                self._taken.add((name, f"{prefix}{value}"))
                found.append((prefix, value))
        return tuple(found)

    def _inserted(self, name: str, prefix: str) -> bool:
        base = self._base.get(name, "")
        own = prefix.removeprefix(base)
        return bool(own) and own[:-1].rpartition("-")[2].isdigit() and own.endswith("-")


def written(number: Number) -> str:
    """As it is printed."""
    return f"{number[0]}{number[1]}"


def _kept(printed: Fixed, item: Now, series: _Series) -> tuple[tuple[Number, ...], list[Change]]:
    """An item that is on paper already keeps its numbers, as far as it has pages."""
    mine = printed.numbers[: item.pages]
    changes: list[Change] = []
    if printed.made != item.made or len(printed.numbers) > item.pages:
        how = f"抽出原第{_span(printed.numbers)}页，换上新打印的第{_span(mine)}页"
        changes.append(_change(item, "替换", mine, how))
    if item.pages > len(mine):
        added = series.between(series.of(item), mine[-1], item.pages - len(mine))
        changes.append(_change(item, "加页", added, _behind(mine[-1], printed, "插")))
        mine = (*mine, *added)
    return mine, changes


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
