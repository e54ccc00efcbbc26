"""What the words around a number mean: a header 七年级(女), a row 第二小学, a title 2014—2015学年在校生统计表.

Each label is taken apart into period, unit, stage, grade, class, sex, total and what is left: the noun. Only a noun
that is known whole names a figure, so that a qualifier we do not understand never makes two figures look the same.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from duban_archive.core.figures.amounts import measure_in
from duban_archive.core.figures.readings import ALL
from duban_archive.core.figures.vocabulary import GENERIC, Vocabulary, bare
from duban_archive.core.periods import Habits, find_periods
from duban_archive.core.units import UnitNames

_OFFICE = re.compile(
    r"政府|乡镇|中心学校|教育局|教育办|教办|教委|迎检|迎“?省检|领导小组|指导组|水平组|督查组|全[镇乡县]"
)
TOTAL = re.compile(r"(?:合计|总计|小计|共计|总和|累计|计|总数|总人数)$")
_TOTAL_ALONE = re.compile(r"(?:合计|总计|小计|共计|总和|累计|计|合计数|总计数|小计数)$")
_EVERYBODY = re.compile(r"全(?:校|园|班|年级|部|[镇乡县区市])(?:合计|总计|共计|总数)?")
_OF_WHICH = re.compile(r"^(?:其中|内(?!容))[::\uff1a,、]?")
_NUMBERING = re.compile(
    r"^(?:[((\uff08][一二三四五六七八九十\d]+[))\uff09]|[一二三四五六七八九十]+、|\d+[、.\uff0e](?!\d))"
)
_CN = {c: n for n, c in enumerate("零一二三四五六七八九十")}
_GRADE = re.compile(
    r"^(?:小学|初中)?(?:([一二三四五六七八九1-9])年级|初([一二三1-3])(?:年级)?|(学前班|托班|小班|中班|大班)(?!额))"
)
_CLASS = re.compile(
    r"^(?:([一二三四五六七八九1-9])[年级.]{0,2})?[((\uff08]?([一二三四五六七八九十]{1,2}|\d{1,2})[))\uff09]?班(?!级|数|额|主)|"
    r"^([1-9])0([1-9])班?$|^([一二三四五六七八九])[((\uff08](\d{1,2})[))\uff09]班?"
)
_SEX = re.compile(r"^[((\uff08]?(男|女)(?:生|性|学生|童)?(?:数|人数)?[))\uff09]?$")
_STAGE = re.compile(r"^(小学|初中|高中|学前教育|学前|幼儿园|义务教育)(?:阶段|部|段|学段)?")
_SCOPE = re.compile(
    r"^(?:全镇|全乡|全县|全区|全市|全街道|我镇|我乡|我县|本镇|本乡|全中心校|全中心学校|各校|全部学校)(?:学校|中小学)?"
)
_OWN = re.compile(r"^(?:全校|我校|本校|学校现?有|全园|我园|本园)")
_SEASON = re.compile(r"^(秋季|春季|秋学期|春学期)(?:学期|学年)?(?=.)")
_FILLER = re.compile(r"^(?:现有|现|年末|实有|年度|度|期末|的|各类|情况|当年|本年度?|本年|其它|共有|总)(?=.)")
_RELATIVE = re.compile(
    r"^(?:上学年|上年度?|去年|上一年|上期|下学年|下年|预计|计划|应有|标准|目标|比上年|较上年|增长|省定|国家)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label taken apart. ``periods``: one, several (近三年: no single one), or none; ``season``: 秋季, 春季."""

    text: str
    noun: str = ""
    unit: str = ""
    periods: tuple[str, ...] = ()
    season: str = ""
    dims: Mapping[str, str] = field(default_factory=dict)
    total: bool = False
    of_which: bool = False
    measure: str = ""
    relative: bool = False


