"""Reading what was kept: text, OCR, description, proposals, index; each step can be killed and is taken up again.

::

    to_read ──▶ worker: extract ──▶ describe ──▶ propose ──▶ catalogue ──▶ index catches up
                   └▶ pages without text ──▶ worker: OCR, page by page ──┘
"""

from __future__ import annotations

import datetime
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.core.gaps import LIKELY
from duban_archive.core.model import Description, Extracted, Filing, Member, Note, Part, Passage, Record
from duban_archive.core.photos import time_in_name
from duban_archive.core.plain import normalise
from duban_archive.core.secrecy import mark_in_name
from duban_archive.core.text_layers import settle
from duban_archive.errors import DiskFull
from duban_archive.progress import Progress as Progress

if TYPE_CHECKING:
    from duban_archive.adapters.worker import Pool
    from duban_archive.archive import Archive

_PAGES_A_CALL = 2  # OCR results are kept after so many pages: what was read is never read again
_PAGES_A_NOTE = 20  # of a thick scan are searchable and described at a time while the rest is still being read
_RESULTS_AT_ONCE, _WAIT_FOR_MORE = 32, 0.5  # results and seconds between two commits of a long run
_LEAST_ROOM = 4 << 20  # bytes; with less, a file that "cannot be read" may be a good one on a full disk


def work(archive: Archive, *, ocr: bool = True) -> Iterator[Progress]:
    """Do all that is still to do: read, unpack, OCR, describe, propose, index. Yields its progress."""
    todo = archive.echoes.to_read()
    archive.requests.forget()
    if todo:
        yield from _read(archive, archive.pool(), todo)
        before: dict[str, list[int]] | None = None
        while ocr and archive.settings.ocr and (waiting := archive.echoes.unread()) != before:
            before = waiting  # a text layer that lies makes more pages wait
            yield from _read_pictures(archive, archive.pool())
    yield from finish(archive)
    for done, total in archive.index_catch_up(idle=True):
        yield Progress("建立检索", done, total)
    for done, total in archive.alike.catch_up():
        yield Progress("比对相像的材料", done, total)


def _read(archive: Archive, pool: Pool, todo: Sequence[int]) -> Iterator[Progress]:
    """Read originals that were not read yet; members of archives join the queue as they are unpacked."""
    total, done = len(todo), 0
    while todo:
        records = archive.catalogue.records(todo)
        have = archive.echoes.extracted_digests()
        wanted: dict[str, Part] = {p.digest: p for r in records for p in r.parts if p.digest not in have}
        calls, new = _read_calls(archive, wanted.values()), []
        for some in _grouped(_results(archive, pool, calls, wanted)):
            for digest, extracted in some:
                new += _take_members(archive, digest, extracted)
            with archive.catalogue.together():
                done += _note_all(archive, {digest: replace(read, members=()) for digest, read in some})
            yield Progress("读取", min(done, total), total)
        for record in records:  # all parts were read before (a duplicate, a merge), or there is no file at all
            if not any(part.digest in wanted for part in record.parts):
                note(archive, record.id)
                done += 1
        total, todo = total + len(new), new


def _grouped(results: Iterator[tuple[str, Extracted]]) -> Iterator[list[tuple[str, Extracted]]]:
    """Results as they come, some at a time: one commit for all of them instead of one for each."""
    group: list[tuple[str, Extracted]] = []
    since = time.monotonic()
    for result in results:
        group.append(result)
        if len(group) >= _RESULTS_AT_ONCE or time.monotonic() - since > _WAIT_FOR_MORE:
            yield group
            group, since = [], time.monotonic()
    if group:
        yield group


def _note_all(archive: Archive, read: Mapping[str, Extracted]) -> int:
    """Keep what was read out of originals, and describe and propose the records that hold them; how many those are."""
    ids: set[int] = set()
    for digest, extracted in read.items():
        archive.echoes.note_extraction(digest, extracted, extracted.unread_pages)
        ids.update(archive.catalogue.holders(digest))
    for record in archive.catalogue.records(ids):
        note(archive, record.id, record=record, known=read)
    return len(ids)


