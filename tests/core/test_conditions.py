from __future__ import annotations

import pytest

from duban_archive.core.conditions import parse

SCHOOL = {"stage": "初中", "kind": "初中", "寄宿": True, "在校生": 320, "课程": ["音乐", "美术"]}


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("", True),
        ("stage=初中", True),
        ("stage!=初中", False),
        ("kind in 小学,初中", True),
        ("kind in 小学、幼儿园", False),
        ("在校生>=300", True),
        ("在校生 < 300", False),
        ("寄宿", True),
        ("非 寄宿", False),
        ("寄宿=是 且 在校生>100", True),
        ("stage=小学 或 寄宿=是", True),
        ("stage=小学 或 寄宿=是 且 在校生>1000", False),
        ("课程=音乐", True),
        ("民办", False),
        ("没有写过>3", False),
    ],
)
def test_conditions_read_as_they_are_written(condition: str, holds: bool) -> None:
    assert parse(condition)(SCHOOL) is holds


@pytest.mark.parametrize("condition", ["在校生>很多", "=初中", "a == b == c >"])
def test_what_cannot_be_read_is_told_in_chinese(condition: str) -> None:
    with pytest.raises(ValueError, match="适用条件"):
        parse(condition)
