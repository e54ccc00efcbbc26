"""数据一致 (表表相符、表册相符、统一口径): gathers what papers say, and lets ``core/figures`` hold it together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from duban_archive.core.figures import standards, together
from duban_archive.core.figures.agreement import Agreed, Subject
from duban_archive.core.figures.cards import CARDS
from duban_archive.core.figures.tables import Paper
from duban_archive.core.figures.together import Gathered
from duban_archive.core.findings import Finding, Judged, NotRun, asking, make_key, sources
from duban_archive.core.model import Extracted, GapState, Record

if TYPE_CHECKING:
    from duban_archive.archive import Archive

__all__ = ["CARDS", "gather", "judge"]

_SETTLED = (GapState.COMPLETE, GapState.NOT_APPLICABLE)
_NOT_FINAL = re.compile(r"草稿|初稿|讨论稿|征求意见稿|送审稿|样表|模板|填写示例|空表")


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
        judged += together.judge(gather(archive), archive.checklist, agreed(archive))
        judged.append(_years(archive))
    return Judged(
        findings=tuple(f for one in judged for f in one.findings if f.rule in wanted),
        not_run=tuple(n for one in judged for n in one.not_run if n.rule in wanted),
    )


def gather(archive: Archive) -> Gathered:
    """Read every figure and every roster out of the papers that count."""
    papers = (
        (paper_of(archive, record), list(_extractions(archive, record))) for record in _that_count(archive.records())
    )
    return together.gather(papers, archive.checklist, archive.today)


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


# --- judging ---------------------------------------------------------------------------------------------------------


def _years(archive: Archive) -> Judged:
    """近三年: an indicator's requirements by the year are held for as many years as its figure asks."""
    findings: list[Finding] = []
    not_run: list[NotRun] = []
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
            why = f"“{figure.title}”:指标体系里没有一项材料要连续 {figure.value:g} 年"
            not_run.append(NotRun(rule="threshold", why=why, source=standards.source_of(figure)))
            continue
        states = states if states is not None else archive.gaps()
        lacking: dict[str, set[str]] = {}
        for state in states:
            if state.slot.requirement in wanted and state.state not in _SETTLED:
                lacking.setdefault(state.slot.requirement, set()).add(state.slot.period)
        for requirement, periods in lacking.items():
            findings.append(Finding(
                rule="threshold", severity="error", source=standards.source_of(figure),
                message=(
                    f"“{wanted[requirement]}”要有连续 {figure.value:g} 年,还没有齐的有 {'、'.join(sorted(periods))}。"
                ),
                key=make_key("threshold", figure.id, requirement, *sorted(periods)),
            ))  # fmt: skip
    return Judged(findings=tuple(findings), not_run=tuple(not_run))


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
