"""Words that go across a page's end: candidates from how texts begin and end, checked on both texts.

Each text has the terms of its first and last characters (``grams.edges_of``). A needle can be cut in as many ways as it
has characters; for each, the texts that end with its first part and the texts that begin with the rest are looked up,
and only where both are of one record is it asked who follows whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban_archive.adapters.search.candidates import candidates
from duban_archive.adapters.search.grams import begins, ends
from duban_archive.adapters.search.ranking import Tally
from duban_archive.adapters.search.segment import Segment
from duban_archive.core.query import Query
from duban_archive.core.seams import count_across, endings, join, splits

if TYPE_CHECKING:
    from duban_archive.adapters.search.search import ChainedTexts

# A longer needle is not cut everywhere: half of it stands on one side of the end, and few texts have that half.
_CUT_EVERYWHERE = 48
_READ = 500
_FURTHER = 8  # texts looked at beyond the next one when that is shorter than the needle


@dataclass(frozen=True, slots=True)
class _Pair:
    """Neighbours that may have a word across: the text before the end, and those after it, nearest first."""

    record: int
    before: int
    after: tuple[int, ...]


# Record → text → the cuts it fits.
_Fitting = defaultdict[int, defaultdict[int, set[int]]]


def _nothing() -> _Fitting:
    return defaultdict(lambda: defaultdict(set))


class Seams:
    """What a query would look like across an end, and the texts seen so far that may be one side of it."""

    def __init__(self, query: Query) -> None:
        needles = dict.fromkeys(n for alternatives in query.words for n in alternatives if len(n) > 1)
        self._query = query
        self._needles = tuple(needles)
        self._cuts = [cut for needle in needles if len(needle) <= _CUT_EVERYWHERE for cut in splits(needle)]
        long = (needle for needle in needles if len(needle) > _CUT_EVERYWHERE)
        self._halves = [half.strip(" ") for n in long for half in (n[: len(n) // 2], n[len(n) // 2 + 1 :])]
        self._before, self._after = _nothing(), _nothing()
        self._having: defaultdict[int, set[int]] = defaultdict(set)

    def see(self, id: int, record: int, plain: str) -> None:
        """A text above the index's mark."""
        ended = endings(plain)
        for number, (first, rest) in enumerate(self._cuts):
            if any(ending.endswith(first) for ending in ended):
                self._before[record][id].add(number)
            if plain and plain.startswith(rest[: len(plain)]):
                self._after[record][id].add(number)
        if any(half in plain for half in self._halves):
            self._having[record].add(id)

    def tally(self, segments: Sequence[Segment], source: ChainedTexts, records: Set[int] | None, tally: Tally) -> None:
        """Tally every place where a word goes across an end and both texts together have all that is asked for."""
        if not self._needles:
            return
        self._look_up(segments, records)
        pairs = {(p.before, p.after[0]): p for p in (*self._by_cuts(source), *self._by_halves(source, records))}
        ordered = sorted(pairs.values(), key=lambda pair: pair.before)
        for start in range(0, len(ordered), _READ):
            self._check(source, ordered[start : start + _READ], tally)

    def _look_up(self, segments: Sequence[Segment], records: Set[int] | None) -> None:
        """Add the indexed texts that fit."""
        seen = bool(self._before or self._after)
        for number, (first, rest) in enumerate(self._cuts):
            last = ends(first)
            before = [(s, place) for s in segments if (place := s.find(last)) is not None]
            if not before and not seen:
                continue
            after = [(s, place) for key in begins(rest) for s in segments if (place := s.find(key)) is not None]
            if not after and not seen:
                continue
            befores, afters = _texts(before), _texts(after)
            seen_before = _fitting(self._before, number) if seen else set()
            seen_after = _fitting(self._after, number) if seen else set()
            for record in (befores.keys() | seen_before) & (afters.keys() | seen_after):
                if records is None or record in records:
                    for id in befores.get(record, ()):
                        self._before[record][id].add(number)
                    for id in afters.get(record, ()):
                        self._after[record][id].add(number)
        for half in self._halves:
            for segment in segments:
                for place in candidates(segment, Query(words=((half,),)))[0]:
                    self._having[segment.records[place]].add(segment.ids[place])

    def _by_cuts(self, source: ChainedTexts) -> Iterator[_Pair]:
        for record, chain in _chains(source, self._before.keys() & self._after.keys()):
            before, after = self._before[record], self._after[record]
            for at in range(len(chain) - 1):
                cuts = before.get(chain[at])
                if cuts and not cuts.isdisjoint(after.get(chain[at + 1], ())):
                    yield _Pair(record, chain[at], chain[at + 1 : at + 1 + _FURTHER])

    def _by_halves(self, source: ChainedTexts, records: Set[int] | None) -> Iterator[_Pair]:
        """Long needles: one half of it stands whole before the end or after it."""
        wanted = self._having.keys() if records is None else self._having.keys() & records
        for record, chain in _chains(source, wanted):
            places = (place for place, id in enumerate(chain) if id in self._having[record])
            for at in sorted({at for place in places for at in range(place - _FURTHER, place + 1)}):
                if 0 <= at < len(chain) - 1:
                    yield _Pair(record, chain[at], chain[at + 1 : at + 1 + _FURTHER])

    def _check(self, source: ChainedTexts, pairs: Sequence[_Pair], tally: Tally) -> None:
        """Read both texts of each pair and tally those that have a word across."""
        standing = source.plains([id for pair in pairs for id in (pair.before, pair.after[0])])
        longest = max(map(len, self._needles))
        phrase = self._query.phrase if len(self._query.words) > 1 else ""
        for pair in pairs:
            if pair.before not in standing or pair.after[0] not in standing:
                continue  # deleted meanwhile
            before, after = standing[pair.before][1], standing[pair.after[0]][1]
            if len(after) < longest and len(pair.after) > 1:
                after = _further(source, pair, after, longest)
            across = sum(count_across(before, after, needle) for needle in self._needles)
            if across and _has_all(before, after, self._query):
                whole = bool(phrase) and count_across(before, after, phrase) > 0
                tally.take_seam(pair.before, pair.after[0], pair.record, across, phrase=whole)


def _fitting(seen: _Fitting, cut: int) -> set[int]:
    """Records of which a text above the mark fits the cut."""
    return {record for record, texts in seen.items() if any(cut in cuts for cuts in texts.values())}


def _texts(lists: Iterable[tuple[Segment, int]]) -> defaultdict[int, list[int]]:
    """Record → ids of its texts in the lists."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for segment, place in lists:
        ids, records = segment.ids, segment.records
        for number in segment.numbers(place):
            found[records[number]].append(ids[number])
    return found


def _chains(source: ChainedTexts, records: Iterable[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    ordered = sorted(records)
    for start in range(0, len(ordered), _READ):
        for record, chains in source.chains(ordered[start : start + _READ]).items():
            for chain in chains:
                yield record, tuple(chain)


def _further(source: ChainedTexts, pair: _Pair, after: str, longest: int) -> str:
    """The text after the end, and those after it: a page of a few words is gone across whole."""
    more = source.plains(list(pair.after[1:]))
    for id in pair.after[1:]:
        if len(after) >= longest or id not in more:
            break
        after = join(after, more[id][1])
    return after


def _has_all(before: str, after: str, query: Query) -> bool:
    """Whether both texts together have every word, across the end or not, and none that is excluded."""

    def stands(needle: str) -> bool:
        return needle in before or needle in after or count_across(before, after, needle) > 0

    return all(any(map(stands, alternatives)) for alternatives in query.words) and not any(map(stands, query.without))
