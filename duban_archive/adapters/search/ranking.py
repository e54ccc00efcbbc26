"""The order of what was found: by record, the best page of each first."""

from __future__ import annotations

import heapq
import itertools
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from duban_archive.core.query import Query

# A list of the best shows at most so many pages of one record.
_PER_RECORD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A text that matches.

    ``matches``: how often the words stand in it (0: not counted, far down a long list); ``more``: further hits of its
    record that are not listed; ``onto``: the text after this one, when the words go across the end between them.
    """

    text_id: int
    record: int
    score: float
    matches: int
    more: int = 0
    onto: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``total`` texts of ``records`` records match; ``hits`` are the best, a record's together.

    ``scanned``: texts that were not indexed yet and were read instead; ``record_ids``: all records that match.
    """

    total: int = 0
    records: int = 0
    hits: tuple[Hit, ...] = ()
    scanned: int = 0
    record_ids: frozenset[int] = frozenset()


@dataclass(slots=True)
class Tally:
    """The texts that match, so far, in columns."""

    query: Query
    boosts: Mapping[int, float]
    ids: list[int] = field(default_factory=list)
    records: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    heads: set[int] = field(default_factory=set)
    onto: dict[int, int] = field(default_factory=dict)  # place → the text after the end that words go across

    def check(self, id: int, record: int, plain: str, head: bool) -> None:
        """Take in a text if it does contain what is asked."""
        count = count_of(plain, self.query)
        if count:
            self.ids.append(id)
            self.records.append(record)
            self.scores.append(self._score(record, plain, head, count))
            self.counts.append(count)
            if head:
                self.heads.add(id)

    def take_seam(self, before: int, after: int, record: int, count: int, *, phrase: bool) -> None:
        """Take in a place where words go across the end of one text into the next."""
        self.onto[len(self.ids)] = after
        self.ids.append(before)
        self.records.append(record)
        self.scores.append(_worth(count) + (_PHRASE if phrase else 0.0) + self.boosts.get(record, 0.0))
        self.counts.append(count)

    def take(self, ids: Sequence[int], records: Sequence[int], heads: frozenset[int]) -> None:
        """Take in texts that surely match, unread; ``heads``: which of the ids are titles."""
        scores = [_worth(1)] * len(ids)
        if self.boosts:
            boost = self.boosts.get
            scores = [score + boost(record, 0.0) for score, record in zip(scores, records, strict=True)]
        if not heads.isdisjoint(ids):
            self.heads.update(heads.intersection(ids))
            scores = [score + _HEAD if id in heads else score for score, id in zip(scores, ids, strict=True)]
        self.ids.extend(ids)
        self.records.extend(records)
        self.scores.extend(scores)
        self.counts.extend([0] * len(ids))

    def best_unread(self, most: int) -> list[int]:
        """Places of the best texts that were taken in unread."""
        if 0 not in self.counts:
            return []
        best: list[int] = []
        for score in sorted(set(self.scores), reverse=True):
            of_score = (place for place, one in enumerate(self.scores) if one == score)
            best.extend(itertools.islice(of_score, most - len(best)))
            if len(best) >= most:
                break
        return [place for place in best if not self.counts[place]]

    def weigh(self, place: int, plain: str) -> None:
        """Now that it was read, rank a text by how often the words stand in it."""
        record = self.records[place]
        head = self.ids[place] in self.heads
        count = count_of(plain, self.query)
        self.counts[place] = count
        self.scores[place] = self._score(record, plain, head, count)

    def _score(self, record: int, plain: str, head: bool, count: int) -> float:
        phrase = len(self.query.words) > 1 and self.query.phrase in plain
        return _worth(count) + (_HEAD if head else 0.0) + (_PHRASE if phrase else 0.0) + self.boosts.get(record, 0.0)

    def found(self, limit: int | None, scanned: int) -> Found:
        """The answer: the best ``limit`` texts, or all.

        A record's head lifts it in the order, but is itself listed and counted only where none of its pages matches:
        the title stands on the first page too, and nobody wants it twice.
        """
        needless = self._needless_heads()
        if len(set(self.scores)) == 1:  # as a frequent word leaves them: no need to sort a hundred thousand
            best = dict.fromkeys(self.records, self.scores[0])
        else:
            best = dict(sorted(zip(self.records, self.scores, strict=True), key=operator.itemgetter(1)))

        def order(record: int) -> tuple[float, int]:
            return -best[record], record

        chosen = sorted(best, key=order) if limit is None else heapq.nsmallest(limit, best, key=order)
        pages: dict[int, list[int]] = {record: [] for record in chosen}
        for place, record in enumerate(self.records):
            if record in pages and self.ids[place] not in needless:
                pages[record].append(place)
        hits: list[Hit] = []
        for record in chosen:
            places = sorted(pages[record], key=lambda place: (-self.scores[place], self.ids[place]))
            shown = places if limit is None else places[: min(_PER_RECORD, limit - len(hits))]
            hits.extend(
                Hit(
                    text_id=self.ids[place],
                    record=record,
                    score=self.scores[place],
                    matches=self.counts[place],
                    more=len(places) - len(shown),
                    onto=self.onto.get(place),
                )
                for place in shown
            )
        return Found(
            total=len(self.ids) - len(needless),
            records=len(best),
            hits=tuple(hits),
            scanned=scanned,
            record_ids=frozenset(best),
        )

    def _needless_heads(self) -> set[int]:
        if not self.heads:
            return set()
        with_page = {record for id, record in zip(self.ids, self.records, strict=True) if id not in self.heads}
        return {
            id for id, record in zip(self.ids, self.records, strict=True) if id in self.heads and record in with_page
        }


# A title or document number before any body, the words in one piece before the words apart, then how often.
_HEAD, _PHRASE, _MOST = 10.0, 5.0, 4.0


def _worth(count: int) -> float:
    return min(_MOST, math.log2(1 + count))


def count_of(plain: str, query: Query) -> int:
    """How often the words stand in the text; 0 if one of them is missing or an excluded one is there."""
    total = 0
    for alternatives in query.words:
        count = sum(map(plain.count, alternatives))
        if not count:
            return 0
        total += count
    return 0 if any(needle in plain for needle in query.without) else total
