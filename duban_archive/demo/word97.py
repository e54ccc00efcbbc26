"""Writes a Word 97-2003 document (MS-DOC), with fonts, alignment and tables: what .doc and .wps files really are.

::

    WordDocument   FIB (900 bytes) │ text, UTF-16 │ character pages (CHPX) │ paragraph pages (PAPX), 512 bytes each
    1Table         styles │ sections │ page tables │ fonts │ document properties │ piece table
    ␅SummaryInformation   title, author, date

One piece holds the whole text. Word and WPS keep the same bytes under either suffix.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from duban_archive.demo.compound import write_compound
from duban_archive.demo.document import Document, Line, Style

_TEXT_AT = 0x800
_PAGE = 512
_CELL = "\x07"
_FONTS = ("仿宋_GB2312", "宋体", "黑体")
_TABLE_WIDTH = 8800  # twips, between A4 margins

# style → (justification, half-points, font, bold, first-line indent in twips)
_LOOK: dict[Style, tuple[int, int, int, bool, int]] = {
    "head": (1, 52, 1, True, 0),
    "number": (1, 32, 0, False, 0),
    "title": (1, 44, 1, True, 0),
    "heading": (0, 32, 2, False, 640),
    "body": (3, 32, 0, False, 640),
    "right": (2, 32, 0, False, 0),
    "plain": (0, 24, 0, False, 0),
}


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Text with its mark, and the properties (sprm lists) of paragraph and characters."""

    text: str
    papx: bytes
    chpx: bytes


def write_word97(document: Document) -> bytes:
    """The bytes of a .doc with the document's lines and tables."""
    paragraphs = list(_paragraphs(document))
    text = "".join(each.text for each in paragraphs)
    ends = []
    at = _TEXT_AT
    for each in paragraphs:
        at += 2 * len(each.text)
        ends.append(at)
    main = bytearray(_TEXT_AT) + text.encode("utf-16-le")
    main += b"\0" * (-len(main) % _PAGE)

    character_pages, main = _pages(main, ends, [_chpx(each.chpx) for each in paragraphs], entry=1)
    paragraph_pages, main = _pages(main, ends, [_papx(each.papx) for each in paragraphs], entry=13)
    characters = len(text)
    tables = {  # index in FibRgFcLcb97 → bytes in the table stream
        1: _styles(),
        6: struct.pack("<II HIHI", 0, characters, 0, 0xFFFFFFFF, 0, 0),
        12: character_pages,
        13: paragraph_pages,
        15: _fonts(),
        31: _document_properties(),
        33: b"\x02" + struct.pack("<I II HIH", 16, 0, characters, 0, _TEXT_AT, 0),
    }
    table_stream = bytearray()
    places = [(0, 0)] * 93
    for number, data in tables.items():
        places[number] = (len(table_stream), len(data))
        table_stream += data
    main[:900] = _fib(characters, len(main), places)
    return write_compound(
        {
            "WordDocument": bytes(main).ljust(4096, b"\0"),
            "1Table": bytes(table_stream).ljust(4096, b"\0"),
            "\x05SummaryInformation": _summary(document),
        }
    )


