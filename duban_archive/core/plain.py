"""Text as search compares it: one spelling for what a reader would call the same words.

Both sides of every comparison go through ``normalise``: the catalogue stores ``plain`` beside each text, the query line
is folded the same way, so "contains" is plain ``in`` (DESIGN.md, "Search, as measured").

What is folded:

* compatibility forms and width (NFKC), letter case, and the radicals U+2E80-2FDF that PDF fonts put where hanzi
  belong (NFKC alone leaves ⻚ as it is, and makes 戶 of the ⼾ that mainland fonts draw as 户);
* white space: a line break inside Chinese disappears, one space stays between two latin words or numbers;
* control and zero-width characters, lone surrogates: dropped;
* brackets: every pair becomes 〔〕, so 国发(2014)5号 is 国发〔2014〕5号 whatever was typed, and also when a query
  ends inside the bracket; quotation marks, dashes and middle dots likewise;
* thousands separators: 1,234 is 1234; a list "1, 2" stays a list.

It is idempotent: ``normalise(normalise(x)) == normalise(x)``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping

# Unicode's EquivalentUnifiedIdeograph.txt for U+2E80-2EF3, which NFKC leaves alone (⺀ has no equivalent) …
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖"
    "⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳"
)
_IDEOGRAPHS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝"
    "雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
# … and three Kangxi radicals whose mainland glyph is not the character NFKC gives (戶, 靑, 黃).
_RADICAL_TABLE = str.maketrans(_RADICALS + "⼾⾭⿈", _IDEOGRAPHS + "户青黄")
_HAS_RADICAL = re.compile("[\u2e80-\u2fdf]")

# The few compatibility forms that nearly every page has; without them most pages are in NFKC already, which is ten
# times cheaper to see than to bring about.
_COMMON_WIDE = tuple(zip("，：；！？％（）　", ",:;!?%() ", strict=True))

_DROPPED = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U000e007f\U000e0100-\U000e01ef"
)
_ALIKE = {
    **dict.fromkeys("([【〖{", "〔"),
    **dict.fromkeys(")]】〗}", "〕"),
    **dict.fromkeys("“”„‟〝〞〟「」『』«»", '"'),
    **dict.fromkeys("‘’‚‛`´", "'"),
    **dict.fromkeys("‐‑‒–—―−─", "-"),
    **dict.fromkeys("・•‧∙⋅", "·"),
    "〜": "~",
}
_FOLDED = re.compile(f"[{_DROPPED}{re.escape(''.join(_ALIKE))}]")

_CJK = "\u2e80-\u31ef\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = rf"[^\W{_CJK}]"
# A space stays between two latin words or numbers, and in "1, 234", which without it would turn into a number.
_SPARE_SPACE = re.compile(rf" (?!(?<={_WORD} ){_WORD})(?!(?<=[0-9], )[0-9]{{3}}(?![0-9]))")
_THOUSANDS = re.compile(r"(?<![0-9,.])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|,[0-9])")
# Characters that one pass leaves in their final form whatever stands beside them.
_UNUSUAL = re.compile("[^\x20-\x7e·×÷°→←↑↓■□▲△●○★☆※√…\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff]")


def normalise(text: str, *, simplify: bool = False) -> str:
    """The plain form of ``text``, the same for all ways of writing it that a reader takes for one.

    ``simplify``: traditional characters become simplified ones too; an office that wants it sets it on both sides.
    """
    plain, settled = _pass(text)
    while not settled:
        again, settled = _pass(plain)
        if again == plain:
            break
        plain = again
    return plain.translate(_simplified()) if simplify else plain


@functools.cache
def _simplified() -> Mapping[int, str]:
    from duban_archive.core.hanzi.traditional import TRADITIONAL

    return {ord(pair[0]): pair[1] for pair in TRADITIONAL.split()}


def _pass(text: str) -> tuple[str, bool]:
    """One round of folding, and whether another round could still change the outcome."""
    if not text.isascii():
        if _HAS_RADICAL.search(text):
            text = text.translate(_RADICAL_TABLE)
        for wide, narrow in _COMMON_WIDE:
            text = text.replace(wide, narrow)
        text = unicodedata.normalize("NFKC", text)
    plain = " ".join(_FOLDED.sub(_alike, text.casefold()).split())
    if " " in plain:
        plain = _SPARE_SPACE.sub("", plain)
    settled = _UNUSUAL.search(plain) is None
    if "," in plain:
        joined = _THOUSANDS.sub(_without_commas, plain)
        settled = settled and joined == plain
        plain = joined
    return plain, settled


def _alike(letter: re.Match[str]) -> str:
    return _ALIKE.get(letter[0], "")


def _without_commas(number: re.Match[str]) -> str:
    return number[0].replace(",", "")


def offsets(text: str, *, simplify: bool = False) -> tuple[str, list[int]]:
    """``normalise(text)`` and, for each of its characters, where in ``text`` it came from (plus one entry for the end).

    Slow beside ``normalise``: for the hits that are shown, to cut the snippet from the original.
    """
    plain = normalise(text)  # simplifying keeps every character in its place
    letters: list[str] = []
    places: list[int] = []
    for start, cluster in _clusters(text):
        for letter in _folded(cluster):
            letters.append(letter)
            places.append(start)
    # What folds character by character may still hold more than the whole folded at once: spaces (dropped by their
    # neighbours) and separators. So walk both and keep what agrees.
    origin: list[int] = []
    at = 0
    for letter in plain:
        found = at
        while found < len(letters) and letters[found] != letter:
            found += 1
        if letter == " ":
            # clusters never give a space: it stands after the last character taken
            origin.append(min(origin[-1] + 1, len(text)) if origin else 0)
            continue
        if found < len(letters) and found - at <= _NEAR:
            origin.append(places[found])
            at = found + 1
        else:
            origin.append(places[at] if at < len(places) else len(text))
    origin.append(len(text))
    return plain.translate(_simplified()) if simplify else plain, origin


@functools.lru_cache(maxsize=8192)
def _folded(cluster: str) -> str:
    return normalise(cluster)


# How many folded characters may be skipped to find the next one: a separator or two, never half a page.
_NEAR = 8


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each base character with the combining marks that follow it, and where it starts."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.combining(text[end]):
            yield start, text[start:end]
            start = end
