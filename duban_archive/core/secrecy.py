"""密级: whether a paper is marked 秘密, 机密 or 绝密, by its name, the folders it lies in, or the head of its text.

A mark stands alone: in brackets, before ★, behind 密级, as a line or a name of its own. 保守国家秘密学习记录 is no
secret paper, nor is one with a sentence that speaks of 机密★1年.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from duban_archive.core.model import Extracted

STOPPED = "secret"  # the engine of a reading that went no further than the mark
_LEVEL = "绝密|机密|秘密"
_TERM = r"(?:长期|永久|\d{1,2}(?:年|个月|月|天|日))"
# One line of the head: 机密 · 机密★1年 · 密级:秘密 · 份号:000012 机密★ · ★ · ★10年
_LINE = re.compile(
    rf"^(?:密级:?)?({_LEVEL})(?:[★☆*]{_TERM}?)?(?:特急|加急|平急|特提)?$|({_LEVEL})[★☆]{_TERM}?(?=$|[^\w]|特|加|平|份|N)|^(★){_TERM}?$"
)
_STRICT = re.compile(rf"^({_LEVEL})[★☆]{_TERM}?$")
_NAME = re.compile(
    rf"[【\[(〔]({_LEVEL})(?:[★☆].*?)?[】\])〕]|({_LEVEL})[★☆]|密级[:_-]?({_LEVEL})"
    rf"|^({_LEVEL})(?:[-_—、.·\s].*)?$|[-_—·\s]({_LEVEL})$"
)
_FOLDER = re.compile(rf"^(?:\d+[.、_-]?)?({_LEVEL}|涉密)(?:级|件|文件|资料|材料|文档|档案)?$")
_HEAD_LINES, _PAGE_LINES = 12, 4
_LONGEST = 28  # characters of a line that is a mark, with 份号 and 紧急程度 beside it


def is_level(word: str) -> bool:
    """Whether a word is a 密级, as against 无, 公开 or 内部."""
    return bool(re.search(_LEVEL, word)) or "★" in word or word == "涉密"


def mark_in_name(file_name: str, folder: str = "") -> str:
    """The mark that a file's name or one of its folders carries, else ``""``."""
    for level in _plain(folder).split("/"):
        if match := _FOLDER.match(level.strip()) or _NAME.search(level.strip()):
            return _first(match)
    file_name = _plain(file_name)
    stem, dot, suffix = file_name.rpartition(".")
    name = stem if dot and len(suffix) <= 5 else file_name
    return _first(match) if (match := _NAME.search(name.strip())) else ""


def mark_in_text(extracted: Extracted) -> str:
    """The mark at the head of what was read, or at the head of one of its pages, else ``""``."""
    left = _HEAD_LINES
    for number, passage in enumerate(extracted.passages):
        lines = [line for line in map(_bare, passage.text.splitlines()) if line]
        paged = passage.locator.page is not None
        strict = lines[:_PAGE_LINES] if paged and number else ()
        if mark := mark_in_lines(_cells(lines[:left])) or next(
            (_first(match) for line in _cells(strict) if (match := _STRICT.match(line))), ""
        ):
            return mark
        left = max(0, left - len(lines))
        if not left and not paged:
            break
    return ""


def mark_in_lines(lines: Iterable[str]) -> str:
    """The mark that one of these lines is, else ``""``."""
    bare = (line for line in map(_bare, lines) if len(line) <= _LONGEST)
    return next((_first(match) for line in bare if (match := _LINE.search(line))), "")


def _cells(lines: Iterable[str]) -> Iterator[str]:
    """Lines, and the cells of short ones: 密级 | 机密 is a mark, one column of a long list is none."""
    for line in lines:
        cells = line.split("\t")
        if len(cells) == 1:
            yield line
            continue
        for before, cell in zip(("", *cells), cells, strict=False):
            if len(cells) <= 3 or _bare(before) in ("密级", "密级:") or _STRICT.match(cell):
                yield cell


def _bare(line: str) -> str:
    return _plain(line).replace(" ", "")


def _plain(text: str) -> str:
    """Width and compatibility forms made one: whatever colon, bracket or blank was typed."""
    return unicodedata.normalize("NFKC", text).strip()


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)
