"""Finding during the visit: the page, what else is like it, how much there is of each kind, on paper and in Excel."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from make import make_pdf
from openpyxl import load_workbook

from journeys.office import LEDGER, PLAN, TODAY, Office


@pytest.fixture
def held(office: Office) -> Office:
    """An office with two ledgers, a plan and a PDF of two pages."""
    office.drop("吴集镇第三小学/2014年控流保学台账.txt", LEDGER)
    office.drop("吴集镇第二小学/2014年控流保学台账.txt", LEDGER.replace("第三小学", "第二小学"))
    office.drop("吴集镇人民政府/工作方案.txt", PLAN)
    make_pdf(office.inbox / "走访记录.pdf", [["入户走访", "逐户做好控辍", "- 1 -"], ["保学宣传工作", "- 2 -"]])
    office.ask("watch", "--once")
    return office


def ids(answer: dict[str, list[dict[str, int]]]) -> list[int]:
    return [hit["record"] for hit in answer["hits"]]


def test_a_sentence_across_two_pages_is_found_with_both(held: Office) -> None:
    (hit,) = held.ask("search", "做好控辍保学宣传")["hits"]
    assert hit["title"]
    assert (hit["locator"], hit["through"]) == ({"page": 1}, {"page": 2})
    assert hit["snippet"].count("[[做好控辍保学宣传]]") == 1
    assert "第 1 页末尾至第 2 页" in held.duban("search", "做好控辍保学宣传").out


def test_the_number_beside_a_facet_is_what_its_filter_gives(held: Office) -> None:
    everything = held.ask("search", "吴集镇")
    assert {facet["field"] for facet in everything["facets"]} >= {"indicator", "unit", "state", "format"}
    for facet in everything["facets"]:
        for value in facet["values"]:
            narrowed = held.ask("search", "吴集镇", value["filter"], "--all")
            assert narrowed["records"] == value["count"], value
    assert "单位:" in held.duban("search", "吴集镇").out


def test_a_hit_names_all_that_one_asks_at_the_table(held: Office) -> None:
    hit = next(h for h in held.ask("search", "劝返措施 第三小学")["hits"])
    assert hit.keys() >= {
        *("record", "title", "locator", "snippet", "ocr", "binder", "place", "filings", "unit", "unit_name", "period"),
    }
    assert hit["unit_name"] == "吴集镇第三小学"
    assert hit["period"] == "2014"
    assert hit["filings"][0]["code"]
    shown = held.duban("search", "劝返措施", "第三小学").out
    assert "(待确认)" in shown
    assert "吴集镇第三小学" in shown


def test_a_paper_leads_to_others_like_it(held: Office) -> None:
    first, second = sorted(ids(held.ask("search", "劝返措施")))[:2]
    alike = held.ask("search", "--like", str(first))
    assert ids(alike)[0] == second
    assert first not in ids(alike)
    assert alike["like"]["record"] == first
    assert held.duban("search", "台账", "--like", "1").code == 2
    assert held.duban("search", "--like", "99").code == 2
    assert held.duban("search").code == 2


def test_results_go_to_excel_and_onto_paper(held: Office, tmp_path: Path) -> None:
    held.ask("register", "--title", "=1+1 控辍旧档", "--where", "2柜3层1盒")
    said = held.duban("search", "控辍 或 旧档", "--xlsx", tmp_path / "x.xlsx", "--print", tmp_path / "p.pdf", "--json")
    assert said.code == 5, said.err
    sheet = load_workbook(tmp_path / "x.xlsx")["查找结果"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert len(rows) == len(said.json["hits"])
    assert "=1+1 控辍旧档" in [row[2] for row in rows]
    printed = said.json["printed"]
    (left,) = printed["left_out"]
    assert "2柜3层1盒" in left["why"]
    pdf = pypdfium2.PdfDocument(tmp_path / "p.pdf")
    assert len(pdf) == printed["pages"] >= 3
    heads = [page.get_textpage().get_text_range() for page in pdf]
    assert all("号件" in head for head in heads)
    assert any("走访" in head and "第1页" in head for head in heads)
    pdf.close()
    across = held.ask("search", "做好控辍保学宣传", "--print", tmp_path / "two.pdf")
    assert across["printed"]["pages"] == 2


def test_a_question_is_saved_run_and_removed(held: Office) -> None:
    held.ask("searches", "save", "三年台账", "台账", "单位:第三小学")
    held.ask("searches", "save", "方案", "方案")
    rows = held.ask("searches", "list")["searches"]
    assert [(row["name"], row["line"]) for row in rows] == [("三年台账", "台账 单位:第三小学"), ("方案", "方案")]
    assert held.ask("searches", "run", "三年台账")["hits"] == held.ask("search", "台账", "单位:第三小学")["hits"]
    held.ask("searches", "remove", "方案")
    assert len(held.ask("searches", "list")["searches"]) == 1
    held.ask("undo")
    assert len(held.ask("searches", "list")["searches"]) == 2
    for words in (
        ("run", "没有"),
        ("remove", "没有"),
        ("save", "", "台账"),
        ("save", "名", "，。"),
        ("save", "名" * 41, "台账"),
    ):
        assert held.duban("searches", *words).code == 2, words


def test_a_word_is_left_out_by_a_minus_and_a_mistyped_option_is_told(held: Office) -> None:
    both = held.ask("search", "台账 劝返措施")["records"]
    assert both == 2
    assert held.ask("search", "劝返措施", "-第三小学")["records"] == 1
    assert held.ask("search", "劝返措施", "－第三小学", "或", "没有的词")["records"] == 1
    assert held.duban("search", "台账", "--alll").code == 2


def test_a_slot_is_jumped_to_with_its_papers(held: Office) -> None:
    first = held.ask("search", "劝返措施 单位:第三小学")["hits"][0]["record"]
    said = held.ask("search", "B2-3 2014 三小", "--as-of", TODAY)
    (slot,) = [slot for slot in said["slots"] if slot["unit_name"] == "吴集镇第三小学"]
    assert [(paper["record"], paper["waiting"]) for paper in slot["papers"]] == [(first, True)]
    assert "advice" not in said


ODD = [
    "控辍保学" * 2500,
    "控 辍 " * 2000,
    "。，（）！" * 300,
    "😀🎉✅",
    "* ** ?* [a-z]+",
    "(a+)+$ .*? \\b(控)",
    "'; DROP TABLE texts; -- %_",
    "\x01\x1b[31m\x7f\u202e控",
    "指标: 单位: 年:",
    '-台账 -"',
    '"',
    "　",
    "年:abc 状态:? 日期:9999-99",
    "\ud800控",
]


def test_whatever_is_typed_is_answered(held: Office) -> None:
    for line in ODD:
        said = held.duban("search", line)
        assert said.code == 0, (line, said.err)
        assert len(said.out) < 4000
        assert "\x1b" not in said.out
        assert held.duban("search", line, "--json").json["total"] >= 0


def test_traditional_and_simplified_are_one_once_the_office_says_so(held: Office) -> None:
    held.drop("旧档.txt", "義務教育控輟保學臺賬")
    held.ask("watch", "--once")
    assert held.ask("search", "义务教育控辍")["total"] == 0
    settings = held.home / ".duban" / "settings.yaml"
    settings.write_text("simplify: true\n", encoding="utf-8")
    (hit,) = held.ask("search", "义务教育控辍")["hits"]
    assert "[[義務教育控輟]]" in hit["snippet"]
    assert held.ask("search", "義務教育")["total"] == 1
    assert held.ask("search", "劝返措施")["total"] == held.ask("search", "勸返措施")["total"] == 2
    settings.write_text("simplify: false\n", encoding="utf-8")
    assert held.ask("search", "义务教育控辍")["total"] == 0
    held.ask("watch", "--once")
    assert held.ask("verify")["ok"]
