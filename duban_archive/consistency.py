"""数据一致 (表表相符、表册相符、统一口径): gathers what papers say, and lets ``core/figures`` hold it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duban_archive.core.figures.cards import CARDS
from duban_archive.core.findings import Finding, Judged, NotRun, asking, make_key
from duban_archive.core.model import GapState

if TYPE_CHECKING:
    from duban_archive.archive import Archive

__all__ = ["CARDS", "judge"]

_SETTLED = (GapState.COMPLETE, GapState.NOT_APPLICABLE)


def judge(archive: Archive, wanted: frozenset[str]) -> Judged:
    """Run the rules of this family that are wanted."""
    findings: list[Finding] = []
    not_run: list[NotRun] = []
    if "complete" in wanted:
        judged = _complete(archive)
        findings += judged.findings
        not_run += judged.not_run
    if "by_person" in wanted:
        not_run += [
            NotRun(rule="by_person", why=f"“{rule.text}”:{rule.not_checkable}", source=rule.source or (rule.id,))
            for rule in archive.checklist.rules
            if rule.not_checkable
        ]
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
    source = tuple(dict.fromkeys(id for rule in rules for id in rule.source or (rule.id,)))
    finding = Finding(
        rule="complete",
        severity="error" if late else "hint",
        message=f"应收 {total} 份,还有 {len(open_slots)} 份没有齐,其中逾期 {late} 份;逐项请用 duban gaps 查看。",
        key=make_key("complete", *sorted(source)),
        source=source,
    )
    return Judged(findings=(finding,))
