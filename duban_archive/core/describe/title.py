"""Finds a paper's real title (题名) in its head: past red heads, numbers and addressees, over wrapped lines."""

from __future__ import annotations

import re
from datetime import date

from duban_archive.core.dates import find_dates
from duban_archive.core.describe.kind import kinds_of_title
from duban_archive.core.document_number import find_numbers
from duban_archive.core.wording import CJK, bare, tidy

_SKIP = re.compile(
    r"^(?:附件?\s*[\d一二三四五六七八九十]*\s*[:：.、]?|[—\-–·.\s]*第?\s*\d+\s*页?(?:\s*[/共]\s*\d+\s*页?)?[—\-–·.\s]*|秘密.*|机密.*|绝密.*|特急|加急|急件|平急|内部资料.*|"
    r"签发人.*|份号.*|密级.*|\d+|№.*|no\.?\s*\d+|表\s*[\d一二三四五六七八九十]+(?:-\d+)?|编号[:：].*|档号.*|(?:此件)?(?:公开|存档|原件|复印件).{0,6}|目录|封面|图片|\(图\)|sheet\d+)$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^[-#*\s]*(?:题目|标题|名称|材料名称|文件名称|题名|课题名称|主题|title|subject)\s*[:：]\s*(\S.{3,})$",
    re.IGNORECASE,
)
_CHAPTER = re.compile(r"^(?:第[一二三四五六七八九十百\d]+[章节编条]|目\s*录|目\s*次|前\s*言|.*(?:…{2,}|\.{5,}))")
_FIELD = re.compile(r"^[^:：]{1,14}[:：]")
_ADDRESSEE = re.compile(r"^(?:各|全|本|县|市|省|镇|乡|尊敬|亲爱|同志|领导|教育局|人民政府|中心).{0,60}[:：]$")
_SENTENCE = re.compile(
    r"[。；！？;!?]|，.*，|^(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,2}[)）]|\d{1,2}[、.．]\s*[\u4e00-\u9fff])"
)
_TAIL_WEAK = {"form", "physical", "policy", "record", "file"}
_OPENING = re.compile(r"^(?:关于|中共|中华人民共和国|[^，。]{2,30}关于)")
_RED_HEAD = re.compile(r".{2,30}文\s*件$")
_SUBTITLE = re.compile(r"^(?:——|--|—)\s*\S+")
_BRACKETED = re.compile(r"^[（(〔【].*[)）〕】]$")
_ORG = re.compile(
    r"^[\u4e00-\u9fff（）()“”\"\d]{2,40}(?:政府|小学|中学|学校|中心校|幼儿园|完小|教学点|局|委员会|领导小组|办公室|党委|支部|站|所|办|村委会|社区|中心|督导室|"
    r"[一二三四五六七八九十]小|[一二三四五六七八九十]中|公司|协会|联合会|妇联|团委|[村镇乡县市省])$"
)
_NO_ORG_TAIL = re.compile(r"(?:情况|工作|成立|建立|设立|关于|调整).*(?:领导小组|办公室)$")
LONGEST = 90


def is_organisation(line: str) -> bool:
    """A line that only names an organisation."""
    return bool(_ORG.match(line)) and not _NO_ORG_TAIL.search(line)


def find_title(lines: tuple[str, ...], today: date) -> tuple[str, float]:
    """The title and how sure it is; ``("", 0.0)`` when the head shows none.

    ``lines``: tidy, non-empty, from the top; the cells of a table's row have tabs between.
    """
    best: tuple[str, float] = ("", 0.0)
    found_at = 0
    for start, line in enumerate(lines[:24]):
        following = lines[start + 1] if start + 1 < len(lines) else ""
        if labelled := _LABELLED.match(line):
            return labelled[1].strip(), 0.9
        if best[0] and (_CHAPTER.match(line) or start > found_at + 6):
            break
        if _passed_over(line, following, today):
            continue
        if "\t" in line:
            title = _title_cell(line)
            if title and start <= 3 and best[1] < 0.8:
                return title, 0.85
            if best[0] or start > 2:
                break  # the table has begun
            continue
        if _FIELD.match(line) and not _OPENING.match(line):
            if best[0] or start > 5 or (start > 1 and _ADDRESSEE.match(line)):
                break
            continue
        if _SENTENCE.search(line) or len(line) > LONGEST:
            if best[0] or start > 3:
                break
            continue
        title, sure = _grow(lines, start, today)
        if sure > best[1]:
            best, found_at = (title, sure), start
        if best[1] >= 0.6:
            break
    return best


