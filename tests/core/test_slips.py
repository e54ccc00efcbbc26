"""调阅登记: steps in their order, and tasks that are due in hours."""

from __future__ import annotations

import pytest

from duban_archive.core.plainjson import from_json, to_json
from duban_archive.core.slips import (
    OutOfOrder,
    Slip,
    SlipState,
    Steps,
    Task,
    is_overdue,
    later,
    mark,
    read_time,
    time_left,
)

ASKED = Slip(asked="2014年控辍台账", at="2015-11-02T09:30", by="李")


def test_a_slip_goes_from_asked_to_returned() -> None:
    assert ASKED.state is SlipState.ASKED
    fetched = mark(ASKED, Steps(fetched="王", records=(3,)), by="李", at="2015-11-02T09:40")
    assert fetched.state is SlipState.FETCHED
    shown = mark(fetched, Steps(shown=True), by="李", at="2015-11-02T09:45")
    assert shown.is_open
    back = mark(shown, Steps(returned=True), by="赵", at="2015-11-02T10:30")
    assert back.state is SlipState.RETURNED
    assert not back.is_open
    assert back.fetched is not None
    assert back.fetched.by == "王"
    assert back.records == (3,)
    assert from_json(Slip, to_json(back)) == back


def test_what_is_shown_was_fetched_by_whoever_shows_it() -> None:
    shown = mark(ASKED, Steps(shown=True), by="李", at="2015-11-02T09:45")
    assert shown.fetched == shown.shown


@pytest.mark.parametrize(
    ("steps", "at"),
    [
        (Steps(returned=True), "2015-11-02T10:00"),
        (Steps(supplied=True), "2015-11-02T10:00"),
        (Steps(shown=True), "2015-11-02T09:00"),
    ],
)
def test_steps_that_cannot_be_are_refused(steps: Steps, at: str) -> None:
    with pytest.raises(OutOfOrder):
        mark(ASKED, steps, by="李", at=at)


def test_returned_before_it_was_shown_is_refused() -> None:
    shown = mark(ASKED, Steps(fetched="王", shown=True), by="李", at="2015-11-02T10:00")
    with pytest.raises(OutOfOrder, match="早于"):
        mark(shown, Steps(returned=True), by="李", at="2015-11-02T09:50")


def test_what_could_not_be_shown_is_due_in_hours() -> None:
    lacking = mark(ASKED, Steps(lacking="劝返记录", hours=1.5, owner="三小"), by="李", at="2015-11-02T09:40")
    assert lacking.task == Task(what="劝返记录", due="2015-11-02T11:10", owner="三小", since="2015-11-02T09:40")
    assert lacking.is_lacking
    assert lacking.is_open
    assert time_left(lacking.task, "2015-11-02T10:40") == "还有 30 分钟"
    assert time_left(lacking.task, "2015-11-02T13:40") == "已超过 2.5 小时"
    assert time_left(lacking.task, "2015-11-09T13:40") == "已超过 7 天"
    assert not is_overdue(lacking.task, "2015-11-02T11:10")
    assert is_overdue(lacking.task, "2015-11-02T11:11")
    brought = mark(lacking, Steps(supplied=True, records=(9,)), by="李", at="2015-11-02T11:30")
    assert brought.task is not None
    assert brought.task.records == (9,)
    assert time_left(brought.task, "2015-11-02T15:00") == "已补交(迟于期限)"
    assert not brought.is_lacking


def test_hours_go_over_midnight() -> None:
    assert later("2015-11-02T23:30", 2) == "2015-11-03T01:30"


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("09:30", "2015-11-02T09:30"),
        ("9:05", "2015-11-02T09:05"),
        ("２０１５-11-3 9：30", "2015-11-03T09:30"),
        ("2015-11-02T09:30", "2015-11-02T09:30"),
        ("25:00", None),
        ("2015-13-02 09:30", None),
        ("上午", None),
        ("", None),
    ],
)
def test_times_as_people_type_them(typed: str, time: str | None) -> None:
    assert read_time(typed, "2015-11-02") == time
