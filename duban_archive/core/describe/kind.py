"""Tells a paper's kind (台账, 花名册, 方案…) from the words its title ends in, and from its layout."""

from __future__ import annotations

import re
from dataclasses import dataclass

from duban_archive.core.describe.kind_words import NEAR, TAILS

_WORDS = {kind: "|".join(words.split()) for kind, words in TAILS.items()}
_AFTER = r"(?:表|（[^）]*）|\([^)]*\)|〔[^〕]*〕|[\d.]+)?$"
_AT_END = [(kind, re.compile(f"(?:{words}){_AFTER}")) for kind, words in _WORDS.items()]
_WEAK = {"form", "file", "record", "policy"}
_ANYWHERE = [(kind, re.compile(words)) for kind, words in _WORDS.items() if kind not in _WEAK]
_ISSUING = re.compile(
    r"(?:印发|制定|下发|颁发|发布|颁布)[《〈<“\"]?(.+?)[》〉>”\"]?(?:\(?（?(?:试行|暂行|草案)?）?\)?)的?(?:通知|公告|决定)$"
)
_FORWARDING = re.compile(r"转发|批转")

_NEAR = {frozenset(pair.split("/")): near for near, pairs in NEAR.items() for pair in pairs.split()}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFound:
    """A kind, the words it was told by, and how sure."""

    kind: str
    words: str
    confidence: float


def kinds_of_title(title: str) -> tuple[KindFound, ...]:
    """Kinds a title may tell, the likeliest first: what is *issued* counts before the notice that issues it."""
    text = re.sub(r"\s+", "", title).strip("[]〔〕")
    text = re.sub(r"[（(][^（）()]*[)）]$", "", text).strip("“”\"'")
    found: list[KindFound] = []
    if match := _ISSUING.search(text):
        for one in _by_tail(match[1].rstrip('》〉>”"')):
            found.append(one)
        return (*found, KindFound(kind="notice", words=text[-2:], confidence=0.6))
    found.extend(_by_tail(text))
    if not found:
        for kind, pattern in _ANYWHERE:
            if match := pattern.search(text):
                found.append(KindFound(kind=kind, words=match.group(), confidence=0.55))
                break
    if found and _FORWARDING.search(text) and found[0].kind == "notice":
        found.append(KindFound(kind="policy", words="转发", confidence=0.5))
    return tuple(found)


def _by_tail(text: str) -> list[KindFound]:
    longest: tuple[int, str, str] = (0, "", "")
    for kind, pattern in _AT_END:
        match = pattern.search(text)
        # The longest tail decides (发放花名册 is a voucher, not a roster); among equals, the order of the table.
        if match and len(match.group()) > longest[0]:
            longest = (len(match.group()), kind, match.group())
    return [KindFound(kind=longest[1], words=longest[2], confidence=0.9)] if longest[0] else []


def kind_of_layout(headers: tuple[str, ...], rows: int, *, picture: bool, moving: bool, words: int) -> KindFound | None:
    """A guess from the layout alone: names make a roster, figures a statistics table, a picture media."""
    joined = "".join(headers)
    if "姓名" in joined and rows > 3:
        return KindFound(kind="roster", words="表头有 姓名", confidence=0.5)
    if len(headers) >= 4 and re.search(r"人数|总数|合计|面积|比例|率", joined):
        return KindFound(kind="statistics", words="表头有 人数/合计", confidence=0.45)
    if len(headers) >= 4 and rows > 3:
        return KindFound(kind="register", words="是一张表", confidence=0.35)
    if moving or (picture and words < 30):
        return KindFound(kind="media", words="是照片或录像", confidence=0.5)
    return None


def nearness(asked: str, have: str) -> float:
    """How well a paper of kind ``have`` may serve where ``asked`` is wanted, 0..1."""
    if not asked or not have or asked == have or "other" in (asked, have):
        return 1.0 if asked == have else 0.7
    return _NEAR.get(frozenset((asked, have)), 0.25)
