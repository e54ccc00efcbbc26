"""What would close a gap, who owes it, how long is left; and how far indicators, units and phases are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from duban_archive.core.checklist import Checklist, Index, Indicator, Phase, Requirement, Unit, Veto
from duban_archive.core.closing import Owing
from duban_archive.core.gaps import find_gaps
from duban_archive.core.model import Filing, GapState, Part, Place, Record, Review, Slot, SlotState, Standing
from duban_archive.core.rollup import roll_up

TODAY = "2015-10-26"
PDF = Part(digest="sha256:" + "0" * 64, file_name="a.pdf", folder="", media_type="application/pdf", size=1)
TOWN = Checklist(
    id="t",
    title="t",
    version="1",
    base_year=2015,
    indicators=(
        Indicator(id="a", code="A", title="组织领导", lead=("教育局",)),
        Indicator(id="a1", code="A1", title="机构与方案", parent="a"),
        Indicator(id="b", code="B", title="办学条件", weight=3.0),
        Indicator(id="c", code="C", title="辍学率控制", judge="veto"),
    ),
    requirements=(
        Requirement(id="plan", code="A1-1", indicator="a1", title="工作方案", kind="plan", phase="one", level="should"),
        Requirement(
            id="seal", code="B-1", indicator="b", title="自查报告", kind="self_report", phase="two", stamped=True
        ),
        Requirement(id="note", code="C-1", indicator="c", title="控辍台账", kind="ledger", count=2, by=("副校长",)),
        Requirement(id="thing", code="B-2", indicator="b", title="展板", kind="physical", physical=True, level="may"),
        Requirement(id="or", code="B-3", indicator="b", title="验收证书", kind="certificate", any_of=("seal",)),
    ),
    units=(
        Unit(id="u1", name="第一小学"),
        Unit(id="u2", name="第二小学"),
        Unit(id="old", name="柳岗小学", closed="2013-08-31", merged_into="u2"),
    ),
    phases=(
        Phase(id="one", title="动员部署", start="2015-08-01", end="2015-08-10"),
        Phase(id="two", title="全面整改", start="2015-09-01", end="2015-10-31"),
    ),
    vetoes=(Veto(id="v", text="办学条件不达标的一票否决"),),
)
INDEX = Index(TOWN)


def filed(
    id: int, requirement: str, unit: str = "u1", standing: Standing = Standing.CONFIRMED, **more: object
) -> Record:
    filing = Filing(record=id, requirement=requirement, unit=unit, period="2015", standing=standing, score=0.9)
    return Record(id=id, parts=(PDF,), filings=(replace(filing, **more),))


def states(*records: Record, units: tuple[str, ...] = ("u1", "u2")) -> dict[tuple[str, str], SlotState]:
    slots = [Slot(requirement=r.id, unit=u, period="2015") for r in TOWN.requirements for u in units]
    return {(s.slot.requirement, s.slot.unit): s for s in find_gaps(INDEX, slots, records, TODAY)}


# --- what closes it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("records", "requirement", "closes"),
    [
        ((), "plan", "交 1 件"),
        ((), "seal", "交 1 件(盖章)"),
        ((), "note", "交 2 件"),
        ((), "thing", "登记实物的存放处"),
        ((), "or", "交 1 件;或用“自查报告”代替"),
        ((filed(1, "note"),), "note", "再交 1 件"),
        ((filed(1, "note"), filed(2, "note", standing=Standing.PROPOSED, sure=True)), "note", "确认 #2"),
        ((filed(1, "plan", standing=Standing.PROPOSED, sure=True),), "plan", "确认 #1"),
        ((filed(1, "plan", review=Review.WAITING),), "plan", "审核 #1"),
        ((filed(1, "plan", review=Review.RETURNED, reason="没有盖章"),), "plan", "按退回的原因补正后重报"),
        ((replace(filed(1, "plan"), state="abnormal"),), "plan", "换一份能打开的#1"),
        ((replace(filed(1, "plan"), facts={"valid_until": "2015-01-01"}),), "plan", "交一份在有效期内的"),
        ((filed(1, "plan", standing=Standing.PROPOSED, score=0.3),), "plan", "先看 #1 是不是,不是再交 1 件"),
        ((filed(1, "plan"),), "plan", ""),
    ],
)
def test_every_gap_says_what_would_close_it(records: tuple[Record, ...], requirement: str, closes: str) -> None:
    assert states(*records)[requirement, "u1"].closes == closes


def test_what_waits_for_review_is_not_told_as_unconfirmed() -> None:
    why = states(filed(1, "plan", review=Review.WAITING))["plan", "u1"].why
    assert "待审" in why
    assert "待确认" not in why


def test_persons_owe_before_departments_and_departments_before_the_unit_alone() -> None:
    owing, found = Owing(INDEX, TODAY), states()
    assert owing.who(found["note", "u1"]) == ("副校长",)
    assert owing.who(found["plan", "u1"]) == ("教育局",)
    assert owing.who(found["seal", "u2"]) == ("第二小学",)


def test_days_left_count_to_the_deadline_and_to_the_phases_end() -> None:
    owing, found = Owing(INDEX, TODAY), states()
    assert owing.left(found["seal", "u1"]) == 5
    assert owing.phase(found["seal", "u1"]) == ("全面整改", "2015-10-31", 5)
    assert owing.left(found["plan", "u1"]) == -77
    assert owing.left(found["note", "u1"]) is None
    assert owing.phase(found["note", "u1"]) == ("", "", None)


# --- what counts -----------------------------------------------------------------------------------------------------


def test_one_paper_may_close_slots_of_several_requirements_and_units() -> None:
    shared = filed(1, "plan")
    more = replace(shared.filings[0], requirement="seal", unit="u2")
    found = states(replace(shared, filings=(*shared.filings, more)))
    assert found["plan", "u1"].held == found["seal", "u2"].held == (1,)
    assert found["plan", "u1"].state is found["seal", "u2"].state is GapState.COMPLETE


def test_a_paper_that_stands_on_a_shelf_closes_a_slot_without_a_file() -> None:
    shelf = replace(filed(1, "thing"), parts=(), place=Place(where="2柜3层1盒", form="实物"))
    assert states(shelf)["thing", "u1"].state is GapState.COMPLETE


def test_an_alternative_closes_only_its_own_unit() -> None:
    found = states(filed(1, "seal", unit="u1"))
    assert found["or", "u1"].state is GapState.COMPLETE
    assert found["or", "u2"].state is GapState.MISSING


def test_a_merged_schools_paper_counts_for_the_one_that_took_it_in_and_for_no_other() -> None:
    found = states(filed(1, "plan", unit="old"))
    assert found["plan", "u2"].held == (1,)
    assert found["plan", "u1"].state is GapState.MISSING


# --- roll-up ---------------------------------------------------------------------------------------------------------


def rolls(by: str, *records: Record, **more: object) -> dict[str, object]:
    return {roll.id: roll for roll in roll_up(INDEX, states(*records).values(), by, TODAY, **more)}


def test_an_indicator_counts_those_below_it() -> None:
    found = rolls("indicator", filed(1, "plan"))
    assert (found["a"].wanted, found["a"].complete, found["a"].depth) == (2, 1, 0)
    assert (found["a1"].wanted, found["a1"].complete, found["a1"].depth) == (2, 1, 1)
    assert found["a"].counts == {"complete": 1, "missing": 1}


def test_veto_and_must_items_with_gaps_stand_on_top() -> None:
    assert list(rolls("indicator")) == ["b", "c", "a", "a1"]
    found = rolls("indicator")
    assert found["c"].veto == "一票否决"
    assert found["b"].veto.startswith("一票否决:办学条件")
    assert (found["a"].must_open, found["c"].must_open) == (0, 2)
    done = [
        filed(n, r, u) for n, (r, u) in enumerate([(r, u) for r in ("seal", "thing", "or") for u in ("u1", "u2")], 1)
    ]
    assert list(rolls("indicator", *done)) == ["c", "a", "a1", "b"]


def test_readiness_goes_by_weight() -> None:
    one_light, one_heavy = rolls("unit", filed(1, "plan")), rolls("unit", filed(1, "thing"))
    assert one_light["u1"].readiness == pytest.approx(1 / 11, abs=1e-4)
    assert one_heavy["u1"].readiness == pytest.approx(3 / 11, abs=1e-4)


def test_a_phase_tells_the_days_left_in_it_and_what_has_none_stands_apart() -> None:
    found = rolls("phase")
    assert (found["two"].left, found["one"].left, found[""].title) == (5, -77, "没有写阶段")
    assert found["one"].overdue == 2


def test_what_is_collected_never_says_what_it_proves() -> None:
    done = [filed(n, "plan", u) for n, u in enumerate(("u1", "u2"), 1)]
    assert rolls("indicator", *done)["a1"].readiness == 1.0
    assert rolls("indicator", *done)["a1"].verdict == ""
    said = rolls("indicator", verdicts={"c": "达标"})["c"]
    assert (said.complete, said.verdict) == (0, "达标")


def test_what_does_not_apply_is_not_counted() -> None:
    slot = Slot(requirement="plan", unit="u1", period="2015", not_applicable="本校没有")
    assert roll_up(INDEX, find_gaps(INDEX, [slot], [], TODAY), "unit", TODAY) == ()
