"""真实可信: doubts about single papers and among them, each with its reason and its places, never a verdict.

::

    Paper ──▶ rules about one paper ─────────────────────▶ Finding…
      └────▶ Trace (short) ──▶ rules among all traces ───▶ Finding…      what could not run → NotRun

A doubt asks a person; it is for the office alone. The program offers no way to backdate a paper: one that was put
together afterwards bears its true date and says 补充整理, and is then left in peace by the rules that ask for dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from duban_archive.core.authenticity import layers, ledgers, made, numbers, photos, reused, schools, seals, unfinished
from duban_archive.core.authenticity.cards import ASKED, CARDS, PLANS
from duban_archive.core.authenticity.paper import Paper, Setting
from duban_archive.core.authenticity.trace import Trace, trace
from duban_archive.core.findings import Finding, Judged, NotRun, sources

__all__ = ["CARDS", "Paper", "Setting", "judge"]

ALONE: dict[str, Callable[[Paper, Setting], Iterator[Finding]]] = {
    "made_after_date": made.made_after_date,
    "made_after_deadline": made.made_after_deadline,
    "year_changed": reused.year_changed_within,
    "other_school": schools.other_school,
    "blanks_left": unfinished.blanks_left,
    "tracked_changes": unfinished.tracked_changes,
    "comments_left": unfinished.comments_left,
    "hidden_sheets": unfinished.hidden_sheets,
    "undated": unfinished.undated,
    "attachment_missing": unfinished.attachment_missing,
    "no_signature": seals.no_signature,
    "photo_date": photos.photo_date,
    "photo_size": photos.photo_size,
    "text_layer_differs": layers.text_layer_differs,
    "ledger_at_once": ledgers.ledger_at_once,
}
AMONG: dict[str, Callable[[Sequence[Trace], Setting], Iterator[Finding]]] = {
    "year_changed": lambda traces, _: reused.year_changed_from(traces),
    "number_order": lambda traces, _: numbers.number_order(traces),
    "number_twice": lambda traces, _: numbers.number_twice(traces),
    "no_seal": seals.no_seal,
    "photo_reused": photos.photo_reused,
}


def judge(papers: Iterable[Paper], setting: Setting, wanted: frozenset[str]) -> Judged:
    """Run the wanted rules. ``papers`` is gone through once: of each only a trace is kept.

    Superseded papers (旧稿) are not judged: what counts is the 定稿.
    """
    alone = [(name, rule) for name, rule in ALONE.items() if name in wanted]
    among = [(name, rule) for name, rule in AMONG.items() if name in wanted]
    findings: list[Finding] = []
    traces: list[Trace] = []
    for paper in papers:
        if paper.superseded or paper.record.state in ("withdrawn", "replaced", "container"):
            continue
        for _, rule in alone:
            findings += rule(paper, setting)
        if among:
            traces.append(trace(paper, setting))
    for _, compare in among:
        findings += compare(traces, setting)
    asked = {name: sources(setting.index.checklist, word) for word, names in ASKED.items() for name in names}
    told = [replace(f, source=tuple(dict.fromkeys((*asked.get(f.rule, ()), *PLANS[f.rule])))) for f in _once(findings)]
    return Judged(findings=tuple(told), not_run=tuple(_not_run(setting, wanted)))


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """A paper found twice by one rule in two ways is told once (year_changed: against another paper, and in itself)."""
    seen: set[tuple[str, int]] = set()
    for one in sorted(findings, key=lambda f: -len(f.records)):
        key = (one.rule, one.records[0])
        if one.rule == "year_changed" and key in seen:
            continue
        seen.add(key)
        yield one


def _not_run(setting: Setting, wanted: frozenset[str]) -> Iterator[NotRun]:
    """Rules that had nothing to hold papers against; silence would look like a pass."""
    requirements = setting.index.checklist.requirements
    if "no_seal" in wanted and not any(r.stamped for r in requirements):
        yield NotRun(rule="no_seal", why="指标体系里没有一项写明要盖章")
    if "no_signature" in wanted and not any(r.signed for r in requirements):
        yield NotRun(rule="no_signature", why="指标体系里没有一项写明要签字")
    if "other_school" in wanted and not setting.schools:
        yield NotRun(rule="other_school", why="指标体系的单位里没有学校")
    if "made_after_deadline" in wanted and not any(r.due or r.phase for r in requirements):
        yield NotRun(rule="made_after_deadline", why="指标体系里没有写报送期限")
