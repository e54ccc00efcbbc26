"""What a picture's name tells of it, and which of many shots to choose: blurred ones, and ones that look alike.

WeChat, QQ and telephones write the moment into the name and take the EXIF away, so the name is asked where EXIF is
silent. Names tell local time; numbers of milliseconds are told as Chinese time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from duban_archive.core.describe.file_name import is_machine_name, stem

_CHINA = timezone(timedelta(hours=8))
_MILLISECONDS = re.compile(r"^(?P<who>mmexport|wx_camera_|hdImg_[0-9a-f]*?|)(?P<ms>1[0-9]{12})(?!\d)", re.IGNORECASE)
_MOMENT = re.compile(
    r"(?<!\d)(?P<y>19[89]\d|20\d\d)[-_.年]?(?P<m>0[1-9]|1[0-2])[-_.月]?(?P<d>0[1-9]|[12]\d|3[01])日?[-_ T.]?"
    r"(?P<H>[01]\d|2[0-3])[-_.:：时]?(?P<M>[0-5]\d)[-_.:：分]?(?P<S>[0-5]\d)"
)
_SAVED = re.compile(r"(?i)^(?:mmexport|微信|wechat|qq|tencent|tim图片|钉钉|dingtalk|\d{13})")
_COPIES = re.compile(r"(?:\s*[(（]\d{1,3}[)）]|\s*[-_ ]?副本)+$")

BLURRED = 45.0  # variance of the Laplacian at 1024 pixels; sharp shots of people and rooms have 150 to 2000
SOFTER = 0.25  # of the middle sharpness of its group
ALIKE = 10  # of 64 bits in which two shots that look alike may differ
PAGE = 60  # characters read off a picture that make it a page rather than a view
SAME_TEXT = 0.6  # share of pairs of characters that two shots of one page have in common


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTime:
    """A moment that a file name tells (ISO, local); ``saved``: when a chat program saved it, not when it was taken."""

    at: str
    saved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What choosing between shots needs to know of one: pixels, sharpness, fingerprint, the text read off it."""

    record: int
    pixels: int = 0
    sharpness: float | None = None
    fingerprint: str = ""
    text: str = ""

    @property
    def is_page(self) -> bool:
        """Whether it shows a written page rather than people or a place."""
        return len(self.text) >= PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Why a shot may be left out: ``blurred`` or ``alike`` (to ``like``, the better one)."""

    record: int
    code: str
    text: str
    like: int | None = None


def time_in_name(file_name: str) -> NamedTime | None:
    """The moment in a name: ``mmexport1412345678901``, ``微信图片_20240512103045``, ``IMG_20150805_101010``…"""
    name = stem(file_name).strip()
    saved = bool(_SAVED.match(name))
    if match := _MILLISECONDS.match(name):
        at = datetime.fromtimestamp(int(match["ms"]) / 1000, _CHINA)
    elif match := _MOMENT.search(name):
        try:
            year, month, day, hour, minute, second = (int(match[key]) for key in "ymdHMS")
            at = datetime(year, month, day, hour, minute, second)
        except ValueError:  # the 31st of February is no moment
            return None
    else:
        return None
    return NamedTime(at=at.strftime("%Y-%m-%dT%H:%M:%S"), saved=saved)


def without_copy_marks(file_name: str) -> str:
    """The stem without ``(1)``, ``(2)(1)`` and 副本, where a machine gave the name: these mark copies, not numbers."""
    name = stem(file_name).strip()
    return _COPIES.sub("", name) or name if is_machine_name(name) else name


def flags(shots: Sequence[Shot]) -> tuple[Flag, ...]:
    """Which shots of a group may be left out, and why; of those that look alike the sharpest and largest is kept."""
    found: list[Flag] = []
    levels = sorted(shot.sharpness for shot in shots if shot.sharpness is not None)
    middle = levels[len(levels) // 2] if levels else 0.0
    for shot in shots:
        if shot.sharpness is not None and shot.sharpness < max(BLURRED, SOFTER * middle) and shot.sharpness < middle:
            found.append(Flag(record=shot.record, code="blurred", text=f"{shot.record} 号件偏模糊"))
    best_first = sorted(shots, key=lambda s: (-(s.sharpness or 0), -s.pixels, s.record))
    kept: list[Shot] = []
    for shot in best_first:
        twin = next((other for other in kept if _alike(shot, other)), None)
        if twin is None:
            kept.append(shot)
        else:
            text = f"{shot.record} 号件与 {twin.record} 号件几乎一样,后者更清楚"
            found.append(Flag(record=shot.record, code="alike", text=text, like=twin.record))
    order = [shot.record for shot in shots]
    return tuple(sorted(found, key=lambda flag: order.index(flag.record)))


def _alike(one: Shot, other: Shot) -> bool:
    """By how they look; pages look alike anyway, so of them the words are compared, too."""
    if not one.fingerprint or not other.fingerprint:
        return False
    if (int(one.fingerprint, 16) ^ int(other.fingerprint, 16)).bit_count() > ALIKE:
        return False
    if not one.is_page and not other.is_page:
        return True
    pairs, others = _pairs(one.text), _pairs(other.text)
    return len(pairs & others) >= SAME_TEXT * max(1, len(pairs | others))


def _pairs(text: str) -> set[str]:
    dense = "".join(text.split())
    return {dense[at : at + 2] for at in range(len(dense) - 1)}
