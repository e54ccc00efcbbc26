"""The originals, kept once by hash and never changed: ``put``, ``open`` and ``local`` are the whole door.

Write order: temp name → copy while hashing → fsync → read again and hash again → rename → read-only → fsync folder.
A stored original has its own inode: copied, never a hard link, since writing through a link would change it.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from duban_archive.errors import DamagedArchive, DiskFull

_BLOCK = 1 << 20
_ZEROS = bytes(_BLOCK)


@dataclass(frozen=True, slots=True)
class Kept:
    """What ``put`` kept: its digest (``sha256:<hex>``), size in bytes, and whether it was there before."""

    digest: str
    size: int
    known: bool


class SourceUnreadable(Exception):
    """The file to be kept could not be read; nothing was kept. ``str()`` says why, in Chinese."""


class SourceChanged(Exception):
    """The file to be kept was written to while it was copied; nothing was kept."""


class Store:
    """A folder of originals, ``ab/cdef…`` by SHA-256, so that ``sha256sum`` alone verifies it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> None:
        """Make the folders; harmless when they are there."""
        (self._folder / "tmp").mkdir(parents=True, exist_ok=True)

    def put(self, source: Path, *, unchanged: Callable[[], bool] | None = None) -> Kept:
        """Keep a copy of ``source``. Raises ``SourceUnreadable``, ``SourceChanged`` (nothing kept) or ``DiskFull``.

        ``unchanged`` is asked after the copy: a file that was written to meanwhile is not kept half old, half new.
        """
        tmp = self._folder / "tmp"
        part = tmp / f"{os.getpid()}-{os.urandom(6).hex()}.part"
        try:
            digest, size = self._copy(source, part)
            if unchanged is not None and not unchanged():
                raise SourceChanged("读的时候文件还在变")
            target = self._path(digest)
            if target.exists() and target.stat().st_size == size:
                return Kept(digest, size, known=True)
            if digest_of(part) != digest:
                raise DamagedArchive("刚写入的原件读回来不一样,磁盘可能有故障。", "原文件没有动。请检查磁盘后再试。")
            target.parent.mkdir(exist_ok=True)
            with contextlib.suppress(OSError):  # FAT and exFAT know no rights
                part.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
            part.replace(target)
            sync_folder(target.parent)
            return Kept(digest, size, known=False)
        except OSError as fault:
            if fault.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(
                    "磁盘已满,没有收下这份文件。", "原文件没有动。请腾出空间后再运行一次,会接着收。"
                ) from fault
            raise
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)

    def _copy(self, source: Path, part: Path) -> tuple[str, int]:
        try:
            reader = source.open("rb")
        except OSError as fault:
            raise SourceUnreadable(why_unreadable(fault)) from fault
        sha, size = hashlib.sha256(), 0
        with reader, part.open("xb") as writer:
            while True:
                try:
                    block = reader.read(_BLOCK)
                except OSError as fault:
                    raise SourceUnreadable(why_unreadable(fault)) from fault
                if not block:
                    break
                sha.update(block)
                size += len(block)
                if block == _ZEROS[: len(block)]:  # a hole stays a hole: 2 GB of nothing must not fill a small disk
                    writer.seek(len(block), os.SEEK_CUR)
                else:
                    writer.write(block)
            writer.truncate(size)
            writer.flush()
            os.fsync(writer.fileno())
        return f"sha256:{sha.hexdigest()}", size

    def has(self, digest: str) -> bool:
        """Whether the original is there (its bytes are not read)."""
        return self._path(digest).is_file()

    def open(self, digest: str) -> BinaryIO:
        """The original's bytes; raises ``DamagedArchive`` when it is gone."""
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise DamagedArchive(f"原件 {digest[:19]}… 不在库里。", "请用 duban verify 查看,并从备份中恢复。") from None

    @contextlib.contextmanager
    def local(self, digest: str) -> Iterator[Path]:
        """A path to read the original from, while the block lasts. Never write to it."""
        self.open(digest).close()
        yield self._path(digest)

    def check(self, digest: str) -> str:
        """``""`` when the bytes still match, else ``"missing"`` or ``"changed"``."""
        path = self._path(digest)
        if not path.is_file():
            return "missing"
        return "" if digest_of(path) == digest else "changed"

    def digests(self) -> Iterator[str]:
        """Every original in the store, in order."""
        for folder in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            if len(folder.name) == 2 and folder.is_dir():
                for path in sorted(folder.iterdir()):
                    yield f"sha256:{folder.name}{path.name}"

    def remove(self, digest: str) -> None:
        """Wipe an original: only for a lawful purge."""
        path = self._path(digest)
        if path.is_file():
            wipe(path)

    def set_aside(self, digest: str, folder: Path) -> Path:
        """Take a damaged original out of the store, to make room for a good copy; nothing is deleted."""
        folder.mkdir(exist_ok=True)
        target = folder / f"{digest.removeprefix('sha256:')}-{os.urandom(3).hex()}"
        self._path(digest).replace(target)
        return target

    def age(self, digest: str) -> float:
        """Seconds since the original was written."""
        return max(0.0, time.time() - self._path(digest).stat().st_mtime)

    def tidy(self) -> None:
        """Remove what a killed run left half-copied."""
        for path in (self._folder / "tmp").glob("*.part"):
            pid = path.name.split("-")[0]
            if not pid.isdigit() or not _alive(int(pid)):
                path.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        algorithm, _, name = digest.partition(":")
        if algorithm != "sha256" or len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise ValueError(f"not a digest of this store: {digest!r}")
        return self._folder / name[:2] / name[2:]


def why_unreadable(fault: OSError) -> str:
    """Why the system would not let us read a file, in words for an archivist."""
    reasons = {
        errno.EACCES: "没有读取权限",
        errno.EPERM: "没有读取权限",
        errno.ENOENT: "文件不见了(可能已被移走或改名)",
        errno.EBUSY: "文件正被别的程序占用",
        errno.EIO: "磁盘读取出错",
        errno.ENAMETOOLONG: "文件名太长,系统打不开",
        errno.EISDIR: "这是文件夹,不是文件",
        errno.EROFS: "磁盘是只读的,写不进去",
        errno.ENODEV: "磁盘或网络共享断开了",
        errno.ENXIO: "磁盘或网络共享断开了",
        errno.ENOTCONN: "磁盘或网络共享断开了",
        errno.ETIMEDOUT: "网络共享没有回应",
        errno.ESTALE: "磁盘或网络共享断开了",
    }
    return reasons.get(fault.errno or 0, f"系统读不出这个文件({fault.strerror or type(fault).__name__})")


def wipe(path: Path) -> None:
    """Write zeros over a file before deleting it."""
    with contextlib.suppress(OSError):
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
    left = path.stat().st_size
    with path.open("r+b") as file:
        while left > 0:
            left -= file.write(b"\0" * min(left, _BLOCK))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable, where the system can (Windows does it by itself)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as fault:
            if fault.errno not in (errno.EINVAL, errno.ENOTSUP):  # some drivers (exFAT by FUSE) cannot sync a folder
                raise
        finally:
            os.close(handle)


def digest_of(path: Path) -> str:
    """The digest of a file's bytes."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _alive(pid: int) -> bool:
    import psutil

    return psutil.pid_exists(pid)