def _read_calls(archive: Archive, parts: Iterable[Part]) -> Iterator[object]:
    from duban_archive import stopping
    from duban_archive.adapters.worker import Call

    declared = stopping.not_secret(archive)
    for part in parts:
        scratch = archive.home.scratch / part.digest[7:39]
        with archive.store.local(part.digest) as path:
            kwargs = {
                "path": path, "file_name": part.file_name, "media_type": part.media_type,
                "limits": archive.settings.limits, "scratch": scratch, "open_to_all": part.digest in declared,
            }  # fmt: skip
            target = "duban_archive.adapters.door:read"
            yield Call(key=part.digest, target=target, kwargs=kwargs, seconds=archive.settings.limits.seconds)


def _results(
    archive: Archive, pool: Pool, calls: Iterator[object], parts: dict[str, Part]
) -> Iterator[tuple[str, Extracted]]:
    from duban_archive.adapters.extract import note_of

    for done in pool.run(calls):  # type: ignore[arg-type]
        failed = done.fault is not None or not done.value.readable
        if failed and shutil.disk_usage(archive.home.hidden).free < _LEAST_ROOM:
            raise DiskFull("磁盘已满,文件读不下去。", "已收下的都在。请腾出空间后再运行一次,会接着读。")
        if done.fault is None:
            yield str(done.key), done.value
        else:
            media_type = parts[str(done.key)].media_type
            notes = (note_of(done.fault),)
            yield str(done.key), Extracted(media_type=media_type, engine="", notes=notes, readable=False)


def _take_members(archive: Archive, digest: str, extracted: Extracted) -> list[int]:
    """Keep every file found inside another as an original of its own that knows its parent; the scratch is emptied."""
    from duban_archive import intake
    from duban_archive.adapters.inbox import Seen, is_noise
    from duban_archive.adapters.store import SourceUnreadable

    holders = archive.catalogue.holders(digest)
    if not extracted.members or not holders:
        shutil.rmtree(archive.home.scratch / digest[7:39], ignore_errors=True)
        return []
    parent = archive.catalogue.record(holders[0])
    if _depth(archive, parent) >= archive.settings.limits.depth:
        return []
    carrier, new = parent.parts[0], []
    for member in extracted.members:
        inner = "/".join(filter(None, (carrier.folder, _stem(carrier.file_name), member.folder)))
        name = f"{carrier.folder}/{carrier.file_name}/{member.folder}/{member.file_name}".replace("//", "/").lstrip("/")
        shown = Path(name).with_name(member.file_name) if member.file_name else Path(name)
        seen = Seen(path=shown, folder=inner, size=0, mtime_ns=0, noise=is_noise(member.file_name))
        if seen.noise:
            continue
        if mark := mark_in_name(member.file_name, member.folder):
            archive.arrived.append(intake.leave_in_container(archive, seen, mark, parent.id))
            continue
        try:
            kept = archive.store.put(Path(member.path))
        except SourceUnreadable as fault:
            archive.arrived.append(intake.refuse(archive, seen, f"压缩包里的这个文件取不出来:{fault}"))
            continue
        seen = replace(seen, size=kept.size)
        if archive.catalogue.files(path=str(shown), digest=kept.digest):
            continue
        media_type = archive.sniff(kept.digest, member.file_name)
        mark = _mark(archive, parent, member, extracted.members)
        receipt = intake.keep(
            archive, seen, kept.digest, kept.size, media_type, by=archive.by, parent=parent.id, mark=mark
        )  # fmt: skip
        archive.arrived.append(receipt)
        if receipt.record is not None and receipt.outcome.value == "new":
            new.append(receipt.record)
    shutil.rmtree(archive.home.scratch / digest[7:39], ignore_errors=True)
    return new


def _mark(archive: Archive, parent: Record, member: Member, members: Sequence[Member]) -> str:
    """The request package that a file came in inside another."""
    if not archive.requests.known:
        return ""
    from duban_archive.adapters.request_package import mark_of_member

    carrier = parent.parts[0]
    outside = [*filter(None, carrier.folder.split("/")), _stem(carrier.file_name)]
    return mark_of_member(member, members, outside, next(iter(archive.requests.marks.get(parent.id, ())), ""))