class Labels:
    """Takes labels apart with the units and figures of one checklist; each distinct label once."""

    def __init__(self, units: UnitNames, vocabulary: Vocabulary, today: str, *, base_year: int = 0) -> None:
        self.units = units
        self.vocabulary = vocabulary
        self._today = datetime.date.fromisoformat(today)
        self._habits = Habits(base_year=base_year)
        self._known: dict[str, Label] = {}
        self._periods: dict[str, tuple[str, ...]] = {}

    def read(self, text: str) -> Label:
        """The label of a header or of a row."""
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._read(text)
        return known

    def periods(self, text: str) -> tuple[str, ...]:
        """The periods a text names: exactly one stretch counts, more than one says nothing."""
        known = self._periods.get(text)
        if known is None:
            found = find_periods(text, self._today, self._habits, bare_years=len(text) <= 12)
            sorts = {p for one in found for p in one.periods}
            known = self._periods[text] = tuple(sorted(sorts))
        return known

    def unit_in(self, text: str) -> str:
        """The one unit a title names; ``@all`` where it names only the place or says 全镇."""
        if re.search(r"全镇|全乡|全县|全区|全市|各校|各中小学|各学校|分校", text):
            return ALL
        found = self.units.find(text)
        named = {m.unit for m in found if not m.place}
        if len(named) == 1:
            return self.whose(next(iter(named)))
        if not named and (any(m.place for m in found) or re.search(r"[一-龥]{2,4}[镇乡县区](?!.*[校园])", text[:12])):
            return ALL
        return ""

    def whose(self, unit: str) -> str:
        """An office over the schools speaks for all of them; a school, a village or a station for itself."""
        known = self.units.unit(unit)
        return ALL if known is not None and _OFFICE.search(f"{known.name} {known.kind}") else unit

    def _read(self, text: str) -> Label:
        measure = measure_in(text)
        rest = bare(text)
        whole = self._whole(text, rest, measure)
        if whole is not None:
            return whole
        dims: dict[str, str] = {}
        periods: tuple[str, ...] = ()
        season = unit = ""
        of_which = relative = False
        rest = _NUMBERING.sub("", rest)
        for _turn in range(8):
            before = rest
            if m := _OF_WHICH.match(rest):
                of_which, rest = True, rest[m.end() :]
            elif not self._is_name(rest) and (m := _RELATIVE.match(rest)):
                relative, rest = True, rest[m.end() :]
            elif m := _PERIOD.match(rest):
                periods, rest = self.periods(m[0]), rest[m.end() :]
            elif m := _SEASON.match(rest):
                season, rest = m[1][0], rest[m.end() :]
            elif m := _SCOPE.match(rest):
                unit, rest = ALL, rest[m.end() :]
            elif m := _OWN.match(rest):
                rest = rest[m.end() :]
            elif self._is_name(rest):
                break
            elif (m := _CLASS.match(rest)) or (m := _GRADE.match(rest)):
                dims |= grade_and_class(m[0])
                rest = rest[m.end() :]
            elif m := _SEX.match(rest):
                dims["sex"], rest = m[1], ""
            elif (m := _STAGE.match(rest)) and (len(rest) > m.end() or not self.units.resolve(rest)):
                dims["stage"], rest = stage_word(m[1]), rest[m.end() :]
            elif m := _FILLER.match(rest):
                rest = rest[m.end() :]
            elif found := self._unit_prefix(rest):
                unit, rest = found
            if rest == before or not rest:
                break
        total = False
        if _TOTAL_ALONE.fullmatch(rest):
            total, rest = True, ""
        elif not self._is_name(rest) and (m := TOTAL.search(rest)):
            total, rest = True, rest[: m.start()]
        elif self._is_name(rest) and (m := _TOTAL_ALONE.search(rest)):
            total = True
        return Label(
            text=text, noun=rest, unit=unit, periods=periods, season=season, dims=dims, total=total, of_which=of_which,
            measure=measure, relative=relative,
        )  # fmt: skip

    def _whole(self, text: str, rest: str, measure: str) -> Label | None:
        if _TOTAL_ALONE.fullmatch(rest):
            return Label(text=text, total=True, measure=measure)
        if _EVERYBODY.fullmatch(rest):
            return Label(text=text, total=True, unit=ALL if rest[1] in "镇乡县区市" else "", measure=measure)
        unit = self.units.resolve(rest)
        if unit and not self._is_name(rest):
            return Label(text=text, unit=unit, measure=measure)
        m = re.fullmatch(r"(.{2,14})(?:合计|小计|总计|计)", rest)
        if m and (unit := self.units.resolve(m[1])):
            return Label(text=text, unit=unit, total=True, measure=measure)
        found = self.units.find(rest) if len(rest) <= 16 else ()
        if found and found[0].place and found[0].start == 0 and TOTAL.search(rest) and len(found) == 1:
            return Label(text=text, unit=ALL, total=True, measure=measure)
        return None

    def _is_name(self, text: str) -> bool:
        return text in self.vocabulary.by_name and text not in GENERIC

    def _unit_prefix(self, rest: str) -> tuple[str, str] | None:
        if len(rest) > 24:
            return None
        for mention in self.units.find(rest):
            if mention.start == 0 and mention.end < len(rest) and (not mention.derived or len(mention.words) >= 4):
                return (ALL if mention.place else mention.unit), rest[mention.end :]
            break
        return None


