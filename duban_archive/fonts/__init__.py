"""The Song and Hei faces that forms and renditions are printed with, and a private fontconfig that knows only them.

A machine in a readiness office may have no Chinese face, or ten; what is printed must look the same on each. Names that
papers ask for (仿宋_GB2312, 小标宋, 黑体…) are answered with the nearest face that is carried here, unless one of the
office's own font folders has a face of that very name.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

from duban_archive.fonts.names import families_in

SERIF = "Noto Serif SC"
SANS = "Noto Sans SC"

SERIF_NAMES = (
    *(
        "宋体",
        "新宋体",
        "小标宋",
        "方正小标宋简体",
        "方正小标宋_GBK",
        "华文中宋",
        "华文宋体",
        "思源宋体",
        "方正书宋简体",
    ),
    *(
        "仿宋",
        "仿宋_GB2312",
        "华文仿宋",
        "方正仿宋简体",
        "方正仿宋_GBK",
        "楷体",
        "楷体_GB2312",
        "华文楷体",
        "方正楷体简体",
    ),
    *(
        "SimSun",
        "NSimSun",
        "FangSong",
        "FangSong_GB2312",
        "KaiTi",
        "KaiTi_GB2312",
        "STSong",
        "STZhongsong",
        "STFangsong",
    ),
    *("STKaiti", "FZXiaoBiaoSong-B05S", "FZShuSong-Z01S", "FZFangSong-Z02S", "FZKai-Z03S", "Source Han Serif SC"),
    *("Noto Serif CJK SC", "Times New Roman", "Times", "Cambria", "Georgia"),
)
SANS_NAMES = (
    *(
        "黑体",
        "微软雅黑",
        "等线",
        "等线 Light",
        "华文细黑",
        "华文黑体",
        "思源黑体",
        "方正黑体简体",
        "方正黑体_GBK",
        "幼圆",
    ),
    *("SimHei", "Microsoft YaHei", "Microsoft YaHei UI", "DengXian", "STHeiti", "STXihei", "FZHei-B01S", "PingFang SC"),
    *("Source Han Sans SC", "Noto Sans CJK SC", "Arial", "Helvetica", "Calibri", "Verdana", "Tahoma"),
)

# Heavy by themselves: their stand-in is the bold cut.
HEAVY_NAMES = ("小标宋", "方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong")

# Where the other faces of a machine are found when a converter should see them too.
SYSTEM_CONFIGURATION = "/etc/fonts/fonts.conf"


def font_path(family: str = SERIF, bold: bool = False) -> Path:
    """The TrueType file of a carried face; ``family`` is ``SERIF``, ``SANS`` or a name that papers use."""
    stem = "NotoSansSC" if family == SANS or family in SANS_NAMES else "NotoSerifSC"
    return _here() / f"{stem}-{'Bold' if bold else 'Regular'}.ttf"


def fontconfig_file(into: Path, *, folders: Sequence[Path] = (), system: bool = False) -> Path:
    """Write a configuration for ``FONTCONFIG_FILE`` below the folder ``into`` and give its (absolute) path.

    ``folders``: the office's own font folders; a face there wins over ours when a paper asks for it by name.
    ``system``: the machine's faces are seen as well (for LibreOffice); without it the result is the same everywhere.
    """
    into = into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    held = families_in(folders)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">', "<fontconfig>"]
    if system:
        lines.append(f'  <include ignore_missing="yes">{SYSTEM_CONFIGURATION}</include>')
    for family, names in ((SERIF, SERIF_NAMES), (SANS, SANS_NAMES)):
        missing = [name for name in names if name not in held]
        heavy = [name for name in missing if name in HEAVY_NAMES]
        if system:
            lines += [_answer(name, family) for name in missing]
        else:
            lines.append(_also_called(family, [name for name in missing if name not in heavy]))
            lines.append(_also_called(family, heavy, style="Bold"))
    lines += [f"  <dir>{escape(str(folder.resolve()))}</dir>" for folder in (*folders, _here())]
    lines.append(f"  <cachedir>{escape(str(into / 'fontconfig-cache'))}</cachedir>")
    # Without a last resort a paper that asks for an unknown face stops the converter ("no fonts available").
    lines += [_pattern("", SERIF, "append_last", "weak"), "</fontconfig>", ""]
    path = into / "fonts.conf"
    text = "\n".join(lines)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        part = into / f"fonts.{os.getpid()}.part"  # another process may be reading the old one
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    return path


def _here() -> Path:
    return Path(str(files(__name__)))


def _also_called(family: str, names: Iterable[str], style: str = "") -> str:
    """Give our face more family names while it is scanned: dxpdf looks names up in the list of families only."""
    test = f'<test name="family"><string>{family}</string></test>'
    if style:
        test += f'<test name="style"><string>{style}</string></test>'
    more = "".join(f"<string>{escape(name)}</string>" for name in names)
    if not more:
        return ""
    return f'  <match target="scan">{test}<edit name="family" mode="append">{more}</edit></match>'


def _answer(name: str, family: str) -> str:
    """Answer a request for ``name`` with our face when the machine has none of that name."""
    return _pattern(f'<test name="family"><string>{escape(name)}</string></test>', family, "append", "same")


def _pattern(test: str, family: str, mode: str, binding: str) -> str:
    edit = f'<edit name="family" mode="{mode}" binding="{binding}"><string>{family}</string></edit>'
    return f'  <match target="pattern">{test}{edit}</match>'
