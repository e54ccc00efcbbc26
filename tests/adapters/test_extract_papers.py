"""PDF, OFD, pictures, text, web pages, films: what is read, what waits for OCR, and what the file says of itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from duban_archive.adapters import extract
from duban_archive.adapters.extract import media_types as kinds
from duban_archive.adapters.extract.text_quality import is_garbled, repair
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted
from tests.make import (
    PARAGRAPHS,
    make_docx,
    make_film,
    make_jpeg,
    make_layered_pdf,
    make_mp4,
    make_pdf,
    make_tiff,
    make_wav,
    make_xlsx,
)


def read(path: Path, name: str = "", limits: Limits | None = None) -> Extracted:
    name = name or path.name
    media_type = extract.sniff(path, name)
    scratch = path.parent / "scratch"
    return extract.read(path, file_name=name, media_type=media_type, limits=limits or Limits(), scratch=scratch)


def codes(extracted: Extracted) -> list[str]:
    return [note.code for note in extracted.notes]


# --- PDF -----------------------------------------------------------------------------------------------------


def test_a_pdf_has_a_passage_a_page(tmp_path: Path) -> None:
    extracted = read(make_pdf(tmp_path / "a.pdf", [PARAGRAPHS, ["第二页的文字内容，超过二十个字的一行中文文字。"]]))
    assert extracted.pages == 2
    assert [passage.locator.page for passage in extracted.passages] == [1, 2]
    assert extracted.passages[0].text.split("\n") == list(PARAGRAPHS)
    assert not extracted.unread_pages
    assert extracted.facts["page_sizes"] == [{"width_mm": 210, "height_mm": 297, "pages": 2}]


def test_a_scanned_page_waits_for_ocr(tmp_path: Path) -> None:
    extracted = read(make_pdf(tmp_path / "a.pdf", [PARAGRAPHS], pictures=[make_jpeg(), make_jpeg()]))
    assert extracted.pages == 3
    assert extracted.unread_pages == (2, 3)
    assert codes(extracted) == ["needs_ocr"]
    assert extracted.readable


def test_facts_of_a_pdf(tmp_path: Path) -> None:
    info = {"Author": "教务处", "Producer": "WPS 文字", "CreationDate": "D:20141203102205+08'00'"}
    extracted = read(make_pdf(tmp_path / "a.pdf", info=info, rotate=90))
    assert extracted.facts["author"] == "教务处"
    assert extracted.facts["producer"] == "WPS 文字"
    assert extracted.facts["created"] == "2014-12-03T10:22:05+08:00"
    assert extracted.facts["rotated_pages"] == [1]


def test_an_owner_lock_is_a_fact_and_a_password_a_reason(tmp_path: Path) -> None:
    locked = read(make_pdf(tmp_path / "a.pdf", owner="某人"))
    assert locked.readable
    assert locked.facts["owner_locked"] is True
    assert locked.facts["forbidden"] == ["打印", "修改", "复制"]
    closed = read(make_pdf(tmp_path / "b.pdf", password="某人"))
    assert not closed.readable
    assert codes(closed) == ["encrypted"]


def test_a_text_layer_that_lies_waits_for_ocr(tmp_path: Path) -> None:
    path = make_pdf(tmp_path / "a.pdf", [["".join(chr(0xE000 + n) for n in range(200, 260))], PARAGRAPHS])
    extracted = read(path)
    assert extracted.unread_pages == (1,)
    assert "garbled_text" in codes(extracted)
    assert [passage.locator.page for passage in extracted.passages] == [2]


def test_a_scan_with_an_invisible_text_layer_is_to_be_held_against_its_picture(tmp_path: Path) -> None:
    lines = ["吴集镇人民政府关于做好义务教育均衡发展督导评估迎检工作的通知"] * 4
    extracted = read(make_layered_pdf(tmp_path / "a.pdf", make_jpeg(800, 1100), lines))
    assert extracted.text.split("\n") == lines
    assert extracted.unread_pages == (1,)
    assert extracted.facts["text_layer"] == {"pages": [1], "check": [1]}
    assert codes(extracted) == []


def test_a_page_of_drawn_text_needs_no_check_even_over_a_picture(tmp_path: Path) -> None:
    assert "text_layer" not in read(make_pdf(tmp_path / "a.pdf")).facts


def test_pages_beyond_the_limit_are_named(tmp_path: Path) -> None:
    extracted = read(make_pdf(tmp_path / "a.pdf", [PARAGRAPHS] * 5), limits=Limits(pages=2))
    assert extracted.pages == 5
    assert len(extracted.passages) == 2
    assert codes(extracted) == ["truncated"]


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        ("督导评估\n2014年9月", False),
        ("བོད་ཡིག ئۇيغۇرچە 한국어 ภาษาไทย ꆈꌠꁱꂷ", False),
        ("\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008\ue009\ue00a", True),
        ("ÖÐ»ªÈËÃñ¹²ºÍ¹úÒåÎñ½ÌÓý·¨ÊµÊ©Ï¸Ôò", True),
        ("የኢትዮጵያᏣᎳᎩᐃᓄᒃᑎᑐᑦ", True),
        ("• ✓ □ ☑ ①②③ 第一条", False),
    ],
)
def test_garbled_text_is_told_from_rare_scripts(text: str, garbled: bool) -> None:
    assert is_garbled(text) is garbled


def test_gbk_read_as_latin_is_mended() -> None:
    assert repair("ÖÐ»ªÈËÃñ¹²ºÍ¹ú") == "中华人民共和国"
    assert repair("Café à la carte") == "Café à la carte"
    assert repair("督导") == "督导"


# --- OFD -----------------------------------------------------------------------------------------------------


def test_real_ofd_files_are_read_and_their_seals_named(corpus: Path) -> None:
    extracted = read(corpus / "hostile" / "999.ofd")
    assert extracted.media_type == kinds.OFD
    assert extracted.pages == 5
    assert "发票" in extracted.text
    assert extracted.facts["signed"] is True
    assert extracted.facts["signatures"][0]["seals"] == 1


# --- pictures ------------------------------------------------------------------------------------------------


def test_a_photo_keeps_its_time_and_waits_for_ocr(tmp_path: Path) -> None:
    path = tmp_path / "微信图片_20141128.jpg"
    path.write_bytes(make_jpeg(exif={0x0132: "2014:11:28 09:30:00", 0x010F: "华为", 0x0112: 6}))
    extracted = read(path)
    assert (extracted.pages, extracted.unread_pages) == (1, (1,))
    assert extracted.facts["taken"] == "2014-11-28T09:30:00"
    assert extracted.facts["turned"] == 90
    assert (extracted.facts["width"], extracted.facts["height"]) == (400, 300)
    assert len(extracted.facts["fingerprint"]) == 16
    assert not extracted.notes


def test_a_photo_without_exif_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "mmexport1412345678901.jpg"
    path.write_bytes(make_jpeg())
    extracted = read(path)
    assert "taken" not in extracted.facts
    assert extracted.readable
    assert not extracted.notes


def test_a_blurred_shot_is_less_sharp(tmp_path: Path) -> None:
    from PIL import Image, ImageFilter

    (tmp_path / "a.jpg").write_bytes(make_jpeg())
    with Image.open(tmp_path / "a.jpg") as image:
        image.filter(ImageFilter.GaussianBlur(6)).save(tmp_path / "b.jpg")
    sharp, blurred = read(tmp_path / "a.jpg").facts, read(tmp_path / "b.jpg").facts
    assert blurred["sharpness"] * 3 < sharp["sharpness"]
    near = int(sharp["fingerprint"], 16) ^ int(blurred["fingerprint"], 16)
    assert near.bit_count() <= 8


def test_a_tiff_has_all_its_pages(tmp_path: Path) -> None:
    extracted = read(make_tiff(tmp_path / "a.tif", pages=3))
    assert (extracted.pages, extracted.unread_pages) == (3, (1, 2, 3))


def test_a_picture_beyond_the_pixel_limit_is_not_decoded(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
    extracted = read(tmp_path / "a.png")
    assert not extracted.readable
    assert codes(extracted) == ["too_large"]
    assert "20000×20000" in extracted.notes[0].text


def test_a_heic_photo_of_a_telephone_is_read() -> None:
    """Coded by libheif's own encoder (x265), which the program does not carry; named as WeChat renames it."""
    path = Path(__file__).parent / "files" / "IMG_0001.heic"
    extracted = read(path, "IMG_0001.jpg")
    assert extracted.media_type == "image/heic"
    assert (extracted.facts["width"], extracted.facts["height"]) == (320, 240)
    assert (extracted.facts["taken"], extracted.facts["camera"]) == ("2018-05-10T09:30:15", "Apple iPhone 8")
    assert extracted.unread_pages == (1,)


