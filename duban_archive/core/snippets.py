"""The sentence in which the words were found, cut from the original text, with the match between ``[[`` and ``]]``."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from duban_archive.core.model import Locator
from duban_archive.core.page_map import letters_of
from duban_archive.core.plain import offsets
from duban_archive.core.query import Query
from duban_archive.core.seams import without_foot

# A sentence ends here; in a block of paragraphs a line ends it too, and in a block of rows only a line does.
_STOP = re.compile(r"[。！？!?；;]|\n[ \t]*\n")
_STOP_OR_LINE = re.compile(r"[。！？!?；;\n\t]")
_LINE = re.compile(r"\n")
# Further than this from the match a sentence is cut off, in characters of the original.
_BEFORE, _AFTER = 40, 80
# Words that stand no further apart than this are shown together.
_NEAR = 120
_BREAK = re.compile(r"[\t ]*[\r\n\x0b\x0c]+[\t ]*|\t+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """``text``: the sentence with its matches marked; ``line``: how many line ends stand before the match.

    ``letters``: how many letters stand before it in its line, on a page without numbered lines in all of the page.
    """

    text: str
    line: int = 0
    letters: int = 0


def snippet(text: str, query: Query, *, locator: Locator | None = None, simplify: bool = False) -> Snippet:
    """Cut the sentence where ``query`` matches ``text`` best; its beginning when no word of the query is there.

    ``locator``: in a block of rows or paragraphs a line is whole; on a page it may go on in the next.
    """
    plain, origin = offsets(text, simplify=simplify)
    spans = _spans(plain, query)
    if not spans:
        return Snippet(text=_one_line(text[: _BEFORE + _AFTER].strip()))
    places = [(origin[start], origin[end - 1] + 1) for start, end in spans]
    start, end = places[_best(plain, spans)]
    begin, finish = _sentence(text, start, end, _stop_of(locator))
    numbered = locator is not None and (locator.row or locator.paragraph)
    before = text[text.rfind("\n", 0, start) + 1 if numbered else 0 : start]
    marked = _marked(text, begin, finish, places)
    return Snippet(text=marked, line=text.count("\n", 0, start), letters=len(letters_of(before)))


def across(before: str, after: str, query: Query, *, locator: Locator | None = None, simplify: bool = False) -> Snippet:
    """Cut the sentence in which a word of ``query`` goes across the end of one text into the next.

    ``line`` counts in the first text. A page number at the foot is left out where the word goes on behind it.
    """
    for ending in dict.fromkeys((without_foot(before), before.rstrip())):
        text = f"{ending}\n{after}"
        plain, origin = offsets(text, simplify=simplify)
        spans = [
            (at, at + len(needle))
            for alternatives in query.words
            for needle in alternatives
            for at in _places(plain, needle)
            if origin[at] < len(ending) < origin[at + len(needle) - 1]
        ]
        if spans:
            first, last = max(spans, key=lambda span: span[1] - span[0])
            start, end = origin[first], origin[last - 1] + 1
            begin, finish = _sentence(text, start, end, _stop_of(locator))
            others = [span for span in _words_at(plain, query) if span[1] <= first or span[0] >= last]
            places = sorted([(start, end), *((origin[a], origin[b - 1] + 1) for a, b in others)])
            return Snippet(text=_marked(text, begin, finish, places), line=text.count("\n", 0, start))
    tail = before.rstrip()[-_BEFORE:]
    return Snippet(text=_one_line(f"…{tail}\n{after[:_AFTER]}"), line=before.rstrip().count("\n"))


def _places(plain: str, needle: str) -> Iterator[int]:
    at = plain.find(needle)
    while at >= 0:
        yield at
        at = plain.find(needle, at + 1)


def at_line(locator: Locator, line: int) -> Locator:
    """The locator of a block's line: its own row or paragraph."""
    if locator.row is not None:
        return dataclasses.replace(locator, row=locator.row + line)
    if locator.paragraph is not None:
        return dataclasses.replace(locator, paragraph=locator.paragraph + line)
    return locator


def _spans(plain: str, query: Query) -> list[tuple[int, int]]:
    """Where the phrase stands, else where its words stand, in order, none inside another."""
    if len(query.words) > 1 and query.phrase in plain:
        return [match.span() for match in re.finditer(re.escape(query.phrase), plain)]
    return _words_at(plain, query)


def _words_at(plain: str, query: Query) -> list[tuple[int, int]]:
    needles = sorted({needle for alternatives in query.words for needle in alternatives}, key=len, reverse=True)
    found = re.finditer("|".join(map(re.escape, needles)), plain) if needles else iter(())
    return [match.span() for match in found]


def _best(plain: str, spans: Sequence[tuple[int, int]]) -> int:
    """The match with the most different words soon after it; the first of equals."""
    best, most = 0, 0
    for place, (start, _) in enumerate(spans[:200]):
        words = {plain[begin:end] for begin, end in spans[place : place + 8] if begin - start < _NEAR}
        if len(words) > most:
            best, most = place, len(words)
    return best


def _stop_of(locator: Locator | None) -> re.Pattern[str]:
    if locator is not None and locator.row is not None:
        return _LINE
    return _STOP_OR_LINE if locator is not None and locator.paragraph is not None else _STOP


def _sentence(text: str, start: int, end: int, stop: re.Pattern[str]) -> tuple[int, int]:
    begin = max(0, start - _BEFORE)
    for mark in stop.finditer(text, begin, start):
        begin = mark.end()
    ends = stop.search(text, end, end + _AFTER)
    if ends is None:
        return begin, min(len(text), end + _AFTER)
    return begin, ends.start() if ends[0].isspace() else ends.end()


def _marked(text: str, begin: int, finish: int, places: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = begin
    for start, end in places:
        if at <= start and end <= finish:
            pieces += [_one_line(text[at:start]), "[[", _one_line(text[start:end]), "]]"]
            at = end
    pieces.append(_one_line(text[at:finish]))
    cut_before = begin > 0 and not _STOP_OR_LINE.match(text, begin - 1)
    cut_after = finish < len(text) and not any(_STOP_OR_LINE.match(text, at) for at in (finish, finish - 1))
    return ("…" if cut_before else "") + "".join(pieces).strip() + ("…" if cut_after else "")


def _one_line(text: str) -> str:
    """Line ends and tabs as a space, or as nothing between two Chinese characters of one broken line."""

    def gap(match: re.Match[str]) -> str:
        around = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        return "" if "\t" not in match[0] and all(map(_WIDE.match, around)) else " "

    return _BREAK.sub(gap, text)
