"""The cells of ruled tables on a page: the areas that printed lines enclose.

Chinese forms and ledgers are ruled, and a cell's text often takes two lines; by the rules its row stays whole.
"""

from __future__ import annotations

import math
from typing import Any

SIDE = 1600  # pixels of the longer side while looking for lines
WIDEST = 0.15  # of the page's width: a smaller figure is a drawing or a seal's frame
LEAST_CELLS = 4
PAD = 64  # pixels kept above and left, where turning the page moves things out

Box = tuple[float, float, float, float]


def ruled_cells(image: Any, angle: float) -> list[list[Box]]:
    """For each table its cells ``(left, top, right, bottom)``, in pixels of the page turned upright by ``-angle``."""
    import cv2
    import numpy as np

    scale = min(1.0, SIDE / max(image.shape[:2]))
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = grey.shape
    cosine, sine = math.cos(-angle), math.sin(-angle)
    turn = np.array([[cosine, -sine, PAD], [sine, cosine, PAD]], np.float32)
    grey = cv2.warpAffine(grey, turn, (width + 2 * PAD, height + 2 * PAD), borderValue=255)
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 12)
    tables = []
    lines = _lines(ink)
    count, _, statistics, _ = cv2.connectedComponentsWithStats(lines, connectivity=8)
    for index in range(1, count):
        left, top, wide, high = (int(value) for value in statistics[index][:4])
        if wide < WIDEST * width or high < 24:
            continue
        cells = _holes(lines[top : top + high, left : left + wide])
        if len(cells) >= LEAST_CELLS:
            x, y = left - PAD, top - PAD
            tables.append(
                [((a + x) / scale, (b + y) / scale, (c + x) / scale, (d + y) / scale) for a, b, c, d in cells]
            )
    return tables


def _lines(ink: Any) -> Any:
    """Long strokes across and down, mended where the scan broke them."""
    import cv2
    import numpy as np

    height, width = ink.shape
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, max(40, width // 30)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((max(32, height // 45), 1), np.uint8))
    across = cv2.morphologyEx(
        cv2.dilate(across, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, 31), np.uint8)
    )
    down = cv2.morphologyEx(cv2.dilate(down, np.ones((1, 3), np.uint8)), cv2.MORPH_CLOSE, np.ones((31, 1), np.uint8))
    return cv2.dilate(cv2.bitwise_or(across, down), np.ones((3, 3), np.uint8))


def _holes(lines: Any) -> list[Box]:
    """What the lines enclose, less what is open to the outside."""
    import cv2

    height, width = lines.shape
    count, _, statistics, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(lines), connectivity=4)
    cells = []
    for index in range(1, count):
        left, top, wide, high = (int(value) for value in statistics[index][:4])
        outside = left == 0 or top == 0 or left + wide == width or top + high == height
        if wide >= 10 and high >= 10 and not outside:
            cells.append((float(left), float(top), float(left + wide), float(top + high)))
    return cells
