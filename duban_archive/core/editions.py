"""定版: what is on paper stays as it is. Printed papers keep box, order, item number and code; late ones join them.

::

    as the checklist orders them now:   1  9  2  3         on paper:  A（1）: 1 2 │ A（2）: 3
    settled:                            A（1）: 1 9 2 │ A（2）: 3      9 gets the next free item number and code

What was filed elsewhere meanwhile or taken out leaves its place; the list of changes says so (`core.inserts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from duban_archive.core.inserts import Fixed
from duban_archive.core.model import ContentsLine, Volume
from duban_archive.core.volumes import Paper

SUPPLEMENT = "补"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A printed volume or box, and the volume it is a box of."""

    code: str
    title: str = ""
    of: str = ""
    forms: Mapping[str, str] = field(default_factory=dict)  # what its cover, lists and dividers said, by hash

    @property
    def volume(self) -> str:
        """The volume it holds, or a part of which."""
        return self.of or self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A binder as it was frozen for print: boxes in order, and every item with its numbers."""

    number: int = 1
    printed: str = ""
    by: str = "indicator"
    numbering: str = "volume"
    boxes: tuple[Box, ...] = ()
    items: tuple[Fixed, ...] = ()
    adds: bool = False  # 补充卷: printed beside what there was, not in place of it

    @property
    def forms(self) -> dict[str, str]:
        """What the printed forms say, by ``box code/form``."""
        return {f"{box.code}/{name}": said for box in self.boxes for name, said in box.forms.items()}

    @property
    def archive_numbers(self) -> dict[Paper, str]:
        """档号 that are on paper."""
        return {(one.record, one.only_pages): one.archive_number for one in self.items if one.archive_number}

    @property
    def homes(self) -> dict[Paper, str]:
        """The volume in which each paper's original lies."""
        volume = {box.code: box.volume for box in self.boxes}
        return {
            (one.record, one.only_pages): volume.get(one.volume, one.volume)
            for one in reversed(self.items)
            if not one.see and not one.home
        }


def latest(editions: Iterable[Edition]) -> Edition | None:
    """What is on paper now: of each volume the newest edition that printed it."""
    boxes: dict[str, tuple[tuple[Box, ...], tuple[Fixed, ...]]] = {}
    newest: Edition | None = None
    for edition in editions:
        if newest is not None and (edition.by, edition.numbering) != (newest.by, newest.numbering):
            boxes = {}  # bound another way: nothing of the older one is left
        newest = edition
        for volume in dict.fromkeys(box.volume for box in edition.boxes):
            mine = tuple(box for box in edition.boxes if box.volume == volume)
            codes = {box.code for box in mine}
            before = boxes.get(volume, ((), ())) if edition.adds else ((), ())
            items = tuple(one for one in edition.items if one.volume in codes)
            boxes[volume] = (*before[0], *mine), (*before[1], *items)
    if newest is None:
        return None
    return replace(
        newest,
        boxes=tuple(box for mine, _ in boxes.values() for box in mine),
        items=tuple(one for _, items in boxes.values() for one in items),
    )


def settle(volumes: Sequence[Volume], edition: Edition) -> tuple[tuple[Volume, ...], tuple[Volume, ...]]:
    """(volumes as they are on paper with late papers among them, volumes that were never printed)."""
    printed: dict[str, list[Box]] = {}
    for box in edition.boxes:
        printed.setdefault(box.volume, []).append(box)
    settled: list[Volume] = []
    for volume in volumes:
        if volume.code in printed:
            settled += _settle(volume, printed[volume.code], edition.items)
    return tuple(settled), tuple(volume for volume in volumes if volume.code not in printed)


