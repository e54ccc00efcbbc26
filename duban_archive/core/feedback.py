"""反馈意见 as evaluators send it: the numbered lines of a notice, told apart into problems and what is none.

Numbering has levels (一、 (一) 1. (1)); the finest of a branch are the items, coarser ones are their headings. Under
headings that praise or ask, nothing is a problem, nor are lines without a number: all those are given back apart, so
that a person sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LEVELS = (
    re.compile(r"^第?[一二三四五六七八九十]{1,3}[、.．,，]\s*(.*)"),
    re.compile(r"^[(（][一二三四五六七八九十]{1,3}[)）]\s*(.*)"),
    re.compile(r"^\d{1,3}\s*(?:[、．.](?!\d)|[.．](?=\d{1,2}月))\s*(.*)"),
    re.compile(r"^(?:[(（]\d{1,3}[)）]|[①-⑳])\s*(.*)"),
)
_PRAISE = re.compile(r"成绩|成效|亮点|做法|经验|基本情况|总体评价|肯定")
_WISH = re.compile(
    r"^(?:整改|工作|几点|有关)?(?:要求|建议|意见和建议|下一步|今后)|整改要求|工作建议|下一步工作|意见建议|几点建议"
)
_GOOD = re.compile(r"^(?:主要|取得的?|工作)*(?:成绩|成效|亮点|做法|经验|基本情况|总体评价)")
_PROBLEM = re.compile(r"问题|不足|短板|薄弱|差距")
_LOOSE = -1  # the level of a line that is not numbered
_SENTENCE_END = re.compile(r"[。;；!！?？:：]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A numbered line: its ``text``, under which ``heading``, and whether it tells a problem."""

    text: str
    heading: str
    is_problem: bool


@dataclass(slots=True)
class _Node:
    level: int
    text: str
    children: int = 0
    parent: _Node | None = None


def read_items(lines: Iterable[str]) -> tuple[Item, ...]:
    """The numbered items of a notice in their order; none when nothing is numbered."""
    nodes: list[_Node] = []
    for line in (raw.strip() for raw in lines):
        if not line:
            continue
        found = next(((n, m[1]) for n, rule in enumerate(_LEVELS) if (m := rule.match(line))), None)
        if found is None:
            if nodes and nodes[-1].level >= 0 and not _SENTENCE_END.search(nodes[-1].text):
                nodes[-1].text += line  # a line that goes on
            elif nodes:
                nodes.append(_Node(_LOOSE, line, parent=nodes[-1].parent if nodes[-1].level == _LOOSE else nodes[-1]))
            continue
        level, text = found
        parent = nodes[-1] if nodes else None
        while parent is not None and (parent.level >= level or parent.level == _LOOSE):
            parent = parent.parent
        if parent is not None:
            parent.children += 1
        nodes.append(_Node(level, text, parent=parent))
    return tuple(_item(node) for node in nodes if not node.children and node.text)


def _item(node: _Node) -> Item:
    heading = node.parent
    path = []
    while heading is not None:
        path.append(heading.text.rstrip("。").rstrip(":"))
        heading = heading.parent
    above = " ".join(reversed(path))
    is_problem = node.level != _LOOSE and _tells_a_problem(above, node.text)
    return Item(text=node.text.rstrip("；;。"), heading=above, is_problem=is_problem)


def _tells_a_problem(heading: str, text: str) -> bool:
    if _PROBLEM.search(heading):
        return True
    return not (
        _PRAISE.search(heading) or _WISH.search(heading) or (not heading and (_WISH.match(text) or _GOOD.match(text)))
    )
