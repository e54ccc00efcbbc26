"""Saved searches: questions that are asked every day, under a name of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.query import parse
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_REGISTER = "searches"
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """A query line, who saved it and when."""

    line: str
    by: str
    at: str


class Searches:
    """The register of saved searches."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def save(self, name: str, line: str) -> Json:
        """Keep a query line under a name; a name that is there gets the new line."""
        name, line = " ".join(name.split()), line.strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise UsageError("名称要有 1 到 40 个字。", "例如:duban searches save 三年台账 类别:台账 年:2014")
        if parse(line, checklist=self._archive.checklist).is_empty:
            raise UsageError("没有写要查什么。", "例如:duban searches save 三年台账 类别:台账 年:2014")
        saved = SavedSearch(line=line, by=self._archive.by, at=self._archive.now())
        with self._archive.catalogue.change("entered", self._archive.by, register=_REGISTER, what=name) as change:
            change.enter(_REGISTER, name, to_json(saved))
        return {"name": name, **to_json(saved)}

    def list(self) -> list[Json]:
        """All saved searches by name."""
        return [{"name": name, **entry} for name, entry in self._archive.catalogue.entries(_REGISTER).items()]

    def line(self, name: str) -> str:
        """The query line kept under a name."""
        held = self._archive.catalogue.entries(_REGISTER)
        if name not in held:
            names = "、".join(held) or "(还没有)"
            raise UsageError(f"没有名为“{name[:_LONGEST_NAME]}”的查找。", f"已保存的:{names}。")
        return from_json(SavedSearch, held[name]).line

    def remove(self, name: str) -> None:
        """Strike a saved search (``duban undo`` brings it back)."""
        self.line(name)
        with self._archive.catalogue.change("entered", self._archive.by, register=_REGISTER, what=name) as change:
            change.enter(_REGISTER, name, None)
