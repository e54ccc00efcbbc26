"""One segment of the index as one file: which texts it covers, which terms they have, and in which texts each term is.

::

    header │ ids │ records │ heads │ keys │ ends │ counts │ postings
             per text, in order      per term, sorted       one list a term

Nothing in it is pickled, so opening a file from an untrusted folder can give a wrong answer at worst (and then the
check against the stored text drops it), never run code. Tables are read through ``mmap`` as they lie: opening costs
nothing and memory is the system's page cache.

A list holds the gaps between text numbers in the narrowest width that takes them, deflated if that saves room.
"""

from __future__ import annotations

import bisect
import contextlib
import functools
import heapq
import io
import itertools
import mmap
import operator
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Literal

_MAGIC = b"DUBANgr1"
# magic, byte order of this machine, checksum of the body, texts, terms, bytes of postings
_HEADER = struct.Struct("=8sIIQQQ24x")
_ORDER = 0x01020304
_WIDTHS = ("B", "H", "I")
_DEFLATED = 8
_WORTH_DEFLATING = 48  # bytes; below that zlib's own frame eats the gain


class SegmentError(Exception):
    """The file is not a segment that this program on this machine wrote whole."""


def pack(numbers: array[int]) -> bytes:
    """An ascending list of text numbers as bytes."""
    gaps = list(map(operator.sub, numbers, itertools.chain((0,), numbers)))
    widest = max(gaps)
    width = 0 if widest < 256 else 1 if widest < 65536 else 2
    data = array(_WIDTHS[width], gaps).tobytes()
    if len(data) >= _WORTH_DEFLATING:
        deflated = zlib.compress(data, 1)
        if len(deflated) < len(data):
            return bytes((width | _DEFLATED,)) + deflated
    return bytes((width,)) + data


def unpack(packed: memoryview[int] | bytes, most: int) -> list[int]:
    """The list of text numbers again; there are at most ``most``, whatever a foreign file says."""
    kind = packed[0]
    data: memoryview[int] | bytes = packed[1:]
    if kind & _DEFLATED:
        data = zlib.decompressobj().decompress(data, 4 * most)
    gaps = array(_WIDTHS[kind & ~_DEFLATED])
    gaps.frombytes(data)
    return list(itertools.accumulate(gaps))


class Draft:
    """A segment in the making, in memory: texts are numbered in the order they are added."""

    def __init__(self) -> None:
        self.ids = array("Q")
        self.records = array("Q")
        self.heads = bytearray()
        self.lists: dict[int, array[int]] = {}

    def add(self, id: int, record: int, head: bool, keys: Iterable[int]) -> None:
        """Take in a text by its terms."""
        number = len(self.ids)
        self.ids.append(id)
        self.records.append(record)
        self.heads.append(head)
        lists = self.lists
        for key in keys:
            try:
                lists[key].append(number)
            except KeyError:
                lists[key] = array("I", (number,))

    def write(self, file: BinaryIO) -> None:
        """Write the segment."""
        lists = self.lists
        _write(file, self.ids, self.records, self.heads, ((key, lists[key]) for key in sorted(lists)))


