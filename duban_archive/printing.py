"""Printing: what was confirmed, in order, as one numbered and proved binder, and where each item lies in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import renditions
from duban_archive.core.manifest import Source, compose
from duban_archive.core.model import Part, Record
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
    bare = not volumes
    if bare:  # nothing is filed yet: the empty boxes with their covers and dividers, to be set up first
        volumes = make_volumes(archive.checklist, records, codes=codes, bare=True)
    wanted = {line.record for one in volumes for line in one.lines}
    parts = [part for record in records if record.id in wanted for part in record.parts]
    made = _rendered(archive, parts, tell)
    sources = {record.id: sources_of(record, made) for record in records if record.id in wanted and record.parts}
    pages = {id: _pages(found, made) for id, found in sources.items() if not isinstance(found, str)}
    known = {id: count for id, count in pages.items() if count}
    volumes = make_volumes(archive.checklist, records, codes=codes, pages=known, bare=bare)
    manifest = compose(
        archive.checklist, volumes, sources, printed=archive.today, head=archive.catalogue.head(), bare=bare
    )  # fmt: skip
    files = {one.pdf: one.path for one in made.values() if one.path is not None}
    done = binder.build(
        manifest,
        files,
        out,
        templates=(archive.home.templates,),
        strict=strict,
        pool=archive.pool(),
        name=_name(archive, volume),
        cache=archive.home.hidden / "binder-cache",
    )
    document = _document(done)
    _remember(archive, done, document)
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
    """The PDFs of a record's parts in order; a part that cannot be printed says why, or the whole record does."""
    sources = [_source(part, made[part.digest]) for part in record.parts]
    return sources if any(one.pdf for one in sources) else sources[0].why


def _source(part: Part, rendition: Rendition) -> Source:
    if rendition.path is None:
        why = rendition.notes[0].text if rendition.notes else "没有能转换这种文件的工具"
        return Source(pdf="", original=part.digest, why=f"“{part.file_name}”{why}")
    return Source(
        pdf=rendition.pdf, original=part.digest, pages=part.only_pages, converter=rendition.converter
    )  # fmt: skip


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


def _remember(archive: Archive, done: Binder, document: Json) -> None:
    """An event with the binder's numbers, so that a search can name volume, item and printed page."""
    written = json.loads(done.manifest.read_text(encoding="utf-8"))
    items = [
        {key: item[key] for key in ("record", "volume", "item", "printed", "numbers")} for item in written["items"]
    ]
    with archive.catalogue.change("bound", archive.by, path=document["path"]) as change:
        id = change.next_id("binders")
        row = {**document, "verdict": document["verdict"]["ok"], "items": items, "at": archive.now()}
        change.put("binders", {"id": id}, {"id": id, "binder": row})
    archive.__dict__.pop("binders", None)  # read anew: there is one more


def labels(archive: Archive, ids: Sequence[int], out: Path, *, skip: int) -> int:
    """标签 with QR codes for records (all of them when none is named), as a Word document; how many labels."""
    from duban_archive.adapters.binder.labels import Label, print_labels

    records = tuple(archive.catalogue.record(id) for id in ids) if ids else archive.records()
    made = [
        Label(
            number=f"{record.id}号件",
            title=record.title,
            place=record.place.where if record.place else "",
            code=f"duban:{archive.checklist.id}:{record.id}",
        )
        for record in records
    ]
    print_labels(made, out, templates=(archive.home.templates,), skip=skip)
    return len(made)


def check_templates(archive: Archive) -> list[Json]:
    """Which blank of an edited template nobody fills, and which it lost."""
    from duban_archive.adapters.binder import templates

    return [{"template": one.name, "problems": list(one.problems)} for one in templates.check(archive.home.templates)]
