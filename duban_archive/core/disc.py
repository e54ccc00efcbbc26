"""现场查阅盘: what stands on its pages, as data; and the names of its files, which every disk and old browser takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One paper under one requirement, and its PDF (``""``: none, and ``place`` or ``why`` tells)."""

    record: int
    title: str
    unit_name: str
    period: str
    document_number: str
    dated: str
    pdf: str = ""
    pages: int = 0
    place: str = ""
    why: str = ""
    only_pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A requirement with its papers."""

    code: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """An indicator: its own requirements and those below it; ``level`` from 1."""

    code: str
    title: str
    level: int
    groups: tuple[Group, ...]


def pdf_name(record: int) -> str:
    """A record's PDF: letters and digits only, since some browsers of old fail at Chinese links from a disc."""
    return f"pdf/{record:06d}.pdf"


def count_entries(branches: Sequence[Branch]) -> int:
    """How many papers are on the disc, each place counted."""
    return sum(len(group.entries) for branch in branches for group in branch.groups)
