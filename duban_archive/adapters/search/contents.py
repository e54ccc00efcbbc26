"""The index's table of contents: which segment files make up a generation, and the mark. JSON, not a pickle.

Reading it needs no Whoosh, so that a search in a fresh process starts at once.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FORMAT = 2
NAME = "texts"
EXTENSION = ".grams"
MOST_WITNESSES = 64
_FILE = re.compile(rf"_{NAME}_([0-9]{{1,18}})\.toc")
_SEGMENT_ID = re.compile(r"[0-9a-z]{1,40}")


class IndexUnusable(Exception):
    """What lies in the folder is not a whole index of this program and must be built again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEntry:
    """A segment: the id in its file's name, and how many texts it covers."""

    id: str
    texts: int

    def path(self, folder: Path) -> Path:
        """Its file."""
        return folder / f"{NAME}_{self.id}{EXTENSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One generation; ``mark``: the change number up to which the catalogue's texts are in it.

    ``witnesses``: (change number, checksum) of some texts, the newest among them: an index whose witnesses are other
    texts in the catalogue was made from another one (or from this one before it was restored), and is not believed.
    """

    generation: int
    mark: int
    segments: tuple[SegmentEntry, ...]
    witnesses: tuple[tuple[int, int], ...] = ()

    def dump(self) -> bytes:
        """As it is written."""
        segments = [{"id": entry.id, "texts": entry.texts} for entry in self.segments]
        said = {"format": FORMAT, "mark": self.mark, "segments": segments, "witnesses": self.witnesses}
        return json.dumps(said).encode()


def read_contents(folder: Path) -> Contents:
    """The newest generation's; ``IndexUnusable`` when there is none or it is not ours."""
    try:
        generations = [int(match[1]) for path in folder.iterdir() if (match := _FILE.fullmatch(path.name))]
    except (FileNotFoundError, NotADirectoryError):
        generations = []
    if not generations:
        raise IndexUnusable("there is no index yet")
    data = (folder / file_name(max(generations))).read_bytes()
    try:
        said = json.loads(data)
        if said["format"] != FORMAT:
            raise IndexUnusable(f"index format {said['format']}")
        segments = tuple(SegmentEntry(id=_id(one["id"]), texts=int(one["texts"])) for one in said["segments"])
        witnesses = tuple((int(id), int(sum)) for id, sum in said["witnesses"])
        return Contents(
            generation=max(generations),
            mark=int(said["mark"]),
            segments=segments,
            witnesses=witnesses[-MOST_WITNESSES:],
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexUnusable("the table of contents cannot be read") from error


def checksum(record: int, plain: str) -> int:
    """What a witness says of its text."""
    return zlib.crc32(plain.encode("utf-8", "surrogatepass"), record)


def add_witnesses(held: Sequence[tuple[int, int]], new: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The witnesses after a batch: some of the batch, its newest always, fewer of the older ones."""
    step = max(1, len(new) // 8)
    all_of_them = [*held, *(new[:-1][::step]), *new[-1:]]
    while len(all_of_them) > MOST_WITNESSES:
        all_of_them = [*all_of_them[:-8:2], *all_of_them[-8:]]
    return tuple(all_of_them)


def file_name(generation: int) -> str:
    """The name of a generation's table, as Whoosh names it."""
    return f"_{NAME}_{generation}.toc"


def _id(said: object) -> str:
    # it becomes part of a file's name: nothing but what we give out
    if not isinstance(said, str) or not _SEGMENT_ID.fullmatch(said):
        raise ValueError(said)
    return said
