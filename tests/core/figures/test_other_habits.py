"""Layouts that the planted town of bench/ does not have: class rolls with a foot, lists that pay, tables in Word."""

from __future__ import annotations

import pytest
from county import Papers, found, gathered, of_tables, of_text, paper, table

from duban_archive.core.model import Extracted, Locator, Passage, Table

AUTUMN = "2015-2016"


def roll(*rows: str, sheet: str, number: int = 1, title: str = "六河镇柳湾小学2015年秋季花名册") -> Papers:
    return [(paper(number, title, unit="xx2", period=AUTUMN, kind="roster"), of_tables(table(*rows, sheet=sheet)))]


CLASS = ("序|学籍号|姓名|性别|出生日期|备注", "1|3702500001|赵一鸣|男|20080512|", "2|3702500002|钱嘉树|女|20080601|")


def test_a_roll_with_the_number_before_the_name_is_one_roll() -> None:
    (one,) = gathered(roll("六河镇柳湾小学2015年秋季三年级（1）班花名册", *CLASS, sheet="三1")).rosters
    assert [p.name for p in one.people] == ["赵一鸣", "钱嘉树"]


def test_the_foot_of_a_class_roll_is_held_against_its_rows() -> None:
    title = "六河镇柳湾小学2015年秋季三年级（1）班花名册"
    right = roll(title, *CLASS, "本班共2人，其中男生1人，女生1人。　班主任：", sheet="三1")
    wrong = roll(title, *CLASS, "本班共3人，其中男生2人，女生1人。　班主任：", sheet="三1")
    assert found(right, "roster_count") == []
    assert [f.severity for f in found(wrong, "roster_count")] == ["doubt", "doubt"]


def test_a_foot_of_the_whole_school_says_nothing_of_one_class() -> None:
    title = "六河镇柳湾小学2015年秋季三年级（1）班花名册"
    assert found(roll(title, *CLASS, "全校共有378人。", sheet="三1"), "roster_count") == []


def test_a_list_that_pays_in_two_halves_has_one_total() -> None:
    rows = ("姓名|性别|金额（元）|姓名|性别|金额（元）", "赵一鸣|男|500|孙心凡|男|500", "钱嘉树|女|500|李春晓|女|500")
    papers = roll("六河镇柳湾小学困难学生补助发放表", *rows, "合计||2000|||", sheet="表")
    assert found(papers, "sum_of_parts") == []


def test_a_roll_that_goes_on_beside_itself_lists_both_halves() -> None:
    rows = ("序号|姓名|性别|序号|姓名|性别", "1|赵一鸣|男|3|孙心凡|男", "2|钱嘉树|女|4|李春晓|女")
    (one,) = gathered(roll("六河镇柳湾小学三年级1班花名册", *rows, sheet="三1")).rosters
    assert [p.name for p in one.people] == ["赵一鸣", "钱嘉树", "孙心凡", "李春晓"]


PAID = ("序号|姓名|性别|学籍号|金额（元）|签字", "1|赵一鸣|男|370250001|500|", "2|钱嘉树|女|370250002|500|")


@pytest.mark.parametrize(("total", "count"), [("1,000.00", 0), ("1,500.00", 1)])
def test_what_a_list_of_people_pays_adds_up(total: str, count: int) -> None:
    papers = roll("六河镇柳湾小学困难学生补助发放表", *PAID, f"合计||||{total}|", sheet="表")
    assert len(found(papers, "sum_of_parts")) == count


def in_word(rows: tuple[str, ...], *above: str) -> Extracted:
    lines = Passage(locator=Locator(paragraph=1), text="\n".join(above))
    cells = Table(locator=Locator(paragraph=len(above) + 1), rows=tuple(tuple(row.split("|")) for row in rows))
    return Extracted(media_type="x", engine="x", passages=(lines,), tables=(cells,))


