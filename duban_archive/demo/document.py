"""A sample paper before it has a format: a few lines and tables that every writer of this package can set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal["head", "number", "title", "heading", "body", "right", "plain"]


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; ``head`` is 红头, ``number`` 发文字号, ``right`` 落款."""

    text: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its first row is the head."""

    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper: what stands on it, and the author and date its file carries (ISO)."""

    title: str
    author: str
    dated: str
    blocks: tuple[Line | Grid, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Its text line by line, tables as tab-separated rows."""
        out: list[str] = []
        for block in self.blocks:
            out.extend([block.text] if isinstance(block, Line) else ["\t".join(row) for row in block.rows])
        return tuple(out)