def test_a_heic_cut_off_is_kept_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "IMG_0001.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200))
    assert codes(read(path)) == ["broken"]


def test_a_webp_and_a_bmp_are_pictures(tmp_path: Path) -> None:
    from PIL import Image

    for name in ("a.webp", "a.bmp"):
        Image.new("RGB", (60, 40), (200, 30, 30)).save(tmp_path / name)
        extracted = read(tmp_path / name)
        assert extracted.media_type == f"image/{name[2:]}"
        assert (extracted.facts["width"], extracted.unread_pages) == (60, (1,))


def test_a_grey_scan_says_that_no_red_could_be_seen(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (600, 800), "white").save(tmp_path / "grey.png")
    Image.new("RGB", (600, 800), (240, 220, 90)).save(tmp_path / "yellow.png")
    grey, yellow = read(tmp_path / "grey.png").facts, read(tmp_path / "yellow.png").facts
    assert (grey["seals"], grey["colourless"]) == ([], True)
    assert "colourless" not in yellow


# --- text ----------------------------------------------------------------------------------------------------

TEXT = "关于做好督导评估工作的通知\n各中小学、幼儿园：\n\n请认真贯彻执行。"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("suffix", ["txt", "md"])
def test_text_in_every_encoding(tmp_path: Path, encoding: str, suffix: str) -> None:
    path = tmp_path / f"通知.{suffix}"
    path.write_bytes(TEXT.encode(encoding))
    extracted = read(path)
    assert extracted.media_type == {"txt": kinds.TEXT, "md": kinds.MARKDOWN}[suffix]
    assert extracted.text.split("\n") == [line for line in TEXT.split("\n") if line]


