"""整改台账: a second person strikes off, two reminders without a result are reported, what comes back is counted."""

from __future__ import annotations

import pytest

from duban_archive.core.feedback import read_items
from duban_archive.core.ledger import NotYet, Problem, ProblemState, close, put_right, remind, reopen


def done(by: str = "甲") -> Problem:
    return put_right(Problem(text="没有盖章"), "已补盖", proofs=(3,), after=(), by=by, at="2015-10-20")


def test_a_problem_is_struck_off_by_another_person_than_the_one_who_put_it_right() -> None:
    with pytest.raises(NotYet, match="另一个人"):
        close(done("甲"), by="甲", at="2015-10-21")
    closed = close(done("甲"), by="乙", at="2015-10-21")
    assert closed.state is ProblemState.CLOSED
    assert closed.closed is not None
    assert closed.closed.by == "乙"


def test_nothing_is_struck_off_without_a_result() -> None:
    with pytest.raises(NotYet, match="整改结果"):
        close(Problem(text="没有盖章"), by="乙", at="2015-10-21")


def test_what_comes_back_is_open_again_and_counted() -> None:
    again = reopen(close(done(), by="乙", at="2015-10-21"), by="丙", at="2015-11-20", words="又缺章")
    assert (again.state, again.rebounds) == (ProblemState.OPEN, 1)
    with pytest.raises(NotYet):
        reopen(again, by="丙", at="2015-11-21", words="又缺章")


def test_two_reminders_without_a_result_are_to_be_reported_and_a_result_ends_that() -> None:
    problem = Problem(text="没有盖章")
    once = remind(problem, by="甲", at="2015-10-20")
    assert not once.to_report
    twice = remind(once, by="甲", at="2015-10-25")
    assert twice.to_report
    assert not put_right(twice, "已补", proofs=(), after=(), by="乙", at="2015-10-26").to_report


def test_days_left_are_told_only_while_something_is_to_be_done() -> None:
    problem = Problem(text="没有盖章", due="2015-10-30")
    assert problem.days_left("2015-11-02") == -3
    assert put_right(problem, "已补", proofs=(), after=(), by="甲", at="").days_left("2015-11-02") is None


NOTICE = """关于市检情况的反馈意见
一、主要成绩
1.控辍保学工作扎实。
二、存在的主要问题
(一)档案资料方面
1.第三小学2014年台账没有盖章;
2.花名册与统计表
人数不一致
(二)办学条件方面
1、图书不足,生均1.5册。
三、整改要求
2.11月10日前报整改情况。
市督导室""".splitlines()


def test_a_notices_problems_are_its_finest_numbered_lines_and_the_rest_is_given_back() -> None:
    items = read_items(NOTICE)
    assert [i.text for i in items if i.is_problem] == [
        "第三小学2014年台账没有盖章",
        "花名册与统计表人数不一致",
        "图书不足,生均1.5册",
    ]
    assert [i.text for i in items if not i.is_problem] == ["控辍保学工作扎实", "11月10日前报整改情况", "市督导室"]
    assert items[1].heading == "存在的主要问题 档案资料方面"


def test_a_list_without_headings_is_a_list_of_problems() -> None:
    assert [i.is_problem for i in read_items(["1、没有盖章", "2、缺少签到表"])] == [True, True]


def test_nothing_numbered_gives_nothing() -> None:
    assert read_items(["各学校:", "请认真整改。"]) == ()
