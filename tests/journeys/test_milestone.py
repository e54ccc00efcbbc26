"""里程碑: what a check saw stays as it was, and what changed since is told with its reason."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl

from journeys.office import LEDGER, Office


def table(office: Office) -> None:
    book = openpyxl.Workbook()
    for row in (("吴集镇第三小学2015年基本情况统计表",), ("在校生数", "专任教师数"), (386, 24), ("2015年9月10日",)):
        book.active.append(row)
    book.save(office.inbox / "第三小学2015年基本情况统计表.xlsx")
    office.duban("watch", "--once")


def test_what_changed_between_two_checks_is_told_with_who_settled_it(office: Office, tmp_path: Path) -> None:
    table(office)
    frozen = office.ask("milestone", "市检", "--as-of", "2015-11-02")
    assert frozen["as_of"] == "2015-11-02"
    assert frozen["summary"]["missing"] > 0
    office.ask(
        "figures",
        "set",
        "专任教师数",
        "--unit",
        "第三小学",
        "--period",
        "2015",
        "--value",
        "25",
        "--source",
        "教育事业统计",
    )
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.duban("watch", "--once")
    record = office.ask("search", "控流保学")["hits"][0]["record"]
    filed = office.ask("confirm", str(record))["records"][0]["filings"][0]
    office.ask("milestone", "freeze", "省检", "--as-of", "2015-12-01")
    compared = office.ask("milestone", "compare", "市检", "省检", "--docx", tmp_path / "表" / "变动.docx")
    (figure,) = [row for row in compared["figures"] if row["title"] == "专任教师数"]
    assert (figure["before"], figure["after"]) == ("24人", "25人")
    assert figure["reason"].startswith("以教育事业统计为准")
    (slot,) = [row for row in compared["slots"] if row["requirement"] == filed["requirement"]]
    assert slot["before"] == "missing"
    assert slot["after"] in ("complete", "too_few")
    text = [c.text for r in docx.Document(str(tmp_path / "表" / "变动.docx")).tables[0].rows for c in r.cells]
    assert {"专任教师数", "24人", "25人", "市检(2015-11-02)", "省检(2015-12-01)"} <= set(text)


def test_a_milestone_is_not_written_over_and_can_be_taken_back(office: Office) -> None:
    office.ask("milestone", "市检")
    again = office.duban("milestone", "市检")
    assert again.code == 2
    assert "不能改写" in again.err
    office.duban("undo")
    assert office.ask("milestone")["milestones"] == []


def test_a_milestone_that_is_not_there_is_a_sentence(office: Office, tmp_path: Path) -> None:
    for words in (("show", "国检"), ("compare", "国检"), ("freeze", "  "), ("freeze", "现在")):
        said = office.duban("milestone", *words)
        assert said.code == 2, words
        assert "Traceback" not in said.err
    office.ask("milestone", "市检")
    assert office.ask("milestone", "compare", "市检")["figures"] == []
    assert office.duban("milestone", "compare", "市检", "--docx", tmp_path / "a.pdf").code == 2


def test_a_figure_of_the_whole_town_is_told_in_words_on_the_paper(office: Office, tmp_path: Path) -> None:
    office.ask("milestone", "市检")
    whole = ("--unit", "全部", "--period", "2015", "--value", "145", "--source", "统计表")
    office.ask("figures", "set", "招生数", *whole)
    office.ask("milestone", "compare", "市检", "--docx", tmp_path / "变动.docx")
    text = [c.text for r in docx.Document(str(tmp_path / "变动.docx")).tables[0].rows for c in r.cells]
    assert {"全部", "145人"} <= set(text)
    assert "@all" not in "".join(text)
