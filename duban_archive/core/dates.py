"""Finds dates in every way offices write them, and tells a plausible one from a number that only looks like one."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

EARLIEST = 1949

_DIGITS = {c: str(n) for n, group in enumerate(("〇○零OoＯ0０", "一壹1", "二贰2", "三叁3", "四肆4")) for c in group}
_DIGITS |= {c: str(n) for n, group in enumerate(("五伍5", "六陆6", "七柒7", "八捌8", "九玖9"), start=5) for c in group}
_NUMERAL = "〇○零OoＯ一二三四五六七八九壹贰叁肆伍陆柒捌玖0-9"

_WRITTEN = re.compile(
    rf"(?<![{_NUMERAL}])([{_NUMERAL}]\s*[{_NUMERAL}]\s*[{_NUMERAL}]\s*[{_NUMERAL}])\s*年\s*"
    rf"(?:度\s*)?(?:([{_NUMERAL}十](?:\s?[{_NUMERAL}十]){{0,2}})\s*月(?:份)?\s*"
    rf"(?:([{_NUMERAL}十廿卅](?:\s?[{_NUMERAL}十]){{0,3}})\s*[日号曰])?)?"
)
_POINTED = re.compile(r"(?<![\d.])((?:19|20)\d\d)\s*([.\-/·．])\s*(\d{1,2})(?:\s*\2\s*(\d{1,2}))?(?![\d%]|\.\d)")
_SOLID = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号曰])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date as found: ISO (may stop at year or month), where it stands in the text, and how it is written there."""

    iso: str
    start: int
    end: int
    raw: str

    @property
    def whole(self) -> bool:
        """A day is known."""
        return len(self.iso) == 10


def numeral(text: str) -> int | None:
    """``二〇一五`` → 2015, ``三十一`` → 31, ``07`` → 7; ``None`` when it is no number."""
    text = re.sub(r"\s", "", text).replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        high = numeral(tens) if tens else 1
        low = numeral(ones) if ones else 0
        return None if high is None or low is None else high * 10 + low
    digits = "".join(_DIGITS.get(c, "?") for c in text)
    return int(digits) if digits.isdigit() else None


def plausible(year: int, month: int | None, day: int | None, today: date) -> bool:
    """Within 1949 and one year from today, and a day that the calendar has."""
    if not EARLIEST <= year <= today.year + 1:
        return False
    if month is not None and not 1 <= month <= 12:
        return False
    if day is not None and month is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        return False
    return (year, month or 1, day or 1) <= (today.year + 1, today.month, today.day)


def find_dates(text: str, today: date) -> tuple[Found, ...]:
    """Every plausible date in the order of the text; a bare year counts only as ``2015年``. Overlaps: longest wins."""
    found = sorted(_all(text, today), key=lambda f: (f.start, f.start - f.end))
    kept: list[Found] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif len(one.iso) > len(kept[-1].iso):
            kept[-1] = one
    return tuple(kept)


def _all(text: str, today: date) -> Iterator[Found]:
    for pattern in (_WRITTEN, _POINTED, _SOLID, _SHORT):
        for match in pattern.finditer(text):
            groups = match.groups()
            if pattern is _POINTED:
                groups = (groups[0], groups[2], groups[3])
            elif pattern is _SHORT:
                groups = ("20" + groups[0], groups[1], groups[2])
            iso = _iso(groups, today)
            if iso:
                yield Found(iso=iso, start=match.start(), end=match.end(), raw=match.group().strip())


def _iso(groups: tuple[str | None, ...], today: date) -> str:
    numbers = [numeral(group) if group else None for group in groups]
    year, month, day = numbers
    if year is None or (groups[1] and month is None) or (groups[2] and day is None):
        return ""
    if not plausible(year, month, day, today):
        return ""
    parts = (f"{year:04d}", f"{month:02d}" if month else "", f"{day:02d}" if month and day else "")
    return "-".join(part for part in parts if part)
