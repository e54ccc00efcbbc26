"""移交: what one office hands another, a record a line, and how it is read again without believing it.

A line holds what an archivist would hand over: the originals' digests and names, 著录项 that a person gave, where the
paper was filed by a person, its shelf place. Nothing else has a field here, so doubts, explanations, reasons of
returned papers, proposals and ledgers cannot travel.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from duban_archive.core.model import Description, Filing, Part, Place, Record, Review, Standing
from duban_archive.core.plainjson import to_json

MOST_TEXT = 2_000  # characters of one value
MOST_LINE = 1_000_000  # bytes of one line
MOST_LINES = 1_000_000
MOST_PARTS = 5_000
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_TOLD = tuple(name for name in Description.__dataclass_fields__ if name != "periods")


class BadLine(ValueError):
    """A line that is not what it should be; ``str()`` says what is wrong, in Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedFiling:
    """Where a person filed the paper; names beside the ids, for an office whose ids are others."""

    requirement: str
    title: str = ""
    unit: str = ""
    unit_name: str = ""
    period: str = ""
    pages: tuple[int, ...] = ()
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One record as it is handed over. ``record``: its number in the office it comes from."""

    record: int
    title: str = ""
    parts: tuple[Part, ...] = ()
    place: Place | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    received: str = ""
    parent: int | None = None
    version_of: int | None = None
    final: bool = False
    container: bool = False
    filings: tuple[HandedFiling, ...] = ()

    @property
    def digests(self) -> tuple[str, ...]:
        """The originals, in order."""
        return tuple(part.digest for part in self.parts)


def handed(record: Record, names: Mapping[str, str], titles: Mapping[str, str]) -> Handed:
    """A record as it is handed over; ``names``: unit → name, ``titles``: requirement → title."""
    told = {
        name: value.value
        for name in _TOLD
        if (value := getattr(record.description, name)) is not None and value.source == "person"
    }
    return Handed(
        record=record.id,
        title=record.title,
        parts=tuple(_bare(part) for part in record.parts),
        place=record.place,
        told=told,
        received=record.received,
        parent=record.parent,
        version_of=record.version_of,
        final=record.final,
        container=record.state == "container" or bool(record.facts.get("container")),
        filings=tuple(
            HandedFiling(
                requirement=f.requirement, title=titles.get(f.requirement, ""), unit=f.unit,
                unit_name=names.get(f.unit, ""), period=f.period, pages=f.pages, by=f.by, at=f.at,
            )
            for f in record.filings
            if stands(f)
        ),
    )  # fmt: skip


def stands(filing: Filing) -> bool:
    """Whether a filing is a decision that may be handed on: made by a person and not sent back."""
    return filing.standing is Standing.CONFIRMED and filing.review is not Review.RETURNED


def _bare(part: Part) -> Part:
    return Part(
        digest=part.digest, file_name=part.file_name, folder=part.folder, media_type=part.media_type, size=part.size,
        only_pages=part.only_pages, only_sheets=part.only_sheets,
    )  # fmt: skip


def write_lines(records: Iterable[Handed]) -> bytes:
    """One JSON a line, keys in order."""
    lines = (json.dumps(to_json(one), ensure_ascii=False, sort_keys=True) + "\n" for one in records)
    return "".join(lines).encode()


def read_line(line: bytes) -> Handed:
    """A line that somebody else wrote; ``BadLine`` unless every value is of its kind and within its bounds."""
    if len(line) > MOST_LINE:
        raise BadLine(f"一行有 {len(line)} 字节,超过上限")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise BadLine("不是 JSON") from fault
    if not isinstance(data, dict):
        raise BadLine("不是一件的著录")
    parts = _list(data, "parts", MOST_PARTS)
    place = data.get("place")
    return Handed(
        record=_number(data.get("record"), "record"),
        title=_text(data, "title"),
        parts=tuple(_part(one) for one in parts),
        place=_place(place) if place is not None else None,
        told={
            name: _plain(value, f"told.{name}")
            for name, value in _mapping(data.get("told", {})).items()
            if name in _TOLD
        },
        received=_text(data, "received"),
        parent=_number(data["parent"], "parent") if data.get("parent") is not None else None,
        version_of=_number(data["version_of"], "version_of") if data.get("version_of") is not None else None,
        final=data.get("final") is True,
        container=data.get("container") is True,
        filings=tuple(_filing(one) for one in _list(data, "filings", 1_000)),
    )


def _part(data: Any) -> Part:
    given = _mapping(data)
    digest = given.get("digest")
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise BadLine("原件的校验值写得不对")
    name = re.split(r"[\\/]", _text(given, "file_name"))[-1].strip() or "未命名"
    folder = "/".join(p for p in re.split(r"[\\/]", _text(given, "folder")) if p.strip(" .") and not p.endswith(":"))
    pages = tuple(_number(page, "only_pages") for page in _list(given, "only_pages", 100_000))
    sheets = tuple(_plain(sheet, "only_sheets") for sheet in _list(given, "only_sheets", 10_000))
    return Part(
        digest=digest, file_name=name, folder=folder, media_type="", size=0, only_pages=pages, only_sheets=sheets
    )


def _place(data: Any) -> Place:
    given = _mapping(data)
    where = _text(given, "where")
    if not where:
        raise BadLine("存放处是空的")
    pages = given.get("pages")
    return Place(
        where=where,
        form=_text(given, "form") or "纸质",
        quantity=_number(given.get("quantity", 1), "quantity"),
        pages=_number(pages, "pages") if pages is not None else None,
        keeper=_text(given, "keeper"),
    )


def _filing(data: Any) -> HandedFiling:
    given = _mapping(data)
    return HandedFiling(
        requirement=_text(given, "requirement"),
        title=_text(given, "title"),
        unit=_text(given, "unit"),
        unit_name=_text(given, "unit_name"),
        period=_text(given, "period"),
        pages=tuple(_number(page, "pages") for page in _list(given, "pages", 100_000)),
        by=_text(given, "by"),
        at=_text(given, "at"),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadLine("著录的写法不对")
    return value


def _list(data: Mapping[str, Any], key: str, most: int) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list) or len(value) > most:
        raise BadLine(f"“{key}”的写法不对")
    return value


def _text(data: Mapping[str, Any], key: str) -> str:
    return _plain(data.get(key, ""), key)


def _plain(value: Any, key: str) -> str:
    if not isinstance(value, str) or len(value) > MOST_TEXT:
        raise BadLine(f"“{key}”不是文字或太长")
    return _CONTROL.sub("", value.encode("utf-8", "replace").decode())


def _number(value: Any, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**9:
        raise BadLine(f"“{key}”不是号码")
    return value


__all__ = ["BadLine", "Handed", "HandedFiling", "handed", "read_line", "stands", "write_lines"]
