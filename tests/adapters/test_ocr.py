"""Text off pictures: reading order is pure arithmetic and tested without the engine; the engine reads drawn pages."""

from __future__ import annotations

import io
import socket
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ofd_file import make_ofd
from PIL import Image, ImageDraw, ImageFont

from duban_archive.adapters import ocr
from duban_archive.adapters.ocr import layout
from duban_archive.adapters.ocr.layout import Word
from duban_archive.core.limits import Limits
from duban_archive.core.model import Locator
from duban_archive.fonts import font_path

LINES = (
    "关于开展义务教育学校管理标准化建设",
    "督导评估工作的通知",
    "各中小学、幼儿园：",
    "根据上级文件要求，现将2014年秋季学期督导",
    "评估工作有关事项通知如下，请认真贯彻执行。",
)
TEXT = "\n".join(LINES)


def word(
    left: float, top: float, text: str, *, width: float | None = None, height: float = 20, score: float = 1
) -> Word:
    right, bottom = left + (width or height * len(text)), top + height
    return Word(corners=((left, top), (right, top), (right, bottom), (left, bottom)), text=text, score=score)


def leaning(one: Word, slope: float) -> Word:
    a, b, c, d = ((x - slope * y, y + slope * x) for x, y in one.corners)
    return Word(corners=(a, b, c, d), text=one.text, score=one.score)


# --- reading order ---------------------------------------------------------------------------------------------


def test_cells_of_a_row_are_joined_with_tabs_and_neighbours_without() -> None:
    words = [word(300, 10, "男"), word(10, 12, "张三"), word(50, 11, "丰"), word(10, 60, "李四"), word(300, 61, "女")]
    assert layout.text_of(words) == "张三丰\t男\n李四\t女"


def test_latin_words_of_a_line_keep_a_space_between() -> None:
    assert layout.text_of([word(0, 0, "Word", width=40), word(50, 0, "2016", width=40)]) == "Word 2016"


def test_names_side_by_side_keep_a_space_between() -> None:
    words = [word(0, 0, "市教育局"), word(92, 0, "市财政局")]
    assert layout.text_of(words) == "市教育局 市财政局"


def test_a_leaning_page_keeps_its_rows() -> None:
    words = [word(10, 40 * n, f"第{n}行的左边一格") for n in range(6)]
    words += [word(900, 40 * n, f"右{n}") for n in range(6)]
    expected = "\n".join(f"第{n}行的左边一格\t右{n}" for n in range(6))
    for slope in (0.03, -0.03):
        assert layout.text_of([leaning(one, slope) for one in words]) == expected


def test_two_columns_of_running_text_are_read_one_after_the_other() -> None:
    left = [word(0, 30 * n, "左栏文字一直写满这一整栏的宽度", width=300) for n in range(2, 8)]
    right = [word(340, 30 * n, "右栏文字也一直写满一整栏的宽度", width=300) for n in range(2, 8)]
    title = word(100, 0, "横跨两栏的大标题在最上面", width=440, height=30)
    lines = layout.text_of([title, *left, *right]).split("\n")
    assert lines == [title.text, *(one.text for one in left), *(one.text for one in right)]


def test_a_table_is_not_taken_for_columns() -> None:
    words = [word(0, 30 * n, f"{n}", width=20) for n in range(8)]
    words += [word(100, 30 * n, "一项指标的名称"[: 3 + n % 4]) for n in range(8)]
    words += [word(400, 30 * n, "达标") for n in range(8)]
    assert all(line.count("\t") == 2 for line in layout.text_of(words).split("\n"))


def test_three_columns_are_read_one_after_the_other() -> None:
    words = [
        word(340 * column, 30 * row, f"第{column}栏第{row}行满满一行字", width=300)
        for row in range(6)
        for column in range(3)
    ]
    lines = layout.text_of(words).split("\n")
    assert lines == [f"第{column}栏第{row}行满满一行字" for column in range(3) for row in range(6)]


GRID = [(x, y, x + 200, y + 60) for y in (100, 160, 220) for x in (0, 200)]


def test_a_cell_of_a_ruled_table_keeps_its_wrapped_text_together() -> None:
    words = [word(10, 20, "附件一"), word(10, 102, "姓名"), word(210, 102, "专业"), word(10, 180, "曾炳明")]
    words += [word(210, 165, "计算机科学"), word(210, 192, "与技术"), word(10, 240, "郭丽华"), word(10, 400, "第1页")]
    assert layout.text_of(words, [GRID]) == "附件一\n姓名\t专业\n曾炳明\t计算机科学与技术\n郭丽华\n第1页"


