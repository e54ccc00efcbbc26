"""Draws a page as a scanner or a phone would see it: our own faces, a slight skew, grain, a red round seal."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from duban_archive.demo.document import Document, Line, Style
from duban_archive.fonts import SANS, SERIF, font_path

if TYPE_CHECKING:
    from PIL.Image import Image

# A4 at 150 dots an inch: what office scanners are set to.
_DPI = 150
_PAGE = (1240, 1754)
_MARGIN = 150
_INK = (25, 25, 35)
_RED = (200, 30, 30)

# style → (pixels high, family, bold, alignment, indent in characters)
_LOOK: dict[Style, tuple[int, str, bool, str, int]] = {
    "head": (62, SERIF, True, "centre", 0),
    "number": (32, SERIF, False, "centre", 0),
    "title": (44, SERIF, True, "centre", 0),
    "heading": (33, SANS, True, "left", 2),
    "body": (33, SERIF, False, "left", 2),
    "right": (33, SERIF, False, "right", 0),
    "plain": (28, SERIF, False, "left", 0),
}


def write_scan(pages: Sequence[Document], *, seal: str = "", skew: float = 0.4) -> bytes:
    """A PDF of page pictures without any text, as a scanner leaves it; ``seal`` is the round seal on the last page."""
    pictures = []
    for number, page in enumerate(pages, start=1):
        sheet = _draw(page)
        if seal and number == len(pages):
            _stamp(sheet, seal)
        pictures.append(_scanned(sheet, skew if number % 2 else -skew, seed=page.title))
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", resolution=_DPI, save_all=True, append_images=pictures[1:], quality=70)
    return stream.getvalue()


def write_photo(page: Document, *, turn: float, seal: str = "") -> bytes:
    """A JPEG of one page lying on a table, photographed by hand: turned, uneven light."""
    from PIL import Image

    sheet = _draw(page)
    if seal:
        _stamp(sheet, seal)
    sheet = sheet.rotate(turn, expand=True, fillcolor=(116, 92, 70), resample=Image.Resampling.BICUBIC)
    table = Image.new("RGB", (sheet.width + 90, sheet.height + 90), (116, 92, 70))
    table.paste(sheet, (50, 40))
    light = Image.linear_gradient("L").resize(table.size).point(lambda value: 255 - value // 6)
    shaded = Image.composite(table, Image.new("RGB", table.size, (40, 34, 30)), light)
    stream = io.BytesIO()
    _grain(shaded, seed=page.title).save(stream, "JPEG", quality=82, dpi=(_DPI, _DPI))
    return stream.getvalue()


def _draw(document: Document) -> Image:
    """The page as set: text runs over lines of its own width; tables in equal columns."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", _PAGE, (250, 249, 245))
    pen = ImageDraw.Draw(sheet)
    width = _PAGE[0] - 2 * _MARGIN
    down = 130
    for block in document.blocks:
        if isinstance(block, Line):
            size, family, bold, align, indent = _LOOK[block.style]
            face = ImageFont.truetype(str(font_path(family, bold)), size)
            for row in _wrapped("　" * indent + block.text, face.getlength, width):
                across = {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * (width - face.getlength(row))
                pen.text((_MARGIN + across, down), row, font=face, fill=_RED if block.style == "head" else _INK)
                down += round(size * 1.6)
            if block.style == "number":
                pen.line((_MARGIN, down + 8, _MARGIN + width, down + 8), fill=_RED, width=4)
                down += 34
            continue
        face = ImageFont.truetype(str(font_path(SERIF)), 26)
        columns = len(block.rows[0])
        column = width / columns
        for cells in block.rows:
            for number, cell in enumerate(cells):
                left = _MARGIN + number * column
                pen.rectangle((left, down, left + column, down + 48), outline=_INK, width=2)
                pen.text((left + 10, down + 4), cell, font=face, fill=_INK)
            down += 48
        down += 24
    return sheet


def _wrapped(text: str, length: Callable[[str], float], width: float) -> list[str]:
    """Lines no wider than the page; a full stop never begins one."""
    rows = [""]
    for character in text:
        if length(rows[-1] + character) > width and character not in "，。；：、）》”":
            rows.append("")
        rows[-1] += character
    return rows


def _stamp(sheet: Image, office: str) -> None:
    """A red round seal over the date: the office's name on the upper arc, a star in the middle."""
    from PIL import Image, ImageDraw, ImageFont

    size = 300
    seal = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(seal)
    red = (*_RED, 170)
    pen.ellipse((6, 6, size - 6, size - 6), outline=red, width=8)
    middle = size / 2
    star = [
        (middle + r * math.sin(math.pi * n / 5), middle - r * math.cos(math.pi * n / 5))
        for n, r in enumerate((44, 17) * 5)
    ]
    pen.polygon(star, fill=red)
    face = ImageFont.truetype(str(font_path(SERIF, True)), 34)
    spread = min(250.0, 32.0 * len(office))
    for number, character in enumerate(office):
        angle = -spread / 2 + spread * number / max(1, len(office) - 1)
        glyph = Image.new("RGBA", (44, 44), (0, 0, 0, 0))
        ImageDraw.Draw(glyph).text((22, 22), character, font=face, fill=red, anchor="mm")
        glyph = glyph.rotate(-angle, resample=Image.Resampling.BICUBIC)
        across = middle + 112 * math.sin(math.radians(angle))
        down = middle - 112 * math.cos(math.radians(angle))
        seal.alpha_composite(glyph, (round(across - 22), round(down - 22)))
    sheet.paste(seal, (_PAGE[0] - _MARGIN - size, _PAGE[1] - 2 * _MARGIN - size), seal)


def _scanned(sheet: Image, skew: float, *, seed: str) -> Image:
    from PIL import Image

    turned = sheet.rotate(skew, fillcolor=(236, 235, 230), resample=Image.Resampling.BICUBIC)
    return _grain(turned, seed=seed)


def _grain(sheet: Image, *, seed: str) -> Image:
    """The noise of a sensor, the same for the same page every time."""
    from PIL import Image, ImageChops

    draw = random.Random(seed)
    tile = Image.frombytes("L", (256, 256), draw.randbytes(256 * 256)).point(lambda value: value // 14)
    noise = Image.new("L", sheet.size)
    for left in range(0, sheet.width, 256):
        for top in range(0, sheet.height, 256):
            noise.paste(tile, (left, top))
    return ImageChops.subtract(sheet, Image.merge("RGB", (noise, noise, noise)))
