"""Readiness on paper, all from one analysis: workbook, reports, lists and reminders for each unit, pictures, changes.

::

    archive.gaps() ─▶ report (answers.gaps) ─┬─▶ workbook, 缺项报告
                                             ├─▶ 责任分工表, 倒排工期表, 材料清单, 催办单
                                             └─▶ 走势图, 热力图
    events replayed to a day ─▶ states_when_began(day) ─▶ since(day), progress()
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duban_archive import answers
from duban_archive.core import progress
from duban_archive.core.gaps import find_gaps
from duban_archive.core.model import GapState, Record, SlotState
from duban_archive.core.schedule import asked, left_in_words, make_duties, make_schedule, some
from duban_archive.words import STATE_WORDS

if TYPE_CHECKING:
    from duban_archive.archive import Archive

Json = dict[str, Any]
_LEVELS = {"must": "必备", "should": "应有", "may": "可有"}
_SETTLED = ("complete", "not_applicable")
_POINTS = 30  # days on the chart
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


class Readiness:
    """The state of things and how it came about, and the papers made of it."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    @property
    def _title(self) -> str:
        return progress.short_title(self.archive.checklist.title)

    def roll_up(self, states: Sequence[SlotState], by: str) -> list[Json]:
        """汇总 by indicator, unit or phase; what a person said an indicator proves stands beside what was collected."""
        from duban_archive.core.rollup import roll_up

        verdicts = {id: claim.verdict for id, claim in self.archive.assessment.claims().items() if claim.verdict}
        lines = roll_up(self.archive.index, states, by, self.archive.today, verdicts=verdicts)
        return [answers.roll(line) for line in lines]

    # --- what was ---------------------------------------------------------------------------------------------

    def states_when_began(self, day: str) -> tuple[SlotState, ...] | None:
        """Every slot of today's checklist as it stood when ``day`` (ISO) began; ``None`` before the archive was."""
        from duban_archive.adapters import history

        first = history.first_day(self.archive.catalogue)
        if not first or day < first:
            return None
        ((_, records),) = history.records_before(self.archive.catalogue, [day])
        return self._states(records, day)

    def since(self, day: str, states: Sequence[SlotState]) -> Json:
        """What changed in ``states`` from the beginning of ``day`` on; before the archive nothing was there."""
        before = self.states_when_began(day)
        founded = before is None
        changed = progress.changes(before if before is not None else self._states((), day), states)
        rows = [
            {**answers.slot(self.archive.index, one.now), "before": one.before.value, "better": one.better}
            for one in changed
        ]
        return {
            "since": day,
            "founded_later": founded,
            "completed": sum(one.better for one in changed),
            "reopened": sum(one.before is GapState.COMPLETE for one in changed),
            "changes": rows,
        }

    def progress(self) -> list[Json]:
        """Slots wanted and complete at the end of each day of work (at most thirty), from founding to now."""
        from duban_archive.adapters import history

        worked = history.days_of_work(self.archive.catalogue)
        days = [day for day in worked if day < self.archive.today][-365:]
        if len(days) > _POINTS:
            days = [days[round(n * (len(days) - 1) / (_POINTS - 1))] for n in range(_POINTS)]
        ends = {(datetime.date.fromisoformat(day) + datetime.timedelta(days=1)).isoformat(): day for day in days}
        points = [
            _point(ends[end], self._states(records, ends[end]), self.archive)
            for end, records in history.records_before(self.archive.catalogue, sorted(ends))
        ]
        if worked and worked[0] <= self.archive.today:
            eve = (datetime.date.fromisoformat(worked[0]) - datetime.timedelta(days=1)).isoformat()
            points.insert(0, _point(eve, self._states((), eve), self.archive))
        return [*points, _point(self.archive.today, self.archive.gaps(), self.archive)]

    def _states(self, records: Iterable[Record], day: str) -> tuple[SlotState, ...]:
        return find_gaps(self.archive.index, self.archive.slots, records, day)

    # --- on paper ---------------------------------------------------------------------------------------------

    def workbook(self, report: Json, path: Path) -> None:
        """The matrix, the gaps, each unit's list, findings and progress as .xlsx; the folder is made."""
        from duban_archive.adapters import gap_workbook

        _make_folder(path)
        checked = self._findings()
        gap_workbook.write(
            path,
            title=self._title,
            as_of=report["as_of"],
            slots=report["slots"],
            progress=self.progress(),
            findings=checked["findings"],
            not_run=checked["not_run"],
            links=self._links(path.parent, checked["findings"]),
            changes=report.get("changes"),
        )

    def document(self, report: Json, path: Path) -> None:
        """缺项报告 from the office's own Word template, as .docx; the folder is made."""
        gaps = [slot for slot in report["slots"] if slot["state"] not in _SETTLED]
        total = sum(n for state, n in report["summary"].items() if state != "not_applicable")
        states = ",".join(f"{STATE_WORDS[state]} {n} 份" for state, n in report["summary"].items())
        owner = {duty.requirement: duty for duty in make_duties(self.archive.index, self.archive.gaps())}
        rows = []
        for slot in gaps:
            duty = owner.get(slot["requirement"])
            row = {
                "指标": slot["code"],
                "材料": slot["title"],
                "年度": answers.period(slot["period"]),
                "单位": slot["unit_name"],
                "级别": _LEVELS.get(slot["level"], ""),
                "状态": STATE_WORDS[slot["state"]] + ("(逾期)" if slot["overdue"] else ""),
                "责任人": "、".join(duty.persons or duty.lead) if duty else "",
                "期限": slot["due"],
                "说明": slot["why"],
            }
            rows.append(row)
        facts = {
            "报告名称": f"{self._title}缺项报告",
            "截止日期": report["as_of"],
            "概况": f"应收 {total} 份,已齐 {report['summary'].get('complete', 0)} 份。{states}。",
            "缺项": rows,
        }
        self._fill("缺项报告", facts, path)

    def papers(self, folder: Path, *, unit: str = "") -> list[Path]:
        """Everything an office hands out, into ``folder``: 责任分工表, 倒排工期表, a 材料清单 and a 催办单 for each
        unit, 走势图 and 热力图; of one unit (an id) only its list and reminder. The paths."""
        states = self.archive.gaps()
        made = [] if unit else [self._duties(states, folder), self._schedule(states, folder)]
        own: dict[str, list[SlotState]] = {}
        for state in states:
            if state.state is not GapState.NOT_APPLICABLE and unit in ("", state.slot.unit):
                own.setdefault(state.slot.unit, []).append(state)
        for one, slots in own.items():
            made.append(self._unit_list(one, slots, folder / "材料清单"))
            if any(s.state is not GapState.COMPLETE for s in slots):
                made.append(self._reminder(one, slots, folder / "催办单"))
        return made if unit else [*made, *self.pictures(folder)]

    def pictures(self, folder: Path) -> list[Path]:
        """走势图 and 热力图 (indicator × unit) as PNG; the paths."""
        from duban_archive.adapters import charts

        folder.mkdir(parents=True, exist_ok=True)
        points, today = self.progress(), self.archive.today
        title = self._title
        trend = folder / f"准备度走势{today}.png"
        now = points[-1]
        charts.lines(
            trend,
            title=f"{title}准备度走势",
            under=f"截至 {today}:应收 {now['wanted']} 份,已齐 {now['complete']} 份",
            days=[point["day"] for point in points],
            series={
                "全部": [point["complete"] / max(1, point["wanted"]) for point in points],
                "必备": [point["must_complete"] / max(1, point["must_wanted"]) for point in points],
            },
            target="按今天的指标体系计算;只表示材料收得怎样,不表示得分。",
        )
        heat = folder / f"指标单位热力图{today}.png"
        columns, rows, cells = self._heat()
        charts.heat_map(
            heat, title=f"{title}收集情况(指标 × 单位)", under=f"截至 {today}", columns=columns, rows=rows, cells=cells
        )
        return [trend, heat]

    # --- each of them -----------------------------------------------------------------------------------------

    def _duties(self, states: Sequence[SlotState], folder: Path) -> Path:
        rows = [
            {
                "编号": duty.code,
                "材料": duty.title,
                "指标": duty.indicator,
                "牵头": "、".join(duty.lead),
                "配合": "、".join(duty.support),
                "责任人": "、".join(duty.persons),
                "报送单位": some(duty.units),
                "期限": " ".join(duty.due[:1]) + (" 起" if len(duty.due) > 1 else ""),
                "应收": str(duty.wanted),
                "已齐": str(duty.complete),
            }
            for duty in make_duties(self.archive.index, states)
        ]
        return self._fill("责任分工表", {"截止日期": self.archive.today, "分工": rows}, folder / "责任分工表.docx")

    def _schedule(self, states: Sequence[SlotState], folder: Path) -> Path:
        found = make_schedule(self.archive.index, states, self.archive.today)
        late = sum(due.open for due in found if due.left < 0)
        ahead = next((due for due in found if due.left >= 0), None)
        open_ones = sum(due.open for due in found)
        undated = sum(s.state.value not in _SETTLED and not s.due for s in states)
        said = f"有期限的材料还有 {open_ones} 份未齐,其中已过期限 {late} 份。"
        if ahead is not None:
            said += f"下一个截止日期是 {ahead.day}({left_in_words(ahead.left)})。"
        if undated:
            said += f"另有 {undated} 份没有写明期限。"
        rows = [
            {
                "期限": due.day,
                "还剩": left_in_words(due.left),
                "阶段": due.phase,
                "事项": due.what,
                "责任单位": some(due.units),
                "应收": str(due.wanted or ""),
                "未齐": str(due.open or ""),
            }
            for due in found
        ]
        facts = {"截止日期": self.archive.today, "概况": said, "工期": rows}
        return self._fill("倒排工期表", facts, folder / "倒排工期表.docx")

    def _unit_list(self, unit: str, slots: Sequence[SlotState], folder: Path) -> Path:
        index, name = self.archive.index, self.archive.index.unit_name(unit)
        done = sum(s.state is GapState.COMPLETE for s in slots)
        rows = []
        for number, state in enumerate(slots, 1):
            requirement = index.requirements[state.slot.requirement]
            row = {
                "序号": str(number),
                "编号": index.code_of(requirement.id),
                "材料": requirement.title,
                "期间": answers.period(state.slot.period),
                "份数": str(requirement.count),
                "要求": asked(requirement),
                "期限": state.due,
                "现状": STATE_WORDS[state.state.value],
                "说明": "" if state.state is GapState.COMPLETE else _for_the_unit(state),
            }
            rows.append(row)
        facts = {
            "单位": name,
            "截止日期": self.archive.today,
            "概况": f"共 {len(slots)} 份,已齐 {done} 份,还差 {len(slots) - done} 份。",
            "材料": rows,
        }
        return self._fill("材料清单", facts, folder / f"{file_name(name)}材料清单.docx")

    def _reminder(self, unit: str, slots: Sequence[SlotState], folder: Path) -> Path:
        index, name = self.archive.index, self.archive.index.unit_name(unit)
        gaps = sorted(
            (s for s in slots if s.state is not GapState.COMPLETE), key=lambda s: (not s.overdue, s.due or "9999")
        )
        late = sum(s.overdue for s in gaps)
        rows = [
            {
                "序号": str(number),
                "编号": index.code_of(s.slot.requirement),
                "材料": index.requirements[s.slot.requirement].title,
                "期间": answers.period(s.slot.period),
                "状态": STATE_WORDS[s.state.value] + ("(逾期)" if s.overdue else ""),
                "期限": s.due,
                "级别": _LEVELS.get(index.requirements[s.slot.requirement].level, ""),
                "说明": _for_the_unit(s),
            }
            for number, s in enumerate(gaps, 1)
        ]
        facts = {
            "单位": name,
            "截止日期": self.archive.today,
            "日期": day_in_words(self.archive.today),
            "应报": str(len(slots)),
            "已审": str(len(slots) - len(gaps)),
            "未齐": str(len(gaps)),
            "逾期说明": f",其中 {late} 份已经逾期" if late else "",
            "缺项": rows,
        }
        return self._fill("催办单", facts, folder / f"{file_name(name)}催办单.docx")

    def _heat(self) -> tuple[list[str], list[str], dict[tuple[int, int], tuple[int, int]]]:
        index = self.archive.index
        counts: dict[tuple[str, str], list[int]] = {}
        for state in self.archive.gaps():
            if state.state is GapState.NOT_APPLICABLE:
                continue
            cell = counts.setdefault((index.requirements[state.slot.requirement].indicator, state.slot.unit), [0, 0])
            cell[0] += state.state is GapState.COMPLETE
            cell[1] += 1
        units = [u.id for u in index.checklist.units if any(unit == u.id for _, unit in counts)]
        units += sorted({unit for _, unit in counts} - set(units))
        indicators = [i.id for i in index.checklist.indicators if any(id == i.id for id, _ in counts)]
        cells = {
            (indicators.index(indicator), units.index(unit)): (done, wanted)
            for (indicator, unit), (done, wanted) in counts.items()
            if indicator in indicators
        }
        rows = [f"{index.indicators[id].code} {index.indicators[id].title}".strip() for id in indicators]
        return [index.unit_name(unit) for unit in units], rows, cells

    def _findings(self) -> Json:
        """What ``check`` finds, as it prints it; nothing where no rule can run."""
        answer = self.archive.checks.run()
        return {
            "findings": [answers.finding(self.archive.index, one) for one in answer.findings],
            "not_run": [{"rule": one.rule, "why": one.why} for one in answer.not_run],
        }

    def _links(self, beside: Path, findings: Sequence[Json]) -> dict[int, str]:
        """Record → where its first original lies in 已归档, as a link from a file in the folder ``beside``."""
        wanted = {id for finding in findings for id in finding["records"]}
        found = {}
        for record in self.archive.catalogue.records(wanted) if wanted else ():
            if not record.parts:
                continue
            part = record.parts[0]
            path = self.archive.home.kept / part.folder / part.file_name
            if path.is_file():
                found[record.id] = Path(os.path.relpath(path, beside.resolve())).as_posix()
        return found

    def _fill(self, form: str, facts: Json, path: Path) -> Path:
        from duban_archive.adapters import sheets

        checklist = self.archive.checklist
        shared = {
            "评估名称": self._title,
            "编制单位": checklist.office or checklist.issuer,
            "版本说明": f"{checklist.id} {checklist.version}",
        }
        _make_folder(path)
        path.write_bytes(sheets.fill(sheets.find(form, (self.archive.home.templates,)), {**shared, **facts}))
        return path


