"""What a build tells: where every paper came to lie, what a page stands in for, and the manifest as it is written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from duban_archive.adapters.binder import ink
from duban_archive.adapters.binder.bound import Bound
from duban_archive.adapters.binder.lists import Lists
from duban_archive.adapters.binder.pages import Pages
from duban_archive.adapters.binder.work import Work
from duban_archive.core import paging
from duban_archive.core.inserts import runs
from duban_archive.core.paging import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class BinderVolume:
    """Where a volume lies in the PDF: pages from 1, cover and note included."""

    code: str
    title: str
    items: int
    first_page: int
    last_page: int
    spine_mm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """An item that a page stands in for, and why."""

    record: int
    why: str


def replaced(work: Work) -> tuple[Replaced, ...]:
    """Every item that a page stands in for although it has a file."""
    return tuple(Replaced(record=one.line.record, why=why) for one in work.bound for why in one.faults)


def volumes(work: Work) -> tuple[BinderVolume, ...]:
    """Where each volume lies in the file."""
    lists, made = Lists(work.writer), []
    for v, volume in enumerate(work.manifest.volumes):
        mine = [number for number, leaf in enumerate(work.leaves, 1) if leaf.volume == v]
        width, _ = lists.spine(v)
        made.append(
            BinderVolume(
                code=volume.code,
                title=volume.title,
                items=len(volume.items),
                first_page=mine[0],
                last_page=mine[-1],
                spine_mm=width,
            )
        )
    return tuple(made)


def papers(work: Work) -> dict[int, tuple[tuple[str, int, str], ...]]:
    """Where each record is found: volume code, item number, printed page."""
    found: dict[int, tuple[tuple[str, int, str], ...]] = {}
    for one in work.bound:
        place = (work.manifest.volumes[one.at[0]].code, one.line.item, work.writer.span(one))
        found[one.line.record] = (*found.get(one.line.record, ()), place)
    return found


def positions(work: Work) -> dict[str, Any]:
    """The manifest as it is written: what went in, and where everything came to lie."""
    pages = Pages(work)
    places, tops = pages.places(), pages.tops()
    return {
        "manifest": work.manifest.as_json(),
        "pages": len(work.leaves),
        "labels": [[r.index, r.prefix, r.start] for r in paging.label_ranges(work.leaves)],
        "raised": [number for number, top in enumerate(tops) if top.corner in ink.UPPER],
        "seals": [
            [number, [text for seal in top.seals for text in seal.texts]]
            for number, top in enumerate(tops)
            if top.seals
        ],
        "volumes": [
            {
                "code": volume.code,
                "title": volume.title,
                "cover": places[f"cover-{v}"] + 1,
                "contents": places[f"contents-{v}"] + 1,
                "contents_pages": len(work.sheets[f"contents-{v}"].pages),
                "forms": work.writer.said(v),
            }
            for v, volume in enumerate(work.manifest.volumes)
        ],
        "items": [_item(work, pages, one, places[one.target]) for one in work.bound],
    }


def _item(work: Work, pages: Pages, one: Bound, first: int) -> dict[str, Any]:
    volume, line = work.manifest.volumes[one.at[0]], one.line
    sides = len(pages.sides(one.at))
    return {
        "record": line.record,
        "volume": volume.code,
        "section": volume.sections[one.at[1]].code,
        "item": line.item,
        "code": line.code,
        "title": line.title,
        "see": line.see,
        "home": line.home,
        "archive_number": line.archive_number,
        "page": first + 1,
        "pages": sides,
        "printed": work.writer.span(one),
        "numbers": runs(work.writer.numbers(one)),
        "only_pages": list(line.only_pages),
        "made": list(one.made),
        "back": _backed(work, first + sides - 1),
        "stands": [
            {"form": piece.form, "why": piece.reason, "page": page, "pages": count}
            for piece, page, count in pages.stands(one, first + 1)
        ],
    }


def _backed(work: Work, last: int) -> bool:
    """Whether another paper begins on the back of the sheet this one ends on."""
    leaf, behind = work.leaves[last], work.leaves[last + 1] if last + 1 < len(work.leaves) else None
    if behind is None or behind.kind is not Kind.ITEM:
        return False
    return leaf.front if work.manifest.numbering.duplex else (leaf.value or 0) % 2 == 1


def dump(data: Any) -> bytes:
    """JSON as it is written beside and into the binder."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")
