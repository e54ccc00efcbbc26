"""A backup folder: whole or not at all, large originals in pieces, nothing believed before its hash is right."""

from __future__ import annotations

import hashlib
import io
import json
from functools import partial
from pathlib import Path

import pytest

from duban_archive.adapters import backup
from duban_archive.adapters.backup import FORMAT, Backup, BackupFault, Draft, Manifest, Original, layout
from duban_archive.core.plainjson import to_json
from duban_archive.errors import UsageError

NAME = "20151026-153000"
PASSWORD = "correct horse"


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def manifest(**changes: object) -> Manifest:
    told: dict[str, object] = {"format": FORMAT, "program": "1", "made": "2015-10-26", "archive": "a", "head": "h"}
    return Manifest(**{**told, **changes})  # type: ignore[arg-type]


def backed_up(base: Path, data: bytes, *, password: str = "", name: str = NAME) -> Path:
    """A backup of one original, plain or in packs."""
    digest = digest_of(data)
    draft = Draft(base, name, password)
    if password:
        places = []
        for piece, start, length in backup.pieces(digest, len(data)):
            part = data[start : start + length]
            pack = draft.add_pack([(piece, hashlib.sha256(part).hexdigest(), partial(io.BytesIO, part))])
            places.append((pack, piece))
        at: tuple[tuple[str, str], ...] | None = tuple(places)
    else:
        at = draft.add_original(digest, len(data), io.BytesIO(data))
    assert at is not None
    rows = json.dumps(to_json(Original(digest=digest, size=len(data), at=at)))
    draft.add("originals.jsonl", rows.encode() + b"\n")
    return draft.finish(manifest(encrypted=bool(password)))


@pytest.mark.parametrize(
    ("size", "password"), [*((size, "") for size in (0, 9, 10, 11, 35)), (0, PASSWORD), (11, PASSWORD)]
)
def test_an_original_comes_back_from_its_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, password: str
) -> None:
    monkeypatch.setattr(layout, "PIECE", 10)
    data = bytes(range(size))
    folder = backed_up(tmp_path / "b", data, password=password)
    copy = backup.find(tmp_path / "b", password)
    assert (copy.folder, copy.check()) == (folder, [])
    [(digest, path)] = copy.fetch([digest_of(data)], tmp_path)
    assert path is not None
    assert (digest, path.read_bytes()) == (digest_of(data), data)


@pytest.mark.parametrize("password", ["", PASSWORD])
def test_a_flipped_byte_gives_no_original(tmp_path: Path, password: str) -> None:
    backed_up(tmp_path / "b", b"evidence" * 40, password=password)
    place = next(p for p in (tmp_path / "b").rglob("*") if p.name.startswith("pack-") or "originals" in p.parts[-3:-2])
    whole = place.read_bytes()
    place.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    copy = backup.find(tmp_path / "b", password)
    assert [path for _, path in copy.fetch([digest_of(b"evidence" * 40)], tmp_path)] == [None]


def test_a_source_that_is_not_what_its_digest_says_is_not_kept(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "b", NAME)
    assert draft.add_original(digest_of(b"this"), 4, io.BytesIO(b"that")) is None
    assert draft.add_original(digest_of(b"this"), 4, io.BytesIO(b"this and more")) is None
    assert [path for path in (tmp_path / "b" / "originals").rglob("*") if path.is_file()] == []


def test_what_was_not_finished_is_no_backup(tmp_path: Path) -> None:
    Draft(tmp_path / "b", NAME).add("events.jsonl", b"")
    assert backup.backups(tmp_path / "b") == []
    with pytest.raises(UsageError):
        backup.find(tmp_path / "b")
    whole = backed_up(tmp_path / "b", b"x")
    (whole / "SHA256SUMS").unlink()
    with pytest.raises(BackupFault):
        Backup(whole)


def test_two_backups_in_one_second_stand_side_by_side(tmp_path: Path) -> None:
    first, second = backed_up(tmp_path / "b", b"x"), backed_up(tmp_path / "b", b"y")
    assert (first.name, second.name) == (NAME, f"{NAME}-2")
    assert backup.find(tmp_path / "b").folder == second
    assert backup.find(first).folder == first


def test_a_later_format_is_refused_in_words(tmp_path: Path) -> None:
    draft = Draft(tmp_path / "b", NAME)
    with pytest.raises(BackupFault, match="更新版本"):
        Backup(draft.finish(manifest(format="duban-backup/9")))


@pytest.mark.parametrize(
    "at",
    [
        ("../../etc/passwd", ""),
        ("/etc/passwd", ""),
        ("originals/ab/../../../x", ""),
        ("20151026-153000/pack-0001.7z", "../x"),
        ("..\\pack-0001.7z", "ab"),
    ],
)
def test_a_list_that_points_outside_is_refused(tmp_path: Path, at: tuple[str, str]) -> None:
    draft = Draft(tmp_path / "b", NAME)
    row = {"digest": digest_of(b"x"), "size": 1, "at": [list(at)]}
    draft.add("originals.jsonl", json.dumps(row).encode())
    with pytest.raises(BackupFault, match="清单"):
        Backup(draft.finish(manifest())).originals()


def test_a_wrong_password_opens_nothing(tmp_path: Path) -> None:
    backed_up(tmp_path / "b", b"x", password=PASSWORD)
    for wrong in ("", "wrong horse", "Correct horse"):
        with pytest.raises(UsageError):
            backup.find(tmp_path / "b", wrong).originals()


def test_sums_can_be_checked_without_us(tmp_path: Path) -> None:
    folder = backed_up(tmp_path / "b", b"x")
    for row in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        sha, name = row.split("  ", 1)
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha
