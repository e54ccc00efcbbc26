"""Numbers as offices write them: thousands signs, 万元, %, ‰, Chinese numerals, numbers kept as text.

``read_amount("1,208人")`` is 1208 人, exact to 1; ``read_amount("36.5万元")`` is 365000 元, exact to 1000. What is not
one number (a date, a range, two numbers) is ``None``: a number is read or said to be unread, never guessed.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import Decimal

# Measure as printed → (measure it is held in, factor).
_MEASURES: dict[str, tuple[str, Decimal]] = {
    "%": ("%", Decimal(1)),
    "百分比": ("%", Decimal(1)),
    "‰": ("%", Decimal("0.1")),
    "百分点": ("%", Decimal(1)),
    "元": ("元", Decimal(1)),
    "千元": ("元", Decimal(1000)),
    "万元": ("元", Decimal(10000)),
    "亿元": ("元", Decimal(100000000)),
    "元/人": ("元", Decimal(1)),
    "元/生": ("元", Decimal(1)),
    "万人": ("人", Decimal(10000)),
    "万册": ("册", Decimal(10000)),
    "千册": ("册", Decimal(1000)),
    "万㎡": ("㎡", Decimal(10000)),
    "亩": ("亩", Decimal(1)),
    "㎡": ("㎡", Decimal(1)),
    **{word: ("人", Decimal(1)) for word in ("人", "名", "生", "人次", "位")},
    **{word: (word, Decimal(1)) for word in ("册", "台", "套", "件", "个", "所", "间", "班", "辆", "座", "户", "年")},
}
_SQUARE = re.compile(r"平方米|平米|m2|m²|M2|M²")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?|[-+]?\.\d+")
_THOUSANDS = re.compile(r"(?<=\d)[,,\uff0c](?=\d{3}(?!\d))")
_CHINESE = re.compile(r"[〇零一二两三四五六七八九十百千万亿]+(?:点[〇零一二三四五六七八九]+)?")
_DIGITS = {c: n for n, row in enumerate(("〇零", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for c in row}
_ABOUT = re.compile(r"约|近|余|多|左右|以上|以下|不足|超过|不低于|不少于|上下|[~～至到—]")
_CAPITALS = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬圆", "一二三四五六七八九十百千万元")
_CAPITAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟][壹贰叁肆伍陆柒捌玖拾佰仟萬万零]+[元圆]?[整正]?")
_TO_ONE = re.compile(r"(\d+(?:\.\d+)?)[:\uff1a\u2236]1")
_EMPTY = {"", "-", "--", "—", "——", "/", "\\", "无", "…", "……", "*", "×", "△", "▲", "空"}
_CLEAN = re.compile(r"[\s'‘’`\u00a0\u3000]+")
MEASURE = re.compile("|".join(sorted(map(re.escape, _MEASURES), key=len, reverse=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number read: ``value`` in ``measure`` (元, 人, %…; ``""`` where none is written), exact to ``step``.

    ``about``: written as roughly (约, 余…), so that it is never compared.
    """

    value: Decimal
    measure: str = ""
    step: Decimal = Decimal(1)
    about: bool = False

    def shown(self) -> str:
        """The value with its measure, as findings show it side by side."""
        return f"{plain_number(self.value)}{self.measure}"

    def in_measure(self, measure: str) -> Amount:
        """This number under a header that names the measure it has not itself (金额(万元))."""
        if self.measure or not measure:
            return self
        base, factor = _MEASURES.get(measure, (measure, Decimal(1)))
        return Amount(value=self.value * factor, measure=base, step=self.step * factor, about=self.about)


def small_numerals(text: str) -> str:
    """壹仟贰佰元整 as 一千二百元; a single one (陆 of a name) stays."""
    return _CAPITAL.sub(lambda m: m[0].translate(_CAPITALS).rstrip("整正"), text)


def plain_number(value: Decimal) -> str:
    """A number without a power of ten and without zeros nobody wrote."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, a dash, 无."""
    return _CLEAN.sub("", text) in _EMPTY


