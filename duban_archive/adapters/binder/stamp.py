"""Page numbers drawn where a person looks for them: in each page's own visible box, upright as the page is seen.

``CropBox``, ``Rotate`` and ``UserUnit`` are honoured, so a number stands 8 mm from the lower edge of an A3 ledger, a
landscape sheet or a sideways scan alike. It lies on top of the page, on a small white plate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

MM = 72 / 25.4
SIZE = 11.0  # points
SIDE, FOOT = 12.0 * MM, 8.0 * MM  # from the edges of the visible page to the number
FONT_NAME = "/DubanNo"


@dataclass(frozen=True, slots=True)
class Face:
    """An embedded face: its object in the binder, and for each character its code and its width (of 1000)."""

    font: Any
    codes: dict[str, int]
    widths: dict[int, float]

    def encode(self, text: str) -> str:
        """The text as a hexadecimal string for ``Tj``."""
        return "".join(f"{self.codes[c]:04X}" for c in text if c in self.codes)

    def width(self, text: str, size: float) -> float:
        """In points."""
        return sum(self.widths[self.codes[c]] for c in text if c in self.codes) * size / 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """A page as it is seen: width and height in points, and the way from there to the page's own coordinates."""

    width: float
    height: float
    turn: tuple[int, int, int, int]
    origin: Callable[[float, float], tuple[float, float]]
    unit: float


def characters_of(numbers: Iterable[str]) -> str:
    """What a face must hold to print these numbers."""
    return "".join(sorted({c for text in numbers for c in text} | set("0123456789")))


def take_face(out: pikepdf.Pdf, made: Path) -> Face:
    """The face of a converted `sheets.glyph_sheet`, already cut down to its characters, embedded in ``out``."""
    import pikepdf

    with pikepdf.open(made) as pdf:
        fonts = list(pdf.pages[0].obj.Resources.Font.values())
        font = fonts[0]
        codes = _codes(font.ToUnicode.read_bytes())
        widths = _widths(font.DescendantFonts[0])
        return Face(out.copy_foreign(font), codes, {code: widths.get(code, 1000.0) for code in codes.values()})


def frame(page: Any) -> Frame:
    """How a page is seen. ``page`` is its dictionary, with inherited entries already its own."""
    left, bottom, right, top = _box(page)
    unit = float(page.get("/UserUnit", 1) or 1)
    width, height = right - left, top - bottom
    rotation = _rotation(page)
    if rotation == 90:
        return Frame(
            height * unit, width * unit, (0, 1, -1, 0), lambda x, y: (right - y / unit, bottom + x / unit), unit
        )
    if rotation == 180:
        return Frame(width * unit, height * unit, (-1, 0, 0, -1), lambda x, y: (right - x / unit, top - y / unit), unit)
    if rotation == 270:
        return Frame(height * unit, width * unit, (0, -1, 1, 0), lambda x, y: (left + y / unit, top - x / unit), unit)
    return Frame(width * unit, height * unit, (1, 0, 0, 1), lambda x, y: (left + x / unit, bottom + y / unit), unit)


def draw(face: Face, seen: Frame, text: str, corner: str) -> bytes:
    """The content that prints ``text`` in the ``left`` or ``right`` corner or the ``center`` of the foot."""
    width = face.width(text, SIZE)
    side, foot = min(SIDE, seen.width / 8), min(FOOT, seen.height / 12)
    size = min(SIZE, seen.height / 14, SIZE * (seen.width - 2 * side) / max(width, 1))
    width = face.width(text, size)
    x = {"left": side, "right": seen.width - side - width}.get(corner, (seen.width - width) / 2)
    return _plate(seen, x - 2, foot - size * 0.28, width + 4, size * 1.16) + _text(face, seen, text, x, foot, size)


