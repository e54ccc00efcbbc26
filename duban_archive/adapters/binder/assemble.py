"""The binder as a file: pages in order, numbers, links, bookmarks, labels, the manifest inside; same input, same bytes.

::

    Assembly.take(input, pages) ─▶ page dictionaries ─┐
    Assembly.take_sheets(form.pdf) ─▶ by bookmark ────┴▶ arrange(pages, leaves) ─▶ label, bookmark, attach ─▶ save

All positions come from the pages handed to `Assembly.arrange`; no text is ever searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.binder import stamp
from duban_archive.adapters.binder.inputs import Bookmark, Input, Target
from duban_archive.core.paging import Leaf, label_ranges

if TYPE_CHECKING:
    import pikepdf

    from duban_archive.adapters.binder.pages import Top

_SAFE_ACTIONS = ("/GoTo", "/URI", "/Named")
_DROPPED = ("/AA", "/B", "/StructParents", "/PieceInfo", "/Thumb", "/PresSteps", "/Trans", "/Dur")


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark of the binder: it opens ``page`` (a page dictionary of the binder) with the given view."""

    title: str
    page: Any = None
    view: tuple[Any, ...] = ()
    children: tuple[Mark, ...] = ()
    bold: bool = False
    open: bool = False


@dataclass(slots=True)
class Sheet:
    """A generated form: its pages, and on each the names it links to with their rectangles."""

    pages: list[Any]
    links: list[dict[str, tuple[float, float, float, float]]] = field(default_factory=list)


