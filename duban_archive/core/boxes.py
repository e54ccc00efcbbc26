"""分盒: a volume that is too thick for a box, or too large for a stick, becomes several, split where it hurts least.

Papers of one requirement stay together as long as a box can hold them; one paper is never torn apart. Each box is
numbered on its own, while the printed codes of its papers (A1-2-7) go on from box to box.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.model import ContentsLine, Volume

SHEET_MM = 0.11  # a sheet of 70–80 g paper, with a tenth for air
BOX_MM = 50.0  # the widest preset of DA/T 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a box holds at most; 0 is no limit. ``sides``: printed sides of a sheet, 2 when both are printed."""

    pages: int = 0
    mm: float = 0.0
    megabytes: float = 0.0
    sides: int = 2

    def holds(self, pages: int, size: int) -> bool:
        """Whether so many pages and bytes go in."""
        thickness = -(-pages // self.sides) * SHEET_MM
        return not (
            (self.pages and pages > self.pages)
            or (self.mm and thickness > self.mm)
            or (self.megabytes and size > self.megabytes * 1_000_000)
        )


def split(volumes: Sequence[Volume], room: Room, *, sizes: Mapping[int, int] | None = None) -> tuple[Volume, ...]:
    """The volumes, those that do not fit into one box as several. ``sizes``: bytes of a record's PDFs."""
    known = sizes or {}
    made = [box for volume in volumes for box in _boxes(volume, room, known)]
    return tuple(_with_homes(box, made) for box in made)


def _boxes(volume: Volume, room: Room, sizes: Mapping[int, int]) -> Iterator[Volume]:
    parts = list(_parts(volume.lines, room, sizes))
    if len(parts) < 2:
        yield volume
        return
    for number, lines in enumerate(parts, 1):
        yield replace(
            volume,
            code=f"{volume.code}（{number}）",
            title=f"{volume.title}（第{number}盒，共{len(parts)}盒）",
            lines=_renumbered(lines),
            of=volume.code,
        )


def _parts(lines: Sequence[ContentsLine], room: Room, sizes: Mapping[int, int]) -> Iterator[list[ContentsLine]]:
    """Greedy, in the printed order: whole requirements first, single papers where one fills more than a box."""
    box: list[ContentsLine] = []
    for _, group in itertools.groupby(lines, lambda line: line.requirement):
        papers = list(group)
        if box and not _fits([*box, *papers], room, sizes) and _fits(papers, room, sizes):
            yield box
            box = []
        for paper in papers:
            if box and not _fits([*box, paper], room, sizes):
                yield box
                box = []
            box.append(paper)
    if box:
        yield box


def _fits(lines: Sequence[ContentsLine], room: Room, sizes: Mapping[int, int]) -> bool:
    return room.holds(sum(line.pages for line in lines), sum(sizes.get(line.record, 0) for line in lines))


def _renumbered(lines: Sequence[ContentsLine]) -> tuple[ContentsLine, ...]:
    made, page = [], 0
    for number, line in enumerate(lines, 1):
        made.append(replace(line, item=number, first_page=page + 1, last_page=page + line.pages))
        page += line.pages
    return tuple(made)


def _with_homes(box: Volume, boxes: Sequence[Volume]) -> Volume:
    """A reference to a volume that was split names the box that holds the original."""
    homes = {(other.of, line.record): other.code for other in boxes if other.of for line in other.lines if not line.see}
    lines = tuple(replace(line, see=homes.get((line.see, line.record), line.see)) for line in box.lines)
    return replace(box, lines=lines)