def _depth(archive: Archive, record: Record) -> int:
    depth = 0
    while record.parent is not None and depth < 20:
        record, depth = archive.catalogue.record(record.parent), depth + 1
    return depth


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _read_pictures(archive: Archive, pool: Pool) -> Iterator[Progress]:
    """OCR what waits, a few pages a call; each result is kept at once."""
    from duban_archive import stopping
    from duban_archive.adapters import ocr
    from duban_archive.adapters.door import Stopped
    from duban_archive.adapters.worker import Call

    waiting = archive.echoes.unread()
    if not waiting or ocr.available():
        return
    kinds = {row["digest"]: row["media_type"] for row in archive.catalogue.originals()}
    total, done = sum(len(pages) for pages in waiting.values()), 0
    declared, stopped = stopping.not_secret(archive), set[str]()

    def calls() -> Iterator[Call]:
        for digest, pages in waiting.items():
            step = _PAGES_A_CALL if _has_pages(kinds[digest]) else len(pages)
            for start in range(0, len(pages), step):
                some = tuple(pages[start : start + step])
                with archive.store.local(digest) as path:
                    kwargs = {
                        "path": path, "media_type": kinds[digest], "pages": some, "limits": archive.settings.limits,
                        "open_to_all": digest in declared,
                    }  # fmt: skip
                    seconds = archive.settings.limits.ocr_seconds * len(some)
                    yield Call(
                        key=(digest, some),
                        target="duban_archive.adapters.door:read_pages",
                        kwargs=kwargs,
                        seconds=seconds,
                    )

    yield Progress("识别图片文字", 0, total)
    for result in pool.run(calls()):
        digest, pages = result.key
        done += len(pages)
        if isinstance(result.value, Stopped):
            stopping.stop_reading(archive, digest, kinds[digest], result.value.mark)
            stopped.add(digest)
        if digest in stopped:
            continue
        passages: tuple[Passage, ...] = result.value if result.fault is None else ()
        notes = () if result.fault is None else (_ocr_fault(result.fault.kind, pages),)
        _join_pages(archive, digest, pages, passages, notes)
        yield Progress("识别图片文字", done, total)
    if stopped:
        stopping.leave_no_trace(archive)


def _has_pages(media_type: str) -> bool:
    """Whether a page can be drawn for itself; a Word file is converted whole for each call."""
    return media_type == "application/pdf" or media_type.startswith("image/")


def _ocr_fault(kind: str, pages: Sequence[int]) -> Note:
    why = {"time": "超过时限", "memory": "内存不够"}.get(kind, "识别程序出错")
    where = "、".join(map(str, pages))
    return Note(code="ocr_failed", text=f"第 {where} 页的文字没有认出来({why});原件已保存,可人工著录")


def _join_pages(
    archive: Archive, digest: str, pages: Sequence[int], passages: tuple[Passage, ...], notes: tuple[Note, ...]
) -> None:
    extracted = archive.echoes.extraction(digest)
    if extracted is None:
        return
    extracted, passages = settle(extracted, passages)
    others = [p for p in extracted.passages if p.locator.page not in pages or p.text.strip()]
    joined = sorted([*others, *passages], key=lambda p: p.locator.page or 0)
    left = tuple(page for page in extracted.unread_pages if page not in pages)
    told = {note.code for note in extracted.notes}
    kept_notes = tuple(n for n in extracted.notes if n.code != "needs_ocr" or left)
    fresh = tuple(n for n in notes if n.code not in told)
    engine = extracted.engine if "ocr" in extracted.engine else f"{extracted.engine}+ocr".lstrip("+")
    whole = replace(extracted, passages=tuple(joined), unread_pages=left, notes=(*kept_notes, *fresh), engine=engine)
    archive.echoes.note_extraction(digest, whole, left)
    if left and len(left) % _PAGES_A_NOTE >= len(pages):
        return  # a thick scan is not described anew after every page
    for id in archive.catalogue.holders(digest):
        note(archive, id)


def finish(archive: Archive) -> Iterator[Progress]:
    """Records still marked as being read with nothing left to do for them (a run was killed between two steps)."""
    unread = archive.echoes.unread() if archive.settings.ocr else {}
    have = archive.echoes.extracted_digests()
    for record in archive.catalogue.records(archive.echoes.to_read()):
        if all(part.digest in have and part.digest not in unread for part in record.parts):
            note(archive, record.id)
            yield Progress("整理", 1, 1)


