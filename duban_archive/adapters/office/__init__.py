"""A PDF of each original, where one can be made: the rendition that is previewed, searched to the page and bound.

::

    pdf ─────────────── the original itself
    picture ─────────── placed on A4, JPEG data passed through            (pictures)
    film ────────────── one frame with its name and length                (film)
    docx ────────────── dxpdf ──▶ LibreOffice ──▶ content
    doc xls ppt odt… ── LibreOffice ──▶ content                           (libreoffice)
    ofd ─────────────── its pages drawn, text at its place ──▶ content    (ofd)
    csv txt eml html ── content: set anew from what was read              (content)

Each way may be missing on a machine or fail on a file; then the next is tried. The last one, *content*, needs nothing
but this package, so a bare machine still prints every paper that can be read, and says on the page that its layout
differs.

All of it runs in a worker (`adapters.worker`): converters are native code that can hang or crash. When a call dies
there, call again with ``without=`` the ways that were tried; `ways` names them in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Final

from duban_archive.adapters.extract import media_types as kinds
from duban_archive.adapters.office.conversion import (
    NOTE_CODES,
    CannotConvertError,
    Conversion,
    Job,
    note,
    pages_of,
    places_in,
)
from duban_archive.adapters.office.libreoffice import find_soffice
from duban_archive.core.limits import Limits

__all__ = ["NOTE_CODES", "Conversion", "Job", "converters", "find_soffice", "to_pdf", "to_pdfs", "ways"]

_OFFICE: Final = ("libreoffice", "content")
_WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    kinds.PDF: ("original",),
    kinds.DOCX: ("dxpdf", *_OFFICE),
    kinds.DOC: _OFFICE,
    kinds.RTF: _OFFICE,
    kinds.ODT: _OFFICE,
    "application/vnd.ms-word.xml": _OFFICE,
    kinds.XLSX: _OFFICE,
    kinds.XLSB: _OFFICE,
    kinds.XLS: _OFFICE,
    kinds.ODS: _OFFICE,
    "application/vnd.ms-excel.xml": _OFFICE,
    kinds.PPTX: _OFFICE,
    kinds.PPT: _OFFICE,
    kinds.ODP: _OFFICE,
    kinds.OFD: ("ofd", "content"),
    # LibreOffice guesses the encoding of plain text and fetches what a page names: we set these ourselves
    kinds.CSV: ("content",),
    kinds.TEXT: ("content",),
    kinds.MARKDOWN: ("content",),
    kinds.HTML: ("content",),
    kinds.MHT: ("content",),
    kinds.EML: ("content",),
    kinds.MSG: ("content",),
}
_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {"image": ("picture",), "video": ("film",)}
_MODULES: Final = {"dxpdf": "word", "picture": "photos"}  # the others are named like their module


def ways(media_type: str) -> tuple[str, ...]:
    """The converters tried for a kind of file, best first; empty when none makes a PDF of it (sound, archives)."""
    return _WAYS.get(media_type) or _FAMILIES.get(media_type.partition("/")[0], ())


def converters() -> Mapping[str, str]:
    """The ways that this machine has, with their versions: for ``doctor``, and to know when to make renditions anew."""
    names = dict.fromkeys(way for kind in _WAYS for way in _WAYS[kind])
    found = {name: _version(name) for name in (*names, "picture", "film")}
    return {name: version for name, version in found.items() if version}


def to_pdf(
    path: str | Path,
    *,
    media_type: str,
    file_name: str,
    out: str | Path,
    limits: Limits | None = None,
    without: Sequence[str] = (),
    fonts: Sequence[str | Path] = (),
) -> Conversion:
    """Make a PDF of one original; never raises for a bad file: ``path=None`` and a note then say why there is none.

    ``out``: the PDF to write (a folder: ``rendition.pdf`` in it). A PDF is not copied: its own path comes back.
    ``without``: ways that are not to be tried. ``fonts``: folders with the office's own faces.
    """
    target = Path(out) / "rendition.pdf" if Path(out).is_dir() else Path(out)
    job = Job(
        path=Path(path),
        media_type=media_type,
        file_name=file_name,
        out=target,
        limits=limits or Limits(),
        fonts=tuple(Path(folder) for folder in fonts),
    )
    return _mapped(job, _convert(job, [way for way in ways(media_type) if way not in without]))


def to_pdfs(jobs: Sequence[Job]) -> tuple[Conversion, ...]:
    """The same for many files: those for LibreOffice go through one call of it, which is five times faster a file."""
    from duban_archive.adapters.office import libreoffice

    batch = [job for job in jobs if ways(job.media_type)[:1] == ("libreoffice",)] if find_soffice() else []
    done = libreoffice.convert_many(batch)
    tried = {job.out for job in batch}
    made = (done.get(job.out) or _convert(job, ways(job.media_type)[1 if job.out in tried else 0 :]) for job in jobs)
    return tuple(_mapped(job, one) for job, one in zip(jobs, made, strict=True))


def _convert(job: Job, tried: Sequence[str]) -> Conversion:
    if not tried:
        return Conversion(notes=(note("no_rendition", "这类文件没有可用的转换方式"),))
    reasons: list[str] = []
    for way in tried:
        try:
            return _converter(way)(job)
        except CannotConvertError as fault:
            reasons.append(str(fault))
        except MemoryError:
            raise
        except Exception:  # converters are other people's code fed with strangers' files: this is their one door
            reasons.append("转换程序出错")
    return Conversion(notes=(note("no_rendition", reasons[-1]),))


def _mapped(job: Job, made: Conversion) -> Conversion:
    """With the pages on which the lines of the original stand; what has pages of its own needs no such map."""
    if made.path is None or job.media_type in (kinds.PDF, kinds.OFD) or job.media_type.startswith(("image/", "video/")):
        return made
    return replace(made, places=places_in(job))


def _converter(way: str) -> Callable[[Job], Conversion]:
    if way == "original":
        return _original
    module = import_module(f"duban_archive.adapters.office.{_MODULES.get(way, way)}")
    convert: Callable[[Job], Conversion] = module.convert
    return convert


def _version(way: str) -> str:
    if way == "original":
        return ""
    module = import_module(f"duban_archive.adapters.office.{_MODULES.get(way, way)}")
    return str(module.version())


def _original(job: Job) -> Conversion:
    return Conversion(path=job.path, engine="original", pages=pages_of(job.path))
