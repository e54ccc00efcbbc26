"""Make the four faces of this folder from the static Noto SC faces; run by hand when the source changes.

    npm pack @expo-google-fonts/noto-serif-sc@0.4.3 @expo-google-fonts/noto-sans-sc@0.4.3   (unpack both)
    python duban_archive/fonts/make_fonts.py FOLDER-WITH-BOTH-PACKAGES

Needs fonttools (a development dependency). Three things happen to a face:

1. it keeps the characters that official papers and GBK / GB 18030-2000 files use, and loses hinting and layout extras;
2. **every character gets a glyph of its own.** In the source 工 (U+5DE5) and the radical ⼯ (U+2F2F) share a glyph, so
   a PDF made with it reads back as radicals, and a search for 工作 finds nothing. The second code point gets a
   composite (16 bytes that draw the first glyph), so text comes back from a PDF code point for code point;
3. ☑ and ☒, which checklists are full of and Noto SC lacks, are put together from □ and √ ×.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FACES = {
    "NotoSerifSC-Regular.ttf": "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    "NotoSerifSC-Bold.ttf": "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
    "NotoSansSC-Regular.ttf": "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
}

RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x024F),  # Latin, pinyin with tones
    (0x0250, 0x036F),  # ɑ ɡ, modifiers and combining marks
    (0x0370, 0x04FF),  # Greek, Cyrillic (both are in GB 2312)
    (0x1E00, 0x1EFF),  # more Latin
    (0x2000, 0x206F),  # general punctuation
    (0x2070, 0x218F),  # superscripts, currency, letterlike (℃ №), number forms (Ⅰ ½)
    (0x2190, 0x22FF),  # arrows, mathematics
    (0x2300, 0x23FF),  # technical
    (0x2460, 0x27BF),  # enclosed numbers, box drawing, blocks, shapes, symbols
    (0x2E80, 0x2FDF),  # radicals, each with a glyph of its own
    (0x3000, 0x33FF),  # CJK punctuation, kana, bopomofo, enclosed ㈠, units ㎡
    (0x3400, 0x4DBF),  # hanzi, extension A
    (0x4E00, 0x9FFF),  # hanzi
    (0xF900, 0xFAFF),  # compatibility hanzi (21 of them in GBK)
    (0xFE10, 0xFE6F),  # vertical and small forms
    (0xFF00, 0xFFEF),  # full-width forms
    (0x20000, 0x3FFFF),  # the further hanzi of the 2013 general list, as far as the face has them
)


def main(source: Path) -> None:
    """Write all faces beside this file."""
    for name, path in FACES.items():
        target = Path(__file__).parent / name
        make_face(source / path, target)
        print(f"{name}: {target.stat().st_size:,} bytes")


def make_face(source: Path, target: Path) -> None:
    """Cut one face down, give each character its own glyph, add the check boxes."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.hinting = False
    options.layout_features = ["vert", "kern"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "STAT", "BASE", "VORG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes={code for first, last in RANGES for code in range(first, last + 1)})
    subsetter.subset(font)
    separate_characters(font)
    add_check_boxes(font)
    font.save(target)


def separate_characters(font: Any) -> None:
    """Give all but the most usual code point of a shared glyph a composite of its own."""
    sharing: dict[str, list[int]] = {}
    for code, glyph in font.getBestCmap().items():
        sharing.setdefault(glyph, []).append(code)
    for glyph, codes in sharing.items():
        for code in sorted(codes, key=rarity)[1:]:
            add_glyph(font, code, [(glyph, (1, 0, 0, 1, 0, 0))], like=glyph)


def rarity(code: int) -> tuple[bool, bool, int]:
    """Sort key: hanzi and plain characters before radicals and compatibility forms."""
    compatibility = 0x2E80 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF or code > 0x2F7FF
    spacing = code in (0x00A0, 0x00AD, 0x2011)  # no-break space, soft hyphen, no-break hyphen
    return compatibility, spacing, code


def add_check_boxes(font: Any) -> None:
    """☑ and ☒ from □ and √ ×, the mark shrunk into the box."""
    cmap = font.getBestCmap()
    for code, mark in ((0x2611, "√"), (0x2612, "×")):
        box, sign = cmap[ord("□")], cmap[ord(mark)]
        outer, inner = font["glyf"][box], font["glyf"][sign]
        scale = 0.72 * min((outer.xMax - outer.xMin) / (inner.xMax - inner.xMin), 1.2)
        dx = (outer.xMin + outer.xMax) / 2 - scale * (inner.xMin + inner.xMax) / 2
        dy = (outer.yMin + outer.yMax) / 2 - scale * (inner.yMin + inner.yMax) / 2
        add_glyph(font, code, [(box, (1, 0, 0, 1, 0, 0)), (sign, (scale, 0, 0, scale, dx, dy))], like=box)


def add_glyph(font: Any, code: int, pieces: list[tuple[str, tuple[float, ...]]], *, like: str) -> None:
    """Add a composite glyph for ``code`` with the advance of glyph ``like``."""
    pen = TTGlyphPen(font.getGlyphSet())
    for piece, transformation in pieces:
        if hasattr(font["glyf"][piece], "xMin"):
            pen.addComponent(piece, transformation)
    name = f"uni{code:04X}.own"
    font["glyf"][name] = pen.glyph()
    font["glyf"][name].recalcBounds(font["glyf"])
    font["hmtx"][name] = font["hmtx"][like]
    if "vmtx" in font:
        font["vmtx"][name] = font["vmtx"][like]
    for table in font["cmap"].tables:
        if table.isUnicode() and table.format in (4, 12) and (code <= 0xFFFF or table.format == 12):
            table.cmap[code] = name


if __name__ == "__main__":
    main(Path(sys.argv[1]))
