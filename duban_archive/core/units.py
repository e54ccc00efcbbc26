"""Knows the units of a checklist by every name they go by, and finds them in titles, folders, headers and 落款."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist, Unit
from duban_archive.core.strangers import Strangers
from duban_archive.core.wording import Words, bare

# Short names that are ordinary words: never taken for a unit on their own.
_WORDS = frozenset(
    """
    小学 初中 中学 高中 学校 幼儿园 中心 完小 村小 教学点 镇政府 政府 县政府 乡政府 村委会 办公室 中小 大小
    全镇 全县 各村 各校 小 中 校 镇 乡 村 县 一贯制学校 九年一贯制学校 中学生 小学生 初级中学 附属小学 人民
    教育 财政 公安 民政 卫生 文化 安全 司法 宣传 妇联 团委 管理 督查 指导 组织 领导
    """.split()  # noqa: SIM905 - a list of forty words is read as words
)
_NUMERALS = frozenset("一二三四五六七八九十")
_AFTER_SMALL = frozenset("时组班学型区伙朋额康")
_AFTER_MIDDLE = frozenset("学心的国华旬期央小层有级")
_ORDINAL = re.compile(r"第([1-9]\d?)(?!\d)")
_PLACE_ONLY = re.compile(r"(?:[镇乡县市区旗]|街道)$")
_PLACE = re.compile(r"^.{1,6}?(?:省|市|县|区|州|盟|旗|镇|乡|街道)(?=.{2,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A unit named in a text: its id (a merged school's own), the words used, and where.

    ``derived``: a short form; ``place``: only the place's name (吴集镇), which any paper from there may carry.
    """

    unit: str
    words: str
    start: int
    end: int
    derived: bool = False
    place: bool = False


class UnitNames:
    """Every name and plain short form of the units, prepared once per checklist; a short form two share is no name."""

    def __init__(self, checklist: Checklist) -> None:
        self._units = {unit.id: unit for unit in checklist.units}
        given: dict[str, set[str]] = defaultdict(set)
        derived: dict[str, set[str]] = defaultdict(set)
        prefixes = _shared_prefixes(checklist)
        for unit in checklist.units:
            for name in (unit.name, *unit.aliases):
                if plain_name(name):
                    given[plain_name(name)].add(unit.id)
            for name in (unit.name, *unit.aliases):
                for short in _short_forms(plain_name(name), prefixes):
                    derived[short].add(unit.id)
        self._by_name: dict[str, tuple[str, bool]] = {}
        self.shared = {name: tuple(sorted(ids)) for name, ids in (given | derived).items() if len(ids) > 1}
        for names, is_derived in ((derived, True), (given, False)):
            for name, ids in names.items():
                if len(ids) == 1 and not (is_derived and (name in given or name in _WORDS)):
                    self._by_name[name] = (next(iter(ids)), is_derived)
        self._words = Words(self._by_name)
        self.strangers = Strangers(checklist)

    def unit(self, unit: str) -> Unit | None:
        """The unit by its id."""
        return self._units.get(unit)

    def find(self, text: str) -> tuple[Mention, ...]:
        """Units named in the text, in order, longest name first; a place name right before a unit is part of it."""
        plain = plain_name(text)
        found: list[Mention] = []
        for start, words in self._words.find(plain):
            unit, derived = self._by_name[words]
            if derived and not _stands_free(plain, start, words):
                continue
            one = Mention(
                unit=unit,
                words=words,
                start=start,
                end=start + len(words),
                derived=derived,
                place=bool(_PLACE_ONLY.search(words)),
            )
            if found and found[-1].end == one.start and (found[-1].place or self._owns(found[-1].unit, one.unit)):
                found.pop()  # 吴集镇 + 三小: the school is meant
            found.append(one)
        return tuple(found)

    def resolve(self, name: str) -> str:
        """The unit whose whole name (or a short form) this is, else ``""``."""
        known = self._by_name.get(plain_name(name))
        return known[0] if known else ""

    def is_above(self, one: str, other: str) -> bool:
        """Whether ``one`` is an office over the school or village ``other``."""
        below, above = self._units.get(other), self._units.get(one)
        if below is None or above is None or one == other:
            return False
        return below.belongs_to == one or (_is_grass_root(below) and not _is_grass_root(above))

    def whole(self, name: str) -> str:
        """The unit that a folder of this name is of, also by a word too common elsewhere (中学), if only one fits."""
        plain = plain_name(name)
        known = self._by_name.get(plain)
        if known:
            return known[0]
        fitting = {unit.id for unit in self._units.values() if plain in _common_forms(unit) and not unit.placeholder}
        return next(iter(fitting)) if len(fitting) == 1 else ""

    def home(self) -> str:
        """The unit whose own archive this is: the one that calls itself 本校 or the only one there is."""
        own = [
            u.id for u in self._units.values() if {"本校", "我校", "本园", "本镇", "本乡", "本单位"} & set(u.aliases)
        ]
        real = [u.id for u in self._units.values() if not u.placeholder]
        return own[0] if len(own) == 1 else real[0] if len(real) == 1 else ""

    def _owns(self, one: str, other: str) -> bool:
        below = self._units.get(other)
        return below is not None and below.belongs_to == one


