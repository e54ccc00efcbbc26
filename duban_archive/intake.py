"""Taking in: every file that comes is kept, known before, or accounted for with the reason.

Write order (each step survives a crash after it): store → catalogue with its event → the dropped file leaves the inbox.
Reading, OCR, filing and the index come later and can be taken up again at any time (``reading.py``).
"""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters import inbox, watcher
from duban_archive.adapters.inbox import Seen
from duban_archive.adapters.request_package import mark_on_disk
from duban_archive.adapters.settling import Waiting
from duban_archive.adapters.store import Kept, SourceChanged, SourceUnreadable, why_unreadable
from duban_archive.adapters.watcher import Notice
from duban_archive.core.model import Outcome, Part, Receipt
from duban_archive.core.plainjson import to_json
from duban_archive.core.secrecy import mark_in_name
from duban_archive.errors import DubanError

if TYPE_CHECKING:
    from duban_archive.adapters.catalogue import Change
    from duban_archive.archive import Archive

_AT_ONCE = 48  # files in one transaction: each commit waits for the disk, and so does whoever else writes
_COPIERS = 4  # files copied at a time: most of a copy is waiting until the disk has it for sure
_TRY_AGAIN, _TRY_AGAIN_MOST = 30.0, 600.0  # seconds until a file that could not be read is tried again, doubling

# Names that scanners, cameras and chat programs reuse: the same name again is another paper, not a new version.
_REUSED_NAMES = re.compile(
    r"(?i)^(img|dsc|scan|扫描|mmexport|微信图片|微信截图|新建|未命名|image|photo|screenshot|\d+$)"
)


def add(archive: Archive, paths: Iterable[Path], *, by: str) -> Iterator[Receipt]:
    """Take in files named one by one; a folder is an inbox of its own, and its sub-folders are hints. Sources stay."""
    for path in paths:
        here = path.absolute()
        drop = archive.home.inbox == here or archive.home.inbox in here.parents
        if why := _not_from_here(archive, here):
            yield from _take_all(archive, [replace(inbox.look_at(path), refused=why)], by=by, drop=False)
        elif path.is_dir() and not path.is_symlink():
            yield from _take_all(archive, _listed(path), by=by, drop=drop)
        else:
            seen = _placed(archive, path) if drop else inbox.look_at(path)
            yield from _take_all(archive, [seen], by=by, drop=drop)


def watch(archive: Archive, *, by: str, once: bool, poll: bool) -> Iterator[Receipt | Notice | None]:
    """Take in what is dropped, for ever or until all is still; ``None`` after each round of looking."""
    memory = _Memory()
    ready: list[Seen] = []
    quiet = archive.settings.settle_seconds
    try:
        for one in watcher.watch(archive.home.inbox, quiet=quiet, once=once, poll=poll):
            if isinstance(one, Seen):
                ready.append(one)
            elif isinstance(one, Waiting):
                if memory.is_news(one.seen, one.why):
                    yield _account(archive, one.seen, Outcome.WAITING, one.why)
            elif isinstance(one, Notice):
                yield one
            else:
                yield from _round(archive, memory, ready, by)
                ready.clear()
                yield None
    except OSError as fault:
        if fault.filename is None or Path(fault.filename) != archive.home.inbox:
            raise
        raise DubanError(
            f"收件箱“{archive.home.inbox}”打不开({why_unreadable(fault)})。",
            "已收下的都在。请接好网络共享或磁盘,或新建这个文件夹,再运行一次。",
        ) from fault


def _round(archive: Archive, memory: _Memory, ready: list[Seen], by: str) -> Iterator[Receipt]:
    """One look's worth of files; told is only what has not been told in the same words before."""
    wanted = []
    for one in ready:
        if one.identity in memory.stuck:  # kept long ago, and still cannot be moved
            if inbox.leave(one, archive.home.kept):
                memory.stuck.discard(one.identity)
        elif memory.is_due(one):
            wanted.append(one)
    for seen, receipt in _take(archive, wanted, by=by, drop=True):
        if receipt.record is not None:
            memory.forget(seen)
            if os.path.lexists(seen.path):
                memory.stuck.add(seen.identity)
            yield receipt
        elif memory.is_news(seen, receipt.why):
            yield receipt
    present = {(one.size, one.mtime_ns) for one in ready}
    for seen in memory.gone():
        memory.forget(seen)
        archive.catalogue.forget_waiting(_entered_as(seen), by)
        if not os.path.lexists(seen.path) and (seen.size, seen.mtime_ns) not in present:  # not merely renamed
            yield _account(archive, seen, Outcome.REFUSED, "还没有收,就从收件箱里移走、改名或删除了")


