"""PowerPoint 97-2003 presentations (ppt, pps, dps): records of the document stream, slide by slide.

A slide's outline text stands in the document's slide list, its text boxes in the slide's own container, which the
persist directory locates. After [MS-PPT] 2.1.2 (reading), 2.3.4 (persist directory), 2.4.14.3 (slide list).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from duban_archive.core.model import Extracted, Locator, Passage

from .ole import open_ole, stream, summary_facts
from .passages import one_line
from .source import Source, UnreadableError

ENGINE: Final = "ppt"

_DOCUMENT, _SLIDE, _NOTES, _LIST, _SLIDE_AT = 0x03E8, 0x03EE, 0x03F0, 0x0FF0, 0x03F3
_CHARACTERS, _BYTES = 0x0FA0, 0x0FA8
_EDIT, _DIRECTORY, _LOCKED = 0x0FF5, 0x1772, 0x2F14
_HEAD = struct.Struct("<HHI")
_DEPTH = 24
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n"})


def read(source: Source) -> Extracted:
    """A passage a slide; when the directory is broken, all text that is there as one page."""
    with open_ole(source) as ole:
        data = stream(ole, "PowerPoint Document")
        user = stream(ole, "Current User")
        if ole.exists("EncryptedSummary") or user[12:16] == b"\xdf\xc4\xd1\xf3":
            raise UnreadableError("encrypted")
        facts = summary_facts(ole)
    if len(data) < 8:
        raise UnreadableError("broken")
    slides = list(_slides(data, user))
    if not any(slides):
        everything = [line for text in _texts(data, 0, len(data), 0) for line in _split(text)]
        slides = [everything] if everything else []
    facts.pop("pages_hint", None)
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        passages=tuple(
            Passage(locator=Locator(page=number), text="\n".join(lines))
            for number, lines in enumerate(slides, 1)
            if lines
        ),
        pages=len(slides) or None,
        facts=facts,
    )


def _slides(data: bytes, user: bytes) -> Iterator[list[str]]:
    """The lines of each slide, in order."""
    places, document = _directory(data, user)
    if document not in places:
        return
    start = places[document]
    _, kind, length = _head(data, start)
    if kind != _DOCUMENT:
        return
    outline: list[tuple[int, int, list[str]]] = []  # persist number, slide number, lines
    notes: list[int] = []
    for instance, kind, at, end in _children(data, start + 8, min(start + 8 + length, len(data))):
        if kind != _LIST or instance not in (0, 2):
            continue
        for _, child, begin, stop in _children(data, at, end):
            if child == _SLIDE_AT and stop - begin >= 16:
                persist, _flags, _texts_there, slide = struct.unpack_from("<IIII", data, begin)
                if instance == 0:
                    outline.append((persist, slide, []))
                else:
                    notes.append(persist)
            elif instance == 0 and outline and child in (_CHARACTERS, _BYTES):
                outline[-1][2].extend(_split(_text(data, child, begin, stop)))
    spoken = _notes_by_slide(data, places, notes)
    for persist, slide, lines in outline:
        boxes = list(_own_lines(data, places.get(persist, -1), _SLIDE))
        known = set(lines)
        yield lines + [line for line in boxes if line not in known] + spoken.get(slide, [])


def _own_lines(data: bytes, at: int, wanted: int) -> Iterator[str]:
    if 0 <= at <= len(data) - 8:
        _, kind, length = _head(data, at)
        if kind == wanted:
            for text in _texts(data, at + 8, min(at + 8 + length, len(data)), 0):
                yield from _split(text)


def _notes_by_slide(data: bytes, places: dict[int, int], notes: list[int]) -> dict[int, list[str]]:
    """What the speaker is to say, by the slide it belongs to; a page's number field is no text."""
    spoken: dict[int, list[str]] = {}
    for persist in notes:
        at = places.get(persist, -1)
        if not 0 <= at <= len(data) - 8:
            continue
        _, kind, length = _head(data, at)
        if kind != _NOTES:
            continue
        for _, child, begin, stop in _children(data, at + 8, min(at + 8 + length, len(data))):
            if child == 0x03F1 and stop - begin >= 4:  # NotesAtom: the slide it belongs to
                (slide,) = struct.unpack_from("<I", data, begin)
                lines = [line for line in _own_lines(data, at, _NOTES) if line not in ("*", "‹#›")]
                spoken.setdefault(slide, []).extend(lines)
    return spoken


def _directory(data: bytes, user: bytes) -> tuple[dict[int, int], int]:
    """Where each persistent object lies, newest edit first; and which one is the document."""
    places: dict[int, int] = {}
    document = -1
    if len(user) < 20:
        return places, document
    (edit,) = struct.unpack_from("<I", user, 16)
    for _ in range(200):
        if not 0 < edit <= len(data) - 36:
            break
        _, kind, _length = _head(data, edit)
        if kind != _EDIT:
            break
        _slide, _version, before, directory, reference = struct.unpack_from("<IIIII", data, edit + 8)
        document = reference if document < 0 else document
        _take_directory(data, directory, places)
        if before >= edit:
            break
        edit = before
    return places, document


def _take_directory(data: bytes, at: int, places: dict[int, int]) -> None:
    if not 0 <= at <= len(data) - 8:
        return
    _, kind, length = _head(data, at)
    end = min(at + 8 + length, len(data))
    at += 8
    while kind == _DIRECTORY and at + 4 <= end:
        (packed,) = struct.unpack_from("<I", data, at)
        first, count = packed & 0xFFFFF, packed >> 20
        at += 4
        for number in range(count):
            if at + 4 > end:
                return
            places.setdefault(first + number, struct.unpack_from("<I", data, at)[0])
            at += 4


def _texts(data: bytes, at: int, end: int, depth: int) -> Iterator[str]:
    """Every text atom within, in order."""
    for _instance, kind, begin, stop in _children(data, at, end):
        if kind in (_CHARACTERS, _BYTES):
            yield _text(data, kind, begin, stop)
        elif depth < _DEPTH and _is_container(data, begin - 8):
            yield from _texts(data, begin, stop, depth + 1)


def _children(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(instance, kind, begin, end) of the records between two places."""
    while at + 8 <= end:
        first, kind, length = _head(data, at)
        stop = at + 8 + length
        if stop > end:
            stop = end
        yield first >> 4, kind, at + 8, stop
        at = max(stop, at + 8)


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    if at + 8 > len(data):
        return 0, 0, 0
    first, kind, length = _HEAD.unpack_from(data, at)
    return first, kind, length


def _is_container(data: bytes, at: int) -> bool:
    return data[at] & 0x0F == 0x0F


def _text(data: bytes, kind: int, begin: int, stop: int) -> str:
    raw = data[begin:stop]
    if kind == _BYTES:  # the low bytes of UTF-16
        return raw.decode("latin-1")
    return raw[: len(raw) & ~1].decode("utf-16-le", "replace")


def _split(text: str) -> list[str]:
    return [line for raw in text.translate(_BREAKS).split("\n") if (line := one_line(raw))]
