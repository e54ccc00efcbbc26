"""指标体系: what one evaluation asks for, resolved and frozen.

::

    Checklist ─┬─ indicators      a tree by ``parent``; stable ``id``, printed ``code``
               ├─ requirements    佐证材料要求: one kind of evidence of an indicator, per unit and period
               ├─ evidence_types  the registry that requirements share (names, kind, table headers)
               ├─ units, groups   责任单位 and 单位组 (每校, 每村…), with their lives (设立/撤并/更名)
               ├─ phases, tasks   阶段 and what is done in them
               ├─ figures         指标值 with thresholds and formulas
               ├─ rules           quality rules as data, or "not checkable by a program, because"
               ├─ judgements      认定标准: all, K of N…
               └─ scoring, vetoes 计分 and 一票否决

``source`` on each element names the ids of ``seed_plans.yaml`` (or of a public system) it carries.
Adapters read YAML into this (``adapters/checklist_file.py``); nothing here touches a file.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from duban_archive.core.period_rules import PeriodRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A node of the indicator tree. ``lead`` 牵头, ``support`` 配合: names of units or departments."""

    id: str
    code: str
    title: str
    parent: str = ""
    text: str = ""
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    key: bool = False
    judge: str = ""
    weight: float = 1.0
    applies_if: str = ""
    source: tuple[str, ...] = ()
    source_reason: str = ""
    renamed_from: tuple[str, ...] = ()
    merged_from: tuple[str, ...] = ()
    split_from: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceType:
    """A kind of paper that many requirements may ask for: its names in practice and how it is recognised."""

    id: str
    title: str
    kind: str
    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    not_terms: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    signed: bool = False
    stamped: bool = False
    personal_data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One kind of evidence an indicator asks for.

    ``units``: the group (or unit) ids that each owe it; ``periods``: period words as resolved for the base year
    (``("2013", "2014", "2015")``, ``("once",)``). ``any_of``: ids of requirements one of which suffices.
    ``applies_if``: a condition on unit attributes (``stage=初中``); ``count``: how many records a slot wants at least.
    ``names``: how such papers are called; ``terms``: subject words; ``not_terms``: words that speak against it.
    ``period``: as written (近三年), ``periods`` are spelled from it; ``sub_units``: a 教学点 owes it itself;
    ``due``: a deadline as ``core/deadlines.py`` reads it, ``due_text`` the plan's wording; ``route``: who hands in
    where; ``share``: only a sample is looked at; ``outline``, ``limit``, ``parts``: what the paper must contain.
    """

    id: str
    indicator: str
    title: str
    kind: str
    code: str = ""
    text: str = ""
    evidence_type: str = ""
    units: tuple[str, ...] = ()
    periods: tuple[str, ...] = ("once",)
    period_kind: str = "once"
    period: tuple[str, ...] = ()
    round: str = ""
    sub_units: bool = False
    level: str = "must"
    count: int = 1
    physical: bool = False
    formats: tuple[str, ...] = ()
    signed: bool = False
    stamped: bool = False
    signed_by: tuple[str, ...] = ()
    copies: int = 0
    due: str = ""
    due_text: str = ""
    phase: str = ""
    by: tuple[str, ...] = ()
    to: str = ""
    route: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    applies_if: str = ""
    expires: str = ""
    share: str = ""
    outline: tuple[str, ...] = ()
    limit: str = ""
    parts: tuple[str, ...] = ()
    personal_data: bool = False
    secrecy: str = ""
    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    not_terms: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    derived: bool = False
    source: tuple[str, ...] = ()
    source_reason: str = ""
    renamed_from: tuple[str, ...] = ()
    merged_from: tuple[str, ...] = ()
    split_from: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """责任单位. ``opened``/``closed`` are ISO dates (may stop at the year); ``merged_into`` a unit's id.

    ``placeholder``: stands for a group whose members the office has not filled in yet.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str = ""
    stage: str = ""
    opened: str = ""
    closed: str = ""
    merged_into: str = ""
    belongs_to: str = ""
    former_names: tuple[str, ...] = ()
    placeholder: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGroup:
    """单位组, in the official order (教育事业统计); ``members`` are unit ids, groups inside it already spelled out.

    ``open``: the office supplies the members.
    """

    id: str
    title: str
    members: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """轮次 (自查, 市检, 省检, 回头看): a run of the evaluation with its own base year."""

    id: str
    title: str = ""
    base_year: int = 0
    date: str = ""
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something deadlines are counted from (督查结束); its ``date`` is empty until it is known."""

    id: str
    title: str = ""
    date: str = ""
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to be done in a phase."""

    text: str
    due: str = ""
    requirement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """阶段 with its window; either end may be open, and windows may overlap."""

    id: str
    title: str
    start: str = ""
    end: str = ""
    window_text: str = ""
    round: str = ""
    recurrence: str = ""
    note: str = ""
    tasks: tuple[Task, ...] = ()
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure the checklist names, with its threshold (``op`` one of > >= = <= < between count direction status)."""

    id: str
    title: str
    op: str = ""
    value: float | str | tuple[float, ...] | None = None
    unit: str = ""
    indicator: str = ""
    formula: str = ""
    per: str = ""
    stage: str = ""
    measure: str = ""
    by_stage: Mapping[str, Any] = field(default_factory=dict)
    period: str = ""
    note: str = ""
    names: tuple[str, ...] = ()
    effect: str = ""
    source: tuple[str, ...] = ()
    source_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A quality rule as data; ``not_checkable`` says why a program cannot check it (empty: it can)."""

    id: str
    text: str
    check: str = ""
    of: tuple[str, ...] = ()
    on: str = ""
    per: str = ""
    period: str = ""
    severity: str = "doubt"
    not_checkable: str = ""
    source: tuple[str, ...] = ()
    source_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """认定标准: how the figures together pass (all, K of N with the rest ≥ p %, combinations of grades)."""

    id: str
    text: str
    how: str = ""
    of: tuple[str, ...] = ()
    k: int = 0
    rest: float | None = None
    grades: Mapping[str, Any] = field(default_factory=dict)
    source: tuple[str, ...] = ()
    source_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """A scoring rule: points, tiers, deductions, rank, mean of n."""

    id: str
    text: str
    how: str = ""
    total: float | None = None
    items: tuple[tuple[str, float], ...] = ()
    aggregate: str = ""
    count: int | None = None
    indicator: str = ""
    source: tuple[str, ...] = ()
    source_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """一票否决."""

    id: str
    text: str
    effect: str = ""
    source: tuple[str, ...] = ()
    source_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckItem:
    """A point that evaluators look at (检查内容), under an indicator."""

    id: str
    text: str
    indicator: str = ""
    law: str = ""
    objects: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    applies_if: str = ""
    source: tuple[str, ...] = ()
    source_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A resolved checklist: bases extended, parameters filled in, periods spelled out for ``base_year``."""

    id: str
    title: str
    version: str
    base_year: int
    office: str = ""
    issuer: str = ""
    document_number: str = ""
    issued: str = ""
    scope: str = ""
    verified: str = "verified"
    example: bool = False
    extends: str = ""
    basis: tuple[str, ...] = ()
    verified_note: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)  # name → {title, value, unit, placeholder}
    periods: tuple[PeriodRule, ...] = ()
    rounds: tuple[Round, ...] = ()
    events: tuple[Event, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    evidence_types: tuple[EvidenceType, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    units: tuple[Unit, ...] = ()
    groups: tuple[UnitGroup, ...] = ()
    phases: tuple[Phase, ...] = ()
    figures: tuple[Figure, ...] = ()
    rules: tuple[Rule, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    scoring: tuple[Scoring, ...] = ()
    vetoes: tuple[Veto, ...] = ()
    check_items: tuple[CheckItem, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    order: tuple[str, ...] = ()
    keep_together: tuple[str, ...] = ()
    not_applicable: tuple[tuple[str, str, str, str], ...] = ()  # requirement, unit ("" all), period ("" all), reason
    texts: Mapping[str, Any] = field(default_factory=dict)


class Index:
    """A checklist's elements by id, made once where many look-ups follow."""

    def __init__(self, checklist: Checklist) -> None:
        self.checklist = checklist
        self.indicators = {i.id: i for i in checklist.indicators}
        self.requirements = {r.id: r for r in checklist.requirements}
        self.units = {u.id: u for u in checklist.units}
        self.groups = {g.id: g for g in checklist.groups}
        self.evidence_types = {e.id: e for e in checklist.evidence_types}

    def unit_name(self, unit: str) -> str:
        """The unit's official name, else the id as it is."""
        found = self.units.get(unit)
        return found.name if found else unit

    def code_of(self, requirement: str) -> str:
        """The printed code of a requirement: its own, else its indicator's."""
        found = self.requirements.get(requirement)
        if found is None:
            return ""
        if found.code:
            return found.code
        indicator = self.indicators.get(found.indicator)
        return indicator.code if indicator else ""

    @functools.cached_property
    def order_of_requirements(self) -> dict[str, int]:
        """Requirement id → its place in the printed order."""
        return {r.id: n for n, r in enumerate(self.checklist.requirements)}
