"""Watching: a folder that goes away is waited for; what waits for long is told; the bell is only a help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from duban_archive.adapters import watcher
from duban_archive.adapters.inbox import Seen
from duban_archive.adapters.settling import Settling, Waiting
from duban_archive.adapters.watcher import Notice, watch


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds here."""
    monkeypatch.setattr(watcher, "_POLL", 0.001)
    monkeypatch.setattr(watcher, "_SPEAK_AFTER", 0.0)


def until(seeing: Iterator[Seen | Waiting | Notice | None], kind: type) -> Seen | Waiting | Notice:
    """The next thing of a kind that is seen."""
    for _ in range(500):
        if isinstance(one := next(seeing), kind):
            return one
    raise AssertionError(f"no {kind.__name__} was seen")


def test_a_share_that_is_cut_off_is_told_once_waited_for_and_looked_at_again(tmp_path: Path) -> None:
    share = tmp_path / "收件箱"
    share.mkdir()
    seeing = watch(share, quiet=0.001, poll=True)
    assert next(seeing) is None
    share.rename(tmp_path / "away")
    notice = until(seeing, Notice)
    assert notice == Notice("“收件箱”现在打不开(文件不见了(可能已被移走或改名))", away=True)
    assert [next(seeing) for _ in range(3)] == [None, None, None]
    (tmp_path / "away" / "a.txt").write_text("came meanwhile", encoding="utf-8")
    (tmp_path / "away").rename(share)
    assert until(seeing, Notice) == Notice("“收件箱”又能打开了,接着看")
    assert until(seeing, Seen).path == share / "a.txt"  # type: ignore[union-attr]


def test_the_bell_is_hung_anew_on_a_folder_that_came_back(tmp_path: Path) -> None:
    share = tmp_path / "in"
    share.mkdir()
    bell = watcher._Bell(share, wanted=True)
    try:
        assert bell.hang() == ""
        assert bell.hangs
        share.rename(tmp_path / "old")
        share.mkdir()
        assert bell.hang() == ""
        (share / "a.txt").write_text("x", encoding="utf-8")
        bell.wait(10.0)
        assert bell.hangs
    finally:
        bell.take_down()


def test_a_system_without_watches_to_give_is_polled_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(watcher, "_observe", refuse)
    seeing = watch(tmp_path, quiet=0.001)
    notice = until(seeing, Notice)
    assert "改为定时查看" in notice.text  # type: ignore[union-attr]
    assert [one for one in (next(seeing) for _ in range(5)) if isinstance(one, Notice)] == []


def test_what_waits_for_long_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "空.txt").write_bytes(b"")
    waiting = until(watch(tmp_path, quiet=0.001, poll=True), Waiting)
    assert "0 字节" in waiting.why  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "owner", "size"),
    [
        ("方案.docx", "~$方案.docx", 162),
        ("关于迎检方案二.docx", "~$于迎检方案二.docx", 162),
        ("关于开展迎检工作方案.docx", "~$开展迎检工作方案.docx", 162),
        ("台账.et", ".~台账.et", 165),
        ("方案.docx", ".~lock.方案.docx#", 86),
    ],
)
def test_a_file_held_open_waits_whoever_holds_it(tmp_path: Path, name: str, owner: str, size: int) -> None:
    (tmp_path / name).write_bytes(b"text")
    lock = tmp_path / owner
    lock.write_bytes(b"\0" * size)
    wall = lock.stat().st_mtime + 5
    from duban_archive.adapters.inbox import look

    settling = Settling(quiet=0.0)
    ready, waiting = settling.sort(list(look(tmp_path)), 10.0, wall)
    assert [one.seen.path.name for one in waiting] == [name]
    assert [one.path.name for one in ready] == [owner]
    lock.unlink()
    ready, waiting = settling.sort(list(look(tmp_path)), 11.0, wall)
    assert ([one.path.name for one in ready], waiting) == ([name], [])


@pytest.mark.parametrize(
    ("kind", "options", "poll", "no_archive"),
    [
        ("cifs", "rw", True, True),
        ("nfs4", "rw", True, True),
        ("vfat", "rw", True, False),
        ("ntfs", "rw,removable", True, False),
        ("ext4", "rw", False, False),
        ("", "rw,remote", True, True),
    ],
)
def test_shares_and_sticks_are_polled_and_no_archive_is_kept_on_a_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, options: str, poll: bool, no_archive: bool
) -> None:
    monkeypatch.setattr(watcher, "_disk", lambda _folder: ("none", kind, options))
    assert bool(watcher.why_poll(tmp_path)) is poll
    assert bool(watcher.why_no_archive(tmp_path)) is no_archive
