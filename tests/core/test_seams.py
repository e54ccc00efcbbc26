"""Words across a page's end: how a text may end, and how often a word goes over."""

from __future__ import annotations

import pytest

from duban_archive.core.plain import normalise
from duban_archive.core.seams import count_across, endings, splits, without_foot


@pytest.mark.parametrize("foot", ["- 3 -", "— 12 —", "第3页", "第 3 页 共 9 页", "3/9", "7", "· 4 ·"])
def test_a_text_ends_with_and_without_its_page_number(foot: str) -> None:
    plain = normalise(f"做好控辍\n{foot}")
    assert endings(plain) == (plain, "做好控辍")
    assert without_foot(f"做好控辍\n{foot}\n") == "做好控辍"


@pytest.mark.parametrize("text", ["共1234", "2014", "国发〔2014", "2014-12-20", "做好控辍", "3", "", "第三小学"])
def test_what_is_no_page_number_stays(text: str) -> None:
    assert endings(normalise(text)) == (normalise(text),)
    assert without_foot(text) == text


def test_only_what_goes_over_the_end_is_counted() -> None:
    assert count_across("控辍", "保学控辍保学", "控辍保学") == 1
    assert count_across("控辍保学", "控辍保学", "控辍保学") == 0
    assert count_across("控控", "控控", "控控控") == 2
    assert count_across("school", "year", "school year") == 1
    assert count_across("school", "year", "schoolyear") == 0


def test_a_word_is_cut_at_every_letter() -> None:
    assert list(splits("控辍保")) == [("控", "辍保"), ("控辍", "保")]
    assert list(splits("a b")) == [("a", "b")]
    assert list(splits("控")) == []
