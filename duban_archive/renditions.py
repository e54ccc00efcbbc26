"""Renditions: a PDF of every original that a converter can make one of, made once, cached by hash and converter.

A rendition is an echo: the folder may be emptied at any time. Converters run in the worker, on untrusted files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.model import Note, Part
from duban_archive.reading import Progress

if TYPE_CHECKING:
    from duban_archive.adapters.worker import Call
    from duban_archive.archive import Archive

PDF = "application/pdf"


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

    wanted = {part.digest: part for part in parts}
    tools = office.fingerprint()
    missing: dict[str, Part] = {}
    for digest, part in wanted.items():
        if part.media_type == PDF:
            with archive.store.local(digest) as path:
                yield Rendition(original=digest, pdf=digest, path=path, pages=part.pages)
        elif (cached := _cached(archive, digest, tools)) is not None:
            yield cached
        else:
            missing[digest] = part
    if missing:
        pool = archive.pool()
        done = 0
        yield Progress("转成可打印的 PDF", 0, len(missing))
        for result in pool.run(_calls(archive, missing.values())):
            digest = str(result.key)
            yield _keep(archive, digest, tools, result)
            done += 1
            yield Progress("转成可打印的 PDF", done, len(missing))


def _calls(archive: Archive, parts: Iterable[Part]) -> Iterator[Call]:
    from duban_archive.adapters.worker import Call

    limits = archive.settings.limits
    for part in parts:
        with archive.store.local(part.digest) as path:
            kwargs = {
                "path": path, "media_type": part.media_type, "file_name": part.file_name,
                "out": _target(archive, part.digest), "limits": limits,
            }  # fmt: skip
            target = "duban_archive.adapters.office:to_pdf"
            # the converter keeps its own time limit a try; the worker's is for what gets past that
            yield Call(key=part.digest, target=target, kwargs=kwargs, seconds=limits.convert_seconds * 2 + 10)


def _target(archive: Archive, digest: str) -> Path:
    return archive.home.renditions / f"{digest.removeprefix('sha256:')}.pdf"


def _keep(archive: Archive, digest: str, tools: str, result: Any) -> Rendition:
    from duban_archive.adapters.extract import note_of

    if result.fault is not None:
        return Rendition(original=digest, notes=(note_of(result.fault),))
    made = result.value
    if made.path is None:
        return Rendition(original=digest, notes=tuple(made.notes))
    with made.path.open("rb") as file:
        pdf = f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    converter = f"{made.engine} {made.version}".strip()
    row = {"pdf": pdf, "pages": made.pages, "converter": converter, "differs": made.differs, "tools": tools}
    archive.echoes.note_rendition(digest, row)
    return Rendition(
        original=digest, pdf=pdf, path=made.path, pages=made.pages, converter=converter, differs=made.differs,
        notes=tuple(made.notes),
    )  # fmt: skip


def _cached(archive: Archive, digest: str, tools: str) -> Rendition | None:
    """The rendition made before by the same tools, if its file is still there (its hash is checked when it is bound)."""
    row, path = archive.echoes.rendition(digest), _target(archive, digest)
    if row is None or row["tools"] != tools or not path.is_file():
        return None
    return Rendition(
        original=digest, pdf=row["pdf"], path=path, pages=row["pages"], converter=row["converter"],
        differs=row["differs"],
    )  # fmt: skip
