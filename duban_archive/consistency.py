"""数据一致 (表表相符、表册相符、统一口径): gathers what papers say, and lets ``core/figures`` hold it together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban_archive.core.figures import agreement, naming, people, ratios, standards, sums
from duban_archive.core.figures.agreement import Agreed, Subject
from duban_archive.core.figures.cards import CARDS
from duban_archive.core.figures.labels import Labels
from duban_archive.core.figures.readings import ALL, Reading
from duban_archive.core.figures.rosters import Roster, counted, read_rosters
from duban_archive.core.figures.sentences import read_sentences
from duban_archive.core.figures.tables import Paper, Sheet, read_table
from duban_archive.core.figures.vocabulary import Vocabulary
from duban_archive.core.findings import Finding, Judged, NotRun, Spot, asking, make_key, sources
from duban_archive.core.model import Extracted, GapState, Record, Table
from duban_archive.core.units import UnitNames

if TYPE_CHECKING:
    from duban_archive.archive import Archive

__all__ = ["CARDS", "Gathered", "gather", "judge"]

_SETTLED = (GapState.COMPLETE, GapState.NOT_APPLICABLE)
_NOT_FINAL = re.compile(r"草稿|初稿|讨论稿|征求意见稿|送审稿|样表|模板|填写示例|空表")
_TO_COME = ("plan", "policy", "notice", "speech")  # papers whose sentences tell what shall be, not what is
_TABULAR = ("statistics", "roster", "ledger", "register")
# Which words of the checklist's rules ask for a rule of ours.
_ASKED_BY = {
    "agreed_value": ("same_value",),
    "same_value": ("same_value",),
    "roster_count": ("same_value",),
    "roster_people": ("same_value",),
    "sum_of_parts": ("sum_of_parts",),
    "formula": ("sum_of_parts", "in_range"),
    "same_names": ("same_names",),
    "same_order": ("same_order",),
    "complete": ("complete",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that the papers say: every table's blocks, every figure, every roster, and what could not be read."""

    sheets: tuple[Sheet, ...]
    readings: tuple[Reading, ...]
    rosters: tuple[Roster, ...]
    vocabulary: Vocabulary
    names: UnitNames
    unit_names: Mapping[str, str]
    tables_unread: tuple[Paper, ...] = ()

    @property
    def unread(self) -> tuple[Spot, ...]:
        """Cells where a number should stand and words do."""
        return tuple(spot for sheet in self.sheets for spot in sheet.unread)


def judge(archive: Archive, wanted: frozenset[str]) -> Judged:
    """Run the rules of this family that are wanted."""
    judged: list[Judged] = []
    if "complete" in wanted:
        judged.append(_complete(archive))
    if "by_person" in wanted:
        judged.append(Judged(not_run=tuple(
            NotRun(rule="by_person", why=f"“{rule.text}”:{rule.not_checkable}", source=rule.source or (rule.id,))
            for rule in archive.checklist.rules
            if rule.not_checkable
        )))  # fmt: skip
    if wanted - {"complete", "by_person"}:
        judged += _of_papers(archive, wanted)
    return Judged(
        findings=tuple(f for one in judged for f in one.findings if f.rule in wanted),
        not_run=tuple(n for one in judged for n in one.not_run if n.rule in wanted),
    )


