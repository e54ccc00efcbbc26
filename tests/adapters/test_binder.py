"""The binder as a file: built, opened by other readers, and the same each time."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from binder_samples import A3_LANDSCAPE, A4_LANDSCAPE, Pack, a_pdf, checks, titles

from duban_archive.adapters import binder, sheets
from duban_archive.adapters.binder import proof, templates, wording
from duban_archive.adapters.binder.facts import FACTS
from duban_archive.core.inserts import frozen_of
from duban_archive.core.paging import Corner, Mode, Numbering


def text_of(pdf: Path, page: int) -> str:
    """The text of a page (from 1) without white space, as pdfium reads it."""
    with pypdfium2.PdfDocument(pdf) as opened:
        sheet = opened[page - 1]
        text_page = sheet.get_textpage()
        text = "".join(text_page.get_text_range().split())
        text_page.close()
        sheet.close()
    return text


def place_of_number(pdf: Path, page: int) -> tuple[float, float, float, float]:
    """(x, y, width, height): where at the foot of the page as it is seen something dark stands."""
    with pypdfium2.PdfDocument(pdf) as opened:
        sheet = opened[page - 1]
        width, height = sheet.get_size()
        shades = sheet.render(scale=1).to_pil().convert("L")
        sheet.close()
    foot = shades.crop((0, int(height * 0.93), shades.width, shades.height))
    box = foot.point([255 if value < 128 else 0 for value in range(256)]).getbbox()
    assert box, f"nothing is printed at the foot of page {page}"
    return box[0], height - (height * 0.93 + box[3]), width, height


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> binder.Binder:
    """A pack of two volumes with what real ones have: several parts, some pages, a shelf paper, a damaged file."""
    folder = tmp_path_factory.mktemp("pack")
    minutes = a_pdf(folder / "会议记录.pdf", 3, outline=[("会议一", 1), ("会议二", 3)])
    ledger = a_pdf(folder / "台账.pdf", 2, size=A3_LANDSCAPE)
    broken = folder / "broken.pdf"
    broken.write_bytes(b"not a pdf at all")
    pack = (
        Pack()
        .add(minutes, volume="A1", title="镇长办公会会议记录")
        .add(ledger, minutes, volume="A1", title="《辍学学生台账》 & <附件>")
        .add(volume="A1", title="适龄儿童登记册", place="2柜3层", quantity="纸质1册，共320页")
        .add(broken, volume="B2", title="打不开的报告")
        .add(minutes, volume="B2", pages=(3,), title="会议记录节录")
        .add(volume="B2", record=1, see="A1", title="镇长办公会会议记录", origin="互见")
    )
    return binder.build(pack.manifest(head="sha256:abc"), pack.files, folder / "输出")


def test_other_readers_find_everything_where_it_is_said_to_be(built: binder.Binder) -> None:
    assert checks(built.verdict) == {}
    assert built.verdict.ok


def test_volumes_say_which_pages_of_the_file_they_fill(built: binder.Binder) -> None:
    assert [(v.code, v.items) for v in built.volumes] == [("A1", 3), ("B2", 3)]
    assert built.volumes[0].first_page == 3
    assert built.volumes[1].first_page == built.volumes[0].last_page + 1
    assert built.volumes[1].last_page == built.pages


def test_every_record_knows_its_printed_place(built: binder.Binder) -> None:
    assert built.papers == {
        1: (("A1", 1, "1—3"), ("B2", 3, "3")),
        2: (("A1", 2, "4—8"),),
        3: (("A1", 3, "9"),),
        4: (("B2", 1, "1"),),
        5: (("B2", 2, "2"),),
    }


def test_a_damaged_file_has_a_page_that_says_so_and_is_reported(built: binder.Binder) -> None:
    assert [(one.record, one.why) for one in built.replaced] == [(4, "文件已损坏，无法打开")]
    item = next(i for i in json.loads(built.manifest.read_text("utf-8"))["items"] if i["record"] == 4)
    said = text_of(built.path, item["page"])
    assert "缺项页" in said
    assert "打不开的报告" in said
    assert "文件已损坏，无法打开" in said


def test_a_paper_on_a_shelf_has_a_page_that_says_where_it_stands(built: binder.Binder) -> None:
    item = next(i for i in json.loads(built.manifest.read_text("utf-8"))["items"] if i["record"] == 3)
    said = text_of(built.path, item["page"])
    assert "插入原件" in said
    assert "2柜3层" in said
    assert "纸质1册，共320页" in said


def test_a_cross_reference_names_the_volume_item_and_page_of_the_original(built: binder.Binder) -> None:
    item = [i for i in json.loads(built.manifest.read_text("utf-8"))["items"] if i["record"] == 1][1]
    assert "A1卷第1件（A1-1-1）第1—3页" in text_of(built.path, item["page"])


def test_the_filing_note_counts_what_is_in_the_volume(built: binder.Binder) -> None:
    said = text_of(built.path, built.volumes[1].last_page)
    assert "卷内说明（备考）" in said
    assert "本卷共3件、3页，页码1—3。" in said
    assert "第1件《打不开的报告》（第1页），文件已损坏" in said
    assert "sha256:abc" in said


def test_bookmarks_nest_and_carry_page_numbers_and_the_papers_own(built: binder.Binder) -> None:
    found = titles(built.path)
    assert found[:5] == ["封面", "总目录", "A1 控辍保学", "卷内目录", "A1.1 辍学台账与劝返记录"]
    assert found[5:8] == ["A1-1-1 镇长办公会会议记录　第1页", "会议一", "会议二"]


def test_the_manifest_lies_beside_and_inside(built: binder.Binder) -> None:
    beside = json.loads(built.manifest.read_text("utf-8"))
    assert beside["manifest"]["templates"]
    assert beside["manifest"]["printed"] == "2015-10-20"
    with pikepdf.open(built.path) as pdf:
        assert pdf.attachments["manifest.json"].get_file().read_bytes() == built.manifest.read_bytes()


def test_editable_covers_and_spine_labels_lie_beside(built: binder.Binder) -> None:
    names = [path.name for path in built.extras]
    assert names == [
        "A1 卷封面.docx",
        "A1 卷内目录.docx",
        "B2 卷封面.docx",
        "B2 卷内目录.docx",
        "目录.xlsx",
        "印制单.docx",
        "插入原件清单.docx",
        "脊背标签.pdf",
    ]
    with pikepdf.open(built.extras[-1]) as labels:
        assert [round(float(edge)) for edge in labels.pages[0].mediabox] == [0, 0, 842, 1191]


def test_the_print_order_counts_sheets_and_names_large_pages_and_originals_to_put_in(built: binder.Binder) -> None:
    from docx import Document

    (table,) = Document(str(built.extras[-3])).tables
    row = [cell.text for cell in table.rows[1].cells]
    assert row == ["A1", "控辍保学", "9", "5", "1", "4、5", "第9页 适龄儿童登记册（2柜3层）", "10毫米", ""]


def test_the_same_manifest_gives_the_same_bytes(tmp_path: Path) -> None:
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf", 2, outline=[("一", 1)])).add(volume="A1")
    one = binder.build(pack.manifest(), pack.files, tmp_path / "1", name="册")
    two = binder.build(pack.manifest(), pack.files, tmp_path / "2", name="册")
    assert one.path.read_bytes() == two.path.read_bytes()
    assert one.manifest.read_bytes() == two.manifest.read_bytes()
    assert [path.read_bytes() for path in one.extras] == [path.read_bytes() for path in two.extras]


def test_a_strict_build_refuses_what_it_cannot_bind(tmp_path: Path) -> None:
    pack = Pack().add(tmp_path / "没有.pdf")
    with pytest.raises(binder.StrictBinder, match="存储中找不到"):
        binder.build(pack.manifest(), pack.files, tmp_path / "out", strict=True)
    assert not list((tmp_path / "out").glob("*.pdf"))


SHAPES: list[tuple[dict[str, Any], tuple[float, float]]] = [
    ({}, (595, 842)),
    ({}, A4_LANDSCAPE),
    ({}, A3_LANDSCAPE),
    ({"Rotate": 90}, (595, 842)),
    ({"Rotate": 180}, (595, 842)),
    ({"Rotate": 270}, (595, 842)),
    ({"CropBox": [100, 100, 500, 700]}, (595, 842)),
    ({"CropBox": [100, 100, 500, 700], "Rotate": 90}, (595, 842)),
    ({"MediaBox": [-300, -400, 295, 442]}, (595, 842)),
]


def test_the_number_stands_in_the_lower_outer_corner_of_every_page_as_it_is_seen(tmp_path: Path) -> None:
    pack = Pack()
    for number, (entries, size) in enumerate(SHAPES):
        pack.add(a_pdf(tmp_path / f"{number}.pdf", 2, size=size, content=b"q Q", **entries))
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    for item, shape in zip(json.loads(made.manifest.read_text("utf-8"))["items"], SHAPES, strict=True):
        x, y, width, height = place_of_number(made.path, item["page"])
        assert (x > width * 0.8, 15 < y < 40 < height) == (True, True), shape
        x, y, width, _ = place_of_number(made.path, item["page"] + 1)
        assert (x < width * 0.2, 15 < y < 40) == (True, True), shape


def test_user_units_scale_the_number_with_the_page(tmp_path: Path) -> None:
    plain, scaled = a_pdf(tmp_path / "甲.pdf"), a_pdf(tmp_path / "乙.pdf", size=(297.5, 421), UserUnit=2)
    pack = Pack().add(plain).add(scaled)
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    sizes = []
    with pikepdf.open(made.path) as pdf:
        for item in json.loads(made.manifest.read_text("utf-8"))["items"]:
            stamp = pdf.pages[item["page"] - 1].obj.Contents[-1].read_bytes()
            found = re.search(rb"/DubanNo ([0-9.]+) Tf .*? ([0-9.]+) ([0-9.]+) Tm", stamp)
            assert found
            sizes.append([float(value) for value in found.groups()])
    assert sizes[1][0] == pytest.approx(sizes[0][0] / 2)
    assert sizes[1][2] == pytest.approx(sizes[0][2] / 2, abs=0.1)


def test_a_page_that_does_not_restore_its_graphics_state_still_gets_its_number_in_place(tmp_path: Path) -> None:
    pack = Pack()
    for number, content in enumerate((b"q 3 0 0 3 0 0 cm q", b"Q Q 0.1 0 0 0.1 50 50 cm", b"q BT (q Q) Tj ET Q")):
        pack.add(a_pdf(tmp_path / f"{number}.pdf", 1, content=content))
    made = binder.build(
        pack.manifest(numbering=Numbering(corner=Corner.RIGHT)), pack.files, tmp_path / "out", extras=False
    )
    for item in json.loads(made.manifest.read_text("utf-8"))["items"]:
        x, y, width, _ = place_of_number(made.path, item["page"])
        assert x > width * 0.8
        assert 15 < y < 40


@pytest.mark.parametrize(
    "numbering",
    [
        Numbering(mode=Mode.CONTINUOUS, corner=Corner.RIGHT),
        Numbering(mode=Mode.SECTION, prefix="{code}-"),
        Numbering(mode=Mode.PHYSICAL),
        Numbering(duplex=True),
        Numbering(prefix="卷{code}—", corner=Corner.CENTER),
    ],
    ids=lambda numbering: f"{numbering.mode}-{numbering.duplex}",
)
def test_every_way_of_numbering_is_printed_labelled_and_linked_alike(tmp_path: Path, numbering: Numbering) -> None:
    paper = a_pdf(tmp_path / "甲.pdf", 3)
    pack = Pack()
    for _ in range(20):
        pack.add(paper, volume="A1").add(paper, volume="B2")
    made = binder.build(pack.manifest(numbering=numbering), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}


def test_one_volume_has_no_pack_cover(tmp_path: Path) -> None:
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf"))
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out")
    assert made.path.name == "B2 控辍保学.pdf"
    assert made.volumes[0].first_page == 1
    assert checks(made.verdict) == {}


def test_the_office_can_change_a_template(tmp_path: Path) -> None:
    import io

    from docx import Document

    own = tmp_path / "模板"
    own.mkdir()
    document = Document(io.BytesIO(sheets.find("卷封面").read_bytes()))
    document.add_paragraph("本镇自编说明")
    document.save(str(own / "卷封面.docx"))
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf"))
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", templates=(own,))
    assert "本镇自编说明" in text_of(made.path, 1)


def test_an_item_of_several_originals_keeps_its_good_parts(tmp_path: Path) -> None:
    bad = tmp_path / "坏.pdf"
    bad.write_bytes(b"%PDF-1.4 nothing")
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf", 2), bad, a_pdf(tmp_path / "乙.pdf", 1, text="last"))
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    item = json.loads(made.manifest.read_text("utf-8"))["items"][0]
    assert (item["pages"], item["printed"]) == (4, "1—4")
    assert "last1" in text_of(made.path, item["page"] + 3)


def test_a_page_that_cannot_be_read_costs_itself_only(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "甲.pdf", 3)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[1].obj.Contents = pdf.make_stream(b"this is not flate", Filter=pikepdf.Name.FlateDecode)
        pdf.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    pack = Pack().add(path)
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    assert [one.why for one in made.replaced] == ["原件第2页内容已损坏，无法印出"]
    assert json.loads(made.manifest.read_text("utf-8"))["items"][0]["pages"] == 3
    assert checks(made.verdict) == {}


def test_the_proof_sees_a_wrong_label_and_a_wrong_bookmark(built: binder.Binder, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.pdf"
    with pikepdf.open(built.path) as pdf:
        pdf.Root.PageLabels = pikepdf.Dictionary(Nums=[0, pikepdf.Dictionary(S=pikepdf.Name.D)])
        pdf.save(spoiled)
    failed = checks(proof.check(spoiled, built.manifest))
    assert {"材料齐全", "页码可读", "书签"} <= failed.keys()


def test_the_proof_sees_a_lost_page_and_a_lost_attachment(built: binder.Binder, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.pdf"
    with pikepdf.open(built.path) as pdf:
        del pdf.pages[-1]
        del pdf.Root.Names
        pdf.save(spoiled)
    assert {"页数", "附带清单"} <= checks(proof.check(spoiled, built.manifest)).keys()


def test_a_binder_that_is_no_pdf_any_more_is_not_ok(built: binder.Binder, tmp_path: Path) -> None:
    spoiled = tmp_path / "spoiled.pdf"
    spoiled.write_bytes(b"gone")
    verdict = proof.check(spoiled, built.manifest)
    assert not verdict.ok
    assert verdict.checks[0].name == "打开"


def test_work_in_the_pool_gives_the_same_binder(tmp_path: Path) -> None:
    from duban_archive.adapters.worker import Pool

    pack = Pack().add(a_pdf(tmp_path / "甲.pdf", 2)).add(tmp_path / "没有.pdf")
    here = binder.build(pack.manifest(), pack.files, tmp_path / "1", name="册", extras=False)
    with Pool(workers=1) as pool:
        there = binder.build(pack.manifest(), pack.files, tmp_path / "2", name="册", extras=False, pool=pool)
    assert here.path.read_bytes() == there.path.read_bytes()


def test_all_pdfs_of_the_corpus_go_into_one_binder(corpus: Path, program: Callable[[str], str], tmp_path: Path) -> None:
    pack = Pack()
    paths = sorted(corpus.rglob("*.pdf"))
    for number, path in enumerate(paths):
        pack.add(path, volume="A1" if number % 2 else "B2", title=path.stem)
    made = binder.build(pack.manifest(), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    assert len(json.loads(made.manifest.read_text("utf-8"))["items"]) == len(paths)
    done = subprocess.run([program("qpdf"), "--check", str(made.path)], capture_output=True, text=True)
    assert done.returncode in (0, 3), done.stdout + done.stderr  # 3: an embedded stream was broken before we came


def test_late_papers_go_between_the_printed_sheets_and_nothing_else_is_renumbered(tmp_path: Path) -> None:
    first, second = a_pdf(tmp_path / "1.pdf", 2), a_pdf(tmp_path / "2.pdf", 3)
    printed = Pack().add(first, record=1, title="甲").add(second, record=2, title="乙")
    edition = binder.build(printed.manifest(), printed.files, tmp_path / "1", extras=False)
    frozen = frozen_of(json.loads(edition.manifest.read_text("utf-8")))
    late = a_pdf(tmp_path / "3.pdf", 2, text="late")
    now = Pack().add(first, record=1, title="甲").add(late, record=9, title="迟到的").add(second, record=2, title="乙")
    made = binder.build(now.manifest(frozen=frozen, edition=2), now.files, tmp_path / "2")
    assert checks(made.verdict) == {}
    assert [item["printed"] for item in json.loads(made.manifest.read_text("utf-8"))["items"]] == [
        "1—2",
        "2-1—2-2",
        "3—5",
    ]
    assert [(change.action, change.printed, change.how) for change in made.changes] == [
        ("插入", "2-1—2-2", "插在第2页之后")
    ]
    assert "换页清单.docx" in [path.name for path in made.extras]


def test_covers_stay_one_sheet_with_long_titles(tmp_path: Path) -> None:
    title = "某某省某某市某某县人民政府迎接省“第三轮两项督导评估”暨义务教育优质均衡发展督导评估认定工作"
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf"), volume="A1").add(a_pdf(tmp_path / "乙.pdf"))
    manifest = pack.manifest(title=title, secrecy="内部资料", office="某某县人民政府教育督导委员会办公室")
    manifest = replace(
        manifest,
        checklist_title=title,
        volumes=tuple(
            replace(v, title="义务教育控辍保学与适龄儿童少年入学保障及劝返工作情况") for v in manifest.volumes
        ),
    )
    made = binder.build(manifest, pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    assert "总目录" in text_of(made.path, 2)
    assert [text_of(made.path, v.first_page + 1)[:4] for v in made.volumes] == ["卷内目录", "卷内目录"]


# --- words --------------------------------------------------------------------------------------------------------


def test_titles_break_into_even_lines_and_never_inside_quotes_or_numbers() -> None:
    assert wording.balanced("义务教育控辍保学与适龄儿童少年入学", 15) == "义务教育控辍保学\n与适龄儿童少年入学"
    assert wording.balanced("湖南省第三轮“两项督导”评估", 10).split("\n")[1].startswith("“")
    assert wording.balanced("短", 10) == "短"


def test_a_long_spine_title_is_set_in_two_columns_from_the_right_where_there_is_room() -> None:
    assert wording.upright("控辍保学", 20) == "控\n辍\n保\n学"
    lines = wording.upright("义务教育控辍保学与适龄儿童少年入学情况", 50).split("\n")
    assert "".join(line[1] for line in lines) == "义务教育控辍保学与适"
    assert len(lines) == 10
    assert wording.upright("甲" * 60, 20).endswith("︙")


@pytest.mark.parametrize(("pages", "width"), [(0, 10), (181, 15), (182, 15), (500, 30), (700, 40), (5000, 50)])
def test_the_spine_follows_the_number_of_sheets(pages: int, width: int) -> None:
    assert wording.spine_width(pages) == width


def test_dates_are_written_as_covers_write_them() -> None:
    assert wording.hanzi_date("2026-11-22") == "二〇二六年十一月二十二日"
    assert wording.hanzi_date("2015-10-20") == "二〇一五年十月二十日"
    assert wording.plain_date("2015-09") == "2015年9月"


def test_a_file_name_keeps_its_chinese_and_loses_what_no_disk_takes() -> None:
    assert wording.safe_name("B2 控辍:保学/台账?") == "B2 控辍_保学_台账_"
    assert len(wording.safe_name("长" * 300).encode()) <= 200


def test_numbering_of_a_manifest_does_not_change_it(tmp_path: Path) -> None:
    manifest = Pack().add(a_pdf(tmp_path / "甲.pdf")).manifest()
    assert replace(manifest) == manifest


@pytest.mark.parametrize(
    ("columns", "head"),
    [("item", "序号档号文号责任者题名日期密级页数备注"), ("volume", "顺序号文号责任者题名日期页号备注")],
)
def test_lists_of_the_filing_view_have_the_columns_of_its_standards(tmp_path: Path, columns: str, head: str) -> None:
    pack = Pack().add(a_pdf(tmp_path / "甲.pdf", 3), author="镇政府").add(a_pdf(tmp_path / "乙.pdf", 2))
    made = binder.build(pack.manifest(view="filing", columns=columns), pack.files, tmp_path / "out", extras=False)
    assert checks(made.verdict) == {}
    assert head in text_of(made.path, 2)
    assert text_of(made.path, made.pages).startswith("备考表")


def test_only_the_filing_view_uses_the_names_of_the_standards(built: binder.Binder) -> None:
    with pypdfium2.PdfDocument(built.path) as pdf:
        count = len(pdf)
    said = "".join(text_of(built.path, page) for page in range(1, count + 1))
    assert "归档文件" not in said
    assert "卷内说明（备考）" in said


# --- templates check ----------------------------------------------------------------------------------------------


def edited(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """The shipped template with its blanks changed, as an office would in Word."""
    import io
    import zipfile

    source = zipfile.ZipFile(io.BytesIO(sheets.find(name).read_bytes()))
    with zipfile.ZipFile(folder / f"{name}.docx", "w") as target:
        for part in source.namelist():
            data = source.read(part)
            target.writestr(part, change(data.decode()) if part == "word/document.xml" else data)
    return folder / f"{name}.docx"


def test_an_untouched_copy_of_every_template_is_fine(tmp_path: Path) -> None:
    for path in sheets.shipped().glob("*.docx"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    reports = templates.check(tmp_path)
    assert len(reports) == len(FACTS)
    assert [(report.name, report.problems, report.lost) for report in reports if not report.ok or report.lost] == []


def test_a_misspelt_blank_is_named_with_what_it_was_meant_to_be(tmp_path: Path) -> None:
    edited(tmp_path, "缺项页", lambda xml: xml.replace("{{ 原因 }}", "{{ 缺项原因 }}"))
    (report,) = templates.check(tmp_path)
    assert report.problems == (
        "空格“缺项原因”没有内容可填，可能是“原因”的误写",
        "缺少空格“原因”，印出来将看不到这项内容",
    )


def test_a_lost_blank_that_matters_less_is_only_mentioned(tmp_path: Path) -> None:
    edited(tmp_path, "卷封面", lambda xml: xml.replace("{{ 起止时间 }}", ""))
    (report,) = templates.check(tmp_path)
    assert (report.ok, report.lost) == (True, ("起止时间",))


def test_a_template_nobody_uses_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "卷封皮.docx").write_bytes(sheets.find("卷封面").read_bytes())
    (report,) = templates.check(tmp_path)
    assert report.problems == ("程序不用名为“卷封皮”的模板，是不是“卷封面”？",)


def test_a_template_with_broken_blanks_says_so(tmp_path: Path) -> None:
    edited(tmp_path, "卷封面", lambda xml: xml.replace("{{ 起止时间 }}", "{% if 起止时间 %}"))
    (report,) = templates.check(tmp_path)
    assert "空格写法有误" in report.problems[0]
