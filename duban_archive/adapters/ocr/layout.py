"""From words with corners to lines of text in the order a person reads them; pure arithmetic, no picture.

::

    words ──deskew──▶ cells ──ruled tables──▶ a table is one cell ──columns──▶ bands ──rows──▶ lines, tabs between cells
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

MIN_COLUMN_LINES = 4  # lines a column of running text has at least
MIN_COLUMN_CHARACTERS = 10  # and characters across: narrower is a table
FULL_LINE = 0.8  # of the column's width: a line of running text fills its column, a cell of a table does not
FULL_SHARE = 0.5  # of a column's lines that do
MOST_LINES = 5  # of text in a cell of a true table, mostly
CROSSING = 0.15  # of all cells may cross the gap between two columns: headlines, a footer


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A run of text on one line: its corners (top left, then clockwise, in pixels), and how sure (0..1)."""

    corners: tuple[Point, Point, Point, Point]
    text: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is on a page: its words, and for each ruled table its cells, in pixels of the page turned upright."""

    words: tuple[Word, ...] = ()
    tables: tuple[tuple[Box, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A word set upright: its edges in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def height(self) -> float:
        """Line height in pixels, at least 1."""
        return max(1.0, self.bottom - self.top)

    @property
    def middle(self) -> float:
        """Half way down."""
        return (self.top + self.bottom) / 2


def confidence(words: Sequence[Word]) -> float | None:
    """The mean score of a page, each word weighted by its length; ``None`` for a page without text."""
    weight = sum(len(word.text) for word in words)
    return round(sum(word.score * len(word.text) for word in words) / weight, 4) if weight else None


def text_of(words: Sequence[Word], tables: Sequence[Sequence[Box]] = ()) -> str:
    """The page's text: a line a row, tabs between cells of a row, columns of running text one after the other.

    ``tables``: the cells of ruled tables, in pixels of the page turned upright.
    """
    cells = upright(words)
    for grid in tables:
        cells = _with_table(cells, grid)
    return "\n".join(line_text(row) for block in blocks(cells) for row in rows(block))


def _with_table(cells: list[Cell], grid: Sequence[Box]) -> list[Cell]:
    """The cells with those that stand in the table's grid set as one, a line a row of the table."""
    outside: list[Cell] = []
    held: dict[Box, list[Cell]] = {box: [] for box in grid}
    for cell in cells:
        middle = (cell.left + cell.right) / 2
        box = next((b for b in grid if b[0] <= middle <= b[2] and b[1] <= cell.middle <= b[3]), None)
        (outside if box is None else held[box]).append(cell)
    inside = {box: rows(some) for box, some in held.items()}
    lines = sum(len(some) for some in inside.values())
    crowded = sum(len(some) for some in inside.values() if len(some) > MOST_LINES)
    if sum(1 for some in inside.values() if some) < 2 or crowded > 0.4 * lines:
        return cells  # a frame around text, or a table whose lines the scan lost
    bands = _bands(grid)
    table: list[dict[Box, str]] = [{} for _ in bands]
    for box, some in inside.items():
        for band, text in _placed(box, some, bands):
            table[band][box] = table[band].get(box, "") + text
    texts = ["\t".join(row[box] for box in sorted(row)).rstrip("\t") for row in table]
    left, top = min(box[0] for box in grid), min(box[1] for box in grid)
    right, bottom = max(box[2] for box in grid), max(box[3] for box in grid)
    whole = "\n".join(text for text in texts if text)
    return [*outside, Cell(left=left, top=top, right=right, bottom=bottom, text=whole)]


def _bands(grid: Sequence[Box]) -> list[float]:
    """The top edges of the table's rows."""
    low = min(box[3] - box[1] for box in grid)
    tops: list[float] = []
    for top in sorted(box[1] for box in grid):
        if not tops or top - tops[-1] >= 0.5 * low:
            tops.append(top)
    return tops


def _placed(box: Box, lines: list[list[Cell]], bands: list[float]) -> list[tuple[int, str]]:
    """``(row, text)`` of a cell: in the row where it begins, its lines joined.

    A cell over several rows whose lines stand in rows of their own has lost a rule in the scan: each keeps its row. Not
    so 负/责/人 written down a merged cell, whose lines are short.
    """
    first = bisect_right(bands, box[1] + 1) - 1
    texts = [line_text(line) for line in lines]
    own = [max(first, bisect_right(bands, line[0].middle) - 1) for line in lines]
    long = sum(len(text) for text in texts) >= 3 * len(texts)
    if len(lines) > 1 and long and len(set(own)) == len(own):
        return list(zip(own, texts, strict=True))
    return [(max(0, first), "".join(texts))]


