"""What a page shows counts: a text layer that lies, skewed and sealed scans, files inside files inside files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import pytest
from make import make_jpeg, make_layered_pdf, make_pdf, make_zip
from PIL import Image, ImageDraw, ImageFont

from duban_archive import reading
from duban_archive.adapters import ocr
from duban_archive.adapters.worker import Call, Done, Pool
from duban_archive.archive import Archive
from duban_archive.fonts import font_path
from duban_archive.home import Home
from journeys.office import Office

SHOWN = (
    "吴集镇第三小学二〇一四年控辍保学工作台账",
    "全校辍学学生三人,已劝返两人,",
    "尚有一人随父母外出务工未返校就读。",
)
LAYER = (
    "吴集镇第三小学二〇一四年控辍保学工作台账",
    "本年度全校没有一名学生辍学,入学率百分之百,巩固率百分之百,各项指标全部达标。",
)


def picture(lines: tuple[str, ...]) -> bytes:
    page = Image.new("RGB", (1240, 1754), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(font_path(), 44)
    for at, line in enumerate(lines):
        draw.text((120, 150 + 100 * at), line, font=font, fill=(20, 20, 20))
    data = io.BytesIO()
    page.save(data, "JPEG", quality=85)
    return data.getvalue()


@pytest.mark.ocr
@pytest.mark.skipif(bool(ocr.available()), reason="rapidocr or onnxruntime is absent: pip install them")
def test_what_the_page_shows_is_found_and_what_only_its_text_layer_says_is_not(office: Office) -> None:
    make_layered_pdf(office.inbox / "台账.pdf", picture(SHOWN), LAYER)
    assert office.duban("watch", "--once").code == 0
    (hit,) = office.ask("search", "尚有一人随父母外出")["hits"]
    assert hit["ocr"] is True
    assert office.ask("search", "没有一名学生辍学")["total"] == 0
    shown = office.ask("show", "1")
    assert [note["code"] for note in shown["notes"]] == ["text_layer_differs"]
    assert shown["facts"]["text_layer_differs"][0]["page"] == 1


@pytest.mark.ocr
@pytest.mark.skipif(bool(ocr.available()), reason="rapidocr or onnxruntime is absent: pip install them")
def test_a_true_text_layer_is_kept_and_trusted(office: Office) -> None:
    make_layered_pdf(office.inbox / "台账.pdf", picture(SHOWN), SHOWN)
    assert office.duban("watch", "--once").code == 0
    (hit,) = office.ask("search", "尚有一人随父母外出")["hits"]
    assert hit["ocr"] is False
    assert office.ask("show", "1")["facts"]["text_layer"]["checked"] == [1]


@pytest.mark.ocr
@pytest.mark.skipif(bool(ocr.available()), reason="rapidocr or onnxruntime is absent: pip install them")
def test_a_word_file_of_pasted_scans_is_found_by_what_they_show(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import docx

    monkeypatch.setenv("DUBAN_SOFFICE", "")
    document = docx.Document()
    document.add_picture(io.BytesIO(picture(SHOWN)), width=docx.shared.Cm(15))
    document.save(str(office.inbox / "台账扫描.docx"))
    assert office.duban("watch", "--once").code == 0
    (hit,) = office.ask("search", "尚有一人随父母外出")["hits"]
    assert (hit["ocr"], hit["locator"]) == (True, {"page": 1})
    shown = office.ask("show", "1")
    assert [note["code"] for note in shown["notes"]] == ["pictures_only"]
    assert shown["state"] == "ready"


def test_files_in_archives_in_archives_are_originals_that_know_where_they_came_from(office: Office) -> None:
    import py7zr

    inner = office.home.parent / "inner.zip"
    make_zip(inner, {"花名册/一年级.txt": "一年级花名册:张某".encode("gbk")}, encoding="gbk")
    middle = office.home.parent / "middle.7z"
    with py7zr.SevenZipFile(middle, "w") as archive:
        archive.write(inner, "学校报送.zip")
    make_zip(office.inbox / "三小材料.zip", {"压缩/资料.7z": middle.read_bytes(), "说明.txt": "三小材料说明".encode()})
    said = office.ask("watch", "--once")
    assert [receipt["outcome"] for receipt in said["receipts"]] == ["new"] * 5
    (hit,) = office.ask("search", "一年级花名册:张某")["hits"]
    shown = office.ask("show", str(hit["record"]))
    assert shown["file_name"] == "一年级.txt"
    assert shown["folder"].split("/") == ["三小材料", "压缩", "资料", "学校报送", "花名册"]
    chain = []
    while shown["parent"]:
        shown = office.ask("show", str(shown["parent"]))
        chain.append(shown["file_name"])
    assert chain == ["学校报送.zip", "资料.7z", "三小材料.zip"]


@pytest.mark.ocr
@pytest.mark.skipif(bool(ocr.available()), reason="rapidocr or onnxruntime is absent: pip install them")
def test_a_scan_whose_recognition_was_broken_off_goes_on_with_the_pages_that_are_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pdf(office.inbox / "一盒扫描件.pdf", (), pictures=[make_jpeg(600 + n, 800) for n in range(5)])
    asked: list[int] = []

    def recorded(pool: Pool, calls: Iterable[Call]) -> Iterator[Done]:
        for call in calls:
            asked.extend(call.kwargs.get("pages", ()))
            yield from run(pool, iter([call]))

    run = Pool.run
    monkeypatch.setattr(Pool, "run", recorded)
    monkeypatch.setattr(reading, "_PAGES_A_CALL", 1)
    assert office.duban("add", "收件箱", "--no-wait").code == 0
    archive = Archive(Home(office.home)).open()
    work = archive.work()
    for step in work:
        if step.what == "识别图片文字" and step.done == 2:
            break
    work.close()
    archive.close()
    assert asked == [1, 2]
    assert office.duban("watch", "--once").code == 0
    assert asked == [1, 2, 3, 4, 5]
    assert office.ask("show", "1")["state"] == "ready"
