"""A backup folder: points in time, each complete in itself, over originals that are written once and shared.

::

    督档备份/  README.txt  originals/ab/cdef…            originals by SHA-256; over 2 GB in pieces .001 .002 …
             20151026-153000/                           one point in time; ``.part`` while it is being written
               SHA256SUMS  manifest.json  events.jsonl  originals.jsonl  checklist.json  readings.jsonl.gz
               archive_schema.yaml  office/settings.yaml  office/templates/0001.docx
             20151102-090000/  SHA256SUMS  manifest.json  catalogue.7z  pack-0001.7z      the same with a password

Names are plain ASCII and told apart without regard to case, nothing is linked: FAT and exFAT hold it. A point in time
is whole when its folder has its name and ``SHA256SUMS``, written last, agrees with its manifest.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from duban_archive.errors import DubanError

FORMAT = "duban-backup/1"
NAME = "督档备份"
PIECE = 2_000_000_000  # bytes: FAT32 takes files up to 4 GB
BLOCK = 1 << 20
SET = re.compile(r"[0-9]{8}-[0-9]{6}(-[0-9]+)?", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
INNER = "catalogue.7z"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
ORIGINALS, EVENTS, READINGS = "originals.jsonl", "events.jsonl", "readings.jsonl.gz"

README = """\
督档备份
========

这个文件夹是“督档”迎检档案的备份。请整个保存,不要改动里面的文件和文件名。

每个以日期时间命名的文件夹(例如 20151026-153000)是一个时间点的完整备份;名称以 .part 结尾的是没有写完的,不能用。
originals 里是原件,按 SHA-256 值命名(前两位是文件夹名),各时间点共用,同一份只存一次;
超过 2 GB 的分成 .001 .002 …,按顺序连接即得原件。

怎样恢复:安装督档,运行
    duban restore 这个文件夹 新的空文件夹
恢复完会自动核对每一份原件。只取回受损的原件,在档案文件夹里运行
    duban repair --from 这个文件夹

没有督档时怎样取出原件:打开时间点文件夹里的 originals.jsonl,每行写明一份原件的
SHA-256 值(digest)、原来的文件名(names)和所在位置(at)。把对应文件复制出来,改回原名即可。
events.jsonl 是全部记事(收件、著录、归类),一行一条;checklist.json 是指标体系。
SHA256SUMS 可用 sha256sum -c SHA256SUMS 核对。
加了密码的备份,时间点文件夹里是 7z 文件,用 7-Zip 和密码打开,里面就是上面这些文件。密码丢了就打不开,督档也没有办法。

office 文件夹里是本单位的设置和 Word 模板,恢复时默认不放回,要放回请加 --with-templates。
"""


class BackupFault(DubanError):
    """A backup that cannot be written or read as it should."""

    code = "backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """An original in a backup: ``at`` names the file of each piece, and its member when that file is a pack."""

    digest: str
    size: int
    media_type: str = ""
    names: tuple[str, ...] = ()
    at: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a point in time holds. ``archive`` is the first event's hash: which archive it is of."""

    format: str
    program: str
    made: str
    archive: str
    head: str
    encrypted: bool = False
    by: str = ""
    title: str = ""
    events: int = 0
    originals: int = 0
    bytes: int = 0
    absent: tuple[str, ...] = ()
    templates: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)


def pieces(digest: str, size: int) -> list[tuple[str, int, int]]:
    """The pieces of an original: name, start, length."""
    parts = lengths(size)
    stem = digest.removeprefix("sha256:")
    names = [stem] if len(parts) == 1 else [f"{stem}.{number:03d}" for number in range(1, len(parts) + 1)]
    return [(name, index * PIECE, length) for index, (name, length) in enumerate(zip(names, parts, strict=True))]


def lengths(size: int) -> list[int]:
    """How long the pieces of an original are; one of 0 when it is empty."""
    return [min(PIECE, size - start) for start in range(0, size, PIECE)] or [0]


def plain_places(digest: str, size: int) -> tuple[tuple[str, str], ...]:
    """Where the pieces of an original lie in a plain backup."""
    return tuple((f"originals/{name[:2]}/{name[2:]}", "") for name, _, _ in pieces(digest, size))


def is_place(container: str, member: str) -> bool:
    """Whether a list may say so: only inside the backup folder, only names that we give."""
    if member:
        folder, _, pack = container.partition("/")
        return bool(
            SET.fullmatch(folder)
            and re.fullmatch(r"pack-[0-9]{4,}\.7z", pack, re.ASCII)
            and re.fullmatch(r"[0-9a-f]{64}(\.[0-9]{3,})?", member, re.ASCII)
        )
    return bool(re.fullmatch(r"originals/[0-9a-f]{2}/[0-9a-f]{62}(\.[0-9]{3,})?", container, re.ASCII))


def content_of(path: Path) -> bytes:
    """A file of the backup; ``BackupFault`` when it is not there."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BackupFault(f"备份里缺少 {path.name}。", "请换一个备份再试。") from None


def sha_of(path: Path) -> str:
    """As the disk has it, not as the system remembers having written it, where it can be told to forget."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return ""
    with file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").hexdigest()


def facts_of(data: bytes) -> list[Any]:
    """SHA-256 and size, as a manifest tells them."""
    return [hashlib.sha256(data).hexdigest(), len(data)]