class Segment:
    """An open segment."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise SegmentError("empty file") from error
        try:
            self._lay_out()
        except (struct.error, ValueError, TypeError, SegmentError) as error:
            self.close()
            raise SegmentError(str(error)) from error

    def _lay_out(self) -> None:
        whole = self._view = memoryview(self._map)
        magic, order, self._checksum, texts, terms, size = _HEADER.unpack_from(whole)
        if magic != _MAGIC or order != _ORDER:
            raise SegmentError("not written by this program on this kind of machine")
        at = _HEADER.size

        def table(code: Literal["B", "I", "Q"], count: int) -> memoryview[int]:
            nonlocal at
            length = count * array(code).itemsize
            view = whole[at : at + length]
            if len(view) != length:
                raise SegmentError("cut short")
            at += -(-length // 8) * 8
            return view.cast(code)

        self.ids = table("Q", texts)
        self.records = table("Q", texts)
        self.heads = table("B", texts)
        self.keys = table("Q", terms)
        self._ends = table("Q", terms)
        self._counts = table("I", terms)
        self._postings = table("B", size)
        if at != len(whole):
            raise SegmentError("cut short")

    def __len__(self) -> int:
        return len(self.ids)

    @functools.cached_property
    def head_ids(self) -> frozenset[int]:
        """Ids of the texts that are heads."""
        return frozenset(itertools.compress(self.ids, self.heads))

    def find(self, key: int) -> int | None:
        """Where the term stands in the dictionary."""
        place = bisect.bisect_left(self.keys, key)
        return place if place < len(self.keys) and self.keys[place] == key else None

    def count(self, place: int) -> int:
        """In how many texts the term is."""
        return self._counts[place]

    def weight(self, place: int) -> int:
        """How long the term's list is, in bytes: what reading it costs, and about how many texts have the term."""
        return self._ends[place] - (self._ends[place - 1] if place else 0)

    def numbers(self, place: int) -> list[int]:
        """Numbers of the texts that have the term, ascending."""
        start = self._ends[place - 1] if place else 0
        texts = len(self.ids)
        try:
            numbers = unpack(self._postings[start : self._ends[place]], texts)
            if numbers[-1] >= texts:
                raise SegmentError("a list names a text that is not there")
            return numbers
        except (zlib.error, ValueError, IndexError, OverflowError) as error:
            raise SegmentError(str(error)) from error

    def check(self) -> bool:
        """Whether the file's bytes are those that were written (reads all of it)."""
        return bool(zlib.crc32(self._view[_HEADER.size :]) == self._checksum)

    def close(self) -> None:
        """Let the file go; views that callers still hold keep the mapping alive."""
        for name in ("ids", "records", "heads", "keys", "_ends", "_counts", "_postings", "_view"):
            if hasattr(self, name):
                getattr(self, name).release()
        with contextlib.suppress(BufferError):
            self._map.close()


def merge(segments: Sequence[Segment], file: BinaryIO, *, gone: Mapping[int, frozenset[int]] | None = None) -> None:
    """Write one segment that covers the texts of all; ``gone``: segment's place → numbers of texts to leave out."""
    gone = gone or {}
    ids, records, heads = array("Q"), array("Q"), bytearray()
    renumbered: list[list[int] | int] = []
    for place, segment in enumerate(segments):
        lost = gone.get(place)
        base = len(ids)
        if not lost:
            renumbered.append(base)
            ids.extend(segment.ids)
            records.extend(segment.records)
            heads.extend(segment.heads)
            continue
        new_numbers = []
        for number in range(len(segment)):
            new_numbers.append(-1 if number in lost else len(ids))
            if number not in lost:
                ids.append(segment.ids[number])
                records.append(segment.records[number])
                heads.append(segment.heads[number])
        renumbered.append(new_numbers)
    _write(file, ids, records, heads, _merged(segments, renumbered))


def _merged(segments: Sequence[Segment], renumbered: Sequence[list[int] | int]) -> Iterator[tuple[int, array[int]]]:
    streams = (zip(s.keys, itertools.repeat(which), itertools.count()) for which, s in enumerate(segments))
    for key, found in itertools.groupby(heapq.merge(*streams), key=operator.itemgetter(0)):
        numbers = array("I")
        for _, which, place in found:
            new = renumbered[which]
            old = segments[which].numbers(place)
            if isinstance(new, int):
                numbers.extend([number + new for number in old] if new else old)
            else:
                numbers.extend(new[number] for number in old if new[number] >= 0)
        if numbers:
            yield key, numbers


def _write(
    file: BinaryIO, ids: array[int], records: array[int], heads: bytearray, lists: Iterable[tuple[int, array[int]]]
) -> None:
    keys, ends, counts, postings = array("Q"), array("Q"), array("I"), io.BytesIO()
    for key, numbers in lists:
        postings.write(pack(numbers))
        keys.append(key)
        ends.append(postings.tell())
        counts.append(len(numbers))
    checksum = 0
    file.write(bytes(_HEADER.size))
    for table in (ids, records, heads, keys, ends, counts, postings.getbuffer()):
        data = memoryview(table).cast("B")
        for piece in (data, bytes(-len(data) % 8)):
            checksum = zlib.crc32(piece, checksum)
            file.write(piece)
    size = postings.tell()
    file.seek(0)
    file.write(_HEADER.pack(_MAGIC, _ORDER, checksum, len(ids), len(keys), size))
