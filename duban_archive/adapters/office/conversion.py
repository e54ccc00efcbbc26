"""What a converter is given, and what it gives back: a PDF and who made it, or the reason why there is none."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted, Note
from duban_archive.core.page_map import Mark, map_lines

SENTENCES: Final = {
    "no_rendition": "没有生成 PDF 版式（{detail}）。原件已安全保存；合订本中以说明页代替，请另附 PDF 或打印件。",
    "content_rendition": "PDF 是程序按内容重新排版的“内容版式”，{detail}。"
    "文字以原件为准；需要原貌时请用原软件另存为 PDF 后一并投放。",
    "rendition_partly": "PDF 只排出了前面的部分（{detail}）。原件已安全保存且完整；需要全部时请用原软件另存为 PDF。",
    "rendition_text": "PDF 中看不到原件的部分文字（{detail}）。原件已安全保存且完整；请核对，必要时调整后另存为 PDF。",
    "film_frame": "PDF 里只有视频的一帧画面（{detail}）。原件已安全保存；迎检时请备好播放设备，或附文字说明。",
    "rendition_pages": "PDF 的页数与文件自记的页数相差较大（{detail}），版面可能与原件不同。请核对后再用于合订。",
}

SLIPS: Final = 4  # characters missing from a PDF that prove nothing: a mark of a list, a letter of a field

NOTE_CODES: Final = tuple(SENTENCES)
"""Every code that making a rendition may give; docs/ocr-and-renditions.md has what each means."""


def note(code: str, detail: str) -> Note:
    """The note of a code, with the figures or the reason."""
    return Note(code=code, text=SENTENCES[code].format(detail=detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A rendition: where the PDF is (``None``: there is none), who made it and what may differ from the original.

    ``engine`` and ``version`` belong into the cache's key: another converter, or a newer one, may do better.
    ``differs`` is a short clause for print (``""``: it is the original itself, page for page). ``places``: on which of
    its pages the lines of the original stand (`core.page_map`).
    """

    path: Path | None = None
    engine: str = ""
    version: str = ""
    pages: int | None = None
    notes: tuple[Note, ...] = ()
    differs: str = ""
    places: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One original to convert, and the PDF to write. ``fonts``: folders with the office's own faces."""

    path: Path
    media_type: str
    file_name: str
    out: Path
    limits: Limits
    fonts: tuple[Path, ...] = ()


class CannotConvertError(Exception):
    """A converter's way to say why it made nothing; the next one is tried."""


def pages_of(pdf: Path) -> int:
    """How many pages a PDF has; raises `CannotConvertError` when it does not open or has none."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(pdf) as document:
            count = len(document)
    except pypdfium2.PdfiumError as fault:
        raise CannotConvertError("PDF 打不开，可能已损坏或有打开密码") from fault
    if not count:
        raise CannotConvertError("PDF 没有页面")
    return count


def texts_of(pdf: Path) -> tuple[str, ...]:
    """The text of a PDF, page by page."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return tuple(page.get_textpage().get_text_bounded() for page in document)


def places_in(job: Job) -> tuple[Mark, ...]:
    """On which page of the PDF made each line of the original stands; nothing where the PDF cannot be read back."""
    try:
        return map_lines(_read(job).passages, texts_of(job.out))
    except MemoryError:
        raise
    except Exception:  # a PDF that prints but does not read back is still a rendition
        return ()


def share_kept(job: Job, *, figures: bool = True) -> float:
    """How much of the file's letters and hanzi the PDF has, 0..1, hidden sheets left out; 1 for an unreadable file.

    ``figures``: digits count, too; in text they are mostly page and list numbers, which a converter works out itself.
    """
    extracted = _read(job)
    hidden = {found.locator.sheet for found in extracted.tables if found.hidden}
    shown = [passage.text for passage in extracted.passages if not hidden or passage.locator.sheet not in hidden]
    counts = str.isalnum if figures else str.isalpha
    wanted = Counter(character for text in shown for character in text if counts(character))
    missing = (wanted - Counter("".join(texts_of(job.out)))).total()
    return 1 - missing / wanted.total() if missing > SLIPS else 1.0


def _read(job: Job) -> Extracted:
    from duban_archive.adapters.extract import read

    with tempfile.TemporaryDirectory(prefix="duban-reading-", ignore_cleanup_errors=True) as scratch:
        return read(
            job.path, file_name=job.file_name, media_type=job.media_type, limits=job.limits, scratch=Path(scratch)
        )
