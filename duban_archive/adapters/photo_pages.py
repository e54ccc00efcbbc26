"""照片页: the photos of a group, up to four on a page, each with its caption; from the office's template."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from duban_archive.adapters import sheets
from duban_archive.adapters.pictures import frames
from duban_archive.core.limits import Limits

PER_PAGE = 4
WIDE, HIGH = 76.0, 74.0  # mm a photo may take
DOTS = 300 / 25.4  # a mm
QUALITY = 88
_UNSEEN = "（这张照片打不开，原件已保存）"


def press(
    photos: Sequence[tuple[Path, str]],
    *,
    title: str,
    template: Path,
    out: Path,
    fonts: Sequence[Path] = (),
    limits: Limits | None = None,
) -> int | tuple[str, str]:
    """Make the pages as a PDF at ``out``, for the worker: how many, or ``(message, advice)`` on a faulty template.

    ``photos``: picture and caption each; one that cannot be opened leaves its place empty and says so.
    """
    pages = [photos[start : start + PER_PAGE] for start in range(0, len(photos), PER_PAGE)]
    filled: list[dict[str, Any]] = []
    for page in pages:
        facts: dict[str, Any] = {"题名": title}
        for number in range(1, PER_PAGE + 1):
            path, said = page[number - 1] if number <= len(page) else (None, "")
            picture = None if path is None else _picture(path, limits)
            facts[f"图{number}"] = picture or (_UNSEEN if path is not None else "")
            facts[f"说明{number}"] = said
        filled.append(facts)
    return sheets.press(template, filled, [f"p{n}" for n in range(len(filled))], out, fonts) or len(filled)


def _picture(path: Path, limits: Limits | None) -> sheets.Picture | None:
    """Upright, as large as its place allows, at most 300 dots an inch."""
    try:
        _, frame = next(frames(path, (1,), limits))
    except (ValueError, StopIteration):
        return None
    width, height = frame.size
    mm = min(WIDE, HIGH * width / height)
    frame = frame.convert("RGB")
    frame.thumbnail((round(mm * DOTS), round(mm * height / width * DOTS)))
    made = io.BytesIO()
    frame.save(made, "JPEG", quality=QUALITY)
    return sheets.Picture(made.getvalue(), mm)