class Assembly:
    """One binder being put together; nothing outside sees it before it is saved."""

    def __init__(self) -> None:
        import pikepdf

        self.out = pikepdf.new()
        self.pages: list[Any] = []  # in their order, once arranged
        self._taken: set[tuple[int, int]] = set()
        self._kept: list[pikepdf.Pdf] = []  # sources must stay open until the binder is saved

    def close(self) -> None:
        """Let go of the sources."""
        for pdf in self._kept:
            pdf.close()
        self.out.close()

    # --- pages in ------------------------------------------------------------------------------------------------

    def take(self, opened: Input, wanted: Sequence[int]) -> list[Any]:
        """Copy pages of an input, with links among them pointing at the copies; the copies are not placed yet."""
        pages = self._copy(opened.pdf, wanted)
        for page in pages:
            for key in _DROPPED:
                if key in page:
                    del page[key]
        copies = dict(zip(reversed(wanted), reversed(pages), strict=True))
        for number, page in zip(wanted, pages, strict=True):
            if "/Annots" in page:
                self._mend_annots(page, opened.links.get(number, {}), copies)
        return pages

    def take_sheets(self, made: Path, marks: Sequence[str]) -> dict[str, Sheet]:
        """The sheets of a converted form, told apart by the named destinations it carries."""
        import pikepdf

        pdf = pikepdf.open(made)
        self._kept.append(pdf)
        index = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        dests = pdf.Root.get("/Dests", pikepdf.Dictionary())
        starts = [index[dests[f"/{mark}"][0].objgen] for mark in marks]
        pages = self._copy(pdf, range(len(pdf.pages)))
        links = [_collect_links(page) for page in pages]
        ends = [*starts[1:], len(pages)]
        return {
            mark: Sheet(pages[start:end], links[start:end])
            for mark, start, end in zip(marks, starts, ends, strict=True)
        }

    def blank(self, like: Any) -> Any:
        """An empty side of the size of another page (without one: A4)."""
        import pikepdf

        seen = stamp.frame(like) if like is not None else None
        size = [0, 0, round(seen.width, 2), round(seen.height, 2)] if seen else [0, 0, 595, 842]
        page = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=size, Resources=pikepdf.Dictionary())
        return self.out.make_indirect(page)

    def keep_open(self, pdf: pikepdf.Pdf) -> None:
        """A source that pages were taken from."""
        self._kept.append(pdf)

    def _copy(self, pdf: pikepdf.Pdf, wanted: Iterable[int]) -> list[Any]:
        """Copies of pages, outside any page tree; each a dictionary of its own, also when a page is taken twice."""
        import pikepdf

        copies: list[Any] = []
        for number in wanted:
            page = pdf.pages[number].obj
            _inherit(page)
            copy = self.out.copy_foreign(page)
            if copy.objgen in self._taken:
                copy = self.out.make_indirect(pikepdf.Dictionary(dict(copy.items())))
            self._taken.add(copy.objgen)
            copies.append(copy)
        return copies

    def _mend_annots(self, page: Any, links: Mapping[int, Target], copies: Mapping[int, Any]) -> None:
        """Links lead to the copies; what starts programs, scripts or other files is taken off."""
        import pikepdf

        annots = page.get("/Annots")
        kept: list[Any] = []
        for number, annot in enumerate(list(annots) if isinstance(annots, pikepdf.Array) else []):
            if not isinstance(annot, pikepdf.Dictionary):
                continue
            annot = pikepdf.Dictionary(dict(annot.items()))
            for key in ("/AA", "/StructParent"):
                if key in annot:
                    del annot[key]
            annot["/P"] = page
            if annot.get("/Subtype") == "/Widget":
                if "/AP" not in annot:
                    continue  # an empty field: nothing of it is seen
                annot["/Subtype"] = pikepdf.Name.Stamp  # its looks stay; its form is not here
            if annot.get("/Subtype") == "/Link":
                target = links.get(number)
                inner = "/Dest" in annot or _action(annot) == "/GoTo"
                if inner and (target is None or target.page not in copies):
                    continue  # it led nowhere, or to a page that is not bound in
                if target is not None:
                    if "/A" in annot:
                        del annot["/A"]
                    annot["/Dest"] = _destination(copies[target.page], target.view)
            if "/A" in annot and _action(annot) not in _SAFE_ACTIONS:
                del annot["/A"]
            kept.append(self.out.make_indirect(annot))
        if kept:
            page["/Annots"] = pikepdf.Array(kept)
        else:
            del page["/Annots"]

    # --- pages placed ---------------------------------------------------------------------------------------------

    def arrange(self, pages: Sequence[Any]) -> None:
        """Put the pages into their order, in a page tree of our own."""
        import pikepdf

        kids = pikepdf.Array(list(pages))
        tree = self.out.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=kids, Count=len(pages)))
        for page in pages:
            page["/Parent"] = tree
        self.out.Root["/Pages"] = tree
        self.pages = list(pages)

    def number(self, leaves: Sequence[Leaf], tops: Sequence[Top], glyphs: Path) -> None:
        """Print each leaf's number and seals, and write the page labels that equal it."""
        import pikepdf

        opening = self.out.make_indirect(self.out.make_stream(b"q\n"))
        face = stamp.take_face(self.out, glyphs)
        for page, leaf, top in zip(self.pages, leaves, tops, strict=True):
            seen = stamp.frame(page)
            content = b"".join(stamp.draw_seal(face, seen, seal.rows, seal.spot) for seal in top.seals)
            if leaf.value is not None:
                content += stamp.draw(face, seen, leaf.number, top.corner)
            if content:
                stamp.append(self.out, page, face, content, opening, top.loose)
        numbers = pikepdf.Array()
        for labelled in label_ranges(leaves):
            style = pikepdf.Dictionary()
            if labelled.prefix:
                style["/P"] = pikepdf.String(labelled.prefix)
            if labelled.start is not None:
                style["/S"] = pikepdf.Name.D
                if labelled.start != 1:
                    style["/St"] = labelled.start
            numbers.append(labelled.index)
            numbers.append(style)
        self.out.Root["/PageLabels"] = pikepdf.Dictionary(Nums=numbers)

    def link(self, sheets: Iterable[Sheet], places: Mapping[str, int]) -> None:
        """Turn what the forms link to into jumps to pages; ``places`` gives the page (from 0) of each name."""
        import pikepdf

        for sheet in sheets:
            for page, links in zip(sheet.pages, sheet.links, strict=True):
                annots = [
                    self.out.make_indirect(
                        pikepdf.Dictionary(
                            Type=pikepdf.Name.Annot,
                            Subtype=pikepdf.Name.Link,
                            Rect=[round(value, 2) for value in rectangle],
                            Border=[0, 0, 0],
                            F=4,
                            P=page,
                            Dest=_destination(self.pages[places[name]], ()),
                        )
                    )
                    for name, rectangle in links.items()
                    if name in places
                ]
                if annots:
                    page["/Annots"] = pikepdf.Array(annots)

    def bookmark(self, marks: Sequence[Mark]) -> None:
        """Write the outline."""
        import pikepdf

        root = self.out.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Outlines))
        count = self._write_marks(root, marks)
        if count:
            root["/Count"] = count
            self.out.Root["/Outlines"] = root
            self.out.Root["/PageMode"] = pikepdf.Name.UseOutlines

    def _write_marks(self, parent: Any, marks: Sequence[Mark]) -> int:
        """Items below ``parent``; gives how many of them are visible."""
        import pikepdf

        visible = 0
        before: Any = None
        for mark in marks:
            item = self.out.make_indirect(pikepdf.Dictionary(Title=pikepdf.String(mark.title), Parent=parent))
            if mark.page is not None:
                item["/Dest"] = _destination(mark.page, mark.view)
            if mark.bold:
                item["/F"] = 2
            below = self._write_marks(item, mark.children)
            if below:
                item["/Count"] = below if mark.open else -below
            if before is None:
                parent["/First"] = item
            else:
                before["/Next"], item["/Prev"] = item, before
            visible += 1 + (below if mark.open else 0)
            before = item
        if before is not None:
            parent["/Last"] = before
        return visible

    # --- the file -----------------------------------------------------------------------------------------------

    def describe(self, *, title: str, author: str, printed: str, software: str) -> None:
        """What a reader shows about the file; its only date is the printed one."""
        import pikepdf

        day = f"D:{printed.replace('-', '')}000000"
        info = {"/Title": title, "/Author": author, "/Producer": software, "/CreationDate": day, "/ModDate": day}
        for key, value in info.items():
            if value:
                self.out.docinfo[key] = pikepdf.String(value)
        root = self.out.Root
        root["/Lang"] = pikepdf.String("zh-CN")
        root["/ViewerPreferences"] = pikepdf.Dictionary(DisplayDocTitle=True)
        if self.pages:
            root["/OpenAction"] = pikepdf.Array([self.pages[0], pikepdf.Name.XYZ, None, None, 1])

    def attach(self, name: str, data: bytes, description: str, printed: str) -> None:
        """Put a file into the binder."""
        import pikepdf

        stream = self.out.make_stream(data, Type=pikepdf.Name.EmbeddedFile, Subtype=pikepdf.Name("/application/json"))
        day = f"D:{printed.replace('-', '')}000000"
        stream["/Params"] = pikepdf.Dictionary(Size=len(data), CreationDate=day, ModDate=day)
        file = pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=pikepdf.String(name),
            UF=pikepdf.String(name),
            Desc=pikepdf.String(description),
            EF=pikepdf.Dictionary(F=stream, UF=stream),
            AFRelationship=pikepdf.Name.Data,
        )
        held = self.out.make_indirect(file)
        names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=[pikepdf.String(name), held]))
        self.out.Root["/Names"] = names
        self.out.Root["/AF"] = pikepdf.Array([held])

    def save(self, path: Path) -> None:
        """Write the file; the identifier comes from the content, so nothing of the moment is in it.

        No object streams: any reader, the proof among them, then opens one page without unpacking a hundred others
        (a rebuild's proof takes a third), for a tenth of the size of very small pages and a fiftieth of usual ones.
        """
        import pikepdf

        mode = pikepdf.ObjectStreamMode.disable
        self.out.save(path, deterministic_id=True, object_stream_mode=mode, min_version="1.7")


