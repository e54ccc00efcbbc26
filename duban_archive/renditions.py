"""Renditions: a PDF of every original that a converter can make one of, made once, cached by hash and converter.

A rendition is an echo: the folder may be emptied at any time. Converters run in the worker, on untrusted files.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.model import Note, Part
from duban_archive.reading import Progress

if TYPE_CHECKING:
    from duban_archive.adapters.office import Conversion
    from duban_archive.adapters.worker import Call
    from duban_archive.archive import Archive

PDF = "application/pdf"
_BATCH = 12  # files in one call of LibreOffice


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A printable PDF of an original. ``path`` ``None``: none could be made, and ``notes`` say why.

    ``pdf`` is the digest of the PDF's bytes; ``differs`` what may look other than in the original.
    """

    original: str
    pdf: str = ""
    path: Path | None = None
    pages: int | None = None
    converter: str = ""
    differs: str = ""
    notes: tuple[Note, ...] = ()


def render(archive: Archive, parts: Iterable[Part]) -> Iterator[Progress | Rendition]:
    """A rendition of each original, each yielded once, with progress between; cached ones cost nothing."""
    from duban_archive.adapters import office

    tools = office.converters()
    missing: list[_Wanted] = []
    for digest, part in {part.digest: part for part in parts}.items():
        wanted = _Wanted(part, _target(archive, digest), _tools_for(part.media_type, tools))
        if part.media_type == PDF:
            with archive.store.local(digest) as path:
                yield Rendition(original=digest, pdf=digest, path=path, pages=part.pages)
        elif (cached := _cached(archive, wanted)) is not None:
            yield cached
        else:
            missing.append(wanted)
    total, done = len(missing), 0
    tried: tuple[str, ...] = ()
    while missing:
        failed: list[_Wanted] = []
        for rendition, wanted in _made(archive, missing, without=tried):
            if rendition is None and set(office.ways(wanted.part.media_type)) - set(tried) - _first_way(wanted):
                failed.append(wanted)
                continue
            done += 1
            yield Progress("转成可打印的 PDF", done, total)
            yield rendition or Rendition(original=wanted.part.digest, notes=(_GAVE_UP,))
        # a converter that hung or crashed on a file is not asked again about it: the next way is
        tried = (*tried, *{way for one in failed for way in _first_way(one)})
        missing = failed


@dataclass(frozen=True, slots=True)
class _Wanted:
    part: Part
    out: Path
    tools: str


_GAVE_UP = Note(code="no_rendition", text="转换程序在这份文件上反复出错,没有转成可打印的 PDF;原件已保存,可打印原件插入")


def _tools_for(media_type: str, tools: Mapping[str, str]) -> str:
    """The converters that may serve a kind of file, with their versions: a rendition is as old as these."""
    from duban_archive.adapters import office

    return ";".join(f"{way} {tools[way]}" for way in office.ways(media_type) if way in tools)


def _first_way(wanted: _Wanted) -> set[str]:
    from duban_archive.adapters import office

    return set(office.ways(wanted.part.media_type)[:1])


def _made(
    archive: Archive, wanted: Sequence[_Wanted], *, without: tuple[str, ...]
) -> Iterator[tuple[Rendition | None, _Wanted]]:
    """Each wanted one with its rendition, or ``None`` where the worker had to be killed."""
    by_key = {one.part.digest: one for one in wanted}
    batches = {tuple(one.part.digest for one in batch): batch for batch in _batches(archive, wanted, without)}
    for result in archive.pool().run(_calls(archive, batches, without)):
        batch = batches[tuple(result.key)]
        values = (result.value if len(batch) > 1 else [result.value]) if result.fault is None else [None] * len(batch)
        for one, made in zip(batch, values, strict=True):
            yield (None if made is None else _keep(archive, one, made)), by_key.pop(one.part.digest)


def _batches(archive: Archive, wanted: Sequence[_Wanted], without: tuple[str, ...]) -> Iterator[list[_Wanted]]:
    """LibreOffice takes many files a call (five times faster a file); the others go one by one."""
    from duban_archive.adapters import office

    heavy = [w for w in wanted if "libreoffice" in _first_way(w)] if not without and office.find_soffice() else []
    light = [w for w in wanted if w not in heavy]
    size = max(1, min(_BATCH, -(-len(heavy) // max(1, archive.settings.workers))))
    yield from ([one] for one in light)
    yield from (heavy[start : start + size] for start in range(0, len(heavy), size))


def _calls(
    archive: Archive, batches: Mapping[tuple[str, ...], list[_Wanted]], without: tuple[str, ...]
) -> Iterator[Call]:
    from duban_archive.adapters import office
    from duban_archive.adapters.worker import Call

    limits = archive.settings.limits
    for key, batch in batches.items():
        with contextlib.ExitStack() as stack:
            jobs = [
                office.Job(
                    path=stack.enter_context(archive.store.local(one.part.digest)),
                    media_type=one.part.media_type, file_name=one.part.file_name, out=one.out, limits=limits,
                )
                for one in batch
            ]  # fmt: skip
            kwargs: dict[str, Any] = {"jobs": jobs}
            target = "duban_archive.adapters.office:to_pdfs"
            if len(batch) == 1:
                job = jobs[0]
                target = "duban_archive.adapters.office:to_pdf"
                kwargs = {
                    "path": job.path, "media_type": job.media_type, "file_name": job.file_name, "out": job.out,
                    "limits": limits, "without": without,
                }  # fmt: skip
            # a converter keeps its own time limit a file; the worker's is for what gets past that
            yield Call(key=key, target=target, kwargs=kwargs, seconds=limits.convert_seconds * (len(batch) + 1))


def _target(archive: Archive, digest: str) -> Path:
    return archive.home.renditions / f"{digest.removeprefix('sha256:')}.pdf"


def _keep(archive: Archive, wanted: _Wanted, made: Conversion) -> Rendition:
    digest = wanted.part.digest
    if made.path is None:
        return Rendition(original=digest, notes=tuple(made.notes))
    with made.path.open("rb") as file:
        pdf = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    converter = f"{made.engine} {made.version}".strip()
    row = {"pdf": pdf, "pages": made.pages, "converter": converter, "differs": made.differs, "tools": wanted.tools}
    archive.echoes.note_rendition(digest, row)
    return Rendition(
        original=digest, pdf=pdf, path=made.path, pages=made.pages, converter=converter, differs=made.differs,
        notes=tuple(made.notes),
    )  # fmt: skip


def _cached(archive: Archive, wanted: _Wanted) -> Rendition | None:
    """The rendition made before by the same tools, if its file is still there and still the same."""
    digest = wanted.part.digest
    row = archive.echoes.rendition(digest)
    if row is None or row["tools"] != wanted.tools or not wanted.out.is_file():
        return None
    with wanted.out.open("rb") as file:
        if f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}" != row["pdf"]:
            return None
    return Rendition(
        original=digest, pdf=row["pdf"], path=wanted.out, pages=row["pages"], converter=row["converter"],
        differs=row["differs"],
    )  # fmt: skip
