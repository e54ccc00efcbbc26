"""Writing a backup: everything is read back, and only what is whole gets its name."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from duban_archive.adapters.backup import packs
from duban_archive.adapters.backup.layout import (
    BLOCK,
    INNER,
    MANIFEST,
    README,
    SET,
    SUMS,
    BackupFault,
    Manifest,
    content_of,
    facts_of,
    lengths,
    plain_places,
    sha_of,
)
from duban_archive.adapters.store import sync_folder
from duban_archive.core.plainjson import to_json

Member = tuple[str, str, Callable[[], BinaryIO]]  # name, SHA-256, how to open it


class Draft:
    """A point in time in the making, in ``base``: plain, or with a password in packs."""

    def __init__(self, base: Path, name: str, password: str = "") -> None:
        (base / "originals").mkdir(parents=True, exist_ok=True)
        _tidy(base)
        if not (base / "README.txt").is_file() or content_of(base / "README.txt") != README.encode():
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
        places = plain_places(digest, size)
        whole = all(
            (self._base / container).is_file() and (self._base / container).stat().st_size == length
            for (container, _), length in zip(places, lengths(size), strict=True)
        )
        return places if whole else None

    def is_whole(self, digest: str, size: int) -> bool:
        """Whether the original in this folder still has its hash (all of it is read)."""
        sha = hashlib.sha256()
        for container, _ in plain_places(digest, size):
            with (self._base / container).open("rb") as file:
                while block := file.read(BLOCK):
                    sha.update(block)
        return sha.hexdigest() == digest.removeprefix("sha256:")

    def add_original(self, digest: str, size: int, source: BinaryIO) -> tuple[tuple[str, str], ...] | None:
        """Copy an original and read the copy back; ``None`` when the source is not what its digest says."""
        places, sha = plain_places(digest, size), hashlib.sha256()
        written: list[tuple[Path, Path, str]] = []
        for (container, _), length in zip(places, lengths(size), strict=True):
            target = self._base / container
            target.parent.mkdir(exist_ok=True)
            part = target.with_name(target.name + ".part")
            piece = hashlib.sha256()
            with part.open("wb") as file:
                while length and (block := source.read(min(BLOCK, length))):
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
            elif sha_of(part) != piece_sha:
                raise _unsound()
            else:
                part.replace(target)
                sync_folder(target.parent)
        return places if good else None

    def add_pack(self, members: Sequence[Member]) -> str:
        """Pack pieces of originals, (name, SHA-256, open), decrypt them again to be sure; the pack's file name."""
        self._packs += 1
        name = f"pack-{self._packs:04d}.7z"
        self._pack(name, members)
        return f"{self.name}/{name}"

    def _pack(self, name: str, members: Sequence[Member]) -> None:
        target = self._folder / name
        packs.write(target, [(member, opened) for member, _, opened in members], self._password)
        with target.open("rb+") as file:
            _settle(file)
        if packs.hashes(target, self._password) != {member: sha for member, sha, _ in members}:
            raise _unsound()
        self._files[name] = [sha_of(target), target.stat().st_size]

    def finish(self, manifest: Manifest) -> Path:
        """Write what is left, read it back, and give the folder its name: from now on it is a whole backup."""
        if self._password:
            inner = replace(manifest, files={name: facts_of(data) for name, data in self._small.items()})
            small = {**self._small, MANIFEST: _json(inner)}
            self._pack(INNER, [(name, facts_of(data)[0], partial(io.BytesIO, data)) for name, data in small.items()])
            outer = Manifest(
                format=manifest.format, program=manifest.program, made=manifest.made, archive=manifest.archive,
                head=manifest.head, events=manifest.events, encrypted=True, files=dict(self._files),
            )  # fmt: skip
        else:
            for name, data in self._small.items():
                self._write(name, data)
            outer = replace(manifest, files=dict(self._files))
        self._write(MANIFEST, _json(outer))
        rows = [f"{sha}  {name}\n" for name, (sha, _) in sorted(self._files.items())]
        self._write(SUMS, "".join(rows).encode())
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
        self._files[name] = facts_of(data)
        if sha_of(target) != self._files[name][0]:
            raise _unsound()


def _settle(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _json(manifest: Manifest) -> bytes:
    return (json.dumps(to_json(manifest), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _unsound() -> BackupFault:
    return BackupFault(
        "刚写的备份读回来不一样,这块盘可能有故障。", "这次备份不算数,以前的备份没有动。请换一块盘再备份。"
    )


def _tidy(base: Path) -> None:
    """What a killed backup left."""
    for path in base.iterdir():
        if path.name.endswith(".part") and SET.fullmatch(path.name.removesuffix(".part")):
            shutil.rmtree(path, ignore_errors=True)
    for path in (base / "originals").glob("*/*.part"):
        path.unlink(missing_ok=True)
