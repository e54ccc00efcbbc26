"""Word, Excel, PowerPoint, ODF, RTF: read what other programs wrote."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from duban_archive.adapters import extract
from duban_archive.adapters.extract import media_types as kinds
from duban_archive.core.limits import Limits
from duban_archive.core.model import Extracted
from tests.make import PARAGRAPHS, ROWS, make_docx, make_jpeg, make_pptx, make_xls, make_xlsx

TABLE = (("序号", "姓名", "任教学科"), ("1", "张某", "语文"), ("2", "李某", "数学"))


def read(path: Path, name: str = "", limits: Limits | None = None) -> Extracted:
    """As the worker does it: the type by content, then the reader."""
    name = name or path.name
    media_type = extract.sniff(path, name)
    scratch = path.parent / "scratch"
    return extract.read(path, file_name=name, media_type=media_type, limits=limits or Limits(), scratch=scratch)


def codes(extracted: Extracted) -> list[str]:
    return [note.code for note in extracted.notes]


# --- Word ----------------------------------------------------------------------------------------------------


def test_a_docx_gives_its_text_in_order_and_its_facts(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", tables=[ROWS], header="吴集镇", footer="第 1 页", author="李某某")
    extracted = read(path)
    assert extracted.media_type == kinds.DOCX
    assert extracted.text.split("\n") == [
        *PARAGRAPHS, "序号\t姓名\t任教学科", "1\t张某\t语文", "2\t李某\t数学", "吴集镇", "第 1 页",
    ]  # fmt: skip
    assert [table.rows for table in extracted.tables] == [TABLE]
    assert extracted.tables[0].locator.paragraph == 4
    assert extracted.facts["author"] == "李某某"
    assert extracted.facts["created"].startswith("2013-12-23")
    assert extracted.readable
    assert not extracted.notes


def test_paragraphs_are_numbered_by_their_lines(tmp_path: Path) -> None:
    lines = [f"第{number}段：" + "督导评估" * 30 for number in range(1, 41)]
    extracted = read(make_docx(tmp_path / "a.docx", lines))
    assert len(extracted.passages) > 5
    for passage in extracted.passages:
        first = passage.locator.paragraph
        assert first is not None
        for offset, line in enumerate(passage.text.split("\n")):
            assert line == lines[first - 1 + offset]


def test_merged_cells_are_filled_in_the_table_and_said_once_in_the_text(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "教师花名册"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "语文组"
    table.cell(1, 1).text = "张某"
    table.cell(2, 1).text = "李某"
    document.save(str(tmp_path / "a.docx"))
    extracted = read(tmp_path / "a.docx")
    assert extracted.tables[0].rows == (
        ("教师花名册", "教师花名册", "教师花名册"),
        ("语文组", "张某", ""),
        ("语文组", "李某", ""),
    )
    assert extracted.text == "教师花名册\n语文组\t张某\n\t李某"


def rewrite(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """The same package with one part changed."""
    copy = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode("utf-8")).encode("utf-8") if name == part else data)
    return copy


def test_tracked_changes_and_text_boxes_of_a_docx(tmp_path: Path) -> None:
    box = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="
        '"http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice><w:txbxContent><w:p><w:r><w:t>框内文字'
        "</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>框内文字</w:t></w:r>"
        "</w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:del><w:r><w:delText>删去的字</w:delText></w:r></w:del><w:ins><w:r><w:t>插入的字</w:t></w:r></w:ins></w:p>"
    )
    path = make_docx(tmp_path / "a.docx", ["开头"])
    path = rewrite(path, "word/document.xml", lambda xml: xml.replace("<w:sectPr", box + "<w:sectPr", 1))
    extracted = read(path)
    assert extracted.text == "开头\n正文插入的字\n框内文字"
    assert extracted.facts["tracked_changes"] == 2


def test_automatic_numbers_of_a_docx_are_read(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for text in ("总则", "任务", "要求"):
        document.add_paragraph(text, style="List Number")
    document.save(str(tmp_path / "a.docx"))
    path = rewrite(
        tmp_path / "a.docx",
        "word/numbering.xml",
        lambda xml: xml.replace('w:val="decimal"', 'w:val="chineseCountingThousand"').replace('"%1."', '"第%1条"'),
    )
    assert read(path).text == "第一条 总则\n第二条 任务\n第三条 要求"


def test_macros_of_a_docm_are_marked_and_never_run(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docm")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    extracted = read(path)
    assert extracted.facts["macros"] is True
    assert codes(extracted) == ["macros"]
    assert extracted.readable


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("负责人：____________", True),
        ("XX学校XX年工作总结", True),
        ("（此处填写学校名称）", True),
        ("日期：      年   月   日", True),
        ("单位：{{ unit }}", True),
        ("WTO XXI 会议 XXL 号", False),
        ("2014年9月1日", False),
    ],
)
def test_empty_blanks_of_a_form_are_noticed(tmp_path: Path, text: str, blank: bool) -> None:
    extracted = read(make_docx(tmp_path / "a.docx", [text]))
    assert ("blanks" in extracted.facts) is blank


def test_a_broken_docx_is_kept_with_a_reason(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx")
    path.write_bytes(path.read_bytes()[:2000])
    extracted = read(path)
    assert not extracted.readable
    assert codes(extracted) == ["broken"]
    assert "已安全保存" in extracted.notes[0].text
    assert "Word" in extracted.notes[0].text


def test_an_xml_bomb_in_a_docx_expands_nothing(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY a{n} "{"&a" + (str(n - 1) if n else "") + ";"}{"&a" + (str(n - 1) if n else "") + ";"}">'
        for n in range(30)
    )
    path = rewrite(
        make_docx(tmp_path / "a.docx", ["正文"]),
        "word/document.xml",
        lambda xml: xml.replace("?>", "?>" + bomb + "]>", 1).replace("正文", "&a29;"),
    )
    assert len(read(path).text) < 1000


# --- Excel ---------------------------------------------------------------------------------------------------


def test_a_workbook_gives_rows_with_their_numbers(tmp_path: Path) -> None:
    extracted = read(make_xlsx(tmp_path / "a.xlsx", {"花名册": ROWS, "备用": [["密"]]}, hidden=["备用"]))
    assert extracted.media_type == kinds.XLSX
    first, second = extracted.tables
    assert (first.locator.sheet, first.locator.row, first.rows, first.hidden) == ("花名册", 1, TABLE, False)
    assert (second.locator.sheet, second.hidden) == ("备用", True)
    assert extracted.facts["hidden_sheets"] == ["备用"]
    assert extracted.passages[0].text == "序号\t姓名\t任教学科\n1\t张某\t语文\n2\t李某\t数学"


def test_rows_keep_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "统计表"
    sheet["C5"] = "起头"
    for row in range(60, 131):
        sheet[f"B{row}"] = f"第{row}行"
    book.save(tmp_path / "a.xlsx")
    extracted = read(tmp_path / "a.xlsx")
    (table,) = extracted.tables
    assert table.locator.row == 5
    assert table.rows[0] == ("", "", "起头")
    assert table.rows[60 - 5] == ("", "第60行")
    for passage in extracted.passages:
        assert passage.locator.row is not None
        for offset, line in enumerate(passage.text.split("\n")):
            number = passage.locator.row + offset
            assert line.strip() == ("起头" if number == 5 else f"第{number}行")
    assert max(passage.text.count("\n") for passage in extracted.passages) < 20


def test_values_read_as_a_person_reads_them(tmp_path: Path) -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    values = [42.0, 3.5, 0.1 + 0.2, datetime.date(2014, 9, 1), datetime.datetime(2014, 9, 1, 8, 30), True]
    book.worksheets[0].append([*values, 320102199001011234, "001"])
    book.save(tmp_path / "a.xlsx")
    (table,) = read(tmp_path / "a.xlsx").tables
    assert table.rows == (("42", "3.5", "0.3", "2014-09-01", "2014-09-01 08:30", "TRUE", "320102199001011000", "001"),)


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_percentages_and_leading_zeros_read_as_shown(tmp_path: Path, suffix: str) -> None:
    formats = ("0%", "0.0%", "000000", "0.00_ ", '0"人"')
    values = (0.95, 0.9954, 1023, 3.5, 12)
    path = tmp_path / f"a.{suffix}"
    if suffix == "xlsx":
        import openpyxl

        book = openpyxl.Workbook()
        for column, (value, form) in enumerate(zip(values, formats, strict=True), 2):
            book.worksheets[0].cell(3, column, value).number_format = form
        book.save(path)
    else:
        import xlwt

        old = xlwt.Workbook()
        sheet = old.add_sheet("Sheet")
        for column, (value, form) in enumerate(zip(values, formats, strict=True), 1):
            sheet.write(2, column, value, xlwt.easyxf(num_format_str=form))
        old.save(str(path))
    (table,) = read(path).tables
    assert table.rows == (("", "95%", "99.5%", "001023", "3.5", "12"),)


def test_merged_cells_of_a_workbook_are_filled(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = "2014年教师统计表"
    sheet.merge_cells("A1:C1")
    sheet["A2"] = "小学"
    sheet.merge_cells("A2:A3")
    sheet["B2"], sheet["C2"], sheet["B3"], sheet["C3"] = "男", 3, "女", 5
    book.save(tmp_path / "a.xlsx")
    extracted = read(tmp_path / "a.xlsx")
    assert extracted.tables[0].rows == (
        ("2014年教师统计表",) * 3,
        ("小学", "男", "3"),
        ("小学", "女", "5"),
    )
    assert extracted.text.count("统计表") == 1


def test_an_xls_reads_like_an_xlsx(tmp_path: Path) -> None:
    extracted = read(make_xls(tmp_path / "a.et"))
    assert extracted.media_type == kinds.XLS
    assert extracted.tables[0].rows == TABLE


def test_a_workbook_beyond_the_cell_limit_is_read_in_part(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "a.xlsx", {"大表": [[n, "数据", "数据"] for n in range(500)]})
    extracted = read(path, limits=Limits(cells=300))
    assert codes(extracted) == ["truncated"]
    assert len(extracted.tables[0].rows) == 100


def test_an_excel_xml_named_xls_is_read(tmp_path: Path) -> None:
    path = tmp_path / "导出.xls"
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
        'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Worksheet ss:Name="学生"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">名单</Data></Cell></Row>'
        '<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="Number">42.0</Data></Cell></Row></Table></Worksheet>'
        "</Workbook>",
        encoding="utf-8",
    )
    extracted = read(path)
    assert extracted.tables[0].rows == (("名单", "名单"), (), (), ("", "42"))
    assert extracted.passages[0].locator.sheet == "学生"


# --- PowerPoint ----------------------------------------------------------------------------------------------


def test_a_presentation_has_a_passage_a_slide(tmp_path: Path) -> None:
    extracted = read(make_pptx(tmp_path / "a.pptx", [PARAGRAPHS, ["第二页"]], notes="请放慢语速"))
    assert extracted.pages == 2
    assert [passage.locator.page for passage in extracted.passages] == [1, 2]
    assert extracted.passages[0].text.split("\n") == [*PARAGRAPHS, "请放慢语速"]


# --- the same text in every office format, written by LibreOffice ---------------------------------------------


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """``converted("docx", "doc")``: one document, in another format."""
    if shutil.which("soffice") is None:
        pytest.skip("soffice is not installed: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui")
    folder = tmp_path_factory.mktemp("office")
    sources = {
        "docx": make_docx(folder / "a.docx", tables=[ROWS], header="页眉文字"),
        "pptx": make_pptx(folder / "b.pptx", [PARAGRAPHS, ["第二页"]], notes="请放慢语速"),
        "xlsx": make_xlsx(folder / "c.xlsx"),
    }
    done: dict[tuple[str, str], Path] = {}
    filters = {"doc": "doc:MS Word 97"}

    def convert(source: str, target: str) -> Path:
        if (source, target) not in done:
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--convert-to", filters.get(target, target)]
            subprocess.run(
                [*command, "--outdir", str(folder / target), str(sources[source])],
                check=True,
                capture_output=True,
                timeout=120,
            )
            done[source, target] = folder / target / f"{sources[source].stem}.{target}"
        return done[source, target]

    return convert


@pytest.mark.office
@pytest.mark.parametrize("target", ["doc", "odt", "rtf", "html"])
def test_one_document_reads_the_same_in_every_format(converted: Callable[[str, str], Path], target: str) -> None:
    extracted = read(converted("docx", target))
    lines = extracted.text.split("\n")
    body = [line for line in lines if line != "页眉文字"]
    assert body == [*PARAGRAPHS, "序号\t姓名\t任教学科", "1\t张某\t语文", "2\t李某\t数学"]
    assert [table.rows for table in extracted.tables] == [TABLE]


@pytest.mark.office
@pytest.mark.parametrize("target", ["ppt", "odp"])
def test_one_presentation_reads_the_same_in_every_format(converted: Callable[[str, str], Path], target: str) -> None:
    extracted = read(converted("pptx", target))
    assert extracted.pages == 2
    assert [line for line in extracted.passages[0].text.split("\n") if line in PARAGRAPHS] == list(PARAGRAPHS)
    assert "请放慢语速" in extracted.passages[0].text
    assert "第二页" in extracted.passages[1].text


@pytest.mark.office
@pytest.mark.parametrize(
    ("source", "target", "name"),
    [("docx", "doc", "通知.wps"), ("xlsx", "xls", "花名册.et"), ("pptx", "ppt", "汇报.dps")],
)
def test_a_file_of_wps_office_is_read_as_what_it_is(
    converted: Callable[[str, str], Path], tmp_path: Path, source: str, target: str, name: str
) -> None:
    wps = tmp_path / name
    wps.write_bytes(converted(source, target).read_bytes())
    extracted = read(wps)
    assert extracted.media_type == {"doc": kinds.DOC, "xls": kinds.XLS, "ppt": kinds.PPT}[target]
    assert extracted.text == read(converted(source, target)).text != ""


@pytest.mark.office
@pytest.mark.parametrize("target", ["ods", "xls"])
def test_one_workbook_reads_the_same_in_every_format(converted: Callable[[str, str], Path], target: str) -> None:
    (table,) = read(converted("xlsx", target)).tables
    assert (table.locator.sheet, table.rows) == ("花名册", TABLE)


def test_an_rtf_as_word_in_china_writes_it(tmp_path: Path) -> None:
    gbk = "".join(f"\\'{byte:02x}" for byte in "督导评估".encode("gbk"))
    path = tmp_path / "a.doc"
    path.write_bytes(
        b"{\\rtf1\\ansi\\ansicpg936\\deff0{\\fonttbl{\\f0\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}}"
        b"{\\info{\\author \\'cd\\'f5\\'c4\\'b3}{\\creatim\\yr2014\\mo9\\dy1\\hr8\\min30}}"
        b"{\\*\\generator Msftedit;}\\f0 " + gbk.encode("ascii") + b"\\par \\u30693?\\u35782? ABC\\par}"
    )
    extracted = read(path)
    assert extracted.media_type == kinds.RTF
    assert extracted.text == "督导评估\n知识 ABC"
    assert extracted.facts["author"] == "王某"
    assert extracted.facts["created"] == "2014-09-01T08:30:00"


# --- real files ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("office_cn/宿州环保工程学校校企合作协议书.doc", "校企合作"),
        ("office_cn/公司架构.wps", "公司架构"),
        ("office_cn/根号算法杂谈_杨志灿.ppt", "根号算法"),
        ("office_cn/中华人民共和国教师法_20090827.docx", "中华人民共和国教师法"),
        ("hostile/write.et", ""),
        ("tables_cn/沈阳市县域学前教育普及普惠督导评估自评表.xlsx", "学前教育"),
        ("tables_cn/逻辑审核关系表.xls", "综定"),
    ],
)
def test_real_files_of_real_offices_are_read(corpus: Path, name: str, said: str) -> None:
    extracted = read(corpus / name)
    assert extracted.readable
    assert said in extracted.text


@pytest.mark.parametrize(
    "name",
    [
        "encrypted.docx", "encrypted.xls", "encrypted.ppt", "password_tika_binaryrc4.doc", "example_password.docx",
        "autostart-encrypt-standardpassword.xls", "dde-test-encrypt-standardpassword.xlsx",
        "xor_password_123456789012345.xls", "r6-user-password.pdf", "password-encrypted.zip", "bla.encrypted.7z",
    ],
)  # fmt: skip
def test_a_password_is_named_as_the_reason(corpus: Path, name: str) -> None:
    extracted = read(corpus / "hostile" / name)
    assert not extracted.readable
    assert codes(extracted) == ["encrypted"]


def test_a_document_of_pasted_scans_says_so(tmp_path: Path) -> None:
    import io

    import docx
    from docx.shared import Cm

    document = docx.Document()
    document.add_picture(io.BytesIO(make_jpeg()), width=Cm(15))
    document.save(str(tmp_path / "a.docx"))
    extracted = read(tmp_path / "a.docx")
    assert codes(extracted) == ["pictures_only"]
    assert extracted.unread_pages == (1, 2)


@pytest.mark.office
@pytest.mark.parametrize("target", ["doc", "odt"])
def test_pasted_scans_wait_for_ocr_in_every_word_format(tmp_path: Path, target: str) -> None:
    import io

    import docx

    document = docx.Document()
    for _ in range(2):
        document.add_picture(io.BytesIO(make_jpeg()), width=docx.shared.Cm(15))
    document.save(str(tmp_path / "a.docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", target, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=120)
    extracted = read(tmp_path / f"a.{target}")
    assert codes(extracted) == ["pictures_only"]
    assert extracted.unread_pages == (1, 2, 3)


def test_a_document_with_text_and_pictures_is_not_recognised(tmp_path: Path) -> None:
    import io

    import docx

    document = docx.Document()
    document.add_picture(io.BytesIO(make_jpeg()))
    document.add_paragraph("关于做好义务教育均衡发展督导评估迎检工作的通知。" * 5)
    document.save(str(tmp_path / "a.docx"))
    extracted = read(tmp_path / "a.docx")
    assert (codes(extracted), extracted.unread_pages) == ([], ())
