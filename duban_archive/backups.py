"""Backups: everything that cannot be made again, on another disk, proved after writing; and the way back.

A backup holds what is true (originals, events, checklist, schema) and, to spare days of OCR, what was read out of the
originals. Settings and templates lie apart and come back only when asked for: a stick may have been in other hands.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import gzip
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from duban_archive.adapters import backup as disk
from duban_archive.adapters import chain, locks
from duban_archive.adapters.backup import FORMAT, Backup, BackupFault, Draft, Manifest, Member, Original, pieces
from duban_archive.adapters.journal import line
from duban_archive.core.model import Extracted
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import DiskFull, ReadOnly, UsageError
from duban_archive.home import Home
from duban_archive.reading import Progress

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
Tell = Callable[[Progress], None]

_LEAST_PASSWORD = 8


# --- making one ----------------------------------------------------------------------------------------------------


def backup(archive: Archive, folder: Path, *, password: str = "", full: bool = False, tell: Tell | None = None) -> Json:
    """Back up into ``folder`` what is not there yet; ``full``: read again what is, and write it anew if it rotted."""
    if archive.catalogue.read_only:
        raise ReadOnly()
    if password and len(password) < _LEAST_PASSWORD:
        advice = "请换一个长一些的密码,并另外记好:丢了就打不开。"
        raise UsageError(f"密码太短,至少要 {_LEAST_PASSWORD} 个字符。", advice)
    folder = folder.absolute()
    if folder.resolve() == archive.home.root or archive.home.root in folder.resolve().parents:
        raise UsageError("不能备份到档案文件夹自己里面。", "请备份到 U 盘、移动硬盘或别的电脑上。")
    with locks.alone(archive.home.hidden / "backup.lock"), _room_told(folder):
        events = archive.catalogue.events()
        if chain.faults(events):
            raise UsageError("目录库的记事链是断的,这样的备份不能用来恢复。", "请先运行 duban verify 和 duban repair。")
        base = disk.place(folder, events[0]["hash"])
        earlier = disk.backups(base, password)
        _must_match(base, earlier, password)
        made = archive.now()
        draft = Draft(base, datetime.datetime.fromisoformat(made).strftime("%Y%m%d-%H%M%S"), password)
        try:
            document = _fill(archive, draft, events, made, earlier, password=password, full=full, tell=tell)
        except BaseException:
            draft.drop()
            raise
        about = {"folder": str(base), **{key: document[key] for key in ("name", "head", "originals", "encrypted")}}
        with archive.catalogue.change("backed_up", archive.by, **about):
            pass
    return document


def _fill(
    archive: Archive, draft: Draft, events: list[Any], made: str, earlier: Sequence[Backup], *, password: str,
    full: bool, tell: Tell | None,
) -> Json:  # fmt: skip
    rows = chain.replay(events).get("originals", {})
    wanted = {row["digest"]: row for row in rows.values() if not row["purged"]}
    keep = _pack if password else _copy
    old = {} if full or not password or not earlier else _packed(earlier[-1])
    places: dict[str, tuple[tuple[str, str], ...]] = {}
    new = 0
    for done, (digest, at, fresh) in enumerate(keep(archive, draft, wanted, old, full), 1):
        if at is not None:
            places[digest] = at
            new += fresh
        if tell is not None:
            tell(Progress("备份原件", done, len(wanted)))
    names = _names(archive)
    originals = [
        Original(digest=d, size=wanted[d]["size"], media_type=wanted[d]["media_type"], names=names.get(d, ()), at=at)
        for d, at in sorted(places.items())
    ]
    draft.add("events.jsonl", "".join(f"{line(event)}\n" for event in events).encode())
    draft.add("originals.jsonl", _lines(map(to_json, originals)))
    draft.add("checklist.json", json.dumps(archive.catalogue.pin("checklist"), ensure_ascii=False, indent=1).encode())
    draft.add("readings.jsonl.gz", gzip.compress(_lines(_readings(archive, places)), 6, mtime=0))
    if archive.home.schema.is_file():
        draft.add("archive_schema.yaml", archive.home.schema.read_bytes())
    if archive.home.settings_file.is_file():
        draft.add("office/settings.yaml", archive.home.settings_file.read_bytes())
    templates = {}
    for number, path in enumerate(sorted(archive.home.templates.glob("*.docx")), 1):
        templates[f"office/templates/{number:04d}.docx"] = path.name
        draft.add(f"office/templates/{number:04d}.docx", path.read_bytes())
    absent = sorted(wanted.keys() - places.keys())
    manifest = Manifest(
        format=FORMAT, program=metadata.version("duban-archive"), made=made, archive=events[0]["hash"],
        head=events[-1]["hash"], encrypted=bool(password), by=archive.by, title=archive.checklist.title,
        events=len(events), originals=len(places), bytes=sum(wanted[d]["size"] for d in places),
        absent=tuple(absent), templates=templates,
    )  # fmt: skip
    path = draft.finish(manifest)
    return {
        "path": str(path), "name": path.name, "head": manifest.head, "originals": len(places), "new": new,
        "bytes": manifest.bytes, "encrypted": bool(password), "absent": absent,
    }  # fmt: skip


Kept = Iterator[tuple[str, tuple[tuple[str, str], ...] | None, bool]]


def _copy(archive: Archive, draft: Draft, wanted: dict[str, Any], old: dict[str, Original], full: bool) -> Kept:
    """Originals as plain files: (digest, where, whether it was written now); ``None``: ours is damaged or gone."""
    for digest, row in wanted.items():
        held = draft.has(digest, row["size"])
        if held is not None and (not full or draft.is_whole(digest, row["size"])):
            yield digest, held, False
        elif archive.store.has(digest):
            with archive.store.open(digest) as source:
                yield digest, draft.add_original(digest, row["size"], source), True
        else:
            yield digest, None, False


def _pack(archive: Archive, draft: Draft, wanted: dict[str, Any], old: dict[str, Original], full: bool) -> Kept:
    """Originals in packs of up to a piece's size; what lies in a pack of an earlier backup stays there."""
    waiting: list[Member] = []
    filled = 0
    places: dict[str, list[tuple[str, str]]] = {}
    for digest, row in wanted.items():
        if digest in old:
            yield digest, old[digest].at, False
        elif archive.store.check(digest):
            yield digest, None, False
        else:
            for name, start, length in pieces(digest, row["size"]):
                if waiting and filled + length > disk.layout.PIECE:
                    yield from _close_pack(draft, waiting, places)
                    filled = 0
                waiting.append((name, *_piece(archive, digest, start, length)))
                places.setdefault(digest, []).append(("", name))
                filled += length
    if waiting:
        yield from _close_pack(draft, waiting, places)


