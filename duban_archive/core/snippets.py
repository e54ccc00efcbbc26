"""The sentence in which the words were found, cut from the original text, with the match between ``[[`` and ``]]``."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from duban_archive.core.model import Locator
from duban_archive.core.plain import offsets
from duban_archive.core.query import Query

# A sentence ends here; in a table a cell does.
_END = re.compile(r"[。！？!?；;\n\t]")
# Further than this from the match a sentence is cut off, in characters of the original.
_BEFORE, _AFTER = 40, 80
_NEAR = 120
_BREAK = re.compile(r"[\t ]*[\r\n\x0b\x0c]+[\t ]*|\t+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """``text``: the sentence with its matches marked; ``line``: how many line ends stand before the match."""

    text: str
    line: int = 0


def snippet(text: str, query: Query) -> Snippet:
    """Cut the sentence where ``query`` matches ``text`` best; its beginning when no word of the query is there."""
    plain, origin = offsets(text)
    spans = _spans(plain, query)
    if not spans:
        return Snippet(text=_one_line(text[: _BEFORE + _AFTER].strip()))
    first = _best(spans)
    places = [(origin[start], _end_of(origin, end)) for start, end in spans]
    begin, finish = _sentence(text, *places[first])
    return Snippet(text=_marked(text, begin, finish, places), line=text.count("\n", 0, places[first][0]))


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
        needles: list[str] = [query.phrase]
    else:
        needles = sorted({needle for alternatives in query.words for needle in alternatives}, key=len, reverse=True)
    found = re.finditer("|".join(map(re.escape, needles)), plain) if needles else iter(())
    return [match.span() for match in found]


def _best(spans: Sequence[tuple[int, int]]) -> int:
    """The match that has the most matches of other lengths soon after it; the first of equals."""
    best, most = 0, 0
    for place, (start, _) in enumerate(spans[:200]):
        kinds = {end - begin for begin, end in spans[place : place + 8] if begin - start < _NEAR}
        if len(kinds) > most:
            best, most = place, len(kinds)
    return best


def _end_of(origin: Sequence[int], end: int) -> int:
    # just after the last matched character, not at the next one: white space may lie between
    return max(origin[end - 1] + 1, origin[end - 1] + 1 if origin[end] > origin[end - 1] + 1 else origin[end])


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    begin = max(0, start - _BEFORE)
    for mark in _END.finditer(text, begin, start):
        begin = mark.end()
    stop = _END.search(text, end, end + _AFTER)
    finish = (stop.start() if stop[0] in "\n\t" else stop.end()) if stop else min(len(text), end + _AFTER)
    return begin, finish


def _marked(text: str, begin: int, finish: int, places: Sequence[tuple[int, int]]) -> str:
    pieces: list[str] = ["…"] if begin and not _END.match(text, begin - 1) else []
    at = begin
    for start, end in places:
        if start < at or end > finish:
            continue
        pieces += [_one_line(text[at:start]), "[[", _one_line(text[start:end]), "]]"]
        at = end
    pieces.append(_one_line(text[at:finish]))
    if finish < len(text) and not _END.match(text, finish) and not _END.match(text, finish - 1):
        pieces.append("…")
    return "".join(pieces).strip()


def _one_line(text: str) -> str:
    """Line ends and tabs as a space, or as nothing between two Chinese characters of one broken line."""

    def gap(match: re.Match[str]) -> str:
        around = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
        return "" if "\t" not in match[0] and all(map(_WIDE.match, around)) else " "

    return _BREAK.sub(gap, text)