def _settle(volume: Volume, boxes: Sequence[Box], items: Sequence[Fixed]) -> list[Volume]:
    lines = {(line.record, line.only_pages): line for line in volume.lines}
    codes = {box.code for box in boxes}
    placed: list[tuple[str, ContentsLine]] = []
    done: set[Paper] = set()
    for one in items:
        line = lines.get((one.record, one.only_pages))
        if one.volume in codes and line is not None:
            placed.append((one.volume, replace(line, item=one.item or line.item, code=one.code or line.code)))
            done.add((one.record, one.only_pages))
    free = _Free(items, codes)
    before: Paper | None = None
    for line in volume.lines:
        paper = (line.record, line.only_pages)
        if paper not in done:
            at = next((n for n, (_, there) in enumerate(placed) if (there.record, there.only_pages) == before), -1)
            box = placed[at][0] if at >= 0 else boxes[0].code
            placed.insert(at + 1, (box, free.take(box, line)))
        before = paper
    return [_box(volume, box, [line for code, line in placed if code == box.code]) for box in boxes]


class _Free:
    """Item numbers and codes that were never given."""

    def __init__(self, items: Iterable[Fixed], boxes: set[str]) -> None:
        self._last: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        for one in items:
            if one.volume in boxes:
                self._last[one.volume] = max(self._last.get(one.volume, 0), one.item)
                stem, _, number = one.code.rpartition("-")
                if number.isdigit():
                    self._codes[stem] = max(self._codes.get(stem, 0), int(number))

    def take(self, box: str, line: ContentsLine) -> ContentsLine:
        stem = line.code.rpartition("-")[0]
        self._last[box] = self._last.get(box, 0) + 1
        self._codes[stem] = self._codes.get(stem, 0) + 1
        return replace(line, item=self._last[box], code=f"{stem}-{self._codes[stem]}")


def _box(volume: Volume, box: Box, lines: Sequence[ContentsLine]) -> Volume:
    made, page = [], 0
    for line in lines:
        made.append(replace(line, first_page=page + 1, last_page=page + line.pages))
        page += line.pages
    title = box.title if box.of else volume.title
    return replace(volume, code=box.code, title=title or volume.title, lines=tuple(made), of=box.of)


def supplement(volumes: Sequence[Volume], edition: Edition) -> tuple[Volume, ...]:
    """补充卷: only what is not in the printed edition, in volumes of their own that count from one."""
    printed = {box.volume for box in edition.boxes}
    volume_of = {box.code: box.volume for box in edition.boxes}
    there = {(volume_of.get(one.volume, one.volume), one.record, one.only_pages) for one in edition.items}
    made: list[Volume] = []
    for volume in volumes:
        late = [line for line in volume.lines if (volume.code, line.record, line.only_pages) not in there]
        if late and volume.code in printed:
            title = f"{volume.title}（补充卷）"
            lines, page = [], 0
            free = _Free(edition.items, {box.code for box in edition.boxes if box.volume == volume.code})
            for number, line in enumerate(late, 1):
                own = replace(free.take("", line), item=number, first_page=page + 1, last_page=page + line.pages)
                lines.append(own)
                page += line.pages
            times = sum(box.volume == volume.code and SUPPLEMENT in box.code for box in edition.boxes)
            code = f"{volume.code}{SUPPLEMENT}{times + 1 if times else ''}"
            made.append(replace(volume, code=code, title=title, lines=tuple(lines), of=volume.code))
        elif late:
            made.append(volume)
    return tuple(made)


def pick(
    volumes: Sequence[Volume],
    *,
    indicators: frozenset[str] | None = None,
    unit: str = "",
    records: frozenset[int] | None = None,
) -> tuple[Volume, ...]:
    """选编: only these requirements' papers, this unit's, these records; numbers and codes stay those of the whole."""

    def wanted(line: ContentsLine) -> bool:
        return (
            (indicators is None or line.requirement in indicators)
            and unit in ("", line.unit_name)
            and (records is None or line.record in records)
        )

    chosen = [replace(volume, lines=tuple(filter(wanted, volume.lines))) for volume in volumes]
    return tuple(volume for volume in chosen if volume.lines)
