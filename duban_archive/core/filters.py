"""What can be typed beside the words of a query (指标:B2-3 单位:三小 年:2014 …), and what it means for a checklist."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from duban_archive.core.period_rules import overlap
from duban_archive.core.plain import normalise

if TYPE_CHECKING:
    from duban_archive.core.checklist import Checklist

# What a person may type → the field it means.
FIELDS: Mapping[str, str] = {
    "指标": "indicator",
    "单位": "unit", "责任单位": "unit",
    "年": "period", "年度": "period", "学年": "period", "期间": "period",
    "类别": "kind", "材料类别": "kind",
    "状态": "state",
    "格式": "format",
    "日期": "dated", "成文日期": "dated",
    "盒": "box", "盒号": "box", "卷": "box", "卷号": "box",
}  # fmt: skip

KINDS: Mapping[str, str] = {
    "台账": "ledger", "台帐": "ledger", "登记表": "register", "表册": "register", "登记册": "register",
    "花名册": "roster", "名册": "roster", "统计表": "statistics", "统计": "statistics", "报表": "statistics",
    "自查报告": "self_report", "自评报告": "self_report", "自查": "self_report", "报告": "report", "汇报材料": "report",
    "汇报": "report", "总结": "summary", "方案": "plan", "计划": "plan", "预案": "plan", "清单": "list", "名单": "list",
    "文件": "policy", "制度": "policy", "办法": "policy", "通知": "notice", "通报": "notice", "会议记录": "minutes",
    "纪要": "minutes", "会议": "minutes", "过程记录": "record", "记录": "record", "档案": "file", "表格": "form",
    "凭证": "voucher", "账目": "voucher", "照片": "media", "视频": "media", "影像": "media", "公示": "disclosure",
    "公开": "disclosure", "证照": "certificate", "证书": "certificate", "问卷": "survey", "调查": "survey",
    "实物": "physical", "案卷": "case_file", "讲话": "speech", "发言": "speech", "其他": "other",
}  # fmt: skip
_KIND_CODES = frozenset(KINDS.values())

# A filing's standing or review, or a file's state, as DESIGN.md spells them.
STATES: Mapping[str, str] = {
    "待确认": "proposed", "已归类": "confirmed", "已确认": "confirmed", "不归此项": "rejected", "待审": "waiting",
    "已报待审": "waiting", "已审": "accepted", "退回": "returned", "退回补正": "returned", "异常": "abnormal",
    "异常件": "abnormal", "待归类": "triage", "未归类": "triage", "已归档": "filed", "定稿": "final",
}  # fmt: skip
_STATE_CODES = frozenset(STATES.values())

_FORMATS: Mapping[str, tuple[str, ...]] = {
    "word": ("docx", "doc", "wps", "rtf"), "文字": ("docx", "doc", "wps", "rtf"), "文档": ("docx", "doc", "wps", "rtf"),
    "excel": ("xlsx", "xls", "et", "csv", "xlsm"), "表格": ("xlsx", "xls", "et", "csv", "xlsm"),
    "ppt": ("pptx", "ppt", "dps"), "幻灯片": ("pptx", "ppt", "dps"), "pdf": ("pdf",), "ofd": ("ofd",),
    "图片": ("jpg", "jpeg", "png", "tif", "tiff", "bmp", "heic", "webp", "gif"),
    "照片": ("jpg", "jpeg", "png", "tif", "tiff", "bmp", "heic", "webp", "gif"),
    "视频": ("mp4", "avi", "mov", "wmv", "mkv", "flv"), "压缩包": ("zip", "rar", "7z"), "邮件": ("eml", "msg"),
}  # fmt: skip

_DAY = re.compile(r"(\d{4})(?:[-.年/](\d{1,2})(?:[-.月/](\d{1,2}))?)?[年月日]?")
_RANGE = re.compile(r"\.{2,}|~|至|到|…")
_YEARS = re.compile(r"(fy)?(\d{4})(?:-(\d{4}))?(?:年|学年|年度|学年度)?(?:-?第?([12一二上下])(?:学期)?)?(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One filter: the field, what it was typed as, and the values it stands for (none: nothing is known by that name).

    ``indicator``: requirement ids · ``unit``: unit ids · ``period``: the period typed, then the checklist's periods
    that share a day with it (ask ``covers`` about any other) · ``kind``, ``state``: codes · ``format``: file suffixes ·
    ``dated``: first and last day, ISO, either may be empty · ``box``: as typed.
    """

    field: str
    typed: str
    values: tuple[str, ...]