def append(
    out: pikepdf.Pdf, page: Any, face: Face, content: bytes, opening: Any, loose: tuple[int, int] = (0, 0)
) -> None:
    """Put ``content`` on top of a page: its own content is fenced in, its resources are not shared any more.

    ``opening`` holds one save of the graphics state; a page that restores or leaves open more gets a fence to match.
    """
    import pikepdf

    resources = page.get("/Resources")
    resources = (
        pikepdf.Dictionary(dict(resources.items()))
        if isinstance(resources, pikepdf.Dictionary)
        else pikepdf.Dictionary()
    )
    fonts = resources.get("/Font")
    fonts = pikepdf.Dictionary(dict(fonts.items())) if isinstance(fonts, pikepdf.Dictionary) else pikepdf.Dictionary()
    fonts[FONT_NAME] = face.font
    resources["/Font"] = fonts
    page["/Resources"] = resources
    own = page.get("/Contents")
    streams = list(own) if isinstance(own, pikepdf.Array) else [own] if isinstance(own, pikepdf.Stream) else []
    ahead, left = loose
    if ahead:
        opening = out.make_stream(b"q " * (1 + ahead))
    closing = out.make_stream(b"\n" + b"Q " * (1 + left) + b"\n" + content)
    page["/Contents"] = pikepdf.Array([opening, *[s for s in streams if isinstance(s, pikepdf.Stream)], closing])


def _text(face: Face, seen: Frame, text: str, x: float, y: float, size: float) -> bytes:
    a, b, c, d = seen.turn
    px, py = seen.origin(x, y)
    return (
        f"q BT {FONT_NAME} {size / seen.unit:.3f} Tf 0 g 0 Tr 0 Tc 0 Tw 100 Tz 0 Ts "
        f"{a} {b} {c} {d} {px:.3f} {py:.3f} Tm <{face.encode(text)}> Tj ET Q\n"
    ).encode("ascii")


def _plate(seen: Frame, x: float, y: float, width: float, height: float) -> bytes:
    x0, y0 = seen.origin(x, y)
    x1, y1 = seen.origin(x + width, y + height)
    box = f"{min(x0, x1):.3f} {min(y0, y1):.3f} {abs(x1 - x0):.3f} {abs(y1 - y0):.3f}"
    return f"q 1 g {box} re f Q\n".encode("ascii")


def _box(page: Any) -> tuple[float, float, float, float]:
    media = _numbers(page.get("/MediaBox")) or (0.0, 0.0, 595.0, 842.0)
    crop = _numbers(page.get("/CropBox")) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if right - left > 1 and top - bottom > 1 else media


def _numbers(box: Any) -> tuple[float, float, float, float] | None:
    try:
        a, b, c, d = (float(value) for value in box)
    except (TypeError, ValueError):
        return None
    left, right, bottom, top = min(a, c), max(a, c), min(b, d), max(b, d)
    return (left, bottom, right, top) if right - left > 1 and top - bottom > 1 else None


def _rotation(page: Any) -> int:
    try:
        return round(float(page.get("/Rotate", 0)) / 90) * 90 % 360
    except (TypeError, ValueError):
        return 0


def _codes(cmap: bytes) -> dict[str, int]:
    """Character → code, from the ``ToUnicode`` map that the converter wrote."""
    codes: dict[str, int] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            codes.setdefault(_utf16(text), int(code, 16))
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = ord(_utf16(text)[-1:] or "\0")
            for offset in range(int(last, 16) - int(first, 16) + 1):
                codes.setdefault(chr(start + offset), int(first, 16) + offset)
    return codes


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode("ascii")).decode("utf-16-be", "replace")


def _widths(descendant: Any) -> dict[int, float]:
    """Code → width, from the ``W`` array: ``c [w w …]`` or ``first last w``."""
    found: dict[int, float] = {}
    entries: Sequence[Any] = list(descendant.get("/W", []))
    at = 0
    while at + 1 < len(entries):
        first, second = int(entries[at]), entries[at + 1]
        try:
            run = list(second)
        except TypeError:
            found.update(dict.fromkeys(range(first, int(second) + 1), float(entries[at + 2])))
            at += 3
            continue
        found.update({first + offset: float(width) for offset, width in enumerate(run)})
        at += 2
    return found
