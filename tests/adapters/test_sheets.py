"""Forms from Word templates: every blank supplied, foreign text safe, hostile templates harmless."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from duban_archive.adapters import sheets
from duban_archive.adapters.binder.facts import FACTS
from duban_archive.adapters.binder.labels import Label, print_labels
from duban_archive.errors import DubanError, UsageError

SHIPPED = sorted(path.stem for path in sheets.shipped().glob("*.docx"))


def a_template(path: Path, *paragraphs: str) -> Path:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))
    return path


def text_of(docx: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs)


def pdf_text(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path) as pdf:
        texts = []
        for page in pdf:
            text_page = page.get_textpage()
            texts.append(text_page.get_text_range().strip())
            text_page.close()
            page.close()
    return texts


def test_every_shipped_template_has_its_table_of_facts() -> None:
    assert set(SHIPPED) == set(FACTS)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_blank_of_a_shipped_template_is_supplied(name: str) -> None:
    assert sheets.blanks(sheets.find(name)) <= FACTS[name]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_templates_name_the_official_faces(name: str) -> None:
    with zipfile.ZipFile(sheets.find(name)) as docx:
        xml = docx.read("word/document.xml").decode()
    assert "方正小标宋简体" in xml or "黑体" in xml or name == "标签"


def test_the_maker_of_the_templates_makes_these_very_files(tmp_path: Path) -> None:
    import runpy
    import sys

    script = Path(__file__).resolve().parents[2] / "tools" / "make_templates.py"
    before = list(sys.argv)
    try:
        sys.argv = [str(script), str(tmp_path)]
        runpy.run_path(str(script), run_name="__main__")
    finally:
        sys.argv = before
    made = {path.name: path.read_bytes() for path in tmp_path.glob("*.docx")}
    assert made == {path.name: path.read_bytes() for path in sheets.shipped().glob("*.docx")}


def test_the_offices_own_template_wins(tmp_path: Path) -> None:
    own = a_template(tmp_path / "隔页.docx", "{{ 题名 }}")
    assert sheets.find("隔页", (tmp_path,)) == own
    assert sheets.find("卷封面", (tmp_path,)).parent == sheets.shipped()
    with pytest.raises(UsageError, match="没有名为“无”的模板"):
        sheets.find("无", (tmp_path,))


def test_blanks_of_rows_carry_the_name_of_their_list(tmp_path: Path) -> None:
    path = a_template(tmp_path / "t.docx", "{{ 题名 }}", "{%p for 行 in 目录 %}", "{{ 行.页码 }}", "{%p endfor %}")
    assert sheets.blanks(path) == {"题名", "目录", "目录.页码"}


def test_markup_in_a_title_is_printed_as_it_is(tmp_path: Path) -> None:
    path = a_template(tmp_path / "t.docx", "{{ 题名 }}")
    title = "<校本> & “计划” {{ 7*7 }} {% raw %} ￥"
    assert text_of(sheets.fill(path, {"题名": title})) == title


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\a\f\v"), max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_a_file_name_can_hold_comes_through(text: str) -> None:
    path = sheets.find("隔页")
    facts = {name: "" for name in FACTS["隔页"] if "." not in name} | {"目录": [], "题名": text}
    made = sheets.fill(path, facts)
    kept = "".join(c for c in text if c.isprintable() and c not in "\ufdd0\ufdd1\ufdd2")
    written = "".join(c for c in text_of(made) if c.isprintable())
    assert "".join(kept.split()) in "".join(written.split())


def test_foreign_text_cannot_forge_a_link(tmp_path: Path) -> None:
    path = a_template(tmp_path / "t.docx", "{{ 题名 }}{{ 去 }}")
    forged = "甲\ufdd0cover-0\ufdd1乙"
    made = sheets.fill(path, {"题名": forged, "去": sheets.link("返回", "contents-1")})
    xml = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    assert xml.count("<w:hyperlink") == 1
    assert 'w:anchor="contents-1"' in xml


@pytest.mark.parametrize(
    "blank",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ 题名.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ 题名.format(题名) }}",
        "{{ 题名 * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ '%0999999999d' % 1 }}",
        "{% for x in range(1000000000) %}{% endfor %}",
        "{{ lipsum(10000) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{{ 题名|attr('__class__') }}",
        "{{ 题名|map('upper')|list }}",
    ],
)
def test_a_hostile_template_runs_nothing_and_is_named(tmp_path: Path, blank: str) -> None:
    path = a_template(tmp_path / "恶意.docx", blank)
    with pytest.raises(DubanError, match="恶意") as caught:
        sheets.fill(path, {"题名": "x"})
    assert caught.value.advice
    assert "Traceback" not in caught.value.message


def test_a_misspelt_blank_is_named(tmp_path: Path) -> None:
    path = a_template(tmp_path / "卷封面.docx", "{{ 卷题明 }}")
    with pytest.raises(DubanError, match="“卷题明”没有对应的内容"):
        sheets.fill(path, {"卷题名": "x"})


def test_an_unfinished_blank_is_explained(tmp_path: Path) -> None:
    path = a_template(tmp_path / "卷封面.docx", "{{ 卷题名 ")
    with pytest.raises(DubanError, match="空格写法有误"):
        sheets.fill(path, {"卷题名": "x"})


def test_what_is_no_word_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "卷封面.docx"
    path.write_bytes(b"PK not really")
    with pytest.raises(DubanError, match="打不开"):
        sheets.fill(path, {})


def test_the_same_facts_give_the_same_bytes() -> None:
    facts = {name: "甲" for name in FACTS["备考表"]} | {"情况说明": ["一", "二"]}
    assert sheets.fill(sheets.find("备考表"), facts) == sheets.fill(sheets.find("备考表"), facts)


def test_many_sheets_become_pages_behind_their_marks(tmp_path: Path) -> None:
    path = a_template(tmp_path / "t.docx", "{{ 题名 }}", "{%p for 行 in 目录 %}", "{{ 行.页码 }}", "{%p endfor %}")
    many = [
        {"题名": f"第{n}张", "目录": [{"页码": f"{n}-{k}"} for k in range(60 if n == 2 else 1)]} for n in range(1, 4)
    ]
    sheets.to_pdf(sheets.fill_many(path, many, ["一", "s2", "s3"]), tmp_path / "t.pdf")
    texts = pdf_text(tmp_path / "t.pdf")
    with pikepdf.open(tmp_path / "t.pdf") as pdf:
        index = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        starts = [index[pdf.Root.Dests[name][0].objgen] for name in ("/一", "/s2", "/s3")]
    assert starts == [0, 1, len(texts) - 1]
    assert len(texts) > 3
    assert texts[starts[1]].startswith("第2张")
    assert texts[starts[2]].startswith("第3张")


def test_every_glyph_of_a_form_reads_back_as_the_code_point_written(tmp_path: Path) -> None:
    said = "工作页码—〔2015〕15号《台账》☑①Ⅲ㎡、。“”第1页 A1-2"
    path = a_template(tmp_path / "t.docx", "{{ 题名 }}")
    sheets.to_pdf(sheets.fill(path, {"题名": said}), tmp_path / "t.pdf")
    assert pdf_text(tmp_path / "t.pdf") == [said]


def test_labels_carry_a_code_that_reads_back(tmp_path: Path) -> None:
    import cv2
    import numpy

    made = [Label(number=f"第{n}号", title="辍学学生台账", place="A1卷 第3件", code=f"duban:{n}") for n in range(1, 27)]
    print_labels(made, tmp_path / "标签.docx", skip=1)
    sheets.to_pdf((tmp_path / "标签.docx").read_bytes(), tmp_path / "标签.pdf")
    with pypdfium2.PdfDocument(tmp_path / "标签.pdf") as pdf:
        assert len(pdf) == 2
        page = pdf[0]
        shown = numpy.array(page.render(scale=3).to_pil().convert("L"))
        page.close()
    found, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(shown)
    assert found
    assert {f"duban:{n}" for n in range(1, 24)} >= set(texts) - {""}
    assert len(set(texts) - {""}) > 15


def test_a_heavy_title_face_is_replaced_by_the_bold_cut_and_black_by_sans(tmp_path: Path) -> None:
    facts = {name: "甲" for name in FACTS["卷封面"]}
    sheets.to_pdf(sheets.fill(sheets.find("卷封面"), facts), tmp_path / "t.pdf")
    with pikepdf.open(tmp_path / "t.pdf") as pdf:
        used = {str(font.BaseFont).partition("+")[2] for font in pdf.pages[0].obj.Resources.Font.values()}
    assert used == {"NotoSerifSC-Regular", "NotoSerifSC-Bold", "NotoSansSC-Regular"}
