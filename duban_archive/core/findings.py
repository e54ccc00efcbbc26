"""What ``check`` answers: findings with their places, and rules that did not run, each with the reason.

::

    RuleCard (name, title, basis…) ──▶ a family judges facts ──▶ Finding…   and NotRun…

A rule that could not run is a ``NotRun``: silence means that it ran and found nothing. Severities: ``error`` is wrong
beyond doubt (two papers of one period cannot both be right), ``doubt`` asks a person, ``hint`` is worth knowing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist, Rule

SEVERITIES = ("error", "doubt", "hint")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCard:
    """A rule as offices see it: ``name`` is a closed word (docs/words.md), ``basis`` the clause or plan sentence.

    ``family``: ``figures`` or ``authenticity``; ``needs``: what must be at hand for it to run, in Chinese;
    ``source``: the plan sentence's id, for a checklist that says nothing of its own.
    """

    name: str
    title: str
    severity: str
    basis: str
    needs: str
    family: str
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place in a paper that a finding points at: the record, where in it, and what stands there.

    ``cell`` is the cell's name in a spreadsheet (``C7``); ``text`` the cell's or the sentence's own words; ``value``
    what was read there, with its unit, as shown side by side. ``paper`` is the record's title.
    """

    record: int
    paper: str = ""
    file_name: str = ""
    page: int | None = None
    sheet: str = ""
    cell: str = ""
    row: int | None = None
    paragraph: int | None = None
    text: str = ""
    value: str = ""

    @property
    def where(self) -> str:
        """The place in words, without the record: 第 3 页, 工作表“初一”C7."""
        words = []
        if self.page is not None:
            words.append(f"第 {self.page} 页")
        if self.sheet:
            words.append(f"工作表“{self.sheet}”")
        if self.cell:
            words.append(f"{self.cell} 格")
        elif self.row is not None:
            words.append(f"第 {self.row} 行")
        if self.paragraph is not None:
            words.append(f"第 {self.paragraph} 段")
        return "".join(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """说明: why a finding stands as it is, by whom and when; kept with the finding and printed."""

    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found. ``key`` stays the same as long as the same thing is found in the same words of the papers.

    ``source``: ids of the checklist's rules, figures or plan sentences it comes from; ``units`` those it concerns.
    ``explained`` is filled in from the office's register, never by a rule.
    """

    rule: str
    severity: str
    message: str
    key: str
    records: tuple[int, ...] = ()
    places: tuple[Spot, ...] = ()
    source: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    explained: Explanation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRun:
    """A rule that did not run, or not on everything: ``why`` says it, ``source`` what asked for it."""

    rule: str
    why: str
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one family of rules found."""

    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()


def make_key(rule: str, *about: object) -> str:
    """The stable name of a finding: its rule and what it is about, values included.

    A paper that is corrected to another wrong value is a new finding: an explanation never covers what it has not seen.
    """
    said = "\x1f".join(str(each) for each in about)
    return f"{rule}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def records_of(places: Iterable[Spot]) -> tuple[int, ...]:
    """The records that places point at, ascending, each once."""
    return tuple(sorted({spot.record for spot in places}))


def asking(checklist: Checklist, *checks: str) -> tuple[Rule, ...]:
    """The checklist's rules that ask for one of these ``check`` words (``core/language.py``, ``CHECKS``)."""
    return tuple(rule for rule in checklist.rules if rule.check in checks and not rule.not_checkable)


def sources(checklist: Checklist, *checks: str) -> tuple[str, ...]:
    """The plan sentences behind the checklist's rules that ask for one of these ``check`` words."""
    return tuple(dict.fromkeys(id for rule in asking(checklist, *checks) for id in rule.source or (rule.id,)))
