"""On which page of its printed form a line of a paper stands: the lines read out of the file held against the pages.

::

    lines (paragraphs, rows, slides) ──▶ letters ─┐  runs of letters that occur as often in both,
    pages of the PDF                 ──▶ letters ─┴─ grown to both sides ──▶ Mark(line, letter, page) …

What occurs more often in one of them (page numbers, running heads) tells nothing and is passed over. A line of which
nothing is sure takes the page of its neighbours where these agree; else it has none: unknown stays unknown.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from duban_archive.core.model import Locator, Passage
from duban_archive.core.plain import normalise

RUN = 8  # letters in a row that are looked up
MOST = 1_500_000  # letters of a file beyond which no map is made
UNKNOWN = 0

# [sheet, line number in it (row, paragraph or slide), letters of the line before, page or 0]
Mark = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True)
class _Line:
    sheet: str
    number: int
    text: str


def letters_of(text: str) -> str:
    """The letters, hanzi and digits of a text in the one spelling that search uses."""
    return "".join(filter(str.isalnum, normalise(text)))


def map_lines(passages: Iterable[Passage], pages: Sequence[str]) -> tuple[Mark, ...]:
    """Where the page changes, in the order of the lines; empty when there is nothing to hold against each other."""
    lines = [line for line in _lines(passages) if line.text]
    printed = [letters_of(page) for page in pages]
    whole = "".join(printed)
    if not lines or not whole or len(whole) + sum(len(line.text) for line in lines) > MOST:
        return ()
    if len(pages) == 1:
        return _changes((line, [(0, 1)]) for line in lines)
    starts = _starts(printed)
    placed = [_placed(line.text, whole, runs) for line, runs in zip(lines, _looked_up(lines, whole), strict=True)]
    found = [_pages_of(places, starts) for places in placed]
    _fill(lines, placed, found, whole, starts)
    return _changes((line, _runs(one)) for line, one in zip(lines, found, strict=True))


def page_at(marks: Sequence[Mark], locator: Locator, letters: int = 0) -> int | None:
    """The page of a line, at so many letters into it; ``None`` where it is not known."""
    number = locator.row or locator.paragraph or locator.page
    if number is None:
        return None
    own = [mark for mark in marks if mark[0] == (locator.sheet or "")]
    at = bisect.bisect_right(own, (locator.sheet or "", number, letters, float("inf"))) - 1
    return (own[at][3] or None) if at >= 0 else None


def _lines(passages: Iterable[Passage]) -> Iterator[_Line]:
    """Each line with its own number, as `core.snippets.at_line` numbers them; a slide is one line."""
    for passage in passages:
        place = passage.locator
        first = place.row or place.paragraph
        if first is None:
            if place.page is not None:
                yield _Line(place.sheet or "", place.page, letters_of(passage.text))
            continue
        for offset, text in enumerate(passage.text.split("\n")):
            yield _Line(place.sheet or "", first + offset, letters_of(text))


def _starts(printed: Sequence[str]) -> list[int]:
    """Where each page begins in the letters of all."""
    starts, at = [], 0
    for page in printed:
        starts.append(at)
        at += len(page)
    return starts


def _looked_up(lines: Sequence[_Line], whole: str) -> Iterator[list[tuple[int, int]]]:
    """``(letter of the line, letter of the print)`` of each run that occurs as often in both, in order."""
    printed: dict[str, list[int]] = {}
    for at in range(len(whole) - RUN + 1):
        printed.setdefault(whole[at : at + RUN], []).append(at)
    read: dict[str, int] = {}
    for line in lines:
        for at in range(len(line.text) - RUN + 1):
            run = line.text[at : at + RUN]
            if run in printed:
                read[run] = read.get(run, 0) + 1
    met: dict[str, int] = {}
    for line in lines:
        found = []
        for at in range(len(line.text) - RUN + 1):
            run = line.text[at : at + RUN]
            places = printed.get(run, ())
            if places and len(places) == read[run]:
                found.append((at, places[met.get(run, 0)]))
                met[run] = met.get(run, 0) + 1
        yield found


def _placed(text: str, whole: str, runs: Sequence[tuple[int, int]]) -> list[int]:
    """Where each letter of a line stands in the print, -1 where not found: runs, grown as far as the letters agree."""
    places = [-1] * len(text)
    for at, there in runs:
        if places[at] >= 0 and places[at + RUN - 1] >= 0:
            continue
        first, begin = at, there
        while first and begin and text[first - 1] == whole[begin - 1] and places[first - 1] < 0:
            first, begin = first - 1, begin - 1
        last, end = at, there
        while last < len(text) and end < len(whole) and text[last] == whole[end]:
            last, end = last + 1, end + 1
        places[first:last] = range(begin, end)
    return places


def _pages_of(places: Sequence[int], starts: Sequence[int]) -> list[int]:
    """The page of each letter; what stands between two letters of a page, or at a line's ends, is on it, too."""
    pages = [bisect.bisect_right(starts, place) if place >= 0 else UNKNOWN for place in places]
    known = [at for at, page in enumerate(pages) if page]
    for one, other in itertools.pairwise(known):
        if pages[one] == pages[other]:
            pages[one + 1 : other] = [pages[one]] * (other - one - 1)
    if known:
        pages[: known[0]] = [pages[known[0]]] * known[0]
        pages[known[-1] + 1 :] = [pages[known[-1]]] * (len(pages) - known[-1] - 1)
    return pages


def _fill(
    lines: Sequence[_Line], placed: Sequence[list[int]], found: list[list[int]], whole: str, starts: Sequence[int]
) -> None:
    """Lines of which nothing was found: by their neighbours, or by where they stand in the print between these."""
    known = [at for at, pages in enumerate(found) if pages[0]]
    for one, other in zip([None, *known], [*known, None], strict=True):
        between = range(0 if one is None else one + 1, len(found) if other is None else other)
        begin = 0 if one is None else max(placed[one]) + 1
        end = len(whole) if other is None else min(place for place in placed[other] if place >= 0)
        for at in between:
            found[at] = [_only_page(lines[at].text, whole, begin, end, starts)] * len(found[at])


def _only_page(text: str, whole: str, begin: int, end: int, starts: Sequence[int]) -> int:
    """The page of a short line that stands somewhere from ``begin`` to ``end``, if only one page can be meant."""
    first = bisect.bisect_right(starts, max(0, begin - 1))
    last = bisect.bisect_right(starts, min(end, len(whole) - 1))
    if begin > end or first == last:
        return first if begin <= end else UNKNOWN
    pages = set()
    at = whole.find(text, begin, end)
    while at >= 0:
        pages.add(bisect.bisect_right(starts, at))
        at = whole.find(text, at + 1, end)
    return pages.pop() if len(pages) == 1 else UNKNOWN


def _runs(pages: Sequence[int]) -> list[tuple[int, int]]:
    return [(at, page) for at, page in enumerate(pages) if not at or page != pages[at - 1]]


def _changes(lines: Iterable[tuple[_Line, list[tuple[int, int]]]]) -> tuple[Mark, ...]:
    """Marks only where a page differs from that of the letter before, sheet by sheet."""
    marks: list[Mark] = []
    current: dict[str, int] = {}
    for line, runs in lines:
        for at, page in runs:
            if current.get(line.sheet) != page:
                marks.append((line.sheet, line.number, at, page))
                current[line.sheet] = page
    return tuple(sorted(marks))
