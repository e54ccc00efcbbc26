"""像是旧材料改了年份: two papers of one unit that differ in nothing but years, and a body that stayed in last year.

::

    text ──▶ sentences with years and dates as # ──▶ six least hashes ──▶ papers of the unit that share one
                                                                └──▶ nearly all sentences alike, years not → a doubt
"""

from __future__ import annotations

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from duban_archive.core.authenticity.paper import SHEETS, SLIDES, Line, Paper, Setting, found
from duban_archive.core.authenticity.trace import Trace
from duban_archive.core.dates import numeral
from duban_archive.core.findings import Finding, Spot
from duban_archive.core.period_rules import overlap
from duban_archive.core.wording import bare, tidy

_NEARLY = 0.95  # of the characters stand in sentences that both papers have
_LEAST = 120  # characters that must be alike
_SKETCH = 6
_MOST_COMPARED = 40
# What is the same every year without harm: rules, certificates, empty forms; asked of the title too.
_STEADY_KINDS = {"policy", "certificate", "form", "physical"}
_STEADY = re.compile(
    r"制度|办法|章程|职责|守则|公约|细则|规定|课程表|作息|流程图|平面图|证书|许可证|执照|空白|样表|模板|须知"
    # what is sent to every family or signed by everybody each year
    r"|一封信|告家长书|告知书|倡议书|承诺书|责任书|责任状|协议书?|邀请函|温馨提示"
    # who and what there is stays from year to year: staff, attendance, equipment
    r"|签到|通讯录|校舍|校产|资产|仪器|设备|器材|任课|分工|值班表"
    r"|(?:教职工|教师|教工|职工|人员|成员|班子|领导小组)\S{0,8}(?:名册|名单|一览|登记表)"
)

_D = "〇○零Oo一二三四五六七八九"
_YEAR = rf"(?:(?:19|20)\d\d|[二一][{_D}]{{3}})"
_MASK = re.compile(
    rf"{_YEAR}(?:\s*年?\s*[\-—–~～至./]+\s*(?:{_YEAR}|\d\d)(?!\d))?\s*(?:学年度?|年度?|级|届)?|第[一二12]学期|[上下]学期|[春秋]季?(?=学期|学|季|入|开)"
    r"|\d{1,2}\s*月\s*(?:\d{1,2}\s*[日号])?|[一二三四五六七八九十]{1,3}月(?:[一二三四五六七八九十]{1,3}日)?"
    r"|(?<=〕)\s*\d{1,4}(?=\s*号)|星期[一二三四五六日天]|周[一二三四五六日](?![期边围])"
)
_POINTED = re.compile(r"#[\s.\-/年]*(?:\d{1,2}[.\-/]\d{1,2})?")
_ENDS = re.compile(r"[。；;！!？?\n]")


# --- against other years ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    trace: Trace
    when: str
    sentences: Counter[str]
    characters: int


def year_changed_from(traces: Sequence[Trace]) -> Iterator[Finding]:
    """Papers that are another year's with only years and dates changed; each is told once, against the nearest."""
    buckets: dict[tuple[str, int], list[_Sketch]] = defaultdict(list)
    for trace in sorted(traces, key=lambda t: (when(t), t.record)):
        sketch = _sketch(trace)
        if sketch is None:
            continue
        least = sorted(zlib.crc32(s.encode()) for s in sketch.sentences)[:_SKETCH]
        earlier: dict[int, _Sketch] = {}
        for hash in least:
            for other in buckets[_whose(trace), hash][-_MOST_COMPARED:]:
                earlier.setdefault(other.trace.record, other)
            buckets[_whose(trace), hash].append(sketch)
        nearest = max((p for p in earlier.values() if _other_time(p, sketch)), key=lambda p: p.when, default=None)
        for candidate in sorted(earlier.values(), key=lambda p: p.when, reverse=True):
            if _other_time(candidate, sketch) and _nearly_same(candidate, sketch):
                nearest = candidate
                break
        else:
            continue
        yield _changed(sketch.trace, nearest.trace)


def _changed(trace: Trace, older: Trace) -> Finding:
    message = (
        f"《{trace.title}》和《{older.title}》除了年份、日期,文字几乎一字不差。"
        "请核对是不是把旧材料改了年份;确实照旧沿用的,请写说明。"
    )
    spots = (
        Spot(record=trace.record, paper=trace.title, file_name=trace.file_name, value=when(trace)),
        Spot(record=older.record, paper=older.title, file_name=older.file_name, value=when(older)),
    )
    routine = bool(
        trace.number and older.number and trace.number != older.number and re.search(r"通知$", bare(trace.title))
    )  # sent out every year
    return found(
        "year_changed", "hint" if routine else "doubt", message, *spots,
        about=(trace.record, older.record, zlib.crc32(trace.text.encode())), unit=trace.unit,
    )  # fmt: skip


def when(trace: Trace) -> str:
    """The time a paper is of: what its title or description says, else the year it bears."""
    if years := years_in(trace.title):
        return f"{years[0]}-{years[-1]}" if len(years) == 2 and years[1] == years[0] + 1 else str(years[-1])
    return trace.period if trace.period[:1].isdigit() or trace.period.startswith("FY") else trace.dated[:4]


def mask(text: str) -> str:
    """The text with every year, date, term and running number of a 文号 as ``#``."""
    return _POINTED.sub("#", _MASK.sub("#", text))


def years_in(text: str) -> tuple[int, ...]:
    """The years named in a text, ascending, 2014-15 as two."""
    years: set[int] = set()
    for match in _TIME.finditer(text):
        first = _year(match[1])
        second = _year(match[2]) if match[2] and len(match[2]) == 4 else 0
        if match[2] and len(match[2]) == 2:
            second = first // 100 * 100 + int(match[2])
        years.update(y for y in (first, second) if 1949 < y < 2100)
    return tuple(sorted(years))


