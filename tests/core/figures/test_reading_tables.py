"""Tables as offices make them: whose, when and what each number is."""

from __future__ import annotations

from county import gathered, of_tables, of_text, paper, table, values

STATS = paper(1, "六河镇2015年秋季在校生统计表", unit="zf", period="2015")


def grade(n: str, **more: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({"grade": n, **more}.items()))


def test_merged_headers_make_paths_and_totals_belong_to_all() -> None:
    read = values([(STATS, of_tables(table(
        "六河镇2015年秋季在校生统计表|六河镇2015年秋季在校生统计表||||",
        "学校|一年级|一年级|一年级|二年级|合计",
        "学校|男|女|小计|二年级|合计",
        "中心小学|30|32|62|60|122",
        "柳湾小学|20|21|41|40|81",
        "合计|50|53|103|100|203",
    )))])  # fmt: skip
    when = "2015-2016"
    assert read["在校生数", "xx1", when, grade("1", sex="女")] == "32人"
    assert read["在校生数", "xx2", when, grade("2")] == "40人"
    assert read["在校生数", "xx2", when, ()] == "81人"
    assert read["在校生数", "@all", when, ()] == "203人"


def test_a_rotated_table_says_the_same() -> None:
    read = values([(paper(1, "柳湾小学近三年情况", unit="xx2"), of_tables(table(
        "指标|2013年|2014年|2015年", "在校生数(人)|251|255|263", "专任教师数|18|19|19",
    )))])  # fmt: skip
    assert read["在校生数", "xx2", "2014", ()] == "255人"
    assert read["专任教师数", "xx2", "2013", ()] == "18人"


def test_units_in_headers_thousands_and_numbers_as_text() -> None:
    read = values([(paper(1, "六河镇中心小学2015年办学条件表", unit="xx1", period="2015"), of_tables(table(
        "学校|占地面积(平方米)|公用经费（万元）|图书册数|入学率(%)", "六河镇中心小学|14,200|24.6|9 300|99.86",
    )))])  # fmt: skip
    assert read["占地面积", "xx1", "2015", ()] == "14200㎡"
    assert read["公用经费", "xx1", "2015", ()] == "246000元"
    assert read["图书册数", "xx1", "2015", ()] == "9300册"
    assert read["入学率", "xx1", "2015", ()] == "99.86%"


def test_the_measure_over_the_table_counts_for_money_only() -> None:
    read = values([(paper(1, "六河镇柳湾小学2014年经费表", unit="xx2", period="2014"), of_tables(table(
        "六河镇柳湾小学2014年经费收支表||", "单位:万元||", "项目|在校生数|公用经费", "实际|255|20.4",
    )))])  # fmt: skip
    assert read["公用经费", "xx2", "2014", ()] == "204000元"
    assert read["在校生数", "xx2", "2014", ()] == "255人"


def test_two_tables_on_a_sheet_one_below_and_one_beside_the_other() -> None:
    below = gathered([(paper(1, "六河镇2014年情况", unit="zf", period="2014"), of_tables(table(
        "六河镇2014年在校生||", "学校|在校生数|班级数", "中心小学|373|12", "||", "六河镇2013年在校生||",
        "学校|在校生数|班级数", "中心小学|370|12", "注:数据截至学年末||",
    )))])  # fmt: skip
    assert {(r.period, r.amount.shown()) for r in below.readings if r.quantity == "在校生数"} == {
        ("2014", "373人"), ("2013", "370人"),
    }  # fmt: skip
    assert below.sheets[-1].block.notes == ("注:数据截至学年末",)
    beside = gathered([(paper(1, "六河镇2014年情况", unit="zf", period="2014"), of_tables(table(
        "学校|在校生数||学校|专任教师", "中心小学|373||初级中学|41", "柳湾小学|255||石桥小学|17",
    )))])  # fmt: skip
    assert {(r.quantity, r.unit, r.amount.shown()) for r in beside.readings} == {
        ("在校生数", "xx1", "373人"), ("在校生数", "xx2", "255人"), ("专任教师数", "zx", "41人"),
        ("专任教师数", "xx3", "17人"),
    }  # fmt: skip


def test_a_women_column_counts_what_stands_before_it() -> None:
    read = values([(paper(1, "柳湾小学2014年教师表", unit="xx2", period="2014"), of_tables(table(
        "学校|在校生数|其中:女|专任教师|其中:女", "柳湾小学|255|120|19|8",
    )))])  # fmt: skip
    assert read["在校生数", "xx2", "2014", (("sex", "女"),)] == "120人"
    assert read["专任教师数", "xx2", "2014", (("sex", "女"),)] == "8人"


