"""Printing: what was confirmed, in order, as one numbered and proved binder, and where each item lies in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import renditions
from duban_archive.core.manifest import Source, compose
from duban_archive.core.model import Part, Record, Volume
from duban_archive.core.volumes import make_volumes
from duban_archive.errors import UsageError
from duban_archive.reading import Progress
from duban_archive.renditions import Rendition

if TYPE_CHECKING:
    from duban_archive.adapters.binder import Binder
    from duban_archive.archive import Archive, Tell

Json = dict[str, Any]


def bind(archive: Archive, *, volume: str, out: Path, strict: bool, tell: Tell | None) -> Json:
    """Build the binder of all volumes, or of one; remember where each item lies. The answer as ``bind`` prints it."""
    from duban_archive.adapters import binder

    codes = [volume] if volume else []
    _known_volume(archive, volume)
    records = archive.records()
    volumes = make_volumes(archive.checklist, records, codes=codes)
    if not volumes:
        raise UsageError("还没有已归类的材料,没有可装订的。", "请先用 duban triage 或 duban confirm 确认归类,再装订。")
    wanted = {line.record for one in volumes for line in one.lines}
    parts = [part for record in records if record.id in wanted for part in record.parts]
    made = _rendered(archive, parts, tell)
    sources = {record.id: sources_of(record, made) for record in records if record.id in wanted and record.parts}
    pages = {id: _pages(found, made) for id, found in sources.items() if not isinstance(found, str)}
    volumes = make_volumes(archive.checklist, records, codes=codes, pages={k: v for k, v in pages.items() if v})
    manifest = compose(archive.checklist, volumes, sources, printed=archive.today, head=archive.catalogue.head())
    files = {one.pdf: one.path for one in made.values() if one.path is not None}
    done = binder.build(
        manifest,
        files,
        out,
        templates=(archive.home.templates,),
        strict=strict,
        pool=archive.pool(),
        name=_name(archive, volume),
    )
    document = _document(done)
    _remember(archive, done, document, volumes)
    return {"binders": [document]}


def _known_volume(archive: Archive, code: str) -> None:
    if code and code not in {indicator.code for indicator in archive.checklist.indicators}:
        codes = "、".join(i.code for i in archive.checklist.indicators if not i.parent)
        raise UsageError(f"没有编号为“{code}”的指标。", f"可用的卷:{codes}。")


def _name(archive: Archive, volume: str) -> str:
    office = archive.checklist.office or archive.checklist.title
    return f"{office}迎检材料汇编{'(' + volume + ')' if volume else ''}"[:60]


def _rendered(archive: Archive, parts: Sequence[Part], tell: Tell | None) -> dict[str, Rendition]:
    made: dict[str, Rendition] = {}
    for one in renditions.render(archive, parts):
        if isinstance(one, Progress):
            if tell is not None:
                tell(one.done, one.total)
        else:
            made[one.original] = one
    return made


def sources_of(record: Record, made: dict[str, Rendition]) -> list[Source] | str:
    """The PDFs of a record's parts in order, or why one of them cannot be printed."""
    sources = []
    for part in record.parts:
        rendition = made[part.digest]
        if rendition.path is None:
            why = rendition.notes[0].text if rendition.notes else "没有能转换这种文件的工具"
            return f"“{part.file_name}”{why}"
        pages = part.only_pages
        sources.append(
            Source(pdf=rendition.pdf, original=part.digest, pages=pages, converter=rendition.converter)
        )  # fmt: skip
    return sources


def _pages(sources: Sequence[Source], made: dict[str, Rendition]) -> int:
    return sum(len(one.pages) or made[one.original].pages or 0 for one in sources)


def _document(done: Binder) -> Json:
    return {
        "path": str(done.path),
        "manifest": str(done.manifest),
        "pages": done.pages,
        "volumes": [asdict(volume) for volume in done.volumes],
        "replaced": [asdict(one) for one in done.replaced],
        "verdict": asdict(done.verdict),
        "extras": [str(path) for path in done.extras],
    }


def _remember(archive: Archive, done: Binder, document: Json, volumes: Sequence[Volume]) -> None:
    """An event with the binder's numbers, so that a search can name volume, item and printed page."""
    counts = {(one.code, line.item): line.pages for one in volumes for line in one.lines}
    items = [
        {
            "record": record, "volume": code, "item": item, "printed": number, "first_page": _first(number),
            "pages": counts.get((code, item), 1),
        }
        for record, places in done.papers.items()
        for code, item, number in places
    ]  # fmt: skip
    with archive.catalogue.change("bound", archive.by, path=document["path"]) as change:
        id = change.next_id("binders")
        row = {**document, "verdict": document["verdict"]["ok"], "items": items, "at": archive.now()}
        change.put("binders", {"id": id}, {"id": id, "binder": row})
    archive.__dict__.pop("binders", None)  # read anew: there is one more


def _first(printed: str) -> int:
    """The first page of a printed span (``12–15``, ``A1-3``) as a number."""
    numbers = re.findall(r"\d+", re.split(r"[–—~]", printed)[0])
    return int(numbers[-1]) if numbers else 0