def _close_pack(draft: Draft, waiting: list[Member], places: dict[str, list[tuple[str, str]]]) -> Kept:
    pack, packed = draft.add_pack(waiting), {name for name, _, _ in waiting}
    waiting.clear()
    for digest, at in list(places.items()):
        at[:] = [(pack if name in packed else container, name) for container, name in at]
        if packed & {name for _, name in at} and all(container for container, _ in at):
            yield digest, tuple(at), True
            del places[digest]


def _piece(archive: Archive, digest: str, start: int, length: int) -> tuple[str, Callable[[], BinaryIO]]:
    """SHA-256 of a piece of an original, and how to open it."""
    from duban_archive.adapters.backup.packs import Slice

    def opened() -> BinaryIO:
        return Slice(archive.store.open(digest), start, length)  # type: ignore[return-value]  # what py7zr asks for

    sha = hashlib.sha256()
    with opened() as source:
        while block := source.read(1 << 20):
            sha.update(block)
    return sha.hexdigest(), opened


def _packed(newest: Backup) -> dict[str, Original]:
    """What the newest backup lists, as far as its packs are there."""
    base = newest.folder.parent
    listed = newest.originals()
    return {digest: one for digest, one in listed.items() if all((base / pack).is_file() for pack, _ in one.at)}


def _must_match(base: Path, earlier: Sequence[Backup], password: str) -> None:
    """One folder is either open or locked, with one password."""
    if any(one.manifest.encrypted != bool(password) for one in earlier):
        word = "没有加密码" if password else "加了密码"
        advice = "请换一个文件夹,或与以前一样备份;原有备份没有动。"
        raise UsageError(f"“{base}”里以前的备份{word},不能混在一起。", advice)
    if password and earlier:
        earlier[-1].inside()


def _names(archive: Archive) -> dict[str, tuple[str, ...]]:
    """Digest → the names it came under."""
    found: dict[str, dict[str, None]] = {}
    for record in archive.catalogue.records():
        for part in record.parts:
            name = f"{part.folder}/{part.file_name}" if part.folder else part.file_name
            found.setdefault(part.digest, {})[name] = None
    return {digest: tuple(names) for digest, names in found.items()}


def _readings(archive: Archive, digests: dict[str, Any]) -> Iterator[Json]:
    unread = archive.echoes.unread()
    for digest in sorted(archive.echoes.extracted_digests() & digests.keys()):
        if (extracted := archive.echoes.extraction(digest)) is not None:
            yield {"digest": digest, "unread": unread.get(digest, []), "extracted": to_json(extracted)}


def _lines(rows: Any) -> bytes:
    out = io.BytesIO()
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return out.getvalue()