def note(
    archive: Archive, id: int, *, record: Record | None = None, known: Mapping[str, Extracted] | None = None
) -> None:
    """Describe one record from what was read of its parts, propose where it belongs, and keep both with its texts.

    ``record`` and ``known`` save looking up what the caller has at hand: the record, and readings by digest.
    """
    from duban_archive import (  # the classifier is loaded where papers are read, not where they are counted
        filing,
        stopping,
    )

    record = record or archive.catalogue.record(id)
    known = known or {}
    if record.state in ("replaced", "withdrawn"):
        archive.echoes.forget_reading(id)
        return
    readings = [known.get(part.digest) or archive.echoes.extraction(part.digest) for part in record.parts]
    if mark := stopping.mark_of(record, readings):
        stopping.note_stopped(archive, id, mark)
        return
    parts = [select(part, reading) for part, reading in zip(record.parts, readings, strict=True) if reading]
    waits = any(archive.settings.ocr and reading.unread_pages for reading in parts) and not archive.ocr_reason
    description, proposals = filing.describe_and_propose(archive, record, tuple(parts))
    notes = tuple({n.code: n for reading in parts for n in reading.notes}.values())
    container = any(reading.facts.get("container") for reading in parts)
    readable = container or not parts or any(reading.readable for reading in parts)
    passages = [
        (n, passage, normalise(passage.text, simplify=archive.settings.simplify))
        for n, reading in enumerate(parts)
        for passage in reading.passages
    ]
    told = not record.parts or (readable and any(p.text.strip() for reading in parts for p in reading.passages))
    headers = {"table_headers": found} if (found := list(archive.classifier.headers_of(tuple(parts)))) else {}
    facts = {**headers, **(parts[0].facts if parts else {}), **({"container": True} if container else {})}
    facts |= _bundled(archive, record, parts, description)
    archive.echoes.note_reading(
        id,
        status="reading" if waits or len(parts) < len(record.parts) else "read" if readable else "abnormal",
        description=description,
        part_pages=[
            select(part, reading).pages if reading else None
            for part, reading in zip(record.parts, readings, strict=True)
        ],
        facts=facts,
        notes=notes,
        passages=passages,
        head=head_text(record, description, simplify=archive.settings.simplify),
        proposals=()
        if container
        else proposals
        if told or (readable and archive.requests.marks_of(record))
        else tuple(map(_by_name_alone, proposals)),
    )
    filing.auto_confirm(archive, id)


def _bundled(
    archive: Archive, record: Record, parts: Sequence[Extracted], description: Description
) -> dict[str, object]:
    """Facts that tell what might be split or joined: the papers found inside, the moment in a picture's name."""
    from duban_archive import bundling

    if len(parts) != 1 or len(record.parts) != 1:
        return {}
    part, title = record.parts[0], description.title.value if description.title else ""
    within = bundling.papers_within(part, parts[0], title, datetime.date.fromisoformat(archive.today))
    facts: dict[str, object] = {"papers_within": within} if within else {}
    named = time_in_name(part.file_name) if part.media_type.startswith(("image/", "video/", "audio/")) else None
    return facts | ({"time_in_name": {"at": named.at, "saved": named.saved}} if named else {})


def _by_name_alone(one: Filing) -> Filing:
    """A paper without a readable word may be guessed at by its name, but is never sure and never likely."""
    return replace(one, sure=False, score=min(one.score, LIKELY - 0.01))


def head_text(record: Record, description: Description, *, simplify: bool = False) -> tuple[str, str]:
    """What a search by name must find: title, document number, author, file names; a person's words before ours."""
    lines = []
    for name in ("title", "document_number", "author"):
        told, found = getattr(record.description, name), getattr(description, name)
        word = told if told is not None and told.source == "person" else found
        if word is not None:
            lines.append(word.value)
    lines += [part.file_name for part in record.parts]
    if record.place is not None:
        lines.append(record.place.where)
    text = "\n".join(dict.fromkeys(line for line in lines if line))
    return text, normalise(text, simplify=simplify)


def select(part: Part, extracted: Extracted) -> Extracted:
    """What was read, cut down to the pages or sheets that this part takes of the original."""
    if not part.only_pages and not part.only_sheets:
        return extracted

    def wanted(page: int | None, sheet: str | None) -> bool:
        return page in part.only_pages if part.only_pages else sheet in part.only_sheets

    return replace(
        extracted,
        passages=tuple(p for p in extracted.passages if wanted(p.locator.page, p.locator.sheet)),
        tables=tuple(t for t in extracted.tables if wanted(t.locator.page, t.locator.sheet)),
        unread_pages=tuple(p for p in extracted.unread_pages if not part.only_pages or p in part.only_pages),
        pages=len(part.only_pages) or extracted.pages,
    )
