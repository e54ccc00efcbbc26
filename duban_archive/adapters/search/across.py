"""Records that have all the words, though no one page has: the unit in the title, the word on page three."""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from duban_archive.adapters.search.candidates import candidates
from duban_archive.adapters.search.ranking import Found, Hit, count_of
from duban_archive.adapters.search.segment import Segment
from duban_archive.core.query import Query

if TYPE_CHECKING:
    from duban_archive.adapters.search.search import Texts

# So many records are looked through at most: a list of more is no answer in that room.
_MOST_RECORDS = 300
_READ = 500


def across(
    segments: Sequence[Segment],
    mark: int,
    source: Texts,
    query: Query,
    *,
    records: Set[int] | None,
    boosts: Mapping[int, float],
    limit: int,
) -> Found:
    """One hit a record: the page with the most of the words. Records that have all words on one page are left out."""
    pages = [_pages_with(segments, word, records) for word in query.words]
    recent = _recent(source, mark, records)
    for of_record, word in zip(pages, query.words, strict=True):
        for id, (record, plain) in recent.items():
            if any(map(plain.__contains__, word)):
                of_record[record].append(id)
    common = set.intersection(*(set(of_record) for of_record in pages))
    chosen = sorted(common, key=lambda record: (-boosts.get(record, 0.0), record))[:_MOST_RECORDS]
    best: dict[int, Hit] = {}
    for some in _batches(chosen, pages):
        ids = sorted({id for record in some for of_record in pages for id in of_record[record]})
        standing = {id: plain for id, (_, plain) in source.plains(ids).items()}
        for record in some:
            hit = _best_page(record, pages, standing, query, boosts.get(record, 0.0))
            if hit is not None:
                best[record] = hit
    ordered = sorted(best.values(), key=lambda hit: (-hit.score, hit.record))
    return Found(total=len(ordered), records=len(ordered), hits=tuple(ordered[:limit]), record_ids=frozenset(best))


def _pages_with(
    segments: Sequence[Segment], word: tuple[str, ...], records: Set[int] | None
) -> defaultdict[int, list[int]]:
    """Record → ids of its texts that may have the word."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for segment in segments:
        for number in candidates(segment, Query(words=(word,)))[0]:
            record = segment.records[number]
            if records is None or record in records:
                found[record].append(segment.ids[number])
    return found


def _recent(source: Texts, mark: int, records: Set[int] | None) -> dict[int, tuple[int, str]]:
    """Texts above the mark."""
    found: dict[int, tuple[int, str]] = {}
    while rows := source.texts_after(mark, _READ):
        mark = rows[-1].id
        found.update((row.id, (row.record, row.plain)) for row in rows if records is None or row.record in records)
    return found


def _batches(chosen: Sequence[int], pages: Sequence[Mapping[int, Sequence[int]]]) -> Iterator[list[int]]:
    """Records whose pages are read together."""
    batch: list[int] = []
    size = 0
    for record in chosen:
        batch.append(record)
        size += sum(len(of_record[record]) for of_record in pages)
        if size >= _READ:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _best_page(
    record: int, pages: Sequence[Mapping[int, Sequence[int]]], standing: Mapping[int, str], query: Query, boost: float
) -> Hit | None:
    has: defaultdict[int, int] = defaultdict(int)
    for of_record, word in zip(pages, query.words, strict=True):
        with_word = [id for id in of_record[record] if any(map(standing.get(id, "").__contains__, word))]
        if not with_word:
            return None
        for id in with_word:
            has[id] += 1
    texts = (standing[id] for id in has)
    if max(has.values()) == len(query.words) or any(
        needle in text for text, needle in itertools.product(texts, query.without)
    ):
        return None
    id = min(has, key=lambda id: (-has[id], id))
    present = tuple(word for word in query.words if any(map(standing[id].__contains__, word)))
    matches = count_of(standing[id], dataclasses.replace(query, words=present))
    return Hit(text_id=id, record=record, score=has[id] / len(query.words) + boost, matches=matches)
