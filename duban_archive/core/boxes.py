"""分盒: a volume that is too thick for a box, or too large for a stick, becomes several, split where it hurts least.

Papers of one requirement stay together as long as a box can hold them, those the checklist names 不拆散 always; one
paper is never torn apart. Each box is numbered on its own, while the printed codes of its papers (A1-2-7) go on from
box to box.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.binding import BY_BOX
from duban_archive.core.checklist import Checklist
from duban_archive.core.model import ContentsLine, Volume
from duban_archive.core.volumes import span_of

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


def split(
    volumes: Sequence[Volume],
    room: Room,
    *,
    sizes: Mapping[int, int] | None = None,
    together: Mapping[str, str] | None = None,
) -> tuple[Volume, ...]:
    """The volumes, those that do not fit into one box as several. ``sizes``: bytes of a record's PDFs.

    ``together`` (`kept_together`): requirements of one name are never parted, not even where they overfill a box.
    """
    known, names = sizes or {}, together or {}
    made = [box for volume in volumes for box in _boxes(volume, room, known, names)]
    return with_homes(made)


def kept_together(checklist: Checklist) -> dict[str, str]:
    """不拆散: of each requirement that the checklist wants whole, or whose indicator it does, the name of the whole."""
    named = set(checklist.keep_together)
    above = {i.id: i for i in checklist.indicators}
    found: dict[str, str] = {}
    for requirement in checklist.requirements:
        if {requirement.id, requirement.code} & named:
            found[requirement.id] = requirement.id
        indicator = above.get(requirement.indicator)
        while indicator is not None:
            if {indicator.id, indicator.code} & named:
                found[requirement.id] = indicator.id  # the highest that is named
            indicator = above.get(indicator.parent)
    return found


def _boxes(volume: Volume, room: Room, sizes: Mapping[int, int], together: Mapping[str, str]) -> Iterator[Volume]:
    parts = list(_parts(volume.lines, room, sizes, together))
    if volume.code == BY_BOX:
        yield from (_numbered_box(volume, number, lines) for number, lines in enumerate(parts, 1))
        return
    if len(parts) < 2:
        yield volume
        return
    for number, lines in enumerate(parts, 1):
        yield replace(
            volume,
            code=f"{volume.code}（{number}）",
            title=f"{volume.title}（第{number}盒，共{len(parts)}盒）",
            lines=renumbered(lines),
            of=volume.code,
        )


def _numbered_box(volume: Volume, number: int, lines: Sequence[ContentsLine]) -> Volume:
    """A box that is filled in order, whatever indicator its papers are of."""
    first, last = lines[0].code.rpartition("-")[0], lines[-1].code.rpartition("-")[0]
    units = {line.unit_name for line in lines}
    return replace(
        volume,
        code=f"第{number}盒",
        title=f"{volume.title}（{first if first == last else f'{first}至{last}'}）",
        lines=renumbered(lines),
        period=span_of(lines),
        unit_name=units.pop() if len(units) == 1 else "",
        of=volume.code,
    )


def _parts(
    lines: Sequence[ContentsLine], room: Room, sizes: Mapping[int, int], together: Mapping[str, str]
) -> Iterator[list[ContentsLine]]:
    """Greedy, in the printed order: whole requirements first, single papers where one fills more than a box."""
    box: list[ContentsLine] = []
    for name, group in itertools.groupby(lines, lambda line: together.get(line.requirement, line.requirement)):
        papers = list(group)
        whole = name in together.values()
        if box and not _fits([*box, *papers], room, sizes) and (whole or _fits(papers, room, sizes)):
            yield box
            box = []
        for paper in papers:
            if box and not whole and not _fits([*box, paper], room, sizes):
                yield box
                box = []
            box.append(paper)
    if box:
        yield box


def _fits(lines: Sequence[ContentsLine], room: Room, sizes: Mapping[int, int]) -> bool:
    return room.holds(sum(line.pages for line in lines), sum(sizes.get(line.record, 0) for line in lines))


def renumbered(lines: Sequence[ContentsLine]) -> tuple[ContentsLine, ...]:
    """The lines as those of a box of their own: items and pages counted from one."""
    made, page = [], 0
    for number, line in enumerate(lines, 1):
        made.append(replace(line, item=number, first_page=page + 1, last_page=page + line.pages))
        page += line.pages
    return tuple(made)


def with_homes(boxes: Sequence[Volume]) -> tuple[Volume, ...]:
    """The boxes; a reference to (or a copy from) a volume that was split names the box that holds the original."""
    homes = {(other.of, line.record): other.code for other in boxes if other.of for line in other.lines if not line.see}
    return tuple(
        replace(
            box,
            lines=tuple(
                replace(
                    line,
                    see=homes.get((line.see, line.record), line.see),
                    home=homes.get((line.home, line.record), line.home),
                )
                for line in box.lines
            ),
        )
        for box in boxes
    )