def measure_in(text: str) -> str:
    """The measure a header or a caption names in brackets or after 单位: 金额(万元), 单位:人."""
    text = _SQUARE.sub("㎡", _CLEAN.sub("", text))
    for found in re.findall(r"[((\uff08\[【]([^()\uff08\uff09()\]】]{1,8})[))\uff09\]】]", text):
        word = found.removeprefix("单位").lstrip(":\uff1a")
        if word in _MEASURES:
            return str(word)
    told = re.search(r"(?:计量)?单位[::\uff1a]([^\s,,、;]{1,6})", text)
    if told:
        words = [w for w in re.split(r"[、,,/\uff0c]", told[1]) if w in _MEASURES]
        return words[0] if len(words) == 1 else ""
    return ""


@functools.lru_cache(maxsize=65536)  # the same words stand in a thousand cells
def read_amount(text: str) -> Amount | None:
    """The one number that a cell holds, with its measure; ``None`` for anything else."""
    plain = _SQUARE.sub("㎡", _CLEAN.sub("", text)).translate(_FULL_WIDTH)
    if not plain or len(plain) > 24 or plain in _EMPTY:
        return None
    plain = small_numerals(plain)
    if found := _TO_ONE.fullmatch(plain):  # 20:1
        plain = found[1]
    about = bool(_ABOUT.search(plain))
    bare = re.sub(r"^(?:共计?|合计|约|近|达|为|计)", "", _THOUSANDS.sub("", plain))
    bare = re.sub(r"(?:左右|以上|余|多)$", "", bare)
    if found := re.fullmatch(r"百分之(.+)", bare):
        inner = _number(found[1])
        return None if inner is None else Amount(value=inner[0], measure="%", step=inner[1], about=about)
    number = _NUMBER.match(bare)
    if number is None:
        chinese = _CHINESE.match(bare)
        if chinese is None:
            return None
        rest, read = bare[chinese.end() :], _number(chinese[0])
        if read is None or (not rest and len(chinese[0]) == 1 and chinese[0] in "万亿千百"):
            return None
    else:
        rest, read = bare[number.end() :], _number(number[0])
    rest = re.sub(r"^[余多]", "", rest)
    if read is None or (rest and rest not in _MEASURES and rest not in ("万", "亿")):
        return None
    value, step = read
    if rest == "年" and 1900 <= value <= 2100:
        return None
    if rest in ("万", "亿"):
        scale = Decimal(10000) if rest == "万" else Decimal(100000000)
        return Amount(value=value * scale, step=step * scale, about=about)
    measure, factor = _MEASURES.get(rest, ("", Decimal(1)))
    return Amount(value=value * factor, measure=measure, step=step * factor, about=about)


_FULL_WIDTH = {0xFF10 + n: ord("0") + n for n in range(10)} | {
    0xFF0E: ord("."), 0xFF05: ord("%"), 0xFF0D: ord("-"), 0xFF0B: ord("+"),
}  # fmt: skip


def _number(text: str) -> tuple[Decimal, Decimal] | None:
    """A bare number's value, and what one of its last place is worth."""
    if _NUMBER.fullmatch(text):
        value = Decimal(text)
        exponent = value.as_tuple().exponent
        return value, Decimal(1).scaleb(exponent if isinstance(exponent, int) and exponent < 0 else 0)
    if not _CHINESE.fullmatch(text):
        return None
    whole, _, part = text.partition("点")
    value = Decimal(_chinese(whole))
    if part:
        digits = "".join(str(_DIGITS[c]) for c in part)
        value += Decimal(int(digits)).scaleb(-len(digits))
    return value, Decimal(1).scaleb(-len(part))


def _chinese(text: str) -> int:
    """二千一百三十 or 二〇一五 as an integer."""
    if not any(c in text for c in "十百千万亿"):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        else:
            total = (total + section + digit) * (10000 if c == "万" else 100000000)
            section = digit = 0
    return total + section + digit
