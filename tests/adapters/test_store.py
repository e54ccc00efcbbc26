"""The store: what goes in comes out, once, unchanged; a flipped byte is found; a failing disk loses nothing."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.adapters import store as door
from duban_archive.adapters.store import SourceUnreadable, Store
from duban_archive.errors import DamagedArchive, DiskFull


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "store")
    made.create()
    return made


def written(folder: Path, data: bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@given(data=st.binary(max_size=5000))
def test_what_is_put_is_read_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.mktemp("put")
    store = Store(folder / "store")
    store.create()
    kept = store.put(written(folder, data))
    with store.open(kept.digest) as original:
        assert original.read() == data
    assert kept.size == len(data)
    assert store.check(kept.digest) == ""


def test_the_same_bytes_are_stored_once_and_said_to_be_known(store: Store, tmp_path: Path) -> None:
    first = store.put(written(tmp_path, b"x", "a"))
    second = store.put(written(tmp_path, b"x", "b"))
    assert (first.known, second.known) == (False, True)
    assert list(store.digests()) == [first.digest]


def test_an_original_is_read_only_and_has_an_inode_of_its_own(store: Store, tmp_path: Path) -> None:
    source = written(tmp_path, b"x")
    kept = store.put(source)
    with store.local(kept.digest) as path:
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
        assert path.stat().st_nlink == 1
        assert path.stat().st_ino != source.stat().st_ino


def test_a_flipped_byte_is_found(store: Store, tmp_path: Path) -> None:
    kept = store.put(written(tmp_path, b"abc"))
    with store.local(kept.digest) as path:
        path.chmod(0o600)
        path.write_bytes(b"abd")
    assert store.check(kept.digest) == "changed"


def test_a_lost_original_is_named_and_stops_the_reader(store: Store, tmp_path: Path) -> None:
    kept = store.put(written(tmp_path, b"abc"))
    with store.local(kept.digest) as path:
        path.unlink()
    assert store.check(kept.digest) == "missing"
    with pytest.raises(DamagedArchive):
        store.open(kept.digest)


def test_a_full_disk_keeps_nothing_half_written(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    source = written(tmp_path, b"abc")
    monkeypatch.setattr(door.os, "fsync", full)
    with pytest.raises(DiskFull) as caught:
        store.put(source)
    assert "再运行一次" in caught.value.advice
    assert source.read_bytes() == b"abc"
    assert list(store.digests()) == []
    assert not list((tmp_path / "store" / "tmp").iterdir())


def test_a_file_that_is_gone_is_refused_with_the_reason(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="不见了"):
        store.put(tmp_path / "gone")


def test_what_a_killed_run_left_half_copied_is_removed(store: Store, tmp_path: Path) -> None:
    mine = written(tmp_path / "store" / "tmp", b"half", f"{os.getpid()}-aa.part")
    dead = written(tmp_path / "store" / "tmp", b"half", "99999999-bb.part")
    store.tidy()
    assert mine.exists()
    assert not dead.exists()


@pytest.mark.parametrize("digest", ["sha256:..", "md5:" + "0" * 64, "sha256:" + "0" * 63 + "/", ""])
def test_a_digest_cannot_name_a_path_outside_the_store(store: Store, digest: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        store.has(digest)
