"""Late papers: numbers that are on paper stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.inserts import Fixed, Now, frozen_of, renumber, runs, written

FIRST = (
    Fixed(volume="A", record=1, title="甲", numbers=(("", 1), ("", 2)), made=("x",)),
    Fixed(volume="A", record=2, title="乙", numbers=(("", 3),), made=("y",)),
)


def now(record: int, pages: int, made: str, volume: str = "A") -> Now:
    return Now(volume=volume, record=record, title=f"材料{record}", pages=pages, made=(made,))


def printed(*items: Now) -> list[list[str]]:
    numbers, _ = renumber(FIRST, items)
    return [[written(number) for number in mine] for mine in numbers]


def test_nothing_changes_when_nothing_changed() -> None:
    items = (now(1, 2, "x"), now(2, 1, "y"))
    assert printed(*items) == [["1", "2"], ["3"]]
    assert renumber(FIRST, items)[1] == ()


def test_a_late_paper_is_put_in_behind_the_sheet_before_it() -> None:
    items = (now(1, 2, "x"), now(9, 2, "z"), now(2, 1, "y"))
    assert printed(*items) == [["1", "2"], ["2-1", "2-2"], ["3"]]
    (change,) = renumber(FIRST, items)[1]
    assert (change.action, change.printed, change.how) == ("插入", "2-1—2-2", "插在第2页之后")


def test_two_late_papers_at_one_place_follow_each_other() -> None:
    assert printed(now(1, 2, "x"), now(8, 1, "z"), now(9, 2, "z"), now(2, 1, "y"))[1:3] == [["2-1"], ["2-2", "2-3"]]


def test_a_late_paper_at_the_end_goes_on_counting() -> None:
    items = (now(1, 2, "x"), now(2, 1, "y"), now(9, 2, "z"))
    assert printed(*items) == [["1", "2"], ["3"], ["4", "5"]]
    assert renumber(FIRST, items)[1][0].action == "续在卷末"


def test_a_paper_that_grew_gets_numbers_behind_its_own() -> None:
    items = (now(1, 4, "x2"), now(2, 1, "y"))
    assert printed(*items) == [["1", "2", "2-1", "2-2"], ["3"]]
    assert [change.action for change in renumber(FIRST, items)[1]] == ["替换", "加页"]


def test_a_paper_that_shrank_leaves_a_hole_that_is_told() -> None:
    items = (now(1, 1, "x2"), now(2, 1, "y"))
    assert printed(*items) == [["1"], ["3"]]
    assert renumber(FIRST, items)[1][0].how == "抽出原第1—2页，换上新打印的第1页"


def test_a_paper_that_was_taken_out_is_told() -> None:
    changes = renumber(FIRST, (now(2, 1, "y"),))[1]
    assert [(change.action, change.printed, change.title) for change in changes] == [("抽出", "1—2", "甲")]


def test_a_new_volume_counts_from_one() -> None:
    assert printed(now(1, 2, "x"), now(2, 1, "y"), now(7, 2, "q", volume="B"))[2] == ["1", "2"]


def test_a_second_edition_inserts_between_the_inserts_of_the_first() -> None:
    second = (*FIRST[:1], Fixed(volume="A", record=9, numbers=(("2-", 1),), made=("z",)), FIRST[1])
    numbers, _ = renumber(second, (now(1, 2, "x"), now(9, 1, "z"), now(8, 1, "w"), now(2, 1, "y")))
    assert [written(mine[0]) for mine in numbers] == ["1", "2-1", "2-2", "3"]


def test_a_written_manifest_can_be_frozen() -> None:
    item = {"volume": "A", "record": 1, "only_pages": [], "title": "甲", "numbers": [["", 1, 2]], "made": ["x"]}
    assert frozen_of({"items": [item]}) == FIRST[:1]
    assert runs([("", 1), ("", 2), ("2-", 1), ("2-", 3)]) == [["", 1, 2], ["2-", 1, 1], ["2-", 3, 1]]


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 4)), unique_by=lambda pair: pair[0], max_size=8),
    st.lists(st.tuples(st.integers(1, 30), st.integers(1, 4)), unique_by=lambda pair: pair[0], max_size=10),
)
def test_no_number_is_given_twice_and_kept_papers_keep_theirs(
    before: list[tuple[int, int]], after: list[tuple[int, int]]
) -> None:
    first, _ = renumber((), [now(record, pages, "m") for record, pages in before])
    frozen = [
        Fixed(volume="A", record=record, numbers=numbers, made=("m",))
        for (record, _), numbers in zip(before, first, strict=True)
    ]
    numbers, _ = renumber(frozen, [now(record, pages, "m") for record, pages in after])
    given_numbers = [written(number) for mine in numbers for number in mine]
    assert len(set(given_numbers)) == len(given_numbers) == sum(pages for _, pages in after)
    kept = {one.record: one.numbers for one in frozen}
    for (record, pages), mine in zip(after, numbers, strict=True):
        if record in kept:
            assert mine[: min(pages, len(kept[record]))] == kept[record][:pages]
