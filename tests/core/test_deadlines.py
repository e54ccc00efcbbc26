from __future__ import annotations

import pytest

from duban_archive.core.checklist import Checklist, Event, Phase, Requirement, Round
from duban_archive.core.deadlines import due_on, parse, window


def a_checklist(**changes: object) -> Checklist:
    return Checklist(
        id="x",
        title="x",
        version="1",
        base_year=2015,
        events=(Event(id="督查结束", date="2015-11-20"), Event(id="市检反馈")),
        rounds=(Round(id="省检", base_year=2016),),
        phases=(Phase(id="ph1", title="自查", start="2015-08-11", end="2015-08-31"),),
    )


def due(text: str, period: str = "once", **changes: str) -> str:
    requirement = Requirement(id="r", indicator="a", title="t", kind="plan", due=text, **changes)  # type: ignore[arg-type]
    return due_on(a_checklist(), requirement, period)


@pytest.mark.parametrize(
    ("text", "period", "day"),
    [
        ("2015-08-10", "once", "2015-08-10"),
        ("09-12", "2013", "2015-09-12"),
        ("每年04-15", "2013", "2013-04-15"),
        ("每月20日", "2015-03", "2015-03-20"),
        ("每月31日", "2015-02", "2015-02-28"),
        ("每月底", "2016-02", "2016-02-29"),
        ("半年 06-20 11-20", "2015-06", "2015-06-20"),
        ("半年 06-20 11-20", "2015", "2015-11-20"),
        ("督查结束后15日", "once", "2015-12-05"),
        ("督查结束后15日内", "once", "2015-12-05"),
        ("督查结束后1个月", "once", "2015-12-20"),
        ("督查结束前7天", "once", "2015-11-13"),
        ("督查结束后5个工作日", "once", "2015-11-27"),
        ("每学期末前7日", "2014-2015-1", "2015-01-24"),
        ("每学期开学后14日", "2014-2015-2", "2015-02-15"),
        ("每周六", "2015-03", ""),
        ("市检反馈后15日", "once", ""),
        ("督查结束后(天数待填)日", "once", ""),
    ],
)
def test_a_deadline_means_one_day_of_a_period_or_none(text: str, period: str, day: str) -> None:
    assert due(text, period) == day


def test_without_a_deadline_of_its_own_the_end_of_the_phase_counts() -> None:
    assert due("", phase="ph1") == "2015-08-31"
    assert due("阶段末", phase="ph1") == "2015-08-31"
    assert due("") == ""


def test_a_round_has_its_own_year() -> None:
    assert due("04-15", round="省检") == "2016-04-15"


@pytest.mark.parametrize("text", ["下周", "13-40", "每月第三天", "2015-02-30", "尽快"])
def test_what_is_no_deadline_is_not_guessed(text: str) -> None:
    assert parse(text) is None


def test_a_window_without_a_year_lies_in_the_base_year_and_may_run_into_the_next() -> None:
    assert window(Phase(id="p", title="p", start="06-01", end="06-30"), 2015) == ("2015-06-01", "2015-06-30")
    assert window(Phase(id="p", title="p", start="12-01", end="03-31"), 2015) == ("2015-12-01", "2016-03-31")
    assert window(Phase(id="p", title="p", start="2015-09", end="2015-10"), 2015) == ("2015-09-01", "2015-10-31")
    assert window(Phase(id="p", title="p"), 2015) == ("", "")
