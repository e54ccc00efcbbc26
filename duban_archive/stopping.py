"""Stopping: a paper marked 秘密, 机密 or 绝密 goes no further than the door; its original is kept until it is purged.

By its name it is not even taken in (``intake.py``); by its text it is stopped in the worker that reads it
(``adapters/door.py``). What was read before the mark was seen (OCR came to its page later, a person said it) is wiped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from duban_archive import reading
from duban_archive.core.model import Description, Extracted, Note, Record, Told
from duban_archive.core.secrecy import STOPPED, is_level

if TYPE_CHECKING:
    from duban_archive.archive import Archive


def not_secret(archive: Archive) -> set[str]:
    """Originals of which a person has said that they are open (密级:无), whatever seems to be marked on them."""
    return {
        part.digest
        for record in archive.catalogue.records()
        if (told := record.description.secrecy) is not None and told.source == "person" and not is_level(told.value)
        for part in record.parts
    }


def heed(archive: Archive, id: int) -> None:
    """A person has said what 密级 a record has: what was read of a secret one goes, an open one is read after all."""
    from duban_archive.adapters.door import stopped
    from duban_archive.adapters.store import wipe

    record = archive.catalogue.record(id)
    told = record.description.secrecy
    if told is None or told.source != "person":
        return
    for part in record.parts:
        extracted = archive.echoes.extraction(part.digest)
        if extracted is None or (extracted.engine == STOPPED) is is_level(told.value):
            continue
        if is_level(told.value):
            archive.echoes.note_extraction(part.digest, stopped(part.media_type, told.value), ())
            archive.echoes.forget_rendition(part.digest)
            if (rendition := archive.home.renditions / f"{part.digest.removeprefix('sha256:')}.pdf").is_file():
                wipe(rendition)
        else:
            archive.echoes.forget_original(part.digest)
    reading.note(archive, id)
    if is_level(told.value):
        leave_no_trace(archive)


def mark_of(record: Record, readings: Sequence[Extracted | None]) -> str:
    """The 密级 that keeps a record from being read: a person's word, or the mark on one of its originals."""
    told = record.description.secrecy
    if told is not None and told.source == "person" and is_level(told.value):
        return told.value
    return next((str(r.facts.get("secrecy")) for r in readings if r is not None and r.engine == STOPPED), "")


def stop_reading(archive: Archive, digest: str, media_type: str, mark: str) -> None:
    """The mark stood on a page that OCR read: what was read of the paper before is dropped."""
    from duban_archive.adapters.door import stopped

    archive.echoes.note_extraction(digest, stopped(media_type, mark), ())
    for id in archive.catalogue.holders(digest):
        reading.note(archive, id)


def leave_no_trace(archive: Archive) -> None:
    """What was read and dropped again leaves nothing behind in the database file, its log or the index."""
    if not archive.search_index.compact(archive.echoes):
        archive.search_index.rebuild(archive.echoes)
    archive.catalogue.scrub()


def note_stopped(archive: Archive, id: int, mark: str) -> None:
    """All that is kept of the reading of a secret record: that it is one, and what the office has to do."""
    shown = f"标有“{mark}”" if mark != "★" else "标有密级符号“★”"
    text = (
        f"文件上{shown}。督档不读、不检索、不转换、不装订涉密文件,只保存着原件。请按保密规定处理,"
        f"并用 duban purge {id} --reason 涉密误收 --by 甲 --second 乙 清除本件;"
        f"如果并不涉密,请用 duban describe {id} --secrecy 无 说明,再运行 duban watch --once 读取。"
    )
    archive.echoes.note_reading(
        id, status="abnormal", description=Description(secrecy=Told(value=mark, source="text", confidence=0.95)),
        part_pages=(), facts={}, notes=(Note(code="secret", text=text),), passages=(), head=("", ""), proposals=(),
    )  # fmt: skip
