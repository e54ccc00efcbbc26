"""Learns from every confirm, reject and move: plain counting, local, the same answer every time.

For each requirement it keeps which character pairs and table headers the confirmed (and the rejected) papers carried.
A new paper is held against those: what it shares with confirmed papers of *this* requirement and not of others speaks
for it. Learning only moves the weighing; explicit marks and persons go before it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from duban_archive.core.describe.file_name import clean_name
from duban_archive.core.wording import EMPTY_PAIRS, bigrams

if TYPE_CHECKING:
    from duban_archive.core.classify.reading import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A decision of a person: this paper is (``confirmed``) or is not of this requirement.

    ``proposed``: what the program had put first and whether it was ``sure``; ``person`` tells a person's decision from
    one that followed from settings (auto_confirm teaches nothing). ``record`` and ``period``: which paper it was, to
    say what a later one is like (与 #132 同名不同年).
    """

    requirement: str
    confirmed: bool
    title: str
    file_names: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    proposed: str = ""
    proposed_sure: bool = False
    record: int = 0
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """A confirmed paper of the same name as the one at hand."""

    record: int
    period: str


@dataclass(slots=True)
class _Memory:
    """Counts of one requirement; ``cores``: titles of confirmed papers; ``papers``: which paper had which title."""

    confirmed: int = 0
    rejected: int = 0
    have: Counter[str] = field(default_factory=Counter)
    refuse: Counter[str] = field(default_factory=Counter)
    cores: Counter[str] = field(default_factory=Counter)
    papers: dict[str, Namesake] = field(default_factory=dict)


class Learned:
    """What was learned so far; ``add`` takes one more decision, ``opinions`` speaks about a paper.

    ``core`` brings a title to what is compared (without units and years), ``canonical`` a table header.
    """

    def __init__(self, core: Callable[[str], str], canonical: Callable[[str], str]) -> None:
        self._core = core
        self._canonical = canonical
        self._memory: dict[str, _Memory] = defaultdict(_Memory)
        self._spread: Counter[str] = Counter()
        self.asked = 0
        self.right = 0
        self.sure = 0
        self.sure_right = 0

    def add(self, example: Example) -> None:
        """Counts one decision."""
        marks = self._marks_of(example)
        memory = self._memory[example.requirement]
        if example.confirmed:
            fresh = [mark for mark in marks if not memory.have[mark]]
            self._spread.update(fresh)
            memory.confirmed += 1
            memory.have.update(marks)
            core = self._core(example.title)
            memory.cores[core] += 1
            if example.record and core:
                memory.papers[core] = Namesake(record=example.record, period=example.period)
        else:
            memory.rejected += 1
            memory.refuse.update(marks)
        if example.confirmed and example.proposed:
            self.asked += 1
            self.right += example.proposed == example.requirement
            self.sure += example.proposed_sure
            self.sure_right += example.proposed_sure and example.proposed == example.requirement

    def opinions(self, paper: Paper) -> dict[str, float]:
        """Requirement → how much this paper is like what was confirmed (to 1) or rejected (to -1) there."""
        marks = {pair for line in paper.lines for pair in line.pairs} - EMPTY_PAIRS
        marks |= {f"表头:{header}" for header in paper.headers}
        if not marks:
            return {}
        opinions: dict[str, float] = {}
        for requirement, memory in self._memory.items():
            like = self._likeness(marks, memory.have, memory.confirmed)
            unlike = self._likeness(marks, memory.refuse, memory.rejected)
            worth = like - unlike
            if abs(worth) > 0.05:
                opinions[requirement] = max(-1.0, min(1.0, worth))
        return opinions

    def namesake(self, requirement: str, paper: Paper) -> Namesake | None:
        """A confirmed paper of that requirement whose title, without units and years, is this paper's."""
        memory = self._memory.get(requirement)
        titles = [line.text for line in paper.lines if line.place in {"title", "name"}]
        return next((memory.papers[text] for text in titles if text in memory.papers), None) if memory else None

    def _likeness(self, marks: set[str], seen: Counter[str], papers: int) -> float:
        if not papers:
            return 0.0
        total = shared = kept = 0.0
        for mark in marks:
            weight = self._weight(mark)
            total += weight
            if mark in seen:
                shared += weight * seen[mark] / papers
        kept = sum(self._weight(mark) * count / papers for mark, count in seen.items())
        if not total or not kept:
            return 0.0
        both = 2 * shared / (total + kept)
        return both * papers / (papers + 0.5) * 1.4

    def _weight(self, mark: str) -> float:
        return math.log(1 + (1 + len(self._memory)) / (1 + self._spread.get(mark, 0))) + 0.2

    def _marks_of(self, example: Example) -> set[str]:
        texts = (example.title, *map(clean_name, example.file_names))
        pairs = {pair for text in texts if text for pair in bigrams(self._core(text))}
        return (pairs - EMPTY_PAIRS) | {f"表头:{self._canonical(h)}" for h in example.headers}

    def summary(self) -> Summary:
        """What ``duban learn`` prints."""
        rows = []
        for requirement, memory in sorted(self._memory.items()):
            headed = sorted(
                (mark for mark in memory.have if mark.startswith("表头:")),
                key=lambda mark: (-memory.have[mark] * self._weight(mark), mark),
            )
            rows.append(
                Lesson(
                    requirement=requirement,
                    confirmed=memory.confirmed,
                    rejected=memory.rejected,
                    telling=(*words_of(memory.cores), *headed[:3]),
                )
            )
        return Summary(
            lessons=tuple(rows), asked=self.asked, right=self.right, sure=self.sure, sure_right=self.sure_right
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned about one requirement: how many papers, and the words and headers that tell most."""

    requirement: str
    confirmed: int
    rejected: int
    telling: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All lessons, and how often the first proposal was right here (of ``asked``), and the sure ones (of ``sure``)."""

    lessons: tuple[Lesson, ...]
    asked: int
    right: int
    sure: int
    sure_right: int


def words_of(titles: Counter[str], *, most: int = 5) -> tuple[str, ...]:
    """Words that several titles share, as a person reads them, the commonest first; of a single title, all of it.

    The longest run that so many titles have in common stands for its pieces: 关爱花名册, not 关爱, 爱花, 花名.
    """
    if sum(titles.values()) < 2 or len(titles) < 2:
        return tuple(title for title in titles if title)[:most]
    runs: Counter[str] = Counter()
    for title, count in titles.items():
        short = title[:40]
        pieces = {short[i:j] for i in range(len(short)) for j in range(i + 2, min(len(short), i + 12) + 1)}
        runs.update(dict.fromkeys(pieces, count))
    shared = [run for run, count in runs.items() if count >= 2 and not set(bigrams(run)) <= EMPTY_PAIRS]
    whole = [
        run for run in shared if not any(run != other and run in other and runs[other] >= runs[run] for other in shared)
    ]
    ranked = sorted(whole, key=lambda run: (-runs[run] * min(len(run), 6), run))
    chosen: list[str] = []
    for run in ranked:
        if not any(run in other or other in run for other in chosen):
            chosen.append(run)
    return tuple(chosen[:most]) or tuple(title for title, _ in titles.most_common(2) if title)


def learn(examples: Iterable[Example], core: Callable[[str], str], canonical: Callable[[str], str]) -> Learned:
    """All decisions, in their order, counted."""
    learned = Learned(core, canonical)
    for example in examples:
        learned.add(example)
    return learned
