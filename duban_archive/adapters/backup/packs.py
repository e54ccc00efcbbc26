"""Password-protected packs of a backup: 7z with AES-256 and hidden names, so that any 7-Zip opens them without us.

Stored, not compressed: offices' files are compressed already, and a stick is slower than the processor.
"""

from __future__ import annotations

import errno
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

# given names only: py7zr turns names into paths
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*", re.ASCII)


class WrongPassword(Exception):
    """The pack does not open with this password, or is damaged beyond opening."""


class Slice(io.BufferedIOBase):
    """``length`` bytes of an open file from ``start`` on, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self._file, self._start, self._length, self._at = file, start, length, 0

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes."""
        left = self._length - self._at
        wanted = left if size is None or size < 0 else min(size, left)
        self._file.seek(self._start + self._at)
        data = self._file.read(wanted)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As any file."""
        self._at = offset + {0: 0, 1: self._at, 2: self._length}[whence]
        return self._at

    def tell(self) -> int:
        """As any file."""
        return self._at

    def readable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """The open file is closed with it."""
        self._file.close()
        super().close()


def write(target: Path, members: Iterable[tuple[str, Callable[[], BinaryIO]]], password: str) -> None:
    """Write a pack; each member is opened only while it is written."""
    import py7zr

    filters = [{"id": py7zr.FILTER_COPY}, {"id": py7zr.FILTER_CRYPTO_AES256_SHA256}]
    with target.open("xb") as file:
        with py7zr.SevenZipFile(file, "w", filters=filters, password=password, header_encryption=True) as pack:
            for name, opened in members:
                with opened() as source:
                    pack.writef(source, name)
        file.flush()


def hashes(pack: Path, password: str) -> dict[str, str]:
    """Name → SHA-256 of every member, by reading and decrypting all of it."""
    found: dict[str, hashlib._Hash] = {}

    def begin(name: str) -> Callable[[bytes], object]:
        found[name] = hashlib.sha256()
        return found[name].update

    _read(pack, password, None, begin)
    return {name: sha.hexdigest() for name, sha in found.items()}


def contents(pack: Path, password: str) -> dict[str, bytes]:
    """Name → bytes of every member, for a pack of small files."""
    found: dict[str, io.BytesIO] = {}

    def begin(name: str) -> Callable[[bytes], object]:
        found[name] = io.BytesIO()
        return found[name].write

    _read(pack, password, None, begin)
    return {name: data.getvalue() for name, data in found.items()}


def extract(pack: Path, password: str, into: Mapping[str, Path]) -> None:
    """Write the named members to the paths given; what is not in the pack is left out."""
    opened: list[BinaryIO] = []

    def begin(name: str) -> Callable[[bytes], object]:
        file = into[name].open("wb")
        opened.append(file)
        return file.write

    try:
        _read(pack, password, set(into), begin)
    finally:
        for file in opened:
            file.close()


def _read(
    path: Path, password: str, wanted: set[str] | None, begin: Callable[[str], Callable[[bytes], object]]
) -> None:
    import py7zr
    from py7zr.io import Py7zIO, WriterFactory

    class Target(Py7zIO):
        """One member on its way."""

        def __init__(self, write: Callable[[bytes], object]) -> None:
            self._write, self._size = write, 0

        def write(self, s: bytes | bytearray) -> int:
            self._write(bytes(s))
            self._size += len(s)
            return len(s)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None:
            return None

        def size(self) -> int:
            return self._size

    class Factory(WriterFactory):
        """Makes the target of each member."""

        def create(self, filename: str) -> Py7zIO:
            name = filename.replace("\\", "/").lstrip("/")
            return Target(begin(name))

    try:
        with path.open("rb") as file, py7zr.SevenZipFile(file, password=password) as pack:
            names = [entry.filename for entry in pack.files]
            if not all(_NAME.fullmatch(name) for name in names) or any(entry.is_symlink for entry in pack.files):
                raise WrongPassword("names that no backup has")
            targets = [name for name in names if wanted is None or name in wanted]
            if targets:
                pack.extract(targets=targets, factory=Factory())
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # a disk's own fault; a senseless seek comes of a wrong key
            raise
        raise WrongPassword(str(fault)) from fault
    except Exception as fault:  # decrypted with a wrong key, a header may break py7zr's parser anywhere
        raise WrongPassword(str(fault)) from fault