def test_an_empty_cell_keeps_its_place_in_the_row() -> None:
    grid = [(x, y, x + 100, y + 40) for y in (0, 40) for x in (0, 100, 200)]
    words = [
        word(10, 10, "姓名"),
        word(110, 10, "单位"),
        word(210, 10, "性别"),
        word(10, 50, "张三"),
        word(210, 50, "男"),
    ]
    assert layout.text_of(words, [grid]) == "姓名\t单位\t性别\n张三\t\t男"


def test_a_merged_cell_written_down_its_rows_is_one_text_but_a_lost_rule_is_mended() -> None:
    rows = [(100, y, 300, y + 40) for y in (0, 40, 80)]
    words = [word(110, 10 + 40 * n, f"第{n}行的内容") for n in range(3)]
    down = [word(10, 10 + 40 * n, character) for n, character in enumerate("负责人")]
    assert layout.text_of([*words, *down], [[(0, 0, 100, 120), *rows]]).split("\n")[0] == "负责人\t第0行的内容"
    lost = [word(10, 10 + 40 * n, f"项目{n}号", width=80) for n in range(3)]
    assert layout.text_of([*words, *lost], [[(0, 0, 100, 120), *rows]]).split("\n")[2] == "项目2号\t第2行的内容"


def test_a_frame_around_text_is_no_table() -> None:
    words = [word(10, 10 + 30 * n, f"第{n}行") for n in range(12)]
    frame = [(0, 0, 300, 370), (300, 0, 310, 370), (0, 370, 300, 380), (300, 370, 310, 380)]
    assert layout.text_of(words, [frame]) == "\n".join(one.text for one in words)


def test_confidence_is_weighted_by_length_and_absent_without_text() -> None:
    assert layout.confidence([word(0, 0, "一二三", score=0.9), word(0, 50, "四", score=0.5)]) == pytest.approx(0.8)
    assert layout.confidence([]) is None
    assert layout.text_of([]) == ""


# --- the engine ------------------------------------------------------------------------------------------------


