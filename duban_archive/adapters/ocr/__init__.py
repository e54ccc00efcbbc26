"""Read the text off scanned pages and photos, offline, with RapidOCR's bundled models.

::

    file ──▶ images: page pictures ──▶ engine: words, tables ──▶ layout: lines in reading order ──▶ Passage

Called in a worker process (``adapters.worker``): an engine takes about 600 MB and seconds a page, so it is made once
a process.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from duban_archive.core.limits import Limits
from duban_archive.core.model import Locator, Passage

NEEDED = ("rapidocr", "onnxruntime", "cv2", "numpy")


def available() -> str:
    """Why nothing can be read off pictures on this machine, in words for the office; ``""`` when it can."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        return f"文字识别组件缺失（{'、'.join(missing)}），扫描件和照片暂时只能按文件名归类；请重新安装本程序后再试。"
    return ""


def read_pages(
    path: str | Path, *, media_type: str, pages: Iterable[int] = (), limits: Limits | None = None, threads: int = 1
) -> tuple[Passage, ...]:
    """One passage a page, in page order; ``pages`` counts from 1, empty means all (a photo has page 1 only).

    A blank page gives a passage with empty text, so that it is not read again; a page that cannot be drawn is left out.
    ``confidence`` is the mean of the page's lines, weighted by their length. Raises ``ValueError`` with a reason in
    Chinese when the file cannot be opened at all. ``threads``: of the engine; one worker a core with one thread each
    reads more pages a minute than one worker with all (docs/ocr-and-renditions.md).
    """
    from duban_archive.adapters.ocr.engine import engine
    from duban_archive.adapters.ocr.images import page_images
    from duban_archive.adapters.ocr.layout import confidence, text_of

    reader = engine(threads)
    passages = []
    for number, image in page_images(Path(path), media_type, tuple(pages), limits or Limits()):
        sheet = reader.read(image)
        text, sure = text_of(sheet.words, sheet.tables), confidence(sheet.words)
        passages.append(Passage(locator=Locator(page=number), text=text, ocr=True, confidence=sure))
    return tuple(passages)