def gather(archive: Archive) -> Gathered:
    """Read every figure and every roster out of what was read of the papers that count."""
    checklist = archive.checklist
    names, vocabulary = UnitNames(checklist), Vocabulary.of(checklist)
    labels = Labels(names, vocabulary, archive.today, base_year=checklist.base_year)
    sheets: list[Sheet] = []
    readings: list[Reading] = []
    rosters: list[Roster] = []
    unread: list[Paper] = []
    number = 0
    for record in _that_count(archive.records()):
        paper = paper_of(archive, record)
        found = False
        for extracted in _extractions(archive, record):
            for table, caption in _tables(extracted):
                number += 1
                lists = list(read_rosters(table, paper, labels, number=number, caption=caption))
                rosters += lists
                found = found or bool(lists)
                for sheet in read_table(table, paper, labels, number=number, caption=caption):
                    found = True
                    sheets.append(sheet)
                    if not lists:
                        readings += sheet.readings
            if paper.kind not in _TO_COME:
                for passage in extracted.passages:
                    readings += read_sentences(passage, paper, labels)
        if not found and paper.kind in _TABULAR and record.parts:
            unread.append(paper)
    counts = [reading for roster in rosters for reading in counted(roster, labels)]
    readings += counts
    readings += agreement.derived(readings)
    readings += agreement.roster_totals(counts)
    return Gathered(
        sheets=tuple(sheets), readings=tuple(readings), rosters=tuple(rosters), vocabulary=vocabulary, names=names,
        unit_names={**{u.id: u.name for u in checklist.units}, ALL: "全部学校"}, tables_unread=tuple(unread),
    )  # fmt: skip


def agreed(archive: Archive) -> dict[Subject, Agreed]:
    """The agreed figures (基础数据口径表) by what they are the value of."""
    from duban_archive.figures import agreed_figures

    return {one.subject: one for one in agreed_figures(archive)}


def paper_of(archive: Archive, record: Record) -> Paper:
    """What is known of the paper a record is."""
    told = record.description
    unit = told.unit.value if told.unit else ""
    several = len(told.periods) > 1
    return Paper(
        record=record.id, title=record.title, file_name=record.parts[0].file_name if record.parts else "", unit=unit,
        unit_name=archive.index.unit_name(unit) if unit else "", kind=told.kind.value if told.kind else "",
        period=told.period.value if told.period and not several else "", dated=told.dated.value if told.dated else "",
    )  # fmt: skip


def _that_count(records: Sequence[Record]) -> Iterator[Record]:
    """Papers whose figures count: of several versions the final one, else the last; no drafts, no empty forms."""
    chains: dict[int, list[Record]] = {}
    first: dict[int, int] = {}
    for record in sorted(records, key=lambda r: r.id):
        root = first.get(record.version_of, record.version_of) if record.version_of is not None else record.id
        first[record.id] = root
        chains.setdefault(root, []).append(record)
    for versions in chains.values():
        final = [r for r in versions if r.final]
        one = (final or versions)[-1]
        if one.state == "ready" and not _NOT_FINAL.search(f"{one.title} {one.parts[0].file_name if one.parts else ''}"):
            yield one


def _extractions(archive: Archive, record: Record) -> Iterator[Extracted]:
    from duban_archive.reading import select

    for part in record.parts:
        extracted = archive.echoes.extraction(part.digest)
        if extracted is not None and extracted.readable:
            yield select(part, extracted)


def _tables(extracted: Extracted) -> Iterator[tuple[Table, str]]:
    """Tables with the words right above those that stand in a text."""
    lines: dict[int, str] = {}
    for passage in extracted.passages:
        if passage.locator.paragraph is not None:
            for at, line in enumerate(passage.text.split("\n"), passage.locator.paragraph):
                lines[at] = line
    for table in extracted.tables:
        if table.hidden:
            continue
        caption = ""
        if table.locator.paragraph is not None:
            above = (lines.get(table.locator.paragraph - n, "").strip() for n in (1, 2))
            caption = " ".join(line for line in above if line and len(line) <= 40 and "\t" not in line)
        yield table, caption


# --- judging ---------------------------------------------------------------------------------------------------------


