"""Finds papers that are alike: the same content in other clothes, versions of one paper, the same form of another year.

::

    text ──▶ Signature(exact, blank)      exact: every character; blank: digits, dates and unit names left out
               near enough to look at ──▶ Look(text, title, unit, period…) of both ──▶ relate
                 same      the same paper (scan of the Word file, PDF of it, re-saved copy): offered as one record
                 version   another stage of one paper (初稿, 修订, 盖章版): a person marks 定稿
                 near      the same form for another school or year: shown side by side, never merged on its own

One-permutation MinHash over four-character shingles, a byte a bin: each shingle is hashed once, the least hash of each
of 128 bins is kept, and of it the lowest byte; empty bins borrow from the next one. The share of equal bins, less the
1/256 that are equal by chance, estimates the Jaccard likeness (±0.045). Two halves are compared in under a microsecond,
so one paper is held against 10,000 others at once without an index.
"""

from __future__ import annotations

import difflib
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from duban_archive.core.wording import bare

BINS = 128
SHINGLE = 4
LONGEST = 60_000
LEAST_SHINGLES = 12
SAME = 0.85
ALIKE = 0.7
VERSION = 0.35  # two stages of one paper may differ in most of their sentences
BAND = 4
CROWD = 60  # papers that share a name or a stretch; more of them are a form that everybody fills in
SCANNED = 0.6  # a scan of a paper: three characters in a hundred misread leave this much of its shingles
_DATES = re.compile(r"[\d〇○零一二三四五六七八九十]+(?:年|月|日|号|学年|学期|届|期|班|级)?")
_LATIN = re.compile(r"[a-z]+")
_NUMBERS = re.compile(r"\d+")
_SPREAD = 0x9E3779B1  # a multiplier that spreads a check sum's bits (Knuth)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Two MinHashes of one text, a byte a bin; empty where the text is too short to tell."""

    exact: bytes = b""
    blank: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Another record that is alike (``same``, ``version`` or ``near``), how near, 0..1, and a sentence on how."""

    record: int
    kind: str
    nearness: float
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What is compared of two papers once their signatures are near: ``ocr``: the text was read off a picture."""

    record: int
    text: str
    title: str = ""
    unit: str = ""
    period: str = ""
    file_name: str = ""
    ocr: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMark:
    """What a name says about the stage of a paper: a later one has a higher ``rank``; ``words`` said it."""

    rank: int
    words: str


def sign(text: str, *, names: Iterable[str] = ()) -> Signature:
    """The signature of a text; ``names`` (of units) are left out of its blank half."""
    exact = bare(text[:LONGEST])
    return Signature(exact=_minhash(exact), blank=_minhash(_blank(exact, names)))


def names_pattern(names: Iterable[str]) -> re.Pattern[str]:
    """What leaves the names of units out of a bare text; made once where many texts follow."""
    found = sorted({plain for name in names if len(plain := bare(name)) > 1}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, found)) or r"(?!)")


def sign_with(text: str, names: re.Pattern[str]) -> Signature:
    """As ``sign``, with the names prepared."""
    exact = bare(text[:LONGEST])
    return Signature(exact=_minhash(exact), blank=_minhash(_LATIN.sub("", _DATES.sub("", names.sub("", exact)))))


def _blank(exact: str, names: Iterable[str]) -> str:
    return _LATIN.sub("", _DATES.sub("", names_pattern(names).sub("", exact)))


def near(one: bytes, other: bytes) -> float:
    """How alike two halves are, 0..1; 0 where either is empty."""
    if not one or not other:
        return 0.0
    apart = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    equal = apart.to_bytes(BINS, "big").count(0) / BINS
    return max(0.0, (equal - 1 / 256) / (1 - 1 / 256))


def compare(one: Signature, other: Signature) -> tuple[str, float]:
    """``("same", nearness)``, ``("alike", nearness)`` or ``("", nearness)``, by the signatures alone."""
    exact = near(one.exact, other.exact)
    if exact >= SAME:
        return "same", exact
    blank = near(one.blank, other.blank)
    return ("alike" if blank >= ALIKE else "", max(exact, blank))


def candidates(signature: Signature, others: Mapping[int, Signature], *, least: float = VERSION) -> list[int]:
    """Records worth a closer look, the nearest first."""
    found: list[tuple[float, int]] = []
    for record, other in others.items():
        nearness = near(signature.exact, other.exact)
        if nearness < ALIKE:
            nearness = max(nearness, near(signature.blank, other.blank))
        if nearness >= least:
            found.append((nearness, record))
    return [record for _, record in sorted(found, key=lambda one: (-one[0], one[1]))]


