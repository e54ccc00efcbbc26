"""From words with corners to lines of text in the order a person reads them; pure arithmetic, no picture.

::

    words ──deskew──▶ cells ──columns──▶ bands of cells ──rows──▶ lines: cells of a row joined with tabs
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

Point = tuple[float, float]

MIN_COLUMN_LINES = 4  # lines a column of running text has at least
MIN_COLUMN_CHARACTERS = 10  # and characters across: narrower is a table
FULL_LINE = 0.8  # of the column's width: a line of running text fills its column, a cell of a table does not
FULL_SHARE = 0.6  # of a column's lines that do


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A run of text on one line: its corners (top left, then clockwise, in pixels), and how sure (0..1)."""

    corners: tuple[Point, Point, Point, Point]
    text: str
    score: float


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


def text_of(words: Sequence[Word]) -> str:
    """The page's text: a line a row, tabs between cells of a row, columns of running text one after the other."""
    return "\n".join(line_text(row) for block in blocks(upright(words)) for row in rows(block))


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
    """Where a gap between two columns of running text stands, if there is one; headlines may cross it."""
    if len(cells) < 2 * MIN_COLUMN_LINES:
        return None
    left, right = min(cell.left for cell in cells), max(cell.right for cell in cells)
    line = median(cell.height for cell in cells)
    best: tuple[int, float] | None = None
    for edge in sorted({cell.right for cell in cells}):
        place = edge + 0.3 * line
        if not left + 0.2 * (right - left) < place < right - 0.2 * (right - left):
            continue
        crossing = sum(1 for cell in cells if cell.left < place < cell.right)
        if crossing > 0.15 * len(cells) or (best is not None and best[0] <= crossing):
            continue
        sides = [c for c in cells if c.right <= place], [c for c in cells if c.left >= place]
        if all(_is_running_text(side, line) for side in sides):
            best = (crossing, place)
    return best[1] if best else None


def _is_running_text(cells: list[Cell], line: float) -> bool:
    if len(cells) < MIN_COLUMN_LINES:
        return False
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
    """The cells of a row: a tab where the gap is a table's, a space between Latin words, nothing within Chinese."""
    text = row[0].text.strip()
    for before, cell in pairwise(row):
        gap = (cell.left - before.right) / min(before.height, cell.height)
        latin = text[-1:].isascii() and cell.text[:1].isascii()
        text += "\t" if gap > 1.0 else " " if latin else ""
        text += cell.text.strip()
    return text
