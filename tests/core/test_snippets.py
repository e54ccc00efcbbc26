"""A snippet is cut from the text as it stands, with the match marked and its line counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duban_archive.core.model import Locator
from duban_archive.core.plain import normalise
from duban_archive.core.query import parse
from duban_archive.core.snippets import across, at_line, snippet

PAGE = "一、总体情况。吴集镇2014年建立了控辍\n保学 工作台账，共 1,234 人。\n二、存在问题\n国发(2014)5号文件要求"


def cut(line: str, text: str = PAGE, **how: Locator) -> str:
    return snippet(text, parse(line), **how).text


def test_the_sentence_is_shown_as_written_with_the_match_marked() -> None:
    assert cut("1234") == "吴集镇2014年建立了控辍保学 工作台账，共 [[1,234]] 人。"
    assert cut("国发〔2014〕5号").endswith("[[国发(2014)5号]]文件要求")


def test_a_match_over_a_line_end_is_marked_whole() -> None:
    assert cut("控辍保学") == "吴集镇2014年建立了[[控辍保学]] 工作台账，共 1,234 人。"


def test_all_words_in_the_sentence_are_marked() -> None:
    assert cut("台账 吴集") == "[[吴集]]镇2014年建立了控辍保学 工作[[台账]]，共 1,234 人。"


def test_the_place_where_the_words_stand_together_is_shown() -> None:
    text = "台账。" + "其他内容。" * 40 + "控辍保学的台账在此。"
    assert cut("控辍 台账", text) == "[[控辍]]保学的[[台账]]在此。"


def test_the_phrase_goes_before_its_parts() -> None:
    assert cut("控辍 台账", "控辍。台账。见控辍台账。") == "见[[控辍台账]]。"


def test_a_row_is_whole_and_its_number_is_told() -> None:
    block = "姓名\t学校\n张三\t第三小学\n李四\t第一小学"
    found = snippet(block, parse("李四"), locator=Locator(sheet="名册", row=5))
    assert found.text == "[[李四]] 第一小学"
    assert at_line(Locator(sheet="名册", row=5), found.line) == Locator(sheet="名册", row=7)
    assert at_line(Locator(paragraph=3), 2) == Locator(paragraph=5)
    assert at_line(Locator(page=3), 2) == Locator(page=3)


def test_long_sentences_are_cut_with_dots() -> None:
    said = cut("控辍保学", "甲" * 200 + "控辍保学" + "乙" * 200)
    assert said == "…" + "甲" * 40 + "[[控辍保学]]" + "乙" * 80 + "…"


def test_a_text_without_the_words_shows_its_beginning() -> None:
    assert cut("没有", "开头的话\n第二行") == "开头的话第二行"


@given(st.text("控辍保学台账，。 \n\t1,2０", max_size=60), st.text("控辍保学台1,", min_size=1, max_size=4))
def test_the_marked_words_are_the_words_asked_for(text: str, word: str) -> None:
    query = parse(f'"{word}"')
    found = snippet(text, query)
    if query.words and query.words[0][0] in normalise(text):
        marked = found.text.partition("[[")[2].partition("]]")[0]
        assert normalise(marked) == query.words[0][0]
    assert 0 <= found.line <= text.count("\n")


@pytest.mark.parametrize("foot", ["", "\n— 3 —", "\n第 3 页", "\n3"])
def test_a_match_across_a_pages_end_is_marked_whole_without_the_page_number(foot: str) -> None:
    before, after = f"第一段。\n全镇做好控辍{foot}", "保学工作。下一句。"
    cut = across(before, after, parse("控辍保学"), locator=Locator(page=3))
    assert cut.text == "全镇做好[[控辍保学]]工作。"
    assert cut.line == 1


def test_other_words_beside_a_match_across_an_end_are_marked_too() -> None:
    cut = across("台账:控辍", "保学 台账", parse("控辍保学 台账"))
    assert cut.text == "[[台账]]:[[控辍保学]] [[台账]]"
