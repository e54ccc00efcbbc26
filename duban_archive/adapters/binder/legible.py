"""Whether the forms of a binder can be read: every character stands on the page, and something of it is seen.

A cell that cuts its text keeps the words in the file, where a search finds them; only a picture of the page shows
what a person misses. Run by `proof`, in the worker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

SCALE = 1.5  # pixels to a point: the thinnest stroke of small print still darkens one
PALE = 205  # a box without anything darker is empty; shading of table heads is 242


def faint(pdf: Path, pages: Sequence[int]) -> list[str]:
    """What of these pages (from 0) cannot be seen."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(pdf) as seen:
            return [fault for page in pages if page < len(seen) for fault in _page(seen, page)]
    except PdfiumError as fault:
        return [f"合订本不能正常打开：{fault}"]


def _page(seen: Any, number: int) -> Iterator[str]:
    page = seen[number]
    text_page = page.get_textpage()
    drawn = page.render(scale=SCALE, grayscale=True, may_draw_forms=False)
    try:
        shades, stride, width, height = bytes(drawn.buffer), drawn.stride, drawn.width, drawn.height
        lost: list[str] = []
        for place in range(text_page.count_chars()):
            character = text_page.get_text_range(place, 1)
            if not character.isalnum():  # a hyphen may be thinner than a pixel
                continue
            left, bottom, right, top = (edge * SCALE for edge in text_page.get_charbox(place))
            x0, x1 = int(left), int(right) + 1
            y0, y1 = int(height - top), int(height - bottom) + 1
            inside = x0 >= -1 and y0 >= -1 and x1 <= width + 2 and y1 <= height + 2
            rows = (
                shades[y * stride + max(0, x0) : y * stride + min(width, x1)]
                for y in range(max(0, y0), min(height, y1))
            )
            if not inside or all(min(row, default=255) > PALE for row in rows):
                lost.append(character)
        if lost:
            yield f"PDF第{number + 1}页有{len(lost)}个字看不见（{''.join(lost[:12])}）"
    finally:
        drawn.close()
        text_page.close()
        page.close()


def form_pages(claimed: Mapping[str, Any]) -> list[int]:
    """The pages (from 0) that are forms: covers, lists, dividers, notes, and what stands for papers."""
    papers: set[int] = set()
    for item in claimed["items"]:
        papers.update(range(item["page"] - 1, item["page"] - 1 + item["pages"]))
        for stand in item["stands"]:
            papers.difference_update(range(stand["page"] - 1, stand["page"] - 1 + stand["pages"]))
    return [page for page in range(claimed["pages"]) if page not in papers]


def unsaid(seen: Any, claimed: Mapping[str, Any], skipped: Collection[int] = frozenset()) -> Iterator[str]:
    """What the lists, covers and seals were to say and do not: text that does not read back as it was written."""
    lists = {volume["code"]: volume for volume in claimed["volumes"]}
    said: dict[str, str] = {}
    for code, volume in lists.items():
        first = volume["contents"] - 1
        said[code] = "".join(_text(seen, page) for page in range(first, first + volume["contents_pages"]))
        cover = _text(seen, volume["cover"] - 1)
        if not (_plain(volume["code"]) in cover and _plain(volume["title"]) in cover):
            yield f"{code}卷封面读不出卷号或卷题名"
    for item in claimed["items"]:
        if _plain(item["title"]) not in said[item["volume"]]:
            yield f"{item['volume']}卷目录里读不出“{item['title'][:20]}”"
    for page, texts in claimed.get("seals", ()):
        if page not in skipped:
            there = _text(seen, page)
            yield from (f"PDF第{page + 1}页读不出章上的“{text}”" for text in texts if _plain(text) not in there)


def _text(seen: Any, number: int) -> str:
    page = seen[number]
    text_page = page.get_textpage()
    try:
        return _plain(text_page.get_text_range())
    finally:
        text_page.close()
        page.close()


def _plain(text: str) -> str:
    """Letters, digits and hanzi: what every face has, however the line is broken."""
    return "".join(c for c in text if c.isalnum() and (c.isascii() or "\u3400" <= c <= "\u9fff"))
