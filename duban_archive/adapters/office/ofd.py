"""OFD (GB/T 33190) drawn as PDF: text, lines, pictures and seals at their places, with our faces for its fonts.

::

    OFD.xml ──▶ Document.xml ──▶ pages (with their templates and annotations) ──▶ drawing ──▶ PDF page
                  └▶ resources: fonts, pictures, drawing parameters, composite units
    Signatures ──▶ the seal's picture, at its place

What a seal looks like is shown; whether it is genuine is another question, which a reader program for OFD answers.
"""

from __future__ import annotations

import io
import posixpath
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.adapters.extract.package import Element, Package, open_package
from duban_archive.adapters.extract.source import Source, UnreadableError
from duban_archive.adapters.office.conversion import CannotConvertError, Conversion, Job, note, share_kept
from duban_archive.adapters.office.ofd_drawing import Box, Canvas, Resources, box_of

if TYPE_CHECKING:
    from pikepdf import Pdf

ENGINE = "ofd"
VERSION = "1"
KEPT = 0.95
_DIFFERS = "由 OFD 版式文件转换，字体用开源宋体、黑体代替；电子印章只显示外观，未作验证"
_A4 = (0.0, 0.0, 210.0, 297.0)


def version() -> str:
    """The version of this way of drawing."""
    return VERSION


