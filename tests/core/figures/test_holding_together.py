"""The rules: what is wrong is found with its places, what is right or cannot be told is left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from county import Papers, found, judged, of_tables, of_text, paper, table, town

from duban_archive.core.checklist import Figure
from duban_archive.core.figures.agreement import Agreed
from duban_archive.core.figures.standards import variation

AUTUMN = "2015-2016"


def stats(*rows: str, title: str = "六河镇2015年秋季在校生统计表", number: int = 1) -> Papers:
    return [(paper(number, title, unit="zf", period=AUTUMN), of_tables(table(*rows)))]


def school(*rows: str, number: int = 2, unit: str = "xx2", title: str = "六河镇柳湾小学2015年秋季基本情况表") -> Papers:
    return [(paper(number, title, unit=unit, period=AUTUMN), of_tables(table(*rows)))]


SCHOOLS = ("学校|在校生数|教职工数", "中心小学|620|30", "柳湾小学|375|21", "石桥小学|213|18", "合计|1208|69")


# --- the same figure in two places ---------------------------------------------------------------------------------


def test_two_papers_that_disagree_show_both_values_with_their_places() -> None:
    one = found([*stats(*SCHOOLS), *school("项目|数量", "在校学生数（人）|373", "班级数|12")], "same_value")
    assert len(one) == 1
    assert (one[0].severity, one[0].records, one[0].units) == ("error", (1, 2), ("xx2",))
    assert {(s.record, s.cell, s.value) for s in one[0].places} == {(1, "B3", "375人"), (2, "B2", "373人")}
    assert one[0].source == ("plan-13-q02",)


def test_papers_that_agree_are_left_alone() -> None:
    assert judged([*stats(*SCHOOLS), *school("项目|数量", "在校学生数（人）|375", "教职工|21")])[0] == []


@pytest.mark.parametrize(
    "other",
    [
        paper(2, "六河镇柳湾小学2015年6月学生情况", unit="xx2", period="2015-06"),  # another moment
        paper(2, "六河镇柳湾小学学生情况", unit="xx2"),  # no time
        paper(2, "某校2014—2015学年学生情况", period=AUTUMN),  # no unit
    ],
)
def test_another_time_or_an_unknown_one_is_not_compared(other: object) -> None:
    papers = [*stats(*SCHOOLS), (other, of_tables(table("项目|数量", "在校生数|369", "班级数|12")))]
    assert found(papers, "same_value") == []  # type: ignore[arg-type]


def test_roughly_given_and_rounded_numbers_do_not_contradict() -> None:
    report = paper(3, "六河镇柳湾小学自查报告", unit="xx2", period="2015", kind="self_report")
    money = paper(4, "六河镇柳湾小学2015年经费表", unit="xx2", period="2015")
    papers = [
        (report, of_text("2015年，学校拨付公用经费情况良好，公用经费24.4万元，在校生约380人。")),
        (money, of_tables(table("项目|金额(元)", "公用经费|243800", "教育费附加|5000"))),
    ]
    assert judged(papers)[0] == []


def test_a_table_that_contradicts_itself_in_one_name_was_not_understood_and_is_not_compared() -> None:
    both = school("项目|数量", "在校生数|375", "其他情况|", "在校生数|120")
    assert found([*stats(*SCHOOLS), *both], "same_value") == []


def test_the_agreed_value_settles_it_and_names_what_prints_another() -> None:
    one = Agreed(name="在校生数", unit="xx2", period=AUTUMN, value="375", measure="人", source="学籍系统", by="甲",
                 at="2015-10-08T09:00:00")  # fmt: skip
    papers = [*stats(*SCHOOLS), *school("项目|数量", "在校生数|373", "班级数|12")]
    findings, not_run = judged(papers, settled={one.subject: one})
    assert [(f.rule, f.records) for f in findings] == [("agreed_value", (2,))]
    assert "学籍系统" in findings[0].message
    assert "agreed_value" not in {n.rule for n in not_run}


def test_an_explanation_key_changes_with_the_value() -> None:
    def key(value: str) -> str:
        return found([*stats(*SCHOOLS), *school("项目|数量", f"在校生数|{value}", "班级数|12")], "same_value")[0].key

    assert key("373") == key("373")
    assert key("373") != key("372")


# --- parts and wholes -------------------------------------------------------------------------------------------------


def wrong(papers: Papers) -> list[tuple[str, str]]:
    return [(f.places[0].cell, f.severity) for f in found(papers, "sum_of_parts")]


def test_schools_add_up_to_the_town() -> None:
    assert wrong(stats(*SCHOOLS)) == []
    assert wrong(stats(*SCHOOLS[:-1], "合计|1218|69")) == [("B5", "error")]


def test_a_total_that_comes_first_and_sub_totals_are_understood() -> None:
    rows = ["学段|学校|班级数|在校生数", "总计|总计|51|1768", "小学|小计|39|1208", "小学|中心小学|18|620",
            "小学|柳湾小学|12|375", "小学|石桥小学|9|213", "初中|初级中学|12|560"]  # fmt: skip
    assert wrong(stats(*rows)) == []
    rows[1] = "总计|总计|51|1786"
    assert wrong(stats(*rows)) == [("D2", "error")]


def test_men_and_women_add_up() -> None:
    rows = ["班级|班主任|男|女|合计", "一（1）班|甲|20|18|38", "一（2）班|乙|19|20|39", "合计||39|38|77"]
    assert wrong(school(*rows)) == []
    assert wrong(school(rows[0], rows[1], "一（2）班|乙|19|20|40", "合计||39|38|78")) == [
        ("E3", "error"), ("E4", "error"),
    ]  # fmt: skip


def test_men_and_women_of_a_sentence_add_up() -> None:
    report = paper(3, "六河镇柳湾小学自查报告", unit="xx2", period=AUTUMN, kind="self_report")
    assert wrong([(report, of_text("学校现有在校生375人，其中男生190人，女生186人。"))]) == [("", "error")]
    assert wrong([(report, of_text("学校现有在校生375人，其中男生190人，女生185人。"))]) == []


def test_men_and_women_beside_two_counts_may_be_of_either() -> None:
    assert wrong(school("教职工数|专任教师|男|女", "21|20|9|12", number=2)) == []


def test_rates_and_of_which_are_not_added() -> None:
    head = "学校|学历合格率(%)|教职工数|其中:女"
    assert wrong(stats(head, "中心小学|100|30|12", "柳湾小学|94|21|9", "合计|98|51|21")) == []


def test_money_in_two_halves_each_adds_up() -> None:
    rows = [
        "收入项目|金额(万元)|支出项目|金额(万元)",
        "上年结余|2.10|工资福利支出|80.20",
        "财政拨款|96.40|公用支出|20.10",
        "其他收入|4.80|年末结余|3.00",
        "合计|103.30|合计|103.30",
    ]
    assert wrong(school(*rows)) == []
    assert wrong(school(*rows[:-1], "合计|103.30|合计|102.30")) == [("D5", "doubt")]


def test_the_schools_of_several_papers_add_up_to_the_towns_paper() -> None:
    whole = [
        (paper(9, "六河镇2015年秋季情况汇报", unit="zf", period=AUTUMN, kind="report"), of_text("全镇在校生1770人。"))
    ]
    parts = stats("学校|在校生数", "中心小学|620", "柳湾小学|375", "石桥小学|213", "初级中学|560")
    one = found([*parts, *whole], "sum_of_parts")
    assert [(f.severity, f.records) for f in one] == [("doubt", (1, 9))]
    assert "各校之和是 1768" in one[0].message


# --- formulas ---------------------------------------------------------------------------------------------------------


def test_a_rate_opens_to_numerator_and_denominator() -> None:
    rows = (
        "学校|适龄儿童数|已入学数|入学率",
        "中心小学|120|119|99.17%",
        "柳湾小学|80|80|100%",
        "石桥小学|60|59|99.33%",
    )
    one = found(stats(*rows, title="六河镇2015年适龄儿童入学情况统计表"), "formula")
    assert [[s.cell for s in f.places] for f in one] == [["D4", "C4", "B4"]]
    assert "应为 98.33" in one[0].message


def test_a_rate_nobody_named_shows_in_the_other_rows_how_it_is_made() -> None:
    head = "学校|应检人数|受检人数|受检率(%)"
    rows = ["中心小学|620|600|96.77", "柳湾小学|375|370|98.67", "石桥小学|213|210|98.59", "初级中学|560|500|89.29"]
    assert found(stats(head, *rows), "formula") == []
    one = found(stats(head, *rows[:3], "初级中学|560|500|98.29"), "formula")
    assert [f.places[0].cell for f in one] == ["D5"]


def test_the_years_end_is_its_beginning_and_what_came_and_went() -> None:
    head = "学校|学年初在校生数|转入|转出|辍学|学年末在校生数"
    rows = ["中心小学|615|5|3|1|616", "柳湾小学|373|2|4|0|371", "石桥小学|216|1|3|0|214"]
    assert found(stats(head, *rows), "formula") == []
    one = found(stats(head, *rows[:2], "石桥小学|216|1|3|0|215"), "formula")
    assert [f.places[0].cell for f in one] == ["F4"]


def test_number_times_price_is_the_amount() -> None:
    head = "序号|名称|单位|数量|单价(元)|金额(元)"
    rows = ["1|计算机|台|9|3200|28800", "2|投影仪|台|7|4500|31500", "3|显微镜|件|8|480|3940"]
    one = found(school(head, *rows, title="六河镇柳湾小学仪器设备台账"), "formula")
    assert [f.places[0].cell for f in one] == ["F4"]


# --- rosters ----------------------------------------------------------------------------------------------------------


def roster(n: int, title: str = "柳湾小学2015年秋季学生花名册", number: int = 5, extra: tuple[str, ...] = ()) -> Papers:
    people = [
        f"{i}|生{chr(0x4E00 + i)}|{'男女'[i % 2]}|20{8 + i % 6:02d}.{i % 12 + 1}|{'六五四三二一'[i % 6]}年级"
        for i in range(1, n)
    ]
    rows = ("序号|姓名|性别|出生年月|年级", *people, *extra)
    return [(paper(number, title, unit="xx2", period=AUTUMN, kind="roster"), of_tables(table(*rows)))]


def test_the_rows_of_a_roster_are_held_against_the_statistics() -> None:
    assert found([*stats(*SCHOOLS), *roster(376)], "roster_count") == []
    one = found([*stats(*SCHOOLS), *roster(374)], "roster_count")
    assert [(f.records, f.severity) for f in one] == [((1, 5), "error")]
    assert {s.value for s in one[0].places} == {"375人", "373人"}


def test_who_is_on_an_aid_list_and_not_on_the_roll_is_named() -> None:
    helped = ("序号|姓名|性别|年级|金额", "1|生丁|女|六年级|500", "2|李未名|男|三年级|500", "3|生丂|男|四年级|500")
    aid = [(paper(6, "柳湾小学2015年秋季资助学生名单", unit="xx2", period=AUTUMN), of_tables(table(*helped)))]
    one = found([*roster(40), *aid], "roster_people")
    assert len(one) == 1
    assert "李未名(共 1 人)" in one[0].message
    assert one[0].records == (5, 6)
    assert one[0].severity == "doubt"


def test_who_is_on_the_roll_twice_is_named() -> None:
    one = found(roster(10, extra=("11|王重名|女|2009.2|五年级", "12|王重名|女|2009.2|五年级")), "roster_people")
    assert [len(f.places) for f in one] == [2]


# --- names ------------------------------------------------------------------------------------------------------------


def test_a_school_under_another_name_is_named_and_short_names_pass() -> None:
    assert found(stats(*SCHOOLS), "same_names") == []
    one = found(stats(*SCHOOLS[:2], "六河镇柳湾完小|375|21", *SCHOOLS[3:]), "same_names")
    assert ["六河镇柳湾小学" in f.message for f in one] == [True]


def test_another_order_is_a_hint_unless_the_table_is_a_ranking() -> None:
    rows = (SCHOOLS[0], SCHOOLS[3], SCHOOLS[1], SCHOOLS[2], SCHOOLS[4])
    assert [f.severity for f in found(stats(*rows), "same_order")] == ["hint"]
    ranked = ("学校|得分|排名", "石桥小学|98|1", "中心小学|95|2", "柳湾小学|90|3")
    assert found(stats(*ranked, title="六河镇考评排名表"), "same_order") == []


# --- what the checklist's figures ask -----------------------------------------------------------------------------


def test_a_threshold_is_held_against_the_latest_value_of_each_unit() -> None:
    figure = Figure(id="t1", title="学历合格率", op=">=", value=95, unit="%", source=("plan-x-t01",))
    papers = [(paper(1, "六河镇2015年教师情况", unit="zf", period="2015"), of_tables(table(
        "学校|学历合格率(%)", "中心小学|100", "柳湾小学|94.7")))]  # fmt: skip
    one = found(papers, "threshold", town(figure))
    assert [(f.units, f.source) for f in one] == [(("xx2",), ("plan-x-t01",))]


def test_thresholds_by_stage_ask_each_school_for_its_own() -> None:
    figure = Figure(id="z4", title="生均图书", op=">=", by_stage={"小学": 15, "初中": 25}, unit="册")
    papers = [(paper(1, "六河镇2015年图书情况", unit="zf", period="2015"), of_tables(table(
        "学校|生均图书(册)", "中心小学|16", "柳湾小学|20", "六河镇初级中学|21.6")))]  # fmt: skip
    assert [f.units for f in found(papers, "threshold", town(figure))] == [("zx",)]


def test_a_threshold_without_a_number_and_one_without_a_reading_say_so() -> None:
    figures = (
        Figure(id="t6", title="入学率", op=">=", value="达标(未给数)"),
        Figure(id="t1", title="学前一年入园率", op=">=", value=75, unit="%"),
    )
    findings, not_run = judged(stats(*SCHOOLS), town(*figures))
    assert [f for f in findings if f.rule == "threshold"] == []
    assert [n.source for n in not_run if n.rule == "threshold"] == [("t6",), ("t1",)]


def test_a_figure_that_should_rise_and_falls_is_a_doubt() -> None:
    figure = Figure(id="t7", title="巩固率", op="direction", value="大幅度提高", measure="trend")
    papers = [(paper(1, "六河镇初级中学近三年巩固率", unit="zx"), of_tables(table(
        "年度|巩固率(%)", "2013|94.0", "2014|94.6", "2015|93.6")))]  # fmt: skip
    assert [f.severity for f in found(papers, "trend", town(figure))] == ["doubt"]


def test_the_coefficient_of_variation_is_the_states() -> None:
    """The worked example of the state's method: books and pupils of five schools give 0.52."""
    schools = [(279, 45), (137, 37), (935, 89), (160, 76), (402, 55)]
    found_value = variation([(Decimal(books) / Decimal(pupils), Decimal(pupils)) for books, pupils in schools])
    assert found_value is not None
    assert round(found_value, 2) == Decimal("0.52")


