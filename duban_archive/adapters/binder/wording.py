"""How forms word things: kinds of material, dates, titles that break well or stand upright on a spine."""

from __future__ import annotations

from collections.abc import Iterator

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
SHEET_MM = 0.11  # a sheet of 70–80 g paper, with a tenth for air


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
    """A title broken into lines of about equal length, never inside a number, a Latin word or before a closing mark."""
    lines = -(-len(text) // limit)
    if lines < 2:
        return text
    made, rest = [], text
    for left in range(lines, 1, -1):
        want = round(len(rest) / left)
        cut = min(_breaks(rest), key=lambda place: (abs(place - want), place), default=len(rest))
        made.append(rest[:cut])
        rest = rest[cut:]
    return "\n".join(part for part in (*made, rest) if part)


def _breaks(text: str) -> Iterator[int]:
    inside = 0
    for place, character in enumerate(text):
        if (
            place
            and inside == 0
            and character not in "”’》）)、，。；：！？"
            and not (
                text[place - 1].isascii() and text[place - 1].isalnum() and character.isascii() and character.isalnum()
            )
            and text[place - 1] not in "“‘《（(第"
        ):
            yield place
        inside += (character in "“《（(") - (character in "”》）)")


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
