from datetime import date

import pytest

from duban_archive.core.periods import Fit, Habits, find_periods, fit

TODAY = date(2016, 3, 1)
HABITS = Habits(base_year=2015)


@pytest.mark.parametrize(
    ("written", "periods"),
    [
        ("2014-2015学年度第一学期教学计划", ("2014-2015-1",)),
        ("2014—2015学年", ("2014-2015",)),
        ("(2014～2015学年下学期)", ("2014-2015-2",)),
        ("14-15学年上期", ("2014-2015-1",)),
        ("2014-2015年度第二学期", ("2014-2015-2",)),
        ("2014学年", ("2014-2015",)),
        ("2015年秋季", ("2015-2016-1",)),
        ("2015年春季学期", ("2014-2015-2",)),
        ("2015年上学期", ("2014-2015-2",)),
        ("近三年学校招生数", ("2013", "2014", "2015")),
        ("近三学年", ("2012-2013", "2013-2014", "2014-2015")),
        ("2013年至2015年", ("2013", "2014", "2015")),
        ("2013、2014、2015年", ("2013", "2014", "2015")),
        ("二〇一四年度总结", ("2014",)),
        ("2014财政年度", ("FY2014",)),
        ("2015年9月份月报", ("2015-09",)),
    ],
)
def test_periods_are_read_however_they_are_written(written: str, periods: tuple[str, ...]) -> None:
    assert [found.periods for found in find_periods(written, TODAY, HABITS)] == [periods]


def test_what_2014_school_year_means_is_the_offices_to_say() -> None:
    habits = Habits(school_year="end", base_year=2015)
    assert find_periods("2014学年", TODAY, habits)[0].periods == ("2013-2014",)


def test_what_an_annual_report_covers_is_the_offices_to_say() -> None:
    assert find_periods("2014年教育事业统计年报", TODAY, HABITS)[0].periods == ("2014",)
    school = Habits(annual_report="school", base_year=2015)
    assert find_periods("2014年教育事业统计年报", TODAY, school)[0].periods == ("2014-2015",)


def test_bare_years_count_only_in_names_and_folders() -> None:
    assert find_periods("2014教师名册", TODAY, HABITS) == ()
    assert find_periods("2014教师名册", TODAY, HABITS, bare_years=True)[0].periods == ("2014",)
    assert find_periods("2014-2015", TODAY, HABITS, bare_years=True)[0].periods == ("2014-2015",)


def test_a_covered_period_answers_a_wanted_one_exactly_or_by_a_guess() -> None:
    assert fit("2014", ("2013", "2014")) == (Fit(period="2014", exact=True),)
    assert fit("2014-2015-2", ("2014", "2015")) == (Fit(period="2015", exact=True),)
    assert fit("2014-10-08", ("2013-2014", "2014-2015")) == (Fit(period="2014-2015", exact=True),)
    assert [f.exact for f in fit("2014-2015", ("2013", "2014", "2015"))] == [False, False]
    assert fit("2011", ("2013", "2014")) == ()
    assert fit("2011", ("once",)) == (Fit(period="once", exact=True),)
