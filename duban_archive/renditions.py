"""Renditions: a PDF of every original that a converter can make one of, made once, cached by hash and converter.

::

    reading done, nothing waits ──▶ in_background() (watch), make() (duban renditions), render() (bind) ──▶ PDF
                                                         page_of(record, part, line) ◀── where its lines stand in it

Nobody waits for a rendition to find a paper: a paper is searchable before, and its page is told once there is one.
A rendition is an echo: the folder may be emptied at any time. Converters run in the worker, on untrusted files.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.model import Locator, Note, Part, Record
from duban_archive.core.page_map import page_at
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.secrecy import STOPPED
from duban_archive.errors import DubanError
from duban_archive.progress import Progress

if TYPE_CHECKING:
    from duban_archive.adapters.office import Conversion
    from duban_archive.adapters.worker import Call, Pool
    from duban_archive.archive import Archive

PDF = "application/pdf"
_DOCUMENTS = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/msword",
    "application/vnd.oasis.opendocument.text",
)
_BATCH = 12  # files in one call of LibreOffice
_QUIET_BATCH = 4  # in the background: what comes in meanwhile waits no longer for the machine
_LOOK_EVERY = 2.0  # seconds between two looks whether there is time
_LEAST_ROOM = 500 << 20  # bytes left on the disk below which nothing is made ahead of need


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


class Renditions:
    """The renditions of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._stop = threading.Event()

    def of(self, part: Part) -> Rendition | None:
        """What is known of an original's rendition without making one; a PDF is its own."""
        if part.media_type == PDF:
            return Rendition(original=part.digest, pdf=part.digest, pages=part.pages)
        row = self._archive.echoes.rendition(part.digest)
        if row is None:
            return None
        path = _target(self._archive, part.digest)
        return _of_row(part.digest, row, path if path.is_file() else None)

    def page_of(self, record: Record, part: int, locator: Locator, letters: int = 0) -> int | None:
        """The page of a part's rendition on which a line stands, at so many letters into it; ``None``: not known.

        What has pages of its own (PDF, OFD, pictures) has these.
        """
        one = record.parts[part]
        if one.media_type in (PDF, "application/ofd") or one.media_type.startswith("image/"):
            return locator.page
        if locator.page and one.media_type in _DOCUMENTS:  # recognised from its rendition
            return locator.page
        row = self._archive.echoes.rendition(one.digest)
        if row is None or not row["pdf"]:
            return None
        return page_at([tuple(mark) for mark in row.get("places", ())], locator, letters)

    def side_of(self, record: Record, part: int, page: int) -> int | None:
        """Which side of the whole printed record a page of a part's rendition is; ``None``: not known."""
        before = 0
        for number, one in enumerate(record.parts):
            if number == part:
                if not one.only_pages:
                    return before + page
                return before + one.only_pages.index(page) + 1 if page in one.only_pages else None
            made = None if one.only_pages else self.of(one)
            count = len(one.only_pages) or (made.pages if made else None)
            if count is None:
                return None
            before += count
        return None

    def missing(self) -> list[Part]:
        """Originals of standing records that a converter may make a PDF of and none has, each once.

        Left out: PDFs, pictures (the binder sets them when it needs them), what could not be read, and what the same
        converters have failed on before.
        """
        from duban_archive.adapters import office

        tools, made = office.converters(), self._archive.echoes.renditions()
        found: dict[str, Part] = {}
        for record in self._archive.records():
            for part in record.parts if record.state == "ready" and not record.facts.get("container") else ():
                if part.media_type == PDF or part.media_type.startswith("image/") or part.digest in found:
                    continue
                row = made.get(part.digest)
                known = row is not None and row["tools"] == _tools_for(self._archive, part.media_type, tools)
                there = known and row is not None and (not row["pdf"] or _target(self._archive, part.digest).is_file())
                if office.ways(part.media_type) and not there:
                    found[part.digest] = part
        return list(found.values())

    def make(self) -> Iterator[Progress]:
        """Make all that is missing, with progress; what is done is kept when this is stopped."""
        for one in render(self._archive, self.missing()):
            if isinstance(one, Progress):
                yield one

    @contextlib.contextmanager
    def in_background(self) -> Iterator[None]:
        """While the block runs, make what is missing whenever nothing waits to be read, a few files at a time."""
        if not self._archive.settings.renditions:
            yield
            return
        self._stop.clear()
        helper = threading.Thread(target=self._make_quietly, name="renditions", daemon=True)
        helper.start()
        try:
            yield
        finally:
            self._stop.set()
            helper.join(timeout=15)

    def _make_quietly(self) -> None:
        from duban_archive.adapters.worker import Pool

        limits = self._archive.settings.limits
        with Pool(workers=1, memory_mb=limits.memory_mb) as pool:
            threading.Thread(target=self._close_in_time, args=(pool,), daemon=True).start()
            while not self._stop.wait(_LOOK_EVERY):
                # a full disk, a busy catalogue, a pool closed under our hands: the next look, or the next run, goes on
                with contextlib.suppress(DubanError, OSError, RuntimeError):
                    self._make_some(pool)

    def _close_in_time(self, pool: Pool) -> None:
        """A conversion may take minutes; who ends the program does not wait for it."""
        self._stop.wait()
        pool.close()

    def _make_some(self, pool: Pool) -> None:
        while not self._stop.is_set() and self._is_idle() and (some := self.missing()[:_QUIET_BATCH]):
            for _ in render(self._archive, some, pool=pool):
                pass

    def _is_idle(self) -> bool:
        """Nothing waits to be read, and the disk has room for what is not needed yet."""
        if self._archive.echoes.to_read() or shutil.disk_usage(self._archive.home.hidden).free < _LEAST_ROOM:
            return False
        return not (self._archive.settings.ocr and self._archive.echoes.unread() and not self._archive.ocr_reason)


