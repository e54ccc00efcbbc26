"""A checklist as written, before it is resolved: rows of values by table, each value knowing the place it came from.

::

    YAML ──┐                        ┌──▶ merge(base, own) ──▶ problems ──▶ Checklist   (core/resolve.py)
    Excel ─┴──▶ Draft(head, tables)─┴──▶ YAML, Excel

Nested YAML (children, requires) lies flat here: a row names what it stood under (``parent``, ``indicator``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from duban_archive.core.language import FLAT_KEYS, SORTS, Sort

Place = tuple[int, int] | str  # line and column (from 1), or a name such as 佐证材料!C12

# Tables in the order they are written, with the sort of their rows.
TABLES = {f.key: f.sort for f in SORTS["document"].fields if f.sort}


@dataclass(frozen=True, slots=True)
class Row:
    """One element as written: its values, and where each stands (``""``: the element itself)."""

    values: Mapping[str, Any]
    places: Mapping[str, Place] = field(default_factory=dict)
    file: str = ""

    def problem(self, key: str, text: str) -> Problem:
        """A problem with one of its values (``""``: with the element)."""
        return Problem(text, self.places.get(key) or self.places.get("") or "", self.file)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a draft, with its place; printed as one line."""

    text: str
    place: Place = ""
    file: str = ""

    def __str__(self) -> str:
        return f"{say(self.place, self.file)} {self.text}".strip()

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Problems are told in the order of the file."""
        line, column = self.place if isinstance(self.place, tuple) else (0, 0)
        return self.file, line, column, "" if line else str(self.place)


@dataclass(frozen=True, slots=True)
class Draft:
    """A checklist as written: the document's own values and its tables of rows.

    ``problems``: what could not be read; the rows hold what could.
    """

    name: str
    head: Row
    tables: Mapping[str, tuple[Row, ...]]
    problems: tuple[Problem, ...] = ()

    def rows(self, table: str) -> tuple[Row, ...]:
        """The rows of a table, none where it is not written."""
        return self.tables.get(table, ())

    def plain(self) -> dict[str, Any]:
        """All values without their places; two drafts that say the same are equal in this form."""
        tables = {key: [dict(row.values) for row in rows] for key, rows in self.tables.items() if rows}
        return {**self.head.values, **tables}


def say(place: Place, file: str = "") -> str:
    """A place in words."""
    text = f"第{place[0]}行第{place[1]}列" if isinstance(place, tuple) else place
    return f"{file} {text}".strip()


def draft_of(plain: Mapping[str, Any], name: str = "") -> Draft:
    """A draft from plain values laid out flat (the reverse of ``Draft.plain``)."""
    head = {key: value for key, value in plain.items() if key not in TABLES}
    tables = {key: tuple(Row(dict(row)) for row in plain[key]) for key in TABLES if plain.get(key)}
    return Draft(name, Row(head), tables)


def keys_of(sort: Sort) -> tuple[str, ...]:
    """The keys a row of that sort may have when laid out flat, in written order."""
    own = [f.key for f in sort.fields if not f.sort or f.sort == "task"]
    back = FLAT_KEYS.get(sort.name)
    if back and back not in own:
        own.insert(1, back)
    return tuple(own) if sort.name not in ("parameter", "period") else ("id", *own)


def suggest(word: str, words: Iterable[str]) -> str:
    """“是不是 …?” for a misspelt word, else nothing."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.6 if len(word) > 3 else 0.5)
    return f",是不是“{close[0]}”?" if close else ""