def _year(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else numeral(text) or 0


def _sketch(trace: Trace) -> _Sketch | None:
    time = when(trace)
    if not time or trace.later or trace.kind in _STEADY_KINDS or _STEADY.search(trace.title):
        return None
    sentences = Counter(
        plain for piece in _ENDS.split(mask(trace.text)) if len(plain := re.sub(r"[\s#]+", "", piece)) >= 4
    )
    characters = sum(len(sentence) * n for sentence, n in sentences.items())
    if characters < _LEAST:
        return None
    return _Sketch(trace=trace, when=time, sentences=sentences, characters=characters)


def _nearly_same(one: _Sketch, other: _Sketch) -> bool:
    if min(one.characters, other.characters) < _NEARLY * max(one.characters, other.characters):
        return False
    shared = sum(len(sentence) * n for sentence, n in (one.sentences & other.sentences).items())
    return shared >= _NEARLY * max(one.characters, other.characters)


def _other_time(one: _Sketch, other: _Sketch) -> bool:
    if one.trace.version_of == other.trace.record or other.trace.version_of == one.trace.record:
        return False
    return one.when != other.when and not overlap(one.when, other.when)


def _whose(trace: Trace) -> str:
    return trace.unit or bare(trace.author)


# --- within one paper -------------------------------------------------------------------------------------------

_TIME = re.compile(rf"({_YEAR})(?:\s*年?\s*[\-—–~～至/]+\s*({_YEAR}|\d\d(?!\d)))?")
_QUOTED = re.compile(r"《[^》]*》|〔[^〕]*〕|\[[^\]]*\]|“[^”]*”|[（(][^（()）]{0,40}号[)）]")
_AHEAD = {"plan", "list", "notice", "policy"}
_LOOKING_BACK = re.compile(
    r"去年|上一?学?年|回顾|基础上|以来|相比|比上|同比|增长|提高到|[自从](?=20|二[〇○])|历年|近[三两五]年|截[止至]|至今|开始|起[,，]"
)
_PLANNING = re.compile(r"指导思想|总体思路|目标|计划|安排|打算|任务|重点|[将拟]|要[求点]|学校工作")
_OF_NOW = re.compile(
    rf"现将[^。]{{0,12}}({_YEAR})|({_YEAR})\s*年?\s*(?:[\-—–~至]\s*{_YEAR})?\s*(?:年度|学年度?|度|[春秋]季|[上下]半年|第[一二]学期|[上下]学期|工作|\d{{1,2}}月|全年|一年)"
)


def year_changed_within(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """The title says this year, the body speaks of last year as its own and never of this one."""
    if paper.later or any(SHEETS.search(p.media_type) or SLIDES.search(p.media_type) for p in paper.record.parts):
        return
    own = _times_in(paper.title)
    if len(own) != 1:
        return  # no year, or several: 近三年
    first, last = own[0]
    before = (first - 1, last - 1)
    title = bare(paper.title)
    body: list[tuple[Line, str]] = []
    for line in paper.lines():
        if "\t" in line.text or not _TIME.search(line.text):
            continue
        text, plain = tidy(line.text), bare(line.text)
        if len(plain) < 12 or plain in title or title in plain[: len(title) + 8]:
            continue
        if not text.startswith("附"):
            body.append((line, _QUOTED.sub("", text)))
    said = Counter(time for _, text in body for time in _times_in(text))
    if not said[before] or any(time[1] >= last and time != before for time in said):
        return
    hits = [(line, text) for line, text in body if before in _times_in(text)]
    strong = [text for _, text in hits if _is_of_now(text, before)]
    announced = any("现将" in text for text in strong)
    ahead = paper.kind in _AHEAD
    if not strong or (ahead and not any(_PLANNING.search(text) for text in strong)):
        return
    if said[before] < 2 and not announced and not ahead and first == last:
        return  # one year, once: a summary may well begin with the year before
    ours, theirs = _say(own[0]), _say(before)
    message = (
        f"《{paper.title}》题名写 {ours},正文却有 {said[before]} 处说的是 {theirs},一处也没有说到 {ours}。"
        "请核对是不是上年的材料改了题目和日期;内容确属上年的,请改题名或写说明。"
    )
    spots = [paper.spot(line, value=theirs) for line, _ in hits[:5]]
    about = (paper.id, own[0], before, said[before])
    yield found("year_changed", "doubt", message, *spots, about=about, unit=paper.unit)


def _times_in(text: str) -> tuple[tuple[int, int], ...]:
    """Years and school years in a text, in order, each once: (2014, 2014), (2014, 2015)."""
    times: dict[tuple[int, int], None] = {}
    for match in _TIME.finditer(text):
        first = _year(match[1])
        last = first if not match[2] else int(match[2]) if len(match[2]) == 2 else _year(match[2])
        last += first // 100 * 100 if last < 100 else 0
        if 1949 < first < 2100 and first <= last <= first + 1:
            times[first, last] = None
    return tuple(times)


def _say(time: tuple[int, int]) -> str:
    return f"{time[0]} 年" if time[0] == time[1] else f"{time[0]}—{time[1]} 学年"


def _is_of_now(text: str, before: tuple[int, int]) -> bool:
    """A sentence that speaks of the time as of its own, not looking back on it."""
    for sentence in re.split(r"(?<=[。；;])", text):
        if _LOOKING_BACK.search(sentence):
            continue
        if any(before in _times_in(match.group()) for match in _OF_NOW.finditer(sentence)):
            return True
    return False
