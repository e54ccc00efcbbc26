"""What is said when nothing was found, and the second groups after what was."""

from duban_archive.core.query import parse
from duban_archive.core.suggestions import instead, second_groups

WRITTEN = "控辍保学台账。控流保学方案。2014年名册。末成年"
PAIRS = {WRITTEN[at : at + 2] for at in range(len(WRITTEN))} | set(WRITTEN)
known = PAIRS.__contains__


def test_the_nearest_spelling_comes_first() -> None:
    first = next(instead(parse("控缀保学 年:2014"), known))
    assert first.kind == "spelling"
    assert first.query.words == (("控辍保学",),)
    assert first.say(12) == "没有“控缀保学”。是不是要找“控辍保学”?它有 12 处。"


def test_every_word_and_every_filter_is_left_out_once() -> None:
    query = parse("台账 名册 -草稿 年:2014 类别:台账")
    said = {(s.kind, s.sentence) for s in instead(query, known)}
    assert ("without_word", "去掉“台账”可找到 {total} 处。") in said
    assert ("without_word", "去掉“名册”可找到 {total} 处。") in said
    assert ("without_word", "不排除“草稿”可找到 {total} 处。") in said
    assert ("without_filter", "去掉条件“年:2014”可找到 {total} 处。") in said
    for suggestion in instead(query, known):
        assert not suggestion.query.is_empty
        assert suggestion.query != query


def test_a_long_word_is_taken_apart_where_its_pieces_never_meet() -> None:
    apart = [s for s in instead(parse("控辍保学名册"), known) if s.kind == "apart"]
    assert apart[0].query.words == (("控辍保学",), ("名册",))


def test_synonyms_are_a_group_of_their_own_without_the_first_hits() -> None:
    (group,) = (
        g for g in second_groups(parse("控辍保学 2014"), [("控辍保学", "控流保学")], known) if g.kind == "synonym"
    )
    assert group.query.words == (("控流保学",), ("2014",))
    assert group.query.without == ("控辍保学",)
    assert "控流保学" in group.label


def test_a_word_within_a_longer_one_has_synonyms_too() -> None:
    groups = list(second_groups(parse("控辍保学方案"), [("控辍保学", "控流保学")], known))
    assert groups[0].query.words == (("控流保学方案",),)


def test_misread_characters_are_a_group_of_their_own() -> None:
    (group,) = second_groups(parse("未成年"), [], known)
    assert group.kind == "look_alike"
    assert group.query.words == (("末成年",),)


def test_a_synonym_that_stands_nowhere_makes_no_group() -> None:
    assert list(second_groups(parse("控辍保学"), [("控辍保学", "葡萄保学")], known)) == []
