"""A dry run: what a file is and where it would go, with nothing kept and nothing changed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers, filing, intake
from duban_archive.adapters import inbox
from duban_archive.adapters.inbox import Seen
from duban_archive.core.model import Extracted, Part, Passage, Record
from duban_archive.core.secrecy import STOPPED, mark_in_name

if TYPE_CHECKING:
    from duban_archive.adapters.worker import Pool
    from duban_archive.archive import Archive

Json = dict[str, Any]


def classify(archive: Archive, paths: Iterable[Path]) -> list[Json]:
    """A description and proposals for each file, best first; folders are inboxes, their sub-folders hints."""
    seen: list[Seen] = []
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            seen += [one for one in inbox.look(path) if not one.noise]
        else:
            seen.append(inbox.look_at(path))
    seen = [_at_the_door(one) for one in seen]
    scratch = Path(tempfile.mkdtemp(prefix="trial-", dir=archive.home.scratch))
    try:
        with archive.at_work():
            read = _read(archive, archive.pool(), [one for one in seen if not one.refused], scratch)
            return [_document(archive, one, read.get(str(one.path))) for one in seen]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def read_one(archive: Archive, path: Path) -> Extracted:
    """What a file says, read as any other in a worker, with nothing kept of it."""
    scratch = Path(tempfile.mkdtemp(prefix="trial-", dir=archive.home.scratch))
    try:
        with archive.at_work():
            return _read(archive, archive.pool(), [inbox.look_at(path)], scratch)[str(path)]
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _at_the_door(one: Seen) -> Seen:
    mark = mark_in_name(one.name, one.folder)
    return replace(one, refused=intake.secret_at_the_door(mark)) if mark and not one.refused else one


def _read(archive: Archive, pool: Pool, seen: list[Seen], scratch: Path) -> dict[str, Extracted]:
    from duban_archive.adapters.extract import note_of, sniff
    from duban_archive.adapters.worker import Call

    limits = archive.settings.limits
    kinds = {str(one.path): sniff(one.path, one.name) for one in seen}
    calls = (
        Call(
            key=str(one.path), target="duban_archive.adapters.door:read", seconds=limits.seconds,
            kwargs={
                "path": one.path, "file_name": one.name, "media_type": kinds[str(one.path)], "limits": limits,
                "scratch": scratch / str(number),
            },
        )
        for number, one in enumerate(seen)
    )  # fmt: skip
    found: dict[str, Extracted] = {}
    for done in pool.run(calls):
        media_type = kinds[str(done.key)]
        found[str(done.key)] = (
            done.value
            if done.fault is None
            else Extracted(media_type=media_type, engine="", notes=(note_of(done.fault),), readable=False)
        )
    if archive.settings.ocr and not archive.ocr_reason:
        _read_pictures(archive, pool, found)
    return found


def _read_pictures(archive: Archive, pool: Pool, found: dict[str, Extracted]) -> None:
    from duban_archive.adapters.door import Stopped, stopped
    from duban_archive.adapters.worker import Call

    limits = archive.settings.limits
    calls = [
        Call(
            key=path,
            target="duban_archive.adapters.door:read_pages",
            kwargs={"path": Path(path), "media_type": one.media_type, "pages": one.unread_pages, "limits": limits},
            seconds=limits.ocr_seconds * len(one.unread_pages),
        )
        for path, one in found.items()
        if one.unread_pages
    ]
    for done in pool.run(calls) if calls else ():
        one = found[str(done.key)]
        if isinstance(done.value, Stopped):
            found[str(done.key)] = stopped(one.media_type, done.value.mark)
        elif done.fault is None:
            pages: tuple[Passage, ...] = (*one.passages, *done.value)
            ordered = tuple(sorted(pages, key=lambda p: p.locator.page or 0))
            notes = tuple(n for n in one.notes if n.code != "needs_ocr")
            found[str(done.key)] = replace(one, passages=ordered, unread_pages=(), notes=notes)


def _document(archive: Archive, one: Seen, extracted: Extracted | None) -> Json:
    part = Part(
        digest="", file_name=one.name, folder=one.folder, size=one.size,
        media_type=extracted.media_type if extracted else "", pages=extracted.pages if extracted else None,
    )  # fmt: skip
    record = Record(id=0, parts=(part,))
    if extracted is None:
        document = answers.record(archive.index, record)
        document["notes"] = [{"code": "refused", "text": one.refused}]
        proposals: list[Json] = []
    elif extracted.engine == STOPPED:
        document = answers.record(archive.index, record)
        text = f"文件上标有“{extracted.facts['secrecy']}”:涉密文件不读、不归类。请按保密规定处理,不要放进收件箱。"
        document["notes"] = [{"code": "secret", "text": text}]
        proposals = []
    else:
        description, filings = filing.describe_and_propose(archive, record, (extracted,))
        whole = Record(
            id=0, parts=(part,), description=description, pages=extracted.pages, facts=extracted.facts,
            notes=extracted.notes, state="ready" if extracted.readable else "abnormal",
        )  # fmt: skip
        document = answers.record(archive.index, whole)
        proposals = [answers.filing(archive.index, one) for one in filings]
    document.pop("id")
    return {"path": one.place, **document, "proposals": proposals}
