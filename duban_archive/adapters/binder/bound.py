"""An item with what was found for it: pages of its PDFs, or forms that stand in their place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from duban_archive.core.inserts import Number
from duban_archive.core.manifest import Item
from duban_archive.core.model import ContentsLine

Place = tuple[int, int, int]  # volume, section, item, counted from 0
Numbers = dict[Place, tuple[Number, ...]]


@dataclass(frozen=True, slots=True)
class Piece:
    """What fills some pages of an item: pages of a source (indexes from 0), or a form that stands there and why."""

    form: str = ""  # "" = pages of ``source``; else the template's name
    reason: str = ""
    source: int = -1
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bound:
    """An item with what was found for it; ``at`` is (volume, section, item), counted from 0."""

    at: Place
    item: Item
    pieces: tuple[Piece, ...]
    signed: bool = False  # a copy of an electronically signed file is bound
    repaired: bool = False  # a file of it was damaged and had to be written anew

    @property
    def line(self) -> ContentsLine:
        """Its line of the contents list."""
        return self.item.line

    @property
    def faults(self) -> tuple[str, ...]:
        """Why parts of it could not be bound."""
        return tuple(piece.reason for piece in self.pieces if piece.form == "缺项页")

    def mark(self, piece: int) -> str:
        """The bookmark of the form that stands for one of its pieces."""
        return "i" + "-".join(map(str, (*self.at, piece)))

    @property
    def made(self) -> tuple[str, ...]:
        """What its pages are made of: PDFs and their pages by digest, forms by name and reason."""
        sources = self.item.sources
        return tuple(
            f"{piece.form}:{piece.reason}" if piece.form else f"{sources[piece.source].pdf}#{_run(piece.pages)}"
            for piece in self.pieces
        )

    @property
    def target(self) -> str:
        """The name that links to it carry."""
        return "item-" + "-".join(map(str, self.at))


def _run(pages: tuple[int, ...]) -> str:
    whole = pages == tuple(range(pages[0], pages[-1] + 1))
    return f"{pages[0] + 1}-{pages[-1] + 1}" if whole else ",".join(str(page + 1) for page in pages)


@dataclass(slots=True)
class Sheets:
    """The sheets to be made of each template: (bookmark, facts)."""

    of: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)

    def add(self, template: str, mark: str, facts: dict[str, Any]) -> None:
        """One more sheet of ``template``."""
        self.of.setdefault(template, []).append((mark, facts))
