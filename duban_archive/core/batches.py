"""Batches what is alike in the tray, so that one key decides it: 23 份学籍表 → B2-3, 按学校年度分."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from duban_archive.core.model import Filing

LEAST = 2
LIKELY = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records that go under one requirement, each into its own slots. ``sure``: the program is sure of all of them."""

    requirement: str
    sure: bool
    choices: tuple[tuple[int, tuple[Filing, ...]], ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """The records, by accession number."""
        return tuple(id for id, _ in self.choices)

    def of(self, ids: set[int]) -> Batch:
        """The batch of those records only."""
        return replace(self, choices=tuple(choice for choice in self.choices if choice[0] in ids))

    @property
    def units(self) -> tuple[str, ...]:
        """The units they go to, each once."""
        return tuple(dict.fromkeys(f.unit for _, filings in self.choices for f in filings))

    @property
    def periods(self) -> tuple[str, ...]:
        """The periods they go to, each once, ascending."""
        return tuple(sorted({f.period for _, filings in self.choices for f in filings}))


def batch(best: Iterable[tuple[int, Sequence[Filing]]]) -> tuple[Batch, ...]:
    """Batches of two records or more; the sure ones first, then the likely ones, the largest first.

    Records of which a file holds several papers (proposals with pages) are never batched: each is looked at.
    """
    groups: dict[tuple[bool, str], list[tuple[int, tuple[Filing, ...]]]] = {}
    for id, filings in best:
        requirements = {filing.requirement for filing in filings}
        if len(requirements) != 1 or any(filing.pages for filing in filings):
            continue
        sure = all(filing.sure for filing in filings)
        if sure or min(filing.score for filing in filings) >= LIKELY:
            groups.setdefault((sure, requirements.pop()), []).append((id, tuple(filings)))
    made = [
        Batch(requirement=requirement, sure=sure, choices=tuple(sorted(choices, key=lambda choice: choice[0])))
        for (sure, requirement), choices in groups.items()
        if len(choices) >= LEAST
    ]
    return tuple(sorted(made, key=lambda one: (not one.sure, -len(one.choices), one.requirement)))
