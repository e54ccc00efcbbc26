"""A record's pages as one PDF for the disc: pages with personal data become pictures with the numbers blacked out.

Runs in the worker, on untrusted files. A page whose numbers are only known from recognised text (a scan) cannot be
blacked out to the letter: a notice stands in its place.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.core.personal import find, mask

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 150
_AROUND = 1.5  # points blackened around a letter
WITHHELD = ("本页含有个人信息", "(身份证号、电话、银行卡号等)", "没有放入查阅盘", "请到现场查阅原件")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What was written: each page's text, masked; the pages (from 1) that were blacked out or withheld."""

    texts: tuple[str, ...]
    masked: tuple[int, ...]
    withheld: tuple[int, ...]


def press(sources: Sequence[tuple[Path, tuple[int, ...]]], out: Path, *, hide: frozenset[int]) -> Pressed:
    """Write the pages of ``sources`` (a PDF, and which pages from 1, empty = all) to ``out``; ``hide``: withhold these
    pages of the result, counted from 1."""
    import pypdfium2 as pdfium

    made = pdfium.PdfDocument.new()
    texts: list[str] = []
    masked: list[int] = []
    withheld: list[int] = []
    try:
        for path, only in sources:
            source = pdfium.PdfDocument(path)
            try:
                for at in only or range(1, len(source) + 1):
                    number = len(texts) + 1
                    if number in hide:
                        page = source[at - 1]
                        _picture_page(made, _notice(page.get_width(), page.get_height()), page.get_size())
                        withheld.append(number)
                        texts.append("")
                        continue
                    text, boxes = _personal(source[at - 1])
                    texts.append(mask(text))
                    if boxes:
                        page = source[at - 1]
                        _picture_page(made, _blackened(page, boxes), page.get_size())
                        masked.append(number)
                    else:
                        made.import_pages(source, [at - 1])
            finally:
                source.close()
        made.save(str(out), version=17)
    finally:
        made.close()
    return Pressed(texts=tuple(texts), masked=tuple(masked), withheld=tuple(withheld))


def _personal(page: Any) -> tuple[str, list[tuple[float, float, float, float]]]:
    """A page's text, and where letters of personal data stand on it (left, bottom, right, top in points)."""
    shown = page.get_textpage()
    try:
        count = shown.count_chars()
        text = shown.get_text_range(0, count) if count > 0 else ""
        boxes = [
            shown.get_charbox(at)
            for start, end, _ in find(text)
            for at in range(start, min(end, count))
            if not text[at].isspace()
        ]
    finally:
        shown.close()
    return text, boxes


def _blackened(page: Any, boxes: Sequence[tuple[float, float, float, float]]) -> Image:
    from PIL import ImageDraw

    scale = _DPI / 72
    bitmap = page.render(scale=scale)
    picture: Image = bitmap.to_pil().convert("RGB")
    pen = ImageDraw.Draw(picture)
    to_page = bitmap.get_posconv(page)
    for left, bottom, right, top in boxes:
        ends = [to_page.to_bitmap(x, y) for x, y in ((left, bottom), (right, top))]
        xs, ys = sorted(x for x, _ in ends), sorted(y for _, y in ends)
        around = _AROUND * scale
        pen.rectangle((xs[0] - around, ys[0] - around, xs[1] + around, ys[1] + around), fill="black")
    return picture


def _notice(width: float, height: float) -> Image:
    from PIL import Image, ImageDraw, ImageFont

    from duban_archive import fonts

    scale = 100 / 72
    picture = Image.new("RGB", (max(1, round(width * scale)), max(1, round(height * scale))), "white")
    pen = ImageDraw.Draw(picture)
    size = max(8, round(picture.width / 28))
    face = ImageFont.truetype(str(fonts.font_path(fonts.SANS)), size)
    for n, line in enumerate(WITHHELD):
        at = (picture.width / 2, picture.height / 2 + (n - len(WITHHELD) / 2) * size * 1.8)
        pen.text(at, line, fill="black", font=face, anchor="mm")
    return picture


def _picture_page(made: Any, picture: Image, size: tuple[float, float]) -> None:
    import pypdfium2 as pdfium

    jpeg = io.BytesIO()
    picture.save(jpeg, format="JPEG", quality=80)
    jpeg.seek(0)
    page = made.new_page(*size)
    image = pdfium.PdfImage.new(made)
    image.load_jpeg(jpeg, inline=True)
    image.set_matrix(pdfium.PdfMatrix().scale(*size))
    page.insert_obj(image)
    page.gen_content()
