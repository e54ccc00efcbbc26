"""Films and recordings (mp4, mov, mp3, wav and others): kept with what their heads say; nothing is played."""

from __future__ import annotations

import contextlib
import datetime
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from duban_archive.core.model import Extracted, Json

from .source import Source

ENGINE: Final = "media"

_BOXES: Final = {b"moov", b"trak", b"mdia"}
_EPOCH = datetime.datetime(1904, 1, 1, tzinfo=datetime.UTC)
_RATES: Final = {  # kbit/s by version (1, 2) for layer III
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_TAGS: Final = {b"TIT2": "own_title", b"TPE1": "author", b"TDRC": "created", b"TYER": "created"}


def read(source: Source) -> Extracted:
    """Duration, picture size, time of recording: as far as the head gives them cheaply."""
    facts: dict[str, Json] = {}
    with source.path.open("rb") as file, contextlib.suppress(struct.error, ValueError, OverflowError, EOFError):
        size = file.seek(0, 2)
        if source.media_type in ("video/mp4", "video/quicktime", "audio/mp4"):
            facts = _of_mp4(file, size)
        elif source.media_type == "audio/mpeg":
            facts = _of_mp3(file, size)
        elif source.media_type == "audio/wav":
            facts = _of_wav(file, size)
    return Extracted(
        media_type=source.media_type,
        engine=ENGINE,
        facts={key: value for key, value in facts.items() if value},
    )


def _of_mp4(file: BinaryIO, size: int) -> dict[str, Json]:
    facts: dict[str, Json] = {}
    for kind, start, end in _boxes(file, 0, size, 0):
        if kind == b"mvhd":
            file.seek(start)
            head = file.read(min(end - start, 112))
            if head[0] == 1:
                created, _modified, scale, duration = struct.unpack_from(">QQIQ", head, 4)
            else:
                created, _modified, scale, duration = struct.unpack_from(">IIII", head, 4)
            if scale:
                facts["seconds"] = round(duration / scale, 1)
            moment = _EPOCH + datetime.timedelta(seconds=created)
            if moment.year >= 1990:
                facts["created"] = moment.replace(tzinfo=None).isoformat() + "Z"
        elif kind == b"tkhd" and not facts.get("width"):
            file.seek(end - 8)
            width, height = struct.unpack(">II", file.read(8))
            facts |= {"width": width >> 16, "height": height >> 16}
    return facts


def _boxes(file: BinaryIO, at: int, end: int, depth: int) -> Iterator[tuple[bytes, int, int]]:
    """(kind, begin, end) of the boxes of an MP4; containers that matter are entered."""
    for _ in range(10_000):
        if at + 8 > end:
            return
        file.seek(at)
        length, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
            head = 16
        elif length == 0:
            length = end - at
        if length < head:
            return
        stop = min(at + length, end)
        if kind in _BOXES and depth < 4:
            yield from _boxes(file, at + head, stop, depth + 1)
        else:
            yield kind, at + head, stop
        at = stop


def _of_mp3(file: BinaryIO, size: int) -> dict[str, Json]:
    file.seek(0)
    head = file.read(10)
    facts: dict[str, Json] = {}
    start = 0
    if head[:3] == b"ID3":
        length = _synchsafe(head[6:10])
        start = 10 + length
        facts |= _id3(file.read(min(length, 1 << 20)), head[3])
    file.seek(start)
    sound = file.read(4096)
    for at in range(len(sound) - 4):
        if sound[at] == 0xFF and sound[at + 1] & 0xE6 == 0xE2:
            version = 1 if sound[at + 1] & 0x18 == 0x18 else 2
            rate = sound[at + 2] >> 4
            if 0 < rate < 15:
                facts["seconds"] = round((size - start) * 8 / (_RATES[version][rate] * 1000), 1)
                break
    return facts


def _id3(data: bytes, version: int) -> dict[str, Json]:
    facts: dict[str, Json] = {}
    at = 0
    while at + 10 <= len(data) and data[at : at + 1].isalnum():
        kind = data[at : at + 4]
        length = _synchsafe(data[at + 4 : at + 8]) if version >= 4 else int.from_bytes(data[at + 4 : at + 8], "big")
        if kind in _TAGS and length > 1:
            facts[_TAGS[kind]] = _id3_text(data[at + 10 : at + 10 + length])
        at += 10 + length
    return facts


def _id3_text(data: bytes) -> str:
    encoding = {1: "utf-16", 2: "utf-16-be", 3: "utf-8"}.get(data[0], "gb18030")  # 0 says Latin; here it is GBK
    return data[1:].decode(encoding, "replace").strip("\0 ")


def _synchsafe(data: bytes) -> int:
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3]


def _of_wav(file: BinaryIO, size: int) -> dict[str, Json]:
    at = 12
    per_second = 0
    for _ in range(1000):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        kind, length = struct.unpack("<4sI", head)
        if kind == b"fmt ":
            (per_second,) = struct.unpack_from("<I", file.read(16), 8)
        elif kind == b"data":
            return {"seconds": round(min(length, size - at - 8) / per_second, 1)} if per_second else {}
        at += 8 + length + (length & 1)
    return {}
