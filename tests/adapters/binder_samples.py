"""Makes PDFs and manifests for the binder's tests: documents are made, not committed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from duban_archive.core.manifest import BoundVolume, Item, Manifest, Section, Source
from duban_archive.core.model import ContentsLine

A4, A4_LANDSCAPE, A3_LANDSCAPE = (595, 842), (842, 595), (1191, 842)


def a_pdf(
    path: Path,
    pages: int = 1,
    *,
    size: tuple[float, float] = A4,
    text: str = "page",
    outline: Sequence[tuple[str, int]] = (),
    content: bytes = b"",
    **entries: Any,
) -> Path:
    """A PDF whose pages say ``text`` and their number in Latin letters; ``entries`` go into each page's dictionary."""
    with pikepdf.new() as pdf:
        for number in range(1, pages + 1):
            page = pdf.add_blank_page(page_size=size)
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
            shown = content or f"BT /F1 24 Tf 72 400 Td ({text} {number}) Tj ET".encode("latin-1")
            page.obj.Contents = pdf.make_stream(shown)
            for key, value in entries.items():
                page.obj[f"/{key}"] = value
        if outline:
            with pdf.open_outline() as written:
                for title, number in outline:
                    written.root.append(pikepdf.OutlineItem(title, number - 1))
        pdf.save(path)
    return path


def link_to(pdf: pikepdf.Pdf, dest: Any) -> Any:
    """A link annotation with this destination."""
    return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[10, 10, 50, 50], Dest=dest))


def a_named_link_pdf(path: Path) -> Path:
    """Three pages; the first links to a name for page 3, to page 2 directly, and starts a program."""
    a_pdf(path, 3)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        names = Array([String("终点"), Array([pdf.pages[2].obj, Name.Fit])])
        pdf.Root.Names = Dictionary(Dests=Dictionary(Names=names))
        launch = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F=String("calc"))
        )
        direct = link_to(pdf, Array([pdf.pages[1].obj, Name.XYZ, 0, 700, 0]))
        pdf.pages[0].obj.Annots = Array([link_to(pdf, String("终点")), direct, pdf.make_indirect(launch)])
        pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))
        pdf.save(path)
    return path


class Pack:
    """Collects items into volumes and the files they are made of."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}
        self._volumes: dict[str, list[Item]] = {}
        self._records = 0

    def add(self, *paths: Path, volume: str = "B2", pages: tuple[int, ...] = (), **line: Any) -> Pack:
        """One more item of these PDFs (none: a paper on a shelf)."""
        self._records += 1
        items = self._volumes.setdefault(volume, [])
        sources = tuple(Source(pdf=self._keep(path), pages=pages) for path in paths)
        given: dict[str, Any] = {
            **{"item": len(items) + 1, "record": self._records, "requirement": "r", "title": f"材料{self._records}"},
            **{
                "kind": "ledger",
                "unit_name": "中心学校",
                "period": "2014年",
                "dated": "20140901",
                "document_number": "",
            },
            **{"author": "", "pages": 1, "first_page": 1, "last_page": 1, "code": f"{volume}-1-{len(items) + 1}"},
            "origin": "打印件" if paths else "原件",
            **line,
        }
        items.append(Item(line=ContentsLine(**given), sources=sources))
        return self

    def manifest(self, **more: Any) -> Manifest:
        """All of it."""
        volumes = tuple(self._bind(code, tuple(items)) for code, items in self._volumes.items())
        given: dict[str, Any] = {
            "title": "第三轮“两项督导”评估",
            "office": "吴集镇人民政府",
            "printed": "2015-10-20",
            **more,
        }
        return Manifest(volumes=volumes, checklist="plan", checklist_title="迎检指标", **given)

    def _bind(self, code: str, items: tuple[Item, ...]) -> BoundVolume:
        section = Section(code=f"{code}.1", title="辍学台账与劝返记录", text="建立台账。", items=items)
        return BoundVolume(code=code, title="控辍保学", unit_name="中心学校", period="2014年", sections=(section,))

    def _keep(self, path: Path) -> str:
        data = path.read_bytes() if path.is_file() else str(path).encode()
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        self.files[digest] = path
        return digest


def titles(pdf: Path) -> list[str]:
    """All bookmarks of a binder, from top to bottom."""
    with pikepdf.open(pdf) as opened, opened.open_outline() as outline:
        found: list[str] = []

        def walk(items: Sequence[pikepdf.OutlineItem]) -> None:
            for item in items:
                found.append(item.title)
                walk(item.children)

        walk(outline.root)
        return found


def checks(verdict: Any) -> Mapping[str, str]:
    """Failed checks and what they say; empty when the binder is sound."""
    return {check.name: check.detail for check in verdict.checks if not check.ok}