def likely_pairs(
    signatures: Mapping[int, Signature], names: Mapping[int, Iterable[str]]
) -> tuple[tuple[int, int], ...]:
    """Pairs that may be one paper or versions of one, among all: those that share a stretch of bins, or a name.

    Four equal bins in a row are shared by two texts of likeness 0.6 with 98 %; two stages of one paper that differ more
    are found by their name (``stage_names``). Every pair once, by number.
    """
    shelves: dict[object, list[int]] = {}
    for record, signature in signatures.items():
        for at in range(0, len(signature.exact), BAND):
            shelves.setdefault((at, signature.exact[at : at + BAND]), []).append(record)
        for name in names.get(record, ()):
            shelves.setdefault(name, []).append(record)
    pairs = {
        (min(one, other), max(one, other))
        for shelf in shelves.values()
        if 1 < len(shelf) <= CROWD
        for place, one in enumerate(shelf)
        for other in shelf[place + 1 :]
    }
    return tuple(sorted(p for p in pairs if near(signatures[p[0]].exact, signatures[p[1]].exact) >= VERSION))


def stage_names(title: str, file_name: str) -> tuple[str, ...]:
    """The names of a paper without the words for its stage: what its versions have in common."""
    found = (_without_stage(title), _without_stage(file_name.rpartition(".")[0] or file_name))
    return tuple(dict.fromkeys(name for name in found if len(name) >= 4))


def relate(one: Look, other: Look, names: Iterable[str] | re.Pattern[str] = ()) -> Likeness | None:
    """What ``other`` is to ``one``; ``None`` when they are papers of their own."""
    pattern = names if isinstance(names, re.Pattern) else names_pattern(names)
    a, b = sign_with(one.text, pattern), sign_with(other.text, pattern)
    exact, blank = near(a.exact, b.exact), near(a.blank, b.blank)
    apart = _apart(one, other)
    plain = bare(one.text) == bare(other.text) and bool(bare(one.text))
    nearness = round(1.0 if plain else max(exact, blank), 3)

    def like(kind: str, because: str) -> Likeness:
        return Likeness(record=other.record, kind=kind, nearness=nearness, because=because)

    if plain and not apart:
        return like("same", f"正文与 #{other.record} 一字不差,只是文件不同")
    if not apart and (one.ocr or other.ocr) and exact >= SCANNED and _numbers_agree(one.text, other.text):
        return like("same", f"像是与 #{other.record} 同一份材料:一份是文字,一份是扫描")
    if not apart and _same_paper(one, other) and exact >= VERSION:
        later = is_later(one.file_name, other.file_name)
        order = f"像是 #{other.record} 的{'新' if later else '旧'}版"
        if later is None:
            order = f"像是与 #{other.record} 同一份材料的不同版本"
        return like("version", order + ",正文有改动;哪一份是定稿请人定")
    if blank >= ALIKE or (plain and apart):
        return like("near", f"与 #{other.record} {_how_apart(one, other, apart, plain)}")
    return None


def _apart(one: Look, other: Look) -> tuple[str, ...]:
    """In what the two are told apart: unit, period; what either does not tell keeps nothing apart."""
    pairs = (("单位", one.unit, other.unit), ("期间", one.period, other.period))
    return tuple(word for word, a, b in pairs if a and b and a != b)


def _same_paper(one: Look, other: Look) -> bool:
    first, second = _without_stage(one.title), _without_stage(other.title)
    if first and first == second:
        return True
    names = [_without_stage(look.file_name.rpartition(".")[0] or look.file_name) for look in (one, other)]
    return len(names[0]) >= 4 and names[0] == names[1]


def _without_stage(name: str) -> str:
    plain = bare(name)
    for _, words in _STAGES:
        plain = re.sub(words, "", plain)
    return re.sub(r"\d+$", "", _NUMBERED.sub("", plain))


def _numbers_agree(one: str, other: str) -> bool:
    first, second = Counter(_NUMBERS.findall(bare(one))), Counter(_NUMBERS.findall(bare(other)))
    both, either = sum((first & second).values()), max(sum(first.values()), sum(second.values()))
    return not either or both / either >= 0.8


def _how_apart(one: Look, other: Look, apart: tuple[str, ...], plain: bool) -> str:
    if plain:
        return f"正文一字不差,只有{'、'.join(apart)}不同:请核对是不是照抄"
    if apart == ("期间",):
        return f"同名不同年({other.period} 与 {one.period}),内容相近"
    if apart == ("单位",):
        return "同一种材料,单位不同,内容相近"
    return f"同一种材料,{'、'.join(apart) or '名称和数字'}不同,内容相近"


def _minhash(text: str) -> bytes:
    shingles = {text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1)}
    if len(shingles) < LEAST_SHINGLES:
        return b""
    least = [-1] * BINS
    for shingle in shingles:
        digest = zlib.crc32(shingle.encode()) * _SPREAD & 0xFFFFFFFF
        place, value = digest >> 25, digest & 0x1FFFFFF
        if least[place] < 0 or value < least[place]:
            least[place] = value
    return bytes(_byte(least, n) for n in range(BINS))


def _byte(least: list[int], n: int) -> int:
    """The lowest byte of a bin's least hash; an empty bin borrows from the next filled one, marked by the distance."""
    step = 0
    while least[(n + step) % BINS] < 0:
        step += 1
    value = least[(n + step) % BINS]
    return (value ^ value >> 11 ^ step * 0x35) & 0xFF


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
