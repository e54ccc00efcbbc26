"""Repairing: every "should" is made again; the truth is only ever put back from a copy whose hash is right.

::

    catalogue missing or damaged ──▶ set aside, built anew from the longest whole chain (journal, backup)
    journal missing or damaged   ──▶ set aside, written anew from the catalogue
    original missing or changed  ──▶ put back from 已归档 or a backup, if a copy has its hash
    all else is an echo          ──▶ made again

What is replaced is set aside with the date, never deleted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import intake, keeping, purging
from duban_archive.adapters import backup, chain, inbox
from duban_archive.adapters.backup import Backup
from duban_archive.adapters.catalogue import Catalogue
from duban_archive.adapters.database import Database
from duban_archive.adapters.inbox import Seen
from duban_archive.adapters.journal import Event
from duban_archive.adapters.store import SourceUnreadable
from duban_archive.errors import DamagedArchive
from duban_archive.keeping import Problem
from duban_archive.reading import Progress

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Tell = Callable[[Progress], None]
_SETTLED = 60.0  # seconds: a younger original may belong to a file that is being taken in this moment


def repair(
    archive: Archive, *, source: Path | None = None, password: str = "", salvage: bool = False, tell: Tell | None = None
) -> dict[str, Any]:
    """Mend what can be mended; the answer of ``verify`` afterwards, with what was ``mended`` and ``set_aside``.

    ``source``: a backup to take originals and events from. ``salvage``: rebuild from a journal that is only whole up
    to some line, giving up what came after.
    """
    copy = backup.find(source.absolute(), password) if source is not None else None
    aside: list[str] = []
    with archive.at_work():
        mended = _mend_truth(archive, copy, salvage, aside)
    checked: dict[str, str] = {}
    before = keeping.look(archive, checked=checked, tell=tell)
    with archive.at_work():
        _fetch_originals(archive, before, copy, aside)
        if any(problem.what == "purged_left" for problem in before):
            purging.wipe(archive, keeping.purged_records(archive), keeping.purged_digests(archive))
        for problem in before:
            if mend := _MENDING.get(problem.what):
                mend(archive, problem)
    for step in archive.work():
        if tell is not None:
            tell(step)
    if archive.settings.cabinet:
        with contextlib.suppress(OSError):  # an echo without room does not stop a repair
            archive.cabinet.refresh()
    if any(problem.what.startswith("index") for problem in before):
        archive.search_index.rebuild(archive.echoes)
    after = keeping.look(archive, checked=checked, tell=tell)
    left = set(after)
    mended += [problem for problem in before if problem not in left]
    document = keeping.answer(archive, after)
    return {**document, "mended": [problem.as_json() for problem in mended], "set_aside": aside}


# --- the catalogue and its journal ---------------------------------------------------------------------------------


def _mend_truth(archive: Archive, copy: Backup | None, salvage: bool, aside: list[str]) -> list[Problem]:
    written, readable = archive.catalogue.journal()
    try:
        archive.catalogue.open()
        faults = archive.catalogue.faults()
        ours = archive.catalogue.events()
    except (DamagedArchive, ValueError) as fault:  # ValueError: JSON that the damage went through
        faults, ours = [str(fault)], []
    copied = copy.events() if copy is not None else []
    if faults:
        best = _longest([written, copied, ours])
        _must_be_enough(best, written, readable, salvage)
        _build_anew(archive, best, written if readable else None, aside)
        left = intake.account_left(archive)
        where = f"目录库 catalogue.sqlite 已由流水重建,原来的另存;收件箱里没有收的 {left} 个文件已重新计数"
        return [Problem(what="catalogue_damaged", where=where)]
    mended = []
    if chain.faults(ours):
        whole = [events for events in (written, copied) if len(events) >= len(ours) and not chain.faults(events)]
        if not whole:
            return []  # verify tells it; nothing whole to put in its place
        _copy_aside(archive, aside)
        archive.catalogue.replay(whole[0])
        mended.append(Problem(what="chain_broken", where="目录库的记事已照完好的一份改回"))
        ours = whole[0]
    elif len(written) > len(ours) and written[: len(ours)] == ours and readable and not chain.faults(written):
        _copy_aside(archive, aside)  # the catalogue is an older one than the journal
        archive.catalogue.replay(written)
        mended.append(Problem(what="journal_differs", where=f"目录库比流水少 {len(written) - len(ours)} 条,已补上"))
        ours = written
    elif archive.catalogue.row_problems():
        _copy_aside(archive, aside)
        archive.catalogue.replay()
        mended.append(Problem(what="catalogue_differs", where="目录库的内容已照记事改回"))
    if archive.catalogue.journal() != (ours, True):
        _set_aside(archive.home.journal, aside)
        archive.catalogue.write_journal()
        mended.append(Problem(what="journal_differs", where="流水 journal.jsonl 已照目录库重写,原来的另存"))
    return mended


def _longest(candidates: Iterable[Sequence[Event]]) -> Sequence[Event]:
    return max((chain.whole(events) for events in candidates), key=len)


def _must_be_enough(best: Sequence[Event], written: Sequence[Event], readable: bool, salvage: bool) -> None:
    if not best:
        raise DamagedArchive(
            "目录库坏了,流水 journal.jsonl 也没有可用的内容,无法重建。",
            "原件仍在 .duban/store 里,没有动。请用 duban restore 从备份恢复到一个新文件夹。",
        )
    if not salvage and (not readable or len(best) < len(written)):
        raise DamagedArchive(
            f"目录库坏了,流水 journal.jsonl 也只有前 {len(best)} 条完好。",
            "有备份请运行 duban repair --from 备份文件夹;没有备份可用 duban repair --salvage 按前面完好的部分重建"
            "(之后收的原件会重新登记,之后的归类决定会丢失)。现在什么都没有动。",
        )


def _build_anew(archive: Archive, events: Sequence[Event], written: Sequence[Event] | None, aside: list[str]) -> None:
    """A new catalogue from whole events, beside the old one, which is set aside only when the new one stands."""
    path = archive.home.catalogue
    archive.catalogue.close()
    if written is None or list(written) != list(events):
        _set_aside(archive.home.journal, aside)
        Catalogue(Database(path), archive.home.journal).write_journal_of(events)
    fresh = path.with_name(f"{path.name}.new")
    for leftover in (fresh, *_companions(fresh)):
        leftover.unlink(missing_ok=True)
    built = Catalogue(Database(fresh), archive.home.journal)
    built.create()
    built.rebuild()
    built.close()
    for old in (path, *_companions(path)):
        _set_aside(old, aside)
    fresh.replace(path)
    archive.catalogue.open()


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _copy_aside(archive: Archive, aside: list[str]) -> None:
    target = _free(archive.home.catalogue)
    archive.catalogue.copy(target)
    aside.append(target.name)


def _set_aside(path: Path, aside: list[str]) -> None:
    if path.exists():
        target = _free(path)
        path.replace(target)
        aside.append(target.name)


def _free(path: Path) -> Path:
    import datetime

    stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
    names = (f"{path.name}.damaged-{stamp}{'' if n == 1 else f'-{n}'}" for n in range(1, 10_000))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


# --- originals -----------------------------------------------------------------------------------------------------


def _fetch_originals(archive: Archive, problems: Sequence[Problem], copy: Backup | None, aside: list[str]) -> None:
    """Put missing or changed originals back from copies that have their hash."""
    wanted = {p.subject: p.what for p in problems if p.what in ("original_missing", "original_changed")}
    if not wanted:
        return
    sizes = {row["digest"]: row["size"] for row in archive.catalogue.originals() if row["digest"] in wanted}
    for digest, path in keeping.copies(archive.home.kept, sizes):
        if digest in wanted:
            _put_back(archive, digest, path, wanted.pop(digest), aside)
    if copy is not None and wanted:
        archive.home.scratch.mkdir(exist_ok=True)
        for digest, found in copy.fetch(list(wanted), archive.home.scratch):
            if found is not None:
                _put_back(archive, digest, found, wanted.pop(digest), aside)
                found.unlink()


def _put_back(archive: Archive, digest: str, path: Path, what: str, aside: list[str]) -> None:
    if what == "original_changed":
        target = archive.store.set_aside(digest, archive.home.hidden / "damaged")
        aside.append(f"damaged/{target.name}")
    archive.store.put(path)


def _record_again(archive: Archive, problem: Problem) -> None:
    """An original in the store that no record names becomes a record; under its old name if it lies in 已归档."""
    digest = problem.subject
    if archive.store.age(digest) < _SETTLED or archive.store.check(digest):
        return
    with archive.store.local(digest) as path:
        size = path.stat().st_size
    for folder in (archive.home.inbox, archive.home.kept):
        for _, found in keeping.copies(folder, {digest: size}):
            if folder == archive.home.kept:
                _take_in(archive, found)
            return  # what still lies in the inbox is taken in by the next watch, under its own name
    media_type = archive.sniff(digest, "")
    name = f"找回的原件-{digest[7:19]}{_suffix(media_type)}"
    seen = Seen(path=Path(name), folder="", size=size, mtime_ns=0)
    intake.keep(archive, seen, digest, size, media_type, by=archive.by)


def _suffix(media_type: str) -> str:
    import mimetypes

    return mimetypes.guess_extension(media_type) or ""


def _take_in(archive: Archive, path: Path) -> None:
    """A file in 已归档 that somebody put there by hand, or changed there, is taken in where it lies."""
    seen = inbox.look_at(path)
    folder = inbox.as_text(path.parent.relative_to(archive.home.kept).as_posix())
    try:
        kept = archive.store.put(path)
    except SourceUnreadable:
        return  # verify tells of it again
    here = Seen(path=path, folder="" if folder == "." else folder, size=kept.size, mtime_ns=seen.mtime_ns)
    media_type = archive.sniff(kept.digest, seen.name)
    intake.keep(archive, here, kept.digest, kept.size, media_type, by=archive.by)


def _take_in_again(archive: Archive, problem: Problem) -> None:
    _take_in(archive, archive.home.root / problem.subject)


# --- echoes --------------------------------------------------------------------------------------------------------


def _drop_rendition(archive: Archive, problem: Problem) -> None:
    keeping.rendition_file(archive, problem.subject).unlink(missing_ok=True)
    archive.echoes.forget_rendition(problem.subject)


_MENDING: dict[str, Callable[[Archive, Problem], None]] = {
    "original_unknown": _record_again,
    "kept_unknown": _take_in_again,
    "rendition_differs": _drop_rendition,
}
