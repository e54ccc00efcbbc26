"""档号 and the six cells of 归档章, in the 归档 view only (DA/T 22-2015, DA/T 13-2022).

::

    全宗号-门类代码·年度-保管期限[-机构代码]-件号        W012-WS·2014-D10-0007
    归档章:  全宗号 │ 年度 │ 件号
             机构   │ 保管期限 │ 页数

全宗号 and 保管期限 are the office's to say (its own approved table): without them there is no 档号, never a guess.
A number that is on paper stays; 件号 run on within a year and retention period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from duban_archive.core.model import ContentsLine, Volume
from duban_archive.core.volumes import Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """What an office's numbers are made of; ``units``: 机构代码 by the unit's name, where the office has any."""

    fonds: str
    retention: str
    category: str = "WS"
    units: Mapping[str, str] = field(default_factory=dict)

    def stem(self, line: ContentsLine) -> str:
        """All but the 件号; empty where the office has not said enough or the paper has no year."""
        year = year_of(line)
        if not (self.fonds and self.retention and year):
            return ""
        unit = self.units.get(line.unit_name, "")
        return "-".join(part for part in (self.fonds, f"{self.category}·{year}", self.retention, unit) if part)


def year_of(line: ContentsLine) -> str:
    """年度: the (last) year a paper covers, else the year of its date."""
    digits = "".join(c if c.isdigit() else " " for c in line.period).split()
    years = [d for d in digits if len(d) == 4]
    return years[-1] if years else line.dated[:4]


def number_all(
    volumes: Sequence[Volume], scheme: Scheme, *, known: Mapping[Paper, str] | None = None
) -> tuple[Volume, ...]:
    """The volumes with a 档号 on each line that can have one; copies and references carry that of the original."""
    given: dict[Paper, str] = {paper: number for paper, number in (known or {}).items() if number}
    last: dict[str, int] = {}
    for number in given.values():
        stem, _, count = number.rpartition("-")
        if count.isdigit():
            last[stem] = max(last.get(stem, 0), int(count))
    for line in (line for volume in volumes for line in volume.lines):
        paper, stem = (line.record, line.only_pages), scheme.stem(line)
        if stem and paper not in given:
            last[stem] = last.get(stem, 0) + 1
            given[paper] = f"{stem}-{last[stem]:04}"
    return tuple(
        replace(
            volume,
            lines=tuple(
                replace(line, archive_number=given.get((line.record, line.only_pages), "")) for line in volume.lines
            ),
        )
        for volume in volumes
    )


def cells(line: ContentsLine, scheme: Scheme) -> tuple[str, str, str, str, str]:
    """归档章 but for its last cell, the pages: 全宗号, 年度, 件号, 机构, 保管期限; empty where nothing is known."""
    count = line.archive_number.rpartition("-")[2]
    return scheme.fonds, year_of(line), count or str(line.item), line.unit_name, scheme.retention
