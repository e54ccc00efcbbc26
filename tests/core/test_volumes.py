"""Which records go into which volume, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.boxes import Room, split
from duban_archive.core.checklist import Checklist, Indicator, Requirement, Unit
from duban_archive.core.manifest import Source, compose
from duban_archive.core.model import Description, Filing, Part, Place, Record, Review, Standing, Told
from duban_archive.core.volumes import make_volumes

PLAN = Checklist(
    id="plan",
    title="吴集镇迎检",
    version="1",
    base_year=2015,
    office="吴集镇人民政府",
    indicators=(
        Indicator(id="a", code="A", title="领导职责"),
        Indicator(id="a1", code="A1", title="组织领导", parent="a", text="成立领导小组"),
        Indicator(id="b", code="B", title="控辍保学"),
    ),
    requirements=(
        Requirement(id="b-list", indicator="b", code="B-1", title="辍学台账", kind="ledger"),
        Requirement(id="a1-plan", indicator="a1", code="A1-1", title="工作方案", kind="plan"),
        Requirement(id="a1-note", indicator="a1", code="A1-2", title="会议记录", kind="minutes"),
    ),
    units=(Unit(id="z", name="中心学校"), Unit(id="y", name="第一小学")),
)
PART = Part(digest="sha256:00", file_name="台账.docx", folder="", media_type="application/pdf", size=1)


def filed(record: int, requirement: str, **more: Any) -> Filing:
    given: dict[str, Any] = {"unit": "z", "period": "2014", "standing": Standing.CONFIRMED, **more}
    return Filing(record=record, requirement=requirement, **given)


def a_record(id: int, *filings: Filing, **more: Any) -> Record:
    title = Told(value=f"材料{id}", source="text", confidence=1)
    given: dict[str, Any] = {"parts": (PART,), "description": Description(title=title), **more}
    return Record(id=id, filings=filings, **given)


def items(*records: Record, **more: Any) -> dict[str, list[int]]:
    return {volume.code: [line.record for line in volume.lines] for volume in make_volumes(PLAN, records, **more)}


def test_a_volume_holds_all_below_its_top_indicator_in_the_checklist_order() -> None:
    one, two, three = (
        a_record(1, filed(1, "b-list")),
        a_record(2, filed(2, "a1-note")),
        a_record(3, filed(3, "a1-plan")),
    )
    assert items(one, two, three) == {"A": [3, 2], "B": [1]}


def test_within_a_requirement_units_come_in_official_order_then_periods() -> None:
    records = [
        a_record(1, filed(1, "b-list", unit="y")),
        a_record(2, filed(2, "b-list", period="2015")),
        a_record(3, filed(3, "b-list", period="2013")),
    ]
    assert items(*records) == {"B": [3, 2, 1]}


def test_a_proposed_or_returned_paper_is_not_bound() -> None:
    proposed = a_record(1, filed(1, "b-list", standing=Standing.PROPOSED))
    returned = a_record(2, filed(2, "b-list", review=Review.RETURNED))
    accepted = a_record(3, filed(3, "b-list", review=Review.ACCEPTED))
    assert items(proposed, returned, accepted) == {"B": [3]}


def test_of_several_versions_only_the_final_one_is_bound() -> None:
    draft = a_record(1, filed(1, "b-list"))
    final = a_record(2, filed(2, "b-list"), version_of=1, final=True)
    assert items(draft, final) == {"B": [2]}


def test_a_withdrawn_record_is_not_bound() -> None:
    assert items(a_record(1, filed(1, "b-list"), state="withdrawn")) == {}


def test_a_paper_that_serves_twice_in_a_volume_stands_there_once() -> None:
    (volume,) = make_volumes(PLAN, [a_record(1, filed(1, "a1-plan"), filed(1, "a1-note"))])
    assert [(line.code, line.remark) for line in volume.lines] == [("A1-1-1", "兼证A1-2")]


def test_a_thick_paper_is_referred_to_in_its_second_volume_and_a_thin_one_copied() -> None:
    thick, thin = (
        a_record(1, filed(1, "a1-plan"), filed(1, "b-list")),
        a_record(2, filed(2, "a1-plan"), filed(2, "b-list")),
    )
    first, second = make_volumes(PLAN, [thick, thin], pages={1: 40, 2: 3})
    assert [line.origin for line in first.lines] == ["打印件", "打印件"]
    assert [(line.origin, line.see, line.pages) for line in second.lines] == [("互见", "A", 1), ("复印件", "", 3)]


def test_a_volume_made_alone_still_refers_to_the_original_in_another() -> None:
    thick = a_record(1, filed(1, "a1-plan"), filed(1, "b-list"))
    (volume,) = make_volumes(PLAN, [thick], codes=["B"], pages={1: 40})
    assert (volume.code, volume.lines[0].see) == ("B", "A")


def test_a_code_below_the_top_makes_a_volume_of_its_own() -> None:
    assert items(a_record(1, filed(1, "a1-plan")), a_record(2, filed(2, "b-list")), codes=["A1"]) == {"A1": [1]}


def test_some_pages_of_a_record_are_an_item_of_their_own() -> None:
    paper = a_record(1, filed(1, "a1-plan", pages=(2, 3)), filed(1, "a1-note", pages=(7,)))
    (volume,) = make_volumes(PLAN, [paper])
    assert [(line.only_pages, line.first_page, line.last_page) for line in volume.lines] == [
        ((2, 3), 1, 2),
        ((7,), 3, 3),
    ]


def test_a_paper_on_a_shelf_has_its_place_on_the_line() -> None:
    shelved = a_record(
        1, filed(1, "b-list"), parts=(), place=Place(where="2柜3层", quantity=2, pages=320, keeper="教导处")
    )
    (volume,) = make_volumes(PLAN, [shelved])
    (line,) = volume.lines
    assert (line.origin, line.place, line.quantity) == ("原件", "2柜3层（保管人：教导处）", "纸质2件，共320页")


@given(st.lists(st.tuples(st.sampled_from(["b-list", "a1-plan", "a1-note"]), st.integers(1, 9)), max_size=12))
def test_page_numbers_add_up(filings: list[tuple[str, int]]) -> None:
    records = [a_record(n, filed(n, requirement)) for n, (requirement, _) in enumerate(filings, 1)]
    pages = {n: count for n, (_, count) in enumerate(filings, 1)}
    for volume in make_volumes(PLAN, records, pages=pages):
        lines = volume.lines
        assert [line.item for line in lines] == list(range(1, len(lines) + 1))
        assert [line.first_page for line in lines] == [1, *(line.last_page + 1 for line in lines[:-1])]
        assert all(line.last_page - line.first_page + 1 == pages[line.record] for line in lines)
        assert volume.pages == sum(pages[line.record] for line in lines)


def test_sections_follow_the_indicators_below_a_volume_and_the_requirements_of_a_plain_one() -> None:
    records = [a_record(1, filed(1, "a1-plan")), a_record(2, filed(2, "a1-note")), a_record(3, filed(3, "b-list"))]
    manifest = compose(PLAN, make_volumes(PLAN, records), {}, printed="2015-10-20")
    found = [[(s.code, s.title, len(s.items)) for s in volume.sections] for volume in manifest.volumes]
    assert found == [[("A1", "组织领导", 2)], [("B-1", "辍学台账", 1)]]


def test_a_manifest_says_why_a_record_has_no_pdf() -> None:
    records = [a_record(1, filed(1, "b-list")), a_record(2, filed(2, "b-list"))]
    sources = {1: "转换失败", 2: (Source(pdf="sha256:01"),)}
    (volume,) = compose(PLAN, make_volumes(PLAN, records), sources, printed="2015-10-20").volumes
    assert [(item.line.placeholder, len(item.sources)) for item in volume.items] == [("转换失败", 0), ("", 1)]


# --- order, choices, other ways of making volumes -------------------------------------------------------------------


def of_kind(id: int, kind: str, title: str = "", **more: Any) -> Record:
    told = Description(
        title=Told(value=title or f"材料{id}", source="text", confidence=1),
        kind=Told(value=kind, source="text", confidence=1),
    )
    return a_record(id, filed(id, "b-list", **more), description=told)


def test_within_a_requirement_the_checklists_order_of_kinds_comes_first() -> None:
    ordered = replace(PLAN, order=("policy", "statistics", "roster", "record"))
    papers = [of_kind(1, "record"), of_kind(2, "roster"), of_kind(3, "policy", unit="y"), of_kind(4, "photo")]
    (volume,) = make_volumes(ordered, papers)
    assert [line.record for line in volume.lines] == [3, 2, 1, 4]
    (volume,) = make_volumes(PLAN, papers)  # no order: units, periods, dates
    assert [line.record for line in volume.lines] == [1, 2, 4, 3]


def test_a_table_that_sums_up_others_comes_before_them() -> None:
    ordered = replace(PLAN, order=("policy", "roster", "statistics"))
    papers = [of_kind(1, "roster"), of_kind(2, "statistics"), of_kind(3, "statistics", "全镇在校生汇总表")]
    (volume,) = make_volumes(ordered, [*papers, of_kind(4, "policy", "工作总结汇总")])
    assert [line.record for line in volume.lines] == [4, 3, 1, 2]


def test_a_person_chooses_between_a_copy_and_a_reference() -> None:
    thick = a_record(1, filed(1, "a1-plan"), filed(1, "b-list"))
    (_, second) = make_volumes(PLAN, [thick], pages={1: 40}, choices={1: "copy"})
    assert (second.lines[0].origin, second.lines[0].home, second.lines[0].see) == ("复印件", "A", "")
    (_, second) = make_volumes(PLAN, [thick], pages={1: 2}, choices={1: "refer"})
    assert (second.lines[0].origin, second.lines[0].see) == ("互见", "A")


def test_the_original_stays_where_a_printed_edition_has_it() -> None:
    paper = a_record(1, filed(1, "a1-plan"), filed(1, "b-list"))
    first, second = make_volumes(PLAN, [paper], pages={1: 2}, homes={(1, ()): "B"})
    assert (first.lines[0].home, second.lines[0].home) == ("B", "")


def test_volumes_of_units_hold_all_their_papers_under_the_units_name() -> None:
    one, two = a_record(1, filed(1, "a1-plan")), a_record(2, filed(2, "b-list", unit="y"))
    made = make_volumes(PLAN, [one, two], by="unit")
    assert [(v.code, v.title, [line.record for line in v.lines]) for v in made] == [
        ("单位01", "中心学校", [1]),
        ("单位02", "第一小学", [2]),
    ]


def test_boxes_are_filled_one_after_the_other_whatever_the_indicator() -> None:
    papers = [a_record(1, filed(1, "a1-plan")), a_record(2, filed(2, "b-list")), a_record(3, filed(3, "b-list"))]
    made = split(make_volumes(PLAN, papers, by="box", pages={1: 4, 2: 4, 3: 4}), Room(pages=8))
    assert [(v.code, v.title, [line.record for line in v.lines]) for v in made] == [
        ("第1盒", "佐证材料（A1-1）", [1]),
        ("第2盒", "佐证材料（B-1）", [2, 3]),
    ]


def test_what_was_put_together_afterwards_is_said_on_the_list_also_of_a_copy() -> None:
    later = Description(formation=Told(value="补充整理", source="folder", confidence=0.8))
    paper = a_record(1, filed(1, "a1-plan"), filed(1, "b-list"), description=later)
    first, second = make_volumes(PLAN, [paper], pages={1: 2})
    assert [(v.lines[0].origin, v.lines[0].remark) for v in (first, second)] == [
        ("打印件", "补充整理"),
        ("复印件", "补充整理"),
    ]