def read_filter(name: str, value: str, checklist: Checklist | None) -> Filter:
    """What ``name:value`` means; the name is one of ``FIELDS``."""
    field = FIELDS[name]
    plain = normalise(value)
    match field:
        case "indicator":
            values = requirements_named(plain, checklist)
        case "unit":
            values = units_named(value, checklist)
        case "period":
            values = _periods(plain, checklist)
        case "kind":
            values = tuple(dict.fromkeys(code for word, code in KINDS.items() if word == plain)) or (
                (plain,) if plain in _KIND_CODES else ()
            )
        case "state":
            values = (STATES[plain],) if plain in STATES else (plain,) if plain in _STATE_CODES else ()
        case "format":
            values = _FORMATS.get(plain, (plain.lstrip("."),))
        case "dated":
            values = _days(plain)
        case _:
            values = (value.strip(),)
    return Filter(field=field, typed=f"{name}:{value}", values=values)


def requirements_named(plain: str, checklist: Checklist | None) -> tuple[str, ...]:
    """Requirements with this code or id, or under the indicator with it; else those whose titles contain it."""
    if checklist is None:
        return (plain,)
    by_code = _under(plain, checklist, exact=True)
    return by_code or _under(plain, checklist, exact=False)


def _under(plain: str, checklist: Checklist, *, exact: bool) -> tuple[str, ...]:
    def is_meant(*names: str) -> bool:
        folded = [normalise(name) for name in names]
        return plain in folded if exact else any(plain in name for name in folded)

    indicators = {i.id for i in checklist.indicators if is_meant(*((i.code, i.id) if exact else (i.title,)))}
    grown = True
    while grown:
        below = {i.id for i in checklist.indicators if i.parent in indicators}
        grown = not below <= indicators
        indicators |= below
    return tuple(
        r.id
        for r in checklist.requirements
        if r.indicator in indicators or is_meant(*((r.code, r.id) if exact else (r.title,)))
    )


def units_named(name: str, checklist: Checklist | None) -> tuple[str, ...]:
    """The unit of this name or short form; else all whose names contain it."""
    if checklist is None:
        return (name,)
    from duban_archive.core.units import UnitNames

    unit = UnitNames(checklist).resolve(name)
    if unit:
        return (unit,)
    plain = normalise(name)
    return tuple(
        u.id for u in checklist.units if u.id == name or any(plain in normalise(n) for n in (u.name, *u.aliases))
    )


def covers(one: Filter, period: str) -> bool:
    """Whether a period filter takes in ``period``: 年:2014 takes in 2014-2015, FY2014 and 2014-09-01."""
    return bool(one.values) and overlap(one.values[0], period)


def in_box(where: str, typed: str) -> bool:
    """Whether a shelf place is the box typed: 盒:3 is 2柜1层3盒 and 盒3, not 13盒 nor 3柜; other words stand in it."""
    where, typed = normalise(where), normalise(typed)
    if typed.isdigit():
        own = rf"(?<![0-9]){typed}号?[盒卷箱]|[盒卷箱]号?:?{typed}(?![0-9])"
        return re.search(own, where) is not None
    return bool(typed) and typed in where


def _periods(plain: str, checklist: Checklist | None) -> tuple[str, ...]:
    typed = period_typed(plain)
    if not typed:
        return ()
    asked = {period: None for r in checklist.requirements for period in r.periods} if checklist else {}
    return (typed, *(period for period in asked if period != typed and overlap(typed, period)))


def period_typed(plain: str) -> str:
    """The period for ``2014``, ``2014年``, ``2014-2015学年``, ``2014-2015-1``, ``2015-09``; ``""`` if it is none."""
    if plain in {"once", "standing"}:
        return plain
    match = _YEARS.fullmatch(plain)
    if match is None:
        return ""
    fiscal, first, last, term, month = match.groups()
    if last and int(last) != int(first) + 1:
        return ""
    if month:
        return "" if fiscal or last or term or not 1 <= int(month) <= 12 else f"{first}-{month}"
    if "学年" in plain and not last:
        last = str(int(first) + 1)
    word = f"{first}-{last}" if last else first
    if term:
        return f"{word}-{'2' if term in '2二下' else '1'}" if last else ""
    return f"FY{word}" if fiscal else word


def _days(plain: str) -> tuple[str, ...]:
    """First and last day of ``2014-09..2015-07``, ``2014``, ``..2015``; nothing if it is no date."""
    ends = _RANGE.split(plain, maxsplit=1)
    if len(ends) == 1:
        ends = [plain, plain]
    first, last = (_day(end, late) for end, late in zip(ends, (False, True), strict=True))
    return () if first is None or last is None or not (first or last) else (first, last)


def _day(plain: str, late: bool) -> str | None:
    if not plain:
        return ""
    match = _DAY.fullmatch(plain)
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    month = month or (12 if late else 1)
    if not (year and 1 <= month <= 12 and day <= 31):
        return None
    return f"{year:04}-{month:02}-{day or (calendar.monthrange(year, month)[1] if late else 1):02}"
