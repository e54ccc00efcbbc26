"""The engine: detection, orientation and recognition of one page picture; the only door to RapidOCR.

Detection takes more than half of the bare engine's time and works as well on a smaller picture; recognition gets its
strips from the full picture. A page's own turn (90°, 180°, 270°) is told by its longest strips, so it costs nothing on
a page that stands upright. Red seals are taken off first (``ink``).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from duban_archive.adapters.ocr.ink import is_blank, without_seals
from duban_archive.adapters.ocr.layout import Point, Sheet, Word, skew
from duban_archive.adapters.ocr.ruled import ruled_cells

DETECT_SIDE = 1280  # pixels of the longer side while detecting
STRIP = 1.6  # widths: a long screenshot is read in pieces of this height
TALL = 1.5  # a box this much higher than wide holds a turned line
SAMPLE = 16  # longest strips that are asked which way is up
MIN_SCORE = 0.5


@lru_cache(maxsize=1)
def engine(threads: int = 1) -> Engine:
    """The engine of this process, made at first use."""
    return Engine(threads)


class Engine:
    """RapidOCR with its bundled models; silent, and without any reason to ask the network."""

    def __init__(self, threads: int = 1) -> None:
        import logging

        import rapidocr

        logging.getLogger("RapidOCR").disabled = True
        models = Path(rapidocr.__file__).parent / "models"
        self._ocr: Any = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                # a batch is padded to its longest strip: one by one is a sixth faster and takes a third less memory
                "Rec.rec_batch_num": 1,
                # with a path the engine does not look its models up, so it never downloads
                "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
                "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
                "Cls.model_path": str(models / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
            }
        )

    def read(self, image: Any) -> Sheet:
        """What is on a page picture (BGR): corners are as they stand on the page once it is turned the right way up."""
        parts = [(top, self._read_strip(strip)) for top, strip in strips(image)]
        if len(parts) == 1:
            return parts[0][1]
        return Sheet(words=tuple(_moved(word, top) for top, part in parts for word in part.words))

    def _read_strip(self, image: Any) -> Sheet:
        import numpy as np

        if is_blank(image):
            return Sheet()
        image = without_seals(image)
        boxes = self._detect(image)
        if not len(boxes):
            return Sheet()
        image, boxes = stand_up(image, boxes)
        crops = self._ocr.crop_text_regions(image, boxes)
        if self._upside_down(crops):
            image, boxes = turn_over(image, boxes)
            crops = [np.ascontiguousarray(crop[::-1, ::-1]) for crop in crops]
        words = tuple(
            Word(corners=_corners(box), text=text, score=score)
            for box, (text, score) in zip(boxes, self._recognise(crops), strict=True)
            if text.strip() and score >= MIN_SCORE
        )
        return Sheet(words=words, tables=tuple(tuple(cells) for cells in ruled_cells(image, skew(words))))

    def _detect(self, image: Any) -> Any:
        import cv2
        import numpy as np

        height, width = image.shape[:2]
        scale = min(1.0, DETECT_SIDE / max(height, width))
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else image
        found = getattr(self._ocr(small, use_det=True, use_cls=False, use_rec=False), "boxes", None)
        if found is None:
            return np.zeros((0, 4, 2), np.float32)
        return np.asarray(found, np.float32) / scale

    def _upside_down(self, crops: list[Any]) -> bool:
        longest = sorted(crops, key=lambda crop: crop.shape[1] / crop.shape[0], reverse=True)[:SAMPLE]
        answers = self._ocr.cls_and_rotate(longest)[1].cls_res
        balance = sum(float(score) if "180" in label else -float(score) for label, score in answers)
        return balance > 0

    def _recognise(self, crops: list[Any]) -> list[tuple[str, float]]:
        if not crops:
            return []
        read = self._ocr.recognize_txt(crops)
        return [(str(text), float(score)) for text, score in zip(read.txts, read.scores, strict=True)]


def _corners(box: Any) -> tuple[Point, Point, Point, Point]:
    a, b, c, d = ((float(x), float(y)) for x, y in box)
    return a, b, c, d


def _moved(word: Word, top: int) -> Word:
    if not top:
        return word
    a, b, c, d = ((x, y + top) for x, y in word.corners)
    return Word(corners=(a, b, c, d), text=word.text, score=word.score)


def strips(image: Any) -> list[tuple[int, Any]]:
    """``(top, part)`` of the picture; a long screenshot in parts, cut where the least ink is."""
    import numpy as np

    height, width = image.shape[:2]
    if height <= 3 * width or height <= DETECT_SIDE:
        return [(0, image)]
    step = max(int(STRIP * width), DETECT_SIDE)
    ink = np.abs(np.diff(image.astype(np.int16).mean(axis=2), axis=1)).mean(axis=1)
    cuts = [0]
    while height - cuts[-1] > 1.5 * step:
        low, high = cuts[-1] + step // 2, cuts[-1] + step
        calm = np.convolve(ink[low:high], np.ones(9) / 9, mode="same")
        cuts.append(low + int(calm.argmin()))
    return [(top, image[top:bottom]) for top, bottom in zip(cuts, [*cuts[1:], height], strict=True)]


def stand_up(image: Any, boxes: Any) -> tuple[Any, Any]:
    """Turn a page by a quarter when most of its text runs up or down; which of the two is settled afterwards."""
    import numpy as np

    wide = np.linalg.norm(boxes[:, 0] - boxes[:, 1], axis=1)
    high = np.linalg.norm(boxes[:, 0] - boxes[:, 3], axis=1)
    tall = high >= TALL * wide
    lying = wide >= TALL * high
    if (high * wide)[tall].sum() <= (high * wide)[lying].sum():
        return image, boxes
    turned = np.stack([boxes[:, :, 1], image.shape[1] - 1 - boxes[:, :, 0]], axis=2)
    # after the turn the old top right corner is the new top left one
    return np.ascontiguousarray(np.rot90(image)), np.ascontiguousarray(np.roll(turned, -1, axis=1))


def turn_over(image: Any, boxes: Any) -> tuple[Any, Any]:
    """Turn a page by half."""
    import numpy as np

    height, width = image.shape[:2]
    turned = np.stack([width - 1 - boxes[:, :, 0], height - 1 - boxes[:, :, 1]], axis=2)
    return np.ascontiguousarray(image[::-1, ::-1]), np.ascontiguousarray(np.roll(turned, -2, axis=1))