@dataclass(slots=True)
class _Memory:
    """What a long watch has told already, and when a file that could not be read is to be tried again."""

    told: dict[str, tuple[Seen, str]] = field(default_factory=dict)
    again: dict[str, tuple[float, float]] = field(default_factory=dict)
    stuck: set[tuple[str, int, int]] = field(default_factory=set)

    def is_due(self, seen: Seen) -> bool:
        """Whether the file is to be tried (again) now."""
        known = self.told.get(str(seen.path))
        if known is None or known[0] != seen:
            self.again.pop(str(seen.path), None)
            return True
        now = time.monotonic()
        at, wait = self.again.get(str(seen.path), (now + _TRY_AGAIN, _TRY_AGAIN))
        if now >= at and not (seen.noise or seen.refused):
            self.again[str(seen.path)] = (now + wait, min(2 * wait, _TRY_AGAIN_MOST))
            return True
        self.again.setdefault(str(seen.path), (at, wait))
        return False

    def is_news(self, seen: Seen, why: str) -> bool:
        """Whether this was not said of this file yet; it counts as said from now on."""
        known = self.told.get(str(seen.path))
        self.told[str(seen.path)] = (seen, why)
        return known is None or known[1] != why

    def forget(self, seen: Seen) -> None:
        """The file was taken in, or is gone."""
        self.told.pop(str(seen.path), None)
        self.again.pop(str(seen.path), None)

    def gone(self) -> list[Seen]:
        """Files that were told of and are not there any more, or, being folders, can be opened again."""
        return [
            seen
            for path, (seen, _) in self.told.items()
            if not os.path.lexists(path) or (seen.refused and seen.path.is_dir() and os.access(path, os.R_OK | os.X_OK))
        ]


def account_left(archive: Archive) -> int:
    """Account anew for what stays in the inbox because it cannot be taken in; how many files that are."""
    left = [one for one in inbox.look(archive.home.inbox) if one.noise or one.refused or one.size == 0]
    for one in left:
        _enter(archive, _Stored(one), by=archive.by)
    return len(left)


def _take_all(archive: Archive, seen: Iterable[Seen], *, by: str, drop: bool) -> Iterator[Receipt]:
    for _, receipt in _take(archive, seen, by=by, drop=drop):
        yield receipt


def _take(archive: Archive, seen: Iterable[Seen], *, by: str, drop: bool) -> Iterator[tuple[Seen, Receipt]]:
    """Take in files, some at a time: copies first, then one transaction for all of them, then out of the inbox."""
    coming = iter(seen)
    with ThreadPoolExecutor(_COPIERS, thread_name_prefix="copy") as copiers:
        while some := list(itertools.islice(coming, _AT_ONCE)):
            archive.requests.forget()
            copies = [copiers.submit(_store, archive, one) for one in some]
            stored: list[_Stored] = []
            stopped: BaseException | None = None
            for copy in copies:
                if (fault := copy.exception()) is None:
                    stored.append(copy.result())
                else:  # what was copied before is still taken in; then the run stops
                    stopped = fault
                    break
            with archive.catalogue.together():
                receipts = [_enter(archive, one, by=by) for one in stored]
            for copied, receipt in zip(stored, receipts, strict=True):
                if drop and receipt.record is not None:
                    inbox.leave(copied.seen, archive.home.kept)
                yield copied.seen, receipt
            if stopped is not None:
                raise stopped


@dataclass(frozen=True, slots=True)
class _Stored:
    """A file that was looked at: copied into the store (``kept``), known (``record``), or left with the reason."""

    seen: Seen
    kept: Kept | None = None
    media_type: str = ""
    record: int | None = None
    refused: str = ""
    waits: str = ""


def _store(archive: Archive, seen: Seen) -> _Stored:
    if seen.noise or seen.refused or seen.size == 0:
        return _Stored(seen)
    if mark := mark_in_name(seen.name, seen.folder):
        return _Stored(seen, refused=secret_at_the_door(mark))
    if (known := _same_file(archive, seen)) is not None:
        return _Stored(seen, record=known)
    try:
        kept = archive.store.put(seen.path, unchanged=lambda: inbox.look_at(seen.path).identity == seen.identity)
    except SourceChanged:
        return _Stored(seen, waits="还在写入,写完后会自动收下")
    except SourceUnreadable as fault:
        return _Stored(seen, refused=str(fault))
    return _Stored(seen, kept=kept, media_type=archive.sniff(kept.digest, seen.name))


def secret_at_the_door(mark: str) -> str:
    """Why a file whose name says that it is secret does not come in, and what to do with it."""
    return (
        f"文件名或所在文件夹标有“{mark}”:涉密文件不能放进督档,没有复制、没有读。"
        "请按保密规定从这台电脑上移走;如果并不涉密,请改名后再放入"
    )


