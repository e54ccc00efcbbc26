"""Brings Chinese office wording into one shape for comparing: width, spacing, dashes and the many names of one thing.

Titles that people see are never taken from here (they keep their own punctuation, see ``tidy``); this is what the
describing and filing steps compare.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from duban_archive.core.plain import normalise

_DASHES = str.maketrans({c: "-" for c in "‐‑‒–—―−－~～∼"})
_GAP = re.compile(r"(?<=[^\x00-\x7f])[ \t\u3000\xa0]+(?=[^\x00-\x7f])")
_GAP_WIDE = re.compile(r"(?<=[^\x00-\x7f])[ \t\u3000\xa0]+|[ \t\u3000\xa0]+(?=[^\x00-\x7f])")
_NOT_WORD = re.compile(r"[^0-9a-z\u3400-\u9fff\uf900-\ufaff]+")
_RADICAL = re.compile("[\u2e80-\u2fdf]")
CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def tidy(line: str) -> str:
    """A line as a person would copy it: no padding between Chinese characters, no outer space; punctuation kept."""
    return _GAP.sub("", line.replace("\ufeff", "").replace("\u200b", "")).strip(" \t\r\u3000\xa0\x0b\x0c")


def mend(text: str) -> str:
    """Characters that PDF fonts give as radicals (⻚, ⼯) as the characters people read (页, 工)."""
    return _RADICAL.sub(lambda match: normalise(match.group()), text)


def fold(text: str) -> str:
    """NFKC, one kind of dash, no white space beside Chinese, lower case; line ends stay."""
    folded = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return _GAP_WIDE.sub("", folded).lower()


def bare(text: str) -> str:
    """Only Chinese characters, letters and digits, folded: the form in which two titles are compared."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text).lower())


def bigrams(text: str) -> tuple[str, ...]:
    """Neighbouring pairs of a bare text, in order, repeated ones kept."""
    return tuple(text[i : i + 2] for i in range(len(text) - 1))


# Pairs that every title may carry: they neither speak for a requirement nor need one to explain them.
_EMPTY_WORDS = [
    "关于",
    "工作",
    "情况",
    "有关",
    "做好",
    "进一步",
    "切实",
    "印发",
    "下发",
    "制定",
    "的通知",
    "开展",
    "实施",
    "全面",
    "材料",
    "资料",
    "相关",
    "我校",
    "我镇",
    "我乡",
    "本校",
    "全镇",
    "全乡",
    "全校",
    "全县",
    "各项",
    "年度",
    "学年度",
    "学年",
    "学期",
    "第一",
    "第二",
    "上学期",
    "下学期",
    "人民政府",
    "镇人民",
    "乡人民",
    "县人民",
    "学校",
    "小学",
    "中学",
    "中心",
    "年级",
    "年度的",
    "近三年",
    "附件",
    "试行",
    "暂行",
    "及其",
    "以及",
    "认真",
    "加强",
    "组织",
    "省级",
    "市级",
    "县级",
    "本年度",
    "我县",
    "我园",
    "我村",
    "吴集",
    "示例",
    "份",
    "上半年",
    "下半年",
    "统计",
    "汇总",
    "一览",
    "登记",
    "明细",
]
EMPTY_PAIRS = frozenset(pair for word in _EMPTY_WORDS for pair in bigrams(word))

# One thing under many names in readiness offices; the first of each is what comparing uses. Only names that mean the
# same paper or subject everywhere belong here; a checklist adds its own under ``synonyms``.
SAME: tuple[tuple[str, ...], ...] = (
    ("控辍保学", "控流保学", "控流保生", "保学控辍", "控辍保生", "控辍劝返", "依法控辍", "防流控辍"),
    ("台账", "台帐", "账册", "帐册"),
    ("花名册", "名册", "点名册", "名单"),
    ("账目", "帐目"),
    ("自查报告", "自评报告", "自查自评报告", "自查情况报告", "自检报告", "自查自纠报告", "自评自查报告"),
    ("中心学校", "中心校"),
    ("计算机", "微机", "电脑"),
    ("残疾儿童", "残疾少年", "三残儿童", "残障儿童", "残疾学生", "三类残疾儿童少年", "残疾儿童少年", "三残少儿"),
    ("随迁子女", "进城务工农民子女", "进城务工人员子女", "农民工子女", "进城务工人员随迁子女", "外来务工人员子女"),
    ("留守儿童", "留守学生", "留守少年", "留守少年儿童"),
    ("随班就读", "随班就学"),
    ("辍学", "流失", "失学"),
    ("劝返", "动员返校", "返校动员", "复学动员"),
    ("多媒体", "班班通"),
    ("三结合教育", "家庭学校社会三结合", "家校社"),
    ("学困生", "学习困难学生", "后进生", "待优生", "潜能生"),
    ("电教器材", "电教设备", "电教仪器设备"),
    ("教学仪器", "实验仪器", "仪器设备", "教学仪器设备"),
    ("音体美", "体音美", "体美音"),
    ("师德师风", "师风师德", "师德建设", "师德"),
    ("学前教育", "幼教"),
    ("体质健康", "体质监测", "体质测试", "体测"),
    ("优质均衡", "优均"),
    ("迎检", "迎省检", "迎国检", "迎市检", "迎评", "迎接检查", "迎接督导评估", "迎接督导检查", "迎接评估"),
    ("培训", "轮训"),
)


class Words:
    """Finds many words in a text at once, the longest at each place.

    Looked up by their first two characters and by length, so that thousands of words cost no more than ten (a pattern
    of alternatives tries each of them at each place).
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if len(word) > 1)
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """(where, word) pairs from left to right, none overlapping."""
        place, last = 0, len(text) - 1
        while place < last:
            for length in self._lengths.get(text[place : place + 2], ()):
                word = text[place : place + length]
                if word in self._words:
                    yield place, word
                    place += length - 1
                    break
            place += 1


class Synonyms:
    """Replaces every known name by one name of its family, the longest name first; made once per checklist.

    A checklist's families and those above are joined where they share a name.
    """

    def __init__(self, families: Iterable[Iterable[str]] = ()) -> None:
        joined: list[list[str]] = []
        for family in (*SAME, *families):
            words = [word for word in dict.fromkeys(bare(word) for word in family) if word]
            apart = [other for other in joined if not set(other) & set(words)]
            together = [word for other in joined if set(other) & set(words) for word in other]
            joined = [*apart, list(dict.fromkeys([*together, *words]))]
        self._first = {word: family[0] for family in joined for word in family}
        self._words = Words(self._first)

    def canonical(self, text: str) -> str:
        """The bare text with every known name in its family's form."""
        plain = bare(text)
        pieces: list[str] = []
        done = 0
        for place, word in self._words.find(plain):
            pieces += (plain[done:place], self._first[word])
            done = place + len(word)
        return "".join(pieces) + plain[done:]