def plain_name(text: str) -> str:
    """Bare, with 第3 as 第三 on both sides of every comparison."""
    return _ORDINAL.sub(lambda match: "第" + _in_chinese(int(match[1])), bare(text))


def _in_chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "零一二三四五六七八九"
    return ("" if tens < 2 else digits[tens]) + ("十" if tens else "") + (digits[ones] if ones else "")


def _shared_prefixes(checklist: Checklist) -> tuple[str, ...]:
    """Place names that several units' names begin with (吴集镇), longest first."""
    counts: dict[str, int] = defaultdict(int)
    for unit in checklist.units:
        name = plain_name(unit.name)
        while match := _PLACE.match(name):
            counts[plain_name(unit.name)[: len(plain_name(unit.name)) - len(name) + match.end()]] += 1
            counts[match.group()] += 1
            name = name[match.end() :]
    return tuple(sorted((p for p, n in counts.items() if n > 1), key=len, reverse=True))


def _short_forms(name: str, prefixes: tuple[str, ...]) -> set[str]:
    """第三小学 and 三小 for 吴集镇第三小学, 大桥小学 and 大桥小 for 大桥村小学, and the like."""
    forms: set[str] = set()
    for prefix in prefixes:
        if name.startswith(prefix) and len(name) - len(prefix) >= 2:
            forms.add(name[len(prefix) :])
    for form in (name, *forms.copy()):
        if match := re.fullmatch(r"第([一二三四五六七八九十]{1,3})(初级中学|中学|小学|幼儿园|中)", form):
            forms.add(match[1] + {"小学": "小", "幼儿园": "幼"}.get(match[2], "中"))
            forms.add(f"第{match[1]}" + {"小学": "小", "幼儿园": "幼儿园"}.get(match[2], "中学"))
        if match := re.fullmatch(r"(.{2,})村(完全小学|小学|完小|教学点|幼儿园)", form):
            forms |= (
                {match[1] + match[2], match[1] + "村小", match[1] + "小"} if "小" in match[2] else {match[1] + match[2]}
            )
        if match := re.fullmatch(r"(.{2,4})(?:完全小学|小学|完小)", form):
            forms |= {match[1] + "小学", match[1] + "完小", match[1] + "小"} if len(match[1]) > 1 else set()
        if match := re.fullmatch(r"(.{2,})(?:九年一贯制学校|九年制学校|九年义务教育学校)", form):
            forms |= {match[1] + "学校", match[1] + "九年一贯制学校", match[1] + "九年制学校"}
        if match := re.fullmatch(r"(.{2,})(?:初级中学|初中)", form):
            forms |= {match[1] + "中学", match[1] + "初中", match[1] + "初级中学"}
        if form.endswith("中心学校"):
            forms.add(form[:-2] + "校")
        if form.endswith("人民政府"):
            forms.add(form.removesuffix("人民政府") + "政府")
        if match := re.fullmatch(r"(.{2,3})村(?:村民委员会|村委会|民委员会|委会)?", form):
            forms |= {match[1] + "村", match[1] + "村委会", match[1] + "村村委会", match[1] + "村民委员会"}
    return {form for form in forms if form != name and len(form) >= 2}


def _is_grass_root(unit: Unit) -> bool:
    """A school, kindergarten or village: one of many that hand papers up."""
    words = unit.kind or unit.name
    return bool(re.search(r"小学|初中|中学|幼儿园|一贯制|教学点|村|完小|[学园]$", words)) and "中心学校" not in words


def _common_forms(unit: Unit) -> set[str]:
    name = plain_name(unit.name)
    tails = ("初级中学", "中心小学", "中心幼儿园", "中心学校", "九年一贯制学校", "幼儿园", "小学", "中学", "学校")
    forms = {tail for tail in tails if name.endswith(tail)}
    if "初级中学" in forms:
        forms |= {"初中"}
    if "中心学校" in forms:
        forms |= {"中心校"}
    return forms


def _stands_free(text: str, start: int, words: str) -> bool:
    """A short form (三小, 大桥小) must not be a piece of a longer word (三小时, 第三小组, 十三小)."""
    after = text[start + len(words) : start + len(words) + 2]
    if words[0] in _NUMERALS and text[start - 1 : start] in {*_NUMERALS, "第"}:
        return False
    if words.endswith("小"):
        return after[:1] not in _AFTER_SMALL or after in {"学生", "学籍", "学年", "学期", "班级", "班子"}
    if words.endswith("中"):
        return after[:1] not in _AFTER_MIDDLE or after in {"学生", "学籍", "学年", "学期"}
    return not (words.endswith("幼") and after[:1] in {"教", "师"})