def stage_word(word: str) -> str:
    """One word a stage."""
    return "学前" if word in ("学前教育", "幼儿园", "学前") else "初中" if word == "初级中学" else word


def grade_and_class(text: str) -> dict[str, str]:
    """七年级, 初一, 三(2)班, 302班 as grade and class numbers; kindergarten groups by name."""
    found: dict[str, str] = {}
    plain = bare_brackets(text)
    if m := re.search(r"学前班|托班|小班|中班|大班", plain):
        return {"grade": m[0]}
    if m := re.search(r"初([一二三1-3])", plain):
        found["grade"] = str(_digit(m[1]) + 6)
    elif m := re.search(r"([一二三四五六七八九1-9])年级?", plain):
        found["grade"] = str(_digit(m[1]))
    if m := re.fullmatch(r"([1-9])0?([1-9])班?", plain):
        if len(plain.removesuffix("班")) >= 2:
            return {"grade": m[1], "class": m[2]}
    elif m := re.fullmatch(r"([一二三四五六七八九1-9])[.\-]?(\d{1,2})班?", plain):
        return {"grade": str(_digit(m[1])), "class": str(int(m[2]))}
    if m := re.search(r"(?:级|年|初[一二三1-3])?([一二三四五六七八九十]{1,3}|\d{1,2})班", plain):
        found["class"] = str(_small(m[1]))
    return found


def bare_brackets(text: str) -> str:
    """七年级(2)班 as 七年级2班."""
    return re.sub(r"[\s()()\uff08\uff09]+", "", text)


def _digit(text: str) -> int:
    return int(text) if text.isdigit() else _CN[text]


def _small(text: str) -> int:
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_CN.get(tens, 1) * 10 if ten else 0) + _CN.get(ones, 0)


_Y = r"(?:19|20)\d\d"
_PERIOD = re.compile(
    rf"^(?:{_Y}[-—–~至/]+(?:{_Y}|\d\d)(?:学年度?|年度?)?(?:第?[一二上下]学期)?|{_Y}年?(?:\d{{1,2}}月(?:\d{{1,2}}日)?|学年度?|秋季?|春季?|年度|度|年)?"
    rf"(?:学期)?|二[〇○零0]..年度?)(?:年报)?"
)


def part_in(texts: Sequence[str]) -> dict[str, str]:
    """The one grade or class that a table or a roster is of, by its title or its sheet's name."""
    for text in texts:
        plain = bare_brackets(text)
        m = re.search(
            r"(?:[一二三四五六七八九1-9]年级|初[一二三])(?:[一二三四五六七八九十]{1,2}|\d{1,2})班|"
            r"(?<![\d])[1-9]0[1-9]班|[一二三四五六七八九]\d{1,2}班?(?![\d年月])|(?:[一二三四五六七八九1-9]年级|初[一二三](?!级|中))|[大中小]班(?!额)",
            plain,
        )
        if m and (found := grade_and_class(m[0])):
            return found
    return {}
