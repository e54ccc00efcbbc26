"""What 2014学年 and 2014年年报 mean is the office's to say."""

from __future__ import annotations

from datetime import date

import pytest

from duban_archive.core.periods import Habits, find_periods, habits_named

TODAY = date(2016, 5, 1)


@pytest.mark.parametrize(
    ("habit", "periods", "other"),
    [("", "2014-2015", ("2013-2014",)), ("start", "2014-2015", ()), ("end", "2013-2014", ())],
)
def test_a_school_year_by_one_number_is_read_as_the_office_says_or_both_ways(
    habit: str, periods: str, other: tuple[str, ...]
) -> None:
    found = find_periods("2014学年控辍保学台账", TODAY, Habits(school_year=habit))
    assert [(one.periods, one.other) for one in found] == [((periods,), other)]


def test_an_annual_report_is_read_both_ways_until_it_was_asked() -> None:
    found = find_periods("2014年教育事业统计年报", TODAY, Habits(annual_report=""))
    assert [(one.periods, one.other) for one in found] == [(("2014",), ("2014-2015",))]
    known = find_periods("2014年教育事业统计年报", TODAY, Habits(annual_report="school"))
    assert [(one.periods, one.other) for one in known] == [(("2014-2015",), ())]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2014学年台账", {"school_year"}),
        ("二〇一四学年台账", {"school_year"}),
        ("2014-2015学年度第一学期", set()),
        ("2014年年报", {"annual_report"}),
        ("2014年台账", set()),
    ],
)
def test_only_words_that_may_mean_two_things_are_asked_about(text: str, named: set[str]) -> None:
    assert habits_named(text) == named
