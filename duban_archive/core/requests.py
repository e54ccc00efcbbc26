"""报送包: what a school without this program is asked for, folder by folder, and how its papers find their way back.

A package bears a code (``BS0003-7KQ2M``) in a hidden file at its top and in each of its numbered folders, in its own
name and in that of its 报送清单. A *mark* is the code with the folder's number (``BS0003-7KQ2M/07``): the hidden file
nearest above a paper says it, else a name on the way does. What slot a number stands for is told by the office's own
register, never by the package, so nobody can file a paper elsewhere by writing a code file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MARK_FILE = ".duban-request"
LIST = "报送清单"
_CODE = re.compile(r"(?<![A-Z0-9])BS(\d{4,6})-([0-9A-Z]{5})(?![0-9A-Z])")
_SAID = re.compile(r"\s*(BS\d{4,6}-[0-9A-Z]{5})(?:/(\d{2,4}))?\s*")
_NUMBER = re.compile(r"\s*[\[(【(]?(\d{2,4})(?!\d)(?!\s*年)")
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that are taken for another
_ASIDE = re.compile(r"[((][^()()]*[))]")
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One numbered folder: the slot it stands for and how many papers of it are still wanted."""

    number: int
    requirement: str
    period: str
    wanted: int = 1
    due: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A package that was made: ``code``, for whom, when and by whom, its folders; ``own``: digests of the files it came
    with, so that a form that comes back blank is known."""

    code: str
    unit: str
    made: str
    by: str = ""
    wanted: tuple[Wanted, ...] = ()
    own: tuple[str, ...] = ()


def make_code(number: int, *parts: str) -> str:
    """The code of the package ``number``; its letters keep a mistyped or invented one from being taken for it."""
    value = int.from_bytes(hashlib.sha256("\n".join((str(number), *parts)).encode()).digest()[:8], "big")
    letters = ""
    for _ in range(5):
        value, place = divmod(value, len(_LETTERS))
        letters += _LETTERS[place]
    return f"BS{number:04d}-{letters}"


def number_of(code: str) -> str:
    """The running number in a code, as the register names it."""
    found = _CODE.fullmatch(code)
    return str(int(found.group(1))) if found else ""


def read_mark(text: str) -> str:
    """What a code file says: ``code/number``, ``code``, or ``""`` when it is no code file of ours."""
    found = _SAID.fullmatch(text[:200])
    if not found:
        return ""
    return f"{found.group(1)}/{int(found.group(2)):02d}" if found.group(2) else found.group(1)


def mark_among(folders: Sequence[str], said: Mapping[int, str], beside: Mapping[int, Sequence[str]]) -> str:
    """The mark of a paper that lies in ``folders`` (outermost first), ``""`` when it is of no package.

    ``said``: what a code file says in the folder at that depth (0 is above all of them); ``beside``: the names of
    files there.
    """
    for depth in range(len(folders), -1, -1):
        if depth in said and (mark := read_mark(said[depth])):
            return mark if "/" in mark else _with_number(mark, folders[depth:])
    for depth in range(len(folders), -1, -1):
        names = [*beside.get(depth, ()), *folders[depth - 1 : depth]] if depth else list(beside.get(0, ()))
        for name in names:
            if found := _CODE.search(name.upper()):
                return _with_number(found.group(), folders[depth:])
    return ""


def _with_number(code: str, below: Sequence[str]) -> str:
    for name in below:
        if found := _NUMBER.match(name):
            return f"{code}/{int(found.group(1)):02d}"
    return code


def folder_name(number: int, title: str, period: str) -> str:
    """``07 控流保学台账(2014年)``: short enough for a path on Windows."""
    when = f"({period})" if period and period not in ("一次性", "常设") else ""
    plain = _ASIDE.sub("", title) or title
    return f"{number:02d} {_NOT_IN_A_NAME.sub('', plain)[:24].strip()}{_NOT_IN_A_NAME.sub('', when)}".rstrip(". ")