@cache
def page(size: tuple[int, int] = (1000, 620)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(font_path(), 40)
    for number, line in enumerate(LINES):
        draw.text((70, 70 + 90 * number), line, font=font, fill=(20, 20, 20))
    return picture


def saved(path: Path, picture: Image.Image, **options: Any) -> Path:
    picture.save(path, dpi=(200, 200), **options)
    return path


def read(path: Path, media_type: str = "image/png", **options: Any) -> str:
    passages = ocr.read_pages(path, media_type=media_type, **options)
    assert all(passage.ocr for passage in passages)
    return "\n".join(passage.text for passage in passages)


needs_engine = pytest.mark.skipif(bool(ocr.available()), reason="rapidocr or onnxruntime is absent: pip install them")


@pytest.mark.ocr
@needs_engine
def test_a_page_is_read_line_by_line_without_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the engine asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    (passage,) = ocr.read_pages(saved(tmp_path / "a.png", page()), media_type="image/png")
    assert passage.text == TEXT
    assert passage.locator == Locator(page=1)
    assert passage.confidence is not None
    assert passage.confidence > 0.95


@pytest.mark.ocr
@needs_engine
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_or_head_is_read(tmp_path: Path, turn: int) -> None:
    assert read(saved(tmp_path / "a.png", page().rotate(turn, expand=True))) == TEXT


@pytest.mark.ocr
@needs_engine
def test_a_crooked_photo_is_read(tmp_path: Path) -> None:
    crooked = page().rotate(2.5, resample=Image.Resampling.BICUBIC, fillcolor="white")
    assert read(saved(tmp_path / "a.jpg", crooked, quality=70), "image/jpeg") == TEXT


@pytest.mark.ocr
@needs_engine
def test_a_seal_over_the_text_hides_nothing_and_a_red_heading_is_read(tmp_path: Path) -> None:
    sealed = page((1000, 900)).copy()
    draw = ImageDraw.Draw(sealed)
    over = Image.new("RGB", sealed.size, "white")
    pen = ImageDraw.Draw(over)
    pen.ellipse((520, 280, 760, 520), outline=(220, 30, 40), width=12)
    pen.regular_polygon((640, 400, 40), 5, fill=(220, 30, 40))
    for x, y in ((560, 350), (620, 320), (680, 350)):
        pen.text((x, y), "章", font=ImageFont.truetype(font_path(bold=True), 40), fill=(220, 30, 40))
    from PIL import ImageChops

    sealed = ImageChops.multiply(sealed, over)
    draw = ImageDraw.Draw(sealed)
    draw.text((200, 620), "吴集镇人民政府文件", font=ImageFont.truetype(font_path(bold=True), 70), fill=(220, 30, 40))
    assert read(saved(tmp_path / "a.png", sealed)) == TEXT + "\n吴集镇人民政府文件"


@pytest.mark.ocr
@needs_engine
def test_a_ruled_table_is_read_row_by_row(tmp_path: Path) -> None:
    form = Image.new("RGB", (1000, 620), "white")
    draw, font = ImageDraw.Draw(form), ImageFont.truetype(font_path(), 36)
    for y in (100, 200, 320, 420):
        draw.line((60, y, 940, y), fill="black", width=3)
    for x in (60, 300, 560, 940):
        draw.line((x, 100, x, 420), fill="black", width=3)
    texts = {(80, 125): "姓名", (320, 125): "职务", (580, 125): "承担的主要工作", (80, 235): "曾炳明"}
    texts |= {(320, 235): "校长", (580, 215): "负责迎检资料整理", (580, 265): "与督导整改", (80, 345): "郭丽华"}
    for place, text in texts.items():
        draw.text(place, text, font=font, fill="black")
    crooked = form.rotate(1, resample=Image.Resampling.BICUBIC, fillcolor="white")
    rows = ["姓名\t职务\t承担的主要工作", "曾炳明\t校长\t负责迎检资料整理与督导整改", "郭丽华"]
    assert read(saved(tmp_path / "a.png", crooked)).split("\n") == rows


@pytest.mark.ocr
@needs_engine
def test_exif_orientation_is_obeyed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: turn by 90° to see it
    lying = page().rotate(90, expand=True)
    assert read(saved(tmp_path / "a.jpg", lying, exif=exif), "image/jpeg") == TEXT


@pytest.mark.ocr
@needs_engine
def test_only_the_pages_asked_for_are_read_and_blank_ones_at_once(tmp_path: Path) -> None:
    import pikepdf

    one, blank = io.BytesIO(), io.BytesIO()
    page().save(one, "PDF", resolution=200)
    Image.new("RGB", page().size, (246, 244, 238)).save(blank, "PDF", resolution=200)
    path = tmp_path / "scan.pdf"
    with pikepdf.new() as pdf:
        for source in (blank, one, one):
            pdf.pages.extend(pikepdf.open(source).pages)
        pdf.save(path)
    passages = ocr.read_pages(path, media_type="application/pdf", pages=(1, 3, 9))
    assert [(p.locator.page, p.text, p.confidence is None) for p in passages] == [(1, "", True), (3, TEXT, False)]


@pytest.mark.ocr
@needs_engine
def test_every_page_of_a_tiff_is_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.tif", page(), save_all=True, append_images=[page().convert("1")])
    assert [p.locator.page for p in ocr.read_pages(path, media_type="image/tiff")] == [1, 2]


def test_a_file_that_cannot_be_opened_says_so_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.4 not a pdf")
    with pytest.raises(ValueError, match="原件已保存"):
        read(tmp_path / "bad.jpg", "image/jpeg")
    with pytest.raises(ValueError, match="原件已保存"):
        read(tmp_path / "bad.pdf", "application/pdf")
    with pytest.raises(ValueError, match="上限"):
        read(saved(tmp_path / "big.png", page()), limits=Limits(pixels=10_000))


@pytest.mark.ocr
@needs_engine
def test_a_scan_in_an_ofd_is_read(tmp_path: Path) -> None:
    scan = io.BytesIO()
    page().save(scan, "PNG")
    media = "<MultiMedias><MultiMedia ID='7' Type='Image'><MediaFile>a.png</MediaFile></MultiMedia></MultiMedias>"
    image = "<ImageObject ID='6' Boundary='0 0 100 62' CTM='100 0 0 62 0 0' ResourceID='7'/>"
    path = make_ofd(tmp_path / "a.ofd", image, more={"Doc_0/Res/a.png": scan.getvalue()}, resources=media)
    assert read(path, "application/ofd").replace(":", "：") == TEXT


@pytest.mark.ocr
@needs_engine
def test_a_photo_pasted_into_a_word_file_is_read(tmp_path: Path) -> None:
    import docx

    saved(tmp_path / "a.png", page())
    document = docx.Document()
    document.add_picture(str(tmp_path / "a.png"), width=docx.shared.Cm(15))
    document.save(str(tmp_path / "a.docx"))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert read(tmp_path / "a.docx", kind).replace(":", "：") == TEXT
