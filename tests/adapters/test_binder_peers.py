"""The faults of other binder tools (BunTool, HMCTS, Stirling-PDF, pdfarranger, OCRmyPDF…), each by its name."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from binder_samples import A3_LANDSCAPE, A4_LANDSCAPE, Pack, a_named_link_pdf, a_pdf, checks, titles
from pikepdf import Array, Dictionary, Name, String

from duban_archive.adapters import binder
from duban_archive.adapters.binder import Binder


def build(pack: Pack, folder: Path) -> Binder:
    return binder.build(pack.manifest(), pack.files, folder / "out", extras=False)


def items(made: Binder) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(made.manifest.read_text("utf-8"))["items"]
    return found


def text_of(pdf: Path, page: int) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        sheet = opened[page - 1]
        text_page = sheet.get_textpage()
        text = "".join(text_page.get_text_range().split())
        text_page.close()
        sheet.close()
    return text


# --- BunTool and HMCTS, faults found by reading their code ----------------------------------------------------------


def test_fault_1_chinese_file_names_neither_vanish_nor_collide(tmp_path: Path) -> None:
    pack = Pack()
    for name in ("控辍保学台账", "适龄儿童花名册", "会议记录（二）"):
        pack.add(a_pdf(tmp_path / f"{name}.pdf", text=f"n{len(name)}"), title=name)
    made = build(pack, tmp_path)
    assert [item["title"] for item in items(made)] == ["控辍保学台账", "适龄儿童花名册", "会议记录（二）"]
    assert "控辍保学" in made.path.name


def test_fault_2_files_of_one_name_or_of_a_name_inside_another_stay_apart(tmp_path: Path) -> None:
    for folder in ("一小", "二小"):
        (tmp_path / folder).mkdir()
    one = a_pdf(tmp_path / "一小" / "a.pdf", text="first")
    two = a_pdf(tmp_path / "二小" / "a.pdf", text="second")
    three = a_pdf(tmp_path / "aa.pdf", text="third")
    made = build(Pack().add(one, title="a").add(two, title="a").add(three, title="aa"), tmp_path)
    first = items(made)[0]["page"]
    assert isinstance(first, int)
    assert ["first1" in text_of(made.path, first), "second1" in text_of(made.path, first + 1)] == [True, True]
    assert "third1" in text_of(made.path, first + 2)


def test_fault_3_an_unreadable_file_is_never_skipped_without_a_word(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7\nbroken from here on")
    made = build(Pack().add(a_pdf(tmp_path / "good.pdf")).add(bad, title="损坏的账目"), tmp_path)
    assert [(one.record, one.why) for one in made.replaced] == [(2, "文件已损坏，无法打开")]
    assert "损坏的账目" in text_of(made.path, made.pages - 1)


def test_fault_4_a_bad_file_leaves_no_hole_in_the_numbers(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"")
    pack = Pack().add(a_pdf(tmp_path / "1.pdf", 2)).add(bad).add(a_pdf(tmp_path / "3.pdf"))
    made = build(pack, tmp_path)
    assert [item["printed"] for item in items(made)] == ["1—2", "3", "4"]
    assert [item["code"] for item in items(made)] == ["B2-1-1", "B2-1-2", "B2-1-3"]
    assert checks(made.verdict) == {}


def test_fault_5_links_of_long_doubled_and_wrapped_titles_land(tmp_path: Path) -> None:
    long = "关于进一步加强义务教育阶段控辍保学工作建立辍学学生报告劝返制度的实施意见及其附件（含各校责任书）" * 2
    pack = Pack()
    for number in range(40):
        pack.add(a_pdf(tmp_path / f"{number}.pdf", number % 3 + 1), title=long if number % 2 else "第1页 2015")
    made = build(pack, tmp_path)
    assert checks(made.verdict) == {}


def test_fault_6_the_number_keeps_its_place_on_a3_landscape_and_opaque_scans(tmp_path: Path) -> None:
    picture = tmp_path / "scan.pdf"
    a_pdf(picture, size=A3_LANDSCAPE, content=b"0.6 g 0 0 1191 842 re f")
    pack = Pack().add(picture).add(a_pdf(tmp_path / "l.pdf", size=A4_LANDSCAPE)).add(a_pdf(tmp_path / "p.pdf"))
    made = build(pack, tmp_path)
    with pypdfium2.PdfDocument(made.path) as opened:
        sheet = opened[items(made)[0]["page"] - 1]  # type: ignore[operator]
        width, height = sheet.get_size()
        shades = sheet.render(scale=2).to_pil().convert("L")
        sheet.close()
    corner = shades.crop((int(width * 2) - 120, int(height * 2) - 80, int(width * 2), int(height * 2)))
    low, high = corner.getextrema()
    assert low < 40 < 250 < high  # black digits on a white plate over the grey scan
    assert checks(made.verdict) == {}


def test_fault_7_labels_are_written_always_and_equal_the_printed_numbers(tmp_path: Path) -> None:
    made = build(Pack().add(a_pdf(tmp_path / "1.pdf", 3)), tmp_path)
    with pypdf.PdfReader(made.path) as reader:
        assert reader.page_labels[:3] == ["B2 封面", "B2 目录", "B2.1 隔页"]
        assert reader.page_labels[3:6] == ["1", "2", "3"]


def test_fault_8_chinese_titles_are_drawn_with_embedded_faces(tmp_path: Path) -> None:
    made = build(Pack().add(a_pdf(tmp_path / "1.pdf"), title="〔2015〕15号《控辍保学》①"), tmp_path)
    assert "〔2015〕15号《控辍保学》①" in text_of(made.path, 2)
    assert next(check for check in made.verdict.checks if check.name == "字体嵌入").ok


def test_fault_9_special_characters_line_breaks_and_wide_numbers_stay_whole(tmp_path: Path) -> None:
    title = "<表> & “账”\n第二行 ￥%$#{{x}}"
    pack = Pack().add(a_pdf(tmp_path / "1.pdf", 1001), title="先").add(a_pdf(tmp_path / "2.pdf", 100), title=title)
    made = build(pack, tmp_path)
    assert "1002—1101" in text_of(made.path, 2)
    assert "<表>&“账”第二行￥%$#{{x}}" in text_of(made.path, 2)
    assert checks(made.verdict) == {}


def test_fault_9_a_tagged_file_with_a_broken_structure_tree_is_bound(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf", 2, StructParents=0)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot, K=Array([Dictionary(K=7)]), ParentTree=3)
        pdf.save(path)
    made = build(Pack().add(path), tmp_path)
    assert (made.replaced, checks(made.verdict)) == ((), {})


# --- what users of merging tools complain about -------------------------------------------------------------------


def test_a_merged_file_has_an_index_with_page_numbers_and_a_bookmark_per_file(tmp_path: Path) -> None:
    made = build(
        Pack().add(a_pdf(tmp_path / "1.pdf", 4), title="甲").add(a_pdf(tmp_path / "2.pdf"), title="乙"), tmp_path
    )
    assert {"B2-1-1 甲　第1页", "B2-1-2 乙　第5页"} <= set(titles(made.path))
    assert "1—4" in text_of(made.path, 2)


def test_inner_links_and_named_destinations_follow_their_pages(tmp_path: Path) -> None:
    pack = Pack().add(a_pdf(tmp_path / "0.pdf", 5)).add(a_named_link_pdf(tmp_path / "1.pdf"))
    made = build(pack, tmp_path)
    start = items(made)[1]["page"]
    assert isinstance(start, int)
    with pypdf.PdfReader(made.path) as reader:
        page = reader.pages[start - 1]
        ids = {p.indirect_reference.idnum: n for n, p in enumerate(reader.pages, 1) if p.indirect_reference}
        dests = [annot.get_object().get("/Dest") for annot in page["/Annots"].get_object()]
        landed = [ids[list.__getitem__(dest, 0).idnum] for dest in dests if dest is not None]
    assert landed == [start + 2, start + 1]


def test_programs_and_scripts_in_papers_are_taken_off(tmp_path: Path) -> None:
    made = build(Pack().add(a_named_link_pdf(tmp_path / "1.pdf")), tmp_path)
    data = made.path.read_bytes()
    with pikepdf.open(made.path) as pdf:
        data = b"".join(str(thing).encode() for thing in pdf.objects)
    assert b"Launch" not in data
    assert b"JavaScript" not in data


def test_a_link_to_a_page_that_is_not_bound_in_goes(tmp_path: Path) -> None:
    made = build(Pack().add(a_named_link_pdf(tmp_path / "1.pdf"), pages=(1, 2)), tmp_path)
    assert checks(made.verdict) == {}
    with pikepdf.open(made.path) as pdf:
        page = pdf.pages[items(made)[0]["page"] - 1]  # type: ignore[operator]
        assert sum("/Dest" in annot for annot in page.Annots) == 1


def test_one_bad_bookmark_costs_itself_only(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf", 3, outline=[("好的", 1), ("坏的", 2), ("也好", 3)])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        middle = pdf.Root.Outlines.First.Next
        middle.Dest = Array([Dictionary(Type=Name.Nothing), Name.Fit])
        pdf.Root.Outlines.Last.Next = pdf.Root.Outlines.First  # and they run in a ring
        pdf.save(path)
    made = build(Pack().add(path), tmp_path)
    assert [title for title in titles(made.path) if title in ("好的", "坏的", "也好")] == ["好的", "也好"]
    assert checks(made.verdict) == {}


def test_bookmarks_and_labels_of_permission_protected_files_stay_readable(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf", 2, outline=[("第一章 控辍保学", 1)])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="", R=6))
    made = build(Pack().add(path), tmp_path)
    assert "第一章 控辍保学" in titles(made.path)
    assert made.replaced == ()
    with pikepdf.open(made.path) as pdf:
        assert not pdf.is_encrypted


def test_a_file_that_asks_for_a_password_is_reported_as_such(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="o", user="secret", R=6))
    made = build(Pack().add(path), tmp_path)
    assert [one.why for one in made.replaced] == ["文件设有打开密码，无法读取"]


def test_an_a3_landscape_sheet_keeps_its_size(tmp_path: Path) -> None:
    made = build(Pack().add(a_pdf(tmp_path / "1.pdf", size=A3_LANDSCAPE)), tmp_path)
    with pikepdf.open(made.path) as pdf:
        page = pdf.pages[items(made)[0]["page"] - 1]  # type: ignore[operator]
        assert [float(edge) for edge in page.mediabox] == [0, 0, *A3_LANDSCAPE]


def test_the_page_count_on_the_cover_is_that_of_the_bound_pages(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"x")
    pack = Pack().add(a_pdf(tmp_path / "1.pdf", 7)).add(bad)
    made = build(pack, tmp_path)
    assert "2件8页" in text_of(made.path, 1)


def test_a_form_keeps_what_was_filled_in(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        look = String("/Helv 12 Tf 0 g")
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("n"), DA=look, F=4)
        field["/V"], field["/Rect"] = String("FILLED"), Array([72, 600, 300, 630])
        fields = Array([pdf.make_indirect(field)])
        pdf.pages[0].obj.Annots = fields
        resources = Dictionary(Font=Dictionary(Helv=font))
        pdf.Root.AcroForm = Dictionary(Fields=fields, NeedAppearances=True, DA=look, DR=resources)
        pdf.save(path)
    made = build(Pack().add(path), tmp_path)
    page = items(made)[0]["page"]
    assert isinstance(page, int)
    assert "FILLED" in text_of(made.path, page)


def test_a_signed_file_is_bound_as_a_copy_and_said_to_be_one(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf", 2)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("00"))
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("s"), Rect=Array([0, 0, 0, 0]))
        field["/V"] = pdf.make_indirect(value)
        fields = Array([pdf.make_indirect(field)])
        pdf.pages[0].obj.Annots = fields
        pdf.Root.AcroForm = Dictionary(Fields=fields, SigFlags=3)
        pdf.save(path)
    before = path.read_bytes()
    made = build(Pack().add(path), tmp_path)
    assert "电子签章件副本" in text_of(made.path, 2)
    assert "签章以所存电子原件为准" in text_of(made.path, made.pages)
    assert path.read_bytes() == before
    assert checks(made.verdict) == {}


@pytest.mark.parametrize("pages", [(4,), (0,), (1, 9)])
def test_a_page_that_does_not_exist_is_said_to_be_missing(tmp_path: Path, pages: tuple[int, ...]) -> None:
    made = build(Pack().add(a_pdf(tmp_path / "1.pdf", 3), pages=pages), tmp_path)
    assert [one.why for one in made.replaced] == ["文件没有所指定的页（共3页）"]


def test_the_answer_names_all_that_could_not_be_included(tmp_path: Path) -> None:
    pack = Pack().add(tmp_path / "gone.pdf").add(a_pdf(tmp_path / "1.pdf")).add(placeholder="转换失败：字体缺失")
    made = build(pack, tmp_path)
    assert [(one.record, one.why) for one in made.replaced] == [(1, "存储中找不到这份文件"), (3, "转换失败：字体缺失")]
    assert checks(made.verdict) == {}


def test_a_damaged_file_is_repaired_and_the_list_says_so(tmp_path: Path) -> None:
    whole = a_pdf(tmp_path / "whole.pdf", 2, text="kept").read_bytes()
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(whole[: whole.rindex(b"xref")] + b"trailer << /Root 99 0 R >>\nstartxref\n0\n%%EOF")
    made = build(Pack().add(broken, title="断尾的文件"), tmp_path)
    assert checks(made.verdict) == {}
    repaired = not made.replaced
    said = text_of(made.path, 2)
    assert ("文件经修复" in said) or not repaired or "kept1" in text_of(made.path, 4)


def test_a_bookmark_whose_own_page_was_left_out_stays_for_its_children(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "1.pdf", 3)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        with pdf.open_outline() as outline:
            parent = pikepdf.OutlineItem("上级", 0)
            parent.children.append(pikepdf.OutlineItem("下级", 2))
            outline.root.append(parent)
        pdf.save(path)
    made = build(Pack().add(path, pages=(3,)), tmp_path)
    found = titles(made.path)
    assert found.index("下级") == found.index("上级") + 1
    assert checks(made.verdict) == {}


# What is listed in the notes on peers, by the tracker it was reported in, and the test that holds it here.
REPORTED = {
    "BunTool secure_filename": "test_fault_1_chinese_file_names_neither_vanish_nor_collide",
    "BunTool index by file name": "test_fault_2_files_of_one_name_or_of_a_name_inside_another_stay_apart",
    "BunTool swallowed file, BunTool 2 BUGS.md": "test_fault_3_an_unreadable_file_is_never_skipped_without_a_word",
    "BunTool tab numbers": "test_fault_4_a_bad_file_leaves_no_hole_in_the_numbers",
    "BunTool links by text search": "test_fault_5_links_of_long_doubled_and_wrapped_titles_land",
    "BunTool footer overlay, asciidoctor-pdf 1036": (
        "test_fault_6_the_number_keeps_its_place_on_a3_landscape_and_opaque_scans"
    ),
    "BunTool PageLabels": "test_fault_7_labels_are_written_always_and_equal_the_printed_numbers",
    "HMCTS sanitizeText, HMCTS 2347": "test_fault_8_chinese_titles_are_drawn_with_embedded_faces",
    "HMCTS 295, 1236, 1245": "test_fault_9_special_characters_line_breaks_and_wide_numbers_stay_whole",
    "HMCTS structure tree": "test_fault_9_a_tagged_file_with_a_broken_structure_tree_is_bound",
    "Stirling 395, 1804, pdfarranger 662, 690": (
        "test_a_merged_file_has_an_index_with_page_numbers_and_a_bookmark_per_file"
    ),
    "HMCTS 1408, Stirling 324, 3471, PDF24 12, BentoPDF 203, pdfmerge 22, pdfcpu 27": (
        "test_inner_links_and_named_destinations_follow_their_pages"
    ),
    "pdfarranger 339": "test_a_bookmark_whose_own_page_was_left_out_stays_for_its_children",
    "cpdf-source 123": "test_one_bad_bookmark_costs_itself_only",
    "KillerPDF 133, sumatrapdf 1144": "test_bookmarks_and_labels_of_permission_protected_files_stay_readable",
    "Stirling 240": "test_an_a3_landscape_sheet_keeps_its_size",
    "codeforamerica/health 571": "test_the_page_count_on_the_cover_is_that_of_the_bound_pages",
    "OCRmyPDF 1573, HMCTS 303": "test_a_damaged_file_is_repaired_and_the_list_says_so",
    "OCRmyPDF 1040, workflow_ocr 258": "test_a_signed_file_is_bound_as_a_copy_and_said_to_be_one",
    "workflow_ocr 325": "test_a_file_that_asks_for_a_password_is_reported_as_such",
    "000-LARO 128": "test_the_answer_names_all_that_could_not_be_included",
}


@pytest.mark.parametrize(("fault", "test"), REPORTED.items())
def test_every_reported_fault_has_its_test(fault: str, test: str) -> None:
    assert callable(globals().get(test)), fault
