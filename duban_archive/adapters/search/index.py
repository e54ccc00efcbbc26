"""The door to Whoosh: its index, its writer's lock, its segments and commits, with a codec of our own.

Whoosh pickles its schema, its list of segments and every block of postings, and unpickling a folder that came on a
stick runs whatever code it holds. So the schema is built from code, the table of contents is JSON, and postings are the
plain tables of ``segment.py``. What else is in the folder is never opened: it is rebuilt, being an echo.

One commit writes one segment file and one table of contents naming it (each synced, the second renamed into place), and
with it the *mark*: the change number up to which texts are in. So a crash loses a whole batch or nothing, and what is
missing is simply above the mark.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from duban_archive.adapters.search import grams
from duban_archive.adapters.search import segment as files
from duban_archive.adapters.search.contents import (
    EXTENSION,
    NAME,
    Contents,
    SegmentEntry,
    add_witnesses,
    checksum,
    file_name,
    read_contents,
)

with warnings.catch_warnings():
    # Whoosh 2.7.4 holds escapes that newer Pythons warn of when they compile it
    warnings.simplefilter("ignore")
    from whoosh import fields, reading, writing
    from whoosh.codec import base
    from whoosh.filedb import filestore, structfile
    from whoosh.index import TOC, FileIndex, LockError, clean_files
    from whoosh.matching import ListMatcher


def schema() -> Any:
    """The index's fields; always from here, never from the folder."""
    return fields.Schema(grams=fields.ID(), id=fields.STORED(), record=fields.STORED(), head=fields.STORED())


class _SyncedFile(structfile.StructFile):  # type: ignore[misc]  # whoosh has no types
    """A file that is on the disk once it is closed, so that no table of contents names what a power cut took."""

    def close(self) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        super().close()


class Storage(filestore.FileStorage):  # type: ignore[misc]
    """The index's folder."""

    def create_file(self, name: str, excl: bool = False, mode: str = "w+b", **kwargs: Any) -> Any:
        """Create a file that is synced when closed."""
        return _SyncedFile(Path(self._fpath(name)).open(mode), name=name, **kwargs)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Rename, and sync the folder so that the new name lasts."""
        super().rename_file(oldname, newname, safe=safe)
        if os.name == "posix":
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class Codec(base.Codec):  # type: ignore[misc]
    """Tells Whoosh how our segments are written and read."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> CodecSegment:
        """A segment with a fresh random name."""
        return CodecSegment(indexname)

    def per_document_writer(self, storage: Any, segment: CodecSegment) -> _Draft:
        """Where texts are collected; the postings go the same way."""
        return _Draft()

    def field_writer(self, storage: Any, segment: CodecSegment) -> _Draft:
        """Not used apart: a draft holds both."""
        return _Draft()

    def terms_reader(self, storage: Any, segment: CodecSegment) -> _Terms:
        """The terms side of an open segment."""
        return _Terms(segment.open(storage))

    def per_document_reader(self, storage: Any, segment: CodecSegment) -> _PerDocument:
        """The texts side of an open segment."""
        return _PerDocument(segment.open(storage))


class CodecSegment(base.Segment):  # type: ignore[misc]
    """A segment as the table of contents names it."""

    def __init__(self, indexname: str, segid: str | None = None, texts: int = 0) -> None:
        super().__init__(indexname)
        if segid is not None:
            self.segid = segid
        self.texts = texts

    def codec(self) -> Codec:
        """How it is read."""
        return Codec()

    def open(self, storage: Any) -> files.Segment:
        """Open its file."""
        return files.Segment(Path(storage.folder, self.make_filename(EXTENSION)))

    def set_doc_count(self, count: int) -> None:
        """How many texts it covers."""
        self.texts = count

    def doc_count_all(self) -> int:
        """How many texts it covers."""
        return self.texts

    def deleted_count(self) -> int:
        """Texts that are gone are left out when segments are merged, not marked."""
        return 0

    def deleted_docs(self) -> tuple[int, ...]:
        """None, see above."""
        return ()

    def is_deleted(self, docnum: int) -> bool:
        """Never, see above."""
        return False

    def should_assemble(self) -> bool:
        """It is one file already."""
        return False


class _Draft:
    """The writer's side: Whoosh opens, closes and forgets it, ``Writer`` fills it."""

    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


class _Terms(base.TermsReader):  # type: ignore[misc]
    """What Whoosh's own readers and queries ask of a segment's terms."""

    def __init__(self, segment: files.Segment) -> None:
        self._segment = segment

    def _place(self, text: bytes) -> int:
        characters = text.decode()
        place = self._segment.find(grams.term(characters)) if 1 <= len(characters) <= 2 else None
        if place is None:
            raise reading.TermNotFound(characters)
        return place

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        try:
            return self._place(term[1]) >= 0
        except reading.TermNotFound:
            return False

    def indexed_field_names(self) -> list[str]:
        """There is one."""
        return ["grams"]

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many texts."""
        return self._segment.count(self._place(text))

    frequency = doc_frequency

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """Counts as Whoosh wants them."""
        numbers = self._segment.numbers(self._place(text))
        return reading.TermInfo(len(numbers), len(numbers), 1, 1, 1, numbers[0], numbers[-1])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        """The texts that have the term."""
        numbers = self._segment.numbers(self._place(text))
        info = self.term_info(fieldname, text)
        return ListMatcher(numbers, format=format_, scorer=scorer, term=(fieldname, text), terminfo=info)

    def close(self) -> None:
        """Let the file go."""
        self._segment.close()


class _PerDocument(base.PerDocumentReader):  # type: ignore[misc]
    """What Whoosh's own readers ask of a segment's texts."""

    def __init__(self, segment: files.Segment) -> None:
        self._segment = segment

    def doc_count(self) -> int:
        """How many texts."""
        return len(self._segment)

    doc_count_all = doc_count

    def has_deletions(self) -> bool:
        """Never: see ``CodecSegment.deleted_count``."""
        return False

    def deleted_docs(self) -> tuple[int, ...]:
        """None."""
        return ()

    def is_deleted(self, docnum: int) -> bool:
        """Never."""
        return False

    def stored_fields(self, docnum: int) -> dict[str, int]:
        """A text's change number, its record, and whether it is a head."""
        held = self._segment
        return {"id": held.ids[docnum], "record": held.records[docnum], "head": held.heads[docnum]}

    def close(self) -> None:
        """Let the file go."""
        self._segment.close()