def convert(job: Job) -> Conversion:
    """All pages of the file's documents; raises `CannotConvertError`."""
    import pikepdf

    source = Source(
        path=job.path, file_name=job.file_name, media_type=job.media_type, limits=job.limits, scratch=job.out.parent
    )
    try:
        with open_package(source) as package, pikepdf.new() as pdf:
            pages = [page for root in _documents(package) for page in _pages(package, root, source)]
            drawn = draw(pdf, package, pages[: job.limits.pages])
            job.out.parent.mkdir(parents=True, exist_ok=True)
            pdf.save(job.out, deterministic_id=True)
    except UnreadableError as fault:
        raise CannotConvertError("OFD 文件已损坏或不完整") from fault
    if share_kept(job) < KEPT:
        raise CannotConvertError("OFD 文件中有不能识别的文字编码")
    notes = () if drawn == len(pages) else (note("rendition_partly", f"前 {drawn} 页，共 {len(pages)} 页"),)
    return Conversion(path=job.out, engine=ENGINE, version=VERSION, pages=drawn, notes=notes, differs=_DIFFERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdPage:
    """A page: its paper in millimetres, what is drawn (in order), the resources it draws from."""

    paper: Box
    layers: tuple[Element, ...]
    resources: Resources
    seals: tuple[tuple[Box, bytes], ...] = ()


def draw(pdf: Pdf, package: Package, pages: list[OfdPage]) -> int:
    """Draw pages into ``pdf``; gives how many."""
    if not pages:
        raise CannotConvertError("OFD 文件里没有页面")
    canvas = Canvas(pdf, package)
    for page in pages:
        canvas.begin(page.paper)
        for layer in page.layers:
            canvas.layer(layer, page.resources)
        for place, picture in page.seals:
            canvas.picture(picture, place)
        canvas.end()
    canvas.finish()
    return len(pages)


def resolve(folder: str, told: str | None) -> str:
    """A part's name in the package, from a location that may be absolute or relative to ``folder``."""
    location = (told or "").strip().replace("\\", "/")
    path = location.lstrip("/") if location.startswith("/") else posixpath.join(folder, location)
    return posixpath.normpath(path).lstrip("/")


def _documents(package: Package) -> Iterator[str]:
    entry = next((name for name in package.names if name.lower() == "ofd.xml"), None)
    root = package.xml(entry) if entry else None
    if root is None:
        raise CannotConvertError("不是完整的 OFD 文件")
    for told in root.iter("{*}DocRoot"):
        yield resolve("", told.text)


def _pages(package: Package, name: str, source: Source, *, nested: bool = False) -> list[OfdPage]:
    document = package.xml(name)
    if document is None:
        return []
    folder = posixpath.dirname(name)
    common = document.find("{*}CommonData")
    shared = Resources()
    for told in () if common is None else [*common.iterfind("{*}PublicRes"), *common.iterfind("{*}DocumentRes")]:
        shared = _with_resources(package, shared, resolve(folder, told.text))
    templates = {
        template.get("ID", ""): resolve(folder, template.get("BaseLoc"))
        for template in (() if common is None else common.iterfind("{*}TemplatePage"))
    }
    usual = box_of(None if common is None else common.findtext("{*}PageArea/{*}PhysicalBox")) or _A4
    notes, seals = _annotations(package, document, folder), {} if nested else _seals(package, folder, source)
    pages = []
    for told in document.iterfind("{*}Pages/{*}Page"):
        own, key = resolve(folder, told.get("BaseLoc")), told.get("ID", "")
        root = package.xml(own)
        if root is None:
            pages.append(OfdPage(paper=usual, layers=(), resources=shared))
            continue
        resources = shared
        for more in root.iterfind("{*}PageRes"):
            resources = _with_resources(package, resources, resolve(posixpath.dirname(own), more.text))
        behind, before = _template_layers(package, root, templates)
        layers = (*behind, *root.iterfind("{*}Content/{*}Layer"), *before, *notes.get(key, ()))
        paper = box_of(root.findtext("{*}Area/{*}PhysicalBox")) or usual
        pages.append(OfdPage(paper=paper, layers=layers, resources=resources, seals=tuple(seals.get(key, ()))))
    return pages


def _template_layers(package: Package, page: Element, templates: dict[str, str]) -> tuple[list[Element], list[Element]]:
    """What lies behind the page's own content, and what lies before it."""
    behind: list[Element] = []
    before: list[Element] = []
    for used in page.iterfind("{*}Template"):
        root = package.xml(templates.get(used.get("TemplateID", ""), ""))
        if root is not None:
            target = before if used.get("ZOrder") == "Foreground" else behind
            target.extend(root.iterfind("{*}Content/{*}Layer"))
    return behind, before


def _with_resources(package: Package, known: Resources, name: str) -> Resources:
    root = package.xml(name)
    if root is None:
        return known
    folder = resolve(posixpath.dirname(name), root.get("BaseLoc"))
    fonts = {one.get("ID", ""): one.get("FontName") or one.get("FamilyName") or "" for one in root.iter("{*}Font")}
    pictures = {
        one.get("ID", ""): resolve(folder, one.findtext("{*}MediaFile"))
        for one in root.iter("{*}MultiMedia")
        if one.get("Type") == "Image"
    }
    units = {one.get("ID", ""): one for one in root.iter("{*}CompositeGraphicUnit")}
    manners = {one.get("ID", ""): one for one in root.iter("{*}DrawParam")}
    return known | Resources(fonts=fonts, pictures=pictures, units=units, manners=manners)


def _annotations(package: Package, document: Element, folder: str) -> dict[str, list[Element]]:
    """Page id → appearances of its annotations: marks, stamps, watermarks; not links and closed notes."""
    name = resolve(folder, document.findtext("{*}Annotations"))
    root = package.xml(name)
    found: dict[str, list[Element]] = {}
    for page in () if root is None else root.iterfind("{*}Page"):
        notes = package.xml(resolve(posixpath.dirname(name), page.findtext("{*}FileLoc")))
        for one in () if notes is None else notes.iterfind("{*}Annot"):
            if one.get("Visible", "true") != "false" and one.get("Type") not in ("Link", "Popup"):
                found.setdefault(page.get("PageID", ""), []).extend(one.iterfind("{*}Appearance"))
    return found


def _seals(package: Package, folder: str, source: Source) -> dict[str, list[tuple[Box, bytes]]]:
    """Page id → place and picture of the seals on it."""
    found: dict[str, list[tuple[Box, bytes]]] = {}
    for name in sorted(package.names):
        if not name.lower().endswith("/signature.xml") or not name.startswith(folder):
            continue
        root = package.xml(name)
        here = posixpath.dirname(name)
        data = b""
        for told in [] if root is None else [root.findtext(".//{*}Seal/{*}BaseLoc"), root.findtext("{*}SignedValue")]:
            part = resolve(here, told)
            if not data and told and part in package.names:
                data = seal_picture(package.bytes(part), source)
        for stamp in () if root is None or not data else root.iter("{*}StampAnnot"):
            place = box_of(stamp.get("Boundary"))
            if place:
                found.setdefault(stamp.get("PageRef", ""), []).append((place, data))
    return found


def _seal_page(data: bytes, source: Source) -> bytes:
    """The first page of an OFD within an OFD, as PDF."""
    import pikepdf

    with tempfile.TemporaryDirectory(prefix="duban-seal-", ignore_cleanup_errors=True) as folder:
        inner = replace(source, path=Path(folder) / "seal.ofd")
        inner.path.write_bytes(data)
        made = io.BytesIO()
        try:
            with open_package(inner) as package, pikepdf.new() as pdf:
                pages = [page for root in _documents(package) for page in _pages(package, root, inner, nested=True)]
                draw(pdf, package, pages[:1])
                pdf.save(made)
        except (UnreadableError, CannotConvertError):
            return b""
    return made.getvalue()


def seal_picture(signed: bytes, source: Source) -> bytes:
    """The picture within a seal's ASN.1 data (PNG, JPEG, GIF, BMP; an OFD is drawn to PDF); empty when it has none."""
    if (package := signed.find(b"PK\x03\x04")) >= 0:
        return _seal_page(signed[package:], source)
    for start, end in ((b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"), (b"\xff\xd8\xff", b"\xff\xd9"), (b"GIF8", b"\x00;")):
        first = signed.find(start)
        if first >= 0:
            last = signed.find(end, first)
            return signed[first : last + len(end)] if last >= 0 else b""
    bitmap = re.search(rb"BM.{4}\x00\x00\x00\x00", signed, re.DOTALL)
    if bitmap:
        size = int.from_bytes(bitmap[0][2:6], "little")
        return signed[bitmap.start() : bitmap.start() + size]
    return b""
