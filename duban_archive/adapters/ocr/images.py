"""Pictures of pages, as the engine wants them: upright by EXIF, colour, not larger than what reads well."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from duban_archive.core.limits import Limits

DPI = 200  # 300 costs more and reads no better (measurements.md, section 3)
LONGEST = 3600  # pixels of the longer side of a page; a phone's 12 megapixels say no more than 200 dpi of A4 do
SHAPE = 3.0  # a picture longer than this many widths is a screenshot of a chat, kept at its full length


def page_images(path: Path, media_type: str, pages: tuple[int, ...], limits: Limits) -> Iterator[tuple[int, Any]]:
    """``(page number from 1, picture as BGR array)`` of the pages asked for, all when ``pages`` is empty."""
    if media_type == "application/pdf":
        yield from _pdf_pages(path, pages, limits)
    elif media_type.startswith("image/"):
        yield from _frames(path, pages, limits)
    else:
        yield from _rendered_pages(path, media_type, pages, limits)


def _pdf_pages(path: Path, pages: tuple[int, ...], limits: Limits) -> Iterator[tuple[int, Any]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as fault:
        raise ValueError("PDF 打不开（可能已损坏或有打开密码），未做文字识别；原件已保存。") from fault
    try:
        document.init_forms()
        for number in pages or range(1, min(len(document), limits.pages) + 1):
            if not 1 <= number <= len(document):
                continue
            try:
                page = document[number - 1]
                longest = max(*page.get_size(), 1.0)
                bitmap = page.render(scale=min(DPI / 72, LONGEST / longest), rev_byteorder=False)
                yield number, _as_bgr(bitmap.to_numpy())
            except pypdfium2.PdfiumError:
                continue  # a page that cannot be drawn stays unread; the others are read
    finally:
        document.close()


def _rendered_pages(path: Path, media_type: str, pages: tuple[int, ...], limits: Limits) -> Iterator[tuple[int, Any]]:
    """The pages of an OFD, or of a Word file full of pasted photos, as they print."""
    from duban_archive.adapters.office import to_pdf

    with tempfile.TemporaryDirectory(prefix="duban-pages-", ignore_cleanup_errors=True) as folder:
        drawn = to_pdf(
            path, media_type=media_type, file_name=path.name, out=Path(folder) / "pages.pdf", limits=limits,
            without=("content",),
        )  # fmt: skip
        if drawn.path is None:
            raise ValueError("文件画不出页面（可能已损坏），未做文字识别；原件已保存。")
        yield from _pdf_pages(drawn.path, pages, limits)


def _frames(path: Path, pages: tuple[int, ...], limits: Limits) -> Iterator[tuple[int, Any]]:
    import numpy as np

    from duban_archive.adapters.pictures import frames

    for number, frame in frames(path, pages, limits):
        longer, shorter = max(frame.size), max(1, min(frame.size))
        longest = LONGEST if longer <= SHAPE * shorter else longer
        if longer > longest:
            frame = frame.resize([max(1, round(side * longest / longer)) for side in frame.size], reducing_gap=2.0)
        yield number, _as_bgr(np.asarray(frame.convert("RGB"))[:, :, ::-1])


def _as_bgr(array: Any) -> Any:
    import numpy as np

    if array.ndim == 2 or array.shape[2] == 1:
        return np.ascontiguousarray(np.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2))
    return np.ascontiguousarray(array[:, :, :3])
