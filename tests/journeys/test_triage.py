"""The tray: alike papers decided at once, questions asked once, papers sent back with a notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from make import make_pdf

from journeys.office import LEDGER, Office

SCHOOLS = ("第二小学", "第三小学", "大桥小学")


def ledger(school: str, year: str = "2014") -> str:
    return LEDGER.replace("第三小学", school).replace("2014", year)


@pytest.fixture
def tray(office: Office) -> Office:
    """Three ledgers of three schools, and a paper that belongs nowhere."""
    for school in ("第二小学", "第三小学"):
        for year in ("2013", "2014"):
            office.drop(f"{school}/{year}年控流保学台账.txt", ledger(school, year))
    office.drop("食堂菜谱.txt", "第三小学学生食堂一周菜谱\n星期一 土豆烧肉 白菜\n星期二 鸡蛋汤 豆腐\n")
    office.ask("watch", "--once")
    return office


def confirmed(office: Office) -> list[tuple[int, str, str]]:
    return sorted(
        (record["id"], f["unit"], f["period"])
        for record in office.ask("list")["records"]
        for f in record["filings"]
        if f["standing"] == "confirmed"
    )


def test_one_key_confirms_all_that_is_alike_and_one_undo_takes_it_back(tray: Office) -> None:
    said = tray.duban("triage", typed="l\ny\nq\n")
    assert said.code == 0, said.err
    assert "4 份 → " in said.out
    assert "按单位、期间分" in said.out
    assert len(confirmed(tray)) == 4
    assert "2013" in {period for _, _, period in confirmed(tray)}
    tray.ask("undo")
    assert confirmed(tray) == []


def test_triage_goes_on_where_it_was_left(tray: Office) -> None:
    tray.duban("triage", typed="y\nq\n")
    said = tray.duban("triage", typed="")
    assert "待归类 1 件" in said.out
    assert "食堂" in said.out


def test_what_was_put_off_in_a_batch_is_not_asked_again_one_by_one(tray: Office) -> None:
    said = tray.duban("triage", typed="\n\n\n\n\n\n")
    assert said.out.count("控流保学台账》 →") == 4
    assert "#1 《" in said.out
    assert confirmed(tray) == []


def test_undo_works_while_going_through(tray: Office) -> None:
    tray.duban("triage", typed="y\nu\nq\n")
    assert confirmed(tray) == []


def test_the_tray_as_json_tells_the_batches(tray: Office) -> None:
    document = tray.ask("triage")
    assert [(one["sure"], len(one["records"])) for one in document["batches"]] == [(True, 4)]
    assert document["questions"] == []


def test_a_query_shows_its_count_first_and_confirms_with_yes(tray: Office) -> None:
    shown = tray.ask("confirm", "--query", "单位:第三小学 状态:待确认")
    assert shown["would_decide"] == 2
    assert confirmed(tray) == []
    tray.ask("confirm", "--query", "单位:第三小学 状态:待确认", "--yes")
    assert {unit for _, unit, _ in confirmed(tray)} == {"xx3"}
    assert len(confirmed(tray)) == 2


def test_a_query_for_a_slot_does_not_confirm_a_weaker_guess(tray: Office) -> None:
    requirement = tray.ask("show", "5")["filings"]
    for filing in requirement:
        assert not filing["sure"]
    shown = tray.ask("confirm", "--query", "食堂", "--yes")
    assert all(one["standing"] != "confirmed" or one["score"] > 0.5 for r in shown["records"] for one in r["filings"])


def test_neither_ids_nor_a_query_is_wrong_use(tray: Office) -> None:
    assert tray.duban("confirm").code == 2
    assert tray.duban("confirm", "1", "--query", "控流").code == 2


def test_material_is_filed_then_accepted_in_batches_where_the_office_reviews(tray: Office) -> None:
    (tray.home / ".duban" / "settings.yaml").write_text("review: on\n", encoding="utf-8")
    code = next(f["code"] for f in tray.ask("show", "1")["filings"])
    tray.ask("confirm", "--query", f"指标:{code} 状态:待确认", "--yes")
    assert {f["review"] for f in tray.ask("show", "1")["filings"] if f["standing"] == "confirmed"} == {"waiting"}
    unit, period = confirmed(tray)[0][1:]
    requirement = tray.ask("show", "1")["filings"][0]["requirement"]
    assert tray.gap(requirement, unit, period)["state"] == "waiting"
    assert tray.ask("accept", "--query", "状态:待审")["would_decide"] == 4
    tray.ask("accept", "--query", "状态:待审", "--yes")
    assert tray.gap(requirement, unit, period)["state"] == "complete"


def test_accepting_without_review_says_that_confirming_is_enough(tray: Office) -> None:
    said = tray.duban("accept", "1")
    assert said.code == 2
    assert "review" in said.err


def test_a_returned_paper_gives_a_notice_to_print_and_lines_to_paste(tray: Office, tmp_path: Path) -> None:
    tray.ask("confirm", "1", "3")
    notice = tmp_path / "通知单.docx"
    said = tray.ask("return", "1", "3", "--reason", "没有校长签字", "--due", "2015-10-30", "--docx", notice)
    assert any("没有校长签字" in line and "2015-10-30" in line for line in said["message"])
    from docx import Document

    document = Document(str(notice))
    text = "\n".join(p.text for p in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "退回补正通知单" in text
    assert cells.count("没有校长签字") == 2
    again = tray.ask("return", "1", "--reason", "还是没有签字")
    assert "第 2 次退回" in "\n".join(again["message"])


def test_a_proposal_without_a_unit_is_not_confirmed_into_nowhere(office: Office) -> None:
    office.drop("控流保学台账2014.txt", LEDGER.replace("吴集镇第三小学", ""))
    office.ask("watch", "--once")
    first = office.ask("show", "1")["filings"][0]
    assert first["unit"] == ""
    said = office.duban("confirm", "1")
    assert said.code == 2
    assert "单位还没有定" in said.err


def test_what_2014学年_means_is_asked_once_and_until_then_both_are_shown(office: Office) -> None:
    office.drop("第三小学/台账.txt", ledger("第三小学").replace("2014年控流", "2014学年控流"))
    office.ask("watch", "--once")
    before = office.ask("show", "1")["filings"]
    assert not any(f["sure"] for f in before)
    assert any("还没有定过" in reason for reason in before[0]["because"])
    assert [q["name"] for q in office.ask("triage")["questions"]] == ["school_year"]
    said = office.duban("triage", typed="1\nq\n")
    assert "2014学年" in said.out
    assert office.ask("habits")["habits"]["school_year"] == "start"
    assert office.ask("triage")["questions"] == []
    assert not any("还没有定过" in reason for f in office.ask("show", "1")["filings"] for reason in f["because"])
    office.ask("habits", "--school-year", "end")
    assert office.ask("show", "1")["period"] == "2013-2014"


def test_a_correction_teaches_the_next_paper_of_the_same_sitting(office: Office) -> None:
    for name in ("一", "二", "三"):
        office.drop(f"第三小学/阳光花名册{name}.txt", f"第三小学阳光关爱花名册{name}\n姓名\t班级\t帮扶人\n甲\t一\t乙\n")
    office.ask("watch", "--once")
    office.ask("confirm", "1", "--to", "B2-3", "--unit", "xx3", "--period", "2014")
    said = office.duban("triage", typed="\n\n\n\n")
    assert "与本档案里确认过的" in said.out


PAGES = (
    ("吴集镇第三小学迎检资料汇编", "", "二〇一五年十月"),
    ("吴集镇第三小学2014年控流保学台账", "序号 学生姓名 年级 流动去向", "1 学生甲 三年级 随父母外出", "2014年12月20日"),
    (
        "吴集镇第三小学迎检工作总结",
        "一年来,我校按照镇政府的统一部署,认真做好各项工作。",
        "吴集镇第三小学",
        "2015年10月8日",
    ),
)


def test_pages_of_a_compilation_are_proposed_for_slots_of_their_own(office: Office, tmp_path: Path) -> None:
    made = make_pdf(tmp_path / "汇编.pdf", PAGES)
    office.drop("第三小学/迎检资料汇编.pdf", made.read_bytes())
    office.ask("watch", "--once")
    parts = [f for f in office.ask("show", "1")["filings"] if f["pages"]]
    assert {tuple(f["pages"]) for f in parts} >= {(2,), (3,)}
    assert not any(f["sure"] for f in parts)
    first = next(f for f in parts if f["pages"] == [2])
    assert any("第2页是“吴集镇第三小学2014年控流保学台账”" in reason for reason in first["because"])
    office.ask("confirm", "1", "--to", first["requirement"], "--unit", first["unit"], "--period", first["period"])
    kept = next(f for f in office.ask("show", "1")["filings"] if f["standing"] == "confirmed")
    assert kept["pages"] == [2]


def test_the_same_paper_twice_is_joined_with_one_key_and_versions_are_asked_about(office: Office) -> None:
    body = LEDGER + "\n" + "本校对每名流失学生逐一建档,落实包保责任人,定期上门劝返,并向镇政府书面报告。" * 2
    office.drop("第三小学/台账.txt", body)
    office.drop("第三小学/台账另存.txt", body + "\n\n")
    office.drop("第三小学/迎检分工方案(初稿).txt", "第三小学迎检分工方案\n" + body[80:])
    office.drop(
        "第三小学/迎检分工方案(定稿).txt", "第三小学迎检分工方案\n" + body[80:].replace("定期", "每周") + "新增一条。"
    )
    office.ask("watch", "--once")
    kinds = {(tuple(one["records"]), one["kind"]) for one in office.ask("triage")["alike"]}
    assert kinds == {((2, 1), "same"), ((4, 3), "version")}
    said = office.duban("triage", typed="y\n2\nq\n")
    assert said.code == 0, said.err
    records = {record["id"]: record for record in office.ask("list")["records"]}
    assert [len(record["parts"]) for record in records.values() if len(record["parts"]) > 1] == [2]
    assert records[4]["final"] is True
    assert office.ask("triage")["alike"] == []


def test_papers_said_to_be_apart_are_not_asked_about_again(office: Office) -> None:
    office.drop("第三小学/台账.txt", LEDGER * 2)
    office.drop("第三小学/台账另存.txt", LEDGER * 2 + "\n\n")
    office.ask("watch", "--once")
    office.duban("triage", typed="n\nq\n")
    assert office.ask("triage")["alike"] == []
    office.ask("undo")
    assert len(office.ask("triage")["alike"]) == 1
