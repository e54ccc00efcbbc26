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
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from duban_archive.core.filters import FIELDS, Filter, period_typed, read_filter
from duban_archive.core.period_rules import overlap
from duban_archive.core.plain import normalise

if TYPE_CHECKING:
    from duban_archive.core.checklist import Checklist

# Beyond this a line is a pasted page, not a question; and so many words in one are a paragraph.
LONGEST = 2000
MOST_WORDS = 40

_QUOTED = r"\"[^\"]*\"?|“[^”]*”?|「[^」]*」?|『[^』]*』?"
_NAME = rf"(?:{'|'.join(sorted(FIELDS, key=len, reverse=True))})[:：]"
_TOKEN = re.compile(
    rf"(?P<filter>{_NAME})[ \u3000]?(?!{_NAME})(?P<value>{_QUOTED}|[^\s\"“「『]+)"
    rf"|(?P<minus>[-－−])?(?:(?P<quoted>{_QUOTED})|(?P<word>[^\s\"“「『]+))"
)
_QUOTES = '"“”„「」『』'
_EITHER = frozenset(["或", "或者", "or", "|", "｜", "||"])
# What ends a sentence or a list is not part of a word that is typed beside it.
_STOPS = ",.;:!?。、"
_LATIN_END = re.compile(r"[a-z0-9]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotJump:
    """A line that names a slot and nothing else: requirement ids; the unit's id and the periods, if it names them.

    ``periods``: those of the requirements that share a day with the one typed.
    """

    requirements: tuple[str, ...]
    unit: str = ""
    periods: tuple[str, ...] = ()


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


def parse(line: str, *, checklist: Checklist | None = None, simplify: bool = False) -> Query:
    """Read a query line; ``checklist`` gives codes, units and periods their meaning, ``simplify`` as ``normalise``."""
    reading = _Reading(simplify=simplify)
    if len(line) > LONGEST:
        reading.remarks.append(f"查询内容有 {len(line)} 个字,只按开头的 {LONGEST} 个字查找。整段文字请挑其中一句来查。")
    for token in _TOKEN.finditer(line[:LONGEST]):
        if token["filter"]:
            name, value = token["filter"][:-1], token["value"].strip(_QUOTES)
            reading.filters.append(read_filter(name, value, checklist))
        elif token["quoted"]:
            reading.take(token["quoted"].strip(_QUOTES), exclude=bool(token["minus"]), quoted=True)
        elif token["minus"] or token["word"].lower() not in _EITHER:
            reading.take(token["word"], exclude=bool(token["minus"]), quoted=False)
        else:
            reading.either = True
    return reading.query(line, checklist)


@dataclass(slots=True)
class _Reading:
    """What was read of a line so far."""

    simplify: bool
    words: list[list[str]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    bare_words: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    either: bool = False

    def take(self, typed: str, *, exclude: bool, quoted: bool) -> None:
        """One more word."""
        needle = normalise(typed, simplify=self.simplify)
        if not quoted:
            needle = needle.strip(_STOPS) or needle
        either, self.either = self.either and bool(self.words), False
        if not needle or (not quoted and all(map(_is_punctuation, needle))):
            self.left_out.append(typed)
        elif exclude:
            self.without.append(needle)
        elif either:
            self.words[-1].append(needle)
        else:
            self.words.append([needle])
        if not (quoted or exclude or either):
            self.bare_words.append(typed)

    def query(self, line: str, checklist: Checklist | None) -> Query:
        """All of it together."""
        words = tuple(dict.fromkeys(tuple(dict.fromkeys(alternatives)) for alternatives in self.words))
        only_bare = len(self.bare_words) == len(self.words) and not self.without and not self.filters
        return Query(
            line=line,
            words=words[:MOST_WORDS],
            without=tuple(dict.fromkeys(self.without))[:MOST_WORDS],
            phrase=_joined(words[:MOST_WORDS]),
            filters=tuple(self.filters),
            jump=_jump(self.bare_words, checklist) if only_bare and checklist else None,
            remarks=(*self.remarks, *self._more_remarks(len(words))),
        )

    def _more_remarks(self, words: int) -> Iterator[str]:
        if words > MOST_WORDS:
            yield f"词语有 {words} 个,只用了前 {MOST_WORDS} 个。"
        if self.left_out:
            shown = "、".join(filter(str.isprintable, self.left_out[:3]))[:30]
            yield f"“{shown}”只有标点或空白,已略去;要查标点本身,请放在引号里。"
        for one in self.filters:
            if not one.values:
                yield f"不认识“{one.typed}”,按这个条件找不到材料。请改用全称或编号。"
        if not words and self.without:
            yield "只写了要排除的词,请再写至少一个要找的词。"
        elif not words and not self.filters:
            yield "请写要找的词,例如:控辍保学 台账,或加条件:单位:第三小学 年:2014。"


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PZ"


def _joined(words: Iterable[Sequence[str]]) -> str:
    """The first alternatives in one piece, a space where two latin words meet (as ``normalise`` leaves it)."""
    phrase = ""
    for alternatives in words:
        gap = " " if _LATIN_END.search(phrase) and re.match(r"[a-z0-9]", alternatives[0]) else ""
        phrase += gap + alternatives[0]
    return phrase


def _jump(words: Sequence[str], checklist: Checklist) -> SlotJump | None:
    """The slot that the words name, if each of them is a code, a unit or a period, and one is a code."""
    if not 1 <= len(words) <= 4:
        return None
    from duban_archive.core.units import UnitNames

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
    if not requirements:
        return None
    asked = dict.fromkeys(p for r in checklist.requirements if r.id in requirements for p in r.periods)
    periods = tuple(p for p in asked if period and overlap(period, p))
    return SlotJump(requirements=requirements, unit=unit, periods=periods)


def _by_code(plain: str, checklist: Checklist) -> tuple[str, ...]:
    indicators = {i.id for i in checklist.indicators if i.code and normalise(i.code) == plain}
    return tuple(
        r.id
        for r in checklist.requirements
        if r.indicator in indicators or (r.code and normalise(r.code) == plain) or r.id.lower() == plain
    )
