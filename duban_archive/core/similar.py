"""Finds papers that are alike: the same content in other clothes, versions of one paper, the same form of another year.

::

    text ──▶ Signature(exact, blank)      exact: every character; blank: digits, dates and given names left out
               exact alike  → the same paper (scan of the Word file, PDF of it, re-saved copy)
               blank alike  → the same form for another school or year: shown side by side, never merged on its own

One-permutation MinHash over four-character shingles: each shingle is hashed once, the least hash of each of 128 bins
is kept, empty bins borrow from the next one. The share of equal bins estimates the Jaccard likeness (±0.04).
"""

from __future__ import annotations

import difflib
import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from duban_archive.core.wording import bare

BINS = 128
SHINGLE = 4
LONGEST = 60_000
LEAST_SHINGLES = 12
BAND = 4
SAME = 0.85
ALIKE = 0.7
_DATES = re.compile(r"[\d〇○零一二三四五六七八九十]+(?:年|月|日|号|学年|学期|届|期|班|级)?")
_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Two MinHashes of one text; empty where the text is too short to tell."""

    exact: tuple[int, ...] = ()
    blank: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Another record that is alike: ``same`` content or the same form (``alike``), and how near, 0..1."""

    record: int
    kind: str
    nearness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMark:
    """What a name says about the stage of a paper: a later one has a higher ``rank``; ``words`` said it."""

    rank: int
    words: str


def sign(text: str, *, names: Iterable[str] = ()) -> Signature:
    """The signature of a text; ``names`` (of units) are left out of its blank half."""
    exact = bare(text[:LONGEST])
    blank = exact
    for name in sorted({bare(name) for name in names if name}, key=len, reverse=True):
        blank = blank.replace(name, "")
    blank = _LATIN.sub("", _DATES.sub("", blank))
    return Signature(exact=_minhash(exact), blank=_minhash(blank))


def near(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """How alike two halves are, 0..1; 0 where either is empty."""
    if not one or not other:
        return 0.0
    return sum(1 for a, b in zip(one, other, strict=True) if a == b) / len(one)


def compare(one: Signature, other: Signature) -> tuple[str, float]:
    """``("same", nearness)``, ``("alike", nearness)`` or ``("", nearness)``."""
    exact = near(one.exact, other.exact)
    if exact >= SAME:
        return "same", exact
    blank = near(one.blank, other.blank)
    return ("alike" if blank >= ALIKE else "", max(exact, blank))


def bands(half: tuple[int, ...]) -> tuple[int, ...]:
    """Keys to look others up by: two texts of likeness 0.7 share one with 99.9 %, of 0.3 with 23 %."""
    return tuple(
        zlib.crc32(repr((n, half[n : n + BAND])).encode()) for n in range(0, len(half) - len(half) % BAND, BAND)
    )


def find_alike(signature: Signature, others: Mapping[int, Signature]) -> tuple[Likeness, ...]:
    """Records alike, the nearest first, the same before the merely alike."""
    found: list[Likeness] = []
    for record, other in others.items():
        kind, nearness = compare(signature, other)
        if kind:
            found.append(Likeness(record=record, kind=kind, nearness=round(nearness, 3)))
    return tuple(sorted(found, key=lambda like: (like.kind != "same", -like.nearness, like.record)))


def _minhash(text: str) -> tuple[int, ...]:
    shingles = {text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)}
    if len(shingles) < LEAST_SHINGLES:
        return ()
    least = [-1] * BINS
    for shingle in shingles:
        digest = int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=5).digest(), "big")
        place, value = digest % BINS, digest // BINS
        if least[place] < 0 or value < least[place]:
            least[place] = value
    for n in range(BINS):
        if least[n] < 0:  # borrow from the next filled bin, marked by the distance
            step = next(k for k in range(1, BINS) if least[(n + k) % BINS] >= 0 and least[(n + k) % BINS] < 1 << 40)
            least[n] = least[(n + step) % BINS] + (step << 40)
    return tuple(least)


# --- versions ------------------------------------------------------------------------------------------------

_STAGES: tuple[tuple[int, str], ...] = (
    (1, r"草稿|初稿|一稿|第一稿|草案|讨论稿|征求意见稿|模板|样表"),
    (2, r"二稿|第二稿|修改稿?|修订稿?|修改版|修订版|改\d?$|送审稿?|审核稿?|报审稿?"),
    (3, r"三稿|第三稿|四稿|定稿|终稿|最终版?|最后版?|正式版?|上报稿?|上报版?|印发稿?|打印版?"),
    (4, r"盖章(?:版|件|扫描件?)?|签字(?:版|件)?|签章|红头(?:版|文件)?|扫描件盖章|已盖章"),
)
_NUMBERED = re.compile(r"(?:[vV]|第?版本?|ver)\.?\s*(\d{1,2})(?:\.\d+)*(?!\d)")


def version_mark(file_name: str) -> VersionMark | None:
    """What the name says about the version (终稿, 修订, 盖章版, v3); ``None`` when it says nothing."""
    found: VersionMark | None = None
    for rank, words in _STAGES:
        if match := re.search(words, file_name.rpartition(".")[0] or file_name):
            found = VersionMark(rank=rank * 100, words=match.group())
    if match := _NUMBERED.search(file_name):
        rank = (found.rank if found else 200) + int(match[1])
        found = VersionMark(rank=rank, words=found.words + match.group() if found else match.group())
    return found


def is_later(one: str, other: str) -> bool | None:
    """Whether the paper named ``one`` looks like a later version of the one named ``other``; ``None`` untold."""
    first, second = version_mark(one), version_mark(other)
    if first is None and second is None:
        return None
    ranks = (first.rank if first else 150, second.rank if second else 150)
    return None if ranks[0] == ranks[1] else ranks[0] > ranks[1]


def differences(one: str, other: str, *, most: int = 40) -> tuple[tuple[str, str], ...]:
    """The lines in which two papers differ, side by side (``""`` where one has none), at most ``most``."""
    left, right = [line for line in one.splitlines() if line], [line for line in other.splitlines() if line]
    pairs: list[tuple[str, str]] = []
    matcher = difflib.SequenceMatcher(None, left[:800], right[:800], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        for n in range(max(b - a, d - c)):
            pairs.append((left[a + n] if a + n < b else "", right[c + n] if c + n < d else ""))
            if len(pairs) == most:
                return tuple(pairs)
    return tuple(pairs)
