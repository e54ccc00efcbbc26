"""Make core/hanzi/*.py anew: how hanzi sound, which look alike, and the simplified form of traditional ones.

    python tools/make_hanzi_tables.py        needs ICU's uconv (apt install icu-devtools), pillow, numpy

* sounds: Unicode CLDR's transliteration Han-Latin (one reading), plus a few more readings of common characters below;
* shapes: our own measurement on the Song and Hei faces that the package carries: two characters look alike when their
  pictures do as a whole and in one half (辍 and 缀 share their right halves);
* traditional: Unicode CLDR's transliteration Traditional-Simplified, single characters only.

CLDR data is under the Unicode licence (https://www.unicode.org/license.txt), which allows this with its notice; the
faces' OFL does not bind what is measured on them.
"""

from __future__ import annotations

import subprocess
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

ROOT = Path(__file__).parents[1] / "duban_archive"
SIDE = 40
ALIKE = 0.72
MOST_ALIKE = 6
MORE_READINGS = (
    "行hang 长chang 长zhang 重chong 重zhong 传zhuan 乐yue 调tiao 参shen 参cen 会kuai 单shan 曾zeng 曾ceng 查zha 藏zang"
    " 率lv 率shuai 省xing 数shuo 说shui 降xiang 强jiang 校jiao 差chai 差ci 处chu 当dang 得dei 都du 度duo 给ji 更geng"
    " 和he 还huan 教jiao 结jie 解xie 觉jiao 卡qia 壳ke 量liang 露lou 落la 没mo 模mu 难nan 宁ning 弄long 铺pu 曲qu"
    " 塞se 色shai 什shi 识zhi 属zhu 弹dan 提di 吓he 系ji 纤qian 相xiang 削xue 血xue 咽ye 要yao 应ying 与yu 载zai"
    " 朝zhao 着zhe 着zhao 只zhi 种zhong 著zhuo 转zhuan 奔ben 辟bi 薄bo 簿bu 剥bao 臭xiu 畜xu 盛cheng 石dan 屏bing"
    " 秘bi 核hu 厦sha 厦xia 圈juan 圈quan 勒le 厕ce 侧ce 秤cheng"
)
NOTICE = "# Made by tools/make_hanzi_tables.py; not to be edited.\n"
UNICODE = (
    "# From Unicode CLDR (transliteration {name}),\n# copyright 1991-2022 Unicode, Inc., under the Unicode licence,\n"
    "# https://www.unicode.org/license.txt: use, copying and distribution are permitted with this notice.\n"
)


def main() -> None:
    """Write the three modules."""
    characters = gb2312()
    write("pinyin", "How hanzi sound: a syllable without its tone, and the characters read so.", *sounds(characters))
    write("shapes", "Which hanzi look alike: a character, and those most like it, nearest first.", *shapes(characters))
    write("traditional", "Traditional hanzi and their simplified forms, character by character.", *traditional())


def gb2312() -> str:
    """The 6,763 hanzi of GB 2312, in its order."""
    found = []
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.append(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return "".join(found)


def uconv(rule: str, lines: Iterable[str]) -> list[str]:
    """ICU's transliteration of each line."""
    said = "\n".join(lines)
    done = subprocess.run(["uconv", "-f", "utf-8", "-t", "utf-8", "-x", rule], input=said.encode(), capture_output=True)
    return done.stdout.decode().split("\n")


def sounds(characters: str) -> tuple[str, str, list[str]]:
    """Entries ``syllable:characters``."""
    read: dict[str, list[str]] = defaultdict(list)
    marked = uconv("Han-Latin", characters)
    for character, syllable in zip(characters, marked, strict=True):
        plain = unicodedata.normalize("NFD", syllable.replace("ü", "v").replace("ǚ", "v").replace("ǜ", "v"))
        read["".join(letter for letter in plain if letter.isascii() and letter.isalpha())].append(character)
    for extra in MORE_READINGS.split():
        if extra[0] not in read[extra[1:]]:
            read[extra[1:]].append(extra[0])
    return "SOUNDS", UNICODE.format(name="Han-Latin"), [f"{sound}:{''.join(read[sound])}" for sound in sorted(read)]


def shapes(characters: str) -> tuple[str, str, list[str]]:
    """Entries of a character and its look-alikes."""
    score = np.zeros((len(characters), len(characters)), dtype=np.float32)
    for face in ("NotoSerifSC-Regular.ttf", "NotoSansSC-Regular.ttf"):
        font = ImageFont.truetype(str(ROOT / "fonts" / face), SIDE)
        pictures = np.stack([picture(character, font) for character in characters])
        half = SIDE // 2
        whole = likeness(pictures)
        halves = [
            likeness(part)
            for part in (pictures[:, :, :half], pictures[:, :, half:], pictures[:, :half], pictures[:, half:])
        ]
        score += 0.5 * (0.55 * whole + 0.45 * np.maximum.reduce(halves))
    np.fill_diagonal(score, 0)
    entries = []
    for place, character in enumerate(characters):
        nearest = [n for n in np.argsort(-score[place])[:MOST_ALIKE] if score[place, n] >= ALIKE]
        if nearest:
            entries.append(character + "".join(characters[n] for n in nearest))
    return "SHAPES", "# Measured on the faces in duban_archive/fonts.\n", entries


def picture(character: str, font: ImageFont.FreeTypeFont) -> np.ndarray:
    """The character, a little blurred so that a stroke beside its place still counts."""
    image = Image.new("L", (SIDE, SIDE), 0)
    ImageDraw.Draw(image).text((SIDE / 2, SIDE / 2), character, font=font, fill=255, anchor="mm")
    return np.asarray(image.filter(ImageFilter.GaussianBlur(1.0)), dtype=np.float32)


def likeness(pictures: np.ndarray) -> np.ndarray:
    """Correlation of every picture with every other."""
    rows = pictures.reshape(len(pictures), -1)
    rows = rows - rows.mean(1, keepdims=True)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return rows @ rows.T


def traditional() -> tuple[str, str, list[str]]:
    """Entries of a traditional character and its simplified form."""
    characters = [chr(point) for point in range(0x4E00, 0xA000)]
    changed = uconv("Traditional-Simplified", characters)
    entries = [
        before + after
        for before, after in zip(characters, changed, strict=True)
        if before != after and len(after) == 1 and len(before.encode("gb2312", "ignore")) == 0
    ]
    known = {entry[0] for entry in entries}
    entries += [pair for pair in ("戶户", "靑青", "黃黄", "髮发", "峯峰", "羣群", "眞真") if pair[0] not in known]
    return "TRADITIONAL", UNICODE.format(name="Traditional-Simplified"), entries


def write(module: str, sentence: str, name: str, notice: str, entries: list[str]) -> None:
    """One module: its entries as one text, spaces between."""
    lines = textwrap.wrap(" ".join(entries), 56, break_long_words=False, break_on_hyphens=False)
    text = f'"""{sentence}"""\n\n{NOTICE}{notice}{name} = """\n' + "\n".join(lines) + '\n"""\n'
    place = ROOT / "core" / "hanzi"
    place.mkdir(exist_ok=True)
    (place / f"{module}.py").write_text(text, encoding="utf-8")
    print(module, len(entries), "entries", len(text.encode()) // 1024, "kB")


if __name__ == "__main__":
    main()
