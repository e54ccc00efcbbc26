"""Walk 2: a gap report, and the ways a command can be used wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from journeys.office import LEDGER, TODAY, Office, duban


def test_every_slot_is_in_the_report_with_what_it_wants_and_why(office: Office) -> None:
    report = office.ask("gaps", "--as-of", TODAY)
    assert report["as_of"] == TODAY
    assert sum(report["summary"].values()) == len(report["slots"])
    assert set(report["summary"]) == {"missing"}
    for slot in report["slots"]:
        assert slot["why"]
        assert slot["source"]
        assert slot["level"] in ("must", "should", "may")


def test_a_closed_school_owes_nothing_after_its_closing(office: Office) -> None:
    periods = {s["period"] for s in office.ask("gaps")["slots"] if s["unit"] == "lgxx"}
    assert periods == {"2013"}


def test_one_units_gaps_can_be_asked_for_by_its_short_name(office: Office) -> None:
    slots = office.ask("gaps", "--unit", "三小")["slots"]
    assert slots
    assert {s["unit"] for s in slots} == {"xx3"}


def test_people_read_the_same_in_words(office: Office) -> None:
    said = office.duban("gaps", "--as-of", TODAY)
    assert said.code == 0
    assert "应收 160 份,已齐 0 份" in said.out
    assert "还没有收到" in said.out


def test_the_report_goes_into_excel_and_word_and_says_the_same(office: Office, tmp_path: Path) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.ask("watch", "--once")
    office.ask("describe", "1", "--title", "=1+1 控流保学台账")
    office.ask("confirm", "1", "--to", "b2-03", "--unit", "三小", "--period", "2014")
    report = office.ask("gaps", "--as-of", TODAY, "--xlsx", tmp_path / "g.xlsx", "--docx", tmp_path / "g.docx")
    gaps = [slot for slot in report["slots"] if slot["state"] != "complete"]

    from docx import Document
    from openpyxl import load_workbook

    sheet = load_workbook(tmp_path / "g.xlsx")["缺项清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [(row[0], row[2]) for row in rows] == [(slot["code"], slot["unit_name"]) for slot in gaps]
    table = Document(str(tmp_path / "g.docx")).tables[0]
    assert len(table.rows) == len(gaps) + 1
    assert table.rows[1].cells[0].text.strip() in {slot["code"] for slot in gaps} | {"1"}


@pytest.mark.parametrize(
    ("words", "code", "must_say"),
    [
        (("confirm", "99"), 2, "没有 99 号件"),
        (("confirm", "1", "--to", "Z9"), 2, "没有“Z9”"),
        (("gaps", "--unit", "九小"), 2, "没有“九小”"),
        (("gaps", "--as-of", "去年"), 2, "看不懂"),
        (("frobnicate",), 2, "没有这个命令"),
        (("gaps", "--whatever"), 2, "没有“--whatever”这个选项"),
        (("add",), 2, "还缺少"),
        (("split", "1"), 2, "--pages"),
        (("split", "1", "--pages", "1-x"), 2, ""),
        (("bind", "--volume", "Z"), 2, "没有编号为“Z”的指标"),
    ],
)
def test_wrong_use_is_a_chinese_sentence_and_changes_nothing(
    office: Office, words: tuple[str, ...], code: int, must_say: str
) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.ask("watch", "--once")
    before = office.ask("verify")["head"]
    said = office.duban(*words)
    assert said.code == code
    assert must_say in said.err
    as_json = office.duban(*words, "--json")
    assert as_json.code == code
    assert as_json.json["error"]["message"]
    assert office.ask("verify")["head"] == before


def test_outside_an_archive_a_command_says_where_to_go(tmp_path: Path) -> None:
    said = duban("status", cwd=tmp_path)
    assert said.code == 2
    assert "duban init" in said.err


def test_a_checklist_with_mistakes_lists_them_all_with_their_lines_and_makes_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "坏.yaml"
    bad.write_text(
        'schema: duban/1\nid: x\ntitel: 错\nversion: "1"\nbase_year: 2015\nindicaters: []\n', encoding="utf-8"
    )
    said = duban("init", tmp_path / "新", "--checklist", bad, cwd=tmp_path)
    assert said.code == 2
    assert "titel" in said.err
    assert "indicaters" in said.err
    assert "3" in said.err
    assert not (tmp_path / "新").exists()


def test_founding_twice_is_refused(office: Office) -> None:
    said = duban("init", office.home, "--checklist", "plan-00", cwd=office.home)
    assert said.code == 2
    assert "已经是一个档案文件夹" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("describe", "1", "--dated", "2014-02-31"),
        ("describe", "1", "--kind", "foo"),
        ("describe", "1", "--period", "今年"),
        ("describe", "1", "--title", " "),
        ("return", "1", "--reason", " "),
        ("return", "1", "--reason", "没有盖章", "--due", "明天"),
        ("final", "1", "--over", "1"),
        ("confirm", "1", "--to", "b2-03", "--pages", "3-1"),
        ("register", "--title", "登记册", "--where", " "),
        ("register", "--title", "登记册", "--where", "柜", "--form", "电子"),
        ("labels", "99"),
        ("show", "abc"),
        ("search", "--limit", "0", "台账"),
    ],
)
def test_what_cannot_be_is_refused_in_chinese_and_nothing_is_kept(office: Office, words: tuple[str, ...]) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.ask("watch", "--once")
    before = office.ask("verify")["head"]
    said = office.duban(*words)
    assert said.code == 2, said.out
    assert not any(word in said.err for word in ("valid", "range", "Invalid", "not ")), said.err
    assert office.ask("verify")["head"] == before


def test_a_returned_paper_says_so_wherever_it_is_shown(office: Office) -> None:
    office.drop("第三小学/2014年控流保学台账.txt", LEDGER)
    office.ask("watch", "--once")
    office.ask("confirm", "1", "--to", "b2-03", "--unit", "三小", "--period", "2014")
    office.ask("return", "1", "--reason", "没有盖章", "--due", "2015-10-20")
    gap = office.gap("b2-03", "xx3", "2014")
    assert gap["state"] == "returned"
    assert "没有盖章" in gap["why"]
    assert "2015-10-20" in gap["why"]
    shown = office.duban("show", "1").out
    assert "退回补正" in shown
    assert "没有盖章" in shown


def test_an_accession_number_is_never_given_again_after_an_undo(office: Office) -> None:
    first = office.ask("register", "--title", "登记册", "--where", "1柜")["id"]
    office.ask("undo")
    second = office.ask("register", "--title", "另一册", "--where", "1柜")["id"]
    assert second > first
    for path in (office.home / ".duban").glob("catalogue.sqlite*"):
        path.unlink()
    office.ask("repair")
    office.ask("undo")
    assert office.ask("register", "--title", "第三册", "--where", "1柜")["id"] > second


def test_gaps_are_rolled_up_and_say_what_would_close_them(office: Office) -> None:
    report = office.ask("gaps", "--as-of", TODAY)
    assert set(report["rollup"]) == {"indicator", "unit", "phase"}
    top = [roll for roll in report["rollup"]["indicator"] if roll["depth"] == 0]
    assert sum(roll["wanted"] for roll in top) == len(report["slots"])
    assert all(slot["closes"] and slot["owes"] for slot in report["slots"])
    said = office.duban("gaps", "--rollup", "unit", "--as-of", TODAY)
    assert "准备度" in said.out
    assert list(office.ask("gaps", "--rollup", "phase")["rollup"]) == ["phase"]
    assert office.duban("gaps", "--rollup", "颜色").code == 2
