"""整改台账: problems from checks, gaps, rehearsals and evaluators, followed until they are struck off."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core import ledger
from duban_archive.core.feedback import read_items
from duban_archive.core.ledger import KINDS, SOURCES, STATE_WORDS, NotYet, Problem, ProblemState
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import UsageError
from duban_archive.words import STATE_WORDS as GAP_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_REGISTER = "ledger"
_LONGEST = 2000
_DEADLINE = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日\s*(?:前|以前|之前)")
_GAPS = ("missing", "too_few", "returned", "defective", "expired")
_SHEET = (
    ("序号", 6), ("问题", 34), ("来源", 9), ("文号", 14), ("轮次", 8), ("依据指标", 12), ("类别", 11),
    ("整改措施", 28), ("责任单位", 14), ("责任人", 9), ("完成时限", 11), ("整改结果", 26), ("佐证及页码", 24),
    ("整改前后照片", 12), ("状态", 12), ("销号人", 9), ("销号日期", 11),
)  # fmt: skip


class Ledger:
    """The ledger of one archive; a problem's number is never given again."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    # --- entering ---------------------------------------------------------------------------------------------

    def add(self, problem: Problem) -> int:
        """Enter a problem; its number."""
        return self._enter([self._sound(problem)], what=problem.text)[0]

    def change(self, number: int, **words: Any) -> Problem:
        """Correct what stands on a row: text, measure, unit, person, due, kind, basis …"""
        if not words:
            raise UsageError("没有写要改什么。", "例如:duban ledger set 3 --measure 补盖公章 --due 2015-10-30")
        return self._put(number, self._sound(replace(self.problem(number), **words)))

    def read_feedback(self, path: Path) -> Json:
        """The numbered lines of a notice (docx, pdf, txt…): ``problems`` and ``others``; nothing is entered."""
        from duban_archive import trial

        extracted = trial.read_one(self.archive, path)
        if not extracted.readable:
            why = ";".join(note.text for note in extracted.notes) or "读不出文字"
            raise UsageError(f"“{path.name}”{why}。", "请换成能打开的 Word 或文本文件,或用 duban ledger add 逐条登记。")
        lines = [line for passage in extracted.passages for line in passage.text.splitlines()]
        items = read_items(lines)
        if not items:
            raise UsageError(
                f"“{path.name}”里没有找到编了号的条目。",
                "请在每个问题前写上 1、2、3……,或用 duban ledger add 逐条登记。",
            )
        return {
            "problems": [{"text": i.text, "heading": i.heading} for i in items if i.is_problem],
            "others": [{"text": i.text, "heading": i.heading} for i in items if not i.is_problem],
        }

    def take_feedback(self, path: Path, about: Problem) -> Json:
        """Enter every problem of a notice, with what ``about`` says of all of them; what was left out stands beside."""
        read = self.read_feedback(path)
        held = {p.text for p in self.problems().values() if p.source == about.source}
        fresh = [one for one in read["problems"] if one["text"][:_LONGEST] not in held]
        due = about.due or next((d for one in read["others"] if (d := self._due_in(one["text"]))), "")
        problems = [
            self._sound(
                replace(
                    about, text=one["text"][:_LONGEST], unit=about.unit or self._unit_in(one["text"]),
                    due=about.due or self._due_in(one["text"]) or due,
                )
            )
            for one in fresh
        ]  # fmt: skip
        numbers = self._enter(problems, what=f"反馈意见 {path.name}") if problems else []
        return {
            "entered": [self.document(n, p) for n, p in zip(numbers, problems, strict=True)],
            "already": len(read["problems"]) - len(fresh),
            "left_out": read["others"],
        }

    def gather(self, *, gaps: bool = True, findings: bool = True) -> Json:
        """Enter what the checks and the gaps show and the ledger does not hold yet; each once.

        ``gone``: open rows whose finding or gap is no longer there: they may be put right and struck off.
        """
        wanted = [*(self._of_findings(counted=not gaps) if findings else ()), *(self._of_gaps() if gaps else ())]
        problems = self.problems()
        held = {p.finding for p in problems.values() if p.state is not ProblemState.CLOSED}
        fresh = [problem for problem in wanted if problem.finding not in held]
        numbers = self._enter(fresh, what="核对结果和缺项") if fresh else []
        seen = {problem.finding for problem in wanted}
        looked = {*(("check",) if findings else ()), *(("gap",) if gaps else ())}
        gone = [
            n for n, p in problems.items()
            if p.finding and p.source in looked and p.state is ProblemState.OPEN and p.finding not in seen
        ]  # fmt: skip
        return {"entered": [self.document(n, p) for n, p in zip(numbers, fresh, strict=True)], "gone": gone}

    def _of_findings(self, *, counted: bool) -> Iterable[Problem]:
        """``counted``: also the one that only counts the gaps; where each gap is a row, it would say them twice."""
        families = {card.name: card.family for card in self.archive.checks.cards()}
        for one in self.archive.checks.run().findings:
            if one.explained is None and one.severity != "hint" and (counted or one.rule != "complete"):
                yield Problem(
                    text=one.message,
                    source="check",
                    basis=tuple(one.source)[:3],
                    unit=one.units[0] if len(one.units) == 1 else "",
                    proofs=(),
                    finding=one.key,
                    inside=families.get(one.rule) == "authenticity",
                )

    def _of_gaps(self) -> Iterable[Problem]:
        index = self.archive.index
        lacking: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for state in self.archive.gaps():
            if state.state.value in _GAPS and (state.overdue or state.state.value != "missing"):
                lacking[state.slot.requirement, state.slot.unit].append(state)
        for (requirement, unit), states in lacking.items():
            periods = "、".join(answers.period(s.slot.period) for s in states)
            words = "、".join(dict.fromkeys(GAP_WORDS[s.state.value] for s in states))
            title = f"《{index.requirements[requirement].title}》({periods})"
            yield Problem(
                text=f"缺{title}" if words == GAP_WORDS["missing"] else f"{title}{words}",
                source="gap",
                basis=(requirement,),
                unit=unit,
                due=min((s.due for s in states if s.due >= self.archive.today), default=""),
                finding=f"gap:{requirement}:{unit}",
            )

    def _enter(self, problems: Sequence[Problem], *, what: str) -> list[int]:
        archive, numbers = self.archive, []
        with archive.catalogue.change(
            "entered", archive.by, register=_REGISTER, what=f"整改台账 {what[:40]}"
        ) as change:
            for problem in problems:
                number = change.next_number(_REGISTER)
                stamped = replace(problem, by=archive.by, at=self._now)
                change.enter(_REGISTER, str(number), to_json(stamped))
                numbers.append(number)
        return numbers

    def _sound(self, problem: Problem) -> Problem:
        text = problem.text.strip()
        if not text:
            raise UsageError("没有写是什么问题。", "例如:duban ledger add 三小2014年台账没有盖章 --unit 第三小学")
        if len(text) > _LONGEST:
            raise UsageError(f"问题有 {len(text)} 个字,太长了。", f"请写在 {_LONGEST} 字以内。")
        for word, known, name in ((problem.source, SOURCES, "来源"), (problem.kind, KINDS, "类别")):
            if word not in known:
                raise UsageError(f"没有“{word}”这种{name}。", f"可用:{'、'.join(known.values())}。")
        if problem.due:
            try:
                datetime.date.fromisoformat(problem.due)
            except ValueError:
                raise UsageError(f"没有“{problem.due}”这个日期。", "时限请写成 2015-10-30 的样子。") from None
        self._must_be_there((*problem.proofs, *problem.before, *problem.after))
        return replace(problem, text=text)

    def _must_be_there(self, ids: Iterable[int]) -> None:
        for id in set(ids):
            self.archive.catalogue.record(id)

    def _unit_in(self, text: str) -> str:
        """The one unit a text names, else ``""``."""
        from duban_archive.core.units import UnitNames

        found = {mention.unit for mention in UnitNames(self.archive.checklist).find(text) if not mention.place}
        return found.pop() if len(found) == 1 else ""

    def _due_in(self, text: str) -> str:
        """The deadline a sentence sets (11月10日前), of this year unless it names one; else ``""``."""
        found = _DEADLINE.search(text)
        if not found:
            return ""
        year = found[1] or self.archive.today[:4]
        day = f"{year}-{int(found[2]):02}-{int(found[3]):02}"
        try:
            return datetime.date.fromisoformat(day).isoformat()
        except ValueError:
            return ""

    # --- following --------------------------------------------------------------------------------------------

    def put_right(
        self, number: int, words: str, *, proofs: tuple[int, ...] = (), after: tuple[int, ...] = ()
    ) -> Problem:
        """整改结果, with the papers and the photos that prove it."""
        if not words.strip():
            raise UsageError("没有写整改结果。", "例如:duban ledger result 3 已补盖公章 --record 21")
        self._must_be_there((*proofs, *after))
        return self._step(number, ledger.put_right, words=words.strip(), proofs=proofs, after=after)

    def close(self, number: int, words: str = "") -> Problem:
        """销号, by another person than the one who entered the result."""
        return self._step(number, ledger.close, words=words)

    def reopen(self, number: int, words: str) -> Problem:
        """反弹: found again when looking back."""
        if not words.strip():
            raise UsageError("没有写怎样反弹。", "例如:duban ledger reopen 3 --reason 回头看时又缺页")
        return self._step(number, ledger.reopen, words=words.strip())

    def remind(self, number: int, words: str = "") -> Problem:
        """A reminder; the second one without a result asks for a report (问责提示)."""
        return self._step(number, ledger.remind, words=words)

    def _step(self, number: int, step: Any, **words: Any) -> Problem:
        try:
            problem = step(self.problem(number), by=self.archive.by, at=self._now, **words)
        except NotYet as fault:
            raise UsageError(f"第 {number} 号:{fault}。", "台账没有改动;请用 duban ledger show 查看。") from fault
        return self._put(number, problem)

    @property
    def _now(self) -> str:
        """This minute, of the day that the archive works on."""
        return f"{self.archive.today}T{self.archive.now()[11:16]}"

    def _put(self, number: int, problem: Problem) -> Problem:
        archive, what = self.archive, f"整改台账第 {number} 号"
        with archive.catalogue.change("entered", archive.by, register=_REGISTER, what=what) as change:
            change.enter(_REGISTER, str(number), to_json(problem))
        return problem

    # --- reading ----------------------------------------------------------------------------------------------

    def problems(self) -> dict[int, Problem]:
        """All rows by number."""
        return {int(n): from_json(Problem, e) for n, e in self.archive.catalogue.entries(_REGISTER).items()}

    def problem(self, number: int) -> Problem:
        """One row; ``UsageError`` when there is none of this number."""
        found = self.problems().get(number)
        if found is None:
            raise UsageError(f"台账里没有第 {number} 号。", "请用 duban ledger show 查看已登记的问题。")
        return found

    def documents(self, *, unit: str = "", still_open: bool = False, inside: bool = True) -> list[Json]:
        """The rows as ``ledger show`` prints them; ``inside=False`` leaves out the office's own doubts."""
        return [
            self.document(number, problem)
            for number, problem in self.problems().items()
            if unit in ("", problem.unit)
            and (not still_open or problem.state is not ProblemState.CLOSED)
            and (inside or not problem.inside)
        ]

    def document(self, number: int, problem: Problem) -> Json:
        """A row with its words, its days left and where its proofs are printed."""
        from duban_archive import finding

        closed, left = problem.closed, problem.days_left(self.archive.today)
        held = {r.id: r for r in self.archive.catalogue.records(problem.proofs)} if problem.proofs else {}
        proofs = [
            {"record": id, "title": held[id].title, **finding.place_of(self.archive, held[id])}
            for id in problem.proofs
            if id in held
        ]
        return {
            **asdict(problem),
            "number": number,
            "state": problem.state.value,
            "state_word": STATE_WORDS[problem.state.value],
            "source_word": SOURCES[problem.source],
            "kind_word": KINDS[problem.kind],
            "unit_name": self.archive.index.unit_name(problem.unit),
            "codes": [self._code(id) for id in problem.basis],
            "proofs": proofs,
            "days_left": left,
            "overdue": left is not None and left < 0,
            "closed": asdict(closed) if closed else None,
            "reminders": problem.reminders,
            "rebounds": problem.rebounds,
            "to_report": problem.to_report,
        }

    def _code(self, id: str) -> str:
        index = self.archive.index
        return index.code_of(id) if id in index.requirements else id

    def summary(self, documents: Sequence[Json]) -> Json:
        """How many stand where."""
        counts = answers.count(one["state"] for one in documents)
        overdue = sum(one["overdue"] for one in documents)
        to_report = [one["number"] for one in documents if one["to_report"]]
        return {"states": counts, "overdue": overdue, "to_report": to_report, "total": len(documents)}

    # --- on paper ---------------------------------------------------------------------------------------------

    def export(self, path: Path, *, unit: str = "", inside: bool = False) -> Json:
        """The ledger as .xlsx (a sheet for all, one for each unit) or .docx; doubts only when ``inside``."""
        documents = self.documents(unit=unit, inside=inside)
        kept_back = len(self.documents(unit=unit)) - len(documents)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".docx":
            self._as_document(path, documents, unit)
        elif path.suffix.lower() == ".xlsx":
            self._as_workbook(path, documents, unit)
        else:
            raise UsageError(f"不会写“{path.suffix}”这种文件。", "请写成 .xlsx 或 .docx。")
        return {"path": str(path), "rows": len(documents), "kept_back": kept_back}

    def _title(self, unit: str) -> str:
        from duban_archive.core.progress import short_title

        name = f"({self.archive.index.unit_name(unit)})" if unit else ""
        return f"{short_title(self.archive.checklist.title)}问题整改台账{name}"

    def _as_workbook(self, path: Path, documents: Sequence[Json], unit: str) -> None:
        from duban_archive.adapters import table_sheet
        from duban_archive.adapters.table_sheet import Sheet

        wide = [n for n, (_, width) in enumerate(_SHEET) if width > 12]

        def sheet(name: str, title: str, rows: Sequence[Json]) -> Sheet:
            late = frozenset(n for n, one in enumerate(rows) if one["overdue"] or one["to_report"])
            listed = [_row(one) for one in rows]
            return Sheet(name=name, title=title, columns=_SHEET, rows=listed, left=wide, marked=late)

        sheets = [sheet("整改台账", self._title(unit), documents)]
        names: dict[str, int] = {}
        by_unit = {one["unit"]: one["unit_name"] for one in documents if one["unit"]}
        for id, name in by_unit.items() if not unit else ():
            tab = "".join(c for c in name if c not in "[]:*?/\\")[:28] or id
            names[tab] = names.get(tab, 0) + 1
            tab = tab if names[tab] == 1 else f"{tab}{names[tab]}"
            sheets.append(sheet(tab, self._title(id), [one for one in documents if one["unit"] == id]))
        table_sheet.write(path, sheets)

    def _as_document(self, path: Path, documents: Sequence[Json], unit: str) -> None:
        from duban_archive.adapters import sheets

        checklist, counts = self.archive.checklist, self.summary(documents)
        said = ",".join(f"{STATE_WORDS[state]} {n} 个" for state, n in counts["states"].items()) or "没有登记问题"
        late = f";逾期 {counts['overdue']} 个" if counts["overdue"] else ""
        facts = {
            "表名": self._title(unit),
            "编制单位": checklist.office or checklist.issuer,
            "截止日期": self.archive.today,
            "概况": f"共 {counts['total']} 个问题:{said}{late}。",
            "版本说明": f"{checklist.id} {checklist.version}",
            "台账": [
                {
                    "序号": str(one["number"]),
                    "问题": one["text"],
                    "来源": " ".join(filter(None, (one["source_word"], one["document_number"], one["round"]))),
                    "依据": "、".join(one["codes"]),
                    "措施": one["measure"],
                    "责任单位": one["unit_name"],
                    "责任人": one["person"],
                    "时限": one["due"] + ("(逾期)" if one["overdue"] else ""),
                    "结果": outcome(one),
                    "佐证": proofs(one),
                    "销号": " ".join((one["closed"]["by"], one["closed"]["at"][:10])) if one["closed"] else "",
                }
                for one in documents
            ],
        }
        path.write_bytes(sheets.fill(sheets.find("整改台账", (self.archive.home.templates,)), facts))