def test_the_day_a_form_was_filled_in_is_not_the_time_of_its_figures() -> None:
    rows = ("项　目|年　级|年　级|合　计", "项　目|一年级|二年级|合　计", "在校学生数|30|31|61", "班级数|1|1|2")
    read = in_word(rows, "六河镇柳湾小学2015年秋季在校学生情况统计表", "填报时间：2015年9月18日　单位：人、个")
    one = paper(1, "六河镇柳湾小学2015年秋季在校学生情况统计表", unit="xx2", period=AUTUMN)
    said = {(r.quantity, r.period, r.dims): r.value for r in gathered([(one, read)]).readings}
    assert said["在校生数", AUTUMN, ()] == 61
    assert said["在校生数", AUTUMN, (("grade", "2"),)] == 31


MONTHS = ("月份|月初人数|本月转入|本月转出|月末人数", "9月|60|1|0|61", "10月|61|0|1|60", "11月|60|1|1|60")


@pytest.mark.parametrize(("last", "count"), [("12月|60|0|1|59", 0), ("12月|60|0|1|61", 1)])
def test_pupils_at_the_end_of_a_month_are_those_at_its_start_and_who_came_and_went(last: str, count: int) -> None:
    one = paper(1, "六河镇柳湾小学2015年学生流动月报", unit="xx2", period="2015")
    assert len(found([(one, of_tables(table(*MONTHS, last)))], "formula")) == count


def test_months_in_which_pupils_only_left_make_no_sum_of_what_stands_beside() -> None:
    rows = (
        "月份|月初人数|本月转入|本月转出|本月辍学|月末人数",
        *(f"{m}月|{70 - m}|0|1|0|{69 - m}" for m in range(1, 7)),
    )
    one = paper(1, "六河镇柳湾小学2015年学生流动月报", unit="xx2", period="2015")
    assert found([(one, of_tables(table(*rows, "7月|63|1|1|0|63")))], "sum_of_parts") == []


@pytest.mark.parametrize(("share", "count"), [("30.0", 0), ("38.5", 1)])
def test_shares_are_of_the_total_below_them(share: str, count: int) -> None:
    parts = ("办公费|1,000|10.0", f"水电费|3,000|{share}", "维修费|4,000|40.0", "培训费|1,500|15.0", "图书费|500|5.0")
    rows = ("项目|金额（元）|占比（%）", *parts, "合计|10,000|100.0")
    one = paper(1, "六河镇柳湾小学2015年经费支出表", unit="xx2", period="2015")
    assert len(found([(one, of_tables(table(*rows)))], "formula")) == count


def test_a_rate_in_thousandths_is_told_in_thousandths() -> None:
    schools = ("中心小学|620|2|3.23", "柳湾小学|375|1|2.67", "石桥小学|213|1|4.69", "初级中学|500|1|9.00")
    rows = ("学校|在校生（人）|流失（人）|流失率（‰）", *schools)
    one = paper(1, "六河镇2015年各校学生流失情况", unit="zf", period="2015")
    (told,) = found([(one, of_tables(table(*rows)))], "formula")
    assert "9‰" in told.message
    assert "应为 2" in told.message
    assert "× 1000" in told.message


def test_classes_and_new_pupils_of_this_school_year_are_read_from_a_sentence() -> None:
    one = paper(1, "六河镇柳湾小学2015—2016学年度工作汇报", unit="xx2", period=AUTUMN, kind="report")
    text = of_text("截至2015年9月，全校共有6个班，在校学生达到375名，本学年招生62人。")
    said = {(r.quantity, r.period): r.value for r in gathered([(one, text)]).readings}
    assert said["班级数", AUTUMN] == 6
    assert said["招生数", AUTUMN] == 62


@pytest.mark.parametrize(("girls", "count"), [(180, 0), (183, 1)])
def test_boys_and_girls_in_brackets_come_to_the_number_before_them(girls: int, count: int) -> None:
    one = paper(1, "六河镇柳湾小学2015—2016学年度工作小结", unit="xx2", period=AUTUMN, kind="report")
    text = of_text(f"2015—2016学年度在校学生共计386人（男206人、女{girls}人），教学班12个。")
    assert len(found([(one, text)], "sum_of_parts")) == count
