"""The cabinet 档案柜: a browsable view by indicator, of copies; an echo, kept up to date while nothing else is to do.

What lies in it is told by a list (``.duban/cabinet.json``). A copy that somebody changed is set aside under another
name and said, a file that somebody put there is never touched; what is not filed any more goes.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO

from duban_archive.adapters import locks
from duban_archive.adapters.store import wipe
from duban_archive.core.cabinet import Copy, lay_out
from duban_archive.errors import DubanError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_LEAST_ROOM = 64 << 20  # bytes that stay free: an echo must not keep papers from being taken in
_CLONE = 0x40049409  # FICLONE: the copy shares its blocks with the original until one of them is written to
_FORMAT = 1

Laid = dict[str, list[Any]]  # path below the cabinet → digest, size, mtime_ns


@dataclass(slots=True)
class Refreshed:
    """What a refresh did: numbers of files, and where changed copies went."""

    files: int = 0
    written: int = 0
    removed: int = 0
    set_aside: list[str] = field(default_factory=list)
    no_room: int = 0

    def as_json(self) -> dict[str, Any]:
        """With the keys that stay."""
        return {
            "files": self.files, "written": self.written, "removed": self.removed, "set_aside": self.set_aside,
            "no_room": self.no_room,
        }  # fmt: skip


class Cabinet:
    """The cabinet of one archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._folder = archive.home.cabinet
        self._list = archive.home.hidden / "cabinet.json"

    def keep_up(self) -> None:
        """Refresh it if anything happened since; an echo that cannot be made now stops nobody."""
        if not self._archive.settings.cabinet or self._read()[0] == self._archive.catalogue.head():
            return
        with contextlib.suppress(OSError, DubanError):
            self.refresh()

    def refresh(self) -> Refreshed:
        """Lay it out as the papers are filed now, writing and removing only what differs."""
        with locks.alone(self._archive.home.hidden / "cabinet.lock"):
            head = self._archive.catalogue.head()
            _, laid = self._read()
            wanted = {copy.path: copy for copy in lay_out(self._archive.index, self._archive.catalogue.records())}
            done = Refreshed(files=len(wanted))
            for path in [path for path in laid if path not in wanted or wanted[path].digest != laid[path][0]]:
                self._take_out(path, laid, done)
            try:
                for copy in wanted.values():
                    self._put_in(copy, laid, done)
            finally:
                self._write("" if done.no_room else head, laid)
        return done

    def forget(self, digests: Iterable[str]) -> int:
        """Wipe every copy of these originals, whatever became of it (purge); how many."""
        wanted, wiped = set(digests), 0
        with locks.alone(self._archive.home.hidden / "cabinet.lock"):
            _, laid = self._read()
            for path in [path for path, (digest, *_) in laid.items() if digest in wanted]:
                del laid[path]
                if (copy := self._folder / path).is_file():
                    wipe(copy)
                    wiped += 1
                self._drop_empty(copy.parent)
            self._write("", laid)
        return wiped

    def _put_in(self, copy: Copy, laid: Laid, done: Refreshed) -> None:
        target = self._folder / copy.path
        if copy.path in laid:
            if _stamp(target) == tuple(laid[copy.path][1:]):
                return
            self._take_out(copy.path, laid, done)
        if target.exists() or target.is_symlink():  # a person's own file of that very name
            done.set_aside.append(self._set_aside(target))
        with self._archive.store.open(copy.digest) as source:
            size = os.fstat(source.fileno()).st_size
            if shutil.disk_usage(self._folder).free < size + _LEAST_ROOM:
                done.no_room += 1
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            half = target.parent / f"{os.urandom(6).hex()}.part"
            try:
                _write_copy(source, half)
                half.replace(target)
            finally:
                half.unlink(missing_ok=True)
        stamp = _stamp(target)
        laid[copy.path] = [copy.digest, *(stamp or (0, 0))]
        done.written += 1

    def _take_out(self, path: str, laid: Laid, done: Refreshed) -> None:
        """Remove a copy of ours; one that somebody changed or replaced is set aside under another name."""
        _, *stamp = laid.pop(path)
        target = self._folder / path
        found = _stamp(target)
        if found is None:
            return
        if found == tuple(stamp):
            target.unlink()
            done.removed += 1
            self._drop_empty(target.parent)
        else:
            done.set_aside.append(self._set_aside(target))

    def _set_aside(self, target: Path) -> str:
        for number in range(1, 10_000):
            mark = "改动过" if number == 1 else f"改动过{number}"
            aside = target.with_name(f"{target.stem[:60]}({mark}){target.suffix}")
            if not aside.exists():
                target.rename(aside)
                break
        return aside.relative_to(self._folder).as_posix()

    def _drop_empty(self, folder: Path) -> None:
        while folder != self._folder and self._folder in folder.parents:
            try:
                folder.rmdir()
            except OSError:  # something of somebody's is in it
                return
            folder = folder.parent

    def _read(self) -> tuple[str, Laid]:
        """The head of the chain that it was laid out at, and what was laid."""
        try:
            document = json.loads(self._list.read_text(encoding="utf-8"))
            if document["format"] == _FORMAT:
                laid = {path: row for path, row in document["laid"].items() if _is_below(path) and len(row) == 3}
                return str(document["head"]), laid
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return "", {}

    def _write(self, head: str, laid: Laid) -> None:
        fresh = self._list.with_name(f"{self._list.name}.new")
        fresh.write_text(json.dumps({"format": _FORMAT, "head": head, "laid": laid}, ensure_ascii=False), "utf-8")
        fresh.replace(self._list)


def _is_below(path: str) -> bool:
    """Whether a path of the list stays below the cabinet: the list is a file that anybody can write."""
    parts = PurePosixPath(path).parts
    return bool(parts) and ".." not in parts and not path.startswith("/") and ":" not in path and "\\" not in path


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        info = path.lstat()
    except OSError:
        return None
    return (info.st_size, info.st_mtime_ns)


def _write_copy(source: BinaryIO, target: Path) -> None:
    """A copy with an inode of its own: sharing blocks where the disk can, never a hard link."""
    with target.open("xb") as file:
        if sys.platform == "linux":
            import fcntl

            with contextlib.suppress(OSError):
                fcntl.ioctl(file.fileno(), _CLONE, source.fileno())
                return
        shutil.copyfileobj(source, file, 1 << 20)
