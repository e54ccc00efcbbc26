"""照片: when and how large a photo says it was taken against what its caption says, and one photo for two events."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from duban_archive.core.authenticity.paper import PICTURES, Paper, Setting, found
from duban_archive.core.authenticity.trace import Picture, Trace
from duban_archive.core.dates import find_dates
from duban_archive.core.describe.file_name import is_machine_name, stem
from duban_archive.core.findings import Finding, Spot
from duban_archive.core.model import Extracted
from duban_archive.core.period_rules import span
from duban_archive.core.periods import Habits, find_periods
from duban_archive.core.photos import PAGE
from duban_archive.core.wording import bare, bigrams

_CLOCKS_SET = "2003"  # a camera's clock before this was never set
_NEVER_SET = re.compile(r"-01-01T00:")
_COLLECTED = re.compile(r"上报|报送|收集|汇总|转存|扫描|资料|材料|整理|归档|备份|新建|下载|导出|存放|打包|补充")
_SLACK = {10: 1, 7: 3, 4: 15}  # days, by how exactly the caption tells the time

_SIZE = re.compile(r"(?<!\d)(\d{3,5})\s*[xX×*＊]\s*(\d{3,5})(?!\d)")
_UNTOUCHED = re.compile(r"原图|原片|原始照片|相机原")
_ON_THE_SPOT = re.compile(r"现场照|现场拍|实拍|拍摄")
_ORIGINAL, _VIEW = 1000, 480  # pixels of the longer side: below, no camera's original; below, a picture for a web page

_SAME_BITS = 4  # of 64 that may differ in two copies of one shot (measured: re-saved, scaled copies differ in 0 to 3)
_BANDS = 5  # so that copies share at least one band of bits whole
_PLAIN = (8, 56)  # set bits: beyond, the picture is nearly one tone and looks like any other
_GENERAL = re.compile(
    r"照片|图片|图像|影像|相片|现场|活动|工作|开展|进行|情况|拍摄|留影|合影|剪影|花絮|佐证|资料|材料|附件|学校|我校|本校|"
    r"[\d_\-()（）.\s、,，#第张组幅年月日时]+|[一二三四五六七八九十]+(?=$|[张幅])"
)
_NEAR_EVENT = 0.34  # shared pairs of characters of two captions that tell of one event
_APART = 3  # days between two captions' dates that make them two events


def photo_date(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """EXIF says another day than the caption."""
    today = date.fromisoformat(setting.today)
    for part, reading in zip(paper.record.parts, paper.readings, strict=False):
        taken = _moment(reading)
        if not PICTURES.search(part.media_type) or not _trusted(taken, setting.today):
            continue
        if sum(len("".join(p.text.split())) for p in reading.passages) >= PAGE:
            continue  # a paper that was photographed: of course later
        names = paper.names if len(paper.record.parts) == 1 and paper.names else ((part.file_name, part.folder),)
        for file_name, folder in names:
            told = _told(file_name, folder, today)
            if told is None:
                continue
            said, first, last, slack = told
            day = date.fromisoformat(taken[:10])
            if first - timedelta(days=slack) <= day <= last + timedelta(days=slack):
                continue
            message = (
                f"照片“{file_name}”的说明是“{said}”,照片自带的拍摄时间却是 {taken[:10]}。"
                "请核对是不是用错了照片;相机时间没调准的,请写说明。"
            )
            spots = (paper.spot(text=f"说明:{said}", value=said), paper.spot(text="拍摄时间", value=taken[:10]))
            yield found("photo_date", "doubt", message, *spots, about=(paper.id, said, taken), unit=paper.unit)
            break


def photo_size(paper: Paper, setting: Setting) -> Iterator[Finding]:
    """A caption that tells a size the picture does not have, or calls a small picture an original."""
    for part, reading in zip(paper.record.parts, paper.readings, strict=False):
        width, height = int(reading.facts.get("width") or 0), int(reading.facts.get("height") or 0)
        if not PICTURES.search(part.media_type) or not width or not height:
            continue
        caption = " ".join((*(name for name, _ in paper.names or ((part.file_name, ""),)), paper.title))
        longer = max(width, height)
        said = ""
        match = _SIZE.search(caption)
        if match and max(int(n) for n in match.groups()) >= 200:
            sides = sorted(int(n) for n in match.groups())
            if any(abs(a - b) > 2 for a, b in zip(sides, sorted((width, height)), strict=True)):
                said = f"写的尺寸是 {match.group()}"
        elif _UNTOUCHED.search(caption) and longer < _ORIGINAL:
            said = "写的是原图,相机、手机的原图没有这样小"
        elif _ON_THE_SPOT.search(caption) and longer < _VIEW:
            said = "写的是现场拍摄,这样小的图多半是网页上的缩略图"
        if said:
            message = f"照片“{part.file_name}”实际 {width}×{height} 像素,名称里{said}。请换原图,或写说明。"
            spot = paper.spot(value=f"{width}×{height}")
            yield found("photo_size", "hint", message, spot, about=(paper.id, width, height, said), unit=paper.unit)


def photo_reused(traces: Sequence[Trace], setting: Setting) -> Iterator[Finding]:
    """The same shot (or a copy of it, scaled or saved anew) under captions that tell of two events."""
    today = date.fromisoformat(setting.today)
    shots = [(trace, picture) for trace in traces for picture in trace.pictures if _is_view(picture)]
    buckets: dict[tuple[int, int], list[int]] = defaultdict(list)
    told: set[tuple[int, int]] = set()
    for n, (trace, picture) in enumerate(shots):
        near: dict[int, None] = {}
        for band in _bands(picture.fingerprint):
            near.update(dict.fromkeys(buckets[band][-200:]))
            buckets[band].append(n)
        for m in near:
            other_trace, other = shots[m]
            pair = (min(trace.record, other_trace.record), max(trace.record, other_trace.record))
            if pair in told and pair[0] != pair[1]:
                continue
            if not _same_shot(picture, other) or not _two_events(picture.caption, other.caption, today):
                continue
            told.add(pair)
            first, second = _leaf(other.caption), _leaf(picture.caption)
            message = (
                f"“{first}”和“{second}”是同一张照片,说明却是两次活动。请核对哪一次用错了照片;"
                "同一次活动叫了两个名称的,请写说明。"
            )
            spots = (_spot(other_trace, other), _spot(trace, picture))
            about = (*pair, other.caption, picture.caption)
            yield found("photo_reused", "doubt", message, *spots, about=about, unit=trace.unit)


# --- what a caption tells ----------------------------------------------------------------------------------------


def _told(file_name: str, folder: str, today: date) -> tuple[str, date, date, int] | None:
    """The time a caption tells: its words, first and last day, and the days of grace; the name before the folder."""
    leaf = folder.rpartition("/")[2]
    texts = [] if is_machine_name(file_name) else [stem(file_name)]
    if leaf and not _COLLECTED.search(leaf):
        texts.append(leaf)
    for n, text in enumerate(texts):
        dates = [found_one for found_one in find_dates(text, today) if len(found_one.iso) >= (4 if n == 0 else 7)]
        if dates and len({one.iso[:4] for one in dates}) == 1 and len(dates) < 3:
            covered = (span(dates[0].iso), span(dates[-1].iso))
            if covered[0] and covered[1]:
                first, last = date.fromisoformat(covered[0][0]), date.fromisoformat(covered[1][1])
                if len(dates[0].iso) > 4:
                    return dates[0].raw, first, last, _SLACK[len(dates[0].iso)]
        periods = [p for p in find_periods(text, today, Habits()) if p.grain in ("year", "school", "semester")]
        if n == 0 and len(periods) == 1 and len(periods[0].periods) == 1 and (days := span(periods[0].periods[0])):
            return periods[0].raw, date.fromisoformat(days[0]), date.fromisoformat(days[1]), _SLACK[4]
    return None


def _moment(reading: Extracted) -> str:
    """When it was taken, by EXIF, else by the name a camera gave it (not the moment a chat program saved it)."""
    named = reading.facts.get("time_in_name") or {}
    return str(reading.facts.get("taken") or ("" if named.get("saved", True) else named.get("at", "")))


def _trusted(taken: str, today: str) -> bool:
    return len(taken) >= 10 and taken[:4] >= _CLOCKS_SET and taken[:10] <= today and not _NEVER_SET.search(taken)


def _two_events(one: str, other: str, today: date) -> bool:
    """Whether two captions tell of different days or name different things; silence is no difference."""
    first, second = _told(*_split(one), today), _told(*_split(other), today)
    if first and second:
        gap = max((second[1] - first[2]).days, (first[1] - second[2]).days)
        if gap > _APART:
            return True
        if _SLACK[10] in (first[3], second[3]) and gap <= 0 and first[3] == second[3]:
            return False  # one day: two names of one thing
    words, others = _event(one), _event(other)
    if len(words) < 3 or len(others) < 3:
        return False
    pairs, more = set(bigrams(words)), set(bigrams(others))
    return len(pairs & more) < _NEAR_EVENT * min(len(pairs), len(more))


def _event(caption: str) -> str:
    """What a caption calls the event: its own words, else those of its folder."""
    file_name, folder = _split(caption)
    for text in (("" if is_machine_name(file_name) else stem(file_name)), folder.rpartition("/")[2]):
        plain = bare(_GENERAL.sub("", text))
        if len(plain) >= 3 and not _COLLECTED.search(text):
            return plain
    return ""


def _split(caption: str) -> tuple[str, str]:
    folder, _, name = caption.rpartition("/")
    return name, folder


def _leaf(caption: str) -> str:
    return "/".join(caption.split("/")[-2:])


# --- how a photo looks ----------------------------------------------------------------------------------------------


def _is_view(picture: Picture) -> bool:
    if picture.characters >= PAGE:
        return False
    return _PLAIN[0] <= int(picture.fingerprint, 16).bit_count() <= _PLAIN[1]


def _same_shot(one: Picture, other: Picture) -> bool:
    if one.digest == other.digest:
        return True
    if one.taken and other.taken and one.taken != other.taken:
        return False  # two shots from one spot
    if one.ratio and other.ratio and abs(one.ratio - other.ratio) > 0.05:
        return False
    return (int(one.fingerprint, 16) ^ int(other.fingerprint, 16)).bit_count() <= _SAME_BITS


def _bands(fingerprint: str) -> Iterator[tuple[int, int]]:
    bits, width = int(fingerprint, 16), -(-64 // _BANDS)
    for n in range(_BANDS):
        yield n, bits >> (n * width) & ((1 << width) - 1)


def _spot(trace: Trace, picture: Picture) -> Spot:
    name = picture.caption.rpartition("/")[2]
    return Spot(record=trace.record, paper=trace.title, file_name=name, text=picture.caption, value=picture.taken[:10])
