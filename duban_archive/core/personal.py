"""Personal data that must not travel: identity numbers, 学籍号, mobile numbers, bank cards. Found in texts, and masked.

Numbers as the national norms write them: GB 11643 (18 digits with a date inside, formerly 15), the pupil's number made
of it (G, L or J before it), mobile numbers of 11 digits beginning with 13-19, cards of 16 to 19 digits. A telephone of
an office is no secret and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_SPACED = r"[ \u00a0\u3000-]?"
_KINDS = (
    ("身份证号", re.compile(rf"(?<![\dA-Za-z])[GLJ]?[1-9]\d{{5}}(?:18|19|20)\d{{2}}{_DAY}\d{{3}}[\dXx](?![\dA-Za-z])")),
    ("身份证号", re.compile(rf"(?<!\d)[1-9]\d{{5}}\d{{2}}{_DAY}\d{{3}}(?!\d)")),
    ("手机号", re.compile(rf"(?<!\d)1[3-9]\d{_SPACED}\d{{4}}{_SPACED}\d{{4}}(?!\d)")),
    (
        "银行卡号",
        re.compile(rf"(?<!\d)(?:62|4\d|5[1-5])\d{{2}}{_SPACED}\d{{4}}{_SPACED}\d{{4}}{_SPACED}\d{{4,7}}(?!\d)"),
    ),
)
_KEPT = 3  # characters shown at each end, as offices mask by hand


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, sort) of each number, in no order; stretches may overlap."""
    for sort, rule in _KINDS:
        for found in rule.finditer(text):
            yield found.start(), found.end(), sort


def mask(text: str) -> str:
    """The text with each number's middle starred out."""
    letters = list(text)
    for start, end, _ in find(text):
        for at in range(start + _KEPT, end - _KEPT):
            if letters[at].isalnum():
                letters[at] = "*"
    return "".join(letters)


def sorts(text: str) -> tuple[str, ...]:
    """What personal data a text holds, each sort once."""
    return tuple(dict.fromkeys(sort for _, _, sort in find(text)))
