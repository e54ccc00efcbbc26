"""Lays out what a reader found as lines and table headers, whatever the format: the ground of describing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from duban_archive.core.model import Extracted, Table
from duban_archive.core.wording import CJK, mend, tidy

HEAD_LINES = 160
TAIL_LINES = 80
BODY_CHARACTERS = 24_000
LINE_CHARACTERS = 400
_SPLIT = re.compile(r"\t+|[|│┃]+|\s{2,}|(?<=[\u4e00-\u9fff)）%])\s(?=[\u4e00-\u9fff(（])")
_DATA = re.compile(r"^[\d.,%/\-:\s√×✓]+$")
_PUNCTUATION = re.compile(r"[。；！？!?;]|，.*，|^[（(]?[一二三四五六七八九十\d]+[)）、.．]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A paper as lines, whatever its format.

    ``head``/``tail``: non-empty tidy lines; ``raw_head``: the same with their gaps; ``headers``: cells that head a
    table's columns; ``body``: bounded text for counting words; ``rows``: data rows seen; ``characters`` of text.
    """

    head: tuple[str, ...] = ()
    raw_head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    body: str = ""
    rows: int = 0
    characters: int = 0
    ocr: bool = False
    picture: bool = False
    moving: bool = False


def lay_out(extracted: tuple[Extracted, ...]) -> Layout:
    """One layout for a record of one or several parts: the head is the first part's, the tail the last's."""
    raw: list[str] = []
    body: list[str] = []
    characters = 0
    ocr = False
    tail: list[str] = []
    for one in extracted:
        for line, is_ocr in _lines(one):
            ocr = ocr or is_ocr
            if characters < BODY_CHARACTERS:
                body.append(mend(line[: BODY_CHARACTERS - characters]))
            characters += len(line)
            if len(raw) < HEAD_LINES:
                raw.append(mend(line[:LINE_CHARACTERS]))
            tail.append(mend(line[-LINE_CHARACTERS:]))
            if len(tail) > 4 * TAIL_LINES:
                del tail[: -2 * TAIL_LINES]
    tables = [table for one in extracted for table in one.tables]
    headers = list(dict.fromkeys(cell for table in tables[:12] for cell in table_headers(table)))
    if len(headers) < 3:
        headers += [cell for cell in _typed_headers(raw) if cell not in headers]
    media = {one.media_type.partition("/")[0] for one in extracted}
    sheets = dict.fromkeys(t.locator.sheet for t in tables if t.locator.sheet and not t.hidden)
    return Layout(
        head=tuple(_tidy_cells(line) for line in raw),
        raw_head=tuple(raw),
        tail=tuple(_tidy_cells(line) for line in tail[-TAIL_LINES:]),
        headers=tuple(headers[:80]),
        sheets=tuple(s for s in sheets if s),
        body="\n".join(body)[:BODY_CHARACTERS],
        rows=sum(max(len(table.rows) - 1, 0) for table in tables),
        characters=characters,
        ocr=ocr,
        picture="image" in media,
        moving="video" in media or "audio" in media,
    )


def _lines(one: Extracted) -> Iterator[tuple[str, bool]]:
    if not one.passages:
        for table in one.tables:
            for row in table.rows:
                if line := _row_line(row):
                    yield line, False
        return
    for passage in one.passages:
        for line in passage.text.split("\n"):
            line = line.strip(" \t\r\u3000\xa0\x0b\x0c\ufeff")
            if "\t" in line:
                line = _row_line(line.split("\t"))
            if line:
                yield line, passage.ocr


def _tidy_cells(line: str) -> str:
    return "\t".join(tidy(cell) for cell in line.split("\t")) if "\t" in line else tidy(line)


def _row_line(cells: Iterable[str]) -> str:
    """A row as one line; a merged cell, repeated by the reader, is said once."""
    said: list[str] = []
    for cell in cells:
        cell = cell.strip()
        if cell and (not said or said[-1] != cell):
            said.append(cell)
    return "\t".join(said)


def table_headers(table: Table) -> tuple[str, ...]:
    """The cells that head a table's columns: of the first rows, the fullest one of short words (and its neighbour)."""
    best: tuple[int, int] = (0, -1)
    scored: list[int] = []
    for n, row in enumerate(table.rows[:10]):
        cells = [cell.strip() for cell in row if cell.strip()]
        words = {cell for cell in cells if len(cell) <= 24 and CJK.search(cell) and not _PUNCTUATION.search(cell)}
        numbers = sum(1 for cell in cells if _DATA.match(cell))
        score = len(words) - 2 * numbers if len(words) > 1 else 0
        scored.append(score)
        if score > best[0] * 1.5:
            best = (score, n)
    if best[1] < 0:
        return ()
    chosen = [best[1]]
    chosen += [n for n in (best[1] - 1, best[1] + 1) if 0 <= n < len(scored) and scored[n] >= max(2, best[0] // 3)]
    cells = [re.sub(r"\s+", "", cell) for n in sorted(chosen) for cell in table.rows[n]]
    return tuple(dict.fromkeys(cell for cell in cells if cell and len(cell) <= 24 and not _DATA.match(cell)))


def _typed_headers(lines: list[str]) -> list[str]:
    """Headers of a table that came as plain lines (PDF, OCR): at least three short words with gaps between."""
    for line in lines[:24]:
        cells = [cell.strip() for cell in _SPLIT.split(line) if cell.strip()]
        if len(cells) >= 3 and all(
            len(c) <= 12 and not _DATA.match(c) and not re.search(r"[。；：:《》]", c) for c in cells
        ):
            return list(dict.fromkeys(cells))
    return []