@contextlib.contextmanager
def _room_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull("备份盘已满,这次备份没有做成。", "以前的备份没有动。请腾出空间或换一块盘再备份。") from fault
        if fault.errno == errno.EFBIG:
            raise DiskFull("备份盘放不下这么大的文件。", "请换一块格式为 exFAT 或 NTFS 的盘再备份。") from fault
        if fault.errno in (errno.EIO, errno.ENODEV, errno.ENOTCONN, errno.EROFS, errno.EACCES, errno.EPERM):
            advice = "盘可能被拔出、写保护或没有权限。请检查后再备份;档案没有动。"
            raise BackupFault(f"写不进备份盘“{folder}”({fault.strerror})。", advice) from fault
        raise


def is_locked(source: Path) -> bool:
    """Whether a backup needs a password."""
    return disk.find(source.absolute()).manifest.encrypted


# --- the way back --------------------------------------------------------------------------------------------------


def restore(
    source: Path, root: Path, *, password: str = "", with_templates: bool = False, by: str = "",
    tell: Tell | None = None,
) -> tuple[Archive, Json]:  # fmt: skip
    """Build the archive of a backup in the empty folder ``root`` and prove it by ``verify``. The archive comes open."""
    from duban_archive import keeping
    from duban_archive.adapters import settings_file
    from duban_archive.archive import Archive
    from duban_archive.founding import copy_templates

    copy = disk.find(source.absolute(), password)
    manifest = copy.inside()
    if broken := copy.check():
        raise BackupFault(f"备份里的 {'、'.join(broken)} 已损坏。", "请换一个备份再试;什么都没有恢复。")
    events = copy.events()
    if chain.faults(events) or not events or events[-1]["hash"] != manifest.head:
        raise BackupFault("备份里的记事链对不上。", "请换一个备份再试;什么都没有恢复。")
    building = _empty(root) / _BUILDING
    shutil.rmtree(building, ignore_errors=True)
    home = Home(building)
    for folder in home.folders:
        folder.mkdir(parents=True)
    settings_file.write_defaults(home.settings_file)
    if "archive_schema.yaml" in copy.files():
        home.schema.write_bytes(copy.read("archive_schema.yaml"))
    if with_templates:
        _bring_templates(copy, manifest, home)
    copy_templates(home.templates)
    home.journal.write_bytes(copy.read("events.jsonl"))
    archive = Archive(home, by=by)
    try:
        archive.store.create()
        archive.catalogue.create()
        archive.catalogue.rebuild()
        damaged = _bring_originals(archive, copy, tell)
        for row in copy.readings():
            archive.echoes.note_extraction(row["digest"], from_json(Extracted, row["extracted"]), row["unread"])
        about = {"backup": str(copy.folder), "made": manifest.made, "head": manifest.head}
        with archive.catalogue.change("restored", archive.by, **about):
            pass
    finally:
        archive.close()
    for path in sorted(building.iterdir(), key=lambda path: path.name == ".duban"):  # what makes it an archive: last
        path.rename(root / path.name)
    building.rmdir()
    archive = Archive(Home(root.resolve()), by=by).open()
    for step in archive.work():
        if tell is not None:
            tell(step)
    document = keeping.verify(archive, tell=tell)
    return archive, {"home": str(root.resolve()), "made": manifest.made, "damaged": damaged, **document}


_BUILDING = ".恢复中"


def _empty(root: Path) -> Path:
    if root.exists() and (not root.is_dir() or any(path.name != _BUILDING for path in root.iterdir())):
        raise UsageError(f"“{root}”不是空文件夹。", "请给一个空的或还没有的文件夹,恢复不会覆盖任何东西。")
    root.mkdir(parents=True, exist_ok=True)
    return root


def _bring_originals(archive: Archive, copy: Backup, tell: Tell | None) -> list[str]:
    """Put every original of the backup into the store; those that are damaged or absent there."""
    wanted = [row["digest"] for row in archive.catalogue.originals() if not row["purged"]]
    missing = set(wanted)
    for done, (digest, path) in enumerate(copy.fetch(wanted, archive.home.scratch), 1):
        if path is not None:
            if archive.store.put(path).digest == digest:
                missing.discard(digest)
            path.unlink()
        if tell is not None:
            tell(Progress("取回原件", done, len(wanted)))
    return sorted(missing)


def _bring_templates(copy: Backup, manifest: Manifest, home: Home) -> None:
    home.settings_file.write_bytes(copy.read("office/settings.yaml"))
    home.templates.mkdir(exist_ok=True)
    for name, shown in manifest.templates.items():
        if shown.endswith(".docx"):
            (home.templates / Path(shown).name).write_bytes(copy.read(name))
