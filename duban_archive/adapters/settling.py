"""One stability rule for events, polling and start-up: which of the files seen have kept still.

A file is *still* when its size and time have not changed between two looks at least ``quiet`` seconds apart, it is not
empty, nobody holds it open in Word or WPS (an owner file beside it says so), and it opens as what it claims to be. What
does not open may still be on its way, so it is looked at again with growing patience and is then taken in all the same
(it will be an 异常件, kept, with the reason): a broken file must not wait for ever.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from duban_archive.adapters.inbox import Seen

_OWNER_FILE_SIZES = (54, 55, 162, 165)  # bytes, as Word, Excel/PowerPoint and WPS write them
_OWNER_FILE_AGE = 12 * 3600.0  # an older one was left behind by a crash or copied along from somewhere


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is not taken in yet, and why, in words for an archivist."""

    seen: Seen
    why: str


class Settling:
    """Which of the files seen have kept still; pure: it is told the time, and sleeps nowhere."""

    def __init__(self, quiet: float, patience: int = 3) -> None:
        self._quiet = quiet
        self._patience = patience
        self._since: dict[tuple[str, int, int], float] = {}
        self._tries: dict[tuple[str, int, int], tuple[int, float]] = {}

    def sort(self, seen: list[Seen], now: float, wall: float) -> tuple[list[Seen], list[Waiting]]:
        """Files that may be taken now, and those that wait (``now`` monotonic, ``wall`` as file times; seconds)."""
        self._since = {s.identity: self._since.get(s.identity, now) for s in seen}
        self._tries = {key: value for key, value in self._tries.items() if key in self._since}
        ready: list[Seen] = []
        waiting: list[Waiting] = []
        for one in seen:
            if one.noise or one.refused:
                ready.append(one)
                continue
            why = self._why_not_yet(one, now, wall)
            if why:
                waiting.append(Waiting(one, why))
            else:
                ready.append(one)
        return ready, waiting

    def _why_not_yet(self, one: Seen, now: float, wall: float) -> str:
        if one.size == 0:
            return "0 字节,还没有内容:可能正在写入"
        if now - self._since[one.identity] < self._quiet:
            return "刚放入,等它写完"
        if owner := held_open(one.path, wall):
            return f"正被 Word 或 WPS 打开({owner}),关闭后会自动收下"
        tries, last = self._tries.get(one.identity, (0, now))
        if tries < self._patience and not opens(one.path):
            if tries == 0 or now - last >= self._quiet * 2**tries:
                self._tries[one.identity] = (tries + 1, now)
            return "文件还打不开:可能没有传完,稍后再看"
        return ""


def held_open(path: Path, wall: float) -> str:
    """The owner file's name when Word, WPS or LibreOffice holds ``path`` open, else ``""``."""
    for name, sizes in _owner_files(path):
        try:
            info = path.with_name(name).stat()
        except OSError:
            continue
        if info.st_size in sizes and wall - info.st_mtime < _OWNER_FILE_AGE:
            return name
    return ""


def _owner_files(path: Path) -> Iterator[tuple[str, Container[int]]]:
    """What the programs call the file that marks ``path`` as open, and the sizes they give it."""
    cut = 2 if len(path.stem) >= 8 else 1 if len(path.stem) == 7 else 0  # Word's rule; Excel and WPS never cut
    for name in dict.fromkeys((f"~${path.name}", f"~${path.name[cut:]}", f"~${path.name[2:]}", f".~{path.name}")):
        yield name, _OWNER_FILE_SIZES
    yield f".~lock.{path.name}#", range(1, 4096)  # LibreOffice: who, where, when, in words


def opens(path: Path) -> bool:
    """Whether the file is whole, as far as its kind tells cheaply: a zip's directory, a PDF's end, an OLE2 header."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 66000))
            tail = file.read()
    except OSError:
        return False
    if head.startswith(b"PK\x03\x04"):
        return b"PK\x05\x06" in tail
    if head.startswith(b"%PDF"):
        return b"%%EOF" in tail[-2048:]
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return size >= 1024
    if head.startswith(b"\xff\xd8\xff"):
        return b"\xff\xd9" in tail
    if head.startswith(b"\x89PNG"):
        return b"IEND" in tail[-64:]
    return True
