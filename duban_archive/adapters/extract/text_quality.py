"""Whether a text layer says what the page shows: made with wrong font tables, it reads as foreign signs."""

from __future__ import annotations

import re
from typing import Final

# scripts written in this country's offices (Tibetan, Mongolian, Uyghur, Yi, Thai…) and the signs around them
_ORDINARY = (
    "\\s!-~\u00a0-\u024f\u02c6-\u02dd\u0300-\u036f\u0370-\u03ff\u0400-\u045f\u0590-\u06ff\u0900-\u097f\u0e00-\u0fff"
    "\u1100-\u11ff\u1800-\u18af\u1e00-\u1eff\u2000-\u206f\u2070-\u209f\u20a0-\u20bf\u2100-\u27ff\u2900-\u2bff"
    "\u2e80-\u30ff\u3105-\u318f\u31c0-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufb00-\ufb06\ufb1d-\ufdff"
    "\ufe30-\ufe6f\ufe70-\ufefe\uff01-\uffee\U0001d400-\U0001d7ff\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
_STRANGE = re.compile(f"[^{_ORDINARY}]")
_UNUSABLE = re.compile(f"[^{_ORDINARY}]|\\s")
_HIGH_LATIN = re.compile("[\u0080-\u00ff]")
_HAN = re.compile("[\u3400-\u9fff\u3000-\u30ff\uff01-\uffee]")
_TOO_FEW: Final = 8  # strange signs that do not yet make a page garbled (bullets of symbol fonts)


def usable_characters(text: str) -> int:
    """How many characters a reader could use: no white space, no private or unassigned signs."""
    return len(text) - len(_UNUSABLE.findall(text))


def is_garbled(text: str) -> bool:
    """Whether so much of a page's text is signs of no script used here that none of it can be trusted."""
    strange = len(_STRANGE.findall(text))
    if strange > _TOO_FEW and strange * 5 > len(text):
        return True
    high = len(_HIGH_LATIN.findall(text))  # GBK read as Latin: ÖÐ»ªÈËÃñ
    return high > 20 and high * 2 > len(text.replace(" ", "")) and not _HAN.search(text)


def repair(text: str) -> str:
    """GBK that was read as Latin made Chinese again where that works out whole; anything else as it is."""
    if not _HIGH_LATIN.search(text) or _HAN.search(text):
        return text
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    try:
        better = raw.decode("gb18030")
    except UnicodeDecodeError:
        return text
    high = len(_HIGH_LATIN.findall(text))
    return better if high >= 4 and len(re.findall("[\u4e00-\u9fa5]", better)) * 2 >= high * 0.8 else text