def _inherit(page: Any) -> None:
    """Write into a page what it has from the tree above it, which does not come along."""
    for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
        node, steps = page, 0
        while key not in node and "/Parent" in node and steps < 64:
            node, steps = node["/Parent"], steps + 1
        if node is not page and key in node:
            page[key] = node[key]


def inner_marks(bookmarks: Sequence[Bookmark], pages: Sequence[Any], wanted: Sequence[int]) -> tuple[Mark, ...]:
    """The bookmarks of an input, leading to the copies of its pages; of a page left out, only its children stay."""
    copies = dict(zip(reversed(wanted), reversed(pages), strict=True))
    made: list[Mark] = []
    for bookmark in bookmarks:
        children = inner_marks(bookmark.children, pages, wanted)
        page = copies.get(bookmark.target.page) if bookmark.target else None
        if page is not None and bookmark.target is not None:
            made.append(Mark(bookmark.title, page, bookmark.target.view, children))
        elif children:
            made.append(Mark(bookmark.title, None, (), children))
    return tuple(made)


def _collect_links(page: Any) -> dict[str, tuple[float, float, float, float]]:
    """The names a generated page links to, each with the box around all its pieces; the annotations are taken off."""
    import pikepdf

    found: dict[str, tuple[float, float, float, float]] = {}
    annots = page.get("/Annots")
    for annot in list(annots) if isinstance(annots, pikepdf.Array) else []:
        name = annot.get("/Dest")
        if not isinstance(name, (pikepdf.Name, pikepdf.String)):
            continue
        a, b, c, d = (float(value) for value in annot["/Rect"])
        key = str(name).removeprefix("/")
        e, f, g, h = found.get(key, (a, b, c, d))
        found[key] = (min(a, e), min(b, f), max(c, g), max(d, h))
    if "/Annots" in page:
        del page["/Annots"]
    return found


def _action(annot: Any) -> str:
    import pikepdf

    action = annot.get("/A")
    return str(action.get("/S", "")) if isinstance(action, pikepdf.Dictionary) else ""


def _destination(page: Any, view: Sequence[Any]) -> Any:
    """A destination on a page; without a view: its top, at the zoom the reader has chosen."""
    import pikepdf

    if not view:
        seen = stamp.frame(page)
        x, y = seen.origin(0, seen.height)
        return pikepdf.Array([page, pikepdf.Name.XYZ, round(x, 2), round(y, 2), None])
    parts = [pikepdf.Name(part) if isinstance(part, str) and part.startswith("/") else part for part in view]
    return pikepdf.Array([page, *(round(part, 3) if isinstance(part, float) else part for part in parts)])
