"""The visit: a request is entered, fetched, shown, returned; what lacks is due in hours; all of it on paper."""

from __future__ import annotations

import zipfile
from pathlib import Path

from openpyxl import load_workbook

from journeys.office import LEDGER, TODAY, Office

DAY = ("--as-of", TODAY)


def ledger_held(office: Office) -> int:
    office.drop("吴集镇第三小学/2014年控流保学台账.txt", LEDGER)
    office.ask("watch", "--once")
    return int(office.ask("list")["records"][0]["id"])


def test_a_request_goes_from_asking_to_the_shelf(office: Office) -> None:
    id = ledger_held(office)
    slip = office.ask("slip", "add", "控流保学台账", "--asker", "第二组", "--at", "09:30", *DAY)
    assert (slip["number"], slip["state"], slip["at"]) == (1, "asked", f"{TODAY}T09:30")
    assert slip["suggested"][0]["record"] == id
    office.ask("slip", "mark", "1", "--record", str(id), "--fetched", "王老师", "--at", "09:35", *DAY)
    office.ask("slip", "mark", "1", "--shown", "--at", "09:40", *DAY)
    (shown,) = office.ask("slip", "show", "1", *DAY)["slips"]
    assert shown["fetched"] == {"by": "王老师", "at": f"{TODAY}T09:35"}
    assert shown["records"][0]["record"] == id
    assert shown["open"]
    office.ask("slip", "mark", "1", "--returned", "--at", "10:00", *DAY)
    assert office.ask("slip", "show", "--open", *DAY)["slips"] == []
    office.ask("undo")
    assert office.ask("slip", "show", *DAY)["slips"][0]["state"] == "shown"


def test_a_sentence_that_stands_nowhere_still_leads_to_the_paper(office: Office) -> None:
    id = ledger_held(office)
    slip = office.ask("slip", "add", "三小的2014年控流保学登记台账", *DAY)
    assert id in [hit["record"] for hit in slip["suggested"]]


def test_what_could_not_be_shown_is_a_task_in_hours(office: Office) -> None:
    id = ledger_held(office)
    office.ask("slip", "add", "2013年劝返记录", "--lacking", "2013年劝返记录", "--hours", "1", "--owner", "第三小学",
               "--at", "2015-11-02 09:30", "--as-of", "2015-11-02")  # fmt: skip
    said = office.ask("slip", "show", "--lacking", "--as-of", "2015-11-04")
    (late,) = said["slips"]
    assert said["overdue"] == 1
    assert late["task"]["due"] == "2015-11-02T10:30"
    assert late["task"]["overdue"]
    assert late["task"]["hours_left"] < 0
    assert "超过" in office.duban("slip", "show", "--as-of", "2015-11-04").out
    office.ask("slip", "mark", "1", "--supplied", "--record", str(id), "--at", "2015-11-02 10:00")
    assert office.ask("slip", "show", "--lacking")["slips"] == []
    (done,) = office.ask("slip", "show", "1")["slips"]
    assert done["task"]["records"] == [id]
    assert not done["task"]["overdue"]


def test_wrong_words_are_told_in_chinese_and_change_nothing(office: Office) -> None:
    for words in (
        ("add", "   "),
        ("add", "台账", "--at", "上午"),
        ("add", "台账", "--record", "99"),
        ("add", "台账", "--lacking", "名册", "--hours", "-1"),
        ("add", "台账", "--lacking", "名册", "--hours", "nan"),
        ("add", "台" * 501),
        ("mark", "7", "--shown"),
        ("show", "7"),
        ("reply",),
    ):
        said = office.duban("slip", *words)
        assert said.code == 2, words
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said.err)
    assert office.ask("slip", "show")["slips"] == []


def test_the_register_and_the_replies_go_on_paper(office: Office, tmp_path: Path) -> None:
    id = ledger_held(office)
    office.ask("slip", "add", "=1+1 台账<b>", "--record", str(id), "--shown", "--at", "09:40", *DAY)
    office.ask("slip", "add", "名册", "--lacking", "名册", "--hours", "2", "--at", "09:50", *DAY)
    assert office.ask("slip", "export", tmp_path / "登记.xlsx", *DAY)["slips"] == 2
    book = load_workbook(tmp_path / "登记.xlsx")
    assert book.sheetnames == ["调阅登记", "现场待补"]
    asked = book["调阅登记"]["D3"]
    assert (asked.value, asked.data_type) == ("=1+1 台账<b>", "s")
    assert book["现场待补"]["B3"].value == "名册"
    office.ask("slip", "reply", "--out", tmp_path / "答复.docx", *DAY)
    with zipfile.ZipFile(tmp_path / "答复.docx") as document:
        text = document.read("word/document.xml").decode()
    assert "=1+1 台账&lt;b&gt;" in text
    assert "控流保学台账" in text
    assert text.count("现 场 答 复 单") == 2
