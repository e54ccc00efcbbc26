"""The carried faces: what they hold, and that text printed with them comes back code point for code point."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import ImageFont

from duban_archive.fonts import SANS, SANS_NAMES, SERIF, SERIF_NAMES, font_path, fontconfig_file
from duban_archive.fonts.names import families, families_in

TEXT = "督导评估工作手册：用户页长见龙方黑鬼儿比毛〔2024〕5号 ☑☒□√×①㈠㎡℃ “引号”——…… 㐀䶮"

PRINT = """
import os, sys
import docx, dxpdf
from docx.oxml.ns import qn
document = docx.Document()
for name in sys.argv[3].split("|"):
    for bold in (False, True):
        run = document.add_paragraph().add_run(sys.argv[2])
        run.font.name, run.bold = name, bold
        run._element.rPr.rFonts.set(qn("w:eastAsia"), name)
document.save(sys.argv[1] + ".docx")
dxpdf.convert_file(sys.argv[1] + ".docx", sys.argv[1])
"""


def printed(tmp_path: Path, names: str, **configuration: object) -> Path:
    # fontconfig is read once a process: the converter gets one of its own
    out = tmp_path / "printed.pdf"
    config = fontconfig_file(tmp_path / "fontconfig", **configuration)  # type: ignore[arg-type]
    environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
    subprocess.run([sys.executable, "-c", PRINT, str(out), TEXT, names], env=environment, check=True, timeout=60)
    return out


def without_space(text: str) -> str:
    return "".join(text.split())


def fonts_in(path: Path) -> dict[str, str]:
    import pypdf

    found = {}
    for page in pypdf.PdfReader(path).pages:
        for font in page["/Resources"]["/Font"].values():
            face = font.get_object()
            found[face["/BaseFont"].partition("+")[2]] = face["/DescendantFonts"][0]["/Subtype"]
    return found


def test_every_face_is_carried_with_its_licence() -> None:
    for family in (SERIF, SANS):
        for bold in (False, True):
            path = font_path(family, bold)
            assert ImageFont.truetype(path).getname() == (family, "Bold" if bold else "Regular")
    assert "SIL OPEN FONT LICENSE" in (font_path().parent / "OFL.txt").read_text(encoding="utf-8")


def test_hei_names_are_answered_with_sans_and_all_others_with_serif() -> None:
    assert {font_path(name) for name in SANS_NAMES} == {font_path(SANS)}
    assert {font_path(name) for name in (*SERIF_NAMES, "某不存在字体")} == {font_path(SERIF)}


def test_printed_text_reads_back_code_point_for_code_point(tmp_path: Path) -> None:
    import pypdf
    import pypdfium2

    names = "方正小标宋简体|仿宋_GB2312|楷体|SimSun|黑体|SimHei|微软雅黑|等线|某不存在字体"
    path = printed(tmp_path, names)
    expected = without_space(TEXT) * 2 * len(names.split("|"))
    with pypdfium2.PdfDocument(path) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert without_space("".join(pages)).replace("\ufffe", "") == expected
    assert without_space("".join(page.extract_text() for page in pypdf.PdfReader(path).pages)) == expected


def test_faces_are_embedded_as_true_type_and_hei_is_really_hei(tmp_path: Path) -> None:
    assert fonts_in(printed(tmp_path, "仿宋_GB2312|黑体")) == {
        "NotoSerifSC-Regular": "/CIDFontType2",
        "NotoSerifSC-Bold": "/CIDFontType2",
        "NotoSansSC-Regular": "/CIDFontType2",
        "NotoSansSC-Bold": "/CIDFontType2",
    }


def test_a_heavy_face_is_answered_with_the_bold_cut(tmp_path: Path) -> None:
    def faces(names: str) -> set[str]:
        return set(fonts_in(printed(tmp_path, names)))

    assert faces("方正小标宋简体") == {"NotoSerifSC-Bold"}
    assert faces("仿宋") == {"NotoSerifSC-Regular", "NotoSerifSC-Bold"}


def test_a_face_of_the_office_wins_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    renamed(font_path(SANS), own / "fangsong.ttf", "FangSong_GB2312")
    renamed(font_path(SANS, bold=True), own / "fangsong-bold.ttf", "FangSong_GB2312")
    assert families(own / "fangsong.ttf") == {"FangSong_GB2312"}
    faces = fonts_in(printed(tmp_path, "FangSong_GB2312|KaiTi", folders=(own,)))
    assert set(faces) == {"NotoSansSC-Regular", "NotoSansSC-Bold", "NotoSerifSC-Regular", "NotoSerifSC-Bold"}


def renamed(source: Path, target: Path, family: str) -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(source)
    for record in list(font["name"].names):
        if record.nameID in (1, 16):
            font["name"].setName(family, 1, record.platformID, record.platEncID, record.langID)
    font.save(target)


def test_a_file_that_is_no_font_has_no_names(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"not a font")
    (tmp_path / "b.ttf").write_bytes(b"")
    assert families_in([tmp_path]) == frozenset()


@pytest.mark.skipif(shutil.which("fc-match") is None, reason="fc-match is absent: apt install fontconfig")
def test_with_the_machines_faces_ours_still_answer_for_missing_names(tmp_path: Path) -> None:
    config = fontconfig_file(tmp_path, system=True)
    environment = {**os.environ, "FONTCONFIG_FILE": str(config)}
    answer = subprocess.run(["fc-match", "仿宋_GB2312"], env=environment, capture_output=True, text=True, check=True)
    assert "NotoSerifSC-Regular.ttf" in answer.stdout
