"""What is on paper stays as it is: boxes, order, numbers; late papers join them."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.editions import Box, Edition, latest, pick, settle, supplement
from duban_archive.core.inserts import Fixed
from duban_archive.core.model import ContentsLine, Volume


def a_line(record: int, requirement: str = "r", unit: str = "一小") -> ContentsLine:
    told = {"kind": "ledger", "unit_name": unit, "period": "", "dated": "", "document_number": "", "author": ""}
    place = {"item": record, "pages": 2, "first_page": 1, "last_page": 2, "code": f"A1-{record}"}
    return ContentsLine(record=record, requirement=requirement, title=f"材料{record}", **told, **place)  # type: ignore[arg-type]


def a_volume(*records: int, code: str = "A") -> Volume:
    return Volume(code=code, title="组织领导", lines=tuple(a_line(n) for n in records))


def fixed(record: int, item: int, volume: str = "A", code: str = "") -> Fixed:
    numbers = (("", 2 * item - 1), ("", 2 * item))
    return Fixed(volume=volume, record=record, item=item, code=code or f"A1-{item}", numbers=numbers)


ONE_BOX = Edition(boxes=(Box(code="A"),), items=(fixed(1, 1), fixed(2, 2)))
TWO_BOXES = Edition(
    boxes=(Box(code="A（1）", of="A", title="第1盒"), Box(code="A（2）", of="A", title="第2盒")),
    items=(fixed(1, 1, "A（1）"), fixed(2, 2, "A（1）"), fixed(3, 1, "A（2）", "A1-3")),
)


def shape(volumes: tuple[Volume, ...]) -> dict[str, list[tuple[int, int, str]]]:
    return {volume.code: [(line.record, line.item, line.code) for line in volume.lines] for volume in volumes}


def test_a_late_paper_takes_its_place_and_the_next_free_number() -> None:
    settled, new = settle((a_volume(1, 9, 2),), ONE_BOX)
    assert shape(settled) == {"A": [(1, 1, "A1-1"), (9, 3, "A1-3"), (2, 2, "A1-2")]}
    assert new == ()


def test_a_printed_paper_keeps_its_place_although_it_would_sort_elsewhere_now() -> None:
    settled, _ = settle((a_volume(2, 1),), ONE_BOX)
    assert shape(settled) == {"A": [(1, 1, "A1-1"), (2, 2, "A1-2")]}


def test_a_printed_paper_stays_in_its_box_and_a_late_one_joins_its_neighbour() -> None:
    settled, _ = settle((a_volume(1, 2, 9, 3, 8),), TWO_BOXES)
    assert {code: [record for record, _, _ in lines] for code, lines in shape(settled).items()} == {
        "A（1）": [1, 2, 9],
        "A（2）": [3, 8],
    }
    assert [volume.title for volume in settled] == ["第1盒", "第2盒"]


def test_what_was_taken_out_leaves_its_place_and_its_number_is_not_given_again() -> None:
    settled, _ = settle((a_volume(1, 9),), ONE_BOX)
    assert shape(settled) == {"A": [(1, 1, "A1-1"), (9, 3, "A1-3")]}


def test_a_volume_that_was_never_printed_is_told_apart() -> None:
    settled, new = settle((a_volume(1, 2), a_volume(5, code="B")), ONE_BOX)
    assert ([v.code for v in settled], [v.code for v in new]) == (["A"], ["B"])


def test_a_supplement_holds_only_what_is_not_on_paper() -> None:
    (made,) = supplement((a_volume(1, 9, 2, 8),), ONE_BOX)
    assert (made.code, made.title) == ("A补", "组织领导（补充卷）")
    assert [(line.record, line.item, line.code) for line in made.lines] == [(9, 1, "A1-3"), (8, 2, "A1-4")]


def test_nothing_late_makes_no_supplement() -> None:
    assert supplement((a_volume(1, 2),), ONE_BOX) == ()


def test_the_newest_edition_of_each_volume_is_what_is_on_paper() -> None:
    later = Edition(number=2, boxes=(Box(code="A"),), items=(fixed(1, 1), fixed(9, 3)))
    other = Edition(number=3, boxes=(Box(code="B"),), items=(fixed(5, 1, "B"),))
    paper = latest((ONE_BOX, later, other))
    assert paper is not None
    assert [(one.volume, one.record) for one in paper.items] == [("A", 1), ("A", 9), ("B", 5)]
    assert (paper.number, latest(())) == (3, None)


def test_an_edition_bound_another_way_leaves_nothing_of_the_older_one() -> None:
    units = replace(ONE_BOX, number=2, by="unit", boxes=(Box(code="单位01"),), items=(fixed(1, 1, "单位01"),))
    paper = latest((ONE_BOX, units))
    assert paper is not None
    assert [box.code for box in paper.boxes] == ["单位01"]


def test_the_original_stays_in_the_box_it_was_printed_for() -> None:
    crossed = replace(ONE_BOX, items=(replace(fixed(1, 1), see="B"), fixed(2, 2)))
    assert crossed.homes == {(2, ()): "A"}


def test_a_selection_keeps_numbers_and_codes_of_the_whole() -> None:
    volumes = (a_volume(1, 2, 3), Volume(code="B", title="乙", lines=(a_line(4, "s", "二小"),)))
    assert shape(pick(volumes, unit="二小")) == {"B": [(4, 4, "A1-4")]}
    assert shape(pick(volumes, records=frozenset({2}))) == {"A": [(2, 2, "A1-2")]}
    assert shape(pick(volumes, indicators=frozenset({"s"}))) == {"B": [(4, 4, "A1-4")]}


@given(st.permutations(range(1, 9)), st.sets(st.integers(1, 8)))
def test_every_paper_is_there_once_and_no_number_is_given_twice(order: list[int], printed: set[int]) -> None:
    items = tuple(fixed(record, item) for item, record in enumerate(sorted(printed), 1))
    settled, _ = settle((a_volume(*order),), Edition(boxes=(Box(code="A"),), items=items))
    (volume,) = settled
    assert sorted(line.record for line in volume.lines) == list(range(1, 9))
    assert len({line.item for line in volume.lines}) == len({line.code for line in volume.lines}) == 8
    kept = [line.record for line in volume.lines if line.record in printed]
    assert kept == sorted(printed)
