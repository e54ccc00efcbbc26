"""What is on the paper: nothing at all, black ink, red ink of a heading, a red seal that lies over the text.

A seal over a line hides it from detection (a whole line was lost in our measurements, not just its characters). So a
page with red ink is looked at through a red glass, where seals vanish and black stays; the places whose red is no seal
(a red heading, a banner) are looked at once more as they are.
"""

from __future__ import annotations

from typing import Any

REDNESS = 45  # how much redder than green and blue, of 255
SMALL = 800  # pixels of the longer side while looking for ink
PAPER = 0.5  # of a page is light and colourless; a photo of a room is not
SEAL = (0.03, 0.40)  # of the page's shorter side: a seal is 3 to 4.5 cm on A4, larger on a half page
RING = 0.55  # a seal is a ring with a star and characters: less of its square is red than of a banner


def is_blank(image: Any) -> bool:
    """Whether nothing stands on the page: no spot clearly darker or more coloured than its surroundings."""
    import cv2

    darkest = cv2.medianBlur(_small(image)[0], 3).min(axis=2)
    around = cv2.blur(darkest, (41, 41))
    return int((cv2.absdiff(darkest, around) > 28).sum()) < 12


def without_red(image: Any) -> Any:
    """The page seen through a red glass: red ink vanishes, black stays."""
    import numpy as np

    return np.ascontiguousarray(np.repeat(image[:, :, 2:3], 3, axis=2))


def red_areas(image: Any) -> list[tuple[int, int, int, int, bool]] | None:
    """``(left, top, right, bottom, is a seal)`` of each red spot on a sheet of paper; ``None`` without red ink.

    A photo of a room or a square has red things in it, but no ink: ``None``.
    """
    import cv2
    import numpy as np

    small, scale = _small(image)
    levels = small.astype(np.int16)
    if float(((levels.min(axis=2) > 140) & (np.ptp(levels, axis=2) < 50)).mean()) < PAPER:
        return None
    red = ((levels[:, :, 2] - levels[:, :, :2].max(axis=2)) > REDNESS).astype(np.uint8)
    joined = cv2.dilate(red, np.ones((9, 9), np.uint8))
    count, _, statistics, _ = cv2.connectedComponentsWithStats(joined)
    areas = []
    for index in range(1, count):
        left, top, width, height = (int(value) for value in statistics[index][:4])
        inked = int(red[top : top + height, left : left + width].sum())
        if inked < 30:
            continue
        side = max(width, height) / min(small.shape[:2])
        round_ = 0.7 < width / height < 1.45 and SEAL[0] < side < SEAL[1] and inked < RING * width * height
        edges = [round(edge / scale) for edge in (left, top, left + width, top + height)]
        areas.append((edges[0], edges[1], edges[2], edges[3], round_))
    return areas or None


def _small(image: Any) -> tuple[Any, float]:
    import cv2

    scale = min(1.0, SMALL / max(image.shape[:2]))
    if scale == 1.0:
        return image, scale
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), scale
