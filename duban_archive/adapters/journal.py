"""The events as a file: one JSON a line, fsynced, hash-chained; the catalogue can be rebuilt from it.

Each line holds ``seq, at, by, kind, about, changes, prev, hash``; ``hash`` is SHA-256 over the line without it, and
``prev`` is the hash of the line before. A chain alone can be recomputed by whoever holds the file, so the head hash is
also printed in filing notes, binder manifests and backups.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

Event = dict[str, Any]

ROOT = "0" * 64


class JournalUnreadable(ValueError):
    """A line of the journal is not an event: the file was damaged or edited. The catalogue still holds the events."""


def seal(event: Event, prev: str) -> Event:
    """The event with ``prev`` and its ``hash``."""
    linked = {**event, "prev": prev}
    return {**linked, "hash": hashlib.sha256(line(linked).encode()).hexdigest()}


def is_sealed(event: Event, prev: str) -> bool:
    """Whether the event follows ``prev`` and hashes to what it says."""
    bare = {key: value for key, value in event.items() if key not in ("hash", "prev")}
    return event.get("prev") == prev and seal(bare, prev)["hash"] == event.get("hash")


class Journal:
    """Append-only file of sealed events."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = (-1, -1)  # number of the newest event and size of the file, as we left it

    def append(self, events: Sequence[Event]) -> None:
        """Write and fsync; a torn last line (power cut) is cut off first, since its event is still in the catalogue."""
        if not events:
            return
        lines = "".join(line(event) + "\n" for event in events)
        with self._path.open("ab") as file:
            end = _whole_lines(self._path)
            if end != file.tell():
                file.truncate(end)
            file.write(lines.encode())
            file.flush()
            os.fsync(file.fileno())
            self._end = (events[-1]["seq"], file.tell())

    def read(self) -> Iterator[Event]:
        """The whole events, in order; a torn last line is left out."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            for row in file:
                if row.endswith(b"\n"):
                    yield _parsed(row)

    def readable(self) -> tuple[list[Event], bool]:
        """The events up to the first line that cannot be read, and whether that was the end of the file."""
        events: list[Event] = []
        try:
            for event in self.read():
                events.append(event)
        except JournalUnreadable:
            return events, False
        return events, True

    def write_anew(self, events: Iterable[Event]) -> None:
        """Put a new journal in place of the old one, in one step."""
        fresh = self._path.with_name(self._path.name + ".new")
        with fresh.open("wb") as file:
            file.writelines(f"{line(event)}\n".encode() for event in events)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)

    def ends_with(self, seq: int) -> bool:
        """Whether the newest event is number ``seq``; known without reading while nobody else has written."""
        if seq == self._end[0] and self._path.exists() and self._path.stat().st_size == self._end[1]:
            return True
        last = self.last()
        return (last["seq"] if last else 0) == seq

    def last(self) -> Event | None:
        """The newest whole event, found from the end of the file."""
        if not self._path.exists():
            return None
        end = _whole_lines(self._path)
        with self._path.open("rb") as file:
            start, step = end, 1 << 16
            while start > 0:
                start = max(0, start - step)
                file.seek(start)
                block = file.read(end - start)
                cut = block.rstrip(b"\n").rfind(b"\n")
                if cut >= 0 or start == 0:
                    last = block.rstrip(b"\n")[cut + 1 :]
                    return _parsed(last) if last else None
        return None


def line(event: Event) -> str:
    """The event as the journal writes it, without the line end."""
    return json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _parsed(row: bytes) -> Event:
    try:
        event = json.loads(row)
    except (ValueError, RecursionError) as fault:
        raise JournalUnreadable(str(fault)) from fault
    if not isinstance(event, dict) or not {"seq", "kind", "prev", "hash"} <= event.keys():
        raise JournalUnreadable("not an event")
    return event


def _whole_lines(path: Path) -> int:
    """Length of the file up to and including its last line end."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = size
        while start > 0:
            step = min(1 << 16, start)
            file.seek(start - step)
            cut = file.read(step).rfind(b"\n")
            if cut >= 0:
                return start - step + cut + 1
            start -= step
    return 0