def test_what_was_last_year_what_is_planned_and_what_we_do_not_know_is_no_figure_of_now() -> None:
    read = gathered([
        (paper(1, "六河镇2015年表", unit="zf", period="2015"), of_tables(table(
            "学校|上学年辍学率(%)|贫困在校生数|计划招生数", "中心小学|0.5|12|60", "柳湾小学|0|9|40"))),
        (paper(2, "六河镇2016年招生计划表", unit="zf", period="2016"), of_tables(table(
            "六河镇2016年招生计划表|", "学校|招生数", "中心小学|60", "柳湾小学|40"))),
    ]).readings  # fmt: skip
    assert read == ()


def test_a_word_where_a_number_should_stand_is_told() -> None:
    told = gathered([(paper(1, "柳湾小学2014年表", unit="xx2", period="2014"), of_tables(table(
        "学校|在校生数|专任教师", "柳湾小学|见附表|19", "中心小学|373|27",
    )))])  # fmt: skip
    assert [(spot.cell, spot.record) for spot in told.unread] == [("B2", 1)]


def test_the_place_of_a_figure_names_sheet_and_cell() -> None:
    read = gathered([(paper(7, "柳湾小学2014年表", unit="xx2", period="2014"), of_tables(table(
        "柳湾小学2014年表||", "学校|在校生数|班级数", "柳湾小学|255|9", sheet="初表",
    )))])  # fmt: skip
    spot = next(r.spot for r in read.readings if r.quantity == "在校生数")
    assert (spot.record, spot.sheet, spot.cell, spot.where) == (7, "初表", "B3", "工作表“初表”B3 格")


def test_sentences_give_figures_with_whose_and_when() -> None:
    read = values([(paper(3, "六河镇柳湾小学自查报告", unit="xx2", period="2015", kind="self_report"), of_text(
        "一、基本情况",
        "我校现有教学班12个，在校生386人，其中女生180人；专任教师28人，学历合格率100%。",
        "2014—2015学年度，学校有在校学生392名，辍学率为0.26%，适龄儿童入学率达到100%。",
        "全镇共有412名教职工，小学在校生八百四十九人。",
    ))])  # fmt: skip
    assert read["在校生数", "xx2", "2015", ()] == "386人"
    assert read["班级数", "xx2", "2015", ()] == "12个"
    assert read["在校生数", "xx2", "2014-2015", ()] == "392人"
    assert read["辍学率", "xx2", "2014-2015", ()] == "0.26%"
    assert read["教职工数", "@all", "2015", ()] == "412人"
    assert read["在校生数", "@all", "2015", (("stage", "小学"),)] == "849人"


def test_aims_changes_and_strings_of_names_are_no_statements() -> None:
    read = values([(paper(3, "六河镇柳湾小学自查报告", unit="xx2", period="2015", kind="self_report"), of_text(
        "力争入学率达到99.8%，确保辍学率控制在1%以内。",
        "在校生比去年增加12人，专任教师减少2人。",
        "小学、初中在校生1235人。",
        "贫困寄宿在校生32人。",
    ))])  # fmt: skip
    assert read == {}


def test_a_year_of_one_sentence_is_not_taken_for_the_next() -> None:
    read = values([(paper(3, "六河镇柳湾小学自查报告", unit="xx2", period="2015", kind="self_report"), of_text(
        "柳湾小学现有在校生375人。2014年秋季在校生370人；专任教师19人。全校寄宿生45人。学校现有教职工21人。",
    ))])  # fmt: skip
    assert read["在校生数", "xx2", "2015", ()] == "375人"
    assert read["在校生数", "xx2", "2014-2015", ()] == "370人"
    assert read["专任教师数", "xx2", "2014-2015", ()] == "19人"
    assert read["寄宿生数", "xx2", "", ()] == "45人"
    assert read["教职工数", "xx2", "2015", ()] == "21人"


def test_names_told_together_take_each_its_own_number() -> None:
    read = values([(paper(3, "六河镇柳湾小学自查报告", unit="xx2", period="2015", kind="self_report"), of_text(
        "适龄儿童入学率、巩固率和毕业率分别为100%、99.5%和98.6%。确保入学率、辍学率分别为100%、0%。",
    ))])  # fmt: skip
    assert {subject[0]: value for subject, value in read.items()} == {
        "入学率": "100%", "巩固率": "99.5%", "毕业率": "98.6%",
    }  # fmt: skip
