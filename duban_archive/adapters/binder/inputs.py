"""The PDFs that go into a binder: opened, repaired where that helps, and asked for what their pages would lose.

A page copied into another file loses what its document held for it: named destinations, bookmarks, form fields. They
are read here, before the copy, as plain values (page indexes, not references), so that they can be written again.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

MAX_BOOKMARKS = 5000  # of one input; more are a fault or an attack

ENCRYPTED = "文件设有打开密码，无法读取"
DAMAGED = "文件已损坏，无法打开"
BROKEN_PAGE = "原件第{}页内容已损坏，无法印出"
EMPTY = "文件里没有页面"
ABSENT = "存储中找不到这份文件"
NO_SUCH_PAGE = "文件没有所指定的页"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link or bookmark of an input leads: a page of it (from 0) and the view there (``XYZ``, ``Fit``…)."""

    page: int
    view: tuple[Any, ...] = ("/Fit",)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark of an input with those below it; ``target`` is ``None`` when it leads nowhere."""

    title: str
    target: Target | None
    children: tuple[Bookmark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found on looking through a PDF, page by page; plain values, so that a worker can hand them over.

    ``reason``: why nothing of it can be bound. ``broken``: pages (from 0) whose content cannot be read.
    ``loose``: pages that do not put back the graphics state they change: (restores too many, saves left open).
    ``repaired``: it was damaged and had to be written anew to be opened at all; the list says so.
    ``signed``: it carries an electronic signature or seal, which a bound copy cannot keep.
    """

    pages: int = 0
    reason: str = ""
    broken: tuple[int, ...] = ()
    loose: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    signed: bool = False
    repaired: bool = False


@dataclass(slots=True)
class Input:
    """An opened PDF, with what its pages would lose."""

    pdf: pikepdf.Pdf
    pages: int
    signed: bool = False
    repaired: bool = False
    links: dict[int, dict[int, Target]] = field(default_factory=dict)  # page → annotation → target
    bookmarks: tuple[Bookmark, ...] = ()


def look(path: Path) -> Looked:
    """Look through a PDF; runs in the worker, where a file that crashes or stalls a reader does no harm."""
    import pikepdf

    opened = open_input(path)
    if isinstance(opened, str):
        return Looked(reason=opened)
    signed = opened.signed
    broken: list[int] = []
    loose: dict[int, tuple[int, int]] = {}
    with opened.pdf:
        for number, page in enumerate(opened.pdf.pages):
            try:
                state = balance(page.obj.get("/Contents"))
            except (pikepdf.PdfError, ValueError, RuntimeError, TypeError):
                broken.append(number)
                continue
            if state != (0, 0):
                loose[number] = state
    return Looked(pages=opened.pages, broken=tuple(broken), loose=loose, signed=signed, repaired=opened.repaired)


def open_input(path: Path) -> Input | str:
    """The PDF, repaired if need be, or a Chinese sentence why it cannot be bound."""
    import pikepdf

    if not path.is_file():
        return ABSENT
    anew = False
    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError:
        return ENCRYPTED
    except (pikepdf.PdfError, ValueError, RuntimeError, OSError):
        repaired = _repair(path)
        if repaired is None:
            return DAMAGED
        pdf, anew = repaired, True
    try:
        count = len(pdf.pages)
        if not count:
            return EMPTY
        opened = Input(pdf=pdf, pages=count, signed=_signed(pdf), repaired=anew)
        _flatten_form(pdf)
        _read_marks(opened)
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError, RecursionError):
        return DAMAGED
    return opened


_STATE = re.compile(rb"(?<![^\s\[\]<>(){}/%])[qQ](?![^\s\[\]<>(){}/%])")


def balance(contents: Any) -> tuple[int, int]:
    """How far a page's restores run ahead of its saves, and how many saves it leaves open."""
    import pikepdf

    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    data = b"\n".join(stream.read_bytes() for stream in streams if isinstance(stream, pikepdf.Stream))
    found = _depths(match == b"q" for match in _STATE.findall(data))
    if found == (0, 0) or not data:
        return found
    whole = pikepdf.new()  # a letter in a string or an inline picture may have misled us: parse it properly
    operators = (str(one.operator) for one in pikepdf.parse_content_stream(whole.make_stream(data), "q Q"))
    return _depths(operator == "q" for operator in operators)


def _depths(saves: Iterable[bool]) -> tuple[int, int]:
    depth = lowest = 0
    for save in saves:
        depth += 1 if save else -1
        lowest = min(lowest, depth)
    return -lowest, depth - lowest


def _repair(path: Path) -> pikepdf.Pdf | None:
    """A second opinion: pdfium often opens what qpdf gives up on, and writes it anew."""
    import pikepdf
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            made = io.BytesIO()
            document.save(made)
        return pikepdf.open(made)
    except (pypdfium2.PdfiumError, pikepdf.PdfError, ValueError, RuntimeError, OSError):
        return None


