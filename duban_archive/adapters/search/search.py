"""Search: candidates from the index, checked against the stored text, plus a scan of what is not yet indexed.

::

    query ─▶ pairs of letters ─▶ texts that have them all ─▶ texts that contain the words ─▶ best page of each record
                                 (index, up to its mark)     (catalogue) + texts above the mark

The index says which texts *may* match; the catalogue's ``plain`` says which do. So an answer is exact while the index
lags behind, while another process writes it, and when it is missing altogether (then everything is scanned).
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from duban_archive.adapters.search.grams import grams, is_exact, key, needed
from duban_archive.adapters.search.segment import Segment, SegmentError
from duban_archive.core.query import Query

if TYPE_CHECKING:
    from duban_archive.adapters.search.index import CodecSegment, Index

# A text that is read and checked costs about as much as this many numbers taken off a list of the index.
_CHECK = 60
# Segments of a like size (powers of this) that are put together into one.
_TIER = 8
_BATCH = 4000
_SCAN = 2000
_PER_RECORD = 3
# Where the index alone gives the hits, the best of a list of all are ranked by their words, the rest by title only.
_RANKED = 50


class Row(Protocol):
    """A text as the index needs it: change number, record, plain form (and, if it has one, ``head``)."""

    @property
    def id(self) -> int:
        """The change number."""

    @property
    def record(self) -> int:
        """The record it belongs to."""

    @property
    def plain(self) -> str:
        """``core.plain.normalise`` of the text."""


class Texts(Protocol):
    """What search asks of the catalogue. Texts are inserted and deleted, never changed; ids ascend and never return."""

    def texts_after(self, change: int, limit: int) -> Sequence[Row]:
        """Texts with an id above ``change``, ascending."""

    def plains(self, ids: Sequence[int]) -> Mapping[int, tuple[int, str]]:
        """Id → (record, plain); texts that were deleted are absent."""

    def last_change(self) -> int:
        """The highest id ever given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A text that matches.

    ``matches``: how often the words stand in it (0: not counted, far down a long list); ``more``: further hits of its
    record that are not listed.
    """

    text_id: int
    record: int
    score: float
    matches: int
    more: int = 0


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the index stands: texts it covers, its mark, how far the catalogue is ahead, segments, bytes on disk."""

    usable: bool
    texts: int = 0
    mark: int = 0
    lag: int = 0
    segments: int = 0
    size: int = 0


