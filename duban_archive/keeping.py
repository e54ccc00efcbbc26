"""Keeping: prove that nothing is lost or changed.

``repairing.py`` mends what this finds, ``backups.py`` copies, ``purging.py`` wipes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import backup_age
from duban_archive.adapters import inbox
from duban_archive.adapters.store import digest_of
from duban_archive.reading import Progress

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Tell = Callable[[Progress], None]

# "must": breaking one loses data. "should": an echo, made again by ``repair`` or the next run.
PROBLEMS = {
    "original_missing": "must",
    "original_changed": "must",
    "chain_broken": "must",
    "head_unknown": "must",
    "catalogue_damaged": "should",
    "catalogue_differs": "should",
    "journal_differs": "should",
    "original_unknown": "should",
    "kept_unknown": "should",
    "purged_left": "should",
    "not_read": "should",
    "rendition_differs": "should",
    "index_behind": "should",
    "index_unusable": "should",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is not as it must or should be; ``subject`` is the digest, path or number it is about."""

    what: str
    where: str
    subject: str = ""

    @property
    def must(self) -> bool:
        """Whether data is at stake."""
        return PROBLEMS[self.what] == "must"

    def as_json(self) -> dict[str, Any]:
        """With the keys that stay."""
        kind = PROBLEMS[self.what]
        return {"what": self.what, "where": self.where, "class": kind, "repairable": not self.must}


def verify(archive: Archive, *, head: str = "", tell: Tell | None = None) -> dict[str, Any]:
    """Re-hash every original, check the chain, compare with journal, rows, readings, renditions, 已归档 and index.

    ``head``: the head of the chain as it was once printed or backed up; it must be in the chain still.
    """
    return answer(archive, look(archive, head=head, tell=tell))


def answer(archive: Archive, problems: Iterable[Problem]) -> dict[str, Any]:
    """The document of ``verify``."""
    found = [problem.as_json() for problem in problems]
    return {
        "ok": not found,
        "originals": len([row for row in archive.catalogue.originals() if not row["purged"]]),
        "records": len([record for record in archive.catalogue.records() if record.state != "replaced"]),
        "purged": len([row for row in archive.catalogue.originals() if row["purged"]]),
        "head": archive.catalogue.head(),
        "problems": found,
        "backup": backup_age.last(archive),
        "backup_age": backup_age.age(archive),
    }


def look(
    archive: Archive, *, head: str = "", checked: dict[str, str] | None = None, tell: Tell | None = None
) -> list[Problem]:
    """Everything that is wrong. ``checked``: digest → state of originals just hashed, which are not hashed again."""
    checked = {} if checked is None else checked
    steps = (
        _catalogue(archive, head),
        _originals(archive, checked, tell),
        _purged(archive),
        _kept(archive, tell),
        _echoes(archive, tell),
    )
    return [problem for step in steps for problem in step]


def _catalogue(archive: Archive, head: str) -> Iterator[Problem]:
    """The file itself, the chain of events, the journal, and the rows against the events."""
    for fault in archive.catalogue.faults():
        yield Problem(what="catalogue_damaged", where=f"目录库 catalogue.sqlite:{fault}")
    broken = False
    for place, text in archive.catalogue.chain_problems():
        broken = broken or place == "catalogue"
        yield Problem(what="chain_broken" if place == "catalogue" else "journal_differs", where=text)
    if not broken:
        for row in archive.catalogue.row_problems():
            yield Problem(what="catalogue_differs", where=f"目录库里的 {row}", subject=row)
    if head and not any(event["hash"].startswith(head) for event in archive.catalogue.events()):
        yield Problem(what="head_unknown", where=f"链首 {head}", subject=head)


