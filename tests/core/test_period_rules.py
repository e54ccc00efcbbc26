from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.period_rules import PeriodRule, containing, kind_of, label, overlap, shift, span, spell

WORDS = {
    "2014": "calendar",
    "2014-2015": "school",
    "2014-2015-1": "semester",
    "FY2014": "fiscal",
    "2015-09": "month",
    "2015-09-01": "date",
    "once": "once",
    "standing": "standing",
}


@pytest.mark.parametrize(("word", "kind"), WORDS.items())
def test_every_word_of_the_vocabulary_has_its_kind(word: str, kind: str) -> None:
    assert kind_of(word) == kind


@pytest.mark.parametrize(
    "word", ["", "近三年", "2014-2016", "2014-13", "2015-02-30", "14", "FY14", "2014-2015-3", "9999"]
)
def test_what_is_no_period_has_no_kind(word: str) -> None:
    assert kind_of(word) == ""
    assert span(word) is None


def test_last_three_years_end_with_the_base_year() -> None:
    assert spell(PeriodRule(id="近三年", kind="calendar", last=3), 2015) == ("2013", "2014", "2015")
    assert spell(PeriodRule(id="近三学年", kind="school", last=3), 2015) == ("2012-2013", "2013-2014", "2014-2015")
    assert spell(PeriodRule(id="上年", kind="fiscal", last=1, offset=-1), 2015) == ("FY2014",)


def test_a_semester_without_a_number_is_both_of_the_school_year() -> None:
    assert spell(PeriodRule(id="x", kind="semester"), 2015) == ("2014-2015-1", "2014-2015-2")


def test_quarter_ends_are_months_of_the_base_year() -> None:
    rule = PeriodRule(id="季度", kind="month", months=(3, 6, 9, 12))
    assert spell(rule, 2015) == ("2015-03", "2015-06", "2015-09", "2015-12")


def test_a_day_of_reference_falls_into_the_base_year_unless_it_is_written_out() -> None:
    assert spell(PeriodRule(id="时点", kind="date", date="09-01"), 2015) == ("2015-09-01",)
    assert spell(PeriodRule(id="时点", kind="date", date="2014-09-01"), 2015) == ("2014-09-01",)


def test_ends_that_are_written_out_do_not_move_with_the_base_year() -> None:
    rule = PeriodRule(id="规划期", kind="calendar", start="2011", end="2013")
    assert spell(rule, 2015) == spell(rule, 2020) == ("2011", "2012", "2013")


def test_a_school_year_runs_from_september_to_august() -> None:
    assert span("2014-2015") == ("2014-09-01", "2015-08-31")
    assert span("2014-2015-2") == ("2015-02-01", "2015-08-31")
    assert containing("2015-01-20", "semester") == "2014-2015-1"
    assert containing("2015-09-01", "school") == "2015-2016"
    assert containing("2015", "school") == ""


def test_forms_print_periods_in_chinese() -> None:
    assert label("2014-2015-2") == "2014—2015学年第二学期"
    assert label("2015-09") == "2015年9月"
    assert label("standing") == "常设"


def test_a_calendar_year_overlaps_the_school_years_on_both_sides_of_it() -> None:
    assert overlap("2014", "2013-2014")
    assert overlap("2014", "2014-2015")
    assert not overlap("2014", "2015-2016")
    assert overlap("once", "2014")


_ORDINARY = st.sampled_from(["calendar", "school", "semester", "fiscal", "month"])


@given(kind=_ORDINARY, last=st.integers(1, 40), offset=st.integers(-5, 5), year=st.integers(1990, 2100))
def test_spelled_periods_are_as_many_as_asked_in_order_and_of_their_kind(
    kind: str, last: int, offset: int, year: int
) -> None:
    words = spell(PeriodRule(id="x", kind=kind, last=last, offset=offset), year)
    assert len(set(words)) == last
    assert [kind_of(word) for word in words] == [kind] * last
    spans = [span(word) for word in words]
    assert spans == sorted(spans, key=str)


@given(kind=_ORDINARY, year=st.integers(1990, 2100), years=st.integers(-20, 20))
def test_a_shifted_period_comes_back(kind: str, year: int, years: int) -> None:
    for word in spell(PeriodRule(id="x", kind=kind), year):
        assert shift(shift(word, years), -years) == word
