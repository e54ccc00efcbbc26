"""Search: candidates from the index, checked against the stored text, plus a scan of what is not yet indexed.

::

    query ─▶ pairs of letters ─▶ texts that have them all ─▶ texts that contain the words ─▶ best page of each record
                                 (index, up to its mark)     (catalogue) + texts above the mark

The index says which texts *may* match; the catalogue's ``plain`` says which do. So an answer is exact while the index
lags behind, while another process writes it, and when it is missing altogether (then everything is scanned).
"""

from __future__ import annotations

import contextlib
import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from duban_archive.adapters.search.across import across
from duban_archive.adapters.search.candidates import candidates
from duban_archive.adapters.search.contents import IndexUnusable, SegmentEntry, checksum, read_contents
from duban_archive.adapters.search.grams import term, terms_of
from duban_archive.adapters.search.ranking import Found, Hit, Tally
from duban_archive.adapters.search.seams import Seams
from duban_archive.adapters.search.segment import Segment, SegmentError
from duban_archive.core.query import Query

if TYPE_CHECKING:
    from duban_archive.adapters.search.index import CodecSegment, Index

# Segments of a like size (powers of this) that are put together into one.
_TIER = 8
_BATCH = 4000
_SCAN = 2000
# Where the index alone gives the hits, so many of the best are read to rank them; the rest keep the order they have.
_RANKED = 50
# How many pairs tell what a text is about.
_PARTICULAR = 60
# Put everything together once this share of the indexed texts is gone from the catalogue.
_MOSTLY_GONE = 0.2


class Row(Protocol):
    """A text as the index needs it; ``plain`` is ``core.plain.normalise`` of it."""

    @property
    def id(self) -> int:
        """The change number."""

    @property
    def record(self) -> int:
        """The record it belongs to."""

    @property
    def plain(self) -> str:
        """The plain form."""

    @property
    def head(self) -> bool:
        """Whether it is title, number and names rather than body."""


class Texts(Protocol):
    """What search asks of the catalogue. Texts are inserted and deleted, never changed; ids ascend and never return."""

    def texts_after(self, change: int, limit: int) -> Sequence[Row]:
        """Texts with an id above ``change``, ascending."""

    def plains(self, ids: Sequence[int]) -> Mapping[int, tuple[int, str]]:
        """Id → (record, plain); texts that were deleted are absent."""

    def last_change(self) -> int:
        """The highest id ever given."""


@runtime_checkable
class CountedTexts(Texts, Protocol):
    """A catalogue that can also say how many texts stand: then one count tells that nothing indexed was deleted."""

    def count_texts(self, upto: int) -> int:
        """How many texts with an id up to ``upto`` stand."""

    def text_ids(self, upto: int) -> Sequence[int]:
        """Their ids."""


