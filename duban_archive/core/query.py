"""The query line of an ordinary person: whatever is typed means something, nothing is a syntax error.

::

    控辍保学 台账 "三年级 二班" -草稿 或 名册 指标:B2-3 单位:第三小学 年:2014
    └ words, all of them ┘ └ exact ┘ └ not ┘ └ either ┘ └ filters ┘

Every word is looked for as it stands, inside other words too. ``B2-3 2014 三小``, with nothing else, is a jump to that
slot. Lone punctuation is left out unless quoted, and ``remarks`` say so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist
from duban_archive.core.filters import FIELDS, Filter, period_typed, read_filter
from duban_archive.core.plain import normalise
from duban_archive.core.units import UnitNames

# Beyond this a line is a pasted page, not a question; and so many words in one are a paragraph.
LONGEST = 2000
MOST_WORDS = 40

_QUOTED = r"\"[^\"]*\"?|“[^”]*”?|„[^“”]*[“”]?|「[^」]*」?|『[^』]*』?"
_FILTER = "|".join(sorted(FIELDS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"(?P<filter>{_FILTER})[:：](?P<value>{_QUOTED}|[^\s\"“]+)"
    rf"|(?P<minus>[-－−])?(?:(?P<quoted>{_QUOTED})|(?P<word>[^\s\"“„「『]+))"
)
_QUOTES = '"“”„「」『』'
_EITHER = frozenset(["或", "或者", "or", "|", "｜", "||"])
_LATIN_END = re.compile(r"[a-z0-9]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotJump:
    """A line that names a slot and nothing else; ``unit`` and ``period`` may be empty."""

    requirements: tuple[str, ...]
    unit: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query line, read. ``words``: all of them must stand in a text, any of the alternatives of each (plain form);

    ``without``: none of these may; ``phrase``: the words in one piece, ranked before the words apart.
    """

    line: str = ""
    words: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    phrase: str = ""
    filters: tuple[Filter, ...] = ()
    jump: SlotJump | None = None
    remarks: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing to look for and nothing to filter by."""
        return not self.words and not self.filters


def parse(line: str, *, checklist: Checklist | None = None) -> Query:
    """Read a query line; ``checklist`` gives codes, units and periods their meaning."""
    remarks: list[str] = []
    asked = line
    if len(line) > LONGEST:
        remarks.append(f"查询内容有 {len(line)} 个字,只按开头的 {LONGEST} 个字查找。整段文字请挑其中一句来查。")
        asked = line[:LONGEST]
    words: list[list[str]] = []
    without: list[str] = []
    filters: list[Filter] = []
    plain_words: list[str] = []
    either = False
    unsearchable: list[str] = []
    for token in _TOKEN.finditer(asked):
        if token["filter"]:
            filters.append(read_filter(token["filter"], token["value"].strip(_QUOTES), checklist))
            either = False
            continue
        typed = token["quoted"].strip(_QUOTES) if token["quoted"] else token["word"]
        if token["word"] and not token["minus"] and typed.lower() in _EITHER:
            either = bool(words)
            continue
        needle = normalise(typed)
        if not needle or (token["word"] and all(map(_is_punctuation, needle))):
            unsearchable.append(typed)
            continue
        if token["minus"]:
            without.append(needle)
        elif either:
            if needle not in words[-1]:
                words[-1].append(needle)
        elif [needle] not in words:
            words.append([needle])
        either = False
        if token["word"]:
            plain_words.append(typed)
    if len(words) > MOST_WORDS:
        remarks.append(f"词语有 {len(words)} 个,只用了前 {MOST_WORDS} 个。")
        words = words[:MOST_WORDS]
    if unsearchable:
        shown = "、".join(unsearchable[:3])[:30]
        remarks.append(f"“{shown}”只有标点或空白,已略去;要查标点本身,请放在引号里。")
    for one in filters:
        if not one.values:
            remarks.append(f"不认识“{one.typed}”,这个条件找不到任何材料。请改用全称或编号。")
    if without and not words:
        remarks.append("只写了要排除的词,请再写至少一个要找的词。")
    bare = not without and not filters and all(len(alternatives) == 1 for alternatives in words)
    return Query(
        line=line,
        words=tuple(map(tuple, words)),
        without=tuple(dict.fromkeys(without)),
        phrase=_joined(words),
        filters=tuple(filters),
        jump=_jump(plain_words, checklist) if bare and len(plain_words) == len(words) else None,
        remarks=tuple(remarks),
    )


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PZ"


def _joined(words: list[list[str]]) -> str:
    """The first alternatives in one piece, a space where two latin words meet (as ``normalise`` leaves it)."""
    phrase = ""
    for alternatives in words:
        gap = " " if _LATIN_END.search(phrase) and re.match(r"[a-z0-9]", alternatives[0]) else ""
        phrase += gap + alternatives[0]
    return phrase


def _jump(words: list[str], checklist: Checklist | None) -> SlotJump | None:
    """The slot that the words name, if each of them is a code, a unit or a period, and one is a code."""
    if checklist is None or not 1 <= len(words) <= 4:
        return None
    units = UnitNames(checklist)
    requirements: tuple[str, ...] = ()
    unit = period = ""
    for word in words:
        plain = normalise(word)
        if not requirements and (found := _by_code(plain, checklist)):
            requirements = found
        elif not period and (known := period_typed(plain)):
            period = known
        elif not unit and (resolved := units.resolve(word)):
            unit = resolved
        else:
            return None
    return SlotJump(requirements=requirements, unit=unit, period=period) if requirements else None


def _by_code(plain: str, checklist: Checklist) -> tuple[str, ...]:
    indicators = {i.id for i in checklist.indicators if i.code and normalise(i.code) == plain}
    return tuple(
        r.id
        for r in checklist.requirements
        if r.indicator in indicators or (r.code and normalise(r.code) == plain) or r.id.lower() == plain
    )
