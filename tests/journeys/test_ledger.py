"""整改台账 from the command line: feedback comes in, gaps are gathered once, doubts stay inside."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl

from journeys.office import LEDGER, Office


def notice(folder: Path) -> Path:
    document = docx.Document()
    for line in (
        "关于市检情况的反馈意见",
        "一、主要成绩",
        "1.领导重视。",
        "二、存在问题",
        "1.第三小学2014年台账没有盖章;",
        "2.有的学校没有签到表。",
        "三、整改要求。",
        "请于11月10日前将整改情况上报。",
    ):
        document.add_paragraph(line)
    path = folder / "反馈.docx"
    document.save(str(path))
    return path


def test_feedback_comes_in_line_by_line_with_its_unit_and_only_once(office: Office, tmp_path: Path) -> None:
    path = notice(tmp_path)
    words = ("--source", "市检", "--document-number", "市督〔2015〕8号", "--as-of", "2015-11-01")
    done = office.ask("ledger", "import", path, *words)
    assert [(one["text"], one["unit"]) for one in done["entered"]] == [
        ("第三小学2014年台账没有盖章", "xx3"),
        ("有的学校没有签到表", ""),
    ]
    assert [one["text"] for one in done["left_out"]] == ["领导重视", "整改要求", "请于11月10日前将整改情况上报"]
    assert {one["due"] for one in done["entered"]} == {"2015-11-10"}
    again = office.ask("ledger", "import", path, *words)
    assert (again["entered"], again["already"]) == ([], 2)
    rows = office.ask("ledger", "--as-of", "2015-11-12")["problems"]
    assert [(r["number"], r["source"], r["document_number"], r["days_left"]) for r in rows] == [
        (1, "city", "市督〔2015〕8号", -2),
        (2, "city", "市督〔2015〕8号", -2),
    ]


def test_the_way_of_a_problem_to_its_end_and_back(office: Office) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.duban("watch", "--once")
    office.ask("ledger", "add", "台账没有盖章", "--unit", "第三小学", "--due", "2015-10-30", "--class", "重点")
    for _ in range(2):
        office.duban("ledger", "remind", "1", "--by", "甲")
    assert office.ask("ledger")["summary"]["to_report"] == [1]
    assert office.ask("ledger", "result", "1", "已补盖", "--record", "1", "--by", "甲")["state"] == "done"
    refused = office.duban("ledger", "close", "1", "--by", "甲")
    assert refused.code == 2
    assert "另一个人" in refused.err
    assert office.ask("ledger", "close", "1", "--by", "乙")["closed"]["by"] == "乙"
    again = office.ask("ledger", "reopen", "1", "--reason", "又缺章", "--by", "丙")
    assert (again["state"], again["rebounds"]) == ("open", 1)
    office.duban("undo")
    assert office.ask("ledger", "show", "1")["problems"][0]["state"] == "closed"


def test_gaps_are_gathered_once_and_told_when_they_are_gone(office: Office) -> None:
    first = office.ask("ledger", "gather", "--no-findings")
    assert first["entered"]
    assert office.ask("ledger", "gather", "--no-findings")["entered"] == []
    number = first["entered"][0]["number"]
    requirement, unit = first["entered"][0]["basis"][0], first["entered"][0]["unit_name"]
    office.duban("checklist", "set-na", requirement, "--unit", unit, "--reason", "本单位没有此项")
    assert number in office.ask("ledger", "gather", "--no-findings")["gone"]


def test_the_ledger_on_paper_has_no_doubts_unless_asked(office: Office, tmp_path: Path) -> None:
    from duban_archive.archive import Archive
    from duban_archive.core.ledger import Problem
    from duban_archive.home import find_home

    archive = Archive(find_home(office.home)).open()
    archive.ledger.add(Problem(text="=公开的问题", unit="xx3"))
    archive.ledger.add(Problem(text="疑似补造", unit="xx3", inside=True))
    archive.close()
    said = office.ask("ledger", "export", tmp_path / "账" / "台账.xlsx")
    assert (said["rows"], said["kept_back"]) == (1, 1)
    book = openpyxl.load_workbook(tmp_path / "账" / "台账.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=公开的问题" in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    assert "疑似补造" not in [cell.value for cell in cells]
    office.duban("ledger", "export", tmp_path / "台账.docx")
    text = "\n".join(
        cell.text for t in docx.Document(str(tmp_path / "台账.docx")).tables for r in t.rows for cell in r.cells
    )
    assert "公开的问题" in text
    assert "疑似补造" not in text


def test_what_cannot_be_is_a_sentence(office: Office, tmp_path: Path) -> None:
    empty = tmp_path / "空.txt"
    empty.write_text("请认真整改。", encoding="utf-8")
    for words in (
        ("add", " "), ("add", "缺章", "--due", "10月底"), ("add", "缺章", "--source", "天上"),
        ("set", "9", "--person", "甲"), ("import", empty), ("remind",), ("add", "缺章", "--before", "99"),
        ("export", tmp_path / "台账.pdf"),
    ):  # fmt: skip
        said = office.duban("ledger", *words)
        assert said.code == 2, words
        assert "Traceback" not in said.err
