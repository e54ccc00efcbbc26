"""Taking in: every file that comes is kept, known before, or accounted for with the reason.

Write order (each step survives a crash after it): store → catalogue with its event → the dropped file leaves the inbox.
Reading, OCR, filing and the index come later and can be taken up again at any time (``reading.py``).
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive.adapters import inbox
from duban_archive.adapters.inbox import Seen, Waiting
from duban_archive.adapters.store import Kept, SourceUnreadable
from duban_archive.core.model import Outcome, Part, Receipt
from duban_archive.core.plainjson import to_json
from duban_archive.errors import DiskFull

if TYPE_CHECKING:
    from duban_archive.archive import Archive

_AT_ONCE = 48  # files in one transaction: each commit waits for the disk, and so does whoever else writes

# Names that scanners, cameras and chat programs reuse: the same name again is another paper, not a new version.
_REUSED_NAMES = re.compile(
    r"(?i)^(img|dsc|scan|扫描|mmexport|微信图片|微信截图|新建|未命名|image|photo|screenshot|\d+$)"
)


def add(archive: Archive, paths: Iterable[Path], *, by: str) -> Iterator[Receipt]:
    """Take in files named one by one; a folder is an inbox of its own, and its sub-folders are hints. Sources stay."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            top = path.resolve()
            drop = archive.home.inbox == top or archive.home.inbox in top.parents
            yield from _take_all(archive, inbox.look(path), by=by, drop=drop)
        else:
            drop = archive.home.inbox in path.absolute().parents
            seen = _placed(archive, path) if drop else inbox.look_at(path)
            yield from _take_all(archive, [seen], by=by, drop=drop)


def watch(archive: Archive, *, by: str, once: bool, poll: bool) -> Iterator[Receipt | None]:
    """Take in what is dropped, for ever or until all is still; ``None`` after each round of looking."""
    left: set[str] = set()  # what stays in the inbox (links, noise) is met at every look and told once
    ready: list[Seen] = []
    for one in inbox.watch(archive.home.inbox, quiet=archive.settings.settle_seconds, once=once, poll=poll):
        if isinstance(one, Seen) and str(one.path) not in left:
            ready.append(one)
        elif isinstance(one, Waiting):
            yield _account(archive, one.seen, Outcome.WAITING, one.why)
        elif one is None:
            for receipt in _take_all(archive, ready, by=by, drop=True):
                if receipt.outcome is Outcome.REFUSED:
                    left.add(receipt.path)
                yield receipt
            ready.clear()
            yield None


def account_left(archive: Archive) -> int:
    """Account anew for what stays in the inbox because it cannot be taken in; how many files that are."""
    left = [one for one in inbox.look(archive.home.inbox) if one.noise or one.refused or one.size == 0]
    for one in left:
        _enter(archive, _Stored(one), by=archive.by)
    return len(left)


def take_in(archive: Archive, seen: Seen, *, by: str, drop: bool) -> Receipt:
    """One file, the whole way."""
    return next(_take_all(archive, [seen], by=by, drop=drop))


def _take_all(archive: Archive, seen: Iterable[Seen], *, by: str, drop: bool) -> Iterator[Receipt]:
    """Take in files, some at a time: copies first, then one transaction for all of them, then out of the inbox."""
    coming = iter(seen)
    while some := list(itertools.islice(coming, _AT_ONCE)):
        stored: list[_Stored] = []
        full: DiskFull | None = None
        for one in some:
            try:
                stored.append(_store(archive, one))
            except DiskFull as fault:  # what was copied before is still taken in; then the run stops
                full = fault
                break
        with archive.catalogue.together():
            receipts = [_enter(archive, one, by=by) for one in stored]
        for copied, receipt in zip(stored, receipts, strict=True):
            if drop and receipt.record is not None:
                inbox.leave(copied.seen, archive.home.kept)
            yield receipt
        if full is not None:
            raise full


@dataclass(frozen=True, slots=True)
class _Stored:
    """A file that was looked at: copied into the store (``kept``), known (``record``), or left with the reason."""

    seen: Seen
    kept: Kept | None = None
    media_type: str = ""
    record: int | None = None
    refused: str = ""


def _store(archive: Archive, seen: Seen) -> _Stored:
    if seen.noise or seen.refused or seen.size == 0:
        return _Stored(seen)
    if (known := _same_file(archive, seen)) is not None:
        return _Stored(seen, record=known)
    try:
        kept = archive.store.put(seen.path)
    except SourceUnreadable as fault:
        return _Stored(seen, refused=str(fault))
    return _Stored(seen, kept=kept, media_type=archive.sniff(kept.digest, seen.path.name))


