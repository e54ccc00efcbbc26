from datetime import date

import pytest

from duban_archive.core.dates import find_dates, numeral

TODAY = date(2016, 3, 1)


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("二〇一五年七月三十日", "2015-07-30"),
        ("二○一五年十二月", "2015-12"),
        ("二 〇 一 五 年 七 月 三 十 日", "2015-07-30"),
        ("二0一五年八月六日", "2015-08-06"),
        ("2O15年8月7日", "2015-08-07"),
        ("2015年7月30日", "2015-07-30"),
        ("2015 年 7 月 30 日", "2015-07-30"),
        ("2015.7.30", "2015-07-30"),
        ("2015-07-30", "2015-07-30"),
        ("2015/11/2 8:30", "2015-11-02"),
        ("20150730", "2015-07-30"),
        ("IMG_20150805_101010", "2015-08-05"),
        ("2015年7月", "2015-07"),
        ("15年7月30日", "2015-07-30"),
        ("2015年度", "2015"),
    ],
)
def test_dates_are_read_however_they_are_written(written: str, iso: str) -> None:
    assert [found.iso for found in find_dates(written, TODAY)] == [iso]


@pytest.mark.parametrize(
    "written", ["1937年7月7日", "2018年5月", "2015年13月", "20151340", "85.6%", "1.2.3", "10086100861"]
)
def test_what_no_paper_can_be_dated_is_no_day(written: str) -> None:
    assert not [found for found in find_dates(written, TODAY) if len(found.iso) > 4]


def test_a_day_the_calendar_does_not_have_is_unknown() -> None:
    assert find_dates("2015年2月30日", TODAY) == ()


def test_a_date_up_to_a_year_ahead_is_plausible() -> None:
    assert find_dates("2017年2月28日", TODAY)[0].iso == "2017-02-28"
    assert find_dates("2017年3月2日", TODAY) == ()


def test_several_dates_come_in_the_order_of_the_text() -> None:
    assert [found.iso for found in find_dates("9月前:2015.9.1 至 2015年10月3日", TODAY)] == ["2015-09-01", "2015-10-03"]


def test_chinese_numerals() -> None:
    assert [numeral(text) for text in ("二〇一五", "三十一", "十", "廿五", "07", "甲")] == [2015, 31, 10, 25, 7, None]
