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

import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from duban_archive.adapters import backup_packs
from duban_archive.adapters.backup_packs import WrongPassword
from duban_archive.adapters.store import sync_folder
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import DubanError, UsageError

FORMAT = "duban-backup/1"
PIECE = 2_000_000_000  # bytes: FAT32 takes files up to 4 GB
_BLOCK = 1 << 20
_SET = re.compile(r"[0-9]{8}-[0-9]{6}(-[0-9]+)?", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_INNER = "catalogue.7z"
_MANIFEST, _SUMS = "manifest.json", "SHA256SUMS"
_ORIGINALS, _EVENTS, _READINGS = "originals.jsonl", "events.jsonl", "readings.jsonl.gz"

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


class Backup:
    """One whole point in time, to read from. Nothing in it is believed before its hash is right."""

    def __init__(self, folder: Path, password: str = "") -> None:
        self.folder, self.password = folder, password
        self.manifest = _manifest(folder)
        self._small: dict[str, bytes] = {}

    def files(self) -> Mapping[str, Any]:
        """Name → [SHA-256, size] of the small files, in the pack or beside it."""
        return self.inside().files

    def inside(self) -> Manifest:
        """The whole manifest; of a backup with a password the one in its pack."""
        return from_json(Manifest, json.loads(self._opened()[_MANIFEST])) if self.manifest.encrypted else self.manifest

    def _opened(self) -> dict[str, bytes]:
        if not self._small:
            if not self.password:
                raise UsageError("这个备份加了密码。", "请输入备份时的密码(或设环境变量 DUBAN_BACKUP_PASSWORD)后再试。")
            try:
                self._small = backup_packs.contents(self.folder / _INNER, self.password)
            except WrongPassword as fault:
                raise UsageError("密码不对,备份打不开。", "请核对密码;备份没有改动。") from fault
        return self._small

    def read(self, name: str) -> bytes:
        """A small file; raises ``BackupFault`` when its hash is wrong."""
        known = self.files().get(name)
        if known is None:
            raise BackupFault(f"备份里没有 {name}。", "请换一个备份再试。")
        data = self._opened().get(name, b"") if self.manifest.encrypted else _bytes(self.folder / name)
        if hashlib.sha256(data).hexdigest() != known[0]:
            raise BackupFault(f"备份里的 {name} 已损坏。", "请换一个备份再试;本备份没有改动。")
        return data

    def events(self) -> list[Any]:
        """The catalogue's events up to the point in time."""
        return [json.loads(row) for row in self.read(_EVENTS).splitlines()]

    def originals(self) -> dict[str, Original]:
        """Digest → where it is."""
        rows = [json.loads(row) for row in self.read(_ORIGINALS).splitlines()]
        found = {row["digest"]: from_json(Original, row) for row in rows}
        for one in found.values():
            if not _DIGEST.fullmatch(one.digest) or not all(_is_place(*place) for place in one.at):
                raise BackupFault("备份的原件清单写得不对。", "请换一个备份再试。")
        return found

    def readings(self) -> Iterator[Any]:
        """What was read out of the originals, one JSON a line."""
        with gzip.GzipFile(fileobj=io.BytesIO(self.read(_READINGS))) as rows:
            yield from map(json.loads, rows)

    def check(self) -> list[str]:
        """Small files and packs whose hash is wrong."""
        return [name for name, (sha, _) in self.manifest.files.items() if _sha(self.folder / name) != sha]

    def fetch(self, wanted: Iterable[str], scratch: Path) -> Iterator[tuple[str, Path | None]]:
        """Each wanted original as a file in ``scratch`` (yours to move), or ``None``: not there or damaged."""
        known = self.originals()
        todo = {digest: known[digest] for digest in wanted if digest in known}
        base = self.folder.parent
        packs: dict[str, dict[str, Path]] = {}
        for one in todo.values():
            for number, (container, member) in enumerate(one.at):
                if member:
                    packs.setdefault(container, {})[member] = scratch / f"{one.digest[7:]}.{number}"
        left = {digest: {container for container, member in one.at if member} for digest, one in todo.items()}
        for digest in [digest for digest, containers in left.items() if not containers]:
            yield digest, _joined(todo[digest], [base / container for container, _ in todo[digest].at], scratch)
            del left[digest]
        for container, members in sorted(packs.items()):
            with contextlib.suppress(WrongPassword, FileNotFoundError):
                backup_packs.extract(base / container, self.password, members)
            for digest in [digest for digest, containers in left.items() if containers <= {container}]:
                pieces = [scratch / f"{digest[7:]}.{number}" for number in range(len(todo[digest].at))]
                yield digest, _joined(todo[digest], pieces, scratch)
                for piece in pieces:
                    piece.unlink(missing_ok=True)
                del left[digest]
            for containers in left.values():
                containers.discard(container)


def backups(base: Path, password: str = "") -> list[Backup]:
    """The whole points in time of a backup folder, oldest first."""
    found = []
    for folder in sorted(base.iterdir()) if base.is_dir() else ():
        if _SET.fullmatch(folder.name) and folder.is_dir():
            with contextlib.suppress(BackupFault):
                found.append(Backup(folder, password))
    return sorted(found, key=lambda one: (one.manifest.made, one.folder.name))


def find(path: Path, password: str = "") -> Backup:
    """The point in time meant by ``path``: itself, or the newest one in it or in its ``督档备份``."""
    if (path / _SUMS).is_file():
        return Backup(path, password)
    found = backups(path, password) or backups(path / NAME, password)
    if not found:
        raise UsageError(f"“{path}”里没有完整的备份。", "请指明备份文件夹(里面有 README.txt 和日期命名的文件夹)。")
    return found[-1]


NAME = "督档备份"


def place(folder: Path, archive: str) -> Path:
    """Where to keep the backups of ``archive`` in ``folder``: the folder itself if it is empty or ours, else below."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"“{folder}”不是文件夹。", "请指明一个文件夹或 U 盘。")
    ours = (folder / "README.txt").is_file() and (folder / "originals").is_dir()
    empty = not folder.exists() or not any(folder.iterdir())
    base = folder if ours or empty else folder / NAME
    others = [one for one in backups(base) if one.manifest.archive != archive]
    if others:
        title = others[-1].manifest.title or "另一个档案"
        raise UsageError(f"“{base}”里是“{title}”的备份,不是本档案的。", "请换一个文件夹;原有备份没有动。")
    return base


class Draft:
    """A point in time in the making, in ``base``: plain, or with a password in packs."""

    def __init__(self, base: Path, name: str, password: str = "") -> None:
        (base / "originals").mkdir(parents=True, exist_ok=True)
        _tidy(base)
        if not (base / "README.txt").is_file() or _bytes(base / "README.txt") != README.encode():
            (base / "README.txt").write_bytes(README.encode())
        taken = {path.name for path in base.iterdir()}
        self.name = next(n for n in (name, *(f"{name}-{i}" for i in range(2, 10_000))) if n not in taken)
        self._base, self._password = base, password
        self._folder = base / f"{self.name}.part"
        self._folder.mkdir()
        self._files: dict[str, Any] = {}
        self._small: dict[str, bytes] = {}
        self._packs = 0

    def add(self, name: str, data: bytes) -> None:
        """A small file."""
        self._small[name] = data

    def has(self, digest: str, size: int) -> tuple[tuple[str, str], ...] | None:
        """Where an original already lies in this folder, unpacked; ``None`` when it does not."""
        places = _plain_places(digest, size)
        whole = all(
            (self._base / container).is_file() and (self._base / container).stat().st_size == length
            for (container, _), length in zip(places, _lengths(size), strict=True)
        )
        return places if whole else None

    def is_whole(self, digest: str, size: int) -> bool:
        """Whether the original in this folder still has its hash (all of it is read)."""
        sha = hashlib.sha256()
        for container, _ in _plain_places(digest, size):
            with (self._base / container).open("rb") as file:
                while block := file.read(_BLOCK):
                    sha.update(block)
        return sha.hexdigest() == digest.removeprefix("sha256:")

    def add_original(self, digest: str, size: int, source: BinaryIO) -> tuple[tuple[str, str], ...] | None:
        """Copy an original and read the copy back; ``None`` when the source is not what its digest says."""
        places, sha = _plain_places(digest, size), hashlib.sha256()
        written: list[tuple[Path, Path, str]] = []
        for (container, _), length in zip(places, _lengths(size), strict=True):
            target = self._base / container
            target.parent.mkdir(exist_ok=True)
            part = target.with_name(target.name + ".part")
            piece = hashlib.sha256()
            with part.open("wb") as file:
                while length and (block := source.read(min(_BLOCK, length))):
                    file.write(block)
                    piece.update(block)
                    sha.update(block)
                    length -= len(block)
                _settle(file)
            written.append((part, target, piece.hexdigest()))
        good = sha.hexdigest() == digest.removeprefix("sha256:") and not source.read(1)
        for part, target, piece_sha in written:
            if not good:
                part.unlink()
            elif _sha(part) != piece_sha:
                raise _unsound()
            else:
                part.replace(target)
                sync_folder(target.parent)
        return places if good else None

    def add_pack(self, members: Sequence[tuple[str, str, Callable[[], BinaryIO]]]) -> str:
        """Pack pieces of originals, (name, SHA-256, open), decrypt them again to be sure; the pack's file name."""
        self._packs += 1
        name = f"pack-{self._packs:04d}.7z"
        self._pack(name, members)
        return f"{self.name}/{name}"

    def _pack(self, name: str, members: Sequence[tuple[str, str, Callable[[], BinaryIO]]]) -> None:
        target = self._folder / name
        backup_packs.write(target, [(member, opened) for member, _, opened in members], self._password)
        with target.open("rb+") as file:
            _settle(file)
        if backup_packs.hashes(target, self._password) != {member: sha for member, sha, _ in members}:
            raise _unsound()
        self._files[name] = [_sha(target), target.stat().st_size]

    def finish(self, manifest: Manifest) -> Path:
        """Write what is left, read it back, and give the folder its name: from now on it is a whole backup."""
        if self._password:
            inner = replace(manifest, files={name: _facts(data) for name, data in self._small.items()})
            small = {**self._small, _MANIFEST: _json(inner)}
            self._pack(_INNER, [(name, _facts(data)[0], partial(io.BytesIO, data)) for name, data in small.items()])
            outer = Manifest(
                format=manifest.format, program=manifest.program, made=manifest.made, archive=manifest.archive,
                head=manifest.head, events=manifest.events, encrypted=True, files=dict(self._files),
            )  # fmt: skip
        else:
            for name, data in self._small.items():
                self._write(name, data)
            outer = replace(manifest, files=dict(self._files))
        self._write(_MANIFEST, _json(outer))
        rows = [f"{sha}  {name}\n" for name, (sha, _) in sorted(self._files.items())]
        self._write(_SUMS, "".join(rows).encode())
        final = self._base / self.name
        self._folder.rename(final)
        sync_folder(self._base)
        return final

    def drop(self) -> None:
        """Leave nothing of it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, name: str, data: bytes) -> None:
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(data)
            _settle(file)
        self._files[name] = _facts(data)
        if _sha(target) != self._files[name][0]:
            raise _unsound()


def pieces(digest: str, size: int) -> list[tuple[str, int, int]]:
    """The pieces of an original: name, start, length."""
    lengths = _lengths(size)
    stem = digest.removeprefix("sha256:")
    names = [stem] if len(lengths) == 1 else [f"{stem}.{number:03d}" for number in range(1, len(lengths) + 1)]
    return [(name, index * PIECE, length) for index, (name, length) in enumerate(zip(names, lengths, strict=True))]


def _lengths(size: int) -> list[int]:
    return [min(PIECE, size - start) for start in range(0, size, PIECE)] or [0]


def _plain_places(digest: str, size: int) -> tuple[tuple[str, str], ...]:
    return tuple((f"originals/{name[:2]}/{name[2:]}", "") for name, _, _ in pieces(digest, size))


def _is_place(container: str, member: str) -> bool:
    if member:
        folder, _, pack = container.partition("/")
        return bool(
            _SET.fullmatch(folder)
            and re.fullmatch(r"pack-[0-9]{4,}\.7z", pack, re.ASCII)
            and re.fullmatch(r"[0-9a-f]{64}(\.[0-9]{3,})?", member, re.ASCII)
        )
    return bool(re.fullmatch(r"originals/[0-9a-f]{2}/[0-9a-f]{62}(\.[0-9]{3,})?", container, re.ASCII))


def _joined(one: Original, parts: Sequence[Path], scratch: Path) -> Path | None:
    target, sha = scratch / one.digest.removeprefix("sha256:"), hashlib.sha256()
    try:
        with target.open("wb") as file:
            for part in parts:
                with part.open("rb") as source:
                    while block := source.read(_BLOCK):
                        sha.update(block)
                        file.write(block)
    except FileNotFoundError:
        target.unlink(missing_ok=True)
        return None
    if not parts or sha.hexdigest() != target.name:
        target.unlink(missing_ok=True)
        return None
    return target


def _manifest(folder: Path) -> Manifest:
    rows = [row.split("  ", 1) for row in _bytes(folder / _SUMS).decode(errors="replace").splitlines()]
    sums = {row[1]: row[0] for row in rows if len(row) == 2}
    data = _bytes(folder / _MANIFEST)
    if hashlib.sha256(data).hexdigest() != sums.get(_MANIFEST):
        raise BackupFault(f"备份“{folder.name}”没有写完,或清单已损坏。", "请换一个备份再试;本备份没有改动。")
    try:
        manifest = from_json(Manifest, json.loads(data))
    except (ValueError, TypeError, AttributeError) as fault:
        raise BackupFault(f"备份“{folder.name}”的清单读不懂。", "请换一个备份再试。") from fault
    if manifest.format != FORMAT:
        raise BackupFault(f"备份“{folder.name}”是由更新版本的督档做的。", "请升级督档后再试;备份没有改动。")
    return manifest


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BackupFault(f"备份里缺少 {path.name}。", "请换一个备份再试。") from None


def _sha(path: Path) -> str:
    """As the disk has it, not as the system remembers having written it, where it can be told to forget."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return ""
    with file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _facts(data: bytes) -> list[Any]:
    return [hashlib.sha256(data).hexdigest(), len(data)]


def _json(manifest: Manifest) -> bytes:
    return (json.dumps(to_json(manifest), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _unsound() -> BackupFault:
    return BackupFault(
        "刚写的备份读回来不一样,这块盘可能有故障。", "这次备份不算数,以前的备份没有动。请换一块盘再备份。"
    )


def _tidy(base: Path) -> None:
    """What a killed backup left."""
    for path in base.iterdir():
        if path.name.endswith(".part") and _SET.fullmatch(path.name.removesuffix(".part")):
            shutil.rmtree(path, ignore_errors=True)
    for path in (base / "originals").glob("*/*.part"):
        path.unlink(missing_ok=True)