def _paragraphs(document: Document) -> Iterable[_Paragraph]:
    for block in document.blocks:
        if isinstance(block, Line):
            align, size, font, bold, indent = _LOOK[block.style]
            papx = struct.pack("<HB Hh", 0x2403, align, 0x8411, indent)
            yield _Paragraph(block.text + "\r", papx, _face(size, font, bold=bold))
            continue
        yield _Paragraph("\r", b"", b"")  # LibreOffice takes the look of the paragraph before a table for the table's
        columns = len(block.rows[0])
        edges = [-108 + _TABLE_WIDTH * n // columns for n in range(columns + 1)]
        border = struct.pack("<BBBB", 4, 1, 0, 0)  # half a point, single, automatic colour
        cells = (b"\0\0\0\0" + border * 4) * columns
        definition = struct.pack(f"<B{columns + 1}h", columns, *edges) + cells
        row_end = struct.pack("<HB HB HH", 0x2416, 1, 0x2417, 1, 0xD608, len(definition) + 1) + definition
        for number, row in enumerate(block.rows):
            for cell in row:
                look = _face(21, 2 if number == 0 else 1, bold=False)
                yield _Paragraph(cell + _CELL, struct.pack("<HB", 0x2416, 1), look)
            yield _Paragraph(_CELL, row_end, b"")
        yield _Paragraph("\r", b"", b"")


def _face(size: int, font: int, *, bold: bool) -> bytes:
    faces = struct.pack("<HHHHHH", 0x4A4F, font, 0x4A50, font, 0x4A51, font)
    return faces + struct.pack("<HH HB", 0x4A43, size, 0x0835, int(bold))


def _chpx(sprms: bytes) -> bytes:
    return bytes([len(sprms)]) + sprms if sprms else b""


def _papx(sprms: bytes) -> bytes:
    body = b"\0\0" + sprms  # style 0, Normal
    if len(body) % 2:
        return bytes([(len(body) + 1) // 2]) + body
    return bytes([0, len(body) // 2]) + body


def _pages(main: bytearray, ends: list[int], properties: list[bytes], *, entry: int) -> tuple[bytes, bytearray]:
    """Formatted disk pages appended to the stream, and the table that finds them.

    A page holds offsets, an entry each (1 byte for characters, 13 for paragraphs), the properties from its end, a
    count.
    """
    starts, pages = [_TEXT_AT], []
    number = 0
    while number < len(ends):
        here: list[tuple[int, bytes]] = []
        first, free = number, _PAGE - 1
        while number < len(ends):
            size = len(properties[number]) + len(properties[number]) % 2
            need = 4 * (len(here) + 2) + entry * (len(here) + 1)
            at = (free - size) // 2 * 2 if size else 0
            if (at if size else free) < need:
                break
            free = at or free
            here.append((at, properties[number]))
            number += 1
        page = bytearray(_PAGE)
        offsets = [starts[-1], *ends[first:number]]
        struct.pack_into(f"<{len(offsets)}I", page, 0, *offsets)
        for position, (at, data) in enumerate(here):
            page[4 * len(offsets) + entry * position] = at // 2
            page[at : at + len(data)] = data if at else page[at : at + len(data)]
        page[_PAGE - 1] = len(here)
        pages.append(len(main) // _PAGE)
        main = main + page
        starts.append(ends[number - 1])
    return struct.pack(f"<{len(starts)}I{len(pages)}I", *starts, *pages), main


def _styles() -> bytes:
    """Fifteen reserved places, of which Normal (0) and the default character font (10) are used."""
    information = struct.pack("<9H", 15, 10, 1, 0x5B, 0x0F, 0, 0, 0, 0)
    normal = _style(0, 1, "Normal", struct.pack("<HH", 2, 0) + struct.pack("<H", 0))
    font = _style(65, 2, "Default Paragraph Font", struct.pack("<H", 0))
    places = [normal, *[b""] * 9, font, *[b""] * 4]
    return struct.pack("<H", len(information)) + information + b"".join(struct.pack("<H", len(p)) + p for p in places)


def _style(identity: int, kind: int, name: str, upx: bytes) -> bytes:
    count = 2 if kind == 1 else 1
    label = struct.pack("<H", len(name)) + name.encode("utf-16-le") + b"\0\0"
    size = 10 + len(label) + len(upx)
    base = struct.pack("<HHHHH", identity, kind | 0xFFF0, count | (identity if kind == 1 else 10) << 4, size, 0)
    return base + label + upx


def _fonts() -> bytes:
    out = struct.pack("<HH", len(_FONTS), 0)
    for name in _FONTS:
        body = struct.pack("<BHBB10s24s", 0x36, 400, 134, 0, b"", b"") + name.encode("utf-16-le") + b"\0\0"
        out += bytes([len(body)]) + body
    return out


def _document_properties() -> bytes:
    properties = bytearray(500)
    struct.pack_into("<H", properties, 10, 720)  # default tab stops, twips
    return bytes(properties)


def _fib(characters: int, size: int, places: list[tuple[int, int]]) -> bytes:
    base = struct.pack(
        "<HHHHHHHIBBHHII", 0xA5EC, 0xC1, 0, 0x0804, 0, 0x1200, 0xBF, 0, 0, 0, 0, 0, _TEXT_AT, _TEXT_AT + 2 * characters
    )
    shorts = struct.pack("<H13HH", 14, *[0] * 13, 0x0804)
    longs = struct.pack("<H22I", 22, size, 0, 0, characters, *[0] * 18)
    pairs = struct.pack(f"<H{2 * len(places)}I", len(places), *[n for pair in places for n in pair])
    return base + shorts + longs + pairs + struct.pack("<H", 0)


def _summary(document: Document) -> bytes:
    """The property set that carries title, author and date (MS-OLEPS), in UTF-8."""
    day = dt.datetime.fromisoformat(document.dated)
    ticks = int((day - dt.datetime(1601, 1, 1)).total_seconds()) * 10_000_000
    values = {1: struct.pack("<Ihxx", 2, -535), 2: _string(document.title), 4: _string(document.author)}
    values[12] = struct.pack("<IQ", 64, ticks)
    values[18] = _string("Microsoft Office Word")
    index, body = b"", b""
    for number, value in values.items():
        index += struct.pack("<II", number, 8 + 8 * len(values) + len(body))
        body += value
    section = struct.pack("<II", 8 + len(index) + len(body), len(values)) + index + body
    identity = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 0x00020006, b"", 1, identity, 48) + section


def _string(value: str) -> bytes:
    data = value.encode() + b"\0"
    return struct.pack("<II", 30, len(data)) + data + b"\0" * (-len(data) % 4)
