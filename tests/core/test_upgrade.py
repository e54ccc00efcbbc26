from __future__ import annotations

from dataclasses import replace
from typing import Any

from duban_archive.core.checklist import Checklist, Indicator, Requirement, Unit, UnitGroup
from duban_archive.core.model import Filing, Standing
from duban_archive.core.period_rules import PeriodRule
from duban_archive.core.upgrade import differences, homeless, next_round, plan


def a_requirement(name: str, **changes: Any) -> Requirement:
    values: dict[str, Any] = {
        "id": name,
        "indicator": "a",
        "title": f"材料{name}",
        "kind": "ledger",
        "code": name.upper(),
    }
    values |= {
        "units": ("每校",),
        "period": ("近三年",),
        "periods": ("2013", "2014", "2015"),
        "period_kind": "calendar",
    }
    return Requirement(**{**values, **changes})


def a_checklist(*requirements: Requirement, **changes: Any) -> Checklist:
    values: dict[str, Any] = {
        "id": "x",
        "title": "x",
        "version": "1",
        "base_year": 2015,
        "indicators": (Indicator(id="a", code="A", title="a"), Indicator(id="b", code="B", title="b")),
        "units": (Unit(id="xx1", name="一小"), Unit(id="xx2", name="二小")),
        "groups": (UnitGroup(id="每校", title="各校", members=("xx1", "xx2")),),
        "periods": (PeriodRule(id="近三年", kind="calendar", last=3),),
        "requirements": requirements,
    }
    return Checklist(**{**values, **changes})


def a_filing(requirement: str, unit: str = "xx1", period: str = "2014", **changes: Any) -> Filing:
    values: dict[str, Any] = {"record": 1, "standing": Standing.CONFIRMED}
    return Filing(requirement=requirement, unit=unit, period=period, **{**values, **changes})


def test_the_same_checklist_has_no_differences_and_keeps_every_filing() -> None:
    same = a_checklist(a_requirement("r1"))
    found = plan(same, same, [a_filing("r1")])
    assert (found.changes, found.opened, found.closed, found.moved, found.tray) == ((), (), (), (), ())
    assert found.staying == 1


def test_a_renamed_requirement_takes_its_filings_along() -> None:
    old, new = a_checklist(a_requirement("r1")), a_checklist(a_requirement("r9", renamed_from=("r1",)))
    found = plan(old, new, [a_filing("r1")])
    assert [(m.after.requirement, m.after.period) for m in found.moved] == [("r9", "2014")]
    assert [(c.what, c.before) for c in found.changes] == [("renamed", ("r1",))]
    assert not found.tray


def test_merged_requirements_bring_their_filings_together() -> None:
    old = a_checklist(a_requirement("r1"), a_requirement("r2"))
    new = a_checklist(a_requirement("r3", merged_from=("r1", "r2")))
    found = plan(old, new, [a_filing("r1"), a_filing("r2", record=2)])
    assert {m.after.requirement for m in found.moved} == {"r3"}
    assert [c.what for c in found.changes] == ["merged"]


def test_a_split_requirement_leaves_the_choice_to_a_person() -> None:
    old = a_checklist(a_requirement("r1"))
    new = a_checklist(a_requirement("r2", split_from="r1"), a_requirement("r3", split_from="r1"))
    found = plan(old, new, [a_filing("r1")])
    assert [(lost.filing.requirement, lost.candidates) for lost in found.tray] == [("r1", ("r2", "r3"))]
    assert [c.what for c in found.changes] == ["split", "split"]


def test_what_is_retired_or_removed_puts_its_filings_into_the_tray_and_deletes_nothing() -> None:
    old = a_checklist(a_requirement("r1"), a_requirement("r2"))
    new = a_checklist(a_requirement("r1", retired=True))
    found = plan(old, new, [a_filing("r1"), a_filing("r2")])
    assert ["已停用" in lost.why or "已不在" in lost.why for lost in found.tray] == [True, True]
    assert [c.what for c in found.changes] == ["retired", "removed"]
    assert [lost.filing.requirement for lost in homeless(new, [a_filing("r1"), a_filing("r2")])] == ["r1", "r2"]


def test_a_requirement_under_another_indicator_is_moved_and_keeps_its_filings() -> None:
    old, new = a_checklist(a_requirement("r1")), a_checklist(a_requirement("r1", indicator="b", code="B1"))
    found = plan(old, new, [a_filing("r1")])
    assert found.staying == 1
    assert found.changes[0].what == "moved"
    assert ("所属指标", "a", "b") in found.changes[0].values


def test_a_changed_value_is_told_with_before_and_after() -> None:
    old, new = a_checklist(a_requirement("r1")), a_checklist(a_requirement("r1", count=2, stamped=True))
    (change,) = differences(old, new)
    assert change.values == (("最少件数", "1", "2"), ("盖章", "否", "是"))
    assert change.say() == "修改 佐证材料:R1 材料r1; 最少件数 1 → 2; 盖章 否 → 是"


def test_a_closed_school_s_filings_move_to_its_successor() -> None:
    old = a_checklist(a_requirement("r1"))
    closed = (Unit(id="xx1", name="一小", closed="2013-08-31", merged_into="xx2"), Unit(id="xx2", name="二小"))
    found = plan(old, replace(old, units=closed), [a_filing("r1", "xx1", "2013"), a_filing("r1", "xx1", "2014")])
    assert found.staying == 1
    assert [(m.after.unit, m.after.period) for m in found.moved] == [("xx2", "2014")]
    assert {(slot.unit, slot.period) for slot in found.closed} == {("xx1", "2014"), ("xx1", "2015")}


def test_a_unit_that_is_gone_puts_its_filings_into_the_tray() -> None:
    old = a_checklist(a_requirement("r1"))
    groups = (UnitGroup(id="每校", title="各校", members=("xx2",)),)
    new = replace(old, units=(Unit(id="xx2", name="二小"),), groups=groups)
    assert [lost.filing.unit for lost in plan(old, new, [a_filing("r1", "xx1")]).tray] == ["xx1"]


def test_next_years_round_keeps_standing_papers_opens_new_slots_and_asks_once_papers_anew() -> None:
    standing = a_requirement("s", period=("standing",), periods=("standing",), period_kind="standing")
    once = a_requirement("o", period=("once",), periods=("once",), period_kind="once")
    old = a_checklist(a_requirement("r1"), standing, once)
    new = next_round(old, 2016)
    filings = [a_filing("r1", period="2013"), a_filing("r1", period="2014"), a_filing("s", period="standing")]
    found = plan(old, new, [*filings, a_filing("o", period="once")])
    assert [filing.period for filing in found.past] == ["2013"]
    assert found.staying == 2
    assert {slot.period for slot in found.opened} == {"2016"}
    assert [lost.candidates for lost in found.tray] == [("o",)]


def test_a_requirement_that_is_asked_by_another_kind_of_period_needs_a_person() -> None:
    old = a_checklist(a_requirement("r1"))
    by_school_year = a_requirement("r1", period=("school",), periods=("2014-2015",), period_kind="school")
    (lost,) = plan(old, a_checklist(by_school_year), [a_filing("r1")]).tray
    assert "2014—2015学年" in lost.why


def test_a_rejected_filing_is_left_alone() -> None:
    old, new = a_checklist(a_requirement("r1")), a_checklist(a_requirement("r2"))
    assert plan(old, new, [a_filing("r1", standing=Standing.REJECTED)]).tray == ()