@runtime_checkable
class ChainedTexts(Texts, Protocol):
    """A catalogue that can also say which text follows which: then words that go across an end are found."""

    def chains(self, records: Sequence[int]) -> Mapping[int, Sequence[Sequence[int]]]:
        """Record → runs of its texts (ids, heads left out) in which one goes on where the one before ends."""


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
    """One generation's segments, mapped; ``believed``: they were made from this catalogue;

    ``gone``: their texts that the catalogue no longer has, as last counted.
    """

    names: tuple[str, ...] = ()
    mark: int = 0
    segments: tuple[Segment, ...] = ()
    witnesses: tuple[tuple[int, int], ...] = ()
    believed: bool = False
    standing: int = -1
    gone: frozenset[int] = frozenset()


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
        opened = self._segments(source)
        tally = Tally(query, boosts or {})
        try:
            _from_index(opened, source, records, tally)
        except SegmentError:
            # damaged on disk: the texts themselves still answer, and catch_up builds the index again
            tally, opened = Tally(query, boosts or {}), _Open()
        seams = Seams(query)
        scanned = _from_texts(opened.mark, source, records, tally, seams)
        if isinstance(source, ChainedTexts):
            with contextlib.suppress(SegmentError):
                seams.tally(opened.segments, source, records, tally)
        _rank_unread(source, tally, 4 * limit if limit is not None else _RANKED)
        return tally.found(limit, scanned)

    def across(
        self,
        source: Texts,
        query: Query,
        *,
        records: Set[int] | None = None,
        boosts: Mapping[int, float] | None = None,
        limit: int = 10,
    ) -> Found:
        """Records that have all the words on different pages (or in the title); ``find`` has those with a page of all.

        One hit a record, the page with the most words; at most some hundreds of records are looked through.
        """
        if len(query.words) < 2:
            return Found()
        opened, boosts = self._segments(source), boosts or {}
        try:
            return across(opened.segments, opened.mark, source, query, records=records, boosts=boosts, limit=limit)
        except SegmentError:
            return across((), 0, source, query, records=records, boosts=boosts, limit=limit)

    def known(self) -> Callable[[str], bool]:
        """Tells whether a character, or two side by side, occur in any indexed text (for ``core.spelling``)."""
        segments = self._segments().segments

        def is_known(characters: str) -> bool:
            wanted = term(characters)
            return any(segment.find(wanted) is not None for segment in segments)

        return is_known

    def like(self, source: Texts, plain: str, *, records: Set[int] | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """Texts that share most of what is particular to ``plain``: its rarer pairs, the rarest weighing most."""
        opened = self._segments(source)
        covered = sum(map(len, opened.segments))
        weights: dict[int, float] = {}
        for one in terms_of(plain):
            count = sum(s.count(place) for s in opened.segments if (place := s.find(one)) is not None)
            if 1 < count <= max(2, covered // 10):
                weights[one] = math.log(covered / count)
        rarest = sorted(weights, key=lambda one: (-weights[one], one))[:_PARTICULAR]
        shared: dict[int, float] = {}
        of_record: dict[int, int] = {}
        for segment in opened.segments:
            scores: dict[int, float] = {}
            for one in rarest:
                if (place := segment.find(one)) is not None:
                    for number in segment.numbers(place):
                        scores[number] = scores.get(number, 0.0) + weights[one]
            for number, score in scores.items():
                if records is None or segment.records[number] in records:
                    shared[segment.ids[number]] = score
                    of_record[segment.ids[number]] = segment.records[number]
        best = heapq.nsmallest(4 * limit, shared, key=lambda id: (-shared[id], id))
        hits: dict[int, Hit] = {}
        standing = source.plains(best)
        for id in best:
            if id in standing and of_record[id] not in hits:
                hits[of_record[id]] = Hit(text_id=id, record=of_record[id], score=shared[id], matches=0)
        return tuple(hits.values())[:limit]

    def _segments(self, source: Texts | None = None) -> _Open:
        """The newest generation's segments; files that stay are not opened again.

        ``source``: nothing is given when they were made from another catalogue than this one.
        """
        opened = self._newest()
        if source is not None and not opened.believed:
            if opened.mark > source.last_change() or not _bear_witness(opened.witnesses, source):
                return _Open()
            opened.believed = True
        return opened

    def _newest(self) -> _Open:
        for _ in range(20):
            try:
                contents = read_contents(self.folder)
                names = tuple(entry.id for entry in contents.segments)
                if (names, contents.mark) != (self._open.names, self._open.mark):
                    held = dict(zip(self._open.names, self._open.segments, strict=True))
                    segments = tuple(held.get(e.id) or _open_whole(e, self.folder) for e in contents.segments)
                    self._open = _Open(
                        names=names, mark=contents.mark, segments=segments, witnesses=contents.witnesses
                    )  # fmt: skip
                return self._open
            except FileNotFoundError:
                continue  # a writer has put segments together meanwhile: read the newer table of contents
            except (IndexUnusable, SegmentError, OSError):
                break
        return _Open()

    @property
    def mark(self) -> int:
        """The change number up to which the catalogue's texts are in the index."""
        return self._newest().mark

    # --- following the catalogue ---------------------------------------------------------------------------------

    def catch_up(
        self,
        source: Texts,
        *,
        limit: int | None = None,
        progress: Callable[[int], None] | None = None,
        heaviest: int | None = None,
    ) -> int:
        """Index what the catalogue holds above the mark; how many texts were added.

        Whoever gets the writer's lock does it, anybody else returns at once with 0. Batches are committed one by one,
        so a killed run goes on where it was. Afterwards segments of a like size are put together, so they stay few;
        ``heaviest``: no more texts than that at once, where somebody waits (``None``: nobody does).
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
                        writer.add_text(row.id, row.record, row.head, row.plain)
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
            self._tidy(index, source, heaviest)
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
        opened = self._segments(source)
        last = source.last_change() if source.texts_after(0, 1) else 0  # all were wiped: there is nothing to index
        on_disk = sum(path.stat().st_size for path in self.folder.glob("*") if path.is_file())
        usable = last == 0 or 0 < opened.mark <= last
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
        from duban_archive.adapters.search.index import Index, create

        def is_whole() -> bool:
            return self._is_whole(source)

        return Index(self.folder) if is_whole() else create(self.folder, unless=is_whole)

    def _is_whole(self, source: Texts) -> bool:
        try:
            contents = read_contents(self.folder)
            for entry in contents.segments:
                _open_whole(entry, self.folder).close()
        except (IndexUnusable, SegmentError, OSError):
            return False
        return contents.mark <= source.last_change() and _bear_witness(contents.witnesses, source)

    def _tidy(self, index: Index, source: Texts, heaviest: int | None) -> None:
        """Merge while eight segments are of a like size, so that they stay few and each text is copied few times.

        When many of the indexed texts are gone from the catalogue, merge all and leave those out.
        """

        def is_light(texts: int) -> bool:
            return heaviest is None or texts <= heaviest

        opened = self._segments()
        if isinstance(source, CountedTexts):
            covered = sum(map(len, opened.segments))
            if is_light(covered) and covered - source.count_texts(opened.mark) > _MOSTLY_GONE * covered:
                index.writer().put_together(index.contents().segments, lambda ids: _gone(source, ids))
        while True:
            tiers: dict[int, list[CodecSegment]] = {}
            for segment in index.contents().segments:
                tiers.setdefault(int(math.log(max(segment.texts, 1), _TIER)), []).append(segment)
            full = [tier for tier in tiers.values() if len(tier) >= _TIER and is_light(_texts(tier))]
            if not full:
                return
            index.writer().put_together(min(full, key=_texts), lambda ids: _gone(source, ids))


def _bear_witness(witnesses: Sequence[tuple[int, int]], source: Texts) -> bool:
    """Whether the catalogue has the texts that the index remembers: the same ones under the same numbers.

    Texts that are gone say nothing; when all are gone, nothing speaks for the index.
    """
    standing = source.plains([id for id, _ in witnesses])
    met = [checksum(*standing[id]) == said for id, said in witnesses if id in standing]
    return all(met) and (bool(met) or not witnesses)


def _texts(segments: Iterable[CodecSegment]) -> int:
    return sum(segment.texts for segment in segments)


def _open_whole(entry: SegmentEntry, folder: Path) -> Segment:
    opened = Segment(entry.path(folder))
    if len(opened) != entry.texts:
        raise SegmentError("not the file the table of contents means")
    return opened


def _gone(source: Texts, ids: Sequence[int]) -> set[int]:
    """Which of the ids the catalogue no longer has."""
    if len(ids) > _SCAN and isinstance(source, CountedTexts):
        return set(ids).difference(source.text_ids(max(ids)))
    gone: set[int] = set()
    for start in range(0, len(ids), _SCAN):
        some = list(ids[start : start + _SCAN])
        gone.update(set(some).difference(source.plains(some)))
    return gone


# --- finding, step by step ---------------------------------------------------------------------------------------


def _from_index(opened: _Open, source: Texts, records: Set[int] | None, tally: Tally) -> None:
    """Tally the hits among indexed texts."""
    wanted: list[tuple[Segment, Sequence[int]]] = []
    exact = True
    for segment in opened.segments:
        numbers, sure = candidates(segment, tally.query)
        exact = exact and sure
        if records is not None:
            of = segment.records
            numbers = [number for number in numbers if of[number] in records]
        if numbers:
            wanted.append((segment, numbers))
    counted = exact and bool(wanted) and isinstance(source, CountedTexts)
    gone = _gone_of(opened, source) if counted and isinstance(source, CountedTexts) else frozenset()
    for segment, numbers in wanted:
        if counted:
            ids = [segment.ids[number] for number in numbers]
            records_of = [segment.records[number] for number in numbers]
            if gone:
                standing = [(id, record) for id, record in zip(ids, records_of, strict=True) if id not in gone]
                ids, records_of = [id for id, _ in standing], [record for _, record in standing]
            tally.take(ids, records_of, segment.head_ids)
        else:
            _check(segment, numbers, source, tally)


def _check(segment: Segment, numbers: Sequence[int], source: Texts, tally: Tally) -> None:
    """Read texts and tally those that do match."""
    for start in range(0, len(numbers), _SCAN):
        of = {segment.ids[number]: number for number in numbers[start : start + _SCAN]}
        for id, (record, plain) in source.plains(list(of)).items():
            tally.check(id, record, plain, segment.heads[of[id]] == 1)


def _gone_of(opened: _Open, source: CountedTexts) -> frozenset[int]:
    """Indexed texts that the catalogue no longer has; found out anew only when their number has changed."""
    standing = source.count_texts(opened.mark)
    if standing != opened.standing:
        covered = sum(map(len, opened.segments))
        gone: set[int] = set()
        if standing != covered:
            stands = set(source.text_ids(opened.mark))
            for segment in opened.segments:
                gone.update(set(segment.ids).difference(stands))
        opened.standing, opened.gone = standing, frozenset(gone)
    return opened.gone


def _from_texts(mark: int, source: Texts, records: Set[int] | None, tally: Tally, seams: Seams) -> int:
    """Tally the hits among texts above the mark; how many were looked at."""
    scanned = 0
    while rows := source.texts_after(mark, _SCAN):
        scanned += len(rows)
        mark = rows[-1].id
        for row in rows:
            if records is None or row.record in records:
                tally.check(row.id, row.record, row.plain, row.head)
                if not row.head:
                    seams.see(row.id, row.record, row.plain)
        if len(rows) < _SCAN:
            break
    return scanned


def _rank_unread(source: Texts, tally: Tally, most: int) -> None:
    """Read the best of the hits that the index gave unread, to rank them by how often the words stand in them."""
    unread = {tally.ids[place]: place for place in tally.best_unread(most)}
    for id, (_, plain) in source.plains(list(unread)).items():
        tally.weigh(unread[id], plain)