def skew(words: Sequence[Word]) -> float:
    """The slope of the lines in radians: the median over wide words, which show it best."""
    slopes = []
    for word in words:
        (left, top), (right, right_top) = word.corners[0], word.corners[1]
        (_, bottom) = word.corners[3]
        if right - left > 4 * max(1.0, bottom - top):
            slopes.append(math.atan2(right_top - top, right - left))
    return median(slopes) if slopes else 0.0


def upright(words: Sequence[Word]) -> list[Cell]:
    """Turn all words by the page's skew, so that a row has one height over the whole width."""
    angle = skew(words)
    cosine, sine = math.cos(-angle), math.sin(-angle)
    cells = []
    for word in words:
        across = [x * cosine - y * sine for x, y in word.corners]
        down = [x * sine + y * cosine for x, y in word.corners]
        # mean of both ends: a box that still leans a little keeps its true height
        top, bottom = (down[0] + down[1]) / 2, (down[2] + down[3]) / 2
        cells.append(Cell(left=min(across), top=top, right=max(across), bottom=bottom, text=word.text))
    return cells


def blocks(cells: list[Cell]) -> list[list[Cell]]:
    """Cut the page into blocks read one after the other: the whole, or bands with a left and a right column."""
    gutter = _gutter(cells)
    if gutter is None:
        return [cells] if cells else []
    crossing = sorted((cell for cell in cells if cell.left < gutter < cell.right), key=lambda cell: cell.middle)
    edges = [cell.middle for cell in crossing] + [math.inf]
    result: list[list[Cell]] = []
    above = -math.inf
    for position, edge in enumerate(edges):
        band = [cell for cell in cells if above < cell.middle < edge and cell not in crossing]
        result += blocks([cell for cell in band if cell.right <= gutter])
        result += blocks([cell for cell in band if cell.left >= gutter])
        if position < len(crossing):
            result.append([crossing[position]])
        above = edge
    return result


def _gutter(cells: list[Cell]) -> float | None:
    """Where a gap between columns of running text stands, if there is one; headlines may cross it."""
    if len(cells) < 2 * MIN_COLUMN_LINES:
        return None
    line = median(cell.height for cell in cells)
    found: tuple[int, float] | None = None
    for place in _gaps(cells, line):
        left = [cell for cell in cells if cell.right <= place]
        right = [cell for cell in cells if cell.left >= place]
        crossing = len(cells) - len(left) - len(right)
        if found is not None and found[0] <= crossing:
            continue
        # one side may hold several columns itself
        if any(map(_is_running_text, (left, right))) and all(_is_running_text(c) or _gutter(c) for c in (left, right)):
            found = (crossing, place)
    return found[1] if found else None


def _gaps(cells: list[Cell], line: float) -> list[float]:
    """The middles of the upright strips that hardly any cell crosses, within the text."""
    left, right = min(cell.left for cell in cells), max(cell.right for cell in cells)
    step = line / 8
    crossed = [0] * (int((right - left) / step) + 1)
    for cell in cells:
        for index in range(int((cell.left - left) / step), int((cell.right - left) / step) + 1):
            crossed[index] += 1
    allowed = CROSSING * len(cells)
    gaps, start = [], None
    for index, count in enumerate(crossed):
        if count <= allowed and start is None:
            start = index
        elif count > allowed and start is not None:
            if start > 0:
                gaps.append(left + (start + index) / 2 * step)
            start = None
    return gaps


def _is_running_text(cells: list[Cell]) -> bool:
    if len(cells) < MIN_COLUMN_LINES:
        return False
    line = median(cell.height for cell in cells)
    width = max(cell.right for cell in cells) - min(cell.left for cell in cells)
    full = sum(1 for cell in cells if cell.right - cell.left >= FULL_LINE * width)
    return width >= MIN_COLUMN_CHARACTERS * line and full >= FULL_SHARE * len(cells)


def rows(cells: list[Cell]) -> list[list[Cell]]:
    """Cells that stand on one line, top row first, each row from left to right."""
    found: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: cell.middle):
        row = next((row for row in reversed(found[-3:]) if _on_line(cell, row)), None)
        if row is None:
            found.append([cell])
        else:
            row.append(cell)
    return [sorted(row, key=lambda cell: cell.left) for row in found]


def _on_line(cell: Cell, row: list[Cell]) -> bool:
    nearest = min(row, key=lambda other: abs(other.left - cell.left))
    reach = 0.5 * min(cell.height, nearest.height)
    beside = all(cell.left >= other.right - reach or cell.right <= other.left + reach for other in row)
    return beside and abs(cell.middle - nearest.middle) < reach


def line_text(row: list[Cell]) -> str:
    """The cells of a row: a tab where the gap is a table's, a space where one shows or between Latin words."""
    text = row[0].text.strip()
    for before, cell in pairwise(row):
        gap = (cell.left - before.right) / min(before.height, cell.height)
        latin = text[-1:].isascii() and cell.text[:1].isascii()
        text += "\t" if gap > 1.0 else " " if latin or gap > 0.4 else ""
        text += cell.text.strip()
    return text
