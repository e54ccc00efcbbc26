"""What search takes for the same words, and that folding is settled after one call."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from duban_archive.core.plain import normalise, offsets

# Letters that meet in real files, and the odd ones that break naive folding.
ALPHABET = (
    "控辍保学第三小学一二年级台账 \n\t\r　,，.。:：()（）[]【】〔〕{}0123456789１２３,ABCabcßŉﬁéé⻚⼾⺠﨎㈠①𠘨가각"
    "\u200b\u00ad\ufeff“”‘’'\"—–-·•~～\x00\x1c\ud800"
)
anything = st.one_of(st.text(), st.text(ALPHABET, max_size=60))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("国发(2014)5号", "国发〔2014〕5号"),
        ("国发【２０１４】 5 号", "国发〔2014〕5号"),
        ("国发[2014", "国发〔2014"),
        ("共1,234,567人", "共1234567人"),
        ("第1, 2, 3条", "第1,2,3条"),
        ("第1, 234条", "第1, 234条"),
        ("2013,2014", "2013,2014"),
        ("Drop  Out\nRate", "drop out rate"),
        ("第三\n小 学", "第三小学"),
        ("2014\n年 abc\n表", "2014年abc表"),
        ("⼾籍第2⻚", "户籍第2页"),
        ("﻿控\u200b辍\u00ad保\x00学", "控辍保学"),
        ("“控辍”「保学」", '"控辍""保学"'),
        ("2014—2015学年", "2014-2015学年"),
        ("", ""),
        (" \n\t", ""),
    ],
)
def test_ways_of_writing_the_same_are_one(written: str, plain: str) -> None:
    assert normalise(written) == plain


@given(anything)
@example("1, 234,567")
@example("1 ,234")
@example("e\u200b\u0301")
def test_folding_is_settled_after_one_call(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode()


@given(anything)
def test_every_plain_character_has_a_place_in_the_text(text: str) -> None:
    plain, origin = offsets(text)
    assert plain == normalise(text)
    assert len(origin) == len(plain) + 1
    assert all(0 <= place <= len(text) for place in origin)


def test_places_point_at_the_characters_as_written() -> None:
    text = "共 １,２３４ 人，\n控 辍\n保学"
    plain, origin = offsets(text)
    start = plain.index("控辍保学")
    assert text[origin[start] : origin[start + 4]] == "控 辍\n保学"
    number = plain.index("1234")
    assert text[origin[number] : origin[number + 4]].strip() == "１,２３４"
