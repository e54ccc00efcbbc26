import pytest

from duban_archive.core.document_number import find_numbers, normalise_number, own_number


@pytest.mark.parametrize(
    "written",
    [
        "吴政发〔2015〕15号",
        "吴政发[2015]15",
        "吴政发(2015)第15号",
        "吴政发（2015）第15号",
        "吴政发【2015】15 号",
        "吴 政 发 〔 2015 〕 15 号",
        "吴政发［2015］015号",
        "吴政发﹝2015﹞15号",
        "吴政发(2015〕15号",
        "吴政发〔2O15〕l5号",
    ],
)
def test_every_bracket_and_spacing_habit_is_written_one_way(written: str) -> None:
    assert normalise_number(written) == "吴政发〔2015〕15号"


def test_words_before_the_issuer_are_no_part_of_the_number() -> None:
    text = "根据湘政发〔2004〕147号和《通知》(湘政教督〔2013〕4号)精神"
    assert [found.value for found in find_numbers(text)] == ["湘政发〔2004〕147号", "湘政教督〔2013〕4号"]


def test_the_papers_own_number_stands_alone_in_its_head() -> None:
    lines = ("吴集镇人民政府文件", "吴政发〔2015〕15号", "关于印发方案的通知", "根据湘政教督〔2013〕4号精神")
    assert own_number(lines) == "吴政发〔2015〕15号"
    assert own_number(("★ 吴政发〔2015〕15号  签发人:张",)) == "吴政发〔2015〕15号"
    assert own_number(("湖南省督导评估方案", "(湘政教督〔2013〕4号)", "第一条 为了……")) == "湘政教督〔2013〕4号"


@pytest.mark.parametrize(
    "lines",
    [
        ("迎检工作方案", "根据湘政教督〔2013〕4号精神,制定本方案。"),
        ("迎检工作方案", "按照《督导评估方案的通知》", "(湘政教督〔2013〕4号)", "要求,制定本方案。"),
        ("关于转发湘教督〔2015〕3号的通知",),
        ("统计表(2015)第15页",),
        ("依据湘政发〔2004〕147号",),
    ],
)
def test_a_number_that_is_only_cited_is_not_the_papers_own(lines: tuple[str, ...]) -> None:
    assert own_number(lines) == ""


def test_a_number_typed_behind_the_title_is_the_papers_own() -> None:
    assert own_number(("吴集镇人民政府关于做好控流保学工作的通知(吴政发〔2015〕15号)",)) == "吴政发〔2015〕15号"
    assert own_number(("吴集镇人民政府关于控流保学的通知 吴政发[2015]15号", "各校:")) == "吴政发〔2015〕15号"
    assert own_number(("关于贯彻吴政发〔2015〕15号通知(吴政发〔2015〕15号)",)) == ""