def render(archive: Archive, parts: Iterable[Part], *, pool: Pool | None = None) -> Iterator[Progress | Rendition]:
    """A rendition of each original, each yielded once, with progress between; cached ones cost nothing."""
    from duban_archive.adapters import office

    tools, secret = office.converters(), archive.echoes.read_by(STOPPED)
    missing: list[_Wanted] = []
    for digest, part in {part.digest: part for part in parts}.items():
        wanted = _Wanted(part, _target(archive, digest), _tools_for(archive, part.media_type, tools))
        if digest in secret:
            yield Rendition(original=digest, notes=(_SECRET,))
        elif part.media_type == PDF:
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
        for rendition, wanted in _made(archive, pool or archive.pool(), missing, without=tried):
            if rendition is None and set(office.ways(wanted.part.media_type)) - set(tried) - _first_way(wanted):
                failed.append(wanted)
                continue
            done += 1
            yield Progress("转成可打印的 PDF", done, total)
            yield rendition or _keep_failure(archive, wanted, (_GAVE_UP,))
        # a converter that hung or crashed on a file is not asked again about it: the next way is
        tried = (*tried, *{way for one in failed for way in _first_way(one)})
        missing = failed


@dataclass(frozen=True, slots=True)
class _Wanted:
    part: Part
    target: Path
    tools: str

    @property
    def out(self) -> Path:
        """Where it is made; it takes its place when it is whole."""
        return self.target.parent / ".making" / f"{self.target.stem}.{os.getpid()}.pdf"


_SECRET = Note(code="secret", text="标有密级的文件不转换、不装订;请按保密规定处理")
_GAVE_UP = Note(code="no_rendition", text="转换程序在这份文件上反复出错,没有转成可打印的 PDF;原件已保存,可打印原件插入")


def _tools_for(archive: Archive, media_type: str, tools: Mapping[str, str]) -> str:
    """The converters that may serve a kind of file, with their versions, and the office's own faces."""
    from duban_archive.adapters import office

    faces = sorted(path.name for folder in _fonts(archive) for path in folder.iterdir())
    used = [f"{way} {tools[way]}" for way in office.ways(media_type) if way in tools]
    return ";".join([*used, *(["字体 " + "、".join(faces)] if faces else [])])


def _fonts(archive: Archive) -> tuple[Path, ...]:
    """The folder with the office's own faces, where there is one."""
    return (archive.home.fonts,) if archive.home.fonts.is_dir() else ()


def _first_way(wanted: _Wanted) -> set[str]:
    from duban_archive.adapters import office

    return set(office.ways(wanted.part.media_type)[:1])


def _made(
    archive: Archive, pool: Pool, wanted: Sequence[_Wanted], *, without: tuple[str, ...]
) -> Iterator[tuple[Rendition | None, _Wanted]]:
    """Each wanted one with its rendition, or ``None`` where the worker had to be killed."""
    by_key = {one.part.digest: one for one in wanted}
    batches = {tuple(one.part.digest for one in batch): batch for batch in _batches(archive, wanted, without)}
    for result in pool.run(_calls(archive, batches, without)):
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
                    fonts=_fonts(archive),
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
                    "limits": limits, "without": without, "fonts": job.fonts,
                }  # fmt: skip
            # a converter keeps its own time limit a file; the worker's is for what gets past that
            yield Call(key=key, target=target, kwargs=kwargs, seconds=limits.convert_seconds * (len(batch) + 1))


def _target(archive: Archive, digest: str) -> Path:
    return archive.home.renditions / f"{digest.removeprefix('sha256:')}.pdf"


def _keep(archive: Archive, wanted: _Wanted, made: Conversion) -> Rendition:
    digest = wanted.part.digest
    if made.path is None:
        return _keep_failure(archive, wanted, made.notes)
    with made.path.open("rb") as file:
        pdf = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    made.path.replace(wanted.target)
    row = {
        "pdf": pdf, "pages": made.pages, "converter": f"{made.engine} {made.version}".strip(), "differs": made.differs,
        "tools": wanted.tools, "notes": to_json(made.notes), "places": to_json(made.places),
    }  # fmt: skip
    archive.echoes.note_rendition(digest, row)
    return _of_row(digest, row, wanted.target)


def _keep_failure(archive: Archive, wanted: _Wanted, notes: tuple[Note, ...]) -> Rendition:
    """Remembered, so that nothing is tried again ahead of need; who needs the PDF tries again."""
    wanted.out.unlink(missing_ok=True)
    wanted.target.unlink(missing_ok=True)
    row = {"pdf": "", "pages": None, "converter": "", "differs": "", "tools": wanted.tools, "notes": to_json(notes)}
    archive.echoes.note_rendition(wanted.part.digest, row)
    return _of_row(wanted.part.digest, row, None)


def _cached(archive: Archive, wanted: _Wanted) -> Rendition | None:
    """The rendition made before by the same tools, if its file is still there and still the same."""
    row = archive.echoes.rendition(wanted.part.digest)
    if row is None or row["tools"] != wanted.tools or not row["pdf"] or not wanted.target.is_file():
        return None
    with wanted.target.open("rb") as file:
        if f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}" != row["pdf"]:
            return None
    return _of_row(wanted.part.digest, row, wanted.target)


def _of_row(digest: str, row: Mapping[str, Any], path: Path | None) -> Rendition:
    return Rendition(
        original=digest, pdf=row["pdf"], path=path, pages=row["pages"], converter=row["converter"],
        differs=row["differs"], notes=tuple(from_json(Note, note) for note in row.get("notes", ())),
    )  # fmt: skip
