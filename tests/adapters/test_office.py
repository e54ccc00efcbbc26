"""Renditions: every readable paper becomes a PDF, with and without LibreOffice; what cannot says why."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from ofd_file import make_ofd
from PIL import Image

from duban_archive.adapters import extract, office
from duban_archive.adapters.office import content, libreoffice, ofd_drawing, spreadsheet, word, wordml
from duban_archive.adapters.worker import Call, Pool
from duban_archive.core.limits import Limits
from tests.make import make_film, make_msg

HAS_SOFFICE = office.find_soffice() is not None
needs_soffice = pytest.mark.skipif(
    not HAS_SOFFICE, reason="soffice is absent: apt install libreoffice-writer-nogui libreoffice-calc-nogui"
)


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without LibreOffice."""
    monkeypatch.setenv("DUBAN_SOFFICE", "")


def convert(path: Path, out: Path | None = None, **options: Any) -> office.Conversion:
    return office.to_pdf(
        path,
        media_type=extract.sniff(path, path.name),
        file_name=path.name,
        out=out or path.with_name(path.name + ".pdf"),
        **options,
    )


def text_in(pdf: Path | None) -> str:
    assert pdf is not None
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def sizes_in(pdf: Path | None) -> list[tuple[int, int]]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [(round(page.get_width()), round(page.get_height())) for page in document]


def codes(conversion: office.Conversion) -> list[str]:
    return [note.code for note in conversion.notes]


def make_docx(path: Path, *texts: str) -> Path:
    import docx

    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def make_xlsx(path: Path, rows: list[list[object]], *, hidden: bool = False) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in rows:
        sheet.append(row)
    if hidden:
        book.create_sheet("底稿").append(["隐藏的内容"])
        book["底稿"].sheet_state = "hidden"
    book.save(path)
    return path


# --- ways --------------------------------------------------------------------------------------------------------


def test_a_pdf_is_its_own_rendition(tmp_path: Path) -> None:
    word.print_docx(make_docx(tmp_path / "a.docx", "督导").read_bytes(), tmp_path / "a.pdf")
    made = convert(tmp_path / "a.pdf", tmp_path / "out.pdf")
    assert (made.path, made.engine, made.pages, made.differs, made.notes) == (tmp_path / "a.pdf", "original", 1, "", ())


def test_a_word_document_keeps_its_text_and_tells_what_may_differ(tmp_path: Path) -> None:
    made = convert(make_docx(tmp_path / "通知.docx", "各中小学：请于3月1日前报送自评报告。"))
    assert made.engine == "dxpdf"
    assert made.version == word.version() != ""
    assert "各中小学：请于3月1日前报送自评报告。" in text_in(made.path)
    assert "原件" in made.differs


def test_a_word_document_that_the_converter_refuses_is_set_by_content(tmp_path: Path, bare: None) -> None:
    path = make_docx(tmp_path / "a.docx", "仍要印出来的文字")
    made = convert(path, without=("dxpdf",))
    assert made.engine == "content"
    assert "仍要印出来的文字" in text_in(made.path)


def losing(monkeypatch: pytest.MonkeyPatch, path: Path, left: bytes) -> None:
    """Let the converter print ``left`` when it is given the document ``path``."""
    print_docx, whole = word.print_docx, path.read_bytes()

    def print_less(docx: bytes, out: Path, **options: Any) -> None:
        print_docx(left if docx == whole else docx, out, **options)

    monkeypatch.setattr(word, "print_docx", print_less)


