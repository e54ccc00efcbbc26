"""Purging: a secret or wrongly sent paper goes for good, by two named persons and for a reason; a tombstone stays.

First the event, which blackens the names in all earlier ones and is the order to wipe; then the bytes: original,
what was read out of it, index, renditions, copies in 已归档 and 档案柜. A killed run is finished by ``repair``.
What we cannot reach (backups, printed binders, files set aside) is listed for the office to deal with.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import keeping
from duban_archive.adapters import chain
from duban_archive.adapters.store import wipe as wipe_file
from duban_archive.core.model import Record, Told
from duban_archive.core.plainjson import to_json
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_TITLE = {"title": to_json(Told(value=chain.WIPED, source="person", confidence=1.0))}
_LEAST_NAME = 12  # bytes: four Chinese characters
_NOT_STANDING = ("replaced", "withdrawn")


def purge(archive: Archive, id: int, *, reason: str, second: str) -> Json:
    """Wipe a record and what only it holds; what is left elsewhere, and must be wiped by hand, is in the answer."""
    first, second, reason = archive.by.strip(), second.strip(), reason.strip()
    if not first or not second or first.casefold() == second.casefold():
        raise UsageError("清除要两个不同的人具名。", "请用 --by 甲 --second 乙 写明两个人的姓名;没有作任何改动。")
    if not reason:
        raise UsageError("清除要写明原因。", "请用 --reason 写明,例如“涉密误收”;没有作任何改动。")
    record = archive.catalogue.record(id)
    if record.state == "withdrawn" and record.title == chain.WIPED:
        raise UsageError(f"{id} 号件已经清除过了。", "没有作任何改动。")
    records = archive.catalogue.records()
    ids, digests = _reach(record, records)
    rows = {row["digest"]: row for row in archive.catalogue.originals() if row["digest"] in digests}
    with archive.at_work():
        outputs = _outputs(archive, ids, {digest: row["size"] for digest, row in rows.items()})
        _order(archive, ids, digests, record=id, reason=reason, second=second)
        copies = wipe(archive, ids, digests)
    kept = [digest for digest in dict.fromkeys(part.digest for part in record.parts) if digest not in digests]
    return {
        "record": id,
        "records": sorted(ids),
        "wiped": sorted(digests),
        "copies_wiped": copies,
        "originals_kept": [{"digest": digest, "records": _holders(digest, records, ids)} for digest in kept],
        "container": record.parent,
        "members": [one.id for one in records if one.parent in ids and one.id not in ids],
        "versions": [one.id for one in records if one.version_of == id or one.id == record.version_of],
        "outputs": outputs,
        "backups": _backups(archive, record.received),
        "aside": sorted(path.name for path in archive.home.hidden.glob("*.damaged-*")),
        "head": archive.catalogue.head(),
    }


def _reach(record: Record, records: Sequence[Record]) -> tuple[set[int], set[str]]:
    """The originals that no other record needs, and the records that fall with them (merged into it, withdrawn)."""
    held = {one.id: {part.digest for part in one.parts} for one in records}
    digests = set(held[record.id])
    others = [one for one in records if one.id != record.id and held[one.id] & digests]
    while True:
        needed = {
            digest
            for one in others
            if one.state not in _NOT_STANDING or not held[one.id] <= digests
            for digest in held[one.id] & digests
        }
        if not needed:
            break
        digests -= needed
    return {record.id, *(one.id for one in others if held[one.id] & digests)}, digests


def _order(archive: Archive, ids: set[int], digests: set[str], *, record: int, reason: str, second: str) -> None:
    """The purge as an event: from now on the paper is gone, whatever happens to this run."""
    files = [row for one in sorted(ids) for row in archive.catalogue.files(record=one)]
    old = {one.id: one for one in archive.catalogue.records(ids)}
    words = _names(archive, ids)
    about = {"record": record, "records": sorted(ids), "digests": sorted(digests), "reason": reason, "second": second}
    with archive.catalogue.change("purged", archive.by, **about) as change:
        change.blacken(ids, words)
        for id in sorted(ids):
            row = change.row("records", id=id)
            assert row is not None
            state = row["state"] if row["state"] == "replaced" else "withdrawn"
            gone = {**row, "parts": [], "place": None, "told": _TITLE, "state": state, "final": False}
            change.put_over("records", {"id": id}, gone)
            for one in old[id].filings:
                key = {"record": id, "requirement": one.requirement, "unit": one.unit, "period": one.period}
                if change.row("filings", **key) is not None:
                    change.put_over("filings", key, None)
        for row in files:
            change.put_over("files", {"id": row["id"]}, chain.neutral_file(row, f"已清除:{reason}"))
        for id, binder in enumerate(archive.catalogue.binders(), 1):
            row = {"id": id, "binder": binder}
            if (black := chain.blackened("binders", row, ids)) != row:
                change.put_over("binders", {"id": id}, black)
        for digest in sorted(digests):
            row = change.row("originals", digest=digest)
            assert row is not None
            change.put_over("originals", {"digest": digest}, {**row, "purged": archive.now()})


def _names(archive: Archive, ids: set[int]) -> list[str]:
    """The titles and file names that the records ever bore, longest first, as registers may quote them.

    Not the short ones, nor what other papers and the checklist are called too: wiping those would wipe others' words.
    """
    rows = [row for e in archive.catalogue.events() for _, _, *both in e["changes"] for row in both if row]
    told = [row for row in rows if "told" in row and row["id"] in ids]
    files = [row["file_name"] for row in rows if "file_name" in row and row.get("record") in ids]
    files += [part["file_name"] for row in told for part in row["parts"]]
    titles = {row["told"]["title"]["value"] for row in told if "title" in row["told"]}
    records = archive.catalogue.records()
    titles |= {one.title for one in records if one.id in ids}
    others = [one.title for one in records if one.id not in ids]
    others += [one.title for one in archive.checklist.requirements]
    names = {name for name in {*titles, *files, *(Path(name).stem for name in files)} if isinstance(name, str)}
    known = (chain.WIPED, *others)
    named = [name for name in names if len(name.encode()) >= _LEAST_NAME and not any(name in one for one in known)]
    return sorted(named, key=len, reverse=True)


def wipe(archive: Archive, ids: Iterable[int], digests: set[str]) -> int:
    """Wipe what was read of purged records, and purged originals wherever they are kept; how many copies beside."""
    for id in ids:
        archive.echoes.forget_reading(id)
    sizes = {row["digest"]: row["size"] for row in archive.catalogue.originals() if row["digest"] in digests}
    copies = archive.cabinet.forget(digests)
    for digest in digests:
        archive.store.remove(digest)
        archive.echoes.forget_original(digest)
        archive.echoes.forget_rendition(digest)
        rendition = keeping.rendition_file(archive, digest)
        damaged = (archive.home.hidden / "damaged").glob(f"{digest[7:]}-*")
        for path in [path for path in (rendition, *damaged) if path.is_file()]:
            wipe_file(path)
        shutil.rmtree(archive.home.scratch / digest[7:39], ignore_errors=True)
    for folder in (archive.home.kept, archive.home.cabinet):
        for _, path in keeping.copies(folder, sizes):
            wipe_file(path)
            copies += 1
    if not archive.search_index.compact(archive.echoes):
        archive.search_index.rebuild(archive.echoes)
    archive.catalogue.scrub()
    return copies


def _holders(digest: str, records: Sequence[Record], ids: set[int]) -> list[int]:
    return [one.id for one in records if one.id not in ids and any(part.digest == digest for part in one.parts)]


def _outputs(archive: Archive, ids: set[int], sizes: dict[str, int]) -> list[str]:
    """Files in 输出 that hold the paper, copies and binders: they may be in use, so the office deals with them."""
    found = [path for _, path in keeping.copies(archive.home.output, sizes)]
    for binder in archive.catalogue.binders():
        if any(item["record"] in ids for item in binder.get("items", ())):
            found += [Path(path) for path in (binder["path"], binder["manifest"], *binder.get("extras", ()))]
    return list(dict.fromkeys(str(path) for path in found if path.exists()))


def _backups(archive: Archive, received: str) -> list[Json]:
    """Backups made since the paper came: they hold it still."""
    return [
        {"folder": event["about"]["folder"], "name": event["about"]["name"], "at": event["at"]}
        for event in archive.catalogue.events(("backed_up",))
        if event["at"] >= received
    ]
