"""Red seals (公章) on pictures and on the pages of a PDF that may bear one: where they stand, as shares of the page.

Red spots that are about round, of a seal's size, and more ring than banner, on a sheet that is mostly paper. Done on a
picture of 480 pixels with Pillow alone: some 3 ms, where the OCR's own finer look takes 60.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from duban_archive.core.model import Json

_DPI: Final = 60
_SMALL: Final = 480  # pixels of the longer side
_CELL: Final = 4  # pixels: red within one or next to it belongs together
_REDNESS: Final = 45  # how much redder than green and blue, of 255
_PAPER: Final = 0.5  # of a page is light and colourless; a photo of a room is not
_SIDE: Final = (0.11, 0.42)  # of the shorter side: 3 to 4.5 cm on A4, more on half a page
_INKED: Final = (0.06, 0.55)  # of its square: a ring with a star and characters
_FIRST, _LAST = 3, 5  # scanned pages looked at, from either end
_MOST: Final = 20
_COLOURED: Final = 40  # how far apart red, green and blue of a coloured dot are
_SPECKS: Final = 0.0003  # of a picture: what JPEG leaves around black letters


def on_picture(image: Any, page: int = 1) -> list[Json]:
    """Seals on a Pillow picture."""
    from PIL import ImageChops

    small = image.convert("RGB")
    small.thumbnail((_SMALL, _SMALL))
    red, green, blue = small.split()
    ink = ImageChops.subtract(red, ImageChops.lighter(green, blue)).point(lambda level: 255 * (level > _REDNESS))
    if not ink.histogram()[255] > 30 or not _is_paper(red, green, blue):
        return []
    found: list[Json] = []
    for left, top, right, bottom in _spots(ink):
        if _is_seal(ink.crop((left, top, right, bottom)), min(small.size)):
            shares = (left / small.width, top / small.height, right / small.width, bottom / small.height)
            names = ("left", "top", "right", "bottom")
            found.append({"page": page} | {name: round(share, 2) for name, share in zip(names, shares, strict=True)})
    return found[:_MOST]


def on_pages(document: Any, scanned: Sequence[int]) -> tuple[list[Json], bool]:
    """Seals on the pages of a PDF where papers are sealed: the first and last two, of scanned ones some more.

    And whether there was no colour on any of them, so that no red could be seen.
    """
    last = len(document)
    found: list[Json] = []
    seen = coloured = 0
    for number in sorted({1, max(1, last - 1), last, *scanned[:_FIRST], *scanned[-_LAST:]}):
        page = document[number - 1]
        try:
            if number in scanned or _bears_picture(page):
                bitmap = page.render(scale=_DPI / 72, may_draw_forms=False)
                picture = bitmap.to_pil()
                found += on_picture(picture, number)
                seen, coloured = seen + 1, coloured + (not is_colourless(picture))
                bitmap.close()
        finally:
            page.close()
    return found[:_MOST], seen > 0 and not coloured


def is_colourless(image: Any) -> bool:
    """Whether a picture is black, white and grey: a copy or a scan on which red would not be red."""
    from PIL import ImageChops

    small = image.convert("RGB")
    small.thumbnail((_SMALL, _SMALL))
    red, green, blue = small.split()
    highest, lowest = (
        ImageChops.lighter(red, ImageChops.lighter(green, blue)),
        ImageChops.darker(red, ImageChops.darker(green, blue)),
    )
    coloured = ImageChops.subtract(highest, lowest).point(lambda level: 255 * (level > _COLOURED)).histogram()[255]
    return bool(coloured <= _SPECKS * small.width * small.height)


def _bears_picture(page: Any) -> bool:
    """Whether a page of text bears a picture or a stamp, as a seal put on it electronically is."""
    import pypdfium2.raw as raw

    if next(iter(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)), None) is not None:
        return True
    return bool(raw.FPDFPage_GetAnnotCount(page.raw) > 0)


def _is_paper(red: Any, green: Any, blue: Any) -> bool:
    from PIL import ImageChops

    darkest = ImageChops.darker(red, ImageChops.darker(green, blue))
    spread = ImageChops.subtract(ImageChops.lighter(red, ImageChops.lighter(green, blue)), darkest)
    light = darkest.point(lambda level: 255 * (level > 140))
    plain = spread.point(lambda level: 255 * (level < 50))
    both = ImageChops.multiply(light, plain).histogram()[255]
    return bool(both > _PAPER * red.width * red.height)


def _spots(ink: Any) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of red that belongs together, in pixels."""
    from PIL import Image

    width, height = -(-ink.width // _CELL), -(-ink.height // _CELL)
    padded = Image.new("L", (width * _CELL, height * _CELL))
    padded.paste(ink)
    cells = padded.reduce(_CELL).tobytes()
    left = {at for at, level in enumerate(cells) if level}
    while left:
        stack = [left.pop()]
        inside = []
        while stack:
            at = stack.pop()
            inside.append(at)
            x = at % width
            for step in (-width, width, *((-1, -width - 1, width - 1) if x else ()),
                         *((1, 1 - width, 1 + width) if x < width - 1 else ())):  # fmt: skip
                if at + step in left:
                    left.discard(at + step)
                    stack.append(at + step)
        columns = [at % width for at in inside]
        rows = [at // width for at in inside]
        yield (
            min(columns) * _CELL,
            min(rows) * _CELL,
            min(ink.width, (max(columns) + 1) * _CELL),
            min(ink.height, (max(rows) + 1) * _CELL),
        )


def _is_seal(spot: Any, side: int) -> bool:
    width, height = spot.size
    inked = spot.histogram()[255] / (width * height)
    size = max(width, height) / side
    return bool(0.7 < width / height < 1.45) and _SIDE[0] < size < _SIDE[1] and _INKED[0] < inked < _INKED[1]
