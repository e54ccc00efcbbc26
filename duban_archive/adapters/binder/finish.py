"""The last step of a build: pages become a binder, with numbers, links, bookmarks and its manifest inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from duban_archive.adapters.binder import assemble, stamp
from duban_archive.adapters.binder.bound import Bound
from duban_archive.adapters.binder.inputs import Input
from duban_archive.adapters.binder.pages import Pages
from duban_archive.adapters.binder.work import Work
from duban_archive.core.binding import FILING


def finish(work: Work, data: bytes, stem: str) -> None:
    """Everything that makes pages a binder; ``data`` is its manifest, ``stem`` its name."""
    manifest, assembly, pages = work.manifest, work.assembly, Pages(work)
    ordered = pages.in_order()
    assembly.arrange(ordered)
    places, tops = pages.places(), pages.tops()
    assembly.link(work.sheets.values(), places)
    assembly.bookmark(_Marks(work, ordered, places).all())
    assembly.number(
        work.leaves, tops, _glyphs(work, [text for top in tops for seal in top.seals for text in seal.texts])
    )
    assembly.describe(title=stem, author=manifest.office, printed=manifest.printed, software=manifest.software)
    assembly.attach("manifest.json", data, "合订本清单：所装材料、页码与校验值", manifest.printed)


def _glyphs(work: Work, texts: Sequence[str]) -> Path:
    """A converted sheet with all that is printed on top of pages."""
    made = work.scratch / "glyphs.pdf"
    characters = stamp.characters_of([*(leaf.number for leaf in work.leaves), *texts])
    work.convert("press_glyphs", {"页码": {"characters": characters, "out": made}})
    return made


class _Marks:
    """Bookmarks: pack → volume → section → item → what the paper itself has."""

    def __init__(self, work: Work, pages: Sequence[Any], places: Mapping[str, int]) -> None:
        self._work, self._pages, self._places = work, pages, places

    def all(self) -> list[assemble.Mark]:
        made = [
            assemble.Mark(title, self._page(name))
            for name, title in (("pack-cover", "封面"), ("pack-contents", "总目录"))
            if name in self._places
        ]
        note = "备考表" if self._work.manifest.view == FILING else "卷内说明"
        for v, volume in enumerate(self._work.manifest.volumes):
            below = [assemble.Mark("卷内目录", self._page(f"contents-{v}"))]
            for s, section in enumerate(volume.sections):
                items = tuple(self._item(self._work.at[v, s, i]) for i in range(len(section.items)))
                below.append(
                    assemble.Mark(f"{section.code} {section.title}", self._page(f"divider-{v}-{s}"), (), items)
                )
            below.append(assemble.Mark(note, self._page(f"note-{v}")))
            title = f"{volume.code} {volume.title}"
            made.append(assemble.Mark(title, self._page(f"cover-{v}"), (), tuple(below), bold=True, open=True))
        return made

    def _page(self, name: str) -> Any:
        return self._pages[self._places[name]]

    def _item(self, one: Bound) -> assemble.Mark:
        first = self._places[one.target]
        inner: list[assemble.Mark] = []
        for n, piece in enumerate(one.pieces):
            if not piece.form:
                opened = self._work.inputs[one.item.sources[piece.source].pdf]
                if isinstance(opened, Input):
                    inner += assemble.inner_marks(opened.bookmarks, self._work.pages_of[one.at, n], piece.pages)
        title = f"{one.line.code} {_shorten(one.line.title)}　第{self._work.leaves[first].label}页"
        return assemble.Mark(title, self._pages[first], (), tuple(inner))


def _shorten(title: str, limit: int = 60) -> str:
    return title if len(title) <= limit else title[: limit - 1] + "…"