def _of_papers(archive: Archive, wanted: frozenset[str]) -> Iterator[Judged]:
    gathered = gather(archive)
    checklist = archive.checklist
    asked = {card.name: sources(checklist, *_ASKED_BY.get(card.name, ())) or card.source for card in CARDS}
    comparable = agreement.comparable(gathered.readings)
    settled = agreed(archive)
    stages = school_stages(archive)
    yield from _held_together(gathered, comparable, settled, asked, stages)
    yield from _unread(gathered, comparable, settled)
    if wanted & {"roster_count", "roster_people"} and not gathered.rosters:
        for rule in ("roster_count", "roster_people"):
            yield Judged(not_run=(NotRun(rule=rule, why="没有读到花名册(有“姓名”一列的表)", source=asked[rule]),))
    yield Judged(findings=tuple(people.followed(gathered.rosters, gathered.names, asked["roster_people"])))
    standing = standards.Standing(
        readings=[r for r in comparable if r.by != "sum"], vocabulary=gathered.vocabulary,
        unit_names=gathered.unit_names, stages=stages, rosters=gathered.rosters,
    )  # fmt: skip
    yield standards.below_standard(checklist.figures, standing)
    yield _years(archive)
    yield standards.against_the_trend(checklist.figures, standing)
    yield standards.too_uneven(checklist.figures, standing)
    yield from _names(archive, gathered, asked)


def _held_together(
    gathered: Gathered, comparable: Sequence[Reading], settled: Mapping[Subject, Agreed],
    asked: Mapping[str, tuple[str, ...]], stages: Mapping[str, str],
) -> Iterator[Judged]:  # fmt: skip
    vocabulary = gathered.vocabulary
    yield Judged(findings=tuple(agreement.disagreeing(comparable, settled, gathered.unit_names, vocabulary, asked)))
    schools = {s: stage for s, stage in stages.items() if stage in ("小学", "初中", "")}
    yield Judged(findings=tuple(
        agreement.wrong_unit_sums(comparable, schools, gathered.unit_names, asked["sum_of_parts"])
    ))  # fmt: skip
    rosters = {roster.table for roster in gathered.rosters}
    for sheet in gathered.sheets:
        if sheet.id not in rosters:
            yield Judged(findings=tuple(sums.wrong_totals(sheet, asked["sum_of_parts"])))
            yield Judged(findings=tuple(ratios.wrong_rates(sheet, vocabulary, asked["formula"])))
    yield Judged(findings=tuple(ratios.wrong_rates_across(comparable, vocabulary, asked["formula"])))


def _unread(gathered: Gathered, comparable: Sequence[Reading], settled: Mapping[Subject, Agreed]) -> Iterator[Judged]:
    """What was not compared, and why."""
    if not settled:
        why = "未设定:基础数据口径表里还没有认定值,请用 duban figures set 填写"
        yield Judged(not_run=(NotRun(rule="agreed_value", why=why),))
    if not gathered.readings:
        why = "材料里没有读出在校生数、专任教师数等数据"
        yield Judged(not_run=(NotRun(rule="same_value", why=why),))
    loose = sum(not r.unit or not r.period for r in gathered.readings)
    if loose:
        why = f"读出 {len(gathered.readings)} 个数,其中 {loose} 个没有写明单位或时间,没有比较(duban figures 可查看)"
        yield Judged(not_run=(NotRun(rule="same_value", why=why),))
    if gathered.tables_unread:
        named = "、".join(f"#{p.record}《{p.title}》" for p in gathered.tables_unread[:12])
        more = f"等 {len(gathered.tables_unread)} 件" if len(gathered.tables_unread) > 12 else ""
        why = f"{named}{more}是统计表或名册,里面的表没有读出(扫描件、PDF 或没有表头),没有核对"
        yield Judged(not_run=(NotRun(rule="same_value", why=why),))
    if gathered.unread:
        named = ";".join(f"#{s.record} {s.where}“{s.text}”" for s in gathered.unread[:8])
        why = f"有 {len(gathered.unread)} 格应是数而没有读懂,没有核对:{named}"
        yield Judged(not_run=(NotRun(rule="same_value", why=why),))


