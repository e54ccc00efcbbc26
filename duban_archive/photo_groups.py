"""照片组: a record of several photos, printed side by side with their captions instead of one a sheet.

Photos of a paper's pages stay pages: only what was described as 影像 (kind ``media``) is a group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from duban_archive.core.captions import Caption
from duban_archive.core.model import Note, Record
from duban_archive.renditions import Rendition

if TYPE_CHECKING:
    from duban_archive.adapters.worker import Call
    from duban_archive.archive import Archive

_SECONDS = 180.0
FORM = "照片页"


def is_group(record: Record) -> bool:
    """Whether a record's photos are shown side by side."""
    kind = record.description.kind
    pictures = all(part.media_type.startswith("image/") and not part.only_pages for part in record.parts)
    return bool(kind and kind.value == "media") and len(record.parts) > 1 and pictures


def caption_of(record: Record, part: int, captions: Mapping[str, Caption]) -> Caption:
    """What is printed below a photo (``part`` from 1): its own words, then the group's, then what is known."""
    told = record.description
    known = Caption(
        when=told.dated.value if told.dated else str(record.facts.get("taken", ""))[:10], what=record.title.strip("[]")
    )
    own = captions.get(f"{record.id}-{part}", Caption())
    return own.over(captions.get(str(record.id), Caption())).over(known)


def press(archive: Archive, records: Sequence[Record], captions: Mapping[str, Caption]) -> dict[int, Rendition]:
    """The photo pages of these records, made once for the same photos, words and template."""
    from duban_archive.adapters import sheets

    if not records:
        return {}
    template = sheets.find(FORM, (archive.home.templates,))
    kind = hashlib.sha256(template.read_bytes()).hexdigest()[:12]
    folder = archive.home.renditions / "photo-pages"
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[int, Rendition] = {}
    wanted: dict[int, dict[str, Any]] = {}
    for record in records:
        said = [caption_of(record, n, captions).text for n in range(1, len(record.parts) + 1)]
        key = "\n".join([kind, record.title, *(part.digest for part in record.parts), *said])
        out = folder / f"{hashlib.sha256(key.encode()).hexdigest()}.pdf"
        wanted[record.id] = {"said": said, "out": out}
    with ExitStack() as stack:
        calls: list[Call] = []
        for record in records:
            out = wanted[record.id]["out"]
            if not out.is_file():
                calls.append(_call(archive, record, wanted[record.id], template, stack))
        faults = {done.key: done for done in archive.pool().run(calls) if done.fault or not isinstance(done.value, int)}
    for record in records:
        if record.id in faults:
            value = faults[record.id].value
            why = value[0] if isinstance(value, tuple) else "照片排版没有成功;原件已保存"
            made[record.id] = Rendition(original=record.parts[0].digest, notes=(Note(code="no_rendition", text=why),))
        else:
            data = wanted[record.id]["out"].read_bytes()
            made[record.id] = Rendition(
                original=record.parts[0].digest,
                pdf=f"sha256:{hashlib.sha256(data).hexdigest()}",
                path=wanted[record.id]["out"],
                pages=-(-len(record.parts) // 4),
                converter=f"{FORM} {kind}",
            )
    return made


def _call(archive: Archive, record: Record, wanted: Mapping[str, Any], template: Any, stack: ExitStack) -> Call:
    from duban_archive.adapters.worker import Call

    photos = [
        (stack.enter_context(archive.store.local(part.digest)), said)
        for part, said in zip(record.parts, wanted["said"], strict=True)
    ]
    kwargs = {
        "photos": photos,
        "title": record.title.strip("[]"),
        "template": template,
        "out": wanted["out"],
        "limits": archive.settings.limits,
    }
    return Call(key=record.id, target="duban_archive.adapters.photo_pages:press", kwargs=kwargs, seconds=_SECONDS)
