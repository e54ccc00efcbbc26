"""Blanks that someone forgot to fill in a form: ____, XX, 此处填写, 年 月 日 without figures."""

from __future__ import annotations

import re
from collections.abc import Iterable

from duban_archive.core.model import Json

_SAMPLES = 5
_BLANK = re.compile(
    r"[_＿]{3,}"
    r"|(?<![A-Za-z0-9])[XxＸｘ×╳]{2,}(?![A-Za-z0-9])"
    r"|[（(【\[]?(?:此处|在此处?|请在此处?|请)(?:填写|填入|输入|插入|填报|粘贴)"
    r"|(?:单击|点击)此处(?:输入|添加|编辑)"
    r"|[（(【\[](?:填写|待填|待补|待定|填表人签名)[^）)】\]]{0,12}[）)】\]]"
    r"|年[ 　]+月(?:[ 　]*日)?"
    r"|\{\{[^{}\n]{1,60}\}\}|«[^»\n]{1,60}»"
)


def find_blanks(texts: Iterable[str]) -> Json:
    """``{"count": n, "samples": […]}`` of the blanks in the texts; ``None`` when there is none."""
    count = 0
    samples: list[str] = []
    for text in texts:
        for match in _BLANK.finditer(text):
            count += 1
            if len(samples) < _SAMPLES:
                start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 12)
                end = text.find("\n", match.end())
                end = len(text) if end < 0 else end
                samples.append(text[start : min(end, match.end() + 8)].strip())
    return {"count": count, "samples": samples} if count else None