class Toc(TOC):  # type: ignore[misc]
    """Our table of contents where Whoosh expects its own."""

    def __init__(
        self, segments: Sequence[CodecSegment], generation: int, mark: int, witnesses: Sequence[tuple[int, int]] = ()
    ) -> None:
        super().__init__(schema(), list(segments), generation)
        self.mark = mark
        self.witnesses = tuple(witnesses)

    def write(self, storage: Storage, indexname: str) -> None:
        """Write beside, sync, and rename into place."""
        entries = tuple(SegmentEntry(id=segment.segid, texts=segment.texts) for segment in self.segments)
        name = file_name(self.generation)
        file = storage.create_file(f"{name}.new")
        contents = Contents(
            generation=self.generation, mark=self.mark, segments=entries, witnesses=self.witnesses
        )  # fmt: skip
        file.write(contents.dump())
        file.close()
        storage.rename_file(f"{name}.new", name)


class Index(FileIndex):  # type: ignore[misc]
    """Our index in ``folder``; ``create`` makes an empty one in place of whatever is there."""

    def __init__(self, folder: Path) -> None:
        self.storage = Storage(str(folder))
        self.indexname = NAME
        self._schema = schema()

    def _read_toc(self) -> Toc:
        contents = read_contents(Path(self.storage.folder))
        segments = [CodecSegment(NAME, entry.id, entry.texts) for entry in contents.segments]
        return Toc(segments, contents.generation, contents.mark, contents.witnesses)

    def contents(self) -> Toc:
        """The newest table of contents; ``IndexUnusable`` when there is none of ours."""
        return self._read_toc()

    def writer(self, **kwargs: Any) -> Writer:
        """A writer, or ``LockError`` at once when somebody else is writing."""
        return Writer(self, **kwargs)


class Writer(writing.SegmentWriter):  # type: ignore[misc]
    """Collects texts, or puts segments together; a commit makes one segment of them."""

    def __init__(self, index: Index, **kwargs: Any) -> None:
        super().__init__(index, codec=Codec(), timeout=0.0, **kwargs)
        held = index.contents()
        self.mark, self._witnesses = held.mark, held.witnesses
        self._added_texts: list[tuple[int, int]] = []
        self.draft = files.Draft()
        self._merging: Callable[[Any], int] | None = None

    def add_text(self, id: int, record: int, head: bool, plain: str) -> None:
        """Take in one text; ids must ascend."""
        terms = grams.terms_of(plain)
        if not head:
            terms |= grams.edges_of(plain)
        self.draft.add(id, record, head, terms)
        self._added_texts.append((id, checksum(record, plain)))
        self.mark = max(self.mark, id)
        self.docnum += 1
        self._added = True

    def put_together(self, segments: Sequence[CodecSegment], is_gone: Callable[[Sequence[int]], set[int]]) -> None:
        """Replace ``segments`` by one, without the texts whose ids ``is_gone`` picks out, and commit."""
        opened = [segment.open(self.storage) for segment in segments]
        try:
            gone = {}
            for place, segment in enumerate(opened):
                lost = is_gone(segment.ids)
                gone[place] = frozenset(number for number, id in enumerate(segment.ids) if id in lost)
            names = {segment.segid for segment in segments}
            kept = sum(map(len, opened)) - sum(map(len, gone.values()))

            def write(file: Any) -> int:
                files.merge(opened, file, gone=gone)
                return kept

            self._merging = write
            self._added = kept > 0
            self.commit(mergetype=lambda _, segments: [s for s in segments if s.segid not in names])
        finally:
            for segment in opened:
                segment.close()

    def _flush_segment(self) -> None:
        file = self.newsegment.create_file(self.storage, EXTENSION)
        if self._merging is not None:
            self.docnum = self._merging(file)
        else:
            self.draft.write(file)
        file.close()

    def _commit_toc(self, segments: Sequence[CodecSegment]) -> None:
        witnesses = add_witnesses(self._witnesses, self._added_texts)
        Toc(segments, self.generation, self.mark, witnesses).write(self.storage, NAME)
        clean_files(self.storage, NAME, self.generation, segments)


def create(folder: Path, *, unless: Callable[[], bool] = lambda: False) -> Index:
    """An empty index in ``folder``; whatever index was there is wiped first, ``unless`` under the lock it is good."""
    index = Index(folder)
    index.storage.create()
    lock = index.lock("WRITELOCK")
    if not lock.acquire():
        raise LockError
    try:
        if not unless():
            for path in folder.iterdir():
                if path.is_file() and not path.name.endswith("WRITELOCK"):
                    path.unlink()
            Toc([], 0, 0).write(index.storage, NAME)
    finally:
        lock.release()
    return index


__all__ = ["Index", "LockError", "Writer", "create"]
