"""All papers read and judged together: figures, tables and rosters gathered once, every rule run over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.checklist import Checklist
from duban_archive.core.figures import agreement, grids, naming, people, ratios, standards, sums
from duban_archive.core.figures.agreement import Agreed, Subject
from duban_archive.core.figures.cards import CARDS
from duban_archive.core.figures.labels import Labels
from duban_archive.core.figures.readings import ALL, Reading
from duban_archive.core.figures.rosters import Roster, counted, read_rosters, stated
from duban_archive.core.figures.sentences import read_sentences
from duban_archive.core.figures.tables import Paper, Sheet, read_table
from duban_archive.core.figures.vocabulary import Vocabulary
from duban_archive.core.findings import Judged, NotRun, Spot, sources
from duban_archive.core.model import Extracted, Locator, Passage, Table
from duban_archive.core.units import UnitNames

_TO_COME = ("plan", "policy", "notice", "speech")  # papers whose sentences tell what shall be, not what is
_TITLE = re.compile(r"(?:表|名单|名册|花名册|台账|情况|登记)\s*(?:[(\uff08][^()\uff08\uff09]*[)\uff09])?$")
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


def gather(papers: Iterable[tuple[Paper, Sequence[Extracted]]], checklist: Checklist, today: str) -> Gathered:
    """Read every figure and every roster out of what was read of the papers that count."""
    names, vocabulary = UnitNames(checklist), Vocabulary.of(checklist)
    labels = Labels(names, vocabulary, today, base_year=checklist.base_year)
    sheets: list[Sheet] = []
    readings: list[Reading] = []
    rosters: list[Roster] = []
    unread: list[Paper] = []
    number = 0
    for paper, parts in papers:
        found = False
        for extracted in parts:
            for table, caption in _tables(extracted):
                number += 1
                blocks = list(grids.blocks(table))
                lists = list(read_rosters(table, blocks, paper, labels, number=number, caption=caption))
                rosters += lists
                of_lists = {roster.table for roster in lists}
                read = list(read_table(table, blocks, paper, labels, number=number, caption=caption))
                for sheet in _of_parts(read):
                    found = True
                    sheets.append(sheet)
                    if sheet.id not in of_lists:
                        readings += sheet.readings
                        readings += _notes(sheet, labels)
                found = found or bool(lists)
            if paper.kind not in _TO_COME:
                for passage in extracted.passages:
                    readings += read_sentences(passage, paper, labels)
        if not found and paper.kind in _TABULAR and parts:
            unread.append(paper)
    counts = [reading for roster in rosters for reading in counted(roster, labels)]
    readings += counts
    readings += [reading for roster in rosters for reading in stated(roster, labels)]
    readings += agreement.derived(readings)
    readings += agreement.roster_totals(counts)
    return Gathered(
        sheets=tuple(sheets), readings=tuple(readings), rosters=tuple(rosters), vocabulary=vocabulary, names=names,
        unit_names={**{u.id: u.name for u in checklist.units}, ALL: "全部学校"}, tables_unread=tuple(unread),
    )  # fmt: skip


def _of_parts(sheets: Sequence[Sheet]) -> Iterator[Sheet]:
    """Tables of one header below each other, without titles of their own: none of their 合计 is the whole."""
    for sheet in sheets:
        block = sheet.block
        alike = [
            s for s in sheets
            if s.id != sheet.id and s.block.headers == block.headers and s.block.headers and s.block.rows != block.rows
            and (not s.block.titles or not block.titles)
        ]  # fmt: skip
        if not alike:
            yield sheet
            continue
        kept = tuple(r for r in sheet.readings if not (sheet.rows[r.line[0]].total and r.unit == sheet.unit))
        yield replace(sheet, readings=kept)


def _notes(sheet: Sheet, labels: Labels) -> Iterator[Reading]:
    """What the notes under a table state, of whom and when the table is."""
    paper = replace(sheet.paper, title=sheet.title, period=sheet.period)
    for note in sheet.block.notes:
        for reading in read_sentences(Passage(locator=Locator(paragraph=1), text=note), paper, labels):
            spot = replace(reading.spot, paper=sheet.paper.title, paragraph=None, sheet=sheet.where or "")
            yield replace(reading, spot=spot)


def _tables(extracted: Extracted) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Tables with the words right above those that stand in a text."""
    lines: dict[int, str] = {}
    for passage in extracted.passages:
        if passage.locator.paragraph is not None:
            for at, line in enumerate(passage.text.split("\n"), passage.locator.paragraph):
                lines[at] = line
    for table in extracted.tables:
        if table.hidden:
            continue
        caption: tuple[str, ...] = ()
        if table.locator.paragraph is not None:
            above = (lines.get(table.locator.paragraph - n, "").strip() for n in (2, 1))
            caption = tuple(line for line in above if line and len(line) <= 40 and "\t" not in line)
            caption = tuple(sorted(caption, key=lambda line: not _TITLE.search(line)))
        yield table, caption


