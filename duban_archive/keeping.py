"""Keeping: prove that nothing is lost or changed, and mend what may be made again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duban_archive.archive import Archive

# "must": breaking one loses data. "should": an echo, made again by ``repair`` or the next run.
PROBLEMS = {
    "original_missing": "must",
    "original_changed": "must",
    "chain_broken": "must",
    "journal_differs": "should",
    "original_unknown": "should",
    "not_read": "should",
    "index_behind": "should",
    "index_unusable": "should",
}


def verify(archive: Archive) -> dict[str, Any]:
    """Re-hash every original, check the chain, compare with journal, readings and index; what is wrong, by class."""
    problems: list[dict[str, Any]] = []

    def say(what: str, where: str) -> None:
        kind = PROBLEMS[what]
        problems.append({"what": what, "where": where, "class": kind, "repairable": kind == "should"})

    originals = archive.catalogue.originals()
    named = {row["digest"]: row for row in originals if not row["purged"]}
    records = archive.catalogue.records()
    holders: dict[str, list[int]] = {}
    for record in records:
        for part in record.parts:
            holders.setdefault(part.digest, []).append(record.id)
    for digest in sorted(set(named) | set(holders)):
        where = f"{digest}(件 {'、'.join(map(str, holders.get(digest, []))) or '无'})"
        fault = archive.store.check(digest) if digest in named else "missing"
        if fault == "missing":
            say("original_missing", where)
        elif fault == "changed":
            say("original_changed", where)
    for digest in archive.store.digests():
        if digest not in named:
            say("original_unknown", digest)
    for place, text in archive.catalogue.chain_problems():
        say("chain_broken" if place == "catalogue" else "journal_differs", text)
    for id in archive.echoes.to_read():
        say("not_read", f"件 {id}")
    health = archive.search_index.health(archive.echoes)
    if not health.usable:
        say("index_unusable", "检索索引")
    elif health.lag:
        say("index_behind", f"检索索引落后 {health.lag} 条")
    return {
        "ok": not problems,
        "originals": len(named),
        "records": len([r for r in records if r.state != "replaced"]),
        "head": archive.catalogue.head(),
        "problems": problems,
    }


def repair(archive: Archive) -> dict[str, Any]:
    """Mend every "should": journal, readings, index; a "must" is reported and never touched without a copy."""
    archive.catalogue.sync_journal()
    mended = []
    before = verify(archive)["problems"]
    for _ in archive.work():
        pass
    if any(p["what"].startswith("index") for p in before):
        archive.search_index.rebuild(archive.echoes)
    after = verify(archive)
    left = {(p["what"], p["where"]) for p in after["problems"]}
    mended = [p for p in before if (p["what"], p["where"]) not in left]
    return {**after, "mended": mended}
