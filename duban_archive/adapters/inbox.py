"""The inbox: a scan is the truth, watchdog only rings a bell, one stability rule for events, polling and start-up.

A file is *still* when its size and time have not changed between two looks at least ``quiet`` seconds apart, it is not
empty, nobody holds it open in Word or WPS (an owner file beside it says so), and it opens as what it claims to be. What
does not open may still be on its way, so it is looked at again with growing patience and is then taken in all the same
(it will be an 异常件, kept, with the reason): a broken file must not wait for ever.
"""

from __future__ import annotations

import fnmatch
import os
import queue
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.adapters.store import why_unreadable

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

NOISE = (
    "~$*", ".~*", "Thumbs.db", "ehthumbs.db", "desktop.ini", ".DS_Store", "._*", "*.tmp", "*.part", "*.crdownload",
    ".stfolder", ".gitkeep",
)  # fmt: skip
NOISE_FOLDERS = ("__MACOSX", "@eaDir", ".git", ".svn", ".stversions", "$RECYCLE.BIN", "System Volume Information")
_OWNER_FILE_SIZES = (54, 55, 162, 165)  # bytes, as Word, Excel/PowerPoint and WPS write them
_OWNER_FILE_AGE = 12 * 3600.0  # an older one was left behind by a crash or copied along from somewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One file as a look found it. ``folder`` is its place below the inbox; ``refused`` says why it cannot be taken."""

    path: Path
    folder: str
    size: int
    mtime_ns: int
    noise: bool = False
    refused: str = ""

    @property
    def identity(self) -> tuple[str, int, int]:
        """What makes it the same file at the next look: path, size, time."""
        return (str(self.path), self.size, self.mtime_ns)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that is not taken in yet, and why, in words for an archivist."""

    seen: Seen
    why: str


def look(folder: Path) -> Iterator[Seen]:
    """Every file below ``folder``, in natural order; what cannot be read or must not be followed is named too."""
    yield from _look(folder, "", folder)


def _look(folder: Path, below: str, top: Path) -> Iterator[Seen]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: natural(entry.name))
    except OSError as fault:
        if folder == top:
            raise
        yield Seen(path=folder, folder=below, size=0, mtime_ns=0, refused=f"文件夹打不开:{why_unreadable(fault)}")
        return
    for entry in entries:
        path = Path(entry.path)
        try:
            info = entry.stat(follow_symlinks=False)
        except OSError as fault:
            yield Seen(path=path, folder=below, size=0, mtime_ns=0, refused=why_unreadable(fault))
            continue
        junction = getattr(entry, "is_junction", lambda: False)()  # Windows' folder links, known from Python 3.12
        if stat.S_ISDIR(info.st_mode) and not junction:
            if entry.name in NOISE_FOLDERS:
                yield from _noise(path, _join(below, entry.name))
            else:
                yield from _look(path, _join(below, entry.name), top)
            continue
        yield _seen(path, below, info)


def _noise(folder: Path, below: str) -> Iterator[Seen]:
    for root, _dirs, names in os.walk(folder):
        for name in sorted(names):
            path = Path(root) / name
            yield Seen(path=path, folder=below, size=0, mtime_ns=0, noise=True)


def _join(below: str, name: str) -> str:
    return f"{below}/{name}" if below else name


def look_at(path: Path) -> Seen:
    """One file that was named on the command line; ``refused`` when it is none we may take."""
    try:
        return _seen(path, "", path.lstat())
    except OSError as fault:
        return Seen(path=path, folder="", size=0, mtime_ns=0, refused=why_unreadable(fault))


def _seen(path: Path, below: str, info: os.stat_result) -> Seen:
    refused = ""
    if stat.S_ISLNK(info.st_mode):
        refused = "这是快捷链接,不是文件本身"
    elif stat.S_ISDIR(info.st_mode):
        refused = "这是指向别处的文件夹链接"
    elif not stat.S_ISREG(info.st_mode):
        refused = "这是系统的特殊文件,不是资料"
    noise = not refused and is_noise(path.name)
    return Seen(path=path, folder=below, size=info.st_size, mtime_ns=info.st_mtime_ns, noise=noise, refused=refused)


def is_noise(name: str) -> bool:
    """Whether a name is one that programs leave behind and nobody files."""
    return any(fnmatch.fnmatchcase(name.lower(), pattern.lower()) for pattern in NOISE)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key with numbers as numbers: 第2页 before 第10页."""
    key, number, text = [], "", ""
    for character in name + "\0":
        if character.isascii() and character.isdigit():
            if text:
                key.append((1, 0, text))
                text = ""
            number += character
            continue
        if number:
            key.append((0, int(number), ""))
            number = ""
        text += character
    return (*key, (1, 0, text))


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
    """The owner file's name when Word or WPS holds ``path`` open, else ``""``."""
    for name in (f"~${path.name}", f"~${path.name[2:]}", f".~{path.name}"):
        owner = path.with_name(name)
        try:
            info = owner.stat()
        except OSError:
            continue
        if info.st_size in _OWNER_FILE_SIZES and wall - info.st_mtime < _OWNER_FILE_AGE:
            return name
    return ""


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


