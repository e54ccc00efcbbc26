"""Read the family names out of TrueType and OpenType files, so that the office's own faces win over ours."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

FAMILY_IDS = (1, 16)  # family, typographic family
SUFFIXES = (".ttf", ".otf", ".ttc")


def families_in(folders: Iterable[Path]) -> frozenset[str]:
    """All family names, in every language a face gives them, of the font files below ``folders``."""
    found: set[str] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                found.update(families(path))
    return frozenset(found)


def families(path: Path) -> frozenset[str]:
    """The family names of one font file; none when it cannot be read."""
    try:
        with path.open("rb") as file:
            return frozenset(name for start in _faces(file.read(4096)) for name in _names(path, start))
    except (OSError, struct.error):
        return frozenset()


def _faces(head: bytes) -> tuple[int, ...]:
    if head[:4] != b"ttcf":
        return (0,)
    (count,) = struct.unpack_from(">I", head, 8)
    return struct.unpack_from(f">{min(count, 64)}I", head, 12)


def _names(path: Path, start: int) -> Iterator[str]:
    with path.open("rb") as file:
        file.seek(start + 4)
        (count,) = struct.unpack(">H", file.read(2))
        file.seek(start + 12)
        for _ in range(count):
            tag, _sum, offset, length = struct.unpack(">4sIII", file.read(16))
            if tag == b"name":
                file.seek(offset)
                yield from _records(file.read(min(length, 1 << 20)))
                return


def _records(table: bytes) -> Iterator[str]:
    _format, count, strings = struct.unpack_from(">HHH", table, 0)
    for index in range(count):
        platform, _encoding, _language, kind, length, offset = struct.unpack_from(">6H", table, 6 + 12 * index)
        if kind in FAMILY_IDS and platform in (0, 3):
            yield table[strings + offset : strings + offset + length].decode("utf-16-be", "replace")
