"""Writes an OLE2 compound file (MS-CFB, version 3): the container of Word 97 documents and of encrypted workbooks.

::

    header │ FAT sectors │ directory │ mini FAT │ mini stream │ the large streams …
             (512 bytes each; streams below 4,096 bytes live in 64-byte pieces of the mini stream)

There is no maintained permissive library that writes one, so the sample maker carries these two pages.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE
    black: bool = True
    start: int = _END


def write_compound(streams: Mapping[str, bytes]) -> bytes:
    """The bytes of a compound file with these streams; a ``/`` in a name separates storages."""
    entries = _tree(streams)
    fat: list[int] = []
    body: list[bytes] = []

    def place(data: bytes) -> int:
        """Append a chain of sectors; its first number, or the end mark for nothing."""
        count = -(-len(data) // _SECTOR)
        first = len(fat)
        fat.extend([*range(first + 1, first + count), _END] if count else [])
        body.append(data.ljust(count * _SECTOR, b"\0"))
        return first if count else _END

    mini_stream = bytearray()
    mini_fat: list[int] = []
    for entry in entries:
        if entry.kind != _STREAM or not entry.data:
            continue
        if len(entry.data) >= _CUTOFF:
            entry.start = place(entry.data)
            continue
        count = -(-len(entry.data) // _MINI)
        entry.start = len(mini_fat)
        mini_fat.extend([*range(entry.start + 1, entry.start + count), _END])
        mini_stream += entry.data.ljust(count * _MINI, b"\0")
    entries[0].data = bytes(mini_stream)
    entries[0].start = place(entries[0].data)
    mini_sectors = -(-len(mini_fat) * 4 // _SECTOR)
    mini_start = place(_numbers(mini_fat, _SECTOR))
    directory = b"".join(_directory_entry(entry) for entry in entries)
    directory_start = place(directory + _directory_entry(_Entry("", 0)) * (-len(entries) % 4))

    fat_sectors = 1
    while fat_sectors * (_SECTOR // 4) < len(fat) + fat_sectors:
        fat_sectors += 1
    if fat_sectors > 109:
        raise ValueError("a sample file is never this large (7 MB)")
    first_fat = len(fat)
    fat.extend([_FAT] * fat_sectors)
    places = [*range(first_fat, first_fat + fat_sectors), *[_FREE] * (109 - fat_sectors)]
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        fat_sectors,
        directory_start,
        0,
        _CUTOFF,
        mini_start,
        mini_sectors,
        _END,
        0,
    )
    return header + struct.pack("<109I", *places) + b"".join(body) + _numbers(fat, _SECTOR)


def _tree(streams: Mapping[str, bytes]) -> list[_Entry]:
    """Directory entries, the root first, each storage's children hung up as a balanced search tree."""
    entries = [_Entry("Root Entry", _ROOT)]
    numbers = {"": 0}
    for path, data in streams.items():
        above = ""
        *storages, name = path.split("/")
        for storage in storages:
            here = f"{above}/{storage}"
            if here not in numbers:
                numbers[here] = len(entries)
                entries[numbers[above]].children.append(len(entries))
                entries.append(_Entry(storage, _STORAGE))
            above = here
        entries[numbers[above]].children.append(len(entries))
        entries.append(_Entry(name, _STREAM, data))

    def hang(numbers: list[int], height: int, *, root: bool = False) -> int:
        if not numbers:
            return _FREE
        middle = len(numbers) // 2
        entry = entries[numbers[middle]]
        entry.left = hang(numbers[:middle], height - 1)
        entry.right = hang(numbers[middle + 1 :], height - 1)
        # Only the deepest level is red: a valid red-black tree of any size.
        entry.black = root or height > 0
        return numbers[middle]

    for entry in entries:
        by_name = sorted(entry.children, key=lambda n: (len(entries[n].name), entries[n].name.upper()))
        entry.child = hang(by_name, len(by_name).bit_length() - 1, root=True)
    return entries


def _directory_entry(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + (b"\0\0" if entry.name else b"")
    start = 0 if entry.kind in (0, _STORAGE) else entry.start
    size = len(entry.data)
    links = (entry.left, entry.right, entry.child) if entry.kind else (_FREE, _FREE, _FREE)
    return struct.pack(
        "<64sHBBIII16sIQQIQ", name, len(name), entry.kind, int(entry.black), *links, b"", 0, 0, 0, start, size
    )


def _numbers(numbers: list[int], unit: int) -> bytes:
    """Sector numbers, filled up with "free" to whole sectors."""
    return struct.pack(f"<{len(numbers)}I", *numbers).ljust(-(-len(numbers) * 4 // unit) * unit, b"\xff")