def _enter(archive: Archive, stored: _Stored, *, by: str) -> Receipt:
    """Into the catalogue with its event, or accounted for with the reason."""
    seen = stored.seen
    if stored.kept is not None:
        return keep(archive, seen, stored.kept.digest, stored.kept.size, stored.media_type, by=by)
    if stored.record is not None:
        why = f"这份文件已收为 {stored.record} 号件"
        return Receipt(path=str(seen.path), outcome=Outcome.ALREADY_HELD, record=stored.record, why=why)
    if seen.noise:
        return _account(archive, seen, Outcome.REFUSED, "程序留下的临时文件,不是资料,不收", state="noise")
    if refused := seen.refused or stored.refused:
        return _account(archive, seen, Outcome.REFUSED, f"{refused};没有收,原处未动")
    return _account(archive, seen, Outcome.WAITING, "0 字节,还没有内容:可能没有写完。写完后再放一次即可")


def keep(
    archive: Archive, seen: Seen, digest: str, size: int, media_type: str, *, by: str, parent: int | None = None
) -> Receipt:
    """Give a stored original its record, or note it as a duplicate; one event. What was purged stays out."""
    if archive.catalogue.is_purged(digest):
        archive.store.remove(digest)
        return _account(archive, seen, Outcome.REFUSED, "这份文件已按规定清除过,不再收;原处未动,请自行处理")
    path, name = str(seen.path), seen.path.name
    row: dict[str, Any] = {
        "path": path, "folder": seen.folder, "file_name": name, "size": seen.size, "mtime_ns": seen.mtime_ns,
        "digest": digest, "why": "", "seen": archive.now(),
    }  # fmt: skip
    archive.catalogue.forget_waiting(path)
    holders = archive.catalogue.holders(digest)
    if holders:
        with archive.catalogue.change("file_held", by) as change:
            id = change.next_id("files")
            why = f"与 {holders[0]} 号件一字不差,不重复收"
            change.put("files", {"id": id}, {"id": id, **row, "record": holders[0], "state": "duplicate", "why": why})
        return Receipt(path=path, outcome=Outcome.ALREADY_HELD, record=holders[0], why=why)
    older = None if parent else _older_version(archive, path, name)
    with archive.catalogue.change("file_kept", by, path=path) as change:
        record, id = change.next_id("records"), change.next_id("files")
        if change.row("originals", digest=digest) is None:
            original = {"digest": digest, "size": size, "media_type": media_type, "stored": row["seen"], "purged": ""}
            change.put("originals", {"digest": digest}, original)
        part = Part(digest=digest, file_name=name, folder=seen.folder, media_type=media_type, size=size)
        change.put("records", {"id": record}, new_record(record, (part,), row["seen"], parent=parent, version_of=older))
        change.put("files", {"id": id}, {"id": id, **row, "record": record, "state": "kept"})
    if older:
        return Receipt(
            path=path, outcome=Outcome.NEW_VERSION, record=record, why=f"是 {older} 号件的新版本,两份都保存着"
        )
    return Receipt(path=path, outcome=Outcome.NEW, record=record, why=f"已收为 {record} 号件")


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


def _placed(archive: Archive, path: Path) -> Seen:
    seen = inbox.look_at(path.absolute())
    folder = seen.path.parent.relative_to(archive.home.inbox).as_posix()
    return Seen(
        path=seen.path, folder="" if folder == "." else folder, size=seen.size, mtime_ns=seen.mtime_ns,
        noise=seen.noise, refused=seen.refused,
    )  # fmt: skip


def _same_file(archive: Archive, seen: Seen) -> int | None:
    """The record of a file that was kept before and still lies where it was: same path, size and time."""
    rows = archive.catalogue.files(path=str(seen.path), size=seen.size, mtime_ns=seen.mtime_ns)
    return next((row["record"] for row in rows if row["state"] in ("kept", "duplicate")), None)


def _older_version(archive: Archive, path: str, name: str) -> int | None:
    """The record that came under the same path before, with other bytes; not for names that devices reuse."""
    if _REUSED_NAMES.match(name):
        return None
    rows = [row for row in archive.catalogue.files(path=path) if row["state"] == "kept"]
    return rows[-1]["record"] if rows else None


def _account(archive: Archive, seen: Seen, outcome: Outcome, why: str, state: str = "") -> Receipt:
    archive.catalogue.note_waiting(
        {
            "path": str(seen.path), "folder": seen.folder, "file_name": seen.path.name, "size": seen.size,
            "mtime_ns": seen.mtime_ns, "digest": "", "record": None, "state": state or outcome.value, "why": why,
        }
    )  # fmt: skip
    return Receipt(path=str(seen.path), outcome=outcome, why=why)
