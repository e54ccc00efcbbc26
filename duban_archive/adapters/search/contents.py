"""The index's table of contents: which segment files make up a generation, and the mark. JSON, not a pickle.

Reading it needs no Whoosh, so that a search in a fresh process starts at once.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

FORMAT = 1
NAME = "texts"
EXTENSION = ".grams"
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
    """One generation; ``mark``: the change number up to which the catalogue's texts are in it."""

    generation: int
    mark: int
    segments: tuple[SegmentEntry, ...]

    def dump(self) -> bytes:
        """As it is written."""
        segments = [{"id": entry.id, "texts": entry.texts} for entry in self.segments]
        return json.dumps({"format": FORMAT, "mark": self.mark, "segments": segments}).encode()


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
        return Contents(generation=max(generations), mark=int(said["mark"]), segments=segments)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexUnusable("the table of contents cannot be read") from error


def file_name(generation: int) -> str:
    """The name of a generation's table, as Whoosh names it."""
    return f"_{NAME}_{generation}.toc"


def _id(said: object) -> str:
    # it becomes part of a file's name: nothing but what we give out
    if not isinstance(said, str) or not _SEGMENT_ID.fullmatch(said):
        raise ValueError(said)
    return said
