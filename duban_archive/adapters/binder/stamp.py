"""Page numbers drawn where a person looks for them: in each page's own visible box, upright as the page is seen.

``CropBox``, ``Rotate`` and ``UserUnit`` are honoured, so a number stands 8 mm from the lower edge of an A3 ledger, a
landscape sheet or a sideways scan alike. It lies on top of the page, on a small white plate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters.binder import ink
from duban_archive.adapters.office.pdf_fonts import codes_of, widths_of

if TYPE_CHECKING:
    import pikepdf

MM = 72 / 25.4
SIZE = 11.0  # points
SIDE, FOOT = ink.SIDE * MM, ink.EDGE * MM  # from the edges of the visible page to the number
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
        codes = codes_of(font.ToUnicode.read_bytes())
        widths = widths_of(font.DescendantFonts[0])
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
    """The content that prints ``text`` at a corner or the centre of the foot (``upper-…``: of the head)."""
    width = face.width(text, SIZE)
    side, foot = min(SIDE, seen.width / 8), min(FOOT, seen.height / 12)
    size = min(SIZE, seen.height / 14, SIZE * (seen.width - 2 * side) / max(width, 1))
    width = face.width(text, size)
    x = {"left": side, "right": seen.width - side - width}.get(
        corner.removeprefix("upper-"), (seen.width - width) / 2
    )  # fmt: skip
    y = seen.height - foot - size * 0.72 if corner.startswith("upper-") else foot
    return plate(seen, x - 2, y - size * 0.28, width + 4, size * 1.16) + words(face, seen, text, x, y, size)


def draw_seal(face: Face, seen: Frame, rows: Sequence[Sequence[str]], spot: str) -> bytes:
    """A red frame of 45 × 16 mm (归档章, DA/T 22: six equal cells), each text in the middle of its cell."""
    wide, high = (mm * MM for mm in ink.STAMP)
    shrink = min(1.0, seen.width / (wide + 20), seen.height / (high * 4))
    left, bottom = ink.stamp_place(spot, seen.width, seen.height)
    left, bottom = left + wide * (1 - shrink) / 2, bottom + high * (1 - shrink)
    wide, high = wide * shrink, high * shrink
    drawn = [b"q 0.8 0 0 RG 0.8 0 0 rg ", _rectangle(seen, left, bottom, wide, high, b"1.1 w ", b"S ")]
    tall = high / len(rows)
    for number, row in enumerate(rows):
        y = bottom + high - tall * (number + 1)
        cell = wide / len(row)
        for column, text in enumerate(row):
            x = left + cell * column
            if len(rows) * len(row) > 2:
                drawn.append(_rectangle(seen, x, y, cell, tall, b"0.5 w ", b"S "))
            size = min(9.5 * shrink, (cell - 4) * 9.5 / max(face.width(text, 9.5), 1))
            middle = x + (cell - face.width(text, size)) / 2
            drawn.append(words(face, seen, text, middle, y + (tall - size * 0.72) / 2, size, b"0.8 0 0 rg"))
    return b"".join([*drawn, b"Q\n"])


def _rectangle(seen: Frame, x: float, y: float, width: float, height: float, before: bytes, after: bytes) -> bytes:
    x0, y0 = seen.origin(x, y)
    x1, y1 = seen.origin(x + width, y + height)
    box = f"{min(x0, x1):.3f} {min(y0, y1):.3f} {abs(x1 - x0):.3f} {abs(y1 - y0):.3f} re "
    return before + box.encode("ascii") + after


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


def words(face: Face, seen: Frame, text: str, x: float, y: float, size: float, colour: bytes = b"0 g") -> bytes:
    """Text set at a place of the page as it is seen."""
    a, b, c, d = seen.turn
    px, py = seen.origin(x, y)
    return (
        f"q BT {FONT_NAME} {size / seen.unit:.3f} Tf {colour.decode()} 0 Tr 0 Tc 0 Tw 100 Tz 0 Ts "
        f"{a} {b} {c} {d} {px:.3f} {py:.3f} Tm <{face.encode(text)}> Tj ET Q\n"
    ).encode("ascii")


def plate(seen: Frame, x: float, y: float, width: float, height: float) -> bytes:
    """A white rectangle at a place of the page as it is seen."""
    return _rectangle(seen, x, y, width, height, b"q 1 g ", b"f Q\n")


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
