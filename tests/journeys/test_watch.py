"""Watching all day: whatever passes (a full disk, a cut share, a pulled stick) is waited out, nothing is lost."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from duban_archive import watching
from duban_archive.adapters import inbox, watcher
from duban_archive.adapters.store import SourceUnreadable
from duban_archive.adapters.watcher import Notice
from duban_archive.archive import Archive
from duban_archive.core.model import Outcome, Receipt
from duban_archive.errors import DamagedArchive, DiskFull
from duban_archive.home import Home
from journeys.office import LEDGER, PLAN, Office

Said = Receipt | Notice


class Watch:
    """A watch that is looked at step by step, and never sleeps for long."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.slept: list[float] = []
        self.at_sleep: Callable[[], None] = lambda: None
        self._steps = watching.keep_watch(archive, poll=True, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at_sleep()

    def next(self) -> Said:
        """The next receipt or notice."""
        for _ in range(2000):
            if isinstance(one := next(self._steps), Receipt | Notice):
                return one
        raise AssertionError("nothing was said")


@pytest.fixture
def watch(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """A watch on the office's inbox."""
    monkeypatch.setattr(watcher, "_POLL", 0.01)
    settings = office.home / ".duban" / "settings.yaml"
    settings.write_text("settle_seconds: 0.01\nocr: false\n", encoding="utf-8")
    with contextlib.closing(Archive(Home(office.home)).open()) as archive:
        yield Watch(archive)


def test_a_full_disk_is_told_once_and_the_watch_goes_on_when_there_is_room(
    office: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, full = watch.archive.store.put, [True]

    def put_if_there_is_room(source: Path, **how: Any) -> Any:
        if full[0] and source.name == "b.txt":
            raise DiskFull("磁盘已满,没有收下这份文件。", "请腾出空间。")
        return put(source, **how)

    monkeypatch.setattr(watch.archive.store, "put", put_if_there_is_room)
    watch.at_sleep = lambda: full.__setitem__(0, len(watch.slept) < 3)
    office.drop("a.txt", LEDGER)
    office.drop("b.txt", PLAN)
    assert [Path(watch.next().path).name for _ in range(1)] == ["a.txt"]  # type: ignore[union-attr]
    assert "磁盘已满" in watch.next().text  # type: ignore[union-attr]
    receipt = watch.next()
    assert isinstance(receipt, Receipt)
    assert (Path(receipt.path).name, receipt.outcome) == ("b.txt", Outcome.NEW)
    assert watch.next() == Notice("现在又可以了,接着收")
    assert watch.slept == [5.0, 10.0, 20.0]
    assert not any(path.is_file() for path in office.inbox.rglob("*"))


def test_an_archive_whose_stick_is_pulled_out_is_waited_for(office: Office, watch: Watch) -> None:
    office.drop("a.txt", LEDGER)
    assert isinstance(watch.next(), Receipt)
    away = office.home.with_name("pulled")
    office.home.rename(away)
    watch.at_sleep = lambda: away.rename(office.home) if len(watch.slept) == 2 else None  # type: ignore[assignment]
    said = [watch.next()]
    while isinstance(said[-1], Notice) and not said[-1].text.startswith("现在又可以了"):
        said.append(watch.next())
    assert all(isinstance(one, Notice) for one in said)
    office.drop("b.txt", PLAN)
    receipt = watch.next()
    assert isinstance(receipt, Receipt)
    assert receipt.outcome is Outcome.NEW
    watch.archive.close()
    assert {problem["what"] for problem in office.ask("verify")["problems"]} <= {"not_read", "index_behind"}


def test_a_damaged_catalogue_is_nothing_that_passes(
    office: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise DamagedArchive("目录库 catalogue.sqlite 已损坏。", "请运行 duban repair。")

    monkeypatch.setattr(watch.archive.catalogue, "together", damaged)
    office.drop("a.txt", LEDGER)
    with pytest.raises(DamagedArchive):
        watch.next()


def test_a_file_that_cannot_be_read_is_told_once_and_taken_when_it_can(
    office: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, locked = watch.archive.store.put, [True]

    def put_unless_locked(source: Path, **how: Any) -> Any:
        if locked[0]:
            raise SourceUnreadable("文件正被别的程序占用")
        return put(source, **how)

    from duban_archive import intake

    monkeypatch.setattr(watch.archive.store, "put", put_unless_locked)
    monkeypatch.setattr(intake, "_TRY_AGAIN", 0.0)
    office.drop("a.txt", LEDGER)
    refused = watch.next()
    assert isinstance(refused, Receipt)
    assert refused.outcome is Outcome.REFUSED
    assert "占用" in refused.why
    office.drop("b.txt", b"")  # something else to say, so that saying the first again would show
    (office.inbox / "b.txt").unlink()
    locked[0] = False
    taken = watch.next()
    assert isinstance(taken, Receipt)
    assert taken.outcome is Outcome.NEW
    assert office.ask("status")["seen"] == 1


def test_a_kept_file_that_cannot_be_moved_is_told_once_and_moved_when_it_can(
    office: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, held = inbox.leave, [True]
    monkeypatch.setattr(inbox, "leave", lambda one, kept: None if held[0] else leave(one, kept))
    path = office.drop("a.txt", LEDGER)
    first = watch.next()
    assert isinstance(first, Receipt)
    assert first.outcome is Outcome.NEW
    office.drop("b.txt", PLAN)
    second = watch.next()
    assert isinstance(second, Receipt)
    assert Path(second.path).name == "b.txt"
    assert path.exists()
    held[0] = False
    office.drop("c.txt", PLAN + "c")
    assert Path(watch.next().path).name == "c.txt"  # type: ignore[union-attr]
    assert not path.exists()


def test_a_file_written_to_while_it_is_copied_waits_and_is_never_kept_half(
    office: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = office.drop("a.txt", LEDGER)
    copy, writing = watch.archive.store._copy, [True]

    def copy_while_it_grows(source: Path, part: Path) -> Any:
        done = copy(source, part)
        if writing[0]:
            writing[0] = False
            with path.open("a", encoding="utf-8") as file:
                file.write("最后一行\n")
        return done

    monkeypatch.setattr(watch.archive.store, "_copy", copy_while_it_grows)
    waiting, taken = watch.next(), watch.next()
    assert isinstance(waiting, Receipt)
    assert isinstance(taken, Receipt)
    assert (waiting.outcome, taken.outcome) == (Outcome.WAITING, Outcome.NEW)
    assert len(list(watch.archive.store.digests())) == 1
    assert office.ask("status")["seen"] == 1


def test_a_file_replaced_between_copy_and_move_is_taken_as_a_new_version(
    office: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, leave, first = office.drop("方案.txt", PLAN), inbox.leave, [True]

    def replace_then_leave(one: inbox.Seen, kept: Path) -> Path | None:
        if first[0]:
            first[0] = False
            path.write_text(PLAN.replace("7月30日", "8月1日"), encoding="utf-8")
        return leave(one, kept)

    monkeypatch.setattr(inbox, "leave", replace_then_leave)
    outcomes = [watch.next().outcome for _ in range(2)]  # type: ignore[union-attr]
    assert outcomes == [Outcome.NEW, Outcome.NEW_VERSION]
    assert "8月1日" in (office.home / "已归档" / "方案.txt").read_text(encoding="utf-8")


def test_what_is_taken_away_before_it_was_kept_is_accounted_for_and_a_renamed_file_is_not_doubled(
    office: Office, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watcher, "_SPEAK_AFTER", 0.0)
    gone, renamed = office.drop("空.txt", b""), office.drop("空2.txt", b"")
    assert {watch.next().outcome, watch.next().outcome} == {Outcome.WAITING}  # type: ignore[union-attr]
    gone.unlink()
    renamed.write_text(LEDGER, encoding="utf-8")
    said = [watch.next()]
    while not isinstance(said[-1], Receipt) or said[-1].outcome is not Outcome.NEW:
        said.append(watch.next())
    files = {Path(f["path"]).name: f["state"] for f in office.ask("status", "--files")["files"]}
    assert files == {"空.txt": "refused", "空2.txt": "reading"}  # taken in, and about to be read


def test_an_inbox_on_another_disk_is_emptied_all_the_same(office: Office, watch: Watch) -> None:
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == office.home.stat().st_dev:
        pytest.skip("no second disk here: /dev/shm is missing")
    elsewhere = memory / f"duban-{os.getpid()}-{os.urandom(4).hex()}"
    elsewhere.mkdir()
    try:
        office.inbox.rmdir()
        office.inbox.symlink_to(elsewhere)
        office.drop("第三小学/a.txt", LEDGER)
        receipt = watch.next()
        assert isinstance(receipt, Receipt)
        assert receipt.outcome is Outcome.NEW
        office.drop("b.txt", PLAN)
        watch.next()
        assert [path for path in elsewhere.rglob("*") if path.is_file()] == []
        assert (office.home / "已归档" / "第三小学" / "a.txt").read_text(encoding="utf-8") == LEDGER
    finally:
        for path in sorted(elsewhere.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        elsewhere.rmdir()


def test_a_disk_that_knows_no_links_and_no_rights_is_good_enough(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What FAT and exFAT refuse, refused here: hard links, symbolic links, rights; times are even seconds."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    for name in ("link", "symlink", "chmod"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(Path, "chmod", refuse)
    path = office.drop("a.txt", LEDGER)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert office.ask("watch", "--once")["receipts"][0]["outcome"] == "new"
    replaced = office.drop("a.txt", PLAN)
    os.utime(replaced, (1_000_000_002, 1_000_000_002))
    assert office.ask("watch", "--once")["receipts"][0]["outcome"] == "new_version"
    assert office.ask("verify")["ok"]
    assert office.ask("search", "控辍保学")["total"] > 0


@pytest.mark.parametrize("place", [".", "..", ".duban", "档案柜", "输出"])
def test_the_archives_own_folders_are_not_taken_for_papers(office: Office, place: str) -> None:
    (office.home / "输出" / "缺项.txt").write_text(LEDGER, encoding="utf-8")
    said = office.duban("add", office.home / place, "--json")
    assert [r["outcome"] for r in said.json["receipts"]] == ["refused"]
    assert said.code == 5
    assert office.ask("list")["records"] == []


def test_an_archive_inside_a_folder_is_passed_by_and_named(office: Office, tmp_path: Path) -> None:
    (tmp_path / "材料.txt").write_text(LEDGER, encoding="utf-8")
    receipts = office.duban("add", tmp_path, "--json").json["receipts"]
    assert {Path(r["path"]).name: r["outcome"] for r in receipts} == {"材料.txt": "new", office.home.name: "refused"}


def test_an_inbox_that_is_gone_is_said_in_words(office: Office) -> None:
    office.inbox.rmdir()
    said = office.duban("watch", "--once")
    assert said.code == 1
    assert "收件箱" in said.err
    assert "已收下的都在" in said.err
