"""Whatever is typed means something; nothing is a syntax error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.checklist import Checklist, Indicator, Requirement, Unit
from duban_archive.core.filters import covers, in_box, period_typed
from duban_archive.core.plain import normalise
from duban_archive.core.query import LONGEST, MOST_WORDS, SlotJump, parse

CHECKLIST = Checklist(
    id="test",
    title="测试",
    version="1",
    base_year=2015,
    indicators=(
        Indicator(id="b2", code="B2", title="义务教育巩固"),
        Indicator(id="b2-3", code="B2-3", title="控辍保学", parent="b2"),
        Indicator(id="c1", code="C1", title="经费保障"),
    ),
    requirements=(
        Requirement(
            id="b2-3-ledger", indicator="b2-3", title="控辍保学台账", kind="ledger", periods=("2013-2014", "2014-2015")
        ),
        Requirement(id="c1-plan", indicator="c1", code="C1.1", title="经费方案", kind="plan", periods=("2014", "2015")),
    ),
    units=(Unit(id="s3", name="吴集镇第三小学", aliases=("三小",)), Unit(id="s1", name="吴集镇第一小学")),
)


def test_words_are_all_wanted() -> None:
    query = parse("控辍保学  台账　2014")
    assert query.words == (("控辍保学",), ("台账",), ("2014",))
    assert query.phrase == "控辍保学台账2014"
    assert query.filters == ()


@pytest.mark.parametrize("line", ['"三年级 二班"', "“三年级 二班”", "「三年级 二班」", '"三年级 二班'])
def test_quotes_make_one_exact_word(line: str) -> None:
    assert parse(line).words == (("三年级二班",),)


def test_excluded_and_alternative_words() -> None:
    query = parse('台账 或 名册 OR 花名册 -草稿 -"作 废" 方案')
    assert query.words == (("台账", "名册", "花名册"), ("方案",))
    assert query.without == ("草稿", "作废")


def test_an_or_without_partners_is_no_word() -> None:
    assert parse("或 台账 OR").words == (("台账",),)


def test_words_are_folded_as_the_texts_are() -> None:
    assert parse("国发(2014)5号 １，２３４").words == (("国发〔2014〕5号",), ("1234",))
    assert parse("台账。").words == (("台账",),)


def test_traditional_characters_are_simplified_when_asked() -> None:
    assert parse("義務教育", simplify=True).words == (("义务教育",),)
    assert parse("義務教育").words == (("義務教育",),)


@pytest.mark.parametrize(
    ("typed", "field", "values"),
    [
        ("指标:B2-3", "indicator", ("b2-3-ledger",)),
        ("指标：b2", "indicator", ("b2-3-ledger",)),
        ("指标:经费", "indicator", ("c1-plan",)),
        ("单位:第三小学", "unit", ("s3",)),
        ("单位:三小", "unit", ("s3",)),
        ("单位:小学", "unit", ("s3", "s1")),
        ("年:2015", "period", ("2015", "2014-2015")),
        ("类别:台账", "kind", ("ledger",)),
        ("类别:ledger", "kind", ("ledger",)),
        ("状态:待确认", "state", ("proposed",)),
        ("格式:xlsx", "format", ("xlsx",)),
        ("格式:.PDF", "format", ("pdf",)),
        ("日期:2014-09..2015-07", "dated", ("2014-09-01", "2015-07-31")),
        ("日期:2014年5月至2014年6月", "dated", ("2014-05-01", "2014-06-30")),
        ("日期:..2014", "dated", ("", "2014-12-31")),
        ("日期:2014-05-06", "dated", ("2014-05-06", "2014-05-06")),
        ("盒:3", "box", ("3",)),
        ('单位:"第三小学"', "unit", ("s3",)),
        ("单位: 三小", "unit", ("s3",)),
    ],
)
def test_filters_are_understood(typed: str, field: str, values: tuple[str, ...]) -> None:
    query = parse(f"台账 {typed} 方案", checklist=CHECKLIST)
    (one,) = query.filters
    assert (one.field, one.values) == (field, values)
    assert query.words == (("台账",), ("方案",))
    assert query.remarks == ()


def test_a_filter_that_means_nothing_is_said_to() -> None:
    query = parse("年:去年 单位:火星", checklist=CHECKLIST)
    assert [one.values for one in query.filters] == [(), ()]
    assert len(query.remarks) == 2


def test_a_year_takes_in_the_school_years_that_touch_it() -> None:
    (one,) = parse("年:2014").filters
    assert all(covers(one, period) for period in ("2014", "2013-2014", "2014-2015-1", "FY2014", "2014-09-01", "once"))
    assert not covers(one, "2015-2016")


@pytest.mark.parametrize(
    ("typed", "period"),
    [
        ("2014", "2014"), ("2014年", "2014"), ("2014-2015", "2014-2015"), ("2014-2015学年", "2014-2015"),
        ("2014学年", "2014-2015"), ("2014-2015-2", "2014-2015-2"), ("2014-2015学年第一学期", "2014-2015-1"),
        ("2015-09", "2015-09"), ("fy2014", "FY2014"), ("2014-2016", ""), ("去年", ""), ("20145", ""), ("once", "once"),
    ],
)  # fmt: skip
def test_periods_as_people_type_them(typed: str, period: str) -> None:
    assert period_typed(typed) == period


def test_a_code_a_year_and_a_unit_jump_to_the_slot() -> None:
    jump = SlotJump(requirements=("b2-3-ledger",), unit="s3", periods=("2013-2014", "2014-2015"))
    assert parse("B2-3 2014 三小", checklist=CHECKLIST).jump == jump
    assert parse("三小 2014 b2-3", checklist=CHECKLIST).jump == jump
    assert parse("C1.1", checklist=CHECKLIST).jump == SlotJump(requirements=("c1-plan",))


@pytest.mark.parametrize(
    "line", ["2014 三小", "B2-3 2014 三小 台账", '"B2-3" 2014', "B2-3 -2014", "B2-3 年:2014", "台账"]
)
def test_anything_more_or_less_is_a_search(line: str) -> None:
    assert parse(line, checklist=CHECKLIST).jump is None


@pytest.mark.parametrize("line", ["", "   ", "。，（）", "-", "-台账", "\x00\x1b\u202e", '""'])
def test_a_line_without_words_says_what_to_type(line: str) -> None:
    query = parse(line)
    assert query.words == ()
    assert query.is_empty
    assert query.remarks


def test_symbols_and_quoted_punctuation_can_be_looked_for() -> None:
    assert parse("★ √").words == (("★",), ("√",))
    assert parse('"。"').words == (("。",),)


def test_a_pasted_page_is_cut_with_a_word() -> None:
    query = parse("控辍保学" * 2500)
    assert len(query.words[0][0]) == LONGEST
    assert "10000" in query.remarks[0]
    many = parse(" ".join(f"词{n}" for n in range(300)))
    assert len(many.words) == MOST_WORDS
    assert many.remarks


@given(st.one_of(st.text(), st.text('控辍 "“”「-或OR|:：指标单位年日期..*?()[]\\')))
def test_nothing_is_an_error(line: str) -> None:
    query = parse(line, checklist=CHECKLIST)
    for alternatives in query.words:
        assert alternatives
        assert all(needle and normalise(needle) == needle for needle in alternatives)
    assert query.words or query.filters or query.remarks


@pytest.mark.parametrize(
    ("where", "typed", "meant"),
    [
        ("2柜1层3盒", "3", True),
        ("档案室 2 柜 1 层 3 盒", "3", True),
        ("盒3", "3", True),
        ("第 3 号盒", "３", True),
        ("2柜3层1盒", "3", False),
        ("2柜1层13盒", "3", False),
        ("盒31", "3", False),
        ("2柜1层3盒", "2柜1层", True),
        ("2柜1层3盒", "", False),
    ],
)
def test_a_box_is_the_box_and_not_a_shelf_of_that_number(where: str, typed: str, meant: bool) -> None:
    assert in_box(where, typed) is meant


@pytest.mark.parametrize(
    "line",
    [
        "指标:B2-3 单位:第三小学 年:2014 类别:台账 状态:待确认 格式:xlsx 日期:2014-09..2015-07 盒:3 控辍",
        "指标：B2-3　单位：第三小学　年：２０１４　类别：台账　状态：待确认　格式：ＸＬＳＸ　"
        "日期：2014-09～2015-07　盒：３　控辍",
        "指标: B2-3 单位: “第三小学” 年: 2014年 类别: 台账 状态: 待确认 格式: .xlsx "
        "日期: 2014年9月至2015年7月 盒: 3 控辍",
    ],
)
def test_every_filter_is_read_however_it_is_punctuated(line: str) -> None:
    query = parse(line, checklist=CHECKLIST)
    assert query.words == (("控辍",),)
    assert [one.field for one in query.filters] == [
        *("indicator", "unit", "period", "kind", "state", "format", "dated", "box"),
    ]
    by_field = {one.field: one.values for one in query.filters}
    assert by_field["period"][0] == "2014"
    assert by_field["format"] == ("xlsx",)
    assert by_field["dated"] == ("2014-09-01", "2015-07-31")
    assert query.remarks == ()