def _signed(pdf: pikepdf.Pdf) -> bool:
    """Whether a signature was put into the file (bit 1 of SigFlags), rather than a field for one prepared."""
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary) or not int(form.get("/SigFlags", 0)) & 1:
        return False
    fields = list(form.get("/Fields", []))
    for _ in range(10_000):
        if not fields:
            break
        one = fields.pop()
        if isinstance(one, pikepdf.Dictionary):
            fields += list(one.get("/Kids", []))
            if one.get("/FT") == "/Sig" and isinstance(one.get("/V"), pikepdf.Dictionary):
                return True
    return False


def _flatten_form(pdf: pikepdf.Pdf) -> None:
    """Put the filled-in values of a form onto its pages: fields do not outlive the copy, what was filled in must."""
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary) or not form.get("/Fields"):
        return
    if form.get("/NeedAppearances"):
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")


# --- links and bookmarks ------------------------------------------------------------------------------------------


def _read_marks(opened: Input) -> None:
    pdf = opened.pdf
    has_outline = "/Outlines" in pdf.Root
    with_annots = [number for number, page in enumerate(pdf.pages) if "/Annots" in page.obj]
    if not has_outline and not with_annots:
        return
    finder = _Finder(pdf)
    for number in with_annots:
        found = dict(finder.links(pdf.pages[number].obj.get("/Annots")))
        if found:
            opened.links[number] = found
    if has_outline:
        opened.bookmarks = finder.outline()


class _Finder:
    """Turns the destinations of one PDF into page indexes."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._index = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self._named: dict[str, Any] | None = None
        self._left = MAX_BOOKMARKS

    def links(self, annots: Any) -> Iterator[tuple[int, Target]]:
        import pikepdf

        if not isinstance(annots, pikepdf.Array):
            return
        for number, annot in enumerate(annots):
            if isinstance(annot, pikepdf.Dictionary) and annot.get("/Subtype") == "/Link":
                target = self.target(annot)
                if target is not None:
                    yield number, target

    def target(self, holder: Any) -> Target | None:
        """Of a link annotation or an outline item."""
        import pikepdf

        dest = holder.get("/Dest")
        action = holder.get("/A")
        if dest is None and isinstance(action, pikepdf.Dictionary) and action.get("/S") == "/GoTo":
            dest = action.get("/D")
        return self._resolve(dest)

    def outline(self) -> tuple[Bookmark, ...]:
        root = self._pdf.Root.get("/Outlines")
        return tuple(self._level(root, set(), 0))

    def _level(self, parent: Any, seen: set[tuple[int, int]], depth: int) -> Iterator[Bookmark]:
        """One bad bookmark costs itself, not its neighbours."""
        import pikepdf

        item = parent.get("/First") if isinstance(parent, pikepdf.Dictionary) else None
        while isinstance(item, pikepdf.Dictionary) and depth < 32 and self._left > 0:
            if item.objgen in seen:
                return
            seen.add(item.objgen)
            self._left -= 1
            try:
                title = " ".join(str(item.get("/Title", "")).replace("\0", "").split())
                children = tuple(self._level(item, seen, depth + 1))
                target = self.target(item)
                if title and (target is not None or children):
                    yield Bookmark(title, target, children)
            except (pikepdf.PdfError, ValueError, TypeError, UnicodeError):
                pass
            item = item.get("/Next")

    def _resolve(self, dest: Any) -> Target | None:
        import pikepdf

        for _ in range(4):
            if isinstance(dest, (pikepdf.String, pikepdf.Name)):
                dest = self._names().get(str(dest))
            elif isinstance(dest, pikepdf.Dictionary):
                dest = dest.get("/D")
            else:
                break
        if not isinstance(dest, pikepdf.Array) or len(dest) < 1:
            return None
        first: Any = dest[0]
        page = first if isinstance(first, int) else self._index.get(getattr(first, "objgen", (0, 0)))
        if page is None or not 0 <= page < len(self._index):
            return None
        view = tuple(_plain(part) for part in list(dest)[1:])
        return Target(page, view if view and isinstance(view[0], str) else ("/Fit",))

    def _names(self) -> dict[str, Any]:
        import pikepdf

        if self._named is None:
            self._named = {}
            old = self._pdf.Root.get("/Dests")
            if isinstance(old, pikepdf.Dictionary):
                self._named.update({str(name): dest for name, dest in old.items()})
            names = self._pdf.Root.get("/Names")
            tree = names.get("/Dests") if isinstance(names, pikepdf.Dictionary) else None
            if isinstance(tree, pikepdf.Dictionary):
                self._named.update(_walk_names(tree))
        return self._named


def _walk_names(node: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    import pikepdf

    names = node.get("/Names")
    if isinstance(names, pikepdf.Array):
        flat = list(names)
        yield from ((str(name), dest) for name, dest in zip(flat[::2], flat[1::2], strict=False))
    kids = node.get("/Kids")
    if isinstance(kids, pikepdf.Array) and depth < 32:
        for kid in kids:
            if isinstance(kid, pikepdf.Dictionary):
                yield from _walk_names(kid, depth + 1)


def _plain(value: Any) -> Any:
    """A part of a destination without ties to its document."""
    import pikepdf

    if isinstance(value, pikepdf.Name):
        return str(value)
    if isinstance(value, pikepdf.Object) or value is None:
        return None
    return float(value)
