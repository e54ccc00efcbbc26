"""Write the papers, spoilt and clean, with the checklist of the town and what was planted."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from planted import doubtful, figures_faults, papers, sheet
from planted.fault import Fault
from planted.town import SCHOOLS, TOWN, Life


@dataclass(frozen=True, slots=True)
class Planted:
    """``apart``: the faults that rules were not tuned on (every fifth)."""

    faults: tuple[Fault, ...]
    clean: frozenset[str]

    def apart(self, number: int) -> bool:
        """Whether the fault of this number is of the fifth kept apart."""
        return number % 5 == 0


def make(folder: Path, seed: int) -> Planted:
    """Papers below ``folder``; the same seed makes the same papers."""
    chance = random.Random(seed)
    lives = {school.id: Life(school) for school in SCHOOLS}
    made = papers.all_papers(lives)
    by_key = {(p.school, p.year, p.kind): p for p in made}
    faults = [*figures_faults.plant(by_key, lives, chance), *doubtful.plant(by_key, chance)]
    for paper in made:
        sheet.write(paper, folder)
    named = {path for fault in faults for path in fault.papers}
    clean = frozenset(p.path for p in made if not p.spoilt and p.path not in named)
    return Planted(tuple(faults), clean)


def checklist() -> str:
    """The town's archive_schema.yaml: plan-13 with its schools, and three more figures that its papers hold."""
    units = "\n".join(
        f"  - {{id: {s.id}, name: {s.name}, aliases: [{s.short}], kind: {'初中' if s.is_junior else '小学'}}}"
        for s in SCHOOLS
    )
    members = ", ".join(s.id for s in SCHOOLS)
    return f"""schema: duban/1
id: liuhe-2015
extends: plan-13
version: "2015.1"
office: {TOWN}中心学校迎检办
base_year: 2015
units:
  - {{id: zx, name: {TOWN}中心学校, aliases: [中心学校], kind: 中心学校}}
{units}
groups:
  - {{id: 中心学校, members: [zx]}}
  - {{id: 每校, members: [{members}]}}
figures:
  - {{id: jiaoshi, title: 专任教师数, unit: 人, per: 每校, period: 近三年, names: [专任教师数, 专任教师, 教师数]}}
  - {{id: tushu, title: 图书总数, unit: 册, per: 每校, period: 近三年, names: [图书总数, 图书册数]}}
  - id: shengjuntushu
    title: 生均图书
    unit: 册
    measure: ratio
    formula: 图书总数 / 在校生数
    per: 每校
    period: 近三年
    names: [生均图书, 生均图书册数]
rules:
  - id: liuhe-1
    text: 数据做到上下一致、表表相符
    check: same_value
    of: [专任教师数, 图书总数, 生均图书]
    per: 每校
    period: 近三年
    severity: error
"""
