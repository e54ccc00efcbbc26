"""Finds a unit that a paper names and the checklist does not list: 青杠小学 before the office has entered its schools.

Until an office has filled in its schools and villages, one placeholder stands for each group (每校, 各村). A paper that
plainly says whose it is then goes to the placeholder, with the name as the paper writes it. Where the schools are
entered, a stranger's name keeps the paper from being filed under somebody else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from duban_archive.core.checklist import Checklist, Unit
from duban_archive.core.wording import bare

_PLACE = r"(?:[\u4e00-\u9fff]{1,4}?(?:省|市|县|区|州|镇|乡|街道)){0,3}"
_SCHOOL = (
    r"(?:初级中学|高级中学|完全中学|中心小学校?|中心完小|村小学|小学校|小学|完小|九年一贯制学校|九年制学校|一贯制学校|实验学校|"
    r"学校|中学|初中|教学点|第?[一二三四五六七八九十]中|第?[一二三四五六七八九十]小)"
)
# What a group of units is called → what the names of its members end with; the first that fits is meant.
_KINDS: tuple[tuple[str, str, str], ...] = (
    (
        "room",
        r"教室|功能室|专用室",
        r"[\u4e00-\u9fff]{0,7}?(?:实验室|教室|阅览室|图书室|微机室|音乐室|美术室|器材室|仪器室|活动室|机房|图书馆)",
    ),
    ("centre", r"中心校|中心学校", r"[\u4e00-\u9fff]{0,6}?(?:中心学校|中心校|教育管理中心|教办)(?!长)"),
    ("government", r"政府", r"[\u4e00-\u9fff]{0,2}?(?:人民政府|镇政府|乡政府|县政府|区政府|党政办)"),
    ("garden", r"园", r"[\u4e00-\u9fff]{1,8}?(?:幼儿园|幼稚园)"),
    ("school", r"校|^示例.*学$", rf"[\u4e00-\u9fff]{{1,6}}?{_SCHOOL}"),
    ("village", r"村", r"[\u4e00-\u9fff]{1,4}?(?:村|社区|居)(?:村民委员会|居民委员会|村委会|居委会|支部|党支部)?"),
    (
        "office",
        r"单位|部门",
        r"[\u4e00-\u9fff]{2,8}?(?:派出所|服务中心|管理站|委员会|办公室|所|站|局|办|院|联合会|妇联|团委)",
    ),
)
# What such a name is followed by at the head of a title; a word that goes on (小学生, 中学阶段) is no name.
_AFTER = r"(?=$|[\d〇零“《(（:：、,，\s_\-—]|(?!生(?!均)|阶段|段|级|制|化|长|部门)[\u4e00-\u9fff])"
_STRICT_AFTER = (
    r"(?=$|[\d〇零“《(（:：\s_\-—]|关于|迎|自查|自评|整改|工作|教育|两基|使用|管理|登记|制度|记录|情况|成立|领导)"
)
_NO_NAME = re.compile(
    r"各|所有|全[省市县区镇乡体校部]|^中小?$|小学|初中|中学|[一-鿿]*义务教育|农村|城乡|乡镇$|民办|公办|示范|重点|特色|寄宿|标准化|规范化|平安|文明|绿色|和谐|家长|"
    r"老年|农民|业余|夜|党|特殊教育|职业|专门|普通|薄弱|边远|合格|我|本|该|现代|示$|关于|加强|做好|开展|[和与及]|所在|毕业|转入|转出|原|在|入|升|的|幼儿$|进"
)
_EXAMPLE = "示例"  # a checklist made for one school calls it 示例镇中学 until the office writes its own name
_NO_ROOM = re.compile(r"办公|会议|值班|传达|档案")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A name of a unit that is not listed; ``unit``: the placeholder that stands for its like, ``""`` if none does."""

    unit: str
    words: str
    start: int


class Strangers:
    """Prepared once per checklist: which placeholder stands for which kind of name."""

    def __init__(self, checklist: Checklist) -> None:
        holders = [unit for unit in checklist.units if unit.placeholder or unit.name.startswith(_EXAMPLE)]
        kinds: list[tuple[str, str, str]] = []
        for kind, called, _ in _KINDS:
            holder = next((unit.id for unit in holders if re.search(called, unit.name) and _fits(kind, unit)), "")
            if holder or kind in {"school", "garden"}:
                kinds.append((kind, holder, next(pattern for name, _, pattern in _KINDS if name == kind)))
        self._whole = [(k, holder, re.compile(rf"{_PLACE}(?P<name>{pattern})")) for k, holder, pattern in kinds]
        self._leading = [
            (k, holder, re.compile(rf"{_PLACE}(?P<name>{pattern}){_AFTER if k in _SURE else _STRICT_AFTER}"))
            for k, holder, pattern in kinds
        ]

    def whole(self, text: str) -> Stranger | None:
        """The unit that a text (a folder, a 落款, the value of 学校:) is, as a whole."""
        plain = bare(text)
        for kind, holder, pattern in self._whole:
            match = pattern.fullmatch(plain)
            if match and _is_name(kind, match["name"]):
                return Stranger(unit=holder, words=plain, start=0)
        return None

    def leading(self, text: str) -> Stranger | None:
        """The unit that a title or file name begins with."""
        plain = bare(text)
        for kind, holder, pattern in self._leading:
            match = pattern.match(plain)
            if match and _is_name(kind, match["name"]):
                return Stranger(unit=holder, words=match.group(), start=0)
        return None

    def without(self, plain: str) -> str:
        """A bare title without the stranger or the place that it begins with, or that 关于 or 成立 introduces."""
        for opening in _OPENINGS.finditer(plain):
            rest = plain[opening.end() :]
            stranger = self.leading(rest)
            place = _PLACE_ALONE.match(rest)
            cut = len(stranger.words) if stranger else place.end() if place else 0
            if cut and cut < len(rest):
                return plain[: opening.end()] + rest[cut:]
        return plain


_OPENINGS = re.compile(r"^|关于成立|关于|成立|印发")
_PLACE_ALONE = re.compile(
    r"[\u4e00-\u9fff]{2,4}?(?:省|市|县|区|州|镇|乡|街道)(?!级|域|区|政府|长|内|直)(?=[\u4e00-\u9fff\d]{3,})"
)
_SURE = frozenset({"school", "garden", "centre", "government"})


def _fits(kind: str, unit: Unit) -> bool:
    """每校 is for schools, not for the 中心校 or for 镇直单位 that only has the same character in its name."""
    if kind == "school":
        return not re.search(r"中心校|中心学校", unit.name)
    if kind == "village":
        return bool(re.search(r"村$|村、|各村|每村", unit.name))
    if kind == "garden":
        return bool(re.search(r"园$|幼儿园", unit.name))
    return True


def _is_name(kind: str, name: str) -> bool:
    if kind == "room":
        return not _NO_ROOM.search(name)
    if kind in {"school", "garden"}:
        own = re.sub(rf"{_SCHOOL}$|(?:幼儿园|幼稚园)$", "", name)
        return bool(own or re.match(r"第?[一二三四五六七八九十][中小]$|中心|实验", name)) and not _NO_NAME.search(own)
    if kind == "office":
        return len(name) >= 3 and not _NO_NAME.search(name[:-1])
    return True
