"""The automatic numbers of Word paragraphs (第一条, 一、, （1）), which stand in no paragraph's text."""

from __future__ import annotations

import re
from typing import Any, Final

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VAL = f"{_W}val"
_DIGITS = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ENCLOSED: Final = {  # format: first code point, how many there are
    "decimalEnclosedCircle": (0x2460, 20),
    "decimalEnclosedCircleChinese": (0x2460, 20),
    "decimalEnclosedParen": (0x2474, 20),
    "decimalEnclosedFullstop": (0x2488, 20),
    "ideographEnclosedCircle": (0x3220, 10),
}
_LEVEL = re.compile(r"%([1-9])")
_STYLE_NAME = re.compile(rb'<w:style [^>]*w:styleId="([^"]+)"')
_STYLE_NUMBER = re.compile(rb"<w:numPr>.*?</w:numPr>", re.DOTALL)
_STYLE_LEVEL = re.compile(rb'<w:ilvl w:val="([0-8])"')
_STYLE_LIST = re.compile(rb'<w:numId w:val="(\d+)"')

Element = Any


class Numbering:
    """Counts the numbered paragraphs of one document in their order, as Word does when it shows them."""

    def __init__(self, numbering: Element = None, styles: bytes = b"") -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # list: level: (format, text, start)
        self._list_of: dict[str, str] = {}  # several w:num may continue one w:abstractNum
        self._of_style: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, list[int]] = {}
        if numbering is not None:
            self._take_lists(numbering)
        if self._levels and b"numPr>" in styles:
            self._take_styles(styles)

    def label(self, paragraph: Element) -> str:
        """The number that stands before a paragraph, or nothing."""
        if not self._levels:
            return ""
        number, level = self._place(paragraph)
        levels = self._levels.get(number)
        if levels is None or level not in levels:
            return ""
        counts = self._counts.setdefault(self._list_of[number], [0] * 9)
        form, text, start = levels[level]
        counts[level] = counts[level] + 1 if counts[level] else start
        counts[level + 1 :] = [0] * (8 - level)
        if form in ("bullet", "none") and "%" not in text:
            return ""

        def number_of(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            own_form, _, own_start = levels.get(at, (form, "", 1))
            return write_number(counts[at] or own_start, own_form)

        label = _LEVEL.sub(number_of, text)
        return label if not label or label[-1] in "、.．)）】]" else f"{label} "

    def _place(self, paragraph: Element) -> tuple[str, int]:
        properties = paragraph.find(f"{_W}pPr")
        if properties is None:
            return "", 0
        style = properties.find(f"{_W}pStyle")
        number, level = self._of_style.get(style.get(_VAL, ""), ("", 0)) if style is not None else ("", 0)
        own = properties.find(f"{_W}numPr")
        if own is not None:
            own_number, own_level = _numbered(own)
            number = own_number or number
            level = own_level if own_level is not None else level
        return number, level

    def _take_lists(self, numbering: Element) -> None:
        abstract: dict[str, dict[int, tuple[str, str, int]]] = {}
        for definition in numbering.iter(f"{_W}abstractNum"):
            levels = {}
            for level in definition.iter(f"{_W}lvl"):
                at = _int(level.get(f"{_W}ilvl", "0"))
                if 0 <= at < 9:
                    start = _int(_value(level, "start") or "1")
                    levels[at] = (_value(level, "numFmt") or "decimal", _value(level, "lvlText") or "", start)
            abstract[definition.get(f"{_W}abstractNumId", "")] = levels
        for number in numbering.iter(f"{_W}num"):
            definition = _value(number, "abstractNumId")
            key = number.get(f"{_W}numId", "")
            if definition in abstract and key not in ("", "0"):
                self._levels[key] = abstract[definition]
                restarts = number.find(f"{_W}lvlOverride") is not None
                self._list_of[key] = f"num {key}" if restarts else f"abstract {definition}"

    def _take_styles(self, styles: bytes) -> None:
        # the style sheet is often a hundred times the text: looked through as bytes, not parsed
        for own in _STYLE_NUMBER.finditer(styles):
            start = styles.rfind(b"<w:style ", 0, own.start())
            name = _STYLE_NAME.search(styles, max(0, start), own.start())
            if name is not None:
                level = _STYLE_LEVEL.search(own[0])
                number = _STYLE_LIST.search(own[0])
                list_name = number[1].decode("ascii") if number else ""
                self._of_style[name[1].decode("utf-8", "replace")] = (list_name, int(level[1]) if level else 0)


def write_number(number: int, form: str) -> str:
    """A number as a list's format writes it; formats that no office uses here count as digits."""
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "japaneseCounting",
        "ideographDigital",
    ):
        return chinese(number)
    if form in _ENCLOSED:
        first, length = _ENCLOSED[form]
        return chr(first + number - 1) if 1 <= number <= length else f"({number})"
    if form in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr((65 if form == "upperLetter" else 97) + number - 1)
    if form in ("upperRoman", "lowerRoman") and 1 <= number < 4000:
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    if form == "ideographTraditional" and 1 <= number <= 10:
        return _STEMS[number - 1]
    if form == "ideographZodiac" and 1 <= number <= 12:
        return _BRANCHES[number - 1]
    if form == "decimalZero":
        return f"{number:02d}"
    return "" if form in ("bullet", "none") else str(number)


def chinese(number: int) -> str:
    """一, 十二, 一百零五: as 第…条 counts."""
    if not 0 < number < 10000:
        return str(number)
    written = ""
    zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("零" if zero else "") + ("" if unit == 10 and digit == 1 and not written else _DIGITS[digit])
            written += name
            zero = False
        elif written and number:
            zero = True
    return written


def _roman(number: int) -> str:
    written = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        written += letters * (number // value)
        number %= value
    return written


def _numbered(properties: Element) -> tuple[str, int | None]:
    level = _value(properties, "ilvl")
    return _value(properties, "numId") or "", min(8, max(0, _int(level))) if level is not None else None


def _value(element: Element, name: str) -> str | None:
    child = element.find(f"{_W}{name}")
    return None if child is None else child.get(_VAL)


def _int(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
