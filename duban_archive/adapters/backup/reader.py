"""Reading a backup: nothing in it is believed before its hash is right."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from duban_archive.adapters.backup import packs
from duban_archive.adapters.backup.layout import (
    BLOCK,
    DIGEST,
    EVENTS,
    FORMAT,
    INNER,
    MANIFEST,
    NAME,
    ORIGINALS,
    READINGS,
    SET,
    SUMS,
    BackupFault,
    Manifest,
    Original,
    content_of,
    is_place,
    sha_of,
)
from duban_archive.adapters.backup.packs import WrongPassword
from duban_archive.core.plainjson import from_json
from duban_archive.errors import UsageError


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
        return from_json(Manifest, json.loads(self._opened()[MANIFEST])) if self.manifest.encrypted else self.manifest

    def _opened(self) -> dict[str, bytes]:
        if not self._small:
            if not self.password:
                raise UsageError("这个备份加了密码。", "请输入备份时的密码(或设环境变量 DUBAN_BACKUP_PASSWORD)后再试。")
            try:
                self._small = packs.contents(self.folder / INNER, self.password)
            except WrongPassword as fault:
                raise UsageError("密码不对,备份打不开。", "请核对密码;备份没有改动。") from fault
        return self._small

    def read(self, name: str) -> bytes:
        """A small file; raises ``BackupFault`` when its hash is wrong."""
        known = self.files().get(name)
        if known is None:
            raise BackupFault(f"备份里没有 {name}。", "请换一个备份再试。")
        data = self._opened().get(name, b"") if self.manifest.encrypted else content_of(self.folder / name)
        if hashlib.sha256(data).hexdigest() != known[0]:
            raise BackupFault(f"备份里的 {name} 已损坏。", "请换一个备份再试;本备份没有改动。")
        return data

    def events(self) -> list[Any]:
        """The catalogue's events up to the point in time."""
        return [json.loads(row) for row in self.read(EVENTS).splitlines()]

    def originals(self) -> dict[str, Original]:
        """Digest → where it is."""
        rows = [json.loads(row) for row in self.read(ORIGINALS).splitlines()]
        found = {row["digest"]: from_json(Original, row) for row in rows}
        for one in found.values():
            if not DIGEST.fullmatch(one.digest) or not all(is_place(*place) for place in one.at):
                raise BackupFault("备份的原件清单写得不对。", "请换一个备份再试。")
        return found

    def readings(self) -> Iterator[Any]:
        """What was read out of the originals, one JSON a line."""
        with gzip.GzipFile(fileobj=io.BytesIO(self.read(READINGS))) as rows:
            yield from map(json.loads, rows)

    def check(self) -> list[str]:
        """Small files and packs whose hash is wrong."""
        return [name for name, (sha, _) in self.manifest.files.items() if sha_of(self.folder / name) != sha]

    def fetch(self, wanted: Iterable[str], scratch: Path) -> Iterator[tuple[str, Path | None]]:
        """Each wanted original as a file in ``scratch`` (yours to move), or ``None``: not there or damaged."""
        known = self.originals()
        todo = {digest: known[digest] for digest in wanted if digest in known}
        base = self.folder.parent
        by_pack: dict[str, dict[str, Path]] = {}
        for one in todo.values():
            for number, (container, member) in enumerate(one.at):
                if member:
                    by_pack.setdefault(container, {})[member] = scratch / f"{one.digest[7:]}.{number}"
        left = {digest: {container for container, member in one.at if member} for digest, one in todo.items()}
        for digest in [digest for digest, containers in left.items() if not containers]:
            yield digest, _joined(todo[digest], [base / container for container, _ in todo[digest].at], scratch)
            del left[digest]
        for container, members in sorted(by_pack.items()):
            with contextlib.suppress(WrongPassword, FileNotFoundError):
                packs.extract(base / container, self.password, members)
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
        if SET.fullmatch(folder.name) and folder.is_dir():
            with contextlib.suppress(BackupFault):
                found.append(Backup(folder, password))
    return sorted(found, key=lambda one: (one.manifest.made, one.folder.name))


def find(path: Path, password: str = "") -> Backup:
    """The point in time meant by ``path``: itself, or the newest one in it or in its ``督档备份``."""
    if (path / SUMS).is_file():
        return Backup(path, password)
    found = backups(path, password) or backups(path / NAME, password)
    if not found:
        raise UsageError(f"“{path}”里没有完整的备份。", "请指明备份文件夹(里面有 README.txt 和日期命名的文件夹)。")
    return found[-1]


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


def _joined(one: Original, parts: Sequence[Path], scratch: Path) -> Path | None:
    target, sha = scratch / one.digest.removeprefix("sha256:"), hashlib.sha256()
    try:
        with target.open("wb") as file:
            for part in parts:
                with part.open("rb") as source:
                    while block := source.read(BLOCK):
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
    rows = [row.split("  ", 1) for row in content_of(folder / SUMS).decode(errors="replace").splitlines()]
    sums = {row[1]: row[0] for row in rows if len(row) == 2}
    data = content_of(folder / MANIFEST)
    if hashlib.sha256(data).hexdigest() != sums.get(MANIFEST):
        raise BackupFault(f"备份“{folder.name}”没有写完,或清单已损坏。", "请换一个备份再试;本备份没有改动。")
    try:
        manifest = from_json(Manifest, json.loads(data))
    except (ValueError, TypeError, AttributeError) as fault:
        raise BackupFault(f"备份“{folder.name}”的清单读不懂。", "请换一个备份再试。") from fault
    if manifest.format != FORMAT:
        raise BackupFault(f"备份“{folder.name}”是由更新版本的督档做的。", "请升级督档后再试;备份没有改动。")
    return manifest
