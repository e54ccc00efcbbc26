"""The office's choices: what may be written, and what cannot be."""

from __future__ import annotations

import pytest

from duban_archive.core.binding import Binding, meant, problems
from duban_archive.core.captions import Caption
from duban_archive.core.paging import Corner, Mode


@pytest.mark.parametrize(
    ("choice", "word", "value"),
    [
        ("view", "归档", "filing"),
        ("view", "FILING", "filing"),
        ("columns", "DA/T22", "da22"),
        ("columns", "da/t 22", "da22"),
        ("numbering", "从首页", "physical"),
        ("corner", "外上角", "upper-outer"),
        ("by", "盒", "box"),
        ("late", "补充卷", "supplement"),
        ("view", "别的", None),
    ],
)
def test_choices_may_be_written_in_chinese(choice: str, word: str, value: str | None) -> None:
    assert meant(choice, word) == value


def test_the_default_is_what_chinese_offices_do() -> None:
    rule = Binding()
    assert problems(rule) == []
    assert (rule.pages.mode, rule.pages.corner, rule.room, rule.list_columns) == (
        Mode.VOLUME,
        Corner.OUTER,
        None,
        "visit",
    )


def test_the_filing_view_has_its_own_columns_unless_others_are_named() -> None:
    assert Binding(view="filing").list_columns == "item"
    assert Binding(view="filing", columns="gb9705").list_columns == "volume"
    assert Binding(columns="da22").list_columns == "item"


def test_boxes_without_a_limit_hold_what_the_widest_spine_does() -> None:
    assert Binding(by="box").room is not None
    room = Binding(box_pages=300).room
    assert room is not None
    assert room.pages == 300


@pytest.mark.parametrize("prefix", ["{name}", "{", "{code.upper}", "{code!r}", "{code:>9}", "{0}"])
def test_a_prefix_holds_nothing_but_the_code(prefix: str) -> None:
    assert len(problems(Binding(prefix=prefix))) == 1


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(problems(Binding(view="x", box_mm=-1.0, numbering="physical"))) == 3


def test_a_choice_of_the_run_wins_and_none_leaves_it() -> None:
    assert Binding(view="filing").with_choices({"view": None, "prefix": "A-"}) == Binding(view="filing", prefix="A-")


def test_a_photos_own_words_go_before_the_groups_and_nothing_unknown_is_printed() -> None:
    own, group = Caption(what="讲解灭火器"), Caption(when="2015-03-12", where="操场", what="演练")
    assert own.over(group).text == "时间：2015年3月12日　地点：操场\n事由：讲解灭火器"
    assert Caption(when="春季").text == "时间：春季"
