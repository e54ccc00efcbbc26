"""A PDF of every paper: made while nobody waits, kept with its notes, and telling on which page a line stands."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from make import make_docx, make_jpeg, make_xlsx

from duban_archive.archive import Archive
from duban_archive.core.model import Locator
from duban_archive.home import Home
from journeys.office import Office

WORDS = [f"第{n}条 学校第{n}号制度规定控辍保学第{n}项工作由第{n}组负责落实到人。" for n in range(1, 121)]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without LibreOffice: quick, and the same everywhere."""
    monkeypatch.setenv("DUBAN_SOFFICE", "")


@pytest.fixture
def filled(office: Office) -> Archive:
    make_docx(office.inbox / "控辍保学制度.docx", WORDS)
    make_xlsx(office.inbox / "花名册.xlsx", {"甲": [[n, f"学生{n}号", f"第{n}村"] for n in range(1, 150)]})
    office.drop("照片.jpg", make_jpeg())
    (office.home / ".duban" / "settings.yaml").write_text("ocr: false\n", encoding="utf-8")
    assert office.duban("watch", "--once").code == 0
    return Archive(Home(office.home), by="tester").open()


def number_of(archive: Archive, suffix: str) -> int:
    return next(record.id for record in archive.records() if record.parts[0].file_name.endswith(suffix))


def test_a_paper_is_found_before_it_has_a_rendition_and_its_page_is_told_after(office: Office, filled: Archive) -> None:
    query = ("search", "第110项工作", "--json")
    assert office.duban(*query).json["hits"][0]["locator"] == {"paragraph": 110}
    said = office.duban("renditions", "--json").json
    assert said == {"made": 2, "failed": []}
    locator = office.duban(*query).json["hits"][0]["locator"]
    assert locator["paragraph"] == 110
    assert locator["rendition"] is True
    made = filled.renditions.of(filled.catalogue.record(number_of(filled, "docx")).parts[0])
    assert made is not None
    assert made.pages is not None
    assert 1 < locator["page"] <= made.pages
    assert (made.converter.split()[0], bool(made.differs)) == ("dxpdf", True)
    filled.close()


def test_a_row_of_a_sheet_has_its_page(office: Office, filled: Archive) -> None:
    office.duban("renditions")
    record = filled.catalogue.record(number_of(filled, "xlsx"))
    first = filled.renditions.page_of(record, 0, Locator(sheet="甲", row=1))
    last = filled.renditions.page_of(record, 0, Locator(sheet="甲", row=149))
    assert first == 1
    assert last is not None
    assert last > 1
    filled.close()


def test_what_was_made_is_not_made_again_and_keeps_its_notes(office: Office, filled: Archive) -> None:
    office.duban("renditions")
    assert filled.renditions.missing() == []
    made = filled.renditions.of(filled.catalogue.record(number_of(filled, "xlsx")).parts[0])
    assert made is not None
    assert [note.code for note in made.notes] == ["content_rendition"]
    shown = office.duban("show", str(number_of(filled, "xlsx")), "--json").json["renditions"]
    assert [note["code"] for note in shown[0]["notes"]] == ["content_rendition"]
    filled.close()


def test_an_emptied_folder_is_filled_again(office: Office, filled: Archive) -> None:
    office.duban("renditions")
    for path in (office.home / ".duban" / "renditions").glob("*.pdf"):
        path.unlink()
    assert len(filled.renditions.missing()) == 2
    assert office.duban("renditions", "--json").json["made"] == 2
    filled.close()


def test_what_the_converters_failed_on_is_told_and_not_tried_again_ahead_of_need(office: Office) -> None:
    with zipfile.ZipFile(office.inbox / "空白.docx", "w") as package:  # opens and reads, and holds nothing to set
        package.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        document = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
        package.writestr("word/document.xml", document)
    office.duban("watch", "--once")
    said = office.duban("renditions", "--json").json
    assert said["made"] == 0
    assert "没有生成 PDF 版式" in said["failed"][0]["why"]
    archive = Archive(Home(office.home)).open()
    assert archive.renditions.missing() == []
    archive.close()


def test_the_offices_own_faces_are_used_and_a_new_face_makes_renditions_old(office: Office, filled: Archive) -> None:
    office.duban("renditions")
    filled.home.fonts.mkdir(parents=True)
    (filled.home.fonts / "FZXBSJW.ttf").write_bytes(b"not a face, but a name")
    assert len(filled.renditions.missing()) == 2
    filled.close()


def test_while_watching_renditions_are_made_in_the_background(filled: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("duban_archive.renditions._LOOK_EVERY", 0.01)
    with filled.renditions.in_background():
        for _ in range(600):
            if not filled.renditions.missing():
                break
            filled.renditions._stop.wait(0.05)
    assert filled.renditions.missing() == []
    filled.close()


def test_nothing_is_made_ahead_where_the_office_has_switched_it_off(office: Office) -> None:
    make_docx(office.inbox / "制度.docx")
    (office.home / ".duban" / "settings.yaml").write_text("renditions: false\n", encoding="utf-8")
    office.duban("watch", "--once")
    archive = Archive(Home(office.home)).open()
    with archive.renditions.in_background():
        pass
    assert len(archive.renditions.missing()) == 1
    archive.close()


def test_a_page_of_a_part_is_a_side_of_the_whole_record(office: Office, filled: Archive) -> None:
    office.duban("renditions")
    merged = filled.deciding.merge([number_of(filled, "xlsx"), number_of(filled, "docx")])
    record = filled.catalogue.record(merged)
    sheets = filled.renditions.of(record.parts[0])
    assert sheets is not None
    assert sheets.pages is not None
    assert filled.renditions.side_of(record, 1, 2) == sheets.pages + 2
    filled.close()


def test_a_rendition_that_was_cut_short_does_not_take_its_place(filled: Archive) -> None:
    part = filled.catalogue.record(number_of(filled, "docx")).parts[0]
    folder = filled.home.renditions / ".making"
    folder.mkdir(parents=True)
    (folder / f"{part.digest[7:]}.1.pdf").write_bytes(b"%PDF-1.7 half")
    assert filled.renditions.of(part) is None
    assert not Path(filled.home.renditions / f"{part.digest[7:]}.pdf").exists()
    filled.close()
