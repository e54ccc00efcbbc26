"""自评: what a person claims for an indicator, and where an office's own form wants which of it.

A form is a grid of texts. Its columns are known by their headings, its rows by an indicator's or requirement's code or
title; only empty cells are filled, so nothing that somebody wrote is lost. No score is ever computed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from duban_archive.core.plain import normalise

Grid = Sequence[Sequence[str]]

# What a column wants, by its heading; the longer words first, since 佐证材料页码 is no 佐证材料.
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("pages", re.compile(r"页码|页号|所在页|卷.*页|出处")),
    ("score", re.compile(r"自评得?分|自查得?分|自评分值|自评得分")),
    ("verdict", re.compile(r"是否达标|达标情况|自评结论|自评等[级次]|自评结果|达标与否")),
    ("problems", re.compile(r"存在.{0,4}问题|问题与不足|主要问题")),
    ("measures", re.compile(r"整改措施|改进措施|措施")),
    ("evidence", re.compile(r"佐证|支撑材料|印证材料|证明材料|档案材料|资料名称|材料目录|相关材料")),
    ("claim", re.compile(r"自评情况|自查情况|自评简述|自评说明|完成情况|落实情况|简述|简要说明|工作情况")),
    ("figures", re.compile(r"数据|实际值|完成值|现状值")),
)
_CODE = re.compile(r"^[A-Za-z]?\d{1,2}(?:[-.．]\d{1,2}){0,3}$|^[A-Za-z]\d{1,2}$")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a person says of an indicator: a short account, the score and the verdict they give it, if any."""

    words: str = ""
    score: str = ""
    verdict: str = ""
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """An empty cell of a form: row and column from 0, which element's it is, and what it wants."""

    row: int
    column: int
    element: str
    wants: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRead:
    """A form's blanks, and the rows below a heading that no indicator was found for (their first words)."""

    blanks: tuple[Blank, ...]
    strange: tuple[str, ...] = ()


def wanted_by(heading: str) -> str:
    """What a column with this heading wants: a word of ``_HEADINGS``, else ``""``."""
    text = _SPACE.sub("", heading)
    return next((word for word, rule in _HEADINGS if len(text) <= 16 and rule.search(text)), "")


def read_form(grid: Grid, codes: Mapping[str, str], titles: Mapping[str, str]) -> FormRead:
    """The blanks of a table; ``codes`` (``plain_code``) and ``titles`` (``plain``) lead to elements' ids."""
    columns: dict[int, str] = {}
    blanks: list[Blank] = []
    strange: list[str] = []
    for r, row in enumerate(grid):
        found = {c: word for c, cell in enumerate(row) if (word := wanted_by(cell))}
        if found and not _element(row, codes, titles):
            columns = {**({} if len(found) > 1 else columns), **found}
            continue
        if not columns:
            continue
        element = _element(row, codes, titles)
        if not element:
            words = next((cell.strip() for cell in row if cell.strip()), "")
            if words and any(not row[c].strip() for c in columns if c < len(row)):
                strange.append(words[:40])
            continue
        blanks += [
            Blank(row=r, column=c, element=element, wants=word)
            for c, word in columns.items()
            if c < len(row) and not row[c].strip()
        ]
    return FormRead(blanks=tuple(blanks), strange=tuple(dict.fromkeys(strange)))


def plain_code(text: str) -> str:
    """A code as it is compared: B2.3, b2-3 and Ｂ2－3 are one."""
    return re.sub(r"[.．_·]", "-", normalise(text)).strip()


def plain(text: str) -> str:
    """A title as it is compared: without spaces and marks, in one width and case."""
    return re.sub(r"[^\w\u4e00-\u9fff]", "", normalise(text))


def _element(row: Sequence[str], codes: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """The most particular element a row names: by its last code, else by its last title."""
    by_code = by_title = ""
    for cell in row:
        text = cell.strip()
        if not text or len(text) > 120:
            continue
        lead = text.split()[0]
        if _CODE.match(lead) and plain_code(lead) in codes:
            by_code = codes[plain_code(lead)]
        elif plain(text) in titles:
            by_title = titles[plain(text)]
    return by_code or by_title