def outcome(one: Json) -> str:
    """整改结果 as paper says it; a problem that came back says so, when and how, or it would seem put right."""
    back = [step for step in one["steps"] if step["what"] == "reopened"]
    again = [f"【反弹】{step['at'][:10]} {step['words']}" for step in back[-1:]]
    return ";".join(filter(None, (one["result"], *again)))


def proofs(one: Json) -> str:
    """Where the proofs of a row are: printed page, shelf, or accession number."""
    words = []
    for proof in one["proofs"]:
        binder, place = proof["binder"], proof["place"]
        where = f"{binder['volume']} 第 {binder['page']} 页" if binder else place or f"{proof['record']} 号件"
        words.append(f"{proof['title']}({where})")
    return ";".join(words)


def _row(one: Json) -> tuple[str | int, ...]:
    closed = one["closed"]
    photos = "".join(
        f"{word} {'、'.join(map(str, one[key]))} 号件 " for word, key in (("前", "before"), ("后", "after")) if one[key]
    ).strip()
    state = one["state_word"] + ("(反弹)" if one["rebounds"] and one["state"] != "closed" else "")
    return (
        one["number"], one["text"], one["source_word"], one["document_number"], one["round"], "、".join(one["codes"]),
        one["kind_word"], one["measure"], one["unit_name"], one["person"], one["due"], outcome(one), proofs(one),
        photos,
        state + ("(逾期)" if one["overdue"] else "") + ("(请上报)" if one["to_report"] else ""),
        closed["by"] if closed else "", closed["at"][:10] if closed else "",
    )  # fmt: skip
