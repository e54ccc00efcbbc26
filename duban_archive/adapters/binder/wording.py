"""How forms word things: kinds of material, dates, titles that break well or stand upright on a spine."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from duban_archive.core.boxes import SHEET_MM

KIND_NAMES = {
    "ledger": "台账",
    "register": "登记表",
    "roster": "花名册",
    "statistics": "统计表",
    "self_report": "自查报告",
    "report": "报告",
    "summary": "总结",
    "plan": "方案计划",
    "list": "清单",
    "policy": "文件制度",
    "notice": "通知通报",
    "minutes": "会议记录",
    "record": "过程记录",
    "file": "档案资料",
    "form": "表单",
    "voucher": "账目凭证",
    "media": "影像宣传",
    "disclosure": "公示",
    "certificate": "证照手续",
    "survey": "问卷测评",
    "physical": "实物",
    "case_file": "案卷",
    "speech": "文稿",
    "other": "其他",
}
SPINE_WIDTHS = (10, 15, 20, 30, 40, 50)  # mm, the presets of GB/T 9705 and DA/T 22


def spine_width(pages: int) -> int:
    """The preset that holds so many pages printed on both sides of the paper, in mm."""
    thickness = (pages + 1) // 2 * SHEET_MM
    return next((width for width in SPINE_WIDTHS if width >= thickness), SPINE_WIDTHS[-1])


_UPRIGHT = {10: (39, 1), 15: (29, 1), 20: (23, 1), 30: (19, 1), 40: (16, 2), 50: (13, 2)}  # characters, columns
_TURNED = str.maketrans("（）()《》〈〉“”‘’—…：:、，", "︵︶︵︶︽︾︿﹀﹃﹄﹁﹂︱︙︰︰︑︐")


def upright(text: str, width: int) -> str:
    """A title set from top to bottom, in two columns from the right where the label is wide enough."""
    deep, columns = _UPRIGHT[width]
    text = "".join(text.split()).translate(_TURNED)
    if len(text) > deep * columns:
        text = text[: deep * columns - 1] + "︙"
    if len(text) <= deep:
        return "\n".join(text)
    half = (len(text) + 1) // 2
    right, left = text[:half], text[half:].ljust(half, "　")
    return "\n".join(f"{a}{b}" for a, b in zip(left, right, strict=True))


def balanced(text: str, limit: int) -> str:
    """A title broken into few lines of like length, each at most ``limit`` characters.

    Quoted words, numbers and Latin words stay whole where that costs at most one line more.
    """
    if len(text) <= limit:
        return text
    fewest = -(-len(text) // limit)
    for breaks in (set(_breaks(text, quotes=True)), set(_breaks(text, quotes=False)), set(range(1, len(text)))):
        for lines in (fewest, fewest + 1):
            cuts = _cut(text, lines, limit, breaks)
            if cuts:
                return "\n".join(text[a:b] for a, b in itertools.pairwise((0, *cuts, len(text))))
    return text


def _cut(text: str, lines: int, limit: int, breaks: set[int]) -> tuple[int, ...]:
    """Where to break into this many lines so that their lengths differ least; empty if they would not fit."""
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}  # end of what is set → (unevenness, breaks)
    for line in range(1, lines + 1):
        ends = [len(text)] if line == lines else sorted(breaks)
        reached: dict[int, tuple[int, tuple[int, ...]]] = {}
        for end in ends:
            ways = [
                (uneven + (end - start) ** 2, (*cuts, end))
                for start, (uneven, cuts) in best.items()
                if 0 < end - start <= limit
            ]
            if ways:
                reached[end] = min(ways)
        best = reached
    return best[len(text)][1][:-1] if len(text) in best else ()


_OPENING, _CLOSING = "“‘《（(【〔", "”’》）)】〕"


def _breaks(text: str, *, quotes: bool) -> Iterator[int]:
    """Places where a line may end; ``quotes``: not inside quotation marks or brackets."""
    depth = 0
    for place, (before, after) in enumerate(itertools.pairwise(text), 1):
        depth += (before in _OPENING) - (before in _CLOSING)
        latin = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
        bound = before in _OPENING + "第" or after in _CLOSING + "、，。；：！？…"
        if not latin and not bound and not (quotes and depth > 0):
            yield place


def years_of(period: str) -> tuple[str, ...]:
    """The first and last year of a printed period, a bar between, one below the other on a spine."""
    digits = "".join(c if c.isdigit() else " " for c in period).split()
    years = [d for d in digits if len(d) == 4]
    if not years:
        return ("",)
    return (years[0],) if years[0] == years[-1] else (years[0], "|", years[-1])


def plain_date(day: str) -> str:
    """2026-11-22 → 2026年11月22日; a shorter date as far as it goes."""
    return "".join(f"{int(part)}{word}" for part, word in zip(day.split("-"), "年月日", strict=False))


def hanzi_date(day: str) -> str:
    """2026-11-22 → 二〇二六年十一月二十二日, as covers date themselves."""
    parts = day.split("-")
    digits = "〇一二三四五六七八九"
    written = "".join(digits[int(c)] for c in parts[0]) + "年"
    for part, word in zip(parts[1:], "月日", strict=False):
        tens, ones = divmod(int(part), 10)
        written += (
            ("" if not tens else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones else "") + word
        )
    return written


def safe_name(text: str, limit: int = 80) -> str:
    """A file name that any system takes, Chinese kept, at most ``limit`` characters and 200 bytes."""
    kept = "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in text).strip(" .")[:limit]
    while len(kept.encode("utf-8")) > 200:
        kept = kept[:-1]
    return kept or "合订本"
