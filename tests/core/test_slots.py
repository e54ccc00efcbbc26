from __future__ import annotations

from typing import Any

from duban_archive.core.checklist import Checklist, Indicator, Requirement, Round, Unit, UnitGroup
from duban_archive.core.period_rules import PeriodRule
from duban_archive.core.slots import make_slots, owner, predecessors

UNITS = (
    Unit(id="zx", name="中学", kind="初中", stage="初中"),
    Unit(id="xx3", name="三小", kind="小学", stage="小学"),
    Unit(id="lgxx", name="柳岗小学", kind="小学", stage="小学", closed="2013-08-31", merged_into="xx3"),
    Unit(id="jxd", name="河西教学点", kind="教学点", stage="小学", belongs_to="xx3"),
)
GROUPS = (UnitGroup(id="每校", title="各学校", members=("zx", "xx3", "lgxx", "jxd")),)
YEARS = ("2013", "2014", "2015")


def a_requirement(**changes: Any) -> Requirement:
    values: dict[str, Any] = {"id": "r", "indicator": "a", "title": "台账", "kind": "ledger", "units": ("每校",)}
    return Requirement(**{**values, "periods": YEARS, "period": ("近三年",), **changes})


def a_checklist(*requirements: Requirement, **changes: Any) -> Checklist:
    values: dict[str, Any] = {"id": "x", "title": "x", "version": "1", "base_year": 2015, "units": UNITS}
    values |= {"groups": GROUPS, "indicators": (Indicator(id="a", code="A", title="a"),), "requirements": requirements}
    values |= {"periods": (PeriodRule(id="近三年", kind="calendar", last=3),)}
    return Checklist(**{**values, **changes})


def cells(checklist: Checklist, **more: Any) -> list[tuple[str, str]]:
    return [(slot.unit, slot.period) for slot in make_slots(checklist, **more)]


def test_a_slot_for_each_unit_and_period_in_official_order() -> None:
    asked = a_checklist(a_requirement(units=("zx", "xx3")))
    assert cells(asked) == [(unit, year) for unit in ("zx", "xx3") for year in YEARS]


def test_a_school_closed_in_2013_owes_nothing_for_2014() -> None:
    found = cells(a_checklist(a_requirement()))
    assert ("lgxx", "2013") in found
    assert ("lgxx", "2014") not in found


def test_a_school_closed_before_the_base_year_owes_no_standing_paper() -> None:
    assert ("lgxx", "once") not in cells(a_checklist(a_requirement(periods=("once",), period=("once",))))


def test_a_school_opened_later_owes_nothing_for_the_years_before() -> None:
    new = Unit(id="new", name="新校", opened="2015-09-01")
    asked = a_checklist(a_requirement(units=("new",)), units=(*UNITS, new))
    assert cells(asked) == [("new", "2015")]


def test_papers_of_a_closed_school_count_for_its_successor_after_it_was_closed() -> None:
    asked = a_checklist(a_requirement())
    assert owner(asked, "lgxx", "2014") == "xx3"
    assert owner(asked, "lgxx", "2013") == "lgxx"
    assert owner(asked, "jxd", "2014") == "xx3"
    assert owner(asked, "unknown", "2014") == "unknown"
    assert predecessors(asked, "xx3") == ("lgxx", "jxd")


def test_successors_that_point_at_each_other_do_not_hang() -> None:
    a = Unit(id="a", name="a", closed="2010", merged_into="b")
    b = Unit(id="b", name="b", closed="2010", merged_into="a")
    assert owner(a_checklist(units=(a, b)), "a", "2014") in ("a", "b")


def test_a_teaching_point_owes_nothing_itself_unless_asked() -> None:
    assert "jxd" not in {unit for unit, _ in cells(a_checklist(a_requirement()))}
    assert "jxd" in {unit for unit, _ in cells(a_checklist(a_requirement(sub_units=True)))}
    assert cells(a_checklist(a_requirement(units=("jxd",), periods=("2014",)))) == [("jxd", "2014")]


def test_a_condition_leaves_out_the_units_it_does_not_fit() -> None:
    assert {unit for unit, _ in cells(a_checklist(a_requirement(applies_if="stage=初中")))} == {"zx"}
    only = (Indicator(id="a", code="A", title="a", applies_if="stage=小学"),)
    assert {unit for unit, _ in cells(a_checklist(a_requirement(), indicators=only))} == {"xx3", "lgxx"}


def test_what_is_retired_opens_no_slot() -> None:
    assert not cells(a_checklist(a_requirement(retired=True)))
    assert not cells(a_checklist(a_requirement(), indicators=(Indicator(id="a", code="A", title="a", retired=True),)))


def test_not_applicable_stays_a_slot_and_says_why() -> None:
    asked = a_checklist(a_requirement(units=("zx",)), not_applicable=(("r", "zx", "2014", "当年停办"),))
    assert [slot.not_applicable for slot in make_slots(asked)] == ["", "当年停办", ""]
    asked = a_checklist(a_requirement(units=("zx",)), not_applicable=(("r", "", "", "本地不设"),))
    assert {slot.not_applicable for slot in make_slots(asked)} == {"本地不设"}


def test_a_unit_named_twice_owes_once() -> None:
    assert len(cells(a_checklist(a_requirement(units=("每校", "zx"))))) == len(cells(a_checklist(a_requirement())))


def test_next_years_round_opens_new_slots_and_keeps_standing_ones() -> None:
    standing = a_requirement(id="s", periods=("standing",), period=("standing",), units=("zx",))
    asked = a_checklist(a_requirement(units=("zx",)), standing)
    assert cells(asked, base_year=2016) == [("zx", "2014"), ("zx", "2015"), ("zx", "2016"), ("zx", "standing")]


def test_a_round_keeps_its_distance_to_the_base_year() -> None:
    asked = a_checklist(a_requirement(units=("zx",), round="省检"), rounds=(Round(id="省检", base_year=2016),))
    assert cells(asked, base_year=2016) == [("zx", "2015"), ("zx", "2016"), ("zx", "2017")]


def test_a_placeholder_may_stand_for_a_unit_the_condition_fits() -> None:
    some = Unit(id="每校", name="各学校", placeholder=True)
    asked = a_checklist(
        a_requirement(applies_if="stage=初中", periods=("once",)),
        units=(some,),
        groups=(UnitGroup(id="每校", title="各学校", members=("每校",), open=True),),
    )
    assert cells(asked) == [("每校", "once")]
