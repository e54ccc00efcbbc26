"""Printed page numbers: what stands on each side of a binder, and the page labels that must equal it.

::

    pack cover  总目录 │ cover  目录 │ divider  item item │ divider  item │ note │ cover  目录 …
        —         —   │   —      —  │    —     1 2  3   │    —     4 5  │   —  │   —      —
                        printed: per volume from 1; what is not an item carries no number (GB/T 9705, GB/T 11822)

A *leaf* is one side of the binder, in the order of the PDF. Unnumbered leaves have a label all the same ("A1 目录"), so
that a reader's page box always shows what lies before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class Mode(StrEnum):
    """Where numbering starts again: in each volume, nowhere, in each section, or it counts every side of the file."""

    VOLUME = "volume"
    CONTINUOUS = "continuous"
    SECTION = "section"
    PHYSICAL = "physical"


class Corner(StrEnum):
    """Where a number stands: odd right and even left (for two-sided print), always on one side, or in the middle.

    At the foot, or (DA/T 22) at the head of the page.
    """

    OUTER = "outer"
    RIGHT = "right"
    LEFT = "left"
    CENTER = "center"
    UPPER_OUTER = "upper-outer"
    UPPER_RIGHT = "upper-right"


class Kind(StrEnum):
    """What a leaf belongs to."""

    PACK_COVER = "pack_cover"
    PACK_CONTENTS = "pack_contents"
    COVER = "cover"
    CONTENTS = "contents"
    DIVIDER = "divider"
    ITEM = "item"
    NOTE = "note"
    BLANK = "blank"


NAMES = {
    Kind.PACK_COVER: "总封面",
    Kind.PACK_CONTENTS: "总目录",
    Kind.COVER: "封面",
    Kind.CONTENTS: "目录",
    Kind.DIVIDER: "隔页",
    Kind.NOTE: "备考",
    Kind.BLANK: "空白",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How an office numbers: ``prefix`` may hold ``{code}`` (of the volume, of the section in that mode).

    ``duplex``: blank sides are put in so that covers, contents, dividers, first items and notes begin on a front, and
    the outer corner follows the side of the sheet. Without it dividers and covers are taken to be printed apart, and
    the outer corner follows the number.
    """

    mode: Mode = Mode.VOLUME
    prefix: str = ""
    corner: Corner = Corner.OUTER
    duplex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionShape:
    """How many sides a section's divider and each of its items fill.

    ``numbers``: how many page numbers each item takes, where that is more: the pages of a paper original that is put
    in later are counted now.
    """

    code: str
    divider: int
    items: tuple[int, ...]
    numbers: tuple[int, ...] = ()

    def reserved(self, item: int) -> int:
        """Numbers an item takes beyond its sides."""
        return max(0, self.numbers[item] - self.items[item]) if self.numbers else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeShape:
    """How many sides each piece of a volume fills; 0 leaves it out."""

    code: str
    sections: tuple[SectionShape, ...]
    cover: int = 1
    contents: int = 1
    note: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One side: what it belongs to (indexes into the shapes, -1 where they do not apply) and what is printed on it.

    ``nth``: which side of its piece, from 0. ``value`` is ``None`` on an unnumbered side; ``label`` is what a reader's
    page box shows, equal to ``number`` wherever there is one. ``front``: the side of the sheet it is printed on.
    """

    kind: Kind
    volume: int = -1
    section: int = -1
    item: int = -1
    nth: int = 0
    prefix: str = ""
    value: int | None = None
    front: bool = True

    @property
    def number(self) -> str:
        """What is printed, empty on an unnumbered side."""
        return "" if self.value is None else f"{self.prefix}{self.value}"

    @property
    def label(self) -> str:
        """What the page box shows."""
        return self.prefix if self.value is None else self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRange:
    """Pages from ``index`` on (from 0) are called ``prefix`` and, if there is a ``start``, a running number."""

    index: int
    prefix: str
    start: int | None


def lay_out(
    volumes: Sequence[VolumeShape],
    numbering: Numbering,
    *,
    pack_cover: int = 1,
    pack_contents: int = 1,
    given: Mapping[tuple[int, int, int], Sequence[tuple[str, int]]] | None = None,
) -> tuple[Leaf, ...]:
    """Every side of the binder in order, with its printed number.

    ``given``: numbers (prefix, value) that items have already, side by side, by (volume, section, item): those of a
    printed edition and of what is put in between (`core.inserts`).
    """
    leaves: list[Leaf] = []
    counter = 0
    for leaf, starts, restarts in _walk(volumes, numbering, pack_cover, pack_contents):
        if starts and numbering.duplex and len(leaves) % 2:
            leaves.append(_number_blank(leaf, len(leaves), numbering))
        if restarts:
            counter = 0
        front = len(leaves) % 2 == 0
        if numbering.mode is Mode.PHYSICAL:
            code = volumes[leaf.volume].code if leaf.volume >= 0 else ""
            leaf = replace(leaf, prefix=numbering.prefix.format(code=code), value=len(leaves) + 1)
        elif leaf.kind is Kind.ITEM and given is not None:
            prefix, value = given[leaf.volume, leaf.section, leaf.item][leaf.nth]
            leaf = replace(leaf, prefix=prefix, value=value)
        elif leaf.kind is Kind.ITEM:
            counter += 1
            volume = volumes[leaf.volume]
            section = volume.sections[leaf.section]
            code = section.code if numbering.mode is Mode.SECTION else volume.code
            leaf = replace(leaf, prefix=numbering.prefix.format(code=code), value=counter)
            if leaf.nth == section.items[leaf.item] - 1:
                counter += section.reserved(leaf.item)
        leaves.append(replace(leaf, front=front))
    return tuple(leaves)


def label_ranges(leaves: Sequence[Leaf]) -> tuple[LabelRange, ...]:
    """The shortest page labels that give each leaf its own."""
    ranges: list[LabelRange] = []
    before: Leaf | None = None
    for index, leaf in enumerate(leaves):
        follows = (
            before is not None
            and before.prefix == leaf.prefix
            and ((leaf.value is None and before.value is None) or _next(before) == leaf.value)
        )
        if not follows:
            ranges.append(LabelRange(index=index, prefix=leaf.prefix, start=leaf.value))
        before = leaf
    return tuple(ranges)


def expand(ranges: Sequence[LabelRange], pages: int) -> tuple[str, ...]:
    """The label of each page as a reader works it out from the ranges."""
    labels: list[str] = []
    for number, labelled in enumerate(ranges):
        end = ranges[number + 1].index if number + 1 < len(ranges) else pages
        for offset in range(end - labelled.index):
            running = "" if labelled.start is None else str(labelled.start + offset)
            labels.append(labelled.prefix + running)
    return tuple(labels)


def corner_of(leaf: Leaf, numbering: Numbering) -> str:
    """``left``, ``right`` or ``center`` (at the head of a page: ``upper-right``…) for a numbered leaf, else empty."""
    if leaf.value is None:
        return ""
    if numbering.corner not in (Corner.OUTER, Corner.UPPER_OUTER):
        return str(numbering.corner)
    front = leaf.front if numbering.duplex else leaf.value % 2 == 1
    side = "right" if front else "left"
    return f"upper-{side}" if numbering.corner is Corner.UPPER_OUTER else side


def span(leaves: Sequence[Leaf]) -> str:
    """The printed numbers of a run of leaves as a list shows them: ``7`` or ``7—9``."""
    if not leaves:
        return ""
    first, last = leaves[0].label, leaves[-1].label
    return first if first == last else f"{first}—{last}"


def _next(leaf: Leaf) -> int | None:
    return None if leaf.value is None else leaf.value + 1


def _number_blank(before: Leaf, index: int, numbering: Numbering) -> Leaf:
    if numbering.mode is Mode.PHYSICAL:
        return Leaf(kind=Kind.BLANK, value=index + 1, front=False)
    return Leaf(kind=Kind.BLANK, prefix=NAMES[Kind.BLANK], front=False)


def _walk(
    volumes: Sequence[VolumeShape], numbering: Numbering, pack_cover: int, pack_contents: int
) -> Iterator[tuple[Leaf, bool, bool]]:
    """Every leaf but blanks, unnumbered; whether it must lie on a front; whether numbering starts again with it."""
    yield from _piece(Kind.PACK_COVER, pack_cover)
    yield from _piece(Kind.PACK_CONTENTS, pack_contents)
    for v, volume in enumerate(volumes):
        fresh = numbering.mode is Mode.VOLUME
        yield from _piece(Kind.COVER, volume.cover, volume.code, v)
        yield from _piece(Kind.CONTENTS, volume.contents, volume.code, v)
        first = True
        for s, section in enumerate(volume.sections):
            yield from _piece(Kind.DIVIDER, section.divider, section.code, v, s)
            opens = True
            for i, pages in enumerate(section.items):
                for nth in range(pages):
                    restarts = (fresh and first) or (numbering.mode is Mode.SECTION and opens)
                    starts = nth == 0 and (first or (opens and section.divider > 0))
                    yield Leaf(kind=Kind.ITEM, volume=v, section=s, item=i, nth=nth), starts, restarts
                    first = opens = False
        yield from _piece(Kind.NOTE, volume.note, volume.code, v)


def _piece(
    kind: Kind, pages: int, code: str = "", volume: int = -1, section: int = -1
) -> Iterator[tuple[Leaf, bool, bool]]:
    for nth in range(pages):
        label = f"{code} {NAMES[kind]}".strip() + (f"-{nth + 1}" if nth else "")
        yield Leaf(kind=kind, volume=volume, section=section, nth=nth, prefix=label), nth == 0, False