def _title_cell(line: str) -> str:
    """学校基本情况表 ⇥ 2015年8月: a title with a remark beside it, not a row of headers."""
    cells = [cell for cell in line.split("\t") if cell]
    if len(cells) > 3 or not cells or len(cells[0]) < 6 or not _ends(cells[0]):
        return ""
    beside = [cell for cell in cells[1:] if not re.search(r"\d|[:：]|表号|单位|[（(]", cell)]
    return cells[0] if not beside else ""


def _passed_over(line: str, following: str, today: date) -> bool:
    if _SKIP.match(line) or _CHAPTER.match(line) or _RED_HEAD.match(line) or len(CJK.findall(line)) < 2:
        return True
    if _BRACKETED.match(line) and not line.startswith("【"):
        return True
    numbers = find_numbers(line)
    if numbers and len(bare(line)) - len(bare(numbers[0].value)) < 10:
        return True
    dates = find_dates(line, today)
    if dates and len(bare(line)) - len(bare(dates[0].raw)) <= 3:
        return True
    # A red head without 文件: an organisation, and below it the number.
    return is_organisation(line) and bool(find_numbers(following)) and len(following) < 40


def _grow(lines: tuple[str, ...], start: int, today: date) -> tuple[str, float]:
    """Joins wrapped lines until the title is whole."""
    title = _without_number(lines[start])
    n = start
    ended = _ends(title)
    while n + 1 < len(lines) and n - start < 4:
        following = lines[n + 1]
        if _stops(following, today):
            break
        if ended and not _goes_on(title, following):
            break
        if not ended and n == start and not is_organisation(title) and not _may_wrap(title, following):
            break
        title += following
        n += 1
        ended = _ends(title)
    if n + 1 < len(lines) and _SUBTITLE.match(lines[n + 1]) and len(lines[n + 1]) < 50:
        title += "——" + lines[n + 1].lstrip("—- ")
    title = tidy(title).strip(" 　:：,，.、*#=")
    if len(CJK.findall(title)) < 2:
        return "", 0.0
    if ended:
        strong = any(kind.kind not in _TAIL_WEAK for kind in kinds_of_title(title)) or bool(_OPENING.match(title))
        return title, (0.95 if strong else 0.85) if len(title) >= 5 else 0.6
    if is_organisation(title):
        return title, 0.2
    return title, 0.5 if start <= 2 and len(title) <= 40 else 0.3


def _without_number(line: str) -> str:
    """A title without the document number typed behind it."""
    numbers = find_numbers(line)
    if numbers and numbers[-1].start > 6 and not line[numbers[-1].end :].strip(" )）〕]】"):
        return line[: numbers[-1].start].rstrip(" (（〔[【")
    return line


def _ends(title: str) -> bool:
    if (
        title.count("《") > title.count("》")
        or title.count("（") > title.count("）")
        or title.count("“") > title.count("”")
    ):
        return False
    if title.endswith(("的", "关于", "和", "与", "、", "及")):
        return False
    found = kinds_of_title(title)
    return bool(found) and found[0].confidence > 0.6


def _stops(line: str, today: date) -> bool:
    if _SKIP.match(line) or _CHAPTER.match(line) or _BRACKETED.match(line) or _SUBTITLE.match(line):
        return True
    if find_numbers(line):
        return True
    if "\t" in line or _SENTENCE.search(line) or _ADDRESSEE.match(line) or _FIELD.match(line) or len(line) > 60:
        return True
    dates = find_dates(line, today)
    return bool(dates) and len(bare(line)) - len(bare(dates[0].raw)) <= 3


def _goes_on(title: str, following: str) -> bool:
    """A title that already ends well goes on only in plain cases: 的通知 left over, or 汇报 + 材料."""
    if re.match(r"^(?:的|》|及|和|与)", following):
        return True
    return bool(
        re.fullmatch(
            r"(?:材料|通知|报告|总结|方案|汇报|记录|统计表|登记表|花名册|汇总表|情况|汇编|制度)(?:（[^）]*）)?",
            following,
        )
    )


def _may_wrap(title: str, following: str) -> bool:
    if _OPENING.match(title) or title.endswith(("的", "、", "和", "与", "及", "关于", "》", "”")):
        return True
    if title.count("《") > title.count("》") or title.count("“") > title.count("”"):
        return True
    return _ends(title + following) and len(title + following) <= 60 and _ends(following)
