"""What is planted: which papers, of what sort, told in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from planted.sheet import Paper

Papers = dict[tuple[str, int, str], Paper]  # by school, year and kind


@dataclass(frozen=True, slots=True)
class Fault:
    """``family`` is figures or doubts; found when a finding names one of ``papers``."""

    family: str
    sort: str
    papers: tuple[str, ...]
    told: str
