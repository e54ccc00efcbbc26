"""模拟验收: the same seed draws the same, what was not there goes into the ledger, the sheet can be printed."""

from __future__ import annotations

from pathlib import Path

import docx
import openpyxl

from duban_archive.core.sample import draw
from journeys.office import LEDGER, Office


def test_the_same_seed_draws_the_same_in_the_candidates_own_order() -> None:
    first = draw(range(1000), 12, seed=7, what="slot")
    assert first == draw(range(1000), 12, seed=7, what="slot")
    assert list(first) == sorted(first)
    assert first != draw(range(1000), 12, seed=8, what="slot")
    assert draw("甲乙", 5, seed=7, what="slot") == ("甲", "乙")


def test_a_rehearsal_draws_slots_schools_and_names_and_can_be_drawn_again(office: Office) -> None:
    book = openpyxl.Workbook()
    for row in (
        ("吴集镇第三小学2014年学生花名册",),
        ("序号", "姓名", "性别", "班级"),
        (1, "学生甲", "男", "一班"),
        (2, "学生乙", "女", "二班"),
    ):
        book.active.append(row)
    book.save(office.inbox / "第三小学2014年学生花名册.xlsx")
    office.duban("watch", "--once")
    words = ("--slots", "4", "--units", "1", "--people", "1", "--seed", "11")
    first, second = office.ask("sample", *words), office.ask("sample", "draw", *words)
    assert (first["number"], second["number"]) == (1, 2)
    assert [i["words"] for i in first["items"]] == [i["words"] for i in second["items"]]
    assert [i["sort"] for i in first["items"]] == ["unit", "slot", "slot", "slot", "slot", "person"]
    assert first["items"][-1]["words"].startswith(("学生甲", "学生乙"))


def test_what_was_not_seen_goes_into_the_ledger_once(office: Office) -> None:
    office.ask("sample", "--slots", "3", "--seed", "1")
    marked = office.ask("sample", "mark", "1", "2", "未见", "--seconds", "95", "--note", "少第 3 页")
    assert marked["counts"] == {"waiting": 2, "seen": 0, "missing": 1, "mismatch": 0}
    assert marked["items"][1]["problem"] == 1
    again = office.ask("sample", "mark", "1", "2", "不符", "--note", "少第 3 页")
    assert (again["items"][1]["result"], again["items"][1]["problem"]) == ("mismatch", 1)
    (row,) = office.ask("ledger")["problems"]
    assert row["source"] == "sample"
    assert "少第 3 页" in row["text"]


def test_the_sheet_has_a_line_for_every_item(office: Office, tmp_path: Path) -> None:
    drawn = office.ask("sample", "--slots", "5", "--seed", "3", "--docx", tmp_path / "单" / "核查单.docx")
    table = docx.Document(str(tmp_path / "单" / "核查单.docx")).tables[0]
    assert [row.cells[2].text for row in table.rows[1:]] == [item["words"] for item in drawn["items"]]
    assert "□见到" in table.rows[1].cells[4].text


def test_a_school_drawn_the_night_before_gets_its_own_folder_with_the_masters_numbers(
    office: Office, tmp_path: Path
) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.drop("第二小学/2014年控流保学台账.txt", LEDGER.replace("第三小学", "第二小学"))
    office.duban("watch", "--once")
    for name in ("第二小学", "第三小学"):
        (hit,) = [h for h in office.ask("search", f"控流保学台账 单位:{name}")["hits"] if name in h["title"]]
        office.ask("confirm", str(hit["record"]), "--to", "B2-3", "--unit", name, "--period", "2014")
    whole = office.ask("bind", "--all")["binders"][0]
    done = office.ask("sample", "pack", "第三小学", "--out", tmp_path / "包")
    assert done["unit"] == "xx3"
    assert done["pages"] < whole["pages"]
    names = {Path(path).name for path in done["papers"]}
    assert "抽查核查单.docx" in names
    assert all(Path(path).exists() for path in (*done["papers"], done["binder"]))
    drawn = office.ask("sample", "show", str(done["sample"]))
    assert {item["unit"] for item in drawn["items"]} == {"xx3"}


def test_what_cannot_be_drawn_is_a_sentence(office: Office, tmp_path: Path) -> None:
    for words in (("--slots", "0"), ("--people", "3"), ("show", "9"), ("sheet", "9", tmp_path / "a.docx")):
        said = office.duban("sample", *words)
        assert said.code == 2, words
        assert "Traceback" not in said.err
    office.ask("sample", "--slots", "1")
    for words in (("mark", "1", "9", "见到"), ("mark", "1", "1", "也许"), ("sheet", "1", tmp_path / "a.pdf")):
        assert office.duban("sample", *words).code == 2, words
