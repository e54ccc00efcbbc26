"""What is on the paper: nothing at all, or a red seal that lies over the text.

A seal over a line hides it from detection (whole lines were lost in our measurements, not just characters). So where
a seal stands the page is looked at through a red glass: the seal vanishes, black stays. Red that is no seal (a red
heading, a banner) is left as it is, to be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

REDNESS = 45  # how much redder than green and blue, of 255
SMALL = 800  # pixels of the longer side while looking for ink
PAPER = 0.5  # of a page is light and colourless; a photo of a room is not
SEAL = (0.03, 0.40)  # of the page's shorter side: a seal is 3 to 4.5 cm on A4, larger on a half page
SLIM = 2.2  # times as wide as high, or the other way: two seals side by side
RING = 0.55  # a seal is a ring with a star and characters: less of its square is red than of a banner


def is_blank(image: Any) -> bool:
    """Whether nothing stands on the page: no spot clearly darker or more coloured than its surroundings."""
    import cv2

    darkest = cv2.medianBlur(_small(image)[0], 3).min(axis=2)
    around = cv2.blur(darkest, (41, 41))
    return int((cv2.absdiff(darkest, around) > 28).sum()) < 12


def without_seals(image: Any) -> Any:
    """The page (BGR) with its seals taken off; itself when there is none."""
    import numpy as np

    cleaned = image
    for left, top, right, bottom in seals(image):
        if cleaned is image:
            cleaned = image.copy()
        cleaned[top:bottom, left:right] = np.repeat(image[top:bottom, left:right, 2:3], 3, axis=2)
    return cleaned


def seals(image: Any) -> Iterator[tuple[int, int, int, int]]:
    """``(left, top, right, bottom)`` of each red seal on a sheet of paper; a photo of a room or a square has none."""
    import cv2
    import numpy as np

    small, scale = _small(image)
    levels = small.astype(np.int16)
    if float(((levels.min(axis=2) > 140) & (np.ptp(levels, axis=2) < 50)).mean()) < PAPER:
        return
    red = ((levels[:, :, 2] - levels[:, :, :2].max(axis=2)) > REDNESS).astype(np.uint8)
    joined = cv2.dilate(red, np.ones((9, 9), np.uint8))
    count, _, statistics, _ = cv2.connectedComponentsWithStats(joined)
    for index in range(1, count):
        left, top, width, height = (int(value) for value in statistics[index][:4])
        side = max(width, height) / min(small.shape[:2])
        inked = int(red[top : top + height, left : left + width].sum())
        if 1 / SLIM < width / height < SLIM and SEAL[0] < side < SEAL[1] and 30 < inked < RING * width * height:
            edges = (left / scale, top / scale, (left + width) / scale, (top + height) / scale)
            yield round(edges[0]), round(edges[1]), round(edges[2]), round(edges[3])


def _small(image: Any) -> tuple[Any, float]:
    import cv2

    scale = min(1.0, SMALL / max(image.shape[:2]))
    if scale == 1.0:
        return image, scale
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), scale
