"""Where a page has room for what is printed on top of it: its edges drawn small and looked at for something dark.

::

    ┌ upper-left ─ upper-center ─ upper-right ┐      each a box for a page number; below the upper edge
    │  stamp-left   stamp-center  stamp-right │      three for a 归档章 (45 × 16 mm), which pages that open
    │                                         │      a paper are asked for too
    └ left ─────────── center ───────── right ┘

Paper that was scanned is never white: dark is what stands out from the strip it lies in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

MM = 72 / 25.4
PIXEL = 1.25 * MM  # points to a pixel: a digit of 2 mm still greys two of them
DARK = 26  # shades below the strip's own
SIDE, EDGE = 12.0, 8.0  # mm from a page's side, and from its foot or head, to a number
NUMBER = (24.0, 8.0)  # mm kept for a number, around it
STAMP = (45.0, 16.0)  # 归档章 (DA/T 22)
STAMP_EDGE = 5.0  # mm from the head of a page to a 归档章

LOWER = ("left", "center", "right")
UPPER = ("upper-left", "upper-center", "upper-right")
STAMPS = ("stamp-center", "stamp-right", "stamp-left")
SPOTS = (*LOWER, *UPPER, *STAMPS)
_INSTEAD = {
    "left": ("center", "upper-left", "right", "upper-center", "upper-right"),
    "center": ("right", "left", "upper-center", "upper-right", "upper-left"),
    "right": ("center", "upper-right", "left", "upper-center", "upper-left"),
    "upper-left": ("upper-center", "left", "upper-right", "center", "right"),
    "upper-center": ("upper-right", "upper-left", "center", "right", "left"),
    "upper-right": ("upper-center", "right", "upper-left", "center", "left"),
}


def free_spot(wanted: str, taken: int) -> str:
    """The spot for a number: the wanted one, else the next that is free; if all are taken, the wanted one."""
    return next((spot for spot in (wanted, *_INSTEAD[wanted]) if not taken >> SPOTS.index(spot) & 1), wanted)


def free_stamp(taken: int) -> str:
    """The spot for a 归档章: in the middle of the head, else right, else left; if all are taken, in the middle."""
    return next((spot for spot in STAMPS if not taken >> SPOTS.index(spot) & 1), STAMPS[0])


def look_for_ink(path: Path, pages: Sequence[int], heads: Collection[int]) -> dict[int, int]:
    """Of these pages (from 0) the spots that are taken, a bit each; free pages are left out. For the worker.

    ``heads``: pages that open a paper. A page that cannot be drawn is left out: its number gets a plate as ever.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    found: dict[int, int] = {}
    try:
        with PdfDocument(path) as document:
            for number in pages:
                try:
                    taken = _taken(document, number, number in heads)
                except (PdfiumError, ValueError, IndexError):
                    continue
                if taken:
                    found[number] = taken
    except PdfiumError:
        return {}
    return found


def _taken(document: Any, number: int, head: bool) -> int:
    page = document[number]
    try:
        width, height = page.get_size()
        taken = _spots_in(page, width, height, LOWER)
        if head or taken:
            taken |= _spots_in(page, width, height, (*UPPER, *STAMPS) if head else UPPER)
        return taken
    finally:
        page.close()


def _spots_in(page: Any, width: float, height: float, spots: Sequence[str]) -> int:
    """The bits of those spots that something dark lies in; all lie at the foot, or all at the head."""
    foot = spots[0] in LOWER
    deep = max(box(spot, width, height)[3] for spot in spots) if foot else 0.0
    if not foot:
        deep = height - min(box(spot, width, height)[1] for spot in spots)
    scale = 1 / PIXEL
    deep = min(height, deep + PIXEL)
    crop = (0, 0, 0, height - deep) if foot else (0, height - deep, 0, 0)
    drawn = page.render(scale=scale, crop=crop, grayscale=True, may_draw_forms=False)
    try:
        shades, stride, w, h = bytes(drawn.buffer), drawn.stride, drawn.width, drawn.height
    finally:
        drawn.close()
    rows = [shades[y * stride : y * stride + w] for y in range(h)]
    below = _paper(rows) - DARK
    taken = 0
    for spot in spots:
        left, bottom, right, top = box(spot, width, height)
        base = 0.0 if foot else height - deep
        y0, y1 = h - (top - base) * scale, h - (bottom - base) * scale
        x0, x1 = max(0, int(left * scale)), min(w, int(right * scale) + 1)
        if any(min(row[x0:x1], default=255) < below for row in rows[max(0, int(y0)) : min(h, int(y1) + 1)]):
            taken |= 1 << SPOTS.index(spot)
    return taken


def _paper(rows: Sequence[bytes]) -> int:
    """The shade of the paper: that of the brighter fifth."""
    shades = sorted(b"".join(rows))
    return shades[len(shades) * 4 // 5] if shades else 255


def box(spot: str, width: float, height: float) -> tuple[float, float, float, float]:
    """A spot on a page of this size: left, bottom, right, top in points."""
    side = spot.rpartition("-")[2]
    wide, high = (size * MM for size in (STAMP if spot in STAMPS else NUMBER))
    margin = min(SIDE * MM, width / 8)
    left = {"left": margin, "right": width - margin - wide}.get(side, (width - wide) / 2)
    if spot in STAMPS:
        return left, height - STAMP_EDGE * MM - high, left + wide, height - STAMP_EDGE * MM
    edge = min(EDGE * MM, height / 12)
    if spot in LOWER:
        return left, edge - 2 * MM, left + wide, edge - 2 * MM + high
    return left, height - edge + 2 * MM - high, left + wide, height - edge + 2 * MM


def stamp_place(spot: str, width: float, height: float) -> tuple[float, float]:
    """The lower left corner of a 归档章 on a page of this size, in points."""
    left, bottom, _, _ = box(spot, width, height)
    return max(0.0, left), bottom
