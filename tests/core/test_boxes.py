"""Thick volumes in several boxes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.boxes import Room, kept_together, split
from duban_archive.core.checklist import Checklist, Indicator, Requirement
from duban_archive.core.model import ContentsLine, Volume


def a_line(record: int, pages: int, requirement: str = "r", see: str = "") -> ContentsLine:
    told = {"kind": "ledger", "unit_name": "", "period": "", "dated": "", "document_number": "", "author": ""}
    place = {"item": record, "pages": pages, "first_page": 1, "last_page": pages}
    return ContentsLine(record=record, requirement=requirement, title=f"材料{record}", see=see, **told, **place)  # type: ignore[arg-type]


def a_volume(*lines: ContentsLine, code: str = "A") -> Volume:
    return Volume(code=code, title="组织领导", lines=lines)


def records(volumes: tuple[Volume, ...]) -> list[list[int]]:
    return [[line.record for line in volume.lines] for volume in volumes]


def test_a_volume_that_fits_stays_as_it_is() -> None:
    volume = a_volume(a_line(1, 10))
    assert split([volume], Room(pages=10)) == (volume,)


def test_papers_of_one_requirement_stay_together_where_a_box_holds_them() -> None:
    volume = a_volume(a_line(1, 6, "r1"), a_line(2, 3, "r2"), a_line(3, 4, "r2"))
    assert records(split([volume], Room(pages=10))) == [[1], [2, 3]]


def test_a_requirement_thicker_than_a_box_is_split_between_papers() -> None:
    volume = a_volume(*(a_line(n, 4, "r1") for n in range(1, 6)))
    assert records(split([volume], Room(pages=10))) == [[1, 2], [3, 4], [5]]


def test_one_paper_is_never_torn_apart() -> None:
    assert records(split([a_volume(a_line(1, 99), a_line(2, 1))], Room(pages=10))) == [[1], [2]]


def test_thickness_counts_sheets_of_two_sides() -> None:
    volume = a_volume(a_line(1, 200), a_line(2, 200, "r2"))
    assert len(split([volume], Room(mm=22.0))) == 1
    assert len(split([volume], Room(mm=22.0, sides=1))) == 2


def test_size_is_counted_where_a_stick_is_the_limit() -> None:
    volume = a_volume(a_line(1, 1), a_line(2, 1, "r2"))
    assert len(split([volume], Room(megabytes=10), sizes={1: 6_000_000, 2: 6_000_000})) == 2


def test_boxes_say_which_they_are_and_number_their_papers_from_one() -> None:
    first, second = split([a_volume(a_line(1, 6, "r1"), a_line(2, 7, "r2"))], Room(pages=10))
    assert (first.code, second.code, second.of) == ("A（1）", "A（2）", "A")
    assert second.title == "组织领导（第2盒，共2盒）"
    assert [(line.item, line.first_page, line.last_page) for line in second.lines] == [(1, 1, 7)]


def test_a_reference_into_a_split_volume_names_the_box() -> None:
    thick = a_volume(a_line(1, 6, "r1"), a_line(2, 7, "r2"))
    other = a_volume(a_line(2, 1, see="A"), code="B")
    assert split([thick, other], Room(pages=10))[2].lines[0].see == "A（2）"


@given(
    st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["r1", "r2", "r3"])), min_size=1, max_size=20),
    st.integers(1, 40),
)
def test_no_paper_is_lost_and_only_a_single_paper_may_overfill_a_box(papers: list[tuple[int, str]], limit: int) -> None:
    lines = [a_line(n, pages, requirement) for n, (pages, requirement) in enumerate(papers, 1)]
    boxes = split([a_volume(*lines)], Room(pages=limit))
    assert [record for box in records(boxes) for record in box] == [line.record for line in lines]
    assert all(len(box.lines) == 1 or sum(line.pages for line in box.lines) <= limit for box in boxes)


def test_what_must_stay_together_is_never_parted_not_even_where_it_overfills_a_box() -> None:
    volume = a_volume(a_line(1, 6, "r1"), a_line(2, 6, "r2"), a_line(3, 6, "r3"), a_line(4, 1, "r4"))
    assert records(split([volume], Room(pages=7), together={"r1": "i", "r2": "i"})) == [[1, 2], [3, 4]]
    assert records(split([volume], Room(pages=7))) == [[1], [2], [3, 4]]


def test_the_checklist_names_what_must_stay_together_by_requirement_or_indicator() -> None:
    plan = Checklist(
        id="p",
        title="",
        version="1",
        base_year=2015,
        indicators=(Indicator(id="a", code="A", title=""), Indicator(id="a1", code="A1", title="", parent="a")),
        requirements=(
            Requirement(id="r1", indicator="a1", title="", kind="ledger", code="A1-1"),
            Requirement(id="r2", indicator="a", title="", kind="ledger"),
        ),
    )
    assert kept_together(replace(plan, keep_together=("A1",))) == {"r1": "a1"}
    assert kept_together(replace(plan, keep_together=("A1-1",))) == {"r1": "r1"}
    assert kept_together(replace(plan, keep_together=("a",))) == {"r1": "a", "r2": "a"}