# --- judging ---------------------------------------------------------------------------------------------------------


def judge(gathered: Gathered, checklist: Checklist, settled: Mapping[Subject, Agreed]) -> Iterator[Judged]:
    """Every rule over what was gathered; ``settled``: the office's agreed figures."""
    asked = {card.name: sources(checklist, *_ASKED_BY.get(card.name, ())) or card.source for card in CARDS}
    comparable = agreement.comparable(gathered.readings)
    stages = school_stages(checklist)
    yield from _held_together(gathered, comparable, settled, asked, stages)
    yield from _unread(gathered, comparable, settled)
    if not gathered.rosters:
        for rule in ("roster_count", "roster_people"):
            yield Judged(not_run=(NotRun(rule=rule, why="没有读到花名册(有“姓名”一列的表)", source=asked[rule]),))
    yield Judged(findings=tuple(people.followed(gathered.rosters, gathered.names, asked["roster_people"])))
    standing = standards.Standing(
        readings=[r for r in comparable if r.by != "sum"], vocabulary=gathered.vocabulary,
        unit_names=gathered.unit_names, stages=stages, rosters=gathered.rosters,
    )  # fmt: skip
    yield standards.below_standard(checklist.figures, standing)
    yield standards.against_the_trend(checklist.figures, standing)
    yield standards.too_uneven(checklist.figures, standing)
    yield from _names(checklist, gathered, asked)


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
    yield Judged(findings=tuple(
        agreement.wrong_sexes(gathered.readings, gathered.unit_names, asked["sum_of_parts"])
    ))  # fmt: skip
    rosters = {roster.table for roster in gathered.rosters}
    for sheet in gathered.sheets:
        if sheet.id not in rosters:
            half = _other_half(sheet, gathered.sheets)
            yield Judged(findings=tuple(sums.wrong_totals(sheet, asked["sum_of_parts"], half)))
            yield Judged(findings=tuple(ratios.wrong_rates(sheet, vocabulary, asked["formula"])))
        else:
            yield Judged(findings=tuple(sums.wrong_money(sheet, asked["sum_of_parts"])))
    yield Judged(findings=tuple(ratios.wrong_rates_across(comparable, vocabulary, asked["formula"])))


def _other_half(sheet: Sheet, sheets: Sequence[Sheet]) -> Sheet | None:
    """The half beside a table that goes on beside itself, where there are just two."""
    block = sheet.block
    found = [
        s for s in sheets
        if s.id != sheet.id and s.id // 16 == sheet.id // 16
        and s.block.rows == block.rows and s.block.body == block.body
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


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


def _names(checklist: Checklist, gathered: Gathered, asked: Mapping[str, tuple[str, ...]]) -> Iterator[Judged]:
    names = naming.official_names(checklist)
    if not any(not u.placeholder for u in checklist.units):
        for rule in ("same_names", "same_order"):
            yield Judged(not_run=(NotRun(rule=rule, why="未设定:指标体系里还没有填学校名单"),))
        return
    former, base_year = naming.former_names(checklist), checklist.base_year
    rosters = {roster.table for roster in gathered.rosters}
    lists = [sheet for sheet in gathered.sheets if sheet.id not in rosters]
    for sheet in lists:
        yield Judged(findings=tuple(naming.other_names(sheet, names, former, base_year, asked["same_names"])))
    schools = school_stages(checklist)
    order = {u.id: n for n, u in enumerate(checklist.units) if u.id in schools}
    yield Judged(findings=tuple(naming.other_order(lists, order, asked["same_order"])))


def school_stages(checklist: Checklist) -> dict[str, str]:
    """The schools that report on their own and are open, with their stage (小学, 初中, 学前)."""
    found: dict[str, str] = {}
    for unit in checklist.units:
        closed = unit.closed and unit.closed[:4] <= str(checklist.base_year)
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