def test_text_beyond_the_limit_is_cut_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("督导评估工作\n" * 1000, encoding="utf-8")
    extracted = read(path, limits=Limits(characters=500))
    assert sum(len(passage.text) for passage in extracted.passages) == 500
    assert codes(extracted) == ["truncated"]


def test_lone_surrogates_and_controls_do_not_get_through(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe" + "甲\ud800乙\x07\x0b丙".encode("utf-16-le", "surrogatepass"))
    assert "".join(read(path).text.split()).replace("\ufffd", "") == "甲乙丙"


def test_a_csv_of_excel_in_china(tmp_path: Path) -> None:
    path = tmp_path / "花名册.csv"
    path.write_bytes('序号,姓名,备注\r\n1,张某,"多行\r\n备注"\r\n2,李某,\r\n'.encode("gbk"))
    extracted = read(path)
    assert extracted.media_type == kinds.CSV
    assert extracted.tables[0].rows == (("序号", "姓名", "备注"), ("1", "张某", "多行 备注"), ("2", "李某", ""))
    assert extracted.facts["encoding"] == "gb18030"


def test_a_web_page_named_xls_gives_its_table(tmp_path: Path) -> None:
    path = tmp_path / "学生名单.xls"
    page = (
        '<html><head><meta charset="gb2312"><title>名单</title><script>bad()</script></head><body><p>学生名单</p>'
        '<table><tr><td colspan="2">三年级</td></tr><tr><td rowspan="2">一班</td><td>张某</td></tr>'
        "<tr><td>李某</td></tr></table></body></html>"
    )
    path.write_bytes(page.encode("gbk"))
    extracted = read(path)
    assert extracted.media_type == kinds.HTML
    assert extracted.text.split("\n") == ["学生名单", "三年级", "一班\t张某", "李某"]
    assert extracted.tables[0].rows == (("三年级", "三年级"), ("一班", "张某"), ("一班", "李某"))


# --- films and recordings ------------------------------------------------------------------------------------


def test_a_film_is_kept_with_its_length(tmp_path: Path) -> None:
    path = tmp_path / "公开课.mp4"
    path.write_bytes(make_mp4(seconds=90, width=640, height=360))
    extracted = read(path)
    assert extracted.media_type == "video/mp4"
    assert extracted.facts == {"seconds": 90.0, "width": 640, "height": 360, "created": "2014-11-28T06:13:20Z"}
    assert extracted.readable
    assert not extracted.notes


def test_a_film_of_a_real_encoder_is_kept_with_its_length(tmp_path: Path) -> None:
    facts = read(make_film(tmp_path / "a.mp4", seconds=8)).facts
    assert (facts["seconds"], facts["width"], facts["height"]) == (8.0, 320, 240)


def test_a_recording_is_kept_with_its_length(tmp_path: Path) -> None:
    assert read(make_wav(tmp_path / "a.wav", seconds=2)).facts["seconds"] == 2.0


def test_an_mp3_is_kept_with_its_title(tmp_path: Path) -> None:
    title = b"\x01" + "校歌".encode("utf-16")
    frame = b"TIT2" + len(title).to_bytes(4, "big") + b"\0\0" + title
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3\x03\0\0\0\0\0" + bytes([len(frame)]) + frame + b"\xff\xfb\x90\x00" + bytes(16000))
    extracted = read(path)
    assert extracted.facts["own_title"] == "校歌"
    assert extracted.facts["seconds"] == 1.0


# --- what a file is --------------------------------------------------------------------------------------------


def test_the_content_and_not_the_suffix_tells_the_type(tmp_path: Path) -> None:
    docx = make_docx(tmp_path / "a.docx")
    xlsx = make_xlsx(tmp_path / "a.xlsx")
    pdf = make_pdf(tmp_path / "a.pdf")
    assert extract.sniff(docx, "通知.doc") == kinds.DOCX
    assert extract.sniff(docx, "通知.wps") == kinds.DOCX
    assert extract.sniff(xlsx, "花名册") == kinds.XLSX
    assert extract.sniff(pdf, "扫描.jpg") == kinds.PDF
    assert "教" in read(make_docx(tmp_path / "b.docx", ["教育局"]), "通知.pdf").text


def test_a_file_without_content_is_kept_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "空白.docx"
    path.touch()
    extracted = read(path)
    assert codes(extracted) == ["empty"]
    assert not extracted.readable


def test_an_unknown_format_is_kept_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "数据.dat"
    path.write_bytes(bytes(range(256)) * 20)
    extracted = read(path)
    assert extracted.media_type == kinds.UNKNOWN
    assert codes(extracted) == ["unknown_type"]


def test_a_file_beyond_the_size_limit_is_kept_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(3 << 20)  # sparse
    assert codes(read(path, limits=Limits(file_mb=2))) == ["too_large"]


def test_every_note_is_in_chinese_and_from_the_closed_list() -> None:
    from duban_archive.adapters.extract.notes import note
    from duban_archive.adapters.worker import Fault

    for code in extract.NOTE_CODES:
        text = note(code, "这个 PDF", "3").text
        assert "{" not in text
        assert "安全保存" in text
    for kind in ("time", "memory", "crash", "error"):
        assert extract.note_of(Fault(kind=kind, text="x")).code in extract.NOTE_CODES  # type: ignore[arg-type]


def test_importing_the_reader_loads_no_heavy_library() -> None:
    import subprocess

    code = (
        "import sys; import duban_archive.adapters.extract; "
        "print([n for n in ('lxml', 'PIL', 'pypdfium2', 'olefile', 'numpy', 'py7zr', 'email') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# --- seals -----------------------------------------------------------------------------------------------------


def page_picture(tmp_path: Path, *, seal: bool, heading: bool = False) -> Path:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (1240, 1754), (250, 250, 248))
    draw = ImageDraw.Draw(image)
    for row in range(200, 1500, 60):
        draw.rectangle((150, row, 1090, row + 18), fill=(40, 40, 40))
    if heading:
        draw.rectangle((200, 60, 1040, 150), fill=(220, 20, 20))
    if seal:
        draw.ellipse((760, 1250, 1000, 1490), outline=(220, 30, 30), width=12)
        draw.regular_polygon((880, 1370, 40), 5, fill=(220, 30, 30))
    path = tmp_path / f"page{seal}{heading}.png"
    image.save(path)
    return path


def test_a_red_seal_is_seen_and_where(tmp_path: Path) -> None:
    (seal,) = read(page_picture(tmp_path, seal=True, heading=True)).facts["seals"]
    assert seal["page"] == 1
    assert (seal["left"], seal["top"], seal["right"], seal["bottom"]) == pytest.approx(
        (0.61, 0.71, 0.81, 0.85), abs=0.02
    )


def test_a_red_heading_is_no_seal(tmp_path: Path) -> None:
    assert read(page_picture(tmp_path, seal=False, heading=True)).facts["seals"] == []


def test_a_seal_on_a_scanned_page_of_a_pdf_is_seen(tmp_path: Path) -> None:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    with Image.open(page_picture(tmp_path, seal=True)) as image:
        image.save(buffer, "JPEG")
    extracted = read(make_pdf(tmp_path / "a.pdf", pictures=[buffer.getvalue()]))
    assert [seal["page"] for seal in extracted.facts["seals"]] == [2]


# --- hostile shapes ----------------------------------------------------------------------------------------------


def test_two_sparse_gigabytes_are_kept_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "大.docx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(2 << 30)
    assert codes(read(path)) == ["too_large"]


@pytest.mark.parametrize("name", ["坏\udce4名.txt", "a" * 255, "通知\n2014.txt", "CON.txt", "\u202etxt.exe", ""])
def test_no_name_stops_a_reading(tmp_path: Path, name: str) -> None:
    path = tmp_path / "1"
    path.write_text("督导评估", encoding="utf-8")
    extracted = read(path, name or "x")
    assert extracted.text == "督导评估"
    assert all(note.text.encode("utf-8") for note in extracted.notes)


def test_markup_nested_a_hundred_thousand_deep_is_bounded(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<html><body>" + "<div>" * 100_000 + "督导", encoding="utf-8")
    assert read(page).media_type == kinds.HTML
    rtf = tmp_path / "a.rtf"
    rtf.write_bytes(b"{\\rtf1 " + b"{" * 100_000 + b"x" + b"}" * 100_000 + b"}")
    assert read(rtf).text == "x"
    text = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">'
    )
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.odt", "w") as package:
        package.writestr("mimetype", kinds.ODT)
        package.writestr("content.xml", text + "<a>" * 100_000)
    assert read(tmp_path / "a.odt").notes