def _names(archive: Archive, gathered: Gathered, asked: Mapping[str, tuple[str, ...]]) -> Iterator[Judged]:
    names = naming.official_names(archive.checklist)
    if not any(not u.placeholder for u in archive.checklist.units):
        for rule in ("same_names", "same_order"):
            yield Judged(not_run=(NotRun(rule=rule, why="未设定:指标体系里还没有填学校名单"),))
        return
    former, base_year = naming.former_names(archive.checklist), archive.checklist.base_year
    rosters = {roster.table for roster in gathered.rosters}
    lists = [sheet for sheet in gathered.sheets if sheet.id not in rosters]
    for sheet in lists:
        yield Judged(findings=tuple(naming.other_names(sheet, names, former, base_year, asked["same_names"])))
    schools = school_stages(archive)
    order = {u.id: n for n, u in enumerate(archive.checklist.units) if u.id in schools}
    yield Judged(findings=tuple(naming.other_order(lists, order, asked["same_order"])))


def school_stages(archive: Archive) -> dict[str, str]:
    """The schools that report on their own and are open, with their stage (小学, 初中, 学前)."""
    found: dict[str, str] = {}
    for unit in archive.checklist.units:
        closed = unit.closed and unit.closed[:4] <= str(archive.checklist.base_year)
        if unit.placeholder or unit.belongs_to or closed:
            continue
        words = f"{unit.stage} {unit.kind} {unit.name}"
        if re.search(r"幼儿园|学前", words):
            found[unit.id] = "学前"
        elif re.search(r"一贯", words):
            found[unit.id] = ""
        elif re.search(r"小学|完小", f"{unit.stage}{unit.name}") and not re.search(r"中心学校$", unit.name):
            found[unit.id] = "小学"
        elif re.search(r"初级中学|初中|中学", f"{unit.stage}{unit.name}") and "高级中学" not in unit.name:
            found[unit.id] = "初中"
    return found


def _years(archive: Archive) -> Judged:
    """近三年: an indicator's requirements by the year are held for as many years as its figure asks."""
    findings: list[Finding] = []
    states = None
    for figure in archive.checklist.figures:
        if figure.op != "years" or not isinstance(figure.value, (int, float)):
            continue
        under = {i.id for i in archive.checklist.indicators if figure.indicator in (i.id, i.parent)}
        wanted = {
            r.id: r.title
            for r in archive.checklist.requirements
            if r.indicator in under and len(r.periods) >= figure.value
        }
        if not wanted:
            continue
        states = states if states is not None else archive.gaps()
        lacking: dict[str, set[str]] = {}
        for state in states:
            if state.slot.requirement in wanted and state.state not in _SETTLED:
                lacking.setdefault(state.slot.requirement, set()).add(state.slot.period)
        for requirement, periods in lacking.items():
            findings.append(Finding(
                rule="threshold", severity="error", source=standards.source_of(figure),
                message=f"“{wanted[requirement]}”要有连续 {figure.value:g} 年,还没有齐的有 {'、'.join(sorted(periods))}。",
                key=make_key("threshold", figure.id, requirement, *sorted(periods)),
            ))  # fmt: skip
    return Judged(findings=tuple(findings))


def _complete(archive: Archive) -> Judged:
    """资料齐全: what the gap analysis says, where the checklist makes it a rule."""
    rules = asking(archive.checklist, "complete")
    if not rules:
        why = "未设定:指标体系没有写“资料齐全”这样的规则;缺项请用 duban gaps 查看"
        return Judged(not_run=(NotRun(rule="complete", why=why),))
    states = archive.gaps()
    open_slots = [s for s in states if s.state not in _SETTLED]
    if not open_slots:
        return Judged()
    late = sum(s.overdue for s in open_slots)
    total = sum(s.state is not GapState.NOT_APPLICABLE for s in states)
    source = sources(archive.checklist, "complete")
    finding = Finding(
        rule="complete",
        severity="error" if late else "hint",
        message=f"应收 {total} 份,还有 {len(open_slots)} 份没有齐,其中逾期 {late} 份;逐项请用 duban gaps 查看。",
        key=make_key("complete", *sorted(source)),
        source=source,
    )
    return Judged(findings=(finding,))
