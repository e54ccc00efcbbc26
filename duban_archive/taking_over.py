"""Taking over a 移交包: nothing lost, nothing doubled; what this office decided before stays, the other's view is told.

Every original is proved against the bag's manifest and copied into the store before the records that name them are
entered, some at a time. Run again after a crash, it goes on where it stopped: what is here is already held.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core import handover
from duban_archive.core.handover import BadLine, Handed, HandedFiling
from duban_archive.core.model import Filing, Outcome, Part, Receipt, Record, Review, Standing, Told
from duban_archive.core.plainjson import to_json
from duban_archive.core.secrecy import mark_in_name
from duban_archive.handover import LIST

if TYPE_CHECKING:
    from duban_archive.adapters.bag import Bag
    from duban_archive.adapters.catalogue import Change
    from duban_archive.archive import Archive

Json = dict[str, Any]
_AT_ONCE = 48  # records in one transaction
_PAYLOAD = ("data/records.jsonl", f"data/{LIST}.docx", f"data/{LIST}.xlsx")
_FIELDS = {
    "title": "题名", "author": "责任者", "document_number": "文号", "dated": "成文日期", "unit": "单位",
    "period": "期间", "kind": "类别", "secrecy": "密级", "formation": "形成方式", "code": "编号",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Where the two offices do not agree; what this office has stays."""

    record: int | None
    title: str
    what: str


@dataclass(slots=True)
class _Run:
    """One import under way."""

    bag: Bag
    origin: str
    by_digest: Mapping[str, str]
    known: frozenset[int] = frozenset()  # their numbers that earlier bags brought
    here: dict[int, int] = field(default_factory=dict)  # their number → ours
    receipts: list[Receipt] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    good: dict[str, str] = field(default_factory=dict)  # digest → media type, for originals that are in the store now