def refuse(archive: Archive, seen: Seen, why: str) -> Receipt:
    """Account for a file that is not taken in."""
    return _account(archive, seen, Outcome.REFUSED, why)


def leave_in_container(archive: Archive, seen: Seen, mark: str, container: int) -> Receipt:
    """Account for a member of an archive that its name says is secret; the archive itself still holds it."""
    why = (
        f"{container} 号件(压缩包、邮件)里的这个文件,名称标有“{mark}”:没有取出、没有读。"
        f"涉密的请用 duban purge {container} --reason 涉密误收 --by 甲 --second 乙 清除整个 {container} 号件"
    )
    return _account(archive, seen, Outcome.REFUSED, why)


def _enter(archive: Archive, stored: _Stored, *, by: str) -> Receipt:
    """Into the catalogue with its event, or accounted for with the reason."""
    seen = stored.seen
    if stored.kept is not None:
        mark = mark_on_disk(seen.path) if archive.requests.known else ""
        return keep(archive, seen, stored.kept.digest, stored.kept.size, stored.media_type, by=by, mark=mark)
    if stored.record is not None:
        why = f"这份文件已收为 {stored.record} 号件"
        return Receipt(path=seen.place, outcome=Outcome.ALREADY_HELD, record=stored.record, why=why)
    if seen.noise:
        return _account(archive, seen, Outcome.REFUSED, "程序留下的临时文件,不是资料,不收", state="noise")
    if refused := seen.refused or stored.refused:
        return _account(archive, seen, Outcome.REFUSED, f"{refused};没有收,原处未动")
    if stored.waits:
        return _account(archive, seen, Outcome.WAITING, stored.waits)
    return _account(archive, seen, Outcome.WAITING, "0 字节,还没有内容:可能没有写完。写完后再放一次即可")


def keep(
    archive: Archive,
    seen: Seen,
    digest: str,
    size: int,
    media_type: str,
    *,
    by: str,
    parent: int | None = None,
    mark: str = "",
) -> Receipt:
    """Give a stored original its record, or note it as a duplicate; one event. What was purged stays out.

    ``mark``: of the request package it came in (`requests`); it goes with the arrival's event.
    """
    if archive.catalogue.is_purged(digest):
        archive.store.remove(digest)
        nameless = replace(seen, path=seen.path.with_name(f"(清除过的文件){seen.path.suffix[:6]}"))
        told = _account(archive, nameless, Outcome.REFUSED, "这份文件已按规定清除过,不再收;原处未动,请自行处理")
        return replace(told, path=seen.place)
    path, name = seen.place, seen.name
    row: dict[str, Any] = {
        "path": path, "folder": seen.folder, "file_name": name, "size": seen.size, "mtime_ns": seen.mtime_ns,
        "digest": digest, "why": "", "seen": archive.now(),
    }  # fmt: skip
    waiting = archive.catalogue.waiting(path)
    holders = archive.catalogue.holders(digest)
    if not holders and archive.requests.is_own(digest):
        archive.store.remove(digest)
        why = "报送包里自带的空白表或说明,没有填写,不是资料,不收"
        return _account(archive, seen, Outcome.ALREADY_HELD, why, state="noise")
    if holders:
        with archive.catalogue.change("file_held", by) as change:
            id = _file_number(change, waiting)
            why = f"与 {holders[0]} 号件一字不差,不重复收"
            change.put("files", {"id": id}, {"id": id, **row, "record": holders[0], "state": "duplicate", "why": why})
            archive.requests.enter_mark(change, id, holders[0], mark)
        if mark:
            from duban_archive import reading  # it belongs to one more slot now

            reading.note(archive, holders[0])
        return Receipt(path=path, outcome=Outcome.ALREADY_HELD, record=holders[0], why=why)
    older = None if parent else _older_version(archive, path, name)
    with archive.catalogue.change("file_kept", by, path=path) as change:
        record, id = change.next_id("records"), _file_number(change, waiting)
        if change.row("originals", digest=digest) is None:
            original = {"digest": digest, "size": size, "media_type": media_type, "stored": row["seen"], "purged": ""}
            change.put("originals", {"digest": digest}, original)
        part = Part(digest=digest, file_name=name, folder=seen.folder, media_type=media_type, size=size)
        change.put("records", {"id": record}, new_record(record, (part,), row["seen"], parent=parent, version_of=older))
        change.put("files", {"id": id}, {"id": id, **row, "record": record, "state": "kept"})
        archive.requests.enter_mark(change, id, record, mark)
    if older:
        return Receipt(
            path=path, outcome=Outcome.NEW_VERSION, record=record, why=f"是 {older} 号件的新版本,两份都保存着"
        )
    return Receipt(path=path, outcome=Outcome.NEW, record=record, why=f"已收为 {record} 号件")


