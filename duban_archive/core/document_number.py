"""文号: finds document numbers in every bracket and spacing habit, writes them one way, tells own from only cited.

GB/T 9704-2012: 发文机关代字、年份、发文顺序号; the year in 〔〕, no 第, no leading zero, 号 at the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_OPEN = "〔［\\[(（【〖「{<〈《﹝"
_CLOSE = "〕］\\])）】〗」}>〉》﹞"
_D = "[0-9OoＯlI]"  # what OCR and typists make of a digit
_MISREAD = str.maketrans("OoＯlI", "00011")
_NUMBER = re.compile(
    rf"(?P<word>[\u4e00-\u9fa5](?:\s*[\u4e00-\u9fa5]){{0,14}})\s*"
    rf"[{_OPEN}]\s*(?P<year>(?:[1lI]\s?9|2\s?[0OoＯ])\s?{_D}\s?{_D})\s*年?\s*[{_CLOSE}]\s*"
    rf"(?P<di>第)?\s*(?P<number>{_D}(?:\s?{_D}){{0,4}})\s*(?P<hao>号)?"
)
# What stands before the issuer's word in a sentence and is no part of it.
_LEAD = re.compile(
    r".*(?:根据|按照|依据|依照|遵照|贯彻落实|贯彻|落实|转发|印发|下发|参照|对照|关于|执行|文件|通知|意见|办法|规定|要求|现将|详见|参见|见|由|以|和|及|与|的|了|为|是|即|文号|字号|编号)"
)
# A word of issue ends in one of these (发文机关代字的末字).
_ENDS = "发函字办通教督令文政党委团工妇财人综安监规计基建体卫艺师职成学校电议纪组宣统武民社局室会中小幼院府联"
_BEHIND_TITLE = re.compile(
    r"^(?!.*(?:根据|按照|转发|贯彻)).{6,}(?:通知|决定|意见|批复|函|方案|通报|请示|办法|规定|报告)[\s(（〔\[【]*$"
)
_CITING = re.compile(r"(根据|按照|依据|依照|遵照|贯彻|落实|转发|参照|对照|执行|依|》|精神|详见)\s*[（(【\[]?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentNumber:
    """A number as found: written with 〔〕, its place, and whether it stands where a paper's own number stands."""

    value: str
    start: int
    end: int
    complete: bool


def find_numbers(text: str) -> tuple[DocumentNumber, ...]:
    """Every document number in the text, own or cited, in order."""
    return tuple(found for match in _NUMBER.finditer(text) if (found := _read(match)) is not None)


def _read(match: re.Match[str]) -> DocumentNumber | None:
    word = re.sub(r"\s", "", match["word"])
    word = _LEAD.sub("", word)
    round_bracket = match.group()[len(match["word"]) :].lstrip()[:1] in "(（《<〈{「"
    plain = not round_bracket and match["hao"]
    if not word or len(word) > 10 or not (plain or word[-1] in _ENDS):
        return None
    if not match["hao"] and round_bracket:
        return None
    year = re.sub(r"\s", "", match["year"]).translate(_MISREAD)
    number = int(re.sub(r"\s", "", match["number"]).translate(_MISREAD))
    start = _start_of(word, match)
    return DocumentNumber(
        value=f"{word}〔{year}〕{number}号", start=start, end=match.end(), complete=bool(match["hao"])
    )


def _start_of(word: str, match: re.Match[str]) -> int:
    """Where the issuer's word itself begins, behind 根据 and the like."""
    start = match.end("word")
    for character in reversed(word):
        start = match.string.rindex(character, 0, start)
    return start


def normalise_number(text: str) -> str:
    """The first number in the text with 〔〕, or ``""``."""
    found = find_numbers(text)
    return found[0].value if found else ""


def own_number(lines: Sequence[str], *, head: int = 12) -> str:
    """The paper's own number: alone on a line of the head (签发人 may follow), not behind 根据… and not inside 《》(…).

    ``lines`` are the non-empty lines from the top of the paper; ``""`` when it carries none of its own.
    """
    for n, line in enumerate(lines[:head]):
        for found in find_numbers(line):
            if n < 5 and _BEHIND_TITLE.search(line[: found.start]) and not line[found.end :].strip(" )）〕]】"):
                return found.value
            before = line[: found.start].strip(" \t\u3000(（〔[【")
            after = line[found.end :].strip(" \t\u3000)）〕]】")
            if not _is_label(before) or not _may_follow(after):
                continue
            previous = lines[n - 1].strip() if n else ""
            if _CITING.search(previous) or (after and not _may_follow(after)):
                continue
            return found.value
    return ""


def _is_label(text: str) -> bool:
    return (
        not text
        or bool(re.fullmatch(r".{0,12}(?:文号|字号|编号|文件编号|发文字号)\s*[:：]?", text))
        or _is_red_head(text)
    )


def _is_red_head(text: str) -> bool:
    """机关代字 may be typed right behind the red head on one line, or a ★ or 特急 stand before it."""
    return bool(re.fullmatch(r"(?:.{2,20}文件|[★特加急平件秘密机绝\d年\s]+)", text))


def _may_follow(text: str) -> bool:
    return not text or bool(re.match(r"签发|会签|（?\s*附|份号|密级|[★]", text))