def test_a_conversion_that_loses_much_text_is_not_taken(
    tmp_path: Path, bare: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_docx(tmp_path / "a.docx", "第一段的文字", "第二段的文字")
    losing(monkeypatch, path, make_docx(tmp_path / "half.docx", "第一段的文字").read_bytes())
    made = convert(path)
    assert made.engine == "content"
    assert "第二段的文字" in text_in(made.path)


def test_without_another_way_a_small_loss_is_noted_but_page_numbers_are_none(
    tmp_path: Path, bare: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "督导评估自评报告" * 12
    path = make_docx(tmp_path / "a.docx", body, "尾注的文字不见", "1", "2")
    losing(monkeypatch, path, make_docx(tmp_path / "less.docx", body).read_bytes())
    assert (convert(path).engine, codes(convert(path))) == ("dxpdf", ["rendition_text"])
    path = make_docx(tmp_path / "b.docx", body, *"123456789")
    losing(monkeypatch, path, make_docx(tmp_path / "less.docx", body).read_bytes())
    assert codes(convert(path)) == []


def test_a_panic_in_the_converter_is_no_end(tmp_path: Path, bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    import dxpdf

    class PanicException(BaseException):
        pass

    def panic(_: bytes) -> bytes:
        raise PanicException("index out of bounds")

    monkeypatch.setattr(dxpdf, "convert", panic)
    made = convert(make_docx(tmp_path / "a.docx", "文字"))
    assert (made.path, codes(made)) == (None, ["no_rendition"])


@pytest.mark.parametrize(("told", "noted"), [(1, False), (2, False), (3, False), (40, True)])
def test_a_page_count_far_from_the_files_own_is_noted(told: int, noted: bool) -> None:
    assert bool(word._page_note(told, 1)) is noted
    assert word._page_note(None, 1) == ()


def test_nothing_is_made_of_a_video_or_a_broken_file_and_the_note_says_why(tmp_path: Path, bare: None) -> None:
    (tmp_path / "a.mp4").write_bytes(b"\x00\x00\x00\x18ftypmp42")
    (tmp_path / "b.docx").write_bytes(b"PK\x03\x04broken")
    (tmp_path / "c.jpg").write_bytes(b"\xff\xd8\xff\xe0broken")
    (tmp_path / "d.pdf").write_bytes(b"%PDF-1.7 broken")
    for path in sorted(tmp_path.iterdir()):
        made = convert(path)
        assert (made.path, codes(made)) == (None, ["no_rendition"]), path.name
        assert "原件已安全保存" in made.notes[0].text


def test_a_telephones_heic_is_printed(tmp_path: Path) -> None:
    made = convert(Path(__file__).parent / "files" / "IMG_0001.heic", tmp_path / "a.pdf")
    assert (made.engine, made.pages) == ("pictures", 1)


def test_an_outlook_message_is_set(tmp_path: Path) -> None:
    message = make_msg(tmp_path / "通知.msg", subject="关于上报材料的通知", body="请于周五前报送。", attachments={})
    made = convert(message)
    assert made.engine == "content"
    assert "请于周五前报送。" in text_in(made.path)


# --- films ---------------------------------------------------------------------------------------------------------


def test_a_film_gives_one_frame_with_its_name_and_length(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mp4", seconds=70)
    made = office.to_pdf(film, media_type="video/mp4", file_name="公开课.mp4", out=tmp_path / "a.pdf")
    assert (made.engine, made.pages) == ("film", 1)
    assert [note.code for note in made.notes] == ["film_frame"]
    assert "视频材料：公开课.mp4，时长 1 分 10 秒。" in text_in(made.path)
    with pypdfium2.PdfDocument(made.path) as document:
        red, green, blue = document[0].render().to_pil().getpixel((420, 297))
    assert red > 200
    assert green < 60 > blue


def test_a_film_cut_off_on_the_way_says_so(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "a.mp4", seconds=5).read_bytes()
    (tmp_path / "b.mp4").write_bytes(whole[: len(whole) // 3])
    made = convert(tmp_path / "b.mp4")
    assert made.path is None
    assert "视频" in made.notes[0].text


# --- content renditions ------------------------------------------------------------------------------------------


def test_a_workbook_is_set_as_ruled_tables_with_hidden_sheets_marked(tmp_path: Path, bare: None) -> None:
    rows: list[list[object]] = [["学校", "在校生", "专任教师"], ["吴集镇中心小学", 846, 52], ["吴集中学", 1203, 98]]
    made = convert(make_xlsx(tmp_path / "台账.xlsx", rows, hidden=True))
    text = text_in(made.path)
    assert made.engine == "content"
    assert codes(made) == ["content_rendition"]
    for expected in (
        "台账.xlsx",
        "工作表：台账",
        "吴集镇中心小学",
        "1203",
        "底稿（原件中隐藏）",
        "隐藏的内容",
        "内容版式",
    ):
        assert expected in text


def test_wide_tables_turn_the_sheet_then_grow_then_split(tmp_path: Path) -> None:
    assert content.fit([["一二三"] * 4])[0] == content.PORTRAIT
    assert content.fit([["一二三四五"] * 11])[0] == content.LANDSCAPE
    assert content.fit([["一二三四五六"] * 16])[0] == content.WIDE
    sheet, size, groups = content.fit([["一二三四五六七八九十"] * 40])
    assert sheet == content.WIDE
    assert size == min(content.SIZES)
    assert [index for group in groups for index, _ in group] == list(range(40))
    assert all(sum(width for _, width in group) <= sheet.room for group in groups)


def test_a_table_too_long_to_print_ends_with_what_is_missing(
    tmp_path: Path, bare: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "MAX_ROWS", 5)
    made = convert(make_xlsx(tmp_path / "a.xlsx", [[number] for number in range(1000, 1012)]))
    assert codes(made) == ["content_rendition", "rendition_partly"]
    assert "还有 7 行没有排出，见原件" in text_in(made.path)


def test_text_mail_and_csv_in_gbk_are_set(tmp_path: Path) -> None:
    (tmp_path / "会议记录.txt").write_bytes("2014年9月会议记录\r\n一、传达文件精神 & <要求>".encode("gbk"))
    (tmp_path / "m.eml").write_text(
        "Subject: =?utf-8?B?6YCa55+l?=\nFrom: a@example.org\n\n请按时报送。", encoding="utf-8"
    )
    table = io.StringIO()
    csv.writer(table).writerows([["姓名", "职务"], ["张三", "校长"]])
    (tmp_path / "花名册.csv").write_bytes(table.getvalue().encode("gbk"))
    texts = {path.name: text_in(convert(path).path) for path in list(tmp_path.iterdir())}
    assert "一、传达文件精神 & <要求>" in texts["会议记录.txt"]
    assert "请按时报送。" in texts["m.eml"]
    assert "校长" in texts["花名册.csv"]


def test_slides_keep_their_pages(tmp_path: Path, bare: None) -> None:
    import pptx

    deck = pptx.Presentation()
    for title in ("汇报提纲", "存在问题"):
        deck.slides.add_slide(deck.slide_layouts[5]).shapes.title.text = title
    deck.save(str(tmp_path / "汇报.pptx"))
    made = convert(tmp_path / "汇报.pptx")
    assert (made.pages, "存在问题" in text_in(made.path)) == (2, True)


def test_characters_that_xml_cannot_carry_do_not_spoil_a_rendition() -> None:
    section = wordml.Section(sheet=content.PORTRAIT, blocks=[wordml.paragraph("a\x00b\x0b\ud800<c>&")])
    assert wordml.document([section], header="").startswith(b"PK")


# --- pictures ----------------------------------------------------------------------------------------------------


def dots(pdf: Path | None, page: int = 0) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture: Image.Image = document[page].render(scale=0.5).to_pil()
    return picture


def half_red(size: tuple[int, int]) -> Image.Image:
    """Red above, blue below, with enough colours to be a photo."""
    picture = Image.new("RGB", size, (0, 0, 200))
    picture.paste((200, 0, 0), (0, 0, size[0], size[1] // 2))
    for step in range(300):
        picture.putpixel((step % size[0], step // size[0]), (200, step % 256, step // 256))
    return picture


@pytest.mark.parametrize(("size", "page"), [((300, 400), (595, 842)), ((400, 300), (842, 595))])
def test_a_picture_fills_a_page_of_its_shape_with_its_own_jpeg_data(
    tmp_path: Path, size: tuple[int, int], page: tuple[int, int]
) -> None:
    half_red(size).save(tmp_path / "a.jpg")
    made = convert(tmp_path / "a.jpg")
    assert sizes_in(made.path) == [page]
    assert made.path is not None
    assert (tmp_path / "a.jpg").read_bytes() in made.path.read_bytes()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_stands_upright_by_its_exif(tmp_path: Path, orientation: int) -> None:
    turn = {1: 0, 3: 180, 6: 90, 8: 270}[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    half_red((300, 400)).rotate(turn, expand=True).save(tmp_path / "a.jpg", exif=exif)
    made = convert(tmp_path / "a.jpg")
    assert sizes_in(made.path) == [(595, 842)]
    seen = dots(made.path).convert("RGB")
    middle, quarter = seen.width // 2, seen.height // 4
    above, below = seen.getpixel((middle, seen.height // 2 - 40)), seen.getpixel((middle, seen.height // 2 + 40))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert above[0] > 150 > below[0]
    assert quarter > 0


def test_every_page_of_a_tiff_and_a_transparent_png_are_printed(tmp_path: Path) -> None:
    pages = [Image.new("1", (1654, 2339), 1), Image.new("L", (2339, 1654), 255), half_red((300, 300))]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    assert sizes_in(convert(tmp_path / "a.tif").path) == [(595, 842), (842, 595), (595, 842)]
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(tmp_path / "b.png")
    assert dots(convert(tmp_path / "b.png").path).convert("L").getextrema() == (255, 255)


def test_a_picture_beyond_the_limit_is_not_opened(tmp_path: Path) -> None:
    half_red((300, 300)).save(tmp_path / "a.png")
    made = convert(tmp_path / "a.png", limits=Limits(pixels=1000))
    assert (made.path, codes(made)) == (None, ["no_rendition"])


# --- OFD ---------------------------------------------------------------------------------------------------------


def test_an_ofd_keeps_its_paper_its_text_its_places_and_its_pictures(tmp_path: Path) -> None:
    dot = io.BytesIO()
    Image.new("RGB", (10, 10), (0, 200, 0)).save(dot, "PNG")
    objects = (
        "<TextObject ID='4' Boundary='10 10 60 6' Font='2' Size='5'><TextCode X='0' Y='5' DeltaX='g 5 5'>"
        "督导评估报告</TextCode></TextObject>"
        "<PathObject ID='5' Boundary='10 60 20 20' Fill='true' Stroke='false'><FillColor Value='255 0 0'/>"
        "<AbbreviatedData>M 0 0 L 20 0 L 20 20 L 0 20 C</AbbreviatedData></PathObject>"
        "<ImageObject ID='6' Boundary='60 60 20 20' CTM='20 0 0 20 0 0' ResourceID='7'/>"
    )
    media = "<MultiMedias><MultiMedia ID='7' Type='Image'><MediaFile>a.png</MediaFile></MultiMedia></MultiMedias>"
    path = make_ofd(tmp_path / "a.ofd", objects, more={"Doc_0/Res/a.png": dot.getvalue()}, resources=media)
    made = convert(path)
    assert (made.engine, sizes_in(made.path)) == ("ofd", [(283, 425)])
    assert "督导评估报告" in "".join(text_in(made.path).split())
    with pypdfium2.PdfDocument(made.path) as document:
        seen = document[0].render(scale=1).to_pil().convert("RGB")
    assert seen.getpixel((57, 198)) == (255, 0, 0)
    assert seen.getpixel((198, 198)) == (0, 200, 0)
    assert min(seen.crop((28, 28, 120, 45)).convert("L").tobytes()) < 60
    assert seen.crop((0, 300, 283, 425)).convert("L").getextrema() == (255, 255)


def test_path_data_is_followed_until_it_is_damaged() -> None:
    drawn = list(ofd_drawing.path_operators("M 0 0 L 10 0 Q 10 10 0 10 B 1 1 2 2 3 3 C M 5 5 L 6"))
    assert [operators.split()[-1] for operators in drawn] == ["m", "l", "c", "c", "h", "m"]


def test_an_arc_ends_where_it_says_and_bulges_to_its_side() -> None:
    curves = list(ofd_drawing.arc(0, 0, [5, 5, 0, 0, 1, 10, 0]))
    assert curves[-1][4:] == pytest.approx((10, 0), abs=1e-6)
    assert min(curve[5] for curve in curves) == pytest.approx(-5, abs=1e-6)


def test_an_ofd_that_draws_on_itself_ends(tmp_path: Path) -> None:
    units = (
        "<CompositeGraphicUnits><CompositeGraphicUnit ID='9' Width='1' Height='1'><Content>"
        "<CompositeObject ID='10' Boundary='0 0 1 1' ResourceID='9'/></Content></CompositeGraphicUnit>"
        "</CompositeGraphicUnits>"
    )
    path = make_ofd(tmp_path / "a.ofd", "<CompositeObject ID='8' Boundary='0 0 9 9' ResourceID='9'/>", resources=units)
    assert convert(path).pages == 1


# --- LibreOffice -------------------------------------------------------------------------------------------------


def test_an_empty_setting_switches_libreoffice_off(bare: None) -> None:
    assert office.find_soffice() is None
    assert "libreoffice" not in office.converters()
    assert {"dxpdf", "content", "picture"} <= set(office.converters())


@pytest.mark.office
@pytest.mark.slow
@needs_soffice
def test_libreoffice_converts_many_files_in_one_call_and_leaves_broken_ones(tmp_path: Path) -> None:
    make_xlsx(tmp_path / "a.xlsx", [["学校", "在校生"], ["吴集中学", 1203]])
    (tmp_path / "b.rtf").write_bytes(rb"{\rtf1\ansi\ansicpg936 \'b6\'bd\'b5\'bc report}")
    (tmp_path / "c.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    jobs = [
        office.Job(
            path=path,
            media_type=extract.sniff(path, path.name),
            file_name=path.name,
            out=tmp_path / "out" / f"{path.stem}.pdf",
            limits=Limits(),
        )
        for path in sorted(tmp_path.glob("?.*"))
    ]
    made = office.to_pdfs(jobs)
    assert [one.engine for one in made[:2]] == ["LibreOffice", "LibreOffice"]
    assert "吴集中学" in text_in(made[0].path)
    assert "督导" in text_in(made[1].path)
    assert made[2].path is None


def test_a_converter_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("a shell script stands in for the program")
    import psutil

    slow = tmp_path / "soffice"
    slow.write_text('#!/bin/sh\necho $$ > "$HOME/../pid"\nsleep 600 & wait\n', encoding="utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("DUBAN_SOFFICE", str(slow))
    monkeypatch.setattr(libreoffice.tempfile, "tempdir", str(tmp_path))
    made = convert(make_xlsx(tmp_path / "a.xlsx", [["一"]]), limits=Limits(convert_seconds=0.5))
    assert made.engine == "content"
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_conversion_runs_in_a_worker(tmp_path: Path, bare: None) -> None:
    path = make_xlsx(tmp_path / "a.xlsx", [["一", "二"]])
    kwargs = {
        "path": path, "media_type": extract.sniff(path, path.name), "file_name": path.name,
        "out": tmp_path / "a.pdf", "limits": Limits(),
    }  # fmt: skip
    with Pool(workers=1) as pool:
        (done,) = pool.run([Call(key=1, target="duban_archive.adapters.office:to_pdf", kwargs=kwargs)])
    assert done.fault is None
    assert done.value.pages == 1


# --- sheets one page wide ----------------------------------------------------------------------------------------

SHEET = (
    b'<worksheet xmlns="x">%s<cols><col min="1" max="8" width="%d"/></cols><sheetData><row r="1">'
    b'<c r="A1"><v>1</v></c><c r="H1" t="s"><v>2</v></c><c r="XFD1" s="3"/></row></sheetData>%s</worksheet>'
)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (10, b""),
        (13, b'paperSize="9" orientation="portrait"'),
        (22, b'paperSize="9" orientation="landscape"'),
        (45, b'paperSize="8" orientation="landscape"'),
    ],
)
def test_a_sheet_is_set_one_page_wide_on_the_paper_it_needs(width: int, expected: bytes) -> None:
    fitted = spreadsheet.fit_sheet(SHEET % (b"", width, b""))
    assert expected in fitted
    assert (b"fitToPage" in fitted) is bool(expected)


def test_a_scale_the_office_set_is_kept_and_other_page_settings_stay_whole() -> None:
    own = SHEET % (b"", 40, b'<pageMargins left="1"/><pageSetup scale="60"/>')
    assert spreadsheet.fit_sheet(own) == own
    fitted = spreadsheet.fit_sheet(
        SHEET
        % (
            b'<sheetPr><tabColor rgb="F"/></sheetPr>',
            30,
            b'<pageMargins left="1"/><pageSetup paperSize="9"/><drawing/>',
        )
    )
    assert b'<sheetPr><tabColor rgb="F"/><pageSetUpPr fitToPage="1"/></sheetPr>' in fitted
    assert fitted.count(b"<pageSetup ") == 1
    assert fitted.index(b"<pageMargins") < fitted.index(b"<pageSetup ") < fitted.index(b"<drawing")


def test_a_sheet_no_paper_takes_is_refused() -> None:
    with pytest.raises(spreadsheet.TooWideError):
        spreadsheet.fit_sheet(SHEET % (b"", 80, b""))


@pytest.mark.office
@pytest.mark.slow
@needs_soffice
def test_an_old_workbook_is_printed_one_page_wide_by_libreoffice(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("台账")
    for column in range(9):
        sheet.col(column).width = 256 * 18
        sheet.write(0, column, f"第{column}列")
    book.save(str(tmp_path / "a.xls"))
    made = convert(tmp_path / "a.xls")
    assert (made.engine, made.pages, made.notes) == ("LibreOffice", 1, ())
    assert sizes_in(made.path) == [(842, 595)]