def file_name(text: str) -> str:
    """A unit's name as a file may be called."""
    return _NOT_IN_A_NAME.sub("", text).strip(". ")[:60] or "单位"


def day_in_words(day: str) -> str:
    """2015-10-26 as a letter writes it."""
    return f"{int(day[:4])}年{int(day[5:7])}月{int(day[8:10])}日"


def _make_folder(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)


def _for_the_unit(state: SlotState) -> str:
    """Why, in words that leave the office: what is missing and what was sent back, no guesses and no record numbers."""
    match state.state:
        case GapState.RETURNED:
            reason = re.search(r"原因:(.+?)(?:;限 |\)$)", state.why)
            return f"已退回:{reason.group(1)}" if reason else "已退回,请补正"
        case GapState.TOO_FEW:
            return f"应有 {state.wanted} 份,已收 {len(state.held)} 份"
        case GapState.DEFECTIVE:
            return "文件打不开或格式不合,请重报"
        case GapState.EXPIRED:
            return "已过有效期,请换新"
        case GapState.WAITING:
            return "已报,待审核"
        case _:
            return "未收到"


def _point(day: str, states: Sequence[SlotState], archive: Archive) -> Json:
    asked_for = [s for s in states if s.state is not GapState.NOT_APPLICABLE]
    must = [s for s in asked_for if archive.index.requirements[s.slot.requirement].level == "must"]
    return {
        "day": day,
        "wanted": len(asked_for),
        "complete": sum(s.state is GapState.COMPLETE for s in asked_for),
        "must_wanted": len(must),
        "must_complete": sum(s.state is GapState.COMPLETE for s in must),
        "returned": sum(s.state is GapState.RETURNED for s in asked_for),
        "overdue": sum(s.overdue for s in asked_for),
    }
