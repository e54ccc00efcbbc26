"""模拟验收: draw, note what was seen, print the 抽查核查单; what was not there goes into the ledger."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core.ledger import Problem
from duban_archive.core.model import GapState
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.sample import RESULT_WORDS, Item, Sample, draw
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_REGISTER = "samples"
_SORTS = {"slot": "材料", "unit": "学校", "person": "人员"}
_MOST = 500
_SCHOOL = re.compile("小学|初中|高中|中学|学校|幼儿园|教学点|完中|职中|完小")


class Samples:
    """The rehearsals of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def draw(
        self, *, slots: int = 10, units: int = 0, people: int = 0, seed: int | None = None, unit: str = ""
    ) -> tuple[int, Sample]:
        """Draw a rehearsal; ``unit`` (an id) keeps to one school; without a seed one is drawn and kept with it."""
        if min(slots, units, people) < 0 or not 0 < slots + units + people <= _MOST:
            raise UsageError("没有写抽多少。", f"例如:duban sample --slots 10 --people 5;一次最多 {_MOST} 项。")
        archive = self.archive
        chosen = random.SystemRandom().randrange(1, 1_000_000) if seed is None else seed
        there = [u for u in archive.checklist.units if unit in ("", u.id) and not u.placeholder and not u.closed]
        schools = [u.id for u in there if _SCHOOL.search(u.kind or u.name)] or [u.id for u in there]
        drawn = draw(schools, units, seed=chosen, what="unit")
        within = {unit} if unit else set(drawn)  # a school that is drawn is asked for its own papers
        items = [Item(sort="unit", words=f"到校查看:{archive.index.unit_name(id)}", unit=id) for id in drawn]
        items += self._slots(slots, within, chosen, only=bool(unit))
        items += self._people(people, within, chosen)
        if not items:
            raise UsageError("没有可抽的。", "还没有应收项,也没有读到花名册;请先收文件。")
        sample = Sample(seed=chosen, at=archive.today, by=archive.by, items=tuple(items))
        what = f"模拟验收(抽签号 {chosen})"
        with archive.catalogue.change("entered", archive.by, register=_REGISTER, what=what) as change:
            number = change.next_number(_REGISTER)
            change.enter(_REGISTER, str(number), to_json(sample))
        return number, sample

    def _slots(self, count: int, within: set[str], seed: int, *, only: bool) -> list[Item]:
        index = self.archive.index
        asked = [s for s in self.archive.gaps() if s.state is not GapState.NOT_APPLICABLE]
        own = [s for s in asked if not within or s.slot.unit in within]
        others = [s for s in asked if within and not only and s.slot.unit not in within]
        drawn = draw(own, count, seed=seed, what="slot")
        items = []
        for state in (*drawn, *draw(others, count - len(drawn), seed=seed, what="further slot")):
            slot, requirement = state.slot, index.requirements[state.slot.requirement]
            period = answers.period(slot.period)
            words = f"{index.code_of(slot.requirement)} {requirement.title}({index.unit_name(slot.unit)},{period})"
            items.append(
                Item(
                    sort="slot", words=words, unit=slot.unit, requirement=slot.requirement, period=slot.period,
                    record=state.held[0] if state.held else None,
                )
            )  # fmt: skip
        return items

    def _people(self, count: int, within: set[str], seed: int) -> list[Item]:
        if not count:
            return []
        from duban_archive import consistency

        rosters = consistency.gather(self.archive).rosters
        latest: dict[str, str] = {}
        for roster in rosters:
            latest[roster.unit] = max(latest.get(roster.unit, ""), roster.period)
        newest = [roster for roster in rosters if roster.period == latest[roster.unit]]
        chosen = [roster for roster in newest if roster.unit in within] or newest
        candidates = [(roster, person) for roster in chosen for person in roster.people]
        if not candidates:
            raise UsageError("没有读到花名册,不能抽人。", "请先收花名册(有“姓名”一栏的表),或不写 --people。")
        items = []
        for roster, person in draw(candidates, count, seed=seed, what="person"):
            at = "".join(filter(None, (person.grade or roster.grade, person.class_ or roster.class_)))
            words = f"{person.name}{f'({at})' if at else ''},《{roster.spot.paper}》第 {person.row} 行"
            items.append(Item(sort="person", words=words, unit=roster.unit, record=roster.spot.record))
        return items

    # --- what was seen ----------------------------------------------------------------------------------------

    def mark(self, number: int, item: int, result: str, *, seconds: int | None = None, note: str = "") -> Sample:
        """Note what came of an item; 未见 and 不符 become rows of the ledger, in the same decision."""
        archive, sample = self.archive, self.sample(number)
        if not 1 <= item <= len(sample.items):
            raise UsageError(f"第 {number} 次模拟验收没有第 {item} 项。", f"它有 {len(sample.items)} 项。")
        code = next((c for c, word in RESULT_WORDS.items() if result in (c, word)), "")
        if not code:
            raise UsageError(f"没有“{result}”这种结果。", "可用:见到、未见、不符。")
        old = sample.items[item - 1]
        new = replace(old, result=code, seconds=seconds, note=note.strip(), by=archive.by)
        with archive.catalogue.together():
            if code != "seen" and old.problem is None:
                new = replace(new, problem=archive.ledger.add(self._problem(number, item, new)))
            sample = sample.marked(item, new)
            what = f"模拟验收第 {number} 次第 {item} 项{RESULT_WORDS[code]}"
            with archive.catalogue.change("entered", archive.by, register=_REGISTER, what=what) as change:
                change.enter(_REGISTER, str(number), to_json(sample))
        return sample

    @staticmethod
    def _problem(number: int, at: int, item: Item) -> Problem:
        said = f"模拟验收{RESULT_WORDS[item.result]}:{item.words}"
        return Problem(
            text=f"{said}。{item.note}" if item.note else said,
            source="sample",
            unit=item.unit,
            basis=(item.requirement,) if item.requirement else (),
            finding=f"sample:{number}:{at}",
        )

    def sample(self, number: int) -> Sample:
        """One rehearsal; ``UsageError`` when there is none of this number."""
        found = self.archive.catalogue.entries(_REGISTER).get(str(number))
        if found is None:
            raise UsageError(f"没有第 {number} 次模拟验收。", "请用 duban sample list 查看。")
        return from_json(Sample, found)

    def samples(self) -> dict[int, Sample]:
        """All rehearsals by number."""
        return {int(n): from_json(Sample, e) for n, e in self.archive.catalogue.entries(_REGISTER).items()}

    def document(self, number: int, sample: Sample) -> Json:
        """A rehearsal with where each item should be found."""
        from duban_archive import finding

        held = {item.record for item in sample.items if item.record is not None}
        records = {r.id: r for r in self.archive.catalogue.records(held)} if held else {}
        rows = []
        for at, item in enumerate(sample.items, 1):
            record = records.get(item.record or 0)
            place = finding.place_of(self.archive, record) if record else {"binder": None, "place": None}
            rows.append({
                **asdict(item), "item": at, "sort_word": _SORTS[item.sort],
                "result_word": RESULT_WORDS.get(item.result, ""), "title": record.title if record else "", **place,
                "unit_name": self.archive.index.unit_name(item.unit),
            })  # fmt: skip
        return {
            "number": number, "seed": sample.seed, "at": sample.at, "by": sample.by, "items": rows,
            "counts": {word: sample.counts[code] for code, word in (("", "waiting"), *((r, r) for r in RESULT_WORDS))},
        }  # fmt: skip

    # --- on paper ---------------------------------------------------------------------------------------------

    def pack(self, unit: str, out: Path) -> Json:
        """抽校包 for a school drawn the night before: its papers with the master's page numbers, its list of
        materials with what it still owes, and a 抽查核查单 for it alone."""
        from duban_archive.printing import Selection

        name = self.archive.index.unit_name(unit)
        out.mkdir(parents=True, exist_ok=True)
        (binder,) = self.archive.printing.bind(out=out, selection=Selection(recipient="到校查看", unit=name))["binders"]
        papers = self.archive.readiness.papers(out, unit=unit)
        number, _ = self.draw(slots=10, unit=unit)
        sheet = out / "抽查核查单.docx"
        self.sheet(number, sheet)
        return {
            "unit": unit, "unit_name": name, "path": str(out), "binder": binder["path"], "pages": binder["pages"],
            "papers": [str(path) for path in (*papers, sheet)], "sample": number, "verdict": binder["verdict"]["ok"],
        }  # fmt: skip

    def sheet(self, number: int, path: Path) -> None:
        """抽查核查单 as .docx, with the results that are known and room for the others."""
        from duban_archive.adapters import sheets
        from duban_archive.core.progress import short_title

        if path.suffix.lower() != ".docx":
            raise UsageError(f"不会写“{path.suffix}”这种文件。", "抽查核查单请写成 .docx。")
        document = self.document(number, self.sample(number))
        checklist = self.archive.checklist
        facts = {
            "表名": f"{short_title(checklist.title)}抽查核查单",
            "编制单位": checklist.office or checklist.issuer,
            "编号": f"第 {number} 次",
            "抽签号": str(document["seed"]),
            "日期": document["at"][:10],
            "版本说明": f"{checklist.id} {checklist.version}",
            "抽查": [
                {
                    "序号": str(row["item"]),
                    "类别": row["sort_word"],
                    "内容": row["words"],
                    "应在": _where(row),
                    "结果": row["result_word"] or "□见到 □未见 □不符",
                    "用时": f"{row['seconds']}秒" if row["seconds"] is not None else "",
                    "备注": row["note"],
                }
                for row in document["items"]
            ],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sheets.fill(sheets.find("抽查核查单", (self.archive.home.templates,)), facts))


def _where(row: Json) -> str:
    binder, place = row["binder"], row["place"]
    words: Sequence[str] = [
        f"{binder['volume']} 第 {binder['page']} 页" if binder else "",
        place or "",
        f"{row['record']} 号件" if row["record"] else "",
    ]
    return ";".join(filter(None, words)) or ("现场" if row["sort"] == "unit" else "没有收到")
