"""How far each unit is: counts that add up, ranks that ties share, lines a group chat can take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.checklist import Checklist, Index, Indicator, Requirement, Unit
from duban_archive.core.model import GapState, Slot, SlotState
from duban_archive.core.progress import changes, chat_lines, percent, short_title, unit_progress

UNITS = ("一小", "二小", "三小")
INDEX = Index(
    Checklist(
        id="x",
        title="某镇迎检工作方案",
        version="1",
        base_year=2015,
        indicators=(Indicator(id="a", code="A", title="甲"),),
        requirements=(Requirement(id="r", indicator="a", title="台账", kind="ledger"),),
        units=tuple(Unit(id=name, name=name) for name in UNITS),
    )
)


def state(unit: str, period: str, state: GapState, *, overdue: bool = False) -> SlotState:
    slot = Slot(requirement="r", unit=unit, period=period)
    return SlotState(slot=slot, state=state, wanted=1, overdue=overdue)


STATES = st.lists(
    st.builds(
        lambda unit, period, found, late: state(unit, str(period), found, overdue=late),
        st.sampled_from(UNITS),
        st.integers(2000, 2100),
        st.sampled_from(GapState),
        st.booleans(),
    ),
    max_size=40,
)


@given(STATES)
def test_what_is_wanted_is_sent_sent_back_or_missing(states: list[SlotState]) -> None:
    lines, total = unit_progress(INDEX, states, None)
    for line in (*lines, total):
        assert line.wanted == line.sent + line.returned + line.missing
        assert 0 <= line.accepted <= line.sent
    assert total.wanted == sum(line.wanted for line in lines)
    assert all(line.wanted for line in lines)


@given(STATES, STATES)
def test_changes_of_the_units_add_up_to_the_change_of_all(now: list[SlotState], then: list[SlotState]) -> None:
    lines, total = unit_progress(INDEX, now, then)
    assert total.change == sum(line.change or 0 for line in lines)


def test_equal_units_share_a_rank_and_the_next_is_counted_on() -> None:
    done, missing = GapState.COMPLETE, GapState.MISSING
    states = [state("一小", "2014", done), state("二小", "2014", done), state("三小", "2014", missing)]
    lines, _ = unit_progress(INDEX, states, None)
    assert [(line.unit, line.rank) for line in lines] == [("一小", 1), ("二小", 1), ("三小", 3)]


@pytest.mark.parametrize(("rate", "shown"), [(0, "0%"), (0.5, "50%"), (1 / 3, "33.3%"), (0.9999, "99.9%"), (1, "100%")])
def test_nothing_is_all_done_before_it_is(rate: float, shown: str) -> None:
    assert percent(rate) == shown


def test_the_lines_for_the_chat_name_who_is_done_late_and_sent_back() -> None:
    states = [
        state("一小", "2014", GapState.COMPLETE),
        state("二小", "2014", GapState.RETURNED),
        state("三小", "2014", GapState.MISSING, overdue=True),
    ]
    lines, total = unit_progress(INDEX, states, [])
    said = chat_lines("某镇材料报送进度", "2015-10-06", lines, total)
    assert said[0] == "【某镇材料报送进度】截至10月6日"
    assert "应报3份,已报1份,已审1份(33.3%,比昨日增加1份)" in said[1]
    assert "已报齐:一小。" in said
    assert "已逾期:三小1份。" in said
    assert "退回待补正:二小1份。" in said


def test_a_slot_that_was_not_asked_before_was_missing() -> None:
    now = [state("一小", "2014", GapState.COMPLETE), state("二小", "2014", GapState.MISSING)]
    (change,) = changes([], now)
    assert (change.before, change.now.slot.unit, change.better) == (GapState.MISSING, "一小", True)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("吴集镇迎接省“第三轮两项督导评估”工作方案", "吴集镇迎接省“第三轮两项督导评估”"),
        ("县域义务教育优质均衡发展督导评估", "县域义务教育优质均衡发展督导评估"),
        ("20xx年学风督导工作实施方案(高校)", "20xx年学风督导"),
        ("方案", "方案"),
    ],
)
def test_a_table_is_named_after_the_work_and_not_after_its_plan(title: str, short: str) -> None:
    assert short_title(title) == short