class TakingOver:
    """One office's papers merged into another's archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def run(self, path: Path) -> Json:
        """Merge a bag into this archive; what ``handover import`` prints. Reading comes later (``archive.work``)."""
        from duban_archive.adapters import bag

        opened = bag.read(path, self.archive.home.scratch)
        try:
            origin = opened.info.get("External-Identifier", "").removeprefix("duban:") or opened.payload[bag.RECORDS]
            run = _Run(bag=opened, origin=origin[:32], by_digest=opened.originals())
            run.here = self._known(run.origin)
            run.known = frozenset(run.here)
            self._take_all(run, self._lines(run))
            self._strangers(run)
        finally:
            opened.close()
        return {
            "from": opened.info.get("Source-Organization", ""),
            "head": opened.info.get("Duban-Chain-Head", ""),
            "receipts": [answers.receipt(one) for one in run.receipts],
            "conflicts": [{"record": one.record, "title": one.title, "what": one.what} for one in run.conflicts],
        }

    def _lines(self, run: _Run) -> Iterator[tuple[int, Handed]]:
        for number, line in enumerate(run.bag.lines(), 1):
            if number > handover.MOST_LINES:
                run.receipts.append(_refused(f"{_PAYLOAD[0]}#{number}", "件数超过上限,其后的没有收"))
                return
            if not line.strip():
                continue
            try:
                yield number, handover.read_line(line)
            except BadLine as fault:
                run.receipts.append(_refused(f"{_PAYLOAD[0]}#{number}", f"这一件的著录看不懂({fault}),没有收"))

    def _take_all(self, run: _Run, lines: Iterator[tuple[int, Handed]]) -> None:
        group: list[tuple[int, Handed]] = []
        for one in lines:
            group.append(one)
            if len(group) >= _AT_ONCE:
                self._take_some(run, group)
                group = []
        self._take_some(run, group)

    def _take_some(self, run: _Run, group: list[tuple[int, Handed]]) -> None:
        """Originals into the store first, then the records that name them in one transaction."""
        refused = {number: self._store(run, line) for number, line in group}
        with self.archive.catalogue.together():
            for number, line in group:
                if refused[number]:
                    where = run.by_digest.get(line.digests[0], "") if line.digests else ""
                    run.receipts.append(_refused(where or f"{_PAYLOAD[0]}#{number}", refused[number]))
                else:
                    self._take(run, number, line)

    def _store(self, run: _Run, line: Handed) -> str:
        """Prove and keep a record's originals; why the record cannot be taken, else ``""``."""
        if not line.parts and line.place is None:
            return "既没有原件,也没有存放处,没有收"
        for part in line.parts:
            if mark := mark_in_name(part.file_name, part.folder):
                return f"“{part.file_name}”标有“{mark}”:涉密文件不能放进督档,没有收"
            if self.archive.catalogue.is_purged(part.digest):
                return "这份文件在本档案中已按规定清除过,不再收"
        for part in line.parts:
            if part.digest in run.good:
                continue
            if part.digest not in run.by_digest:
                return f"原件“{part.file_name}”不在包里,这一件没有收"
            where = run.by_digest[part.digest]
            if why := run.bag.fault(where):
                return f"原件“{part.file_name}”{why};这一件没有收"
            kept = self.archive.store.put(run.bag.place(where))
            if kept.digest != part.digest:
                return f"原件“{part.file_name}”在读取时变了,这一件没有收"
            run.good[part.digest] = self.archive.sniff(part.digest, part.file_name)
        return ""

    def _take(self, run: _Run, number: int, line: Handed) -> None:
        held = self._held(run, line)
        if held is None:
            self._add(run, number, line)
            return
        run.here[line.record] = held.id
        why = f"已有 {held.id} 号件,不重复收"
        added = self._join(run, line, held)
        for where in self._paths(run, number, line):
            run.receipts.append(
                Receipt(path=where, outcome=Outcome.ALREADY_HELD, record=held.id, why=why + added)
            )  # fmt: skip

    def _held(self, run: _Run, line: Handed) -> Record | None:
        """The record here that is this one: brought by an earlier bag, of the same originals, or the same place."""
        catalogue = self.archive.catalogue
        if line.record in run.here:
            found = [one for one in catalogue.records([run.here[line.record]]) if one.parts or one.place]
            if found and found[0].state not in ("replaced",):
                return found[0]
        if line.parts:
            ids = {id for digest in line.digests for id in catalogue.holders(digest)}
            standing = [one for one in catalogue.records(ids) if one.state != "replaced"] if ids else []
            same = [one for one in standing if _shape(one.parts) == _shape(line.parts)]
            if same:
                return same[0]
            whole = [one for one in standing if set(line.digests) <= {p.digest for p in one.parts}]
            if whole:
                what = f"对方的 {line.record} 号件与本处的组成不同,保留本处的"
                run.conflicts.append(Conflict(record=whole[0].id, title=line.title, what=what))
                return whole[0]
            return None
        where = line.place.where if line.place else ""
        id = self._on_shelves.get((line.title, where))
        return catalogue.record(id) if id else None

    def _add(self, run: _Run, number: int, line: Handed) -> None:
        from duban_archive.intake import new_record

        archive = self.archive
        partly = {id for digest in line.digests for id in archive.catalogue.holders(digest)}
        with archive.catalogue.change("taken_over", archive.by, origin=run.origin) as change:
            id = change.next_id("records")
            parts = tuple(self._part(change, run, part) for part in line.parts)
            row = new_record(
                id, parts, line.received[:40] or archive.now(), parent=run.here.get(line.parent or -1),
                version_of=run.here.get(line.version_of or -1),
            )  # fmt: skip
            told = {name: _told(value) for name, value in line.told.items() if value}
            if not parts:
                told.setdefault("title", _told(line.title or f"{line.record}号件"))
            place = to_json(line.place) if line.place else None
            change.put("records", {"id": id}, {**row, "told": told, "place": place, "final": line.final})
            for part, where in zip(parts, self._paths(run, number, line), strict=False):
                file = change.next_id("files")
                file_row = {
                    "id": file, "path": f"移交包/{run.origin[:8]}/{where}", "folder": part.folder,
                    "file_name": part.file_name, "size": part.size, "mtime_ns": 0, "digest": part.digest, "record": id,
                    "state": "kept", "why": "", "seen": archive.now(),
                }  # fmt: skip
                change.put("files", {"id": file}, file_row)
            for filing in self._filings(run, line, id, ()):
                _put_filing(change, filing)
            change.enter("handed_over", f"{run.origin}/{line.record}", {"record": id})
        run.here[line.record] = id
        if line.place is not None and not parts:
            self._on_shelves[line.title, line.place.where] = id
        also = f";其中有原件也在 {'、'.join(f'#{one}' for one in sorted(partly))}" if partly else ""
        if partly:
            what = f"部分原件本处已在 {'、'.join(map(str, sorted(partly)))} 号件中,请看是否重复"
            run.conflicts.append(Conflict(record=id, title=line.title, what=what))
        for where in self._paths(run, number, line):
            run.receipts.append(
                Receipt(path=where, outcome=Outcome.NEW, record=id, why=f"已收为 {id} 号件{also}")
            )  # fmt: skip

    def _part(self, change: Change, run: _Run, part: Part) -> Part:
        with self.archive.store.local(part.digest) as path:
            size = path.stat().st_size
        media_type = run.good[part.digest]
        if change.row("originals", digest=part.digest) is None:
            row = {
                "digest": part.digest, "size": size, "media_type": media_type, "stored": self.archive.now(),
                "purged": "",
            }  # fmt: skip
            change.put("originals", {"digest": part.digest}, row)
        return replace(part, size=size, media_type=media_type)

    def _join(self, run: _Run, line: Handed, held: Record) -> str:
        """What the other office decided of a record that is here too; what was added, in words."""
        if held.state == "withdrawn":
            run.conflicts.append(Conflict(record=held.id, title=line.title, what="本处已撤出此件,仍保持撤出"))
            return ""
        fresh = self._filings(run, line, held.id, held.filings)
        told = {
            name: value
            for name, value in line.told.items()
            if value and not self._is_ours(run, line, held, name, value)
        }
        if fresh or told or line.record not in run.known:
            with self.archive.catalogue.change("taken_over", self.archive.by, origin=run.origin) as change:
                for filing in fresh:
                    _put_filing(change, filing)
                if told:
                    row = change.row("records", id=held.id)
                    assert row is not None
                    words = {**row["told"], **{name: _told(value) for name, value in told.items()}}
                    change.put("records", {"id": held.id}, {**row, "told": words})
                change.enter("handed_over", f"{run.origin}/{line.record}", {"record": held.id})
        return f";补上归类 {len(fresh)} 项" if fresh else ""

    def _is_ours(self, run: _Run, line: Handed, held: Record, name: str, value: str) -> bool:
        """Whether a person here has already said what the other office says differently, or the same."""
        own = getattr(held.description, name, None)
        if own is None or own.source != "person":
            return False
        if own.value != value:
            what = f"{_FIELDS.get(name, name)}不同:本处“{own.value}”,对方“{value}”;保留本处的"
            run.conflicts.append(Conflict(record=held.id, title=line.title, what=what))
        return True

    def _filings(self, run: _Run, line: Handed, id: int, own: tuple[Filing, ...]) -> list[Filing]:
        """The other office's filings that this one's checklist knows and nobody here decided otherwise."""
        decided = {(f.requirement, f.unit, f.period): f for f in own if f.standing is not Standing.PROPOSED}
        fresh = []
        for given in line.filings:
            filing = self._here(given, id)
            if filing is None:
                where = f"“{given.title or given.requirement}”({given.unit_name or given.unit})"
                what = f"对方归在{where},本处指标体系没有这一项"
                run.conflicts.append(Conflict(record=id, title=line.title, what=what))
                continue
            mine = decided.get((filing.requirement, filing.unit, filing.period))
            if mine is None:
                fresh.append(filing)
                continue
            where = f"{self.archive.index.code_of(filing.requirement)} {self.archive.index.unit_name(filing.unit)}"
            if mine.standing is Standing.REJECTED:
                run.conflicts.append(Conflict(record=id, title=line.title, what=f"对方归在 {where},本处定为不归此项"))
            elif mine.review is Review.RETURNED:
                run.conflicts.append(Conflict(record=id, title=line.title, what=f"对方归在 {where},本处已退回补正"))
        return fresh

    def _here(self, given: HandedFiling, id: int) -> Filing | None:
        """A filing in this office's words; ``None`` where it has no such slot."""
        index = self.archive.index
        unit = given.unit if given.unit in index.units else ""
        if unit and given.unit_name and index.unit_name(unit) != given.unit_name:
            unit = ""  # the same short id may be another unit there
        if not unit:
            unit = next((u.id for u in index.checklist.units if given.unit_name in (u.name, *u.aliases)), "")
        if (given.requirement, unit, given.period) not in self._slots:
            return None
        return Filing(
            record=id, requirement=given.requirement, unit=unit, period=given.period, pages=given.pages,
            standing=Standing.CONFIRMED, review=Review.WAITING if self.archive.settings.review == "on" else None,
            because=(f"移交时已由{given.by or '对方'}归在此项",), by=self.archive.by, at=self.archive.now(),
        )  # fmt: skip

    @functools.cached_property
    def _on_shelves(self) -> dict[tuple[str, str], int]:
        """(title, place) → record, of papers and objects without a file."""
        shelved = (r for r in self.archive.records() if not r.parts and r.place)
        return {(r.title, r.place.where): r.id for r in shelved if r.place}

    @functools.cached_property
    def _slots(self) -> frozenset[tuple[str, str, str]]:
        return frozenset((s.requirement, s.unit, s.period) for s in self.archive.slots)

    def _known(self, origin: str) -> dict[int, int]:
        """Their number → ours, of what earlier bags of the same office brought."""
        found = {}
        for name, row in self.archive.catalogue.entries("handed_over").items():
            of, _, number = name.partition("/")
            if of == origin and number.isdigit():
                found[int(number)] = int(row["record"])
        return found

    def _paths(self, run: _Run, number: int, line: Handed) -> list[str]:
        return [run.by_digest[digest] for digest in line.digests] or [f"{_PAYLOAD[0]}#{number}"]

    def _strangers(self, run: _Run) -> None:
        """Payload that is no original of a record: templates, settings and whatever else is never taken in."""
        named = {receipt.path for receipt in run.receipts}
        for path in sorted(run.bag.payload):
            if path in named or path in _PAYLOAD:
                continue
            inside = path.startswith("data/originals/")
            why = "没有著录提到这份原件,没有收" if inside else "移交包只带材料,不带模板、设置和其他文件,没有收"
            run.receipts.append(_refused(path, why))


def _shape(parts: tuple[Part, ...]) -> tuple[Any, ...]:
    """What makes two records the same paper: the same originals, the same pages of them, in the same order."""
    return tuple((part.digest, part.only_pages, part.only_sheets) for part in parts)


def _told(value: str) -> Json:
    told: Json = to_json(Told(value=value, source="person", confidence=1.0))
    return told


def _put_filing(change: Change, filing: Filing) -> None:
    key = {"record": filing.record, "requirement": filing.requirement, "unit": filing.unit, "period": filing.period}
    change.put("filings", key, {**key, "filing": to_json(filing)})


def _refused(path: str, why: str) -> Receipt:
    return Receipt(path=path, outcome=Outcome.REFUSED, why=why)