def test_schools_that_differ_too_much_are_an_error_and_lacking_ones_are_told() -> None:
    figure = Figure(
        id="cv", title="生均图书的校际差异系数", op="<=", measure="dispersion", by_stage={"小学": 0.5, "初中": 0.45}
    )
    rows = ("学校|在校生数|图书册数", "中心小学|620|20000", "柳湾小学|375|1200", "石桥小学|213|900")
    findings, not_run = judged(stats(*rows), town(figure))
    assert ["0.5" in f.message and "小学" in f.message for f in findings if f.rule == "dispersion"] == [True]
    assert ["初中" in n.why for n in not_run if n.rule == "dispersion"] == [True]


# --- silence means that it ran ----------------------------------------------------------------------------------


def test_without_figures_rules_say_not_set_up_and_without_readings_they_say_what_lacks() -> None:
    _, not_run = judged([(paper(1, "会议记录", kind="minutes"), of_text("研究迎检工作。"))])
    why = {n.rule: n.why for n in not_run}
    assert all(why[rule].startswith("未设定") for rule in ("threshold", "trend", "dispersion", "agreed_value"))
    assert {"same_value", "roster_count", "roster_people"} <= set(why)


def test_a_statistics_paper_whose_table_was_not_read_is_told() -> None:
    _, not_run = judged([(paper(4, "六河镇在校生统计表(扫描)", unit="zf", period=AUTUMN), of_text("图片"))])
    assert any("#4" in n.why for n in not_run if n.rule == "same_value")