@dataclass(slots=True)
class _Open:
    """The segments of one generation, mapped."""

    names: tuple[str, ...] = ()
    mark: int = 0
    segments: tuple[Segment, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What is known of the hits so far: id → score, and how they group."""

    scores: dict[int, float] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    by_record: dict[int, list[int]] = field(default_factory=dict)

    def add(self, id: int, record: int, score: float, count: int) -> None:
        self.scores[id] = score
        self.counts[id] = count
        self.by_record.setdefault(record, []).append(id)


class Search:
    """The index in ``folder`` (an echo: it may be deleted at any time)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open = _Open()

    # --- finding -------------------------------------------------------------------------------------------------

    def find(
        self,
        source: Texts,
        query: Query,
        *,
        records: Set[int] | None = None,
        boosts: Mapping[int, float] | None = None,
        limit: int | None = 10,
    ) -> Found:
        """Texts that contain what ``query`` asks for, exactly; ``limit`` None: all of them.

        ``records``: only these (None: any). ``boosts``: added to the score of a record's texts. Titles count before
        bodies, the whole phrase before its parts; a record's pages stand together, best first, at most three of them
        unless all are asked for.
        """
        if not query.words:
            return Found()
        boosts = boosts or {}
        opened = self._segments()
        tally = _Tally()
        try:
            exact = self._from_index(opened, source, query, records, boosts, tally)
        except SegmentError:
            # damaged on disk: the texts themselves still answer; catch_up builds the index again
            opened, tally, exact = _Open(), _Tally(), False
        scanned = self._from_texts(opened.mark, source, query, records, boosts, tally)
        if exact:
            _count_best(source, query, boosts, tally, limit or _RANKED)
        return _found(tally, limit, scanned)

    def _segments(self) -> _Open:
        """The newest generation's segments; files that stay are not opened again."""
        from duban_archive.adapters.search.index import Index, IndexUnusable

        for _ in range(20):
            try:
                contents = Index(self.folder).contents()
                names = tuple(segment.segid for segment in contents.segments)
                if names != self._open.names or contents.mark != self._open.mark:
                    held = dict(zip(self._open.names, self._open.segments, strict=True))
                    store = Index(self.folder).storage
                    segments = tuple(held.get(s.segid) or _open_whole(s, store) for s in contents.segments)
                    self._open = _Open(names=names, mark=contents.mark, segments=segments)
                return self._open
            except FileNotFoundError:
                continue  # a writer has put segments together meanwhile: read the newer table of contents
            except (IndexUnusable, SegmentError, OSError):
                break
        return _Open()

    def _from_index(
        self,
        opened: _Open,
        source: Texts,
        query: Query,
        records: Set[int] | None,
        boosts: Mapping[int, float],
        tally: _Tally,
    ) -> bool:
        """Tally the hits among indexed texts; True when no text had to be read for it."""
        wanted: list[tuple[Segment, Sequence[int]]] = []
        exact = True
        for segment in opened.segments:
            numbers, sure = _candidates(segment, query)
            exact = exact and sure
            if records is not None:
                of = segment.records
                numbers = [number for number in numbers if of[number] in records]
            if numbers:
                wanted.append((segment, numbers))
        for segment, numbers in wanted:
            ids = segment.ids
            if exact:
                by_id = {ids[number]: number for number in numbers}
                for id, record in _records_of(source, list(by_id)).items():
                    head = bool(segment.heads[by_id[id]])
                    tally.add(id, record, _score(1, head, False) + boosts.get(record, 0.0), 0)
                continue
            for start in range(0, len(numbers), _SCAN):
                some = {ids[number]: number for number in numbers[start : start + _SCAN]}
                for id, (record, plain) in source.plains(list(some)).items():
                    _weigh(id, record, plain, bool(segment.heads[some[id]]), query, boosts, tally)
        return exact and bool(wanted)

    def _from_texts(
        self,
        mark: int,
        source: Texts,
        query: Query,
        records: Set[int] | None,
        boosts: Mapping[int, float],
        tally: _Tally,
    ) -> int:
        """Tally the hits among texts above the mark; how many there were."""
        scanned = 0
        while rows := source.texts_after(mark, _SCAN):
            scanned += len(rows)
            mark = rows[-1].id
            for row in rows:
                if records is None or row.record in records:
                    _weigh(row.id, row.record, row.plain, _is_head(row), query, boosts, tally)
            if len(rows) < _SCAN:
                break
        return scanned

    # --- following the catalogue ---------------------------------------------------------------------------------

    def catch_up(
        self,
        source: Texts,
        *,
        limit: int | None = None,
        progress: Callable[[int], None] | None = None,
        tidy: bool = True,
    ) -> int:
        """Index what the catalogue holds above the mark; how many texts were added.

        Whoever gets the writer's lock does it, anybody else returns at once with 0. Batches are committed one by one,
        so a killed run goes on where it was. ``tidy``: afterwards put small segments together, so they stay few.
        """
        from duban_archive.adapters.search.index import LockError

        added = 0
        with contextlib.suppress(LockError):
            index = self._usable(source)
            while limit is None or added < limit:
                writer = index.writer()
                try:
                    size = _BATCH if limit is None else min(_BATCH, limit - added)
                    rows = source.texts_after(writer.mark, size)
                    for row in rows:
                        writer.add_text(row.id, row.record, _is_head(row), [key(gram) for gram in grams(row.plain)])
                except BaseException:
                    writer.cancel()
                    raise
                if not rows:
                    writer.cancel()
                    break
                writer.commit(merge=False)
                added += len(rows)
                if progress is not None:
                    progress(added)
                if len(rows) < size:
                    break
            if tidy:
                self._put_together(index, source)
        return added

    def rebuild(self, source: Texts, *, progress: Callable[[int], None] | None = None) -> int:
        """Throw the index away and make it anew; a killed run is taken up by ``catch_up``. How many texts it covers."""
        from duban_archive.adapters.search.index import LockError, create

        with contextlib.suppress(LockError):
            create(self.folder)
            return self.catch_up(source, progress=progress)
        return 0

    def compact(self, source: Texts) -> bool:
        """Put all segments together and drop the texts that are gone; False when somebody else is writing."""
        from duban_archive.adapters.search.index import LockError

        with contextlib.suppress(LockError):
            index = self._usable(source)
            segments = index.contents().segments
            if segments:
                index.writer().put_together(segments, lambda ids: _gone(source, ids))
            return True
        return False

    def health(self, source: Texts, *, thorough: bool = False) -> Health:
        """How the index stands; ``thorough`` reads every byte of it."""
        opened = self._segments()
        last = source.last_change()
        on_disk = sum(path.stat().st_size for path in self.folder.glob("*") if path.is_file())
        usable = opened.mark <= last and (opened.mark > 0 or last == 0)
        if thorough:
            usable = usable and all(segment.check() for segment in opened.segments)
        return Health(
            usable=usable,
            texts=sum(map(len, opened.segments)),
            mark=opened.mark,
            lag=max(0, last - opened.mark),
            segments=len(opened.segments),
            size=on_disk,
        )

    def _usable(self, source: Texts) -> Index:
        """The index to write to; a missing, foreign, damaged one, or one ahead of the catalogue, is replaced."""
        from duban_archive.adapters.search.index import Index, IndexUnusable, create

        try:
            index = Index(self.folder)
            contents = index.contents()
            if contents.mark > source.last_change():
                raise IndexUnusable("made from another catalogue")
            for segment in contents.segments:
                _open_whole(segment, index.storage).close()
        except (IndexUnusable, SegmentError, OSError):
            index = create(self.folder)
        return index

    def _put_together(self, index: Index, source: Texts) -> None:
        """Merge while eight segments are of a like size: so there are few, and each text is copied few times."""
        while True:
            tiers: dict[int, list[CodecSegment]] = {}
            for segment in index.contents().segments:
                tiers.setdefault(int(math.log(max(segment.texts, 1), _TIER)), []).append(segment)
            full = [tier for tier in tiers.values() if len(tier) >= _TIER]
            if not full:
                return
            index.writer().put_together(min(full, key=_texts), lambda ids: _gone(source, ids))


def _texts(segments: Iterable[CodecSegment]) -> int:
    return sum(segment.texts for segment in segments)


def _open_whole(segment: CodecSegment, storage: object) -> Segment:
    opened = segment.open(storage)
    if len(opened) != segment.texts:
        raise SegmentError("not the file the table of contents means")
    return opened


def _gone(source: Texts, ids: Sequence[int]) -> set[int]:
    """Which of the ids the catalogue no longer has."""
    gone: set[int] = set()
    for start in range(0, len(ids), _SCAN):
        some = list(ids[start : start + _SCAN])
        gone.update(set(some).difference(_records_of(source, some)))
    return gone


def _records_of(source: Texts, ids: Sequence[int]) -> Mapping[int, int]:
    """Id → record of the texts that still stand: the catalogue's quick way if it has one, else by reading them."""
    quick: Callable[[Sequence[int]], Mapping[int, int]] | None = getattr(source, "records_of", None)
    if quick is not None:
        return quick(ids)
    return {id: record for id, (record, _) in source.plains(ids).items()}


def _is_head(row: Row) -> bool:
    return bool(getattr(row, "head", False))


# --- candidates --------------------------------------------------------------------------------------------------


def _candidates(segment: Segment, query: Query) -> tuple[Sequence[int], bool]:
    """Texts of a segment that may match, and whether they surely do."""
    exact = True
    together: dict[str, None] = {}
    apart: list[set[int]] = []
    for alternatives in query.words:
        exact = exact and all(is_exact(needle) for needle in alternatives)
        if len(alternatives) == 1:
            together.update(dict.fromkeys(needed(alternatives[0])))
            continue
        union: set[int] = set()
        for needle in alternatives:
            union.update(_having(segment, needed(needle), whole=True)[0])
        apart.append(union)
    found, whole = _having(segment, tuple(together), whole=exact)
    exact = exact and whole
    for union in apart:
        found = [number for number in found if number in union]
    for needle in query.without:
        if is_exact(needle):
            found = sorted(set(found).difference(_having(segment, needed(needle), whole=True)[0]))
        else:
            exact = False
    return found, exact


def _having(segment: Segment, terms: Sequence[str], *, whole: bool) -> tuple[Sequence[int], bool]:
    """Texts that have all the terms, rarest term first.

    Unless the ``whole`` is asked for, stops once reading the texts left is cheaper than reading the next list; the
    second value says whether all terms were taken into account.
    """
    if not terms:
        return range(len(segment)), True
    places: list[int] = []
    for term in terms:
        place = segment.find(key(term))
        if place is None:
            return (), True
        places.append(place)
    places.sort(key=segment.count)
    found: Sequence[int] = segment.numbers(places[0])
    for place in places[1:]:
        if not whole and segment.count(place) > _CHECK * len(found):
            return found, False
        if not found:
            break
        found = sorted(set(found).intersection(segment.numbers(place)))
    return found, True


# --- weighing ----------------------------------------------------------------------------------------------------


def _weigh(
    id: int, record: int, plain: str, head: bool, query: Query, boosts: Mapping[int, float], tally: _Tally
) -> None:
    """Tally a text if it does contain what is asked."""
    count = count_of(plain, query)
    if count:
        phrase = len(query.words) > 1 and query.phrase in plain
        tally.add(id, record, _score(count, head, phrase) + boosts.get(record, 0.0), count)


def count_of(plain: str, query: Query) -> int:
    """How often the words stand in the text; 0 if one of them is missing or an excluded one is there."""
    total = 0
    for alternatives in query.words:
        count = sum(map(plain.count, alternatives))
        if not count:
            return 0
        total += count
    return 0 if any(needle in plain for needle in query.without) else total


def _score(count: int, head: bool, phrase: bool) -> float:
    """A title before any body, the words in one piece before the words apart, then how often (it saturates)."""
    return (10.0 if head else 0.0) + (5.0 if phrase else 0.0) + min(4.0, math.log2(1 + count))


def _count_best(source: Texts, query: Query, boosts: Mapping[int, float], tally: _Tally, limit: int) -> None:
    """Where the index alone gave the hits, read the best few to rank them by how often the words stand in them."""
    best = sorted(tally.scores, key=lambda id: (-tally.scores[id], id))[: 4 * limit]
    unread = [id for id in best if not tally.counts[id]]
    for id, (record, plain) in source.plains(unread).items():
        count = count_of(plain, query)
        if not count:
            continue
        bonus = tally.scores[id] - _score(1, False, False) - boosts.get(record, 0.0)
        phrase = len(query.words) > 1 and query.phrase in plain
        tally.counts[id] = count
        tally.scores[id] = _score(count, bonus > 0, phrase) + boosts.get(record, 0.0)


def _found(tally: _Tally, limit: int | None, scanned: int) -> Found:
    scores = tally.scores
    best = {record: max(scores[id] for id in ids) for record, ids in tally.by_record.items()}
    order: Iterable[int] = sorted(best, key=lambda record: (-best[record], record))
    hits: list[Hit] = []
    for record in order:
        if limit is not None and len(hits) >= limit:
            break
        ids = sorted(tally.by_record[record], key=lambda id: (-scores[id], id))
        shown = ids if limit is None else ids[: min(_PER_RECORD, limit - len(hits))]
        hits.extend(
            Hit(text_id=id, record=record, score=scores[id], matches=tally.counts[id], more=len(ids) - len(shown))
            for id in shown
        )
    return Found(total=len(scores), records=len(best), hits=tuple(hits), scanned=scanned, record_ids=frozenset(best))
