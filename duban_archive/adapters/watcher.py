"""Watching a folder: it is looked at again and again, for ever or until all is still.

The bell (watchdog) only shortens the sleep between looks, so a missed event costs seconds, never a file. A folder that
goes away (a share cut off, a stick pulled out) is waited for, and what was on it is seen anew when it comes back.
"""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from duban_archive.adapters.inbox import Seen, look
from duban_archive.adapters.settling import Settling, Waiting
from duban_archive.adapters.store import why_unreadable

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver

_ROUNDS = 12  # looks of a run that ends by itself
_HOPELESS_ROUNDS = 2  # and of one in which all that is left is empty or held open
_POLL, _BELLS = 2.0, 30.0  # seconds between looks without and with a bell
_SPEAK_AFTER = 10.0  # seconds a file may wait before it is told of: a copy that is merely running is no news

_NETWORK = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse.sshfs",
    "afpfs",
    "webdav",
    "davfs",
    "fuse.davfs2",
    "drvfs",
}
_STICKS = {"vfat", "exfat", "msdos", "fuseblk.exfat", "fuse.exfat"}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the folder as a whole, in words for an archivist; ``away``: it cannot be looked at now."""

    text: str
    away: bool = False


def watch(
    folder: Path, *, quiet: float, once: bool = False, poll: bool = False
) -> Iterator[Seen | Waiting | Notice | None]:
    """Files as they become still, for ever; ``None`` after each round, so that the caller may work or stop.

    ``once``: until nothing is on its way any more or patience ends; what then still waits is yielded as ``Waiting``.
    Without it, what waits longer than a moment is yielded as ``Waiting`` at every round.
    """
    if once:
        yield from _until_still(folder, quiet)
        return
    settling, bell = Settling(quiet), _Bell(folder, wanted=not poll)
    since: dict[str, float] = {}
    away = False
    try:
        while True:
            try:
                seen = list(look(folder))
                notice = bell.hang()
            except OSError as fault:
                if not away:
                    yield Notice(f"“{folder.name}”现在打不开({why_unreadable(fault)})", away=True)
                away = True
                bell.take_down()
                yield None
                time.sleep(max(quiet, _POLL))
                continue
            if away:
                yield Notice(f"“{folder.name}”又能打开了,接着看")
                away = False
            if notice:
                yield Notice(notice)
            now = time.monotonic()
            ready, waiting = settling.sort(seen, now, time.time())
            since = {str(one.path): since.get(str(one.path), now) for one in seen}
            yield from ready
            yield from (one for one in waiting if now - since[str(one.seen.path)] >= _SPEAK_AFTER)
            yield None
            bell.wait(quiet if waiting else _BELLS if bell.hangs else max(quiet, _POLL))
    finally:
        bell.take_down()


def _until_still(folder: Path, quiet: float) -> Iterator[Seen | Waiting | None]:
    settling = Settling(quiet)
    for left in range(_ROUNDS - 1, -1, -1):
        ready, waiting = settling.sort(list(look(folder)), time.monotonic(), time.time())
        yield from ready
        yield None
        hopeless = all(one.seen.size == 0 or "打开(" in one.why for one in waiting)
        if not waiting or left == 0 or (hopeless and left < _ROUNDS - _HOPELESS_ROUNDS):
            yield from waiting
            return
        time.sleep(quiet)


class _Bell:
    """Rings when the system reports a change below the folder; hung anew when the folder is another one."""

    def __init__(self, folder: Path, *, wanted: bool) -> None:
        self._folder = folder
        self._wanted = wanted
        self._rung: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._observer: BaseObserver | None = None
        self._on: tuple[int, int] | None = None

    @property
    def hangs(self) -> bool:
        return self._observer is not None

    def hang(self) -> str:
        """See that it hangs on the folder that is there now; why it cannot, once, else ``""``."""
        info = self._folder.stat()
        if not self._wanted or self._on == (info.st_dev, info.st_ino):
            return ""
        self.take_down()
        try:
            self._observer = _observe(self._folder, self._rung)
        except OSError:  # the system has only so many watches to give
            self._wanted = False
            return "系统不能再通知文件夹的变化,改为定时查看"
        self._on = (info.st_dev, info.st_ino)
        return ""

    def take_down(self) -> None:
        observer, self._observer, self._on = self._observer, None, None
        if observer is not None:
            observer.stop()
            observer.join()

    def wait(self, seconds: float) -> None:
        try:
            self._rung.get(timeout=seconds)
        except queue.Empty:
            return
        while not self._rung.empty():
            self._rung.get_nowait()


def _observe(folder: Path, rung: queue.SimpleQueue[None]) -> BaseObserver:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers import Observer

    class Bell(FileSystemEventHandler):
        """Rings; it does nothing that could fail and kill the observer's thread unseen."""

        def on_any_event(self, event: FileSystemEvent) -> None:
            rung.put(None)

    observer = Observer()
    observer.schedule(Bell(), str(folder.resolve()), recursive=True)
    observer.start()
    return observer


def why_poll(folder: Path) -> str:
    """Why ``folder`` must be polled rather than watched (a network share, a removable disk), else ``""``."""
    device, kind, options = _disk(folder)
    if kind in _NETWORK or "remote" in options:
        return "收件箱在网络共享上,系统不会通知变化,改为定时查看"
    if kind in _STICKS or "removable" in options or _is_removable(device):
        return "收件箱在可移动磁盘上,改为定时查看"
    return ""


def why_no_archive(folder: Path) -> str:
    """Why an archive must not be kept there: SQLite's locks do not hold across a network; else ``""``."""
    _, kind, options = _disk(folder)
    if (kind in _NETWORK and kind not in ("9p", "drvfs")) or "remote" in options:
        return f"这个文件夹在网络共享({kind})上,多台电脑同时写会弄坏目录库"
    return ""


def _disk(folder: Path) -> tuple[str, str, str]:
    """Device, file system and mount options of the disk that a folder is on."""
    import psutil

    place = folder.resolve()
    best, found = -1, ("", "", "")
    for disk in psutil.disk_partitions(all=True):
        mount = Path(disk.mountpoint)
        if (mount == place or mount in place.parents) and len(disk.mountpoint) > best:
            best, found = len(disk.mountpoint), (disk.device, disk.fstype.lower(), disk.opts)
    return found


def _is_removable(device: str) -> bool:
    """What Linux says of the disk that a partition is on."""
    if sys.platform != "linux" or not device.startswith("/dev/"):
        return False
    block = (Path("/sys/class/block") / Path(device).name).resolve()
    for folder in (block, block.parent):
        try:
            if (folder / "removable").read_text(encoding="ascii").strip() == "1":
                return True
        except OSError:
            continue
    return False
