"""The inbox: a look is the truth; what has kept still is taken, what has not is waited for, nothing goes unsaid."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from duban_archive.adapters import inbox, watcher
from duban_archive.adapters.inbox import Seen
from duban_archive.adapters.settling import Settling, Waiting

WALL = 1_000_000.0


def dropped(folder: Path, name: str, data: bytes = b"text") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(seen: list[Seen]) -> list[str]:
    return [one.path.name for one in seen]


def test_a_file_is_taken_once_it_has_kept_still(tmp_path: Path) -> None:
    dropped(tmp_path, "a.txt")
    settling = Settling(quiet=1.0)
    ready, waiting = settling.sort(list(inbox.look(tmp_path)), 10.0, WALL)
    assert (names(ready), len(waiting)) == ([], 1)
    ready, waiting = settling.sort(list(inbox.look(tmp_path)), 11.0, WALL)
    assert (names(ready), len(waiting)) == (["a.txt"], 0)


def test_a_file_that_still_grows_starts_its_wait_anew(tmp_path: Path) -> None:
    path = dropped(tmp_path, "a.txt")
    settling = Settling(quiet=1.0)
    settling.sort(list(inbox.look(tmp_path)), 10.0, WALL)
    path.write_bytes(b"text and more")
    ready, _ = settling.sort(list(inbox.look(tmp_path)), 11.0, WALL)
    assert ready == []
    ready, _ = settling.sort(list(inbox.look(tmp_path)), 12.0, WALL)
    assert names(ready) == ["a.txt"]


def test_an_empty_file_is_not_taken_and_its_later_content_is(tmp_path: Path) -> None:
    path = dropped(tmp_path, "a.txt", b"")
    settling = Settling(quiet=1.0)
    for now in (10.0, 20.0, 30.0):
        ready, waiting = settling.sort(list(inbox.look(tmp_path)), now, WALL)
        assert ready == []
        assert "0 字节" in waiting[0].why
    path.write_bytes(b"now")
    settling.sort(list(inbox.look(tmp_path)), 40.0, WALL)
    ready, _ = settling.sort(list(inbox.look(tmp_path)), 41.0, WALL)
    assert names(ready) == ["a.txt"]


def test_a_half_copied_zip_is_waited_for_and_in_the_end_taken_as_it_is(tmp_path: Path) -> None:
    dropped(tmp_path, "a.docx", b"PK\x03\x04 half of it")
    settling = Settling(quiet=1.0, patience=3)
    taken_at = None
    for step in range(60):
        ready, waiting = settling.sort(list(inbox.look(tmp_path)), 10.0 + step, WALL)
        if ready:
            taken_at = step
            break
        assert waiting
    assert taken_at is not None
    assert taken_at > 3


def test_a_document_open_in_word_waits_until_its_owner_file_is_gone(tmp_path: Path) -> None:
    dropped(tmp_path, "方案.docx", b"PK\x03\x04....PK\x05\x06" + b"\0" * 18)
    owner = dropped(tmp_path, "~$方案.docx", b"\0" * 162)
    wall = owner.stat().st_mtime + 5
    settling = Settling(quiet=0.0)
    ready, waiting = settling.sort(list(inbox.look(tmp_path)), 10.0, wall)
    assert [one.seen.path.name for one in waiting] == ["方案.docx"]
    assert "Word" in waiting[0].why
    owner.unlink()
    ready, waiting = settling.sort(list(inbox.look(tmp_path)), 11.0, wall)
    assert names(ready) == ["方案.docx"]


def test_an_owner_file_left_behind_by_a_crash_holds_nothing_up(tmp_path: Path) -> None:
    dropped(tmp_path, "方案.docx", b"PK\x03\x04....PK\x05\x06" + b"\0" * 18)
    owner = dropped(tmp_path, "~$方案.docx", b"\0" * 162)
    _, waiting = Settling(quiet=0.0).sort(list(inbox.look(tmp_path)), 10.0, owner.stat().st_mtime + 86400)
    assert waiting == []


@pytest.mark.parametrize(
    "name", ["~$方案.docx", ".~方案.wps", "Thumbs.db", ".DS_Store", "a.TMP", "b.part", "c.crdownload", "._图.jpg"]
)
def test_what_programs_leave_behind_is_noise(name: str) -> None:
    assert inbox.is_noise(name)


@pytest.mark.parametrize("name", ["方案.docx", "temp.txt", "part.pdf", "图.jpg"])
def test_what_people_name_is_not(name: str) -> None:
    assert not inbox.is_noise(name)


def test_everything_below_is_seen_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("第10页.jpg", "第2页.jpg", "二小/a.txt", "二小/深/b.txt", "__MACOSX/x"):
        dropped(tmp_path, name)
    seen = list(inbox.look(tmp_path))
    assert [one.path.name for one in seen if not one.noise and not one.folder] == ["第2页.jpg", "第10页.jpg"]
    assert {one.folder for one in seen} == {"", "二小", "二小/深", "__MACOSX"}
    assert [one.path.name for one in seen if one.noise] == ["x"]


@pytest.mark.skipif(os.name == "nt", reason="Windows makes links only for administrators")
def test_links_are_refused_and_never_followed(tmp_path: Path) -> None:
    secret = dropped(tmp_path / "elsewhere", "secret.txt")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.txt").symlink_to(secret)
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "elsewhere")
    seen = list(inbox.look(tmp_path / "in"))
    assert {(one.path.name, bool(one.refused)) for one in seen} == {("link.txt", True), ("folder", True)}


def test_a_kept_file_leaves_without_covering_another(tmp_path: Path) -> None:
    dropped(tmp_path / "kept" / "二小", "a.txt", b"first")
    path = dropped(tmp_path / "in" / "二小", "a.txt", b"second")
    seen = next(one for one in inbox.look(tmp_path / "in") if one.path == path)
    target = inbox.leave(seen, tmp_path / "kept")
    assert target is not None
    assert target.name == "a(2).txt"
    assert (tmp_path / "kept" / "二小" / "a.txt").read_bytes() == b"first"
    assert not path.exists()


def test_watching_once_takes_what_is_there_and_says_what_is_not_ready(tmp_path: Path) -> None:
    dropped(tmp_path, "a.txt")
    dropped(tmp_path, "empty.txt", b"")
    found = [one for one in watcher.watch(tmp_path, quiet=0.01, once=True) if one is not None]
    assert {one.path.name for one in found if isinstance(one, Seen)} == {"a.txt"}
    assert {one.seen.path.name for one in found if isinstance(one, Waiting)} == {"empty.txt"}