def _originals(archive: Archive, checked: dict[str, str], tell: Tell | None) -> Iterator[Problem]:
    """Every original that is named is there with its hash; every one that is there is named."""
    purged = purged_digests(archive)
    named = {row["digest"] for row in archive.catalogue.originals()} - purged
    holders: dict[str, list[int]] = {}
    for record in archive.catalogue.records():
        for part in record.parts:
            holders.setdefault(part.digest, []).append(record.id)
    wanted = sorted(named | holders.keys())
    for done, digest in enumerate(wanted, 1):
        if checked.get(digest) != "":
            checked[digest] = archive.store.check(digest)
        if fault := checked[digest]:
            where = f"{digest}(件 {'、'.join(map(str, holders.get(digest, []))) or '无'})"
            yield Problem(what=f"original_{fault}", where=where, subject=digest)
        if tell is not None:
            tell(Progress("核对原件", done, len(wanted)))
    for digest in archive.store.digests():
        if digest not in named and digest not in purged:
            yield Problem(what="original_unknown", where=digest, subject=digest)


def _purged(archive: Archive) -> Iterator[Problem]:
    """What a purge was killed over, or what came back: nothing of a purged original may be left."""
    read = archive.echoes.extracted_digests()
    for id in sorted(purged_records(archive) & archive.echoes.noted()):
        yield Problem(what="purged_left", where=f"件 {id} 读出的文字", subject=str(id))
    for digest in sorted(purged_digests(archive)):
        if archive.store.has(digest) or digest in read or rendition_file(archive, digest).exists():
            yield Problem(what="purged_left", where=digest, subject=digest)


def _kept(archive: Archive, tell: Tell | None) -> Iterator[Problem]:
    """What lies in 已归档 is in the archive: known by name, size and time, else by its hash."""
    files = archive.catalogue.files()
    met = {(row["file_name"], row["size"], row["mtime_ns"]) for row in files if row["digest"]}
    purged = purged_digests(archive)
    named = {row["digest"] for row in archive.catalogue.originals()}
    seen = [one for one in inbox.look(archive.home.kept) if one.size and not one.noise and not one.refused]
    for done, one in enumerate(seen, 1):
        if (one.name, one.size, one.mtime_ns) not in met:
            digest = digest_of(one.path)
            where = one.path.relative_to(archive.home.root).as_posix()
            if digest in purged:
                yield Problem(what="purged_left", where=where, subject=digest)
            elif digest not in named:
                yield Problem(what="kept_unknown", where=where, subject=where)
        if tell is not None:
            tell(Progress("核对已归档", done, len(seen)))


def _echoes(archive: Archive, tell: Tell | None) -> Iterator[Problem]:
    """What was made of the originals: readings, renditions, the index."""
    for id in archive.echoes.to_read():
        yield Problem(what="not_read", where=f"件 {id}", subject=str(id))
    made = archive.echoes.renditions()
    for done, (digest, row) in enumerate(sorted(made.items()), 1):
        path = rendition_file(archive, digest)
        if path.exists() and digest_of(path) != row["pdf"]:
            yield Problem(what="rendition_differs", where=f"{digest} 的可打印 PDF", subject=digest)
        if tell is not None:
            tell(Progress("核对可打印 PDF", done, len(made)))
    health = archive.search_index.health(archive.echoes, thorough=True)
    if not health.usable:
        yield Problem(what="index_unusable", where="检索索引")
    elif health.lag:
        yield Problem(what="index_behind", where=f"检索索引落后 {health.lag} 条")


def rendition_file(archive: Archive, digest: str) -> Path:
    """Where the rendition of an original is, if there is one."""
    return archive.home.renditions / f"{digest.removeprefix('sha256:')}.pdf"


def copies(folder: Path, digests: dict[str, int]) -> Iterator[tuple[str, Path]]:
    """Files below ``folder`` that are one of ``digests`` (with their sizes) byte for byte."""
    sizes = set(digests.values())
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.is_symlink() and path.stat().st_size in sizes:
            digest = digest_of(path)
            if digest in digests:
                yield digest, path


def purged_records(archive: Archive) -> set[int]:
    """Records of which only the tombstone is left."""
    return {id for event in archive.catalogue.events(("purged",)) for id in event["about"]["records"]}


def purged_digests(archive: Archive) -> set[str]:
    """Originals that were wiped."""
    return {row["digest"] for row in archive.catalogue.originals() if row["purged"]}
