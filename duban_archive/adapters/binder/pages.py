"""The pages of a binder in their order, and what is printed on top of each: its number, a 归档章, a word on copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.binder import ink
from duban_archive.adapters.binder.bound import Bound, Piece, Place
from duban_archive.core import paging
from duban_archive.core.paging import Kind, Leaf

if TYPE_CHECKING:
    from duban_archive.adapters.binder.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A small red frame of cells, row by row, at the head of a page; ``spot`` where (`ink.STAMPS`)."""

    rows: tuple[tuple[str, ...], ...]
    spot: str

    @property
    def texts(self) -> tuple[str, ...]:
        """What it says."""
        return tuple(text for row in self.rows for text in row if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Top:
    """What is printed on a page: the number's spot (empty: no number), seals, and the fence its content needs."""

    corner: str = ""
    seals: tuple[Seal, ...] = ()
    loose: tuple[int, int] = (0, 0)


class Pages:
    """The pages of a laid-out binder."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._sides: dict[Place, list[Any]] = {}

    def in_order(self) -> list[Any]:
        """The page dictionary of each leaf."""
        work = self._work
        made: list[Any] = []
        for leaf in work.leaves:
            if leaf.kind is Kind.BLANK:
                made.append(work.assembly.blank(made[-1] if made else None))
            elif leaf.kind is Kind.ITEM:
                made.append(self.sides(place_of(leaf))[leaf.nth])
            else:
                made.append(work.sheets[mark_of(leaf)].pages[leaf.nth])
        return made

    def sides(self, at: Place) -> list[Any]:
        """The page dictionaries of an item."""
        if at not in self._sides:
            one = self._work.at[at]
            self._sides[at] = [
                page
                for n, piece in enumerate(one.pieces)
                for page in (self._work.sheets[one.mark(n)].pages if piece.form else self._work.pages_of[at, n])
            ]
        return self._sides[at]

    def places(self) -> dict[str, int]:
        """Page (from 0) of everything that is linked to."""
        return {
            target_of(leaf): number
            for number, leaf in enumerate(self._work.leaves)
            if leaf.nth == 0 and leaf.kind is not Kind.BLANK
        }

    def keys(self) -> list[str]:
        """For each leaf a name of all that its printed number depends on; empty where it is made anew each time."""
        made = {
            one.at: [f"{digest}#{page}" if digest else "" for digest, page in self._origins(one)]
            for one in self._work.bound
        }
        tops = self.tops()
        found: list[str] = []
        for leaf, top in zip(self._work.leaves, tops, strict=True):
            key = made[place_of(leaf)][leaf.nth] if leaf.kind is Kind.ITEM else ""
            found.append(f"{key}:{leaf.number}:{top.corner}:{top.seals}" if key else "")
        return found

    def tops(self) -> list[Top]:
        """What is printed on each leaf."""
        work = self._work
        origins = {one.at: list(self._origins(one)) for one in work.bound}
        found: list[Top] = []
        for leaf in work.leaves:
            wanted = paging.corner_of(leaf, work.manifest.numbering)
            if leaf.kind is not Kind.ITEM:
                found.append(Top(corner=wanted))
                continue
            one = work.at[place_of(leaf)]
            digest, page = origins[one.at][leaf.nth]
            if not digest:
                found.append(Top(corner=wanted))
                continue
            taken = work.taken.get(digest, {}).get(page, 0)
            seals = tuple(self._seals(one, taken)) if leaf.nth == 0 else ()
            loose = work.looked[digest].loose.get(page, (0, 0))
            found.append(Top(corner=ink.free_spot(wanted, _with(taken, seals)), seals=seals, loose=loose))
        return found

    def _seals(self, one: Bound, taken: int) -> Iterator[Seal]:
        """归档章 (归档 view), and what must be said of a copy."""
        cells = one.item.seal
        if cells:
            pages = str(len(self._work.numbers[one.at]))
            seal = Seal(rows=((cells[0], cells[1], cells[2]), (cells[3], cells[4], pages)), spot=ink.free_stamp(taken))
            taken = _with(taken, (seal,))
            yield seal
        said = ""
        if one.signed:
            said = "签章以所存电子原件为准"
        elif one.line.home:
            said = f"原件存{self._work.writer.held(one.line)}"
        if said:
            head = "副　本" if one.signed else "复印件　与原件相符"
            yield Seal(rows=((head,), (said,)), spot=ink.free_stamp(taken))

    def _origins(self, one: Bound) -> Iterator[tuple[str, int]]:
        """For each side of an item the PDF and page it comes from; empty for a form."""
        for n, piece in enumerate(one.pieces):
            if piece.form:
                yield from [("", -1)] * len(self._work.sheets[one.mark(n)].pages)
            else:
                yield from ((one.item.sources[piece.source].pdf, page) for page in piece.pages)

    def stands(self, one: Bound, page: int) -> Iterator[tuple[Piece, int, int]]:
        """The forms among the pages of an item: which, on which page of the file (``page``: its first), how many."""
        for n, piece in enumerate(one.pieces):
            count = len(self._work.sheets[one.mark(n)].pages) if piece.form else len(piece.pages)
            if piece.form:
                yield piece, page, count
            page += count


def _with(taken: int, seals: tuple[Seal, ...]) -> int:
    """What is taken once these seals are printed: a seal keeps numbers off its side of the head."""
    for seal in seals:
        taken |= 1 << ink.SPOTS.index(seal.spot)
        taken |= 1 << ink.SPOTS.index(seal.spot.replace("stamp", "upper"))
    return taken


def place_of(leaf: Leaf) -> Place:
    """(volume, section, item) of a leaf."""
    return leaf.volume, leaf.section, leaf.item


def target_of(leaf: Leaf) -> str:
    """The name that links to what begins with this leaf carry."""
    return f"item-{leaf.volume}-{leaf.section}-{leaf.item}" if leaf.kind is Kind.ITEM else mark_of(leaf)


def mark_of(leaf: Leaf) -> str:
    """The bookmark of the form a leaf belongs to."""
    if leaf.kind in (Kind.PACK_COVER, Kind.PACK_CONTENTS):
        return leaf.kind.replace("_", "-")
    if leaf.kind is Kind.DIVIDER:
        return f"divider-{leaf.volume}-{leaf.section}"
    return f"{leaf.kind}-{leaf.volume}"
