"""问题与疑点: every rule run over what the papers say, with what offices explained and switched off.

A family of rules is a module of this package with ``CARDS`` (its rules) and ``judge(archive, wanted)`` (its answer);
it gathers facts and lets pure functions in ``core/`` decide. ``FAMILIES`` names them.
"""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, cast

from duban_archive.core.findings import SEVERITIES, Explanation, Finding, Judged, NotRun, RuleCard
from duban_archive.core.plainjson import from_json, to_json
from duban_archive.errors import UsageError

if TYPE_CHECKING:
    from duban_archive.archive import Archive

FAMILIES = ("consistency", "authenticity")


class Family(Protocol):
    """What a module named in ``FAMILIES`` offers."""

    CARDS: tuple[RuleCard, ...]

    def judge(self, archive: Archive, wanted: frozenset[str]) -> Judged:
        """Run the rules of this family that are ``wanted``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAnswer:
    """All findings, the gravest first, and the rules that did not run."""

    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]


class Checks:
    """The checks of one archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive

    def cards(self) -> tuple[RuleCard, ...]:
        """Every rule there is, family by family."""
        return tuple(card for family in FAMILIES for card in _family(family).CARDS)

    def run(self, rules: Collection[str] | None = None, *, unit: str = "") -> CheckAnswer:
        """Run all rules, or those named, and keep to one unit's findings if one is given.

        A rule that is switched off stands in ``not_run`` unless it is asked for by name.
        """
        known = {card.name for card in self.cards()}
        for name in rules or ():
            self._known(name)
        off = self.switched_off() if rules is None else {}
        wanted = (set(rules) if rules is not None else known) - set(off)
        findings: list[Finding] = []
        not_run = [
            NotRun(rule=name, why=f"已由 {gone.by} 关闭{':' if gone.reason else ''}{gone.reason}")
            for name, gone in off.items()
            if name in known
        ]
        for family in FAMILIES:
            module = _family(family)
            asked = frozenset(wanted & {card.name for card in module.CARDS})
            if asked:
                judged = module.judge(self.archive, asked)
                findings += judged.findings
                not_run += judged.not_run
        explained = self.explanations()
        told = [replace(f, explained=explained.get(f.key)) for f in findings if not unit or unit in f.units]
        told.sort(key=lambda f: (f.explained is not None, SEVERITIES.index(f.severity)))
        return CheckAnswer(findings=tuple(told), not_run=tuple(not_run))

    def explanations(self) -> dict[str, Explanation]:
        """Finding's key → the office's explanation."""
        kept = self.archive.catalogue.entries("explanations")
        return {key: from_json(Explanation, entry) for key, entry in kept.items()}

    def explain(self, key: str, reason: str) -> Finding:
        """说明: keep why a finding stands; it is shown and printed with it from now on."""
        if not reason.strip():
            raise UsageError("没有写明原因。", "请用 --reason 写一句说明,它会和这条问题一起保存、打印。")
        found = next((f for f in self.run([_rule_of(key)]).findings if f.key == key), None)
        if found is None:
            raise UsageError(f"现在没有编号为“{key}”的问题。", "请用 duban check 查看编号;数据改过以后编号会变。")
        note = Explanation(reason=reason.strip(), by=self.archive.by, at=self.archive.now())
        with self.archive.catalogue.change("entered", self.archive.by, register="explanations", what=key) as change:
            change.enter("explanations", key, to_json(note))
        return replace(found, explained=note)

    def switched_off(self) -> dict[str, Explanation]:
        """Rules the office switched off: by whom, when and why."""
        kept = self.archive.catalogue.entries("rules_off")
        return {name: from_json(Explanation, entry) for name, entry in kept.items()}

    def switch(self, rule: str, *, on: bool, reason: str = "") -> None:
        """Switch a rule off or on again."""
        self._known(rule)
        note = Explanation(reason=reason.strip(), by=self.archive.by, at=self.archive.now())
        what = f"{'打开' if on else '关闭'} {rule}"
        if on and rule not in self.switched_off():
            return
        with self.archive.catalogue.change("entered", self.archive.by, register="rules_off", what=what) as change:
            change.enter("rules_off", rule, None if on else to_json(note))

    def _known(self, rule: str) -> None:
        names = {card.name: card.title for card in self.cards()}
        if rule not in names:
            listed = "、".join(f"{name}({title})" for name, title in names.items())
            raise UsageError(f"没有“{rule}”这条规则。", f"可用的规则:{listed}。")


def _rule_of(key: str) -> str:
    """The rule that a finding's key begins with."""
    rule, dash, _number = key.rpartition("-")
    if not dash:
        raise UsageError(f"“{key}”不是问题的编号。", "编号的样子如 same_value-1a2b3c4d,用 duban check 查看。")
    return rule


def _family(name: str) -> Family:
    """The module of a family, loaded when it is asked."""
    return cast(Family, importlib.import_module(f"duban_archive.{name}"))
