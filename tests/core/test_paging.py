"""Printed numbers and page labels: plain values in, plain values out."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.paging import (
    Corner,
    Kind,
    Mode,
    Numbering,
    SectionShape,
    VolumeShape,
    corner_of,
    expand,
    label_ranges,
    lay_out,
    span,
)

sections = st.builds(
    SectionShape,
    code=st.sampled_from(["A1", "A2", "B2.1", "一"]),
    divider=st.integers(0, 2),
    items=st.lists(st.integers(1, 5), max_size=4).map(tuple),
)
volumes = st.builds(
    VolumeShape,
    code=st.sampled_from(["A", "B", "一"]),
    sections=st.lists(sections, max_size=3).map(tuple),
    cover=st.integers(0, 2),
    contents=st.integers(0, 3),
    note=st.integers(0, 1),
)
numberings = st.builds(
    Numbering,
    mode=st.sampled_from(Mode),
    prefix=st.sampled_from(["", "{code}-", "第{code}·"]),
    corner=st.sampled_from(Corner),
    duplex=st.booleans(),
)
packs = st.lists(volumes, max_size=3)

BOOK = (
    VolumeShape(code="A", sections=(SectionShape(code="A1", divider=1, items=(2, 1)),)),
    VolumeShape(
        code="B",
        sections=(SectionShape(code="B1", divider=1, items=(1,)), SectionShape(code="B2", divider=1, items=(2,))),
    ),
)


def printed(mode: Mode, **more: object) -> list[str]:
    leaves = lay_out(BOOK, Numbering(mode=mode, **more))  # type: ignore[arg-type]
    return [leaf.number for leaf in leaves if leaf.kind is Kind.ITEM]


@given(packs, numberings)
def test_page_labels_equal_what_is_printed(pack: list[VolumeShape], numbering: Numbering) -> None:
    leaves = lay_out(pack, numbering)
    assert expand(label_ranges(leaves), len(leaves)) == tuple(leaf.label for leaf in leaves)
    assert all(leaf.label == leaf.number for leaf in leaves if leaf.value is not None)


@given(packs, numberings)
def test_every_side_of_every_item_is_there_once_and_numbered(pack: list[VolumeShape], numbering: Numbering) -> None:
    leaves = lay_out(pack, numbering)
    found = [(leaf.volume, leaf.section, leaf.item, leaf.nth) for leaf in leaves if leaf.kind is Kind.ITEM]
    wanted = [
        (v, s, i, nth)
        for v, volume in enumerate(pack)
        for s, section in enumerate(volume.sections)
        for i, pages in enumerate(section.items)
        for nth in range(pages)
    ]
    assert found == wanted
    assert all(leaf.value is not None for leaf in leaves if leaf.kind is Kind.ITEM)


@given(packs, numberings)
def test_numbers_run_on_without_holes(pack: list[VolumeShape], numbering: Numbering) -> None:
    values = [leaf.value for leaf in lay_out(pack, numbering) if leaf.value is not None]
    assert all(later in (earlier + 1, 1) for earlier, later in itertools.pairwise(values))
    assert values[:1] in ([], [1])


@given(packs, numberings)
def test_two_sided_print_starts_every_piece_on_a_front(pack: list[VolumeShape], numbering: Numbering) -> None:
    if not numbering.duplex:
        return
    leaves = lay_out(pack, numbering)
    assert [leaf.front for leaf in leaves] == [place % 2 == 0 for place in range(len(leaves))]
    assert all(leaf.front for leaf in leaves if leaf.nth == 0 and leaf.kind not in (Kind.ITEM, Kind.BLANK))


@given(packs)
def test_counting_every_side_prints_the_number_of_the_pdf_page(pack: list[VolumeShape]) -> None:
    leaves = lay_out(pack, Numbering(mode=Mode.PHYSICAL))
    assert [leaf.number for leaf in leaves] == [str(place) for place in range(1, len(leaves) + 1)]


def test_each_volume_counts_from_one_and_covers_are_not_counted() -> None:
    assert printed(Mode.VOLUME) == ["1", "2", "3", "1", "2", "3"]


def test_continuous_numbers_run_through_all_volumes() -> None:
    assert printed(Mode.CONTINUOUS) == ["1", "2", "3", "4", "5", "6"]


def test_numbers_by_section_carry_its_code() -> None:
    assert printed(Mode.SECTION, prefix="{code}-") == ["A1-1", "A1-2", "A1-3", "B1-1", "B2-1", "B2-2"]


def test_odd_numbers_stand_right_and_even_ones_left() -> None:
    leaves = [leaf for leaf in lay_out(BOOK, Numbering()) if leaf.kind is Kind.ITEM]
    assert [corner_of(leaf, Numbering()) for leaf in leaves[:3]] == ["right", "left", "right"]
    assert {corner_of(leaf, Numbering(corner=Corner.RIGHT)) for leaf in leaves} == {"right"}


def test_unnumbered_sides_say_what_they_are() -> None:
    labels = [leaf.label for leaf in lay_out(BOOK, Numbering(), pack_contents=2)]
    assert labels[:6] == ["总封面", "总目录", "总目录-2", "A 封面", "A 目录", "A1 隔页"]


def test_a_span_of_one_page_is_one_number() -> None:
    leaves = [leaf for leaf in lay_out(BOOK, Numbering()) if leaf.kind is Kind.ITEM]
    assert (span(leaves[:1]), span(leaves[:2]), span(())) == ("1", "1—2", "")


def test_numbers_may_stand_at_the_head_as_filed_papers_have_them() -> None:
    leaves = [leaf for leaf in lay_out(BOOK, Numbering()) if leaf.kind is Kind.ITEM]
    upper = Numbering(corner=Corner.UPPER_OUTER)
    assert [corner_of(leaf, upper) for leaf in leaves[:2]] == ["upper-right", "upper-left"]


def test_a_paper_original_takes_as_many_numbers_as_it_has_pages() -> None:
    section = SectionShape(code="A1", divider=1, items=(1, 2), numbers=(40, 2))
    leaves = lay_out((VolumeShape(code="A", sections=(section,)),), Numbering())
    assert [leaf.number for leaf in leaves if leaf.kind is Kind.ITEM] == ["1", "41", "42"]