def _file_number(change: Change, waiting: list[dict[str, Any]]) -> int:
    """The number of the file's row: the one under which it waited, so that a file seen is counted once."""
    for row in waiting[1:]:
        change.put("files", {"id": row["id"]}, None)
    return int(waiting[0]["id"]) if waiting else change.next_id("files")


def new_record(
    id: int, parts: tuple[Part, ...], received: str, *, parent: int | None = None, version_of: int | None = None
) -> dict[str, Any]:
    """The catalogue's row of a new record."""
    return {
        "id": id, "state": "kept", "parts": to_json(parts), "place": None, "told": {}, "received": received,
        "parent": parent, "replaced_by": None, "version_of": version_of, "final": False,
    }  # fmt: skip


def settled(archive: Archive, paths: Iterable[Path], sleep: Callable[[float], None] = time.sleep) -> list[Path]:
    """The paths, once none of them has changed for a moment (a copy may still be running when ``add`` is called)."""
    files = list(paths)
    before = [_identity(path) for path in files]
    recent = [i for i in before if i and time.time() - i[1] / 1e9 < archive.settings.settle_seconds]
    for _ in range(5 if recent else 0):
        sleep(min(0.2, archive.settings.settle_seconds))
        after = [_identity(path) for path in files]
        if after == before:
            break
        before = after
    return files


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        info = path.lstat()
    except OSError:
        return None
    return (info.st_size, info.st_mtime_ns)


def _listed(folder: Path) -> Iterator[Seen]:
    """Every file below a folder that was named; when it cannot be listed, or goes away midway, that is said."""
    try:
        yield from inbox.look(folder)
    except OSError as fault:
        why = f"文件夹打不开:{why_unreadable(fault)}。里面还有没看到的文件,接好后请再运行一次"
        yield Seen(path=folder, folder="", size=0, mtime_ns=0, refused=why)


def _not_from_here(archive: Archive, path: Path) -> str:
    """Why files are not taken from this place of the archive's own folder, else ``""``."""
    home, path = archive.home, path.resolve() if path.exists() and not path.is_symlink() else path
    if path == home.root:
        return inbox.AN_ARCHIVE
    if path == home.hidden or home.hidden in path.parents:
        return "这是督档自己的文件,不是资料"
    if path in (home.output, home.cabinet) or home.cabinet in path.parents:
        return f"“{path.relative_to(home.root).parts[0]}”里是督档自己生成的,不当作资料收"
    return ""


def _placed(archive: Archive, path: Path) -> Seen:
    seen = inbox.look_at(path.absolute())
    folder = inbox.as_text(seen.path.parent.relative_to(archive.home.inbox).as_posix())
    return Seen(
        path=seen.path, folder="" if folder == "." else folder, size=seen.size, mtime_ns=seen.mtime_ns,
        noise=seen.noise, refused=seen.refused,
    )  # fmt: skip


def _same_file(archive: Archive, seen: Seen) -> int | None:
    """The record of a file that was kept before and still lies where it was: same path, size and time."""
    rows = archive.catalogue.files(path=seen.place, size=seen.size, mtime_ns=seen.mtime_ns)
    return next((row["record"] for row in rows if row["state"] in ("kept", "duplicate")), None)


def _older_version(archive: Archive, path: str, name: str) -> int | None:
    """The record that came under the same path before, with other bytes; not for names that devices reuse."""
    if _REUSED_NAMES.match(name):
        return None
    rows = [row for row in archive.catalogue.files(path=path) if row["state"] == "kept"]
    return rows[-1]["record"] if rows else None


def _entered_as(seen: Seen) -> str:
    """The path that stands in the catalogue: of a file that may be secret only where it lies, not what it is called."""
    mark = mark_in_name(seen.name)
    if not mark:
        return seen.place
    return inbox.as_text(str(seen.path.with_name(f"(标有“{mark}”的文件){seen.path.suffix[:6]}")))


def _account(archive: Archive, seen: Seen, outcome: Outcome, why: str, state: str = "") -> Receipt:
    path = _entered_as(seen)
    archive.catalogue.note_waiting(
        {
            "path": path, "folder": seen.folder, "file_name": Path(path).name, "size": seen.size,
            "mtime_ns": seen.mtime_ns, "digest": "", "record": None, "state": state or outcome.value, "why": why,
        },
        archive.by,
    )  # fmt: skip
    return Receipt(path=seen.place, outcome=outcome, why=why)
