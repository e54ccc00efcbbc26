"""The sample files are what they say: real formats, and figures that agree."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import olefile
import openpyxl
import pytest

from duban_archive.adapters import extract
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted
from duban_archive.demo import office_files, pictures, plain_files, tables, town, wording, working_groups
from duban_archive.demo.compound import write_compound
from duban_archive.demo.document import Document, Grid, Line
from duban_archive.demo.encrypted import lock
from duban_archive.demo.expected import cell, wanted
from duban_archive.demo.word97 import write_word97


def a_document(lines: int = 3, rows: int = 4) -> Document:
    return Document(
        title="关于控辍保学工作的通知",
        author="吴集镇中心学校",
        dated="2015-09-16",
        blocks=(
            Line("关于控辍保学工作的通知", "title"),
            *(Line(f"第{n}段 各学校要建立台账。") for n in range(1, lines + 1)),
            Grid((("年级", "人数"), *((f"{n}年级", str(40 + n)) for n in range(1, rows)))),
            Line("吴集镇中心学校", "right"),
        ),
    )


def read(data: bytes, name: str, tmp_path: Path) -> Extracted:
    path = tmp_path / "paper"
    path.write_bytes(data)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    media_type = extract.sniff(path, name)
    return extract.read(path, file_name=name, media_type=media_type, limits=Limits(), scratch=scratch)


# --- containers and Word 97 -------------------------------------------------------------------------------------------


def test_a_compound_file_gives_back_small_and_large_streams() -> None:
    streams = {f"流{n}": bytes([n]) * size for n, size in enumerate((0, 1, 64, 4095, 4096, 70_000))}
    streams["夹/内"] = b"x" * 100
    opened = olefile.OleFileIO(io.BytesIO(write_compound(streams)), raise_defects=olefile.DEFECT_INCORRECT)
    held = {"/".join(path): opened.openstream(path).read() for path in opened.listdir()}
    assert held == streams
    assert opened.parsing_issues == []


def test_a_word_97_document_says_who_wrote_what_when() -> None:
    facts = olefile.OleFileIO(io.BytesIO(write_word97(a_document()))).get_metadata()
    assert facts.title.decode() == "关于控辍保学工作的通知"
    assert facts.author.decode() == "吴集镇中心学校"
    assert facts.create_time.year == 2015


@pytest.mark.parametrize(("lines", "rows"), [(1, 2), (3, 4), (120, 90)])
def test_our_reader_reads_a_word_97_document(lines: int, rows: int, tmp_path: Path) -> None:
    found = read(write_word97(a_document(lines, rows)), "通知.doc", tmp_path)
    assert found.media_type == "application/msword"
    assert f"第{lines}段 各学校要建立台账。" in found.text
    assert f"{rows - 1}年级" in found.text


@pytest.mark.office
def test_libreoffice_opens_a_word_97_document(program: Callable[[str], str], tmp_path: Path) -> None:
    soffice = program("soffice")
    (tmp_path / "paper.doc").write_bytes(write_word97(a_document(60, 40)))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "paper.doc"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=120)
    text = (tmp_path / "paper.txt").read_text(encoding="utf-8-sig")
    assert "第60段 各学校要建立台账。" in text
    assert "39年级" in text


# --- the other formats ------------------------------------------------------------------------------------------------


def test_a_locked_workbook_is_read_as_locked(tmp_path: Path) -> None:
    found = read(lock(office_files.write_xlsx({"表": [["一"]]}, author="x"), "1234"), "表.xlsx", tmp_path)
    assert not found.readable
    assert [note.code for note in found.notes] == ["encrypted"]


def test_names_in_a_zip_are_gbk_without_the_flag() -> None:
    member = zipfile.ZipFile(io.BytesIO(plain_files.write_zip({"自查/报告.txt": b"x"}))).infolist()[0]
    assert member.flag_bits & 0x800 == 0
    assert member.orig_filename.encode("cp437").decode("gbk") == "自查/报告.txt"


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("通知.docx", office_files.write_docx),
        ("通知.txt", plain_files.write_txt),
        ("通知.ofd", plain_files.write_ofd),
        ("通知.wps", write_word97),
        ("通知.eml", lambda d: plain_files.write_eml(d, sender="财政所", to="中心学校", attachments={})),
    ],
)
def test_our_readers_read_what_the_makers_write(name: str, write: Callable[[Document], bytes], tmp_path: Path) -> None:
    found = read(write(a_document()), name, tmp_path)
    assert "控辍保学" in found.text
    assert found.readable


def test_our_reader_reads_the_slides(tmp_path: Path) -> None:
    found = read(office_files.write_pptx(working_groups.guidance_report("2015-10-25")), "汇报.pptx", tmp_path)
    assert "专项指导" in found.text


def test_a_scan_has_a_picture_and_no_text(tmp_path: Path) -> None:
    found = read(pictures.write_scan([a_document()], seal="吴集镇中心学校"), "扫描.pdf", tmp_path)
    assert found.unread_pages == (1,)
    assert found.text.strip() == ""


def test_a_photo_is_the_same_every_time() -> None:
    assert pictures.write_photo(a_document(), turn=1.0) == pictures.write_photo(a_document(), turn=1.0)


def test_numbers_in_a_workbook_stay_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(office_files.write_xlsx(tables.premises("zx"), author="x")))
    values = [cell.value for cell in book["办学条件"][3]]
    assert values[1] == town.PREMISES["zx"].land


# --- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", town.YEARS[1:])
def test_every_pupil_moves_up_or_is_accounted_for(year: int) -> None:
    schools = (*town.SCHOOLS, "point")
    before = sum(sum(town.pupils(school, year - 1)) for school in schools)
    after = sum(sum(town.pupils(school, year)) for school in schools)
    new = sum(town.pupils(school, year)[0] for school in schools if school != "zx")
    gone_up = sum(town.leavers(school, year) for school in ("xx1", "xx2", "xx3"))
    elsewhere = gone_up - town.pupils("zx", year)[0]
    moved = sum(came - went - lost for came, went, lost in (town.moves(s, year - 1) for s in town.SCHOOLS))
    closed = sum(town._CLOSED_2013) if year == 2013 else 0
    assert after == before + new - town.leavers("zx", year) - elsewhere + moved + closed


def test_the_report_and_the_ledgers_tell_the_same_dropouts() -> None:
    told = wording.enrolment_notice("2015-09-16")
    grid = next(block for block in told.blocks if isinstance(block, Grid))
    by_name = {row[0]: int(row[2]) for row in grid.rows[1:]}
    for school in town.SCHOOLS:
        rows = tables.enrolment_ledger(school, 2015)["控流保学台账"][2:]
        assert by_name[town.NAME[school]] == sum(str(row[0]).startswith("学生") for row in rows)


def test_the_totals_of_a_table_are_its_sums() -> None:
    rows = tables.development(2015)["义务教育"]
    for column in (1, 2, 3):
        assert rows[-1][column] == sum(int(row[column]) for row in rows[2:-1])


def test_no_sample_text_holds_a_phone_number_or_a_name() -> None:
    import re

    texts = [write for office in town.OFFICES for write in wording.unit_plan(office, 1, "2015-08-05").lines]
    texts += [str(value) for rows in tables.school_age_survey("xx1", 2015) for value in rows]
    assert [text for text in texts if re.search(r"1[3-9]\d{9}|\d{3,4}-\d{7,8}", text)] == []
    assert {row[1] for row in tables.school_age_survey("xx1", 2015)[2:]} == {f"儿童15{n:03d}" for n in range(1, 67)}


# --- what was planted -------------------------------------------------------------------------------------------------


def test_what_the_plan_wants_is_what_the_checklist_asks() -> None:
    from duban_archive.adapters import checklist_file
    from duban_archive.core.slots import make_slots
    from duban_archive.founding import sample_schema

    asked = {(s.requirement, s.unit, s.period) for s in make_slots(checklist_file.load(sample_schema()))}
    assert {(c.requirement, c.unit, c.period) for c in wanted()} == asked


def test_every_source_named_is_one_the_checklist_carries() -> None:
    from duban_archive.adapters import checklist_file
    from duban_archive.founding import sample_schema

    sources = {r.id: r.source for r in checklist_file.load(sample_schema()).requirements}
    assert [c for c in wanted() if c.source not in sources[c.requirement]] == []


def test_a_cell_takes_the_period_of_its_requirement() -> None:
    assert (cell("a2-02", "zx").period, cell("b2-03", "zx", "2014").period) == ("2015", "2014")