def watch(folder: Path, *, quiet: float, once: bool = False, poll: bool = False) -> Iterator[Seen | Waiting | None]:
    """Files as they become still, for ever; ``None`` after each round, so that the caller may work or stop.

    ``once``: until nothing is on its way any more or patience ends; what then still waits is yielded as ``Waiting``.
    The bell (watchdog) only shortens the sleep between looks, so a missed event costs seconds, never a file.
    """
    settling = Settling(quiet)
    bell: queue.SimpleQueue[None] = queue.SimpleQueue()
    observer = None if once or poll else _observe(folder, bell)
    rounds_left = 12
    try:
        while True:
            ready, waiting = settling.sort(list(look(folder)), time.monotonic(), time.time())
            yield from ready
            yield None
            if once:
                rounds_left -= 1
                hopeless = all(one.seen.size == 0 or "打开(" in one.why for one in waiting)
                if not waiting or rounds_left == 0 or (hopeless and rounds_left < 10):
                    yield from waiting
                    return
                time.sleep(quiet)
                continue
            _sleep(bell, quiet if waiting else 30.0 if observer else max(quiet, 2.0))
    finally:
        if observer is not None:
            observer.stop()
            observer.join()


def _sleep(bell: queue.SimpleQueue[None], seconds: float) -> None:
    try:
        bell.get(timeout=seconds)
    except queue.Empty:
        return
    while not bell.empty():
        bell.get_nowait()


def _observe(folder: Path, bell: queue.SimpleQueue[None]) -> BaseObserver:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    class Bell(FileSystemEventHandler):
        """Rings; it does nothing that could fail and kill the observer's thread unseen."""

        def on_any_event(self, event: FileSystemEvent) -> None:
            bell.put(None)

    observer = Observer()
    observer.schedule(Bell(), str(folder), recursive=True)
    observer.start()
    return observer


def why_poll(folder: Path) -> str:
    """Why ``folder`` must be polled rather than watched (a network share, a removable disk), else ``""``."""
    import psutil

    best, kind, options = "", "", ""
    for disk in psutil.disk_partitions(all=True):
        if str(folder).startswith(disk.mountpoint) and len(disk.mountpoint) >= len(best):
            best, kind, options = disk.mountpoint, disk.fstype.lower(), disk.opts
    if (
        kind in {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs", "webdav", "drvfs"}
        or "remote" in options
    ):
        return "收件箱在网络共享上,系统不会通知变化,改为定时查看"
    if "removable" in options:
        return "收件箱在可移动磁盘上,改为定时查看"
    return ""


def leave(one: Seen, kept: Path) -> Path | None:
    """Move a kept file to ``已归档/``, same sub-folder, never over another; ``None`` if it would not go."""
    target_folder = kept / one.folder if one.folder else kept
    try:
        target_folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(target_folder / one.path.name)
        one.path.rename(target)
        return target
    except OSError:
        return None  # still open elsewhere: the next look finds it again, known by path, size and time, and moves it


def _free_name(target: Path) -> Path:
    if not target.exists():
        return target
    for number in range(2, 10_000):
        candidate = target.with_name(f"{target.stem}({number}){target.suffix}")
        if len(os.fsencode(candidate.name)) > 250:
            candidate = target.with_name(f"{os.urandom(4).hex()}{target.suffix[:10]}")
        if not candidate.exists():
            return candidate
    return target.with_name(os.urandom(8).hex() + target.suffix)
